"""Accuracy of the continuous methods on every kind of mesh, against PLIC with the same planes.

Runs mirContinuousAccuracy, which measures, and writes its rows as CSV with a plot and pictures
beside it. Displacement is the mean distance in cells by which an interface misses: the measure of
all points with the wrong material over (cell size times measure of the true interface). Means over
eight placements that no method was developed with.
"""
import argparse
import csv
import math
import subprocess
import time
from pathlib import Path

from plots import FAINT, INK, NOTE, clear, pyplot, save

PLIC, EXACT = "PLIC LVIRA", "PLIC exact normals"
NESTED = "PLIC nested ELVIRA"
AVERAGED = "Averaged Planes LVIRA"
PARABOLOIDS = "Averaged Paraboloids Reconstructed Distance"
VARIATIONAL = "Variational Reconstructed Distance"
CONTINUOUS = (AVERAGED, PARABOLOIDS, VARIATIONAL)
# The refinement in 3D, where it is not 4.
FINENESS = {"hexahedra": ", r = 2", "tetrahedra": ""}
PLANAR = ("quads", "triangles", "distorted", "curvilinear", "voronoi")


class Rows:
    """The rows of the CSV file."""

    def __init__(self, path):
        self.rows = list(csv.DictReader(path.open(encoding="utf-8")))
        self.index, self.counts = {}, {}
        for row in self.rows:
            key = (row["Test"], row["Mesh"], int(row["Resolution"]), row["Method"], row["Measure"])
            self.index[key] = float(row["Value"])
            self.counts[key] = int(row["Placements"])

    def value(self, test, mesh, n, method, measure="Displacement"):
        return self.index.get((test, mesh, n, method, measure))

    def sizes(self, test, mesh, method, measure="Displacement"):
        return sorted(key[2] for key in self.index
                      if (key[0], key[1], key[3], key[4]) == (test, mesh, method, measure))

    def placements(self, test, n, method):
        return max(count for key, count in self.counts.items()
                   if (key[0], key[2], key[3]) == (test, n, method))

    def largest(self, measure, methods=None):
        return max((value for key, value in self.index.items() if key[4] == measure
                    and (methods is None or key[3] in methods)), default=None)

    def total(self, measure):
        return sum(value for key, value in self.index.items() if key[4] == measure)

    def ratios(self, tests, meshes, method, others):
        """Displacements of a method over the least of the others, one a test, mesh and size."""
        found = []
        for test, mesh, n, name, measure in self.index:
            if test in tests and mesh in meshes and name == method and measure == "Displacement":
                least = [self.value(test, mesh, n, other) for other in others]
                least = [value for value in least if value]
                if least:
                    found.append(self.value(test, mesh, n, method) / min(least))
        return found


# --------------------------------------------------------------------------------------- the tables

def heading(text):
    print(f"\n{text}\n" + "-" * len(text), flush=True)


def shown(value):
    if value is None:
        return "-"
    return f"{value:.1e}" if value and abs(value) < 1e-5 else f"{value:.5f}".rstrip("0").rstrip(".")


def table(rows, title, test, meshes, methods, measure="Displacement"):
    sizes = sorted({n for mesh in meshes for method in methods
                    for n in rows.sizes(test, mesh, method, measure)})
    if not sizes:
        return
    heading(f"{title}: displacement in cells")
    print(f"{'':14s}{'':44s}" + "".join(f"{'n = ' + str(n):>11s}" for n in sizes))
    for mesh in meshes:
        name = mesh
        for method in methods:
            values = [rows.value(test, mesh, n, method, measure) for n in sizes]
            if any(value is not None for value in values):
                print(f"{name:14s}{method:44s}"
                      + "".join(f"{shown(value):>11s}" for value in values))
                name = ""


