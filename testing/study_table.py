"""Table 1 of the 2021 study, made again: errors of its five autoencoders on held-out images.

Runs mirStudyTable on the weights that are there, and writes the rows as CSV beside the study's own
figures, with a picture of some images.
"""
import argparse
import csv
import io
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from plots import pyplot, save

# Yamamoto 2021, Table 1: mean squared error, conservation, continuity.
PAPER = {"32ch": (0.0567, 0.1160, 0.0918), "2ch": (0.0513, 0.1098, 0.0789),
         "4ch": (0.0559, 0.1099, 0.0804), "pooling-d1": (0.0466, 0.1082, 0.0783),
         "pooling-d2": (0.0535, 0.1120, 0.0877)}
NAMES = {"32ch": "32 channels", "2ch": "2 channels", "4ch": "4 channels",
         "pooling-d1": "pooling, dilation 1", "pooling-d2": "pooling, dilation 2"}
MEASURES = ("MSE", "Conservation", "Continuity")
IMAGE = 64
# Of the issue: the error of 2 channels over that of Youngs.
WANTED = 0.75


def last_of_log(path):
    """The last errors in a training's log, or None."""
    if not path.exists():
        return None
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return next((event for event in reversed(events) if "mse" in event), None)


def measured(program, images, weights, pictures):
    """Rows of mirStudyTable."""
    command = [program, "--images", str(images), "--pictures", str(pictures)]
    command += [f"{model}={path}" for model, path in weights.items()]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return list(csv.DictReader(io.StringIO(text)))


def completed(rows, weights):
    """The rows with the study's figures and the number of images that each model has seen."""
    result = []
    for row in rows:
        model = row["Method"]
        log = weights[model].with_suffix(".log.jsonl") if model in weights else None
        end = last_of_log(log) if log else None
        paper = PAPER.get(model, ("", "", ""))
        result.append({**row, "TrainedOn": int(end["samples"]) if end else "",
            **{f"Paper{measure}": value for measure, value in zip(MEASURES, paper)}})
    return result


def show(rows, images):
    print(f"\n{f'on {images} held-out images':24s}{'connected':>10s}{'trained on':>12s}"
          f"{'MSE':>10s}{'conserv.':>10s}{'contin.':>10s}   {'the study: MSE':>14s}"
          f"{'conserv.':>10s}{'contin.':>10s}")
    for row in rows:
        paper = [f"{row['Paper' + measure]:.4f}" if row["Paper" + measure] != "" else ""
                 for measure in MEASURES]
        connected = row["FullyConnected"] if row["Method"] in NAMES else ""
        print(f"{NAMES.get(row['Method'], row['Method']):24s}{connected:>10s}"
              f"{row['TrainedOn']!s:>12s}" + "".join(f"{float(row[m]):10.4f}" for m in MEASURES) +
              f"   {paper[0]:>14s}{paper[1]:>10s}{paper[2]:>10s}")


def compare(rows):
    """Says which of the study's findings come back."""
    def errors(measure):
        own = {row["Method"]: float(row[measure]) for row in rows if row["Method"] in PAPER}
        return own, {model: PAPER[model][MEASURES.index(measure)] for model in own}

    def order(values):
        return "; ".join(NAMES[model] for model in sorted(values, key=values.get))

    print("\nfrom the best to the worst")
    for measure in MEASURES:
        own, paper = errors(measure)
        agree = order(own) == order(paper)
        print(f"  {measure + ', here:':26s}{order(own)}\n  {measure + ', the study:':26s}{order(paper)}"
              f"   ({'agreement' if agree else 'disagreement'})")
    own, _ = errors("MSE")
    seen = {row["Method"]: row["TrainedOn"] for row in rows}
    for better, worse in (("pooling-d1", "2ch"), ("2ch", "4ch"), ("pooling-d1", "pooling-d2"),
                          ("2ch", "32ch")):
        if better in own and worse in own:
            agree = own[better] < own[worse]
            unlike = f", after {seen[better]} and {seen[worse]} images"
            print(f"  the study finds {NAMES[better]} better than {NAMES[worse]} (MSE): "
                  f"{'so do we' if agree else 'we do not'}, {own[better]:.4f} and {own[worse]:.4f}"
                  f"{unlike if seen[better] != seen[worse] else ''}")
    youngs = next(float(row["MSE"]) for row in rows if row["Method"] == "Youngs")
    if "2ch" in own:
        ratio = own["2ch"] / youngs
        print(f"  2 channels over Youngs, MSE: {ratio:.2f} (wanted {WANTED:g})"
              f"{'' if ratio <= WANTED else ', MISSED'}")
    print("The study's errors are not of these images: it tells neither its data nor its weights of "
          "the penalties,\nand its levels are three to ten times ours.")


def draw(rows, pictures, path):
    """A row for each image, a column for the truth and each method."""
    plt = pyplot()
    images = np.fromfile(pictures, dtype=np.float32).reshape(len(rows) + 1, -1, IMAGE, IMAGE)
    titles = ["truth"] + [NAMES.get(row["Method"], row["Method"]) for row in rows]
    count = images.shape[1]
    figure, grid = plt.subplots(count, len(titles), figsize=(1.75 * len(titles), 1.75 * count + 0.4),
        squeeze=False)
    for column, title in enumerate(titles):
        grid[0][column].set_title(title.replace(", ", ",\n"))
        for row in range(count):
            axes = grid[row][column]
            axes.imshow(images[column, row], cmap="Blues", vmin=0.0, vmax=1.0, origin="lower")
            axes.set(xticks=[], yticks=[])
    figure.tight_layout(pad=0.6)
    save(figure, path, dpi=80)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--program", type=Path, default=Path("build/bin/mirStudyTable"))
    parser.add_argument("--folder", type=Path, default=Path("data/weights"), help="weights")
    parser.add_argument("--weights", action="append", default=[], metavar="MODEL=FILE")
    parser.add_argument("--images", type=int, default=2000)
    options = parser.parse_args()
    start = time.perf_counter()
    weights = {model: options.folder / f"autoencoder-{model}.safetensors" for model in PAPER}
    for given in options.weights:
        model, _, path = given.partition("=")
        if model not in PAPER or not path:
            parser.error(f"--weights {given}: not MODEL=FILE, the models are {', '.join(PAPER)}")
        weights[model] = Path(path)
    there = {model: path for model, path in weights.items() if path.exists()}
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "study-table.csv"
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        rows = completed(measured(options.program, options.images, there, pictures), there)
        draw(rows, pictures, path.with_suffix(".png"))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    show(rows, options.images)
    for model in PAPER:
        if model in there:
            continue
        print(f"\n{NAMES[model]}: left out, its weights are not here; they come from\n"
              f"  build/bin/mir-train study --model {model} --out {weights[model]}")
        end = last_of_log(weights[model].with_suffix(".log.jsonl"))
        if end:
            print(f"  its log, after {int(end['samples'])} images: MSE {end['mse']:.4f}, conservation "
                  f"{end['conservation']:.4f}, continuity {end['continuity']:.4f}")
    compare(rows)
    print(f"\n{path} and .png in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
