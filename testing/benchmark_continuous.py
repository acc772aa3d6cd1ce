"""Speed of the continuous methods, stage by stage, beside PLIC in the same run.

Runs mirContinuousBenchmark, which measures the stages, then whole filters in ParaView's pipeline, and
writes the rows as CSV with a plot beside it: microseconds a mixed cell, the least of several runs, on
one and on two threads by turns (turns.py). Each case, filter and number of threads has a process of its
own. VTK's own chain is vtkGradientFilter and vtkYoungsMaterialInterface.
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

from plots import INK, clear, machine, name_of_machine, pyplot, save, sign
from turns import by_turns, least_of_turns

STAGES = {
    "subdivide": ("sub-division", "#b0b0b0"),
    "start": ("starting field", "#8c6bb1"),
    "variational": ("Variational", "#c8102e"),
    "conserve": ("conservation", "#4c78c8"),
    "extract": ("facets", "#2a9d8f"),
    "extract parts": ("clipped cells", "#8a5a2b"),
}
PLANES = ("PLIC normals Least Squares", "PLIC normals Reconstructed Distance", "PLIC normals LVIRA",
          "PLIC cut")
# Microseconds a mixed cell on one thread that issue 4 allows: (case, mesh, refinement, stage).
LIMITS = {
    ("circle", "quads", 4, "conserve"): 10.0,
    ("annulus0.5", "quads", 4, "conserve"): 20.0,
    ("triple", "quads", 4, "conserve"): 20.0,
    ("sphere", "boxes", 2, "conserve"): 6.0,
    ("sphere", "boxes", 4, "conserve"): 15.0,
    ("circle", "quads", 4, "variational"): 300.0,
}
# And how many times as quick conservation is to be on two threads.
SPEED_UP = 1.7


CHAIN = "VTK chain"
VARIATIONAL = "Continuous Interface, Variational"
FILTERS = (CHAIN, "PLIC Interface", "Continuous Interface, Averaged Planes",
           "Continuous Interface, Averaged Paraboloids", VARIATIONAL)
# As benchmark_plic.py names meshes: all cells, those without interface too, are in the time.
FILTER_CASES = [("image data 2D", 1024), ("quads", 1024), ("image data 3D", 128), ("tetrahedra", 32)]
QUICK_FILTER_CASES = [("image data 2D", 64), ("quads", 64), ("image data 3D", 12), ("tetrahedra", 8)]
# Where Variational takes minutes; the stages tell its cost on a coarser mesh.
TOO_LONG = [("image data 3D", 128, VARIATIONAL)]


def key_of(row):
    return row["Case"], row["Mesh"], int(row["Resolution"]), int(row["Refinement"])


def name_of(key):
    case, mesh, n, r = key
    return f"{case}, {mesh} {n}" + (f", r = {r}" if r else "")


# --------------------------------------------------------------------------------------- the stages

def measure_stages(program, quick):
    """The rows of every case on one thread and on two."""
    cases = int(subprocess.run([program, "--cases"], check=True, stdout=subprocess.PIPE).stdout)
    rows = []
    for case in range(cases):
        def run(threads, case=case):
            command = [program, "--case", str(case), "--threads", str(threads)]
            text = subprocess.run(command + ["--quick"] * quick, check=True,
                stdout=subprocess.PIPE, encoding="utf-8").stdout
            return list(csv.DictReader(text.splitlines()))
        rows += least_of_turns(*by_turns(run), lambda row: (key_of(row), row["Stage"]),
            "MicrosecondsPerMixed")
    return rows


# ------------------------------------------------------------------------------------ whole filters

def measure(kind, n, what, cache):
    """One filter on one mesh, in this process."""
    import benchmark_plic
    from interfaces import FRACTION, is_mixed
    from mir import vtkContinuousInterface
    mesh = benchmark_plic.mesh_with_fractions(kind, n, cache)
    if what == CHAIN:
        first, last = benchmark_plic.chain(mesh)
    elif what == "PLIC Interface":
        first = last = benchmark_plic.plic(mesh)
    else:
        first = last = vtkContinuousInterface()
        last.SetInputDataObject(mesh)
        last.AddVolumeFractionArray(FRACTION)
        method = what.split(", ")[1].upper().replace(" ", "_")
        last.SetMethod(getattr(vtkContinuousInterface, method))
        # In space the default gives some hundred facets a cell.
        last.SetRefinement(4 if kind in ("image data 2D", "quads") else 2)
    seconds = benchmark_plic.timed(first, last, 3.0)
    return {"Cells": mesh.GetNumberOfCells(), "Mixed": int(is_mixed(mesh).sum()),
            "Seconds": seconds[1]}


def measure_filters(cases, threads=2):
    """Rows like those of the program, of every filter; what threads give is seen in the stages."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for kind, n in cases:
            for what in (f for f in FILTERS if (kind, n, f) not in TOO_LONG):
                command = [sys.executable, __file__, "--measure", kind, str(n), what,
                           str(threads), cache]
                done = subprocess.run(command, capture_output=True, text=True, check=False,
                    env={**os.environ, "VTK_SMP_MAX_THREADS": str(threads)})
                if done.returncode != 0:
                    print(f"{kind} {n}, {what}: failed\n{done.stderr[-2000:]}", file=sys.stderr)
                    continue
                found = json.loads(done.stdout.splitlines()[-1])
                rows.append({"Case": "filters", "Mesh": kind, "Resolution": str(n),
                    "Cells": found["Cells"], "Mixed": found["Mixed"], "Materials": 2,
                    "Refinement": 0, "Threads": str(threads), "Stage": what,
                    "MicrosecondsPerMixed":
                        f"{1e6 * found['Seconds'] / max(found['Mixed'], 1):.4g}",
                    "Milliseconds": f"{1e3 * found['Seconds']:.4g}", "TwoThreads": ""})
    return rows


