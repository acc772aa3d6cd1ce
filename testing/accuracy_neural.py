"""Accuracy of the neural methods in the plane and in space, beside PLIC and Variational.

Runs mirNeuralAccuracy and mirNeuralSolidAccuracy, which measure, and writes their rows as CSV with
a plot and pictures beside it. Displacement is the mean distance in cells by which an interface misses, all
interfaces conserved; means over eight placements that no network was trained or chosen with.
"""
import argparse
import subprocess
import time
from pathlib import Path

from accuracy_continuous import Rows, draw_pictures, heading, read_pictures, shown, table
from plots import INK, clear, pyplot, save

NEURAL, SOLID = "Neural subcell", "Neural subcell3d"
VARIATIONAL = "Variational Reconstructed Distance"
AVERAGED = "Averaged Planes Reconstructed Distance"
YOUNGS, CENTERED = "PLIC Youngs", "PLIC Mixed Youngs-Centered"
ELVIRA, LVIRA = "PLIC ELVIRA", "PLIC LVIRA"
DISTANCE = "PLIC Reconstructed Distance"
PLANAR_METHODS = (YOUNGS, LVIRA, ELVIRA, DISTANCE, AVERAGED, VARIATIONAL, NEURAL,
                  NEURAL + ", relaxed")
SOLID_METHODS = (YOUNGS, CENTERED, ELVIRA, DISTANCE, VARIATIONAL + ", r = 2", SOLID + ", r = 2", SOLID)
# Test: title; those of the plane on quads, then those in space on boxes.
PLANAR_TESTS = {
    "circle": "Circle", "square": "Square", "star": "Star",
    "filament0.5": "Filament of half a cell", "filament0.75": "Filament of .75 cell",
    "filament1": "Filament of one cell", "filament2": "Filament of two cells",
    "zalesak": "Zalesak's disk", "gear": "Gear", "cusp": "Astroid",
    "spiral0.6": "Spiral of .6 cell", "bowtie": "Bow-tie", "coast": "Circle cut by the boundary",
    "circle~.001": "Circle, noise of .001", "circle~.01": "Circle, noise of .01",
}
SOLID_TESTS = {
    "sphere": "Sphere", "cube": "Cube", "torus": "Torus", "sheet.5": "Sheet of half a cell",
    "wire1": "Filament of one cell", "slotted": "Slotted sphere",
    "shore": "Sphere cut by the boundary",
}
OTHER_MESHES = ("stretched", "curvilinear", "distorted")
COLUMNS = ("Youngs", "ELVIRA", "Variational", "Neural")
FILAMENTS = ("filament0.5", "filament0.75", "filament1", "filament2")


