"""Speed and memory of the PLIC filter against VTK's own chain of filters, in the same run.

The chain is vtkGradientFilter and vtkYoungsMaterialInterface, which ParaView users have. A disc or
a ball lies in meshes of several kinds and sizes, with exact fractions. Every measurement is a
process of its own: the mesh is made, then Update() is called again and again. The least time
counts; memory is the peak above what the process held before the first Update(). What is to be
compared is measured by turns, as a machine's speed may change: our filter on one and two threads,
whose ratio is the median of the turns', and the estimators, each for its own time in mixed cells: the time of a mesh without any mixed cell
is taken off.
"""
import argparse
import ctypes
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkSMPTools, vtkVersion
from vtkmodules.vtkFiltersGeneral import (vtkGradientFilter, vtkMultiBlockDataGroupFilter,
    vtkYoungsMaterialInterface)

import meshes
from interfaces import (FRACTION, TOLERANCE, Facets, fractions_of, is_mixed, methods, normal_error,
    plic, shape, with_ball_centroids, with_fractions)
from plots import INK, clear, machine, name_of_machine, pyplot, save, sign
from turns import TURNS, by_turns, two_threads

CENTRE, RADIUS = (0.51, 0.505, 0.495), 0.3
# Name: dimension, whether cells are logical neighbours, how it is made, whose fractions it shares.
KINDS = {
    "image data 2D": (2, True, lambda n: meshes.image(n, 2), "square"),
    "quads": (2, False, meshes.quads, "square"),
    "image data 3D": (3, True, lambda n: meshes.image(n, 3), "cube"),
    "hexahedra": (3, False, meshes.hexahedra, "cube"),
    "tetrahedra": (3, False, meshes.split_cubes, "tetrahedra"),
}
CASES = [("image data 2D", 1024), ("quads", 1024), ("image data 3D", 64), ("image data 3D", 128),
         ("image data 3D", 256), ("hexahedra", 64), ("hexahedra", 128), ("hexahedra", 256),
         ("tetrahedra", 32), ("tetrahedra", 64)]
ESTIMATORS = [("image data 2D", 1024), ("image data 3D", 128), ("hexahedra", 64),
              ("tetrahedra", 32)]
QUICK_CASES = [("image data 2D", 128), ("quads", 128), ("image data 3D", 16), ("image data 3D", 32),
               ("hexahedra", 16), ("hexahedra", 32), ("tetrahedra", 8), ("tetrahedra", 16)]
QUICK_ESTIMATORS = [("image data 2D", 128), ("image data 3D", 32), ("hexahedra", 16),
                    ("tetrahedra", 8)]
# With as many cells VTK's chain takes a minute, and its second thread only helps the gradient.
CHAIN_ONE_THREAD = 10_000_000
CHAIN, OURS = "VTK chain", "PLIC Interface"


def name_of(kind, n):
    if kind == "tetrahedra":
        return f"tetrahedra {n}³×6"
    return f"{kind.split(' 2D')[0].split(' 3D')[0]} {n}{'²' if KINDS[kind][0] == 2 else '³'}"


# --------------------------------------------------------------------------- one process, one thing

def status(key):
    """A line of /proc/self/status, in bytes."""
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(key + ":"):
                return 1024 * int(line.split()[1])
    raise KeyError(key)


def settle():
    """Gives free memory back and starts a new peak. Returns what is held now."""
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return status("VmRSS")


def mesh_with_fractions(kind, n, cache):
    dimension, _, make, shared = KINDS[kind]
    mesh = make(n)
    path = Path(cache) / f"{shared}-{n}.npy"
    if not path.exists():
        centre = CENTRE if dimension == 3 else (*CENTRE[:2], 0.0)
        np.save(path, fractions_of(with_fractions(mesh, shape(dimension, centre, RADIUS))))
    array = numpy_to_vtk(np.load(path), deep=True)
    array.SetName(FRACTION)
    mesh.GetCellData().AddArray(array)
    return mesh