# ----------------------------------------------------------------------------------- table and plot

def show(rows):
    """One line a case and stage: one thread, two threads, how many times quicker, the limit."""
    by_case = {}
    for row in rows:
        by_case.setdefault(key_of(row), {}).setdefault(row["Stage"], {})[int(row["Threads"])] = row
    for key, stages in by_case.items():
        mixed = next(iter(next(iter(stages.values())).values()))["Mixed"]
        title = f"{name_of(key)}: {mixed} mixed cells, microseconds a mixed cell"
        print(f"\n{title}\n" + "-" * len(title))
        for stage, by_threads in stages.items():
            times = {n: float(row["MicrosecondsPerMixed"]) for n, row in by_threads.items()}
            line = f"  {stage:40s}" + "".join(f"{times[n]:10.2f}" if n in times else f"{'':10s}"
                                               for n in (1, 2))
            if 1 in times and 2 in times:
                speed_up = float(by_threads[2]["TwoThreads"])
                line += f"{speed_up:8.2f} times"
                if stage == "conserve":
                    line += " +" if speed_up >= SPEED_UP else " -"
            limit = LIMITS.get((key[0], key[1], key[3], stage))
            if limit and 1 in times:
                line += f"   {'+' if times[1] <= limit else '-'} <= {limit:g}"
            print(line)


def draw(rows, about, path):
    """One bar of stages for each case; PLIC's estimators as marks below it."""
    plt = pyplot()
    one = [row for row in rows if row["Threads"] == "1"]
    keys = list(dict.fromkeys(key_of(row) for row in one if int(row["Refinement"])))
    values = {(key_of(row), row["Stage"]): float(row["MicrosecondsPerMixed"]) for row in one}
    figure, axes = plt.subplots(figsize=(13.5, 1.6 + 0.95 * len(keys)))
    height = 0.8 / len(STAGES)
    for y, key in enumerate(keys):
        for i, (stage, (_, color)) in enumerate(STAGES.items()):
            value = values.get((key, stage))
            if value:
                axes.barh(y - 0.4 + (i + 0.5) * height, value, height * 0.86, color=color, zorder=3)
        plic = [values.get(((*key[:3], 0), stage)) for stage in PLANES]
        for value, marker in zip(plic, "osD|"):
            if value:
                axes.plot(value, y + 0.45, marker, color=INK, markersize=7, markerfacecolor="white",
                    markeredgewidth=1.4, zorder=4)
    axes.set_yticks(range(len(keys)), [name_of(key) for key in keys], fontsize=14)
    axes.set_ylim(len(keys) - 0.4, -0.6)
    axes.set_xscale("log")
    axes.set_xlabel("microseconds for a mixed cell, on one thread", fontsize=14)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.minorticks_off()
    clear(axes, bars=True)
    handles = [plt.Rectangle((0, 0), 1, 1, color=color, label=label)
               for label, color in STAGES.values()]
    handles += [plt.Line2D([], [], marker=marker, color=INK, markerfacecolor="white", markersize=7,
        markeredgewidth=1.4, linestyle="none", label=label.replace("PLIC normals ", "PLIC "))
        for label, marker in zip(PLANES, "osD|")]
    figure.suptitle("Cost of the continuous methods, stage by stage", fontsize=19, color=INK)
    figure.legend(handles=handles, loc="lower center", ncol=5, frameon=False, fontsize=13,
        bbox_to_anchor=(0.5, 0.02))
    sign(figure, name_of_machine(about))
    figure.tight_layout(rect=(0, 0.11, 1, 0.99))
    save(figure, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, help="folder to write to")
    parser.add_argument("--program", type=Path, default=Path("build/bin/mirContinuousBenchmark"))
    parser.add_argument("--quick", action="store_true", help="small meshes only")
    parser.add_argument("--measure", nargs=5, metavar=("MESH", "CELLS", "WHAT", "THREADS", "CACHE"),
        help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        from vtkmodules.vtkCommonCore import vtkSMPTools
        kind, n, what, threads, cache = options.measure
        if not os.environ.get("VTK_SMP_BACKEND_IN_USE"):
            vtkSMPTools.SetBackend("STDThread")
        vtkSMPTools.Initialize(int(threads))
        print(json.dumps(measure(kind, int(n), what, cache)))
        return
    if options.output is None:
        parser.error("--output is missing")
    start = time.perf_counter()
    about = machine()
    print(name_of_machine(about), flush=True)
    rows = measure_stages(options.program, options.quick)
    rows += measure_filters(QUICK_FILTER_CASES if options.quick else FILTER_CASES)
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "continuous-benchmark.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*about, *rows[0]])
        writer.writeheader()
        writer.writerows({**about, **row} for row in rows)
    show(rows)
    draw(rows, about, options.output / "continuous-benchmark.png")
    print(f"\n{path} and .png in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