def goals(rows):
    """What must be shown: (what, figure, limit); limits are of issue 4."""
    def geometric(values):
        return math.exp(sum(map(math.log, values)) / len(values)) if values else None

    result = [
        ("largest |volume - fraction|, all tests",
         rows.largest("ConservationMax"), 1e-10),
        ("cells that do not conserve", rows.total("CellsFailed"), 0),
        ("points of faces that differ", rows.total("FaceMismatches"), 0),
        ("bad ends of facets", rows.total("BadEnds"), 0),
        ("bad junctions", rows.total("BadJunctions"), 0),
    ]
    for tests, limit in ((("planes circle", "planes sphere"), 1.0),
                         (("planes star", "planes cube"), 1.1)):
        worst = None
        for test, mesh, n, name, measure in list(rows.index):
            if test in tests and name.startswith("PLIC ") and measure == "Displacement":
                planes = name[len("PLIC "):]
                planes = "exact" if planes == "exact normals" else planes
                for suffix in ("", ", r = 2"):
                    value = rows.value(test, mesh, n, f"Averaged Planes {planes}{suffix}")
                    if value is not None and planes != "exact":
                        ratio = value / rows.value(test, mesh, n, name)
                        worst = ratio if worst is None else max(worst, ratio)
        result.append((f"Averaged Planes / its PLIC, worst of {' and '.join(tests)}", worst, limit))
    result.append(("Averaged Planes r = 2 / better of Youngs and Mixed Youngs-Centered, 3D",
        geometric(rows.ratios(("planes sphere", "planes cube", "planes torus", "planes shell1"),
            ("boxes",), "Averaged Planes Mixed Youngs-Centered, r = 2",
            ("PLIC Youngs", "PLIC Mixed Youngs-Centered"))), 0.85))
    for mesh, coarse, fine in (("quads", 5e-4, 1.5e-4), ("distorted", 5e-4, 1.5e-4),
                               ("triangles", 1.1e-3, 3e-4), ("voronoi", 8e-4, 2e-4)):
        for n, limit in ((25, coarse), (100, fine)):
            result.append((f"Variational, circle, {mesh} {n}",
                rows.value("circle", mesh, n, VARIATIONAL), limit))
    for mesh in ("hexahedra", "tetrahedra"):
        own, lvira = (rows.value("sphere", mesh, 32, name)
                      for name in (VARIATIONAL + FINENESS[mesh], PLIC))
        result.append((f"Variational{FINENESS[mesh]} / LVIRA, sphere, {mesh} 32",
            own / lvira if own and lvira else None, 0.2))
    for mesh in PLANAR:
        own, lvira = (rows.value("star", mesh, 25, name) for name in (VARIATIONAL, PLIC))
        result.append((f"Variational / LVIRA, star, {mesh} 25",
            own / lvira if own and lvira else None, 0.4))
    for test, limit in (("triple", 0.004), ("quadrants", 0.003), ("annulus0.5", 0.0087),
                        ("layers", 0.010)):
        result.append((f"Variational, {test}, quads 16",
            rows.value(test, "quads", 16, VARIATIONAL), limit))
    for mesh in ("quads", "triangles"):
        result.append((f"Relaxed Variational, circle with noise of .01, {mesh} 25",
            rows.value("noise .01", mesh, 25, VARIATIONAL + ", relaxed"),
            rows.value("noise .01", mesh, 25, PLIC)))
    return result


def show(rows):
    methods = (PLIC, "PLIC Reconstructed Distance", EXACT) + CONTINUOUS
    table(rows, "Circle", "circle", PLANAR, methods)
    table(rows, "Star", "star", PLANAR, methods)
    table(rows, "Circle cut by the boundary", "coast", PLANAR, methods)
    table(rows, "Right angle at the boundary", "pier", PLANAR, methods)
    table(rows, "Filament of half a cell", "filament0.5", PLANAR, methods)
    table(rows, "Filament of one cell", "filament1", PLANAR, methods)
    for test in ("sphere", "cube", "tripleline"):
        for mesh, fineness in FINENESS.items():
            table(rows, f"{test.capitalize()}, {mesh}", test, (mesh,),
                (PLIC, EXACT) + tuple(method + fineness for method in CONTINUOUS))
    for test in ("triple", "quadrants", "annulus0.5", "layers", "islands"):
        table(rows, f"Several materials, {test}", test, ("quads", "triangles", "voronoi"), methods)
        for n in (16, 32):
            orders = [rows.value(test, "quads", n, NESTED, f"Displacement{order}Order")
                      for order in ("Best", "Mean", "Worst")]
            if orders[0] is not None:
                print(f"{'':14s}nested ELVIRA, n = {n}: best, mean, worst order "
                      + ", ".join(map(shown, orders)))
    heading("What must be shown (+ within the limit, - not)")
    for what, value, limit in goals(rows):
        if value is None or limit is None:
            print(f"  {what:78s}{'not measured':>14s}")
        else:
            print(f"{'+' if value <= limit else '-'} {what:78s}{shown(value):>14s} <= {limit:g}")


# ----------------------------------------------------------------------------------------- the plot

