"""Speed of the neural models by backend, precision and thread, beside LibTorch and VTK's filters.

Runs mirNeuralBenchmark, which measures the models, on one thread and on two by turns (turns.py), then
whole filters in ParaView's pipeline, each in a process of its own, and writes the rows as CSV with a
plot beside it. VTK's own chain is vtkGradientFilter and vtkYoungsMaterialInterface.
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark_continuous import CHAIN
from plots import clear, machine, name_of_machine, name_of_set, pyplot, save, sign
from turns import by_turns, least_of_turns

FILTERS = (CHAIN, "Neural Interface")
FILTER_CASES = [("image data 2D", 1024), ("image data 3D", 128)]
QUICK_FILTER_CASES = [("image data 2D", 64), ("image data 3D", 12)]
COLORS = {"network": "#4c78c8", "field": "#2a9d8f"}


def measure(kind, n, what, cache):
    """One filter on one mesh, in this process."""
    import benchmark_plic
    from interfaces import FRACTION, is_mixed
    from mir import vtkNeuralInterface
    mesh = benchmark_plic.mesh_with_fractions(kind, n, cache)
    if what == CHAIN:
        first, last = benchmark_plic.chain(mesh)
    else:
        first = last = vtkNeuralInterface()
        last.SetInputDataObject(mesh)
        last.AddVolumeFractionArray(FRACTION)
    seconds = benchmark_plic.timed(first, last, 3.0)
    if what != CHAIN and last.GetOutputDataObject(0).GetNumberOfElements(1) == 0:
        raise RuntimeError("the filter made no interface")
    return {"Mixed": int(is_mixed(mesh).sum()), "Seconds": seconds[1]}


def run(program, quick, *arguments, **variables):
    text = subprocess.run([program, *["--quick"] * quick, *arguments], check=True,
        stdout=subprocess.PIPE, encoding="utf-8", env=os.environ | variables).stdout
    return list(csv.DictReader(text.splitlines()))


def measure_models(program, quick):
    """The networks alone, then all from fractions on."""
    return [row | {"TwoThreads": ""} for row in run(program, quick, "--networks")] + least_of_turns(
        *by_turns(lambda threads: run(program, quick, "--threads", str(threads))),
        lambda row: tuple(row[key] for key in ("Model", "Stage", "Backend", "Precision")),
        "NanosecondsPerCell")


def measure_libtorch(program, quick):
    """LibTorch with the kernels that its BLAS chooses and with those for AVX-512: OpenBLAS takes
    processors that it does not know for old ones."""
    rows = run(program, quick, "--libtorch")
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        if "avx512dq" in file.read():
            rows += run(program, quick, "--libtorch", OPENBLAS_CORETYPE="SkylakeX")
    return [row | {"TwoThreads": ""} for row in rows]


def measure_filters(cases):
    """Rows like those of the program, of every filter that handles the mesh."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for kind, n in cases:
            for threads in (1, 2):
                for what in FILTERS:
                    done = subprocess.run([sys.executable, __file__, "--measure", kind, str(n), what,
                        str(threads), cache], capture_output=True, text=True, check=False)
                    if done.returncode != 0:
                        print(f"{kind} {n}, {what}: failed\n{done.stderr[-800:]}", file=sys.stderr)
                        continue
                    found = json.loads(done.stdout.splitlines()[-1])
                    rows.append({"Model": f"{kind} {n}", "Parameters": 0, "Stage": "filter",
                        "Backend": what, "Precision": "double", "Threads": threads,
                        "Cells": found["Mixed"],
                        "NanosecondsPerCell": f"{1e9 * found['Seconds'] / found['Mixed']:.4g}",
                        "MillionCellsPerSecond": f"{1e-6 * found['Mixed'] / found['Seconds']:.4g}",
                        "TwoThreads": ""})
    return rows


def goals(rows):
    """What must be shown, by issue 5: (what, figure, limit), at least the limit."""
    def speed(model, stage, threads=1, **wanted):
        return max((float(row["MillionCellsPerSecond"]) for row in rows
                    if (row["Model"], row["Stage"]) == (model, stage)
                    and int(row["Threads"]) == threads
                    and all(row[key] == value for key, value in wanted.items())), default=None)

    def two_threads(model, stage):
        """Of the quickest backend."""
        return max(((float(row["MillionCellsPerSecond"]), float(row["TwoThreads"])) for row in rows
                    if (row["Model"], row["Stage"], row["Precision"]) == (model, stage, "single")
                    and int(row["Threads"]) == 2), default=(0.0, None))[1]

    def ratio(own, other):
        return own / other if own and other else None

    one = [(f"{model}: {stage}, {what}, million mixed cells a second",
            speed(model, stage, **wanted), limit)
           for model, what, wanted, limit in (
               ("subcell-fast", "single", {"Precision": "single"}, 4.0),
               ("subcell-fast", "AMX", {"Backend": "AMX"}, 10.0),
               ("subcell3d", "single", {"Precision": "single"}, 1.0))
           for stage in ("network", "field")]
    one += [("subcell: reconstruct and conserve", speed("subcell", "reconstruct"), 0.08),
            ("subcell3d: reconstruct and conserve", speed("subcell3d", "reconstruct"), 0.04)]
    two = [(f"{model}: {stage}, 2 threads over 1", two_threads(model, stage), 1.7)
           for model, stage in (("subcell-fast", "field"), ("subcell3d", "field"),
                                ("subcell", "reconstruct"), ("subcell3d", "reconstruct"))]
    filters = [(f"{model}: VTK's chain over the filter",
                ratio(*(speed(model, "filter", Backend=what) for what in reversed(FILTERS))), limit)
               for model, limit in (("image data 2D 1024", 20.0), ("image data 3D 128", 1.0))]
    return one + two + filters