def goals(rows):
    """What must be shown, by issue 5: (what, figure, limit)."""
    def planar(test, n, method=NEURAL, measure="Displacement"):
        return rows.value(test, "quads", n, method, measure)

    def ratio(own, other):
        return own / other if own is not None and other else None

    def edges(test, mesh, n, method):
        return ratio(rows.value(test, mesh, n, method, "DisplacementEdge"),
            rows.value(test, mesh, n, method, "DisplacementInner"))

    exact = (NEURAL, SOLID, SOLID + ", r = 2")
    result = [("largest |volume - fraction|", rows.largest("ConservationMax", exact), 1e-10),
              ("points of faces that differ", rows.total("FaceMismatches"), 0)]
    for n, across, limit in ((13, 8, 8e-4), (25, 16, 5e-4), (50, 32, 3e-4), (100, 64, 2e-4),
                             (200, 128, 2e-4)):
        result.append((f"circle, {across} cells across", planar("circle", n), limit))
    result += [(f"circle, {across} across / Averaged Planes",
                ratio(planar("circle", n), planar("circle", n, AVERAGED)), 1.0)
               for n, across in ((100, 64), (200, 128), (400, 256), (800, 512))]
    result += [("square, 16 cells across", planar("square", 25), 0.004),
               ("star, 16 cells across", planar("star", 25), 0.008),
               ("filament of .5 cell, 16 across", planar("filament0.5", 25), 0.02),
               ("filament of .75 cell, 16 across", planar("filament0.75", 25), 0.015)]
    whole = [(rows.value(test, "quads", n, NEURAL, "InOnePiece"), rows.placements(test, n, NEURAL))
             for test in FILAMENTS for n in rows.sizes(test, "quads", NEURAL)]
    if whole:
        broken = 1.0 - sum(one for one, _ in whole) / sum(all for _, all in whole)
        result.append(("part of the filaments that are not one piece", broken, 0.1))
    result += [(f"{test} / ELVIRA, 32 cells across",
                ratio(planar(test, 50), planar(test, 50, ELVIRA)), 0.4)
               for test in ("zalesak", "gear", "cusp", "spiral0.6", "bowtie")]
    result += [(f"cells at the edge / inner ones, circle, n = {n}",
                edges("coast", "quads", n, NEURAL), 1.5) for n in (25, 50)]
    result += [(f"cells at the edge / inner ones, sphere, n = {n}",
                edges("shore", "boxes", n, SOLID), 1.5) for n in (16, 32)]
    result += [("noise .001, exact / ELVIRA",
                ratio(planar("circle~.001", 25), planar("circle~.001", 25, ELVIRA)), 0.4),
               ("noise .01, relaxed / ELVIRA",
                ratio(planar("circle~.01", 25, NEURAL + ", relaxed"),
                    planar("circle~.01", 25, ELVIRA)), 0.8)]
    for test, limit in (("sphere", 5e-4), ("cube", 0.0055), ("torus", 0.0014), ("sheet.5", 0.018),
                        ("wire1", 0.013), ("slotted", 0.005)):
        result.append((f"{test}, n = 32", rows.value(test, "boxes", 32, SOLID), limit))
    for test in ("circle", "star"):
        for mesh in OTHER_MESHES:
            result.append((f"{test} / Reconstructed Distance, {mesh} quads, n = 25",
                ratio(rows.value(test, mesh, 25, NEURAL), rows.value(test, mesh, 25, DISTANCE)),
                1.0))
    return result


def checks(rows, title, tests, mesh, methods):
    """Conservation, continuity, Hausdorff distance and pieces, largest of all placements."""
    heading(f"{title}: conservation, continuity, Hausdorff distance in cells, pieces")
    print(f"{'':32s}{'n':>5s} {'method':38s}{'|V - f|':>10s}{'points':>8s}{'gaps':>9s}"
          f"{'Hausdorff':>11s}{'pieces':>8s}")
    for test, name in tests.items():
        for n in sorted({n for method in methods for n in rows.sizes(test, mesh, method)}):
            for method in methods:
                def largest(measure):
                    return rows.value(test, mesh, n, method, measure)
                if largest("Displacement") is None:
                    continue
                placements = rows.placements(test, n, method)
                joined = largest("Pieces")
                volumes = largest("ConservationMax")
                volumes = largest("FacetConservationMax") if volumes is None else volumes
                print(f"{name:32s}{n:5d} {method:38s}{shown(volumes):>10s}"
                      f"{shown(largest('FaceMismatches')):>8s}{shown(largest('GapsMax')):>9s}"
                      f"{shown(largest('HausdorffMax')):>11s}"
                      f"{shown(joined / placements if joined else None):>8s}")
                name = ""


def show(rows):
    for test, title in PLANAR_TESTS.items():
        table(rows, title, test, ("quads",), PLANAR_METHODS)
    for test, title in SOLID_TESTS.items():
        table(rows, title + " in space", test, ("boxes",), SOLID_METHODS)
    for test in ("circle", "star"):
        table(rows, PLANAR_TESTS[test] + " on other quads", test, OTHER_MESHES, PLANAR_METHODS)
    for test, mesh, methods in (("coast", "quads", PLANAR_METHODS), ("shore", "boxes", SOLID_METHODS)):
        title = (PLANAR_TESTS | SOLID_TESTS)[test]
        for measure, where in (("DisplacementEdge", "at the edge"), ("DisplacementInner", "inner")):
            table(rows, f"{title}, cells {where}", test, (mesh,), methods, measure)
    checks(rows, "In the plane", PLANAR_TESTS, "quads", PLANAR_METHODS)
    checks(rows, "In space", SOLID_TESTS, "boxes", SOLID_METHODS)
    heading("What must be shown (+ within the limit, - not)")
    for what, value, limit in goals(rows):
        if value is None:
            print(f"  {what:60s}{'not measured':>14s}")
        else:
            print(f"{'+' if value <= limit else '-'} {what:60s}{shown(value):>14s} <= {limit:g}")