def chain(mesh):
    """VTK's filters with the settings that favour them on a plane mesh (see plugin/figures)."""
    gradient = vtkGradientFilter()
    gradient.SetInputDataObject(0, mesh)
    gradient.SetInputScalars(1, FRACTION)
    gradient.SetResultArrayName("FractionGradient")
    blocks = vtkMultiBlockDataGroupFilter()
    blocks.AddInputConnection(gradient.GetOutputPort())
    youngs = vtkYoungsMaterialInterface()
    youngs.SetInputConnection(blocks.GetOutputPort())
    youngs.SetNumberOfMaterials(1)
    youngs.SetMaterialVolumeFractionArray(0, FRACTION)
    youngs.SetMaterialNormalArray(0, "FractionGradient")
    youngs.SetVolumeFractionRange(TOLERANCE, 1.0 - TOLERANCE)
    youngs.FillMaterialOff()
    youngs.AxisSymetricOff()
    return gradient, youngs


def timed(first, last, budget, least=1, most=9):
    """Seconds of the first and of the quickest Update() of last after first is modified."""
    seconds = []
    start = time.perf_counter()
    while len(seconds) < least or (len(seconds) < most and time.perf_counter() - start < budget):
        first.Modified()
        before = time.perf_counter()
        last.Update()
        seconds.append(time.perf_counter() - before)
    return seconds[0], min(seconds), len(seconds)


def measure(kind, n, what, cache):
    """One filter on one mesh."""
    mesh = mesh_with_fractions(kind, n, cache)
    mixed = int(is_mixed(mesh).sum())
    if what == CHAIN:
        first, last = chain(mesh)
    else:
        first = last = plic(mesh)
    before = settle()
    seconds = [timed(first, last, 0.0)[0]]
    peak = status("VmHWM") - before
    if seconds[0] < 15.0:
        seconds.append(timed(first, last, 3.0 if what == CHAIN else 2.0, most=50)[1])
    return {"Cells": mesh.GetNumberOfCells(), "Mixed": mixed, "Seconds": min(seconds),
            "FirstSeconds": seconds[0], "PeakBytes": peak,
            "Facets": last.GetOutputDataObject(0).GetNumberOfCells()}


def measure_estimators(kind, n, cache):
    """Every method on one mesh: microseconds a mixed cell, and the error of its normals."""
    dimension, structured, _, _ = KINDS[kind]
    centre = CENTRE if dimension == 3 else (*CENTRE[:2], 0.0)
    mesh = with_ball_centroids(mesh_with_fractions(kind, n, cache), centre, RADIUS)
    mixed = int(is_mixed(mesh).sum())
    empty = mesh.NewInstance()
    empty.CopyStructure(mesh)
    zeros = numpy_to_vtk(np.zeros(mesh.GetNumberOfCells()), deep=True)
    zeros.SetName(FRACTION)
    empty.GetCellData().AddArray(zeros)
    scan = plic(empty)
    interfaces = {name: plic(mesh, method) for name, method in methods(structured).items()}
    seconds = dict.fromkeys([None, *interfaces], float("inf"))
    for _ in range(TURNS):
        for name, interface in {None: scan, **interfaces}.items():
            seconds[name] = min(seconds[name], timed(interface, interface, 0.4, 3, 50)[1])
    rows = []
    for name, interface in interfaces.items():
        facets = Facets(interface.GetOutputDataObject(0), mesh)
        rows.append({"Method": name, "Seconds": seconds[name], "ScanSeconds": seconds[None],
            "Cells": mesh.GetNumberOfCells(), "Mixed": mixed,
            "Microseconds": 1e6 * (seconds[name] - seconds[None]) / mixed,
            "L1n": normal_error(facets, mesh, centre)})
    return rows


def child(kind, n, what, threads, cache):
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--measure", kind, str(n), what, str(threads), str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=False,
        env={**os.environ, "VTK_SMP_MAX_THREADS": str(threads)})
    if done.returncode != 0:
        print(f"{name_of(kind, n)}, {what}: failed\n{done.stderr[-2000:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


# ---------------------------------------------------------------------------------------- the table

def memory_in_gb():
    with open("/proc/meminfo", encoding="ascii") as file:
        total = next(int(line.split()[1]) for line in file if line.startswith("MemTotal"))
    return round(total / 1024**2)


def memory_available():
    with open("/proc/meminfo", encoding="ascii") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith("MemAvail"))