LINES = {
    PLIC: ("#4c78c8", "o-", "PLIC, LVIRA"),
    "PLIC Reconstructed Distance": ("#8c6bb1", "o-", "PLIC, Reconstructed Distance"),
    EXACT: ("#666666", "s--", "PLIC, exact normals"),
    AVERAGED: ("#2a9d8f", "o-", "Averaged Planes"),
    PARABOLOIDS: ("#e0a81e", "o-", "Averaged Paraboloids"),
    VARIATIONAL: ("#c8102e", "o-", "Variational"),
}


def draw(rows, path):
    """Eight panels: displacement against the number of cells across, one line a method."""
    plt = pyplot()
    panels = [("circle", "quads"), ("circle", "triangles"), ("circle", "distorted"),
              ("circle", "voronoi"), ("star", "quads"), ("star", "triangles"),
              ("sphere", "hexahedra"), ("sphere", "tetrahedra")]
    names = {"distorted": "distorted quads", "voronoi": "polygons"}
    figure, grid = plt.subplots(2, 4, figsize=(16.5, 9.4))
    for axes, (test, mesh) in zip(grid.flat, panels):
        seen, sizes = [], []
        for method, (color, style, _) in LINES.items():
            method += FINENESS.get(mesh, "") if not method.startswith("PLIC") else ""
            found = rows.sizes(test, mesh, method)
            values = [rows.value(test, mesh, n, method) for n in found]
            bold = method.startswith((PARABOLOIDS, VARIATIONAL))
            axes.plot(found, values, style, color=color, linewidth=2.4 if bold else 1.5,
                markersize=6 if bold else 4, zorder=4 if bold else 3)
            seen += [value for value in values if value > 0.0]
            sizes += found
        axes.set_title(f"{test.capitalize()}, {names.get(mesh, mesh)}", fontsize=16, color=INK)
        if seen:
            axes.set(xscale="log", yscale="log")
            low, high = min(sizes) / 1.25, max(sizes) * 1.25
            least, most = min(seen) / 1.8, max(seen) * 1.6
            axes.set(xlim=(low, high), ylim=(least, most))
            axes.minorticks_off()
            axes.set_xticks(sorted(set(sizes)), [str(n) for n in sorted(set(sizes))])
            # A fixed part of a cell squared: what planes of exact normals leave of a curve.
            x = [low * (high / low)**0.06, low * (high / low)**0.32]
            y = [least * (most / least)**0.06 * x[1] / at for at in x]
            axes.plot(x, y, color=FAINT, linewidth=1.2)
            axes.annotate("slope \u22121", ((x[0] * x[1])**0.5, (y[0] * y[1])**0.5), (7, 3),
                textcoords="offset points", color=NOTE, fontsize=12)
        clear(axes)
    for row in grid:
        row[0].set_ylabel("mean displacement in cells")
    for axes in grid[1]:
        axes.set_xlabel("cells across the unit square or cube")
    handles = [plt.Line2D([], [], color=color, marker=style[0], linestyle=style[1:], linewidth=2,
        label=label) for color, style, label in LINES.values()]
    figure.legend(handles=handles, loc="lower center", ncol=len(LINES), frameon=False, fontsize=14)
    figure.suptitle("How far interfaces miss on finer and finer meshes", fontsize=20, color=INK)
    figure.tight_layout(rect=(0, 0.055, 1, 0.985), h_pad=2.0)
    save(figure, path)


# ---------------------------------------------------------------------------------------- pictures

MATERIALS = ("#c8102e", "#4c78c8", "#e0a81e", "#2a9d8f", "#8c6bb1", "#8a5a2b", "#666666", "#b0b0b0")
COLUMNS = ("PLIC", "Averaged Planes", "Averaged Paraboloids", "Variational")


def read_pictures(text):
    """{(case, mesh, cells): {method: (displacement, [(inside, outside, points)])}}"""
    pictures = {}
    for row in csv.DictReader(text.splitlines()):
        numbers = [float(word) for word in row["Points"].split()]
        points = [tuple(numbers[i:i + 3]) for i in range(0, len(numbers), 3)]
        key = (row["Picture"], row["Mesh"], int(row["Resolution"]))
        _, facets = pictures.setdefault(key, {}).setdefault(
            row["Method"], (float(row["Displacement"]), []))
        facets.append((int(row["Inside"]), int(row["Outside"]), points))
    return pictures


