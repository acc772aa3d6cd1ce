"""The 2021 study's t-test, made again: repeated trainings of "pooling d1" and "2 channels".

Trains both from the seeds 1, 2, ... and adds a row to the CSV after each; rows that are there stay.
Every row is the error on 2000 held-out images of its own seed, the same ones for both models.
"""
import argparse
import csv
import json
import math
import statistics
import subprocess
import tempfile
from pathlib import Path

from openblas import environment

MODELS = ("pooling-d1", "2ch")
COLUMNS = ("Model", "Seed", "Samples", "MSE", "Conservation", "Continuity")
# Yamamoto 2021: mean, standard deviation and number of trainings of each, in percent; what it prints.
PAPER = {"pooling-d1": (4.77, 0.1129, 32), "2ch": (4.9548, 0.4145, 32)}
PRINTED = "t = -2.0399, p = .02166"


def tail(t, freedom):
    """The probability of more than |t| on one side of Student's distribution, by Simpson's rule."""
    steps = 4000
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(
        freedom * math.pi)
    width = abs(t) / steps
    total = sum((1 if k in (0, steps) else 4 if k % 2 else 2) *
                (1 + (k * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for k in range(steps + 1))
    return max(0.0, 0.5 - scale * total * width / 3)


def welch(first, second):
    """t, degrees of freedom and both p of Welch's test, from (mean, standard deviation, number)."""
    parts = [deviation ** 2 / count for _, deviation, count in (first, second)]
    t = (first[0] - second[0]) / math.sqrt(sum(parts))
    freedom = sum(parts) ** 2 / sum(part ** 2 / (count - 1)
        for part, (_, _, count) in zip(parts, (first, second)))
    return t, freedom, 2 * tail(t, freedom), tail(t, freedom) if t < 0 else 1 - tail(t, freedom)


def trained(program, model, seed, samples):
    """The row of one training."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "model.safetensors"
        subprocess.run([program, "study", "--model", model, "--seed", str(seed), "--samples",
            str(samples), "--out", out], check=True, env=environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        end = json.loads(out.with_suffix(".log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    return {"Model": model, "Seed": seed, "Samples": samples, "MSE": f"{end['mse']:.6f}",
            "Conservation": f"{end['conservation']:.6f}", "Continuity": f"{end['continuity']:.6f}"}


def describe(name, values):
    """Prints mean and standard deviation in percent; returns them with the number."""
    mean, deviation = statistics.mean(values), statistics.stdev(values)
    print(f"  {name:22s}{100 * mean:8.4f} +- {100 * deviation:.4f} % ({len(values)} trainings)")
    return mean, deviation, len(values)


def show_test(result):
    t, freedom, two_sided, one_sided = result
    print(f"  Welch: t = {t:.3f}, {freedom:.1f} degrees of freedom, p = {two_sided:.3g} two-sided, "
          f"{one_sided:.3g} that pooling d1 is better")


def show(rows, samples):
    values = {model: [float(row["MSE"]) for row in rows
        if row["Model"] == model and int(row["Samples"]) == samples] for model in MODELS}
    print(f"\nmean squared error after {samples} images")
    if min(len(own) for own in values.values()) < 2:
        print("  too few trainings for a test")
        return
    show_test(welch(*(describe(model, values[model]) for model in MODELS)))
    print("the study")
    for model in MODELS:
        mean, deviation, count = PAPER[model]
        print(f"  {model:22s}{mean:8.4f} +- {deviation:.4f} % ({count} trainings)")
    show_test(welch(*(PAPER[model] for model in MODELS)))
    print(f"  It prints {PRINTED}, which does not follow from its means and deviations.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--program", type=Path, default=Path("build/bin/mir-train"))
    parser.add_argument("--repeats", type=int, default=32)
    parser.add_argument("--samples", type=int, default=20000, help="images of a training")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "study-ttest.csv"
    rows = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    else:
        path.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    there = {(row["Model"], int(row["Seed"]), int(row["Samples"])) for row in rows}
    for seed in range(1, options.repeats + 1):
        for model in MODELS:
            if (model, seed, options.samples) in there:
                continue
            rows.append(trained(options.program, model, seed, options.samples))
            with path.open("a", newline="", encoding="utf-8") as file:
                csv.DictWriter(file, COLUMNS, lineterminator="\n").writerow(rows[-1])
            print(f"{model}, seed {seed} of {options.repeats}: MSE {rows[-1]['MSE']}", flush=True)
    show(rows, options.samples)
    print(f"\n{path}")


if __name__ == "__main__":
    main()
