"""Throughput of the study's autoencoders, samples a second against the mini-batch, as its Figures 2 to 4.

Runs mirStudyBenchmark and writes the rows as CSV with a plot beside it: LibTorch as a reader of the
study would run it, its faster settings, and our kernels, with the study's own figures drawn in.
"""
import argparse
import csv
import subprocess
import time
from pathlib import Path

from openblas import environment
from plots import clear, machine, name_of_machine, name_of_set, pyplot, save, sign

# Yamamoto 2021: the original model on a P100 by plain PyTorch, and the reduced model on an A100, 15
# times as fast; the target of the study is what PLIC does in such codes.
PAPER = {"32ch": ("the study's P100, PyTorch", 6700.0), "2ch": ("the study's A100", 15 * 6700.0)}
TARGET = 1e5
BATCHES = [1, 8, 64, 512, 4096, 32768]
COLORS = {"eager": "#b0b0b0", "frozen TorchScript": "#8a5a2b", "channels last": "#8c6bb1",
          "float": "#4c78c8", "AMX": "#c8102e"}
# Wanted: factors over LibTorch eager and over the best of LibTorch at batch 64, one thread, and the
# largest difference of a pixel from LibTorch.
AGREEMENT = {"float": 1e-4, "AMX": 2e-2}
WANTED = {("2ch", "float", "eager"): 8.0, ("2ch", "AMX", "eager"): 15.0, ("2ch", "AMX", "best"): 6.0,
          ("pooling-d1", "AMX", "eager"): 30.0}


def kind_of(row):
    """The row's backend as the plot calls it."""
    for kind in ("eager", "frozen TorchScript", "channels last"):
        if row["Backend"].endswith(kind):
            return kind
    return "AMX" if row["Backend"] == "AMX" else "float"


def show(rows):
    """Samples a second at batch 64 on one thread and the best of any batch on two."""
    models = list(dict.fromkeys(row["Model"] for row in rows))
    print(f"\n{'samples a second':20s}{'backend':58s}{'batch 64':>12s}{'best, 2 threads':>17s}")
    for model in models:
        own = [row for row in rows if row["Model"] == model]
        for kind in COLORS:
            of_kind = [row for row in own if kind_of(row) == kind]
            if not of_kind:
                continue
            single = [float(r["SamplesPerSecond"]) for r in of_kind
                      if r["Threads"] == "1" and r["Batch"] == "64"]
            double = [float(r["SamplesPerSecond"]) for r in of_kind if r["Threads"] == "2"]
            print(f"{model:20s}{of_kind[0]['Backend']:58s}"
                  f"{single[0] if single else float('nan'):12.0f}"
                  f"{max(double) if double else float('nan'):17.0f}")


def show_wanted(rows):
    """What must be shown, in the same run, and whether it is."""
    def speed(model, kind):
        return next((float(row["SamplesPerSecond"]) for row in rows if row["Model"] == model
            and kind_of(row) == kind and row["Threads"] == "1" and row["Batch"] == "64"), None)
    def say(text, met):
        print(f"  {text}: {'met' if met else 'NOT MET'}")
    print("\nat batch 64 on one thread")
    for (model, kind, over), wanted in WANTED.items():
        ours = speed(model, kind)
        theirs = [speed(model, other) for other in
            (("eager",) if over == "eager" else ("eager", "frozen TorchScript", "channels last"))]
        if ours is None or None in theirs:
            continue
        factor = ours / max(theirs)
        say(f"{model}, {kind} over LibTorch {over}: {factor:.1f}, wanted {wanted:g}", factor >= wanted)
    for kind, wanted in AGREEMENT.items():
        off = [float(row["Difference"]) for row in rows if kind_of(row) == kind and row["Difference"]]
        if off:
            say(f"{kind}, largest difference from LibTorch, all models: {max(off):.1e}, wanted "
                f"{wanted:g}", max(off) <= wanted)


def draw(rows, about, path):
    """A panel for each model, a line for each backend."""
    plt = pyplot()
    models = list(dict.fromkeys(row["Model"] for row in rows))
    columns = (len(models) + 1) // 2
    figure, panels = plt.subplots(2, columns, figsize=(5.2 * columns, 9.2), sharex=True, sharey=True,
        squeeze=False)
    for axes in panels.flat[len(models):]:
        axes.set_visible(False)
    for axes, model in zip(panels.flat, models):
        own = [row for row in rows if row["Model"] == model]
        for kind, color in COLORS.items():
            for threads, style in (("1", "-"), ("2", "--")):
                line = [(int(r["Batch"]), float(r["SamplesPerSecond"])) for r in own
                    if kind_of(r) == kind and r["Threads"] == threads]
                if line:
                    axes.plot(*zip(*line), style, marker="o", markersize=4, color=color, zorder=3)
        axes.axhline(TARGET, color="#2a9d8f", linewidth=1.0)
        if model in PAPER:
            label, value = PAPER[model]
            axes.plot([32768], [value], "k*", markersize=11, zorder=4)
            axes.annotate(label, (32768, value), (-8, -14), textcoords="offset points", ha="right",
                fontsize=12)
        axes.set_xscale("log", base=2)
        axes.set_xticks(BATCHES, [f"{batch:,}" for batch in BATCHES])
        axes.set_xlim(0.7, 1.6 * BATCHES[-1])
        axes.set_yscale("log")
        axes.set_title(f"{model}, fully connected {int(own[0]['FullyConnected']):,}")
        clear(axes)
    for axes in panels[:, 0]:
        axes.set_ylabel("samples a second")
    for axes in panels[1]:
        axes.set_xlabel("mini-batch")
    torch = sorted({row["Backend"].split(",")[0] for row in rows if "," in row["Backend"]})
    vector = sorted({name_of_set(row["Backend"]) for row in rows if kind_of(row) == "float"})
    names = {"float": f"ours, float ({', '.join(vector)})", "AMX": "ours, bfloat16 (AMX)"}
    handles = [plt.Line2D([], [], color=color, marker="o", markersize=4,
        label=names.get(kind, f"{', '.join(torch)}: {kind}")) for kind, color in COLORS.items()
        if any(kind_of(row) == kind for row in rows)]
    handles += [plt.Line2D([], [], color="k", linestyle="--", label="two threads"),
                plt.Line2D([], [], color="#2a9d8f", label="the study's target")]
    figure.legend(handles=handles, loc="lower left", ncol=3, frameon=False)
    sign(figure, name_of_machine(about))
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    save(figure, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--program", type=Path, default=Path("build/bin/mirStudyBenchmark"))
    parser.add_argument("--quick", action="store_true", help="batches up to 64 only")
    options = parser.parse_args()
    start = time.perf_counter()
    about = machine()
    print(name_of_machine(about), flush=True)
    text = subprocess.run([options.program] + ["--quick"] * options.quick, check=True,
        stdout=subprocess.PIPE, encoding="utf-8", env=environment()).stdout
    rows = list(csv.DictReader(text.splitlines()))
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "study-benchmark.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*about, *rows[0]])
        writer.writeheader()
        writer.writerows({**about, **row} for row in rows)
    show(rows)
    show_wanted(rows)
    draw(rows, about, options.output / "study-benchmark.png")
    print(f"\n{path} and .png in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