LINES = {
    YOUNGS: ("#999999", "PLIC, Youngs"),
    ELVIRA: ("#4c78c8", "PLIC, ELVIRA"),
    DISTANCE: ("#8c6bb1", "PLIC, Reconstructed Distance"),
    VARIATIONAL: ("#2a9d8f", "Variational"),
    NEURAL: ("#c8102e", "Neural"),
}


def draw(rows, path):
    """Eight panels: displacement against the number of cells, one line a method."""
    plt = pyplot()
    panels = [("circle", "quads"), ("square", "quads"), ("star", "quads"), ("coast", "quads"),
              ("sphere", "boxes"), ("cube", "boxes"), ("torus", "boxes"), ("slotted", "boxes")]
    figure, grid = plt.subplots(2, 4, figsize=(16.5, 9.0))
    for axes, (test, mesh) in zip(grid.flat, panels):
        for method, (color, _) in LINES.items():
            if mesh == "boxes":
                method = {NEURAL: SOLID, VARIATIONAL: VARIATIONAL + ", r = 2"}.get(method, method)
            sizes = rows.sizes(test, mesh, method)
            bold = method.startswith("Neural")
            axes.plot(sizes, [rows.value(test, mesh, n, method) for n in sizes], "o-", color=color,
                linewidth=2.4 if bold else 1.5, markersize=6 if bold else 4, zorder=3 + bold)
        axes.set_title(f"{test.capitalize()}, {'3D' if mesh == 'boxes' else '2D'}", fontsize=16,
            color=INK)
        sizes = sorted({n for method in LINES for n in rows.sizes(test, mesh, method)})
        if sizes:
            axes.set(xscale="log", yscale="log")
            axes.minorticks_off()
            axes.set_xticks(sizes, [str(n) for n in sizes])
        clear(axes)
    for row in grid:
        row[0].set_ylabel("mean displacement in cells")
    for axes in grid[1]:
        axes.set_xlabel("cells across the unit square or cube")
    handles = [plt.Line2D([], [], color=color, marker="o", linewidth=2, label=label)
               for color, label in LINES.values()]
    figure.legend(handles=handles, loc="lower center", ncol=5, frameon=False, fontsize=14)
    figure.tight_layout(rect=(0, 0.055, 1, 1), h_pad=2.0)
    save(figure, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    parser.add_argument("--quick", action="store_true", help="two placements, coarse meshes")
    parser.add_argument("--table", type=Path, help="show and draw rows measured before")
    options = parser.parse_args()
    start = time.perf_counter()
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.table or options.output / "neural-accuracy.csv"
    if not options.table:
        texts = [subprocess.run([options.programs / program] + ["--quick"] * options.quick,
                     check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
                 for program in ("mirNeuralAccuracy", "mirNeuralSolidAccuracy")]
        path.write_text(texts[0] + "".join(texts[1].splitlines(keepends=True)[1:]),
            encoding="utf-8")
    rows = Rows(path)
    show(rows)
    draw(rows, options.output / "neural-accuracy.png")
    text = subprocess.run([options.programs / "mirNeuralAccuracy", "--pictures"], check=True,
        stdout=subprocess.PIPE, encoding="utf-8").stdout
    draw_pictures(read_pictures(text), options.output / "neural-pictures.png", COLUMNS)
    print(f"\n{options.output}/neural-accuracy.csv, .png and neural-pictures.png in "
          f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