def show(rows):
    """One line a backend: millions of mixed cells a second, on one thread and on two."""
    speeds = {}
    for row in rows:
        title = f"{row['Model']}: {row['Stage']}, million mixed cells a second on 1 and 2 threads"
        backend = f"{row['Backend']}, {row['Precision']}"
        speeds.setdefault(title, {}).setdefault(backend, {})[int(row["Threads"])] = \
            float(row["MillionCellsPerSecond"])
    for title, backends in speeds.items():
        print(f"\n{title}\n" + "-" * len(title))
        for backend, by_threads in backends.items():
            print(f"  {backend:50s}" + "".join(f"{by_threads.get(n, float('nan')):10.3f}"
                                                if n in by_threads else " " * 10 for n in (1, 2)))
    title = "What must be shown (+ at least the limit, - less)"
    print(f"\n{title}\n" + "-" * len(title))
    for what, value, limit in goals(rows):
        if value is None:
            print(f"  {what:60s}{'not measured':>14s}")
        else:
            print(f"{'+' if value >= limit else '-'} {what:60s}{value:14.4g} >= {limit:g}")


def draw(rows, about, path):
    """A panel for each model, a bar for each backend on one thread."""
    plt = pyplot()
    one = [row for row in rows if int(row["Threads"]) == 1 and row["Stage"] in COLORS]
    models = list(dict.fromkeys(row["Model"] for row in one))
    figure, panels = plt.subplots(1, len(models), figsize=(4.0 + 3.8 * len(models), 6.4),
        sharey=True, squeeze=False)
    for axes, model in zip(panels[0], models):
        own = [row for row in one if row["Model"] == model]
        for y, row in enumerate(own):
            speed = float(row["MillionCellsPerSecond"])
            axes.barh(y, speed, 0.8, color=COLORS[row["Stage"]], zorder=3)
            axes.text(speed * 1.06, y, f"{speed:.3g}", va="center", fontsize=12)
        axes.set_yticks(range(len(own)),
            [f"{name_of_set(row['Backend'])}, {row['Precision']}" for row in own])
        axes.set_ylim(len(own) - 0.4, -0.6)
        axes.set_xscale("log")
        axes.set_xlim(right=axes.get_xlim()[1] * 2.5)
        axes.set_title(f"{model}\n{int(own[0]['Parameters']):,} parameters")
        axes.set_xlabel("million cells/s")
        clear(axes, bars=True)
    figure.legend(handles=[plt.Rectangle((0, 0), 1, 1, color=color, label=label) for label, color in
        (("the network alone, on one thread", COLORS["network"]),
         ("from fractions to node values", COLORS["field"]))],
        loc="lower left", ncol=2, frameon=False)
    sign(figure, name_of_machine(about))
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    save(figure, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, help="folder to write to")
    parser.add_argument("--program", type=Path, default=Path("build/bin/mirNeuralBenchmark"))
    parser.add_argument("--quick", action="store_true", help="small meshes only")
    parser.add_argument("--measure", nargs=5, metavar=("MESH", "CELLS", "WHAT", "THREADS", "CACHE"),
        help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        from vtkmodules.vtkCommonCore import vtkSMPTools
        kind, n, what, threads, cache = options.measure
        vtkSMPTools.SetBackend("STDThread")
        vtkSMPTools.Initialize(int(threads))
        print(json.dumps(measure(kind, int(n), what, cache)))
        return
    if options.output is None:
        parser.error("--output is missing")
    start = time.perf_counter()
    about = machine()
    print(name_of_machine(about), flush=True)
    rows = measure_models(options.program, options.quick)
    rows += measure_libtorch(options.program, options.quick)
    rows += measure_filters(QUICK_FILTER_CASES if options.quick else FILTER_CASES)
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "neural-benchmark.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*about, *rows[0]])
        writer.writeheader()
        writer.writerows({**about, **row} for row in rows)
    show(rows)
    draw(rows, about, options.output / "neural-benchmark.png")
    print(f"\n{path} and .png in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