def short(number):
    """12.3M, 456k, 7.9."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            number /= size
            return f"{number:.0f}{letter}" if number >= 99.5 else f"{number:.3g}{letter}"
    return f"{number:.3g}"


def milliseconds(seconds):
    value = 1e3 * seconds
    return f"{value:.0f}" if value >= 99.5 else f"{value:.3g}"


def run_cases(cases, cache):
    """{(kind, n, what, threads): measurement}, shown as they come."""
    results = {}
    columns = ("mesh", "cells", "mixed", "threads", "chain ms", "MB", "PLIC ms", "MB", "cells/s",
               "mixed/s", "speed-up", "2 threads")
    widths = (18, 7, 7, 8, 9, 7, 9, 7, 8, 8, 9, 10)
    print("\n" + "".join(f"{c:>{w}s}" for c, w in zip(columns, widths)))
    largest = 0.0  # bytes a cell that the chain has taken
    for kind, n in cases:
        turns = by_turns(lambda threads: child(kind, n, OURS, threads, cache))
        for threads, runs in zip((1, 2), turns):
            if None in runs:
                continue
            ours = min(runs, key=lambda run: run["Seconds"])
            results[kind, n, OURS, threads] = ours
            if threads == 2 and None not in turns[0]:
                ours["TwoThreads"] = two_threads(*([run["Seconds"] for run in runs]
                                                   for runs in turns))
            cells = ours["Cells"]
            other, why = None, ""
            if threads > 1 and cells > CHAIN_ONE_THREAD:
                why = "not run"
            elif largest * cells > 0.75 * memory_available():
                why = "memory"
            else:
                other = child(kind, n, CHAIN, threads, cache)
                why = "failed"
            if other:
                results[kind, n, CHAIN, threads] = other
                largest = max(largest, other["PeakBytes"] / cells)
            row = (name_of(kind, n) if threads == 1 else "", short(cells) if threads == 1 else "",
                short(ours["Mixed"]) if threads == 1 else "", str(threads),
                milliseconds(other["Seconds"]) if other else why,
                f"{other['PeakBytes'] / 1e6:.0f}" if other else "",
                milliseconds(ours["Seconds"]), f"{ours['PeakBytes'] / 1e6:.0f}",
                short(cells / ours["Seconds"]), short(ours["Mixed"] / ours["Seconds"]),
                f"{other['Seconds'] / ours['Seconds']:.0f}" if other else "",
                f"{ours['TwoThreads']:.2f}" if "TwoThreads" in ours else "")
            print("".join(f"{c:>{w}s}" for c, w in zip(row, widths)), flush=True)
    print("\nchain: vtkGradientFilter and vtkYoungsMaterialInterface. ms: the quickest Update(). MB: "
          "peak memory\nabove the input. speed-up: chain to PLIC on as many threads. 2 threads: PLIC "
          "on one to PLIC on two,\nthe median of the turns.")
    if any(cells > CHAIN_ONE_THREAD for cells in (r["Cells"] for r in results.values())):
        print("not run: the chain takes about a minute there, and only its gradient is threaded.")
    return results


def run_estimators(cases, cache):
    """{(kind, n): rows}, with what Automatic should stand for."""
    results = {}
    for kind, n in cases:
        rows = child(kind, n, "estimators", 1, cache)
        if rows is None:
            continue
        results[kind, n] = rows
        print(f"\n{name_of(kind, n)}: {rows[0]['Mixed']} of {rows[0]['Cells']} cells are mixed; "
              f"a mesh without them takes {milliseconds(rows[0]['ScanSeconds'])} ms")
        print(f"{'':24s}{'us a mixed cell':>16s}{'mixed/s':>10s}{'to Mixed Y.-C.':>16s}{'L1n':>11s}")
        cost = {row["Method"]: row["Microseconds"] for row in rows}
        reference = cost.get("Mixed Youngs-Centered")
        for row in rows:
            ratio = f"{row['Microseconds'] / reference:.2f}" if reference else ""
            print(f"{row['Method']:24s}{row['Microseconds']:16.3f}"
                  f"{short(1e6 / max(row['Microseconds'], 1e-9)):>10s}{ratio:>16s}"
                  f"{row['L1n']:11.2e}")
        if reference:
            # Centroids are rarely there, and Automatic is what is being chosen.
            fit = [row for row in rows if row["Microseconds"] <= 2.0 * reference
                   and row["Method"] not in ("Automatic", "Moment of Fluid")]
            best = min(fit, key=lambda row: row["L1n"])
            print(f"most accurate at no more than twice Mixed Youngs-Centered: {best['Method']}")
    return results


def write(path, about, cases, estimators):
    columns = [*about, "Mesh", "CellsAcross", "Cells", "Mixed", "Filter", "Threads", "Milliseconds",
               "FirstMilliseconds", "CellsPerSecond", "MixedPerSecond", "PeakMB", "SpeedUp",
               "TwoThreads", "MicrosecondsPerMixed", "L1n"]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for (kind, n, what, threads), row in cases.items():
            chain_row = cases.get((kind, n, CHAIN, threads))
            writer.writerow({**about, "Mesh": kind, "CellsAcross": n, "Cells": row["Cells"],
                "Mixed": row["Mixed"], "Filter": what, "Threads": threads,
                "Milliseconds": f"{1e3 * row['Seconds']:.4g}",
                "FirstMilliseconds": f"{1e3 * row['FirstSeconds']:.4g}",
                "CellsPerSecond": f"{row['Cells'] / row['Seconds']:.4g}",
                "MixedPerSecond": f"{row['Mixed'] / row['Seconds']:.4g}",
                "PeakMB": f"{row['PeakBytes'] / 1e6:.1f}",
                "SpeedUp": f"{chain_row['Seconds'] / row['Seconds']:.4g}" if chain_row else "",
                "TwoThreads": f"{row['TwoThreads']:.4g}" if "TwoThreads" in row else ""})
        for (kind, n), rows in estimators.items():
            for row in rows:
                writer.writerow({**about, "Mesh": kind, "CellsAcross": n, "Cells": row["Cells"],
                    "Mixed": row["Mixed"], "Filter": "PLIC " + row["Method"], "Threads": 1,
                    "Milliseconds": f"{1e3 * row['Seconds']:.4g}",
                    "CellsPerSecond": f"{row['Cells'] / row['Seconds']:.4g}",
                    "MixedPerSecond": f"{row['Mixed'] / row['Seconds']:.4g}",
                    "MicrosecondsPerMixed": f"{row['Microseconds']:.4g}",
                    "L1n": f"{row['L1n']:.4g}"})


# ----------------------------------------------------------------------------------------- the plot

KIND_COLORS = {"image data 2D": "#e08a1e", "image data 3D": "#c8102e", "quads": "#2a9d8f",
               "hexahedra": "#4c78c8", "tetrahedra": "#8c6bb1"}


def draw(path, about, cases, estimators):
    """Left: time and how many times VTK's chain takes. Right: what the estimators cost."""
    plt = pyplot()
    rows = list(dict.fromkeys((kind, n) for kind, n, _, _ in cases))
    figure, (left, right) = plt.subplots(1, 2, figsize=(14.5, 8.4), width_ratios=(1.25, 1.0))
    marks = {(CHAIN, 1): ("s", "#666666", "#666666", "vtkGradientFilter + vtkYoungsMaterialInterface"),
             (OURS, 1): ("o", "#c8102e", "#c8102e", "PLIC Interface, 1 thread"),
             (OURS, 2): ("o", "#c8102e", "white", "PLIC Interface, 2 threads")}
    for y, (kind, n) in enumerate(rows):
        found = {key: cases.get((kind, n, *key)) for key in marks}
        times = {key: 1e3 * row["Seconds"] for key, row in found.items() if row}
        if (CHAIN, 1) in times and (OURS, 1) in times:
            ends = times[OURS, 1], times[CHAIN, 1]
            left.plot(ends, (y, y), color="#d0d0d0", linewidth=3, solid_capstyle="butt", zorder=1)
            left.text((ends[0] * ends[1])**0.5, y - 0.13, f"{ends[1] / ends[0]:.0f}×", ha="center",
                va="bottom", color=INK, fontsize=14)
        for key, value in times.items():
            shape_of, edge, fill, _ = marks[key]
            left.plot(value, y, shape_of, color=edge, markerfacecolor=fill, markersize=8,
                markeredgewidth=1.6, zorder=3 if key == (OURS, 2) else 4)
    left.set_yticks(range(len(rows)), [name_of(*row) for row in rows], fontsize=14)
    left.set_ylim(len(rows) - 0.4, -0.7)
    left.set_xscale("log")
    left.set_xlabel("milliseconds for one update", fontsize=14)
    left.set_title("Time, and how many times longer VTK's filters take", fontsize=17, color=INK,
        pad=12)
    handles = [plt.Line2D([], [], marker=m, color=edge, markerfacecolor=fill, markersize=8,
        markeredgewidth=1.6, linestyle="none", label=label)
        for m, edge, fill, label in marks.values()]
    below = {"loc": "upper center", "ncol": 2, "frameon": False, "fontsize": 13,
             "handletextpad": 0.2, "columnspacing": 1.5}
    left.legend(handles=handles, bbox_to_anchor=(0.4, -0.1), **below)
    # Methods in the order of their cost.
    costs = {}
    for (kind, n), values in estimators.items():
        for row in values:
            if row["Method"] != "Automatic":
                costs.setdefault(row["Method"], {})[kind, n] = row["Microseconds"]
    order = sorted(costs, key=lambda name: np.exp(np.mean(np.log(np.maximum(
        list(costs[name].values()), 1e-3)))))
    for y, name in enumerate(order):
        right.axhline(y, color="#ececec", linewidth=0.9, zorder=0)
        for (kind, n), value in costs[name].items():
            right.plot(max(value, 1e-3), y, "o", color=KIND_COLORS[kind], markersize=9, alpha=0.9)
    right.set_yticks(range(len(order)), order, fontsize=14)
    right.set_ylim(len(order) - 0.4, -0.7)
    right.set_xscale("log")
    everything = [max(value, 1e-3) for values in costs.values() for value in values.values()]
    if everything:
        right.set_xlim(10**np.floor(np.log10(min(everything))) * 0.9,
            10**np.ceil(np.log10(max(everything))) * 1.1)
    right.set_xlabel("microseconds for a mixed cell, on one thread", fontsize=14)
    right.set_title("Cost of the estimators, planes and facets included", fontsize=17, color=INK,
        pad=12)
    handles = [plt.Line2D([], [], marker="o", color=KIND_COLORS[kind], markersize=9,
        linestyle="none", label=name_of(kind, n)) for kind, n in estimators]
    right.legend(handles=handles, bbox_to_anchor=(0.4, -0.1), **below)
    for axes in (left, right):
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.minorticks_off()
        clear(axes, bars=True)
    sign(figure, f"{name_of_machine(about)}; VTK {about['VTK']}")
    figure.tight_layout(rect=(0, 0.03, 1, 1), w_pad=3.0)
    save(figure, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, help="folder to write to")
    parser.add_argument("--quick", action="store_true", help="small meshes only")
    parser.add_argument("--measure", nargs=5, metavar=("MESH", "CELLS", "WHAT", "THREADS", "CACHE"),
        help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        kind, n, what, threads, cache = options.measure
        if not os.environ.get("VTK_SMP_BACKEND_IN_USE"):
            vtkSMPTools.SetBackend("STDThread")
        vtkSMPTools.Initialize(int(threads))
        done = (measure_estimators(kind, int(n), cache) if what == "estimators"
                else measure(kind, int(n), what, cache))
        print(json.dumps(done))
        return
    if options.output is None:
        parser.error("--output is missing")
    start = time.perf_counter()
    about = machine() | {"MemoryGB": memory_in_gb(), "VTK": vtkVersion().GetVTKVersion()}
    print(f"{name_of_machine(about)}; {about['MemoryGB']} GB; VTK {about['VTK']}")
    with tempfile.TemporaryDirectory() as cache:
        cases = run_cases(QUICK_CASES if options.quick else CASES, cache)
        estimators = run_estimators(QUICK_ESTIMATORS if options.quick else ESTIMATORS, cache)
    options.output.mkdir(parents=True, exist_ok=True)
    write(options.output / "plic-benchmark.csv", about, cases, estimators)
    draw(options.output / "plic-benchmark.png", about, cases, estimators)
    print(f"\n{options.output}/plic-benchmark.csv and .png in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