def draw_plane(axes, mesh, facets):
    from matplotlib.collections import LineCollection
    loops = [[point[:2] for point in points + points[:1]] for _, _, points in mesh]
    axes.add_collection(LineCollection(loops, colors="#dddddd", linewidths=0.7))
    # Both sides of a line in the colours of their materials.
    for inside, outside, ((x0, y0, _), (x1, y1, _)) in facets:
        size = math.hypot(x1 - x0, y1 - y0) or 1.0
        shift = (0.0022 * (y1 - y0) / size, 0.0022 * (x0 - x1) / size)
        for material, side in ((inside, -1.0), (outside, 1.0)):
            axes.plot((x0 + side * shift[0], x1 + side * shift[0]),
                (y0 + side * shift[1], y1 + side * shift[1]), color=MATERIALS[material % 8],
                linewidth=1.6, solid_capstyle="butt", zorder=3)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(FAINT)


def cube_about(points):
    """The limits of x, y and z of the least cube about points."""
    ends = [(min(x), max(x)) for x in zip(*points)]
    half = 0.5 * max(high - low for low, high in ends)
    return [(0.5 * (low + high) - half, 0.5 * (low + high) + half) for low, high in ends]


def draw_space(axes, facets, limits):
    from matplotlib.colors import to_rgb
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection
    light = (0.35, -0.7, 0.62)
    loops, colors = [], []
    for inside, outside, points in facets:
        normal = [0.0, 0.0, 0.0]
        for p, q in zip(points, points[1:] + points[:1]):
            for i in range(3):
                j, k = (i + 1) % 3, (i + 2) % 3
                normal[i] += (p[j] - q[j]) * (p[k] + q[k])
        size = math.sqrt(sum(x * x for x in normal)) or 1.0
        shade = 0.55 + 0.45 * abs(sum(x * y for x, y in zip(normal, light))) / size
        # A colour for each pair of materials.
        base = to_rgb(MATERIALS[(3 * min(inside, outside) + max(inside, outside) + 1) % 8])
        loops.append(points)
        colors.append(tuple(shade * x + (1.0 - shade) * 0.15 for x in base))
    axes.add_collection3d(Poly3DCollection(loops, facecolors=colors, edgecolors=colors,
        linewidths=0.3))
    axes.set(xlim=limits[0], ylim=limits[1], zlim=limits[2])
    axes.set_box_aspect((1, 1, 1), zoom=1.15)
    axes.view_init(24, -58)
    axes.set_axis_off()


def draw_pictures(pictures, path, columns=COLUMNS):
    """A row for each case, a column for each method."""
    plt = pyplot()
    figure = plt.figure(figsize=(4.6 * len(columns), 4.75 * len(pictures) + 0.6))
    for i, ((case, mesh, n), methods) in enumerate(pictures.items()):
        limits = cube_about(point for _, facets in methods.values()
                            for _, _, points in facets for point in points)
        for j, name in enumerate(columns):
            error, facets = methods.get(name, (math.nan, []))
            flat = "mesh" in methods
            axes = figure.add_subplot(len(pictures), len(columns), i * len(columns) + j + 1,
                projection=None if flat else "3d")
            if flat:
                draw_plane(axes, methods["mesh"][1], facets)
            else:
                draw_space(axes, facets, limits)
            axes.set_title(f"{name}: {error:.4f} cells", fontsize=15, color=INK)
            if j == 0:
                axes.annotate(f"{case} on {mesh}, n = {n}", (-0.04, 0.5), xycoords="axes fraction",
                    rotation=90, ha="right", va="center", fontsize=16, color=INK)
    figure.tight_layout(h_pad=1.2)
    save(figure, path, dpi=80)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--program", type=Path, default=Path("build/bin/mirContinuousAccuracy"))
    parser.add_argument("--quick", action="store_true", help="two placements, coarse meshes")
    parser.add_argument("--table", type=Path, help="show and draw rows measured before")
    options = parser.parse_args()
    start = time.perf_counter()
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.table or options.output / "continuous-accuracy.csv"
    if not options.table:
        text = subprocess.run([options.program] + ["--quick"] * options.quick, check=True,
            stdout=subprocess.PIPE, encoding="utf-8").stdout
        path.write_text(text, encoding="utf-8")
    rows = Rows(path)
    show(rows)
    draw(rows, options.output / "continuous-accuracy.png")
    text = subprocess.run([options.program, "--pictures"], check=True, stdout=subprocess.PIPE,
        encoding="utf-8").stdout
    draw_pictures(read_pictures(text), options.output / "continuous-pictures.png")
    print(f"\n{options.output}/continuous-accuracy.csv, .png and continuous-pictures.png in "
          f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
