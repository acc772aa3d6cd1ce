"""Accuracy of the PLIC methods on every kind of mesh, beside published figures.

Prints, and writes as CSV with a plot beside it:
- normals on the disc and on the sphere: L1n, the mean over mixed cells of 1 - n . n_exact at the
  facet's centroid, on finer and finer meshes;
- how far the facets' regions are from the truth (symmetric difference), against facets with the
  exact normals, which no PLIC can be better than;
- random planes, which should come back: the angle between facet and plane;
- the sphere on jittered tetrahedra: the mean angle.
Published rows: plicRDF of Scheufler and Roenby (2019), from the results in their VoFLibrary. Meshes
that are irregular there are irregular here and have as many cells.
"""
import argparse
import csv
import math
import time
from pathlib import Path

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints, vtkSMPTools
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPolyData
from vtkmodules.vtkFiltersGeneral import vtkGradientFilter

import meshes
from interfaces import (FRACTION, NAMES, Facets, angles, fractions_of, is_mixed, methods,
    normal_error, plic, radial, reconstruct, shape, with_ball_centroids, with_fractions,
    with_half_space_centroids)
from mir import vtkInterfaceError
from plots import FAINT, INK, NOTE, clear, pyplot, save

STRUCTURED = ("quads", "hexahedra")  # of these names are image data here
PUBLISHED = "plicRDF, published"

DISC = ((1.01, 1.01, 0.0), 0.5, 2.0)  # centre, radius, length of the square
SPHERE = ((0.51, 0.51, 0.51), 0.25, 1.0)
# Per mesh: (name of the resolution there, cells of the whole domain, published L1n).
DISC_ROWS = {
    "quads": [(n, n * n, value) for n, value in (
        (15, 4.13e-4), (30, 1.03e-4), (60, 2.58e-5), (120, 6.86e-6), (240, 1.61e-6),
        (480, 4.76e-7))],
    "triangles": [
        (10, 228, 3.63e-3), (15, 518, 1.39e-3), (30, 2204, 3.49e-4), (60, 9142, 7.68e-5),
        (120, 37420, 1.86e-5), (240, 150550, 4.48e-6)],
    "polygons": [
        (10, 133, 8.71e-4), (15, 288, 4.01e-4), (30, 1161, 9.78e-5), (60, 4690, 2.10e-5),
        (120, 18949, 5.58e-6), (240, 75754, 1.23e-6)],
}
SPHERE_ROWS = {
    "hexahedra": [(n, n**3, value) for n, value in (
        (14, 1.25e-3), (29, 2.29e-4), (59, 5.20e-5), (119, 1.28e-5), (239, 3.47e-6))],
    "tetrahedra": [
        (14, 11348, 5.30e-3), (29, 87356, 1.06e-3), (59, 650395, 2.99e-4), (119, 5181768, 6.85e-5)],
    "polyhedra": [
        (31, 31399, 1.20e-4), (57, 190075, 2.33e-5), (108, 1273155, 6.69e-6)],
}
LARGE = 5_000_000  # hexahedra, of which every one is made; elsewhere the band about the sphere is


# --------------------------------------------------------------------------- output of every part

class Report:
    """Rows of the CSV file, and the tables on the screen."""

    COLUMNS = ["Test", "Mesh", "Resolution", "Cells", "Mixed", "Method", "Measure", "Value",
               "Published"]

    def __init__(self):
        self.rows = []

    def add(self, test, mesh, resolution, cells, mixed, method, measure, value, published=None):
        self.rows.append([test, mesh, resolution, cells, mixed, method, measure, float(value),
                          published])

    def values(self, test, mesh, method, measure):
        return {row[2]: row[7] for row in self.rows
                if (row[0], row[1], row[5], row[6]) == (test, mesh, method, measure)}

    def write(self, path):
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(self.COLUMNS)
            for *row, value, published in self.rows:
                writer.writerow([*row, f"{value:.4g}", "" if published is None else published])


def heading(text):
    print(f"\n{text}\n" + "-" * len(text), flush=True)


def line(name, cells, width=12):
    print(f"{name:24s}" + "".join(f"{cell:>{width}s}" for cell in cells), flush=True)


# --------------------------------------------------------------------------------- disc and sphere

def irregular(kind, cells, length, sphere):
    make = getattr(meshes, kind)
    return make(cells, length, sphere=sphere) if sphere else make(cells, length)


def normal_errors(report, dimension, kind, rows, limit):
    """L1n of every method on one kind of mesh."""
    centre, radius, length = SPHERE if dimension == 3 else DISC
    test = "sphere" if dimension == 3 else "disc"
    rows = [row for row in rows if limit is None or row[1] <= limit]
    results = {}
    for resolution, cells, published in rows:
        if kind in STRUCTURED:
            mesh = meshes.image(resolution, dimension, length)
        else:
            mesh = irregular(kind, cells, length, (centre, radius) if dimension == 3 else None)
        mesh = with_fractions(mesh, shape(dimension, centre, radius))
        mesh = with_ball_centroids(mesh, centre, radius)
        mixed = int(is_mixed(mesh).sum())
        for name, method in methods(kind in STRUCTURED).items():
            error = normal_error(Facets(reconstruct(mesh, method), mesh), mesh, centre)
            results.setdefault(name, []).append(error)
            report.add(test, kind, resolution, cells, mixed, name, "L1n", error, published)
    heading(f"{test.capitalize()} on {kind}: L1n (+ at or below the published figure, - above)")
    line("cells across" if kind in STRUCTURED else "published as N",
        [str(row[0]) + "  " for row in rows])
    line(PUBLISHED, [f"{row[2]:.2e}  " for row in rows])
    for name, values in results.items():
        line(name, [f"{value:.2e} {'+' if value <= row[2] else '-'}"
                    for value, row in zip(values, rows)])


# ------------------------------------------------------------------------- shape error and its floor

def volume_below(m, alpha):
    """Volume of the unit cube where m . x < alpha; m >= 0 sums to 1 (Scardovelli, Zaleski 2000)."""
    m = np.sort(m, axis=1)
    m1, m2, m3 = m.T
    m12 = m1 + m2
    a = np.minimum(alpha, 1.0 - alpha)
    six = np.maximum(6.0 * m1 * m2 * m3, 1e-300)
    cut = np.select(
        [a < m1, a < m2, a < np.minimum(m12, m3), m3 < m12],
        [a**3 / six,
         (a * (a - m1) + m1**2 / 3.0) / np.maximum(2.0 * m2 * m3, 1e-300),
         (a**2 * (3.0 * m12 - a) + m1**2 * (m1 - 3.0 * a) + m2**2 * (m2 - 3.0 * a)) / six,
         (a**2 * (3.0 - 2.0 * a) + m1**2 * (m1 - 3.0 * a) + m2**2 * (m2 - 3.0 * a)
          + m3**2 * (m3 - 3.0 * a)) / six],
        (2.0 * a - m12) / (2.0 * m3))
    return np.where(alpha <= 0.5, cut, 1.0 - cut)


def cut_boxes(normal, fraction):
    """Facets that cut `fraction` off unit boxes about 0, as (cells, corners, 3) and which exist.

    The constant by bisection; corners where the plane meets the 12 edges, in order about it.
    """
    scale = np.abs(normal).sum(axis=1)
    m = np.abs(normal) / scale[:, None]
    low, high = np.zeros(len(m)), np.ones(len(m))
    for _ in range(60):
        middle = 0.5 * (low + high)
        less = volume_below(m, middle) < fraction
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    constant = (0.5 * (low + high) - 0.5) * scale
    corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    edges = [(i, j) for i in range(8) for j in range(i + 1, 8)
             if np.abs(corners[i] - corners[j]).sum() == 1.0]
    height = normal @ corners.T - constant[:, None]
    start, end = np.array(edges).T
    a, b = height[:, start], height[:, end]
    crossed = (a < 0.0) != (b < 0.0)
    t = np.where(crossed, a / np.where(crossed, a - b, 1.0), 0.0)
    points = corners[start] + t[..., None] * (corners[end] - corners[start])
    count = np.maximum(crossed.sum(axis=1), 1)[:, None]
    mean = (points * crossed[..., None]).sum(axis=1) / count
    # A basis of the plane, right-handed with the normal.
    least = np.eye(3)[np.argmin(np.abs(normal), axis=1)]
    first = np.cross(normal, least)
    second = np.cross(normal, first)
    away = points - mean[:, None, :]
    turn = np.arctan2(np.einsum("ijk,ik->ij", away, second), np.einsum("ijk,ik->ij", away, first))
    order = np.argsort(np.where(crossed, turn, np.inf), axis=1, kind="stable")
    return (np.take_along_axis(points, order[..., None], axis=1),
        np.take_along_axis(crossed, order, axis=1))


def centroids(points, present):
    """Centroids of polygons whose corners that are present come first."""
    count = present.sum(axis=1)
    mean = (points * present[..., None]).sum(axis=1) / np.maximum(count, 1)[:, None]
    following = np.where(np.arange(points.shape[1]) + 1 < count[:, None],
        np.arange(points.shape[1]) + 1, 0)
    a = points - mean[:, None, :]
    b = np.take_along_axis(points, following[..., None], axis=1) - mean[:, None, :]
    area = np.linalg.norm(np.cross(a, b), axis=2) * present
    total = np.maximum(area.sum(axis=1), 1e-300)
    return mean + ((a + b) / 3.0 * area[..., None]).sum(axis=1) / total[:, None]


def exact_interface(mesh, cells, centre):
    """The interface whose normals are those of the circle or sphere at the facets' centroids.

    mesh: image data of square cells with fractions; cells: its mixed ones.
    """
    size = mesh.GetSpacing()[0]
    nx, ny, nz = (max(n - 1, 1) for n in mesh.GetDimensions())
    flat = mesh.GetDataDimension() == 2
    index = np.stack([cells % nx, cells // nx % ny, cells // (nx * ny)], axis=1)
    middle = (index + 0.5) * size
    middle[:, 2] = 0.0 if flat else middle[:, 2]
    fraction = fractions_of(mesh)[cells]
    place = middle
    for _ in range(8):
        normal = radial(place, centre)
        points, present = cut_boxes(normal, fraction)
        place = middle + size * centroids(points, present)
        if flat:
            place[:, 2] = 0.0
    points = middle[:, None, :] + size * points
    interface = vtkPolyData()
    if flat:
        # The facet is an upright rectangle; its trace in the middle plane is what counts.
        upper = present & (points[..., 2] > 0.0)
        order = np.argsort(~upper, axis=1, kind="stable")[:, :2]
        points = np.take_along_axis(points, order[..., None], axis=1)
        points[..., 2] = 0.0
        present = np.ones(points.shape[:2], dtype=bool)
    corners = points[present]
    offsets = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    holder = vtkPoints()
    holder.SetData(numpy_to_vtk(corners, deep=True))
    interface.SetPoints(holder)
    array = meshes.cell_array(np.arange(len(corners)), offsets)
    if flat:
        interface.SetLines(array)
    else:
        interface.SetPolys(array)
    for name, values in (("SourceCellIds", cells.astype(np.int64)), ("Normals", normal)):
        data = numpy_to_vtk(values, deep=True)
        data.SetName(name)
        interface.GetCellData().AddArray(data)
    return interface


def shape_error(interface, mesh, truth):
    error = vtkInterfaceError()
    error.SetInputDataObject(0, interface)
    error.SetInputDataObject(1, mesh)
    error.SetTruthConnection(truth.GetOutputPort())
    error.AddVolumeFractionArray(FRACTION)
    error.Update()
    table = error.GetOutputDataObject(2)
    return {name: table.GetValueByName(0, name).ToDouble()
            for name in ("ShapeError", "ConservationMax")}


def shape_errors(report, dimension, cells, across):
    """Shape errors with `across` cells over the diameter, as multiples of the floor."""
    radius = 0.5 * across / cells
    centre = (0.503, 0.501, 0.502 if dimension == 3 else 0.0)
    truth = shape(dimension, centre, radius)
    mesh = with_fractions(meshes.image(cells, dimension), truth)
    mesh = with_ball_centroids(mesh, centre, radius)
    mixed = np.flatnonzero(is_mixed(mesh))
    test = "sphere shape" if dimension == 3 else "disc shape"
    floor = shape_error(exact_interface(mesh, mixed, centre), mesh, truth)
    if floor["ConservationMax"] > 1e-6:
        raise AssertionError(f"the exact facets do not conserve: {floor['ConservationMax']}")
    heading(f"{'Sphere' if dimension == 3 else 'Disc'} {across} cells across: shape error "
            "(+ within 15 % of the floor)")
    line("exact normals (floor)", [f"{floor['ShapeError']:.3e}", "1.000  "])
    report.add(test, "hexahedra" if dimension == 3 else "quads", across, cells**dimension,
        len(mixed), "exact normals", "ShapeError", floor["ShapeError"])
    for name, method in methods().items():
        error = shape_error(reconstruct(mesh, method), mesh, truth)["ShapeError"]
        ratio = error / floor["ShapeError"]
        line(name, [f"{error:.3e}", f"{ratio:.3f} {'+' if ratio <= 1.15 else '-'}"])
        report.add(test, "hexahedra" if dimension == 3 else "quads", across, cells**dimension,
            len(mixed), name, "ShapeError", error, 1.15 * floor["ShapeError"])


# --------------------------------------------------------------------------------- random planes

PLANE_MESHES = {
    "quads": (2, 1 / 16, lambda: meshes.image(16, 2)),
    "warped quads": (2, 1 / 16, lambda: meshes.quads(16, 0.2)),
    "triangles": (2, 1 / 16, lambda: meshes.triangles(256)),
    "polygons": (2, 1 / 16, lambda: meshes.polygons(256)),
    "hexahedra": (3, 1 / 12, lambda: meshes.image(12, 3)),
    "warped hexahedra": (3, 1 / 12, lambda: meshes.hexahedra(12, 0.15)),
    "tetrahedra": (3, 1 / 9, lambda: meshes.split_cubes(9)),
    "polyhedra": (3, 1 / 12, lambda: meshes.polyhedra(12**3)),
}
# Largest angle in degrees that is wanted inside the mesh.
PLANE_GOALS = {
    "ELVIRA": {"quads": 1e-6},
    "LVIRA": dict.fromkeys(PLANE_MESHES, 1e-6),
    "Reconstructed Distance": dict.fromkeys(PLANE_MESHES, 1e-3),
}


def plane_angles(report, planes):
    heading(f"{planes} random planes: angle in degrees, mean and largest inside the mesh, "
            "largest anywhere (+ as near as wanted, - not)")
    for kind, (dimension, size, make) in PLANE_MESHES.items():
        mesh = make()
        found = {name: ([], []) for name in methods(kind in STRUCTURED)}
        draw = np.random.default_rng([7, dimension])
        for _ in range(planes):
            normal = draw.normal(size=3)
            normal[2] *= dimension == 3
            normal /= np.linalg.norm(normal)
            origin = draw.uniform(0.35, 0.65, 3)
            origin[2] *= dimension == 3
            plane = vtkPlane()
            plane.SetOrigin(*origin)
            plane.SetNormal(*normal)
            cut = with_half_space_centroids(with_fractions(mesh, plane), origin, normal)
            for name, (inside, anywhere) in found.items():
                facets = Facets(reconstruct(cut, methods()[name]), cut)
                angle = angles(facets.normal, np.broadcast_to(normal, facets.normal.shape))
                # Inside: every cell around the facet's cell exists.
                place = facets.centroid[:, :dimension]
                away = np.minimum(place, 1.0 - place).min(axis=1)
                inside.append(angle[away > 2.0 * size])
                anywhere.append(angle)
        print(f"\n{kind}")
        for name, (inside, anywhere) in found.items():
            inside, anywhere = np.concatenate(inside), np.concatenate(anywhere)
            goal = PLANE_GOALS.get(name, {}).get(kind)
            mark = "  " if goal is None else " +" if inside.max() <= goal else " -"
            line("  " + name, [f"{inside.mean():.1e}  ", f"{inside.max():.1e}{mark}",
                               f"{anywhere.max():.1e}  "])
            for measure, value in (("AngleMean", inside.mean()), ("AngleMax", inside.max()),
                                   ("AngleMaxAnywhere", anywhere.max())):
                report.add("planes", kind, "", mesh.GetNumberOfCells(), len(anywhere), name,
                    measure, value, goal if measure == "AngleMax" else None)


# ---------------------------------------------------------------------------- jittered tetrahedra

def tetrahedra_angles(report, cells):
    centre, radius, goal = (0.51, 0.51, 0.51), 0.3, 2.3
    mesh = with_fractions(meshes.split_cubes(cells), shape(3, centre, radius))
    mesh = with_ball_centroids(mesh, centre, radius)
    mixed = np.flatnonzero(is_mixed(mesh))
    heading(f"Sphere on {cells}^3 x 6 jittered tetrahedra: mean angle in degrees "
            f"(+ at most {goal}), mixed cells/s of one thread")

    def show(name, angle, rate):
        line(name, [f"{angle.mean():.2f} {'+' if angle.mean() <= goal else '-'}",
                    rate and f"{rate / 1e3:.0f}k"])
        report.add("jittered tetrahedra", "tetrahedra", cells, mesh.GetNumberOfCells(), len(mixed),
            name, "AngleMean", angle.mean(), goal)

    gradient = vtkGradientFilter()
    gradient.SetInputDataObject(0, mesh)
    gradient.SetInputScalars(1, FRACTION)
    gradient.SetResultArrayName("FractionGradient")
    gradient.Update()
    slope = vtk_to_numpy(gradient.GetOutput().GetCellData().GetArray("FractionGradient"))[mixed]
    # ParaView's Youngs filter puts its facet elsewhere; the cell's middle is near enough for degrees.
    middle = meshes.cell_middles(mesh)[mixed]
    length = np.linalg.norm(slope, axis=1, keepdims=True)
    show("vtkGradientFilter", angles(-slope / np.maximum(length, 1e-300), radial(middle, centre)), "")
    for name, method in methods(structured=False).items():
        interface = plic(mesh, method)
        seconds = math.inf
        for _ in range(3):
            interface.Modified()
            start = time.perf_counter()
            interface.Update()
            seconds = min(seconds, time.perf_counter() - start)
        facets = Facets(interface.GetOutputDataObject(0), mesh)
        show(name, angles(facets.normal, radial(facets.centroid, centre)), len(mixed) / seconds)


# ------------------------------------------------------------------------------------------- plot

COLORS = {
    "Youngs": "#b0b0b0",
    "Mixed Youngs-Centered": "#e08a1e",
    "Least Squares": "#8c6bb1",
    "ELVIRA": "#2a9d8f",
    "LVIRA": "#4c78c8",
    "Moment of Fluid": "#8a5a2b",
    "Reconstructed Distance": "#c8102e",
}


def draw(report, path):
    """Six panels: L1n against the number of cells across, one line a method."""
    plt = pyplot()
    figure, grid = plt.subplots(2, 3, figsize=(13.5, 9.6), sharex="row", sharey="row")
    panels = [("disc", kind, rows) for kind, rows in DISC_ROWS.items()]
    panels += [("sphere", kind, rows) for kind, rows in SPHERE_ROWS.items()]
    ranges = {}
    for axes, (test, kind, rows) in zip(grid.flat, panels):
        dimension, length = (2, 2 * DISC[1] / DISC[2]) if test == "disc" else (3, 2 * SPHERE[1])
        across = {n: cells ** (1 / dimension) * length for n, cells, _ in rows}
        seen = [row[2] for row in rows]
        for name, color in COLORS.items():
            values = report.values(test, kind, name, "L1n")
            if values:
                bold = name == "Reconstructed Distance"
                axes.plot([across[n] for n in values], list(values.values()), "o-", color=color,
                    linewidth=2.4 if bold else 1.5, markersize=6 if bold else 4,
                    zorder=4 if bold else 3)
                seen += values.values()
        axes.plot([across[row[0]] for row in rows], [row[2] for row in rows], "D", color=INK,
            markerfacecolor="none", markersize=9, markeredgewidth=1.4, zorder=5)
        low, high, least, most = ranges.get(test, (math.inf, 0.0, math.inf, 0.0))
        ranges[test] = (min(low, *across.values()), max(high, *across.values()),
            min(least, *seen), max(most, *seen))
        axes.set_title(f"{test.capitalize()}, {kind}", fontsize=16, color=INK)
        clear(axes)
    for row, test in zip(grid, ("disc", "sphere")):
        low, high, least, most = ranges[test]
        low, high, least, most = low / 1.25, high * 1.25, least / 1.6, most * 1.6
        for axes in row:
            axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(least, most))
            axes.minorticks_off()
            ticks = [t for t in (4, 8, 16, 32, 64, 128, 256, 512) if low <= t <= high]
            axes.set_xticks(ticks, [str(t) for t in ticks])
            # Normals whose error halves with the cell size: 1 - n . n_exact is its square.
            x = np.array([low * (high / low)**0.05, low * (high / low)**0.33])
            y = least * (most / least)**0.05 * (x / x[1])**-2.0
            axes.plot(x, y, color=FAINT, linewidth=1.2)
            axes.annotate("slope \u22122", (np.sqrt(x[0] * x[1]), np.sqrt(y[0] * y[1])), (7, 3),
                textcoords="offset points", color=NOTE, fontsize=12)
        row[0].set_ylabel(r"$L_1^n$: mean of $1-\mathbf{n}\cdot\mathbf{n}_{\mathrm{exact}}$")
    for axes in grid[1]:
        axes.set_xlabel("cells across the diameter")
    shown = {row[5] for row in report.rows if row[6] == "L1n"}
    handles = [plt.Line2D([], [], color=color, marker="o", linewidth=2, label=name)
               for name, color in COLORS.items() if name in shown]
    handles.append(plt.Line2D([], [], color=INK, marker="D", linestyle="none", markersize=9,
        markerfacecolor="none", markeredgewidth=1.4, label="plicRDF (Scheufler, Roenby 2019)"))
    figure.legend(handles=handles, loc="lower center", ncol=4, frameon=False, fontsize=14)
    figure.suptitle("PLIC normals on finer and finer meshes", fontsize=20, color=INK)
    figure.tight_layout(rect=(0, 0.085, 1, 0.985), h_pad=2.0)
    save(figure, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--quick", action="store_true", help="coarse meshes only")
    parser.add_argument("--large", action="store_true", help="the sphere on 239^3 hexahedra, too")
    options = parser.parse_args()
    vtkSMPTools.Initialize(1)

    missing = [name for name in NAMES if name not in methods()]
    if missing:
        print("Not in this build:", ", ".join(missing))
    start = time.perf_counter()
    report = Report()
    limit = None if options.large else LARGE
    for kind, rows in DISC_ROWS.items():
        normal_errors(report, 2, kind, rows, 4000 if options.quick else None)
    for kind, rows in SPHERE_ROWS.items():
        normal_errors(report, 3, kind, rows,
            100_000 if options.quick else limit if kind == "hexahedra" else None)
    shape_errors(report, 2, *((80, 64) if options.quick else (320, 256)))
    shape_errors(report, 3, *((20, 16) if options.quick else (80, 64)))
    plane_angles(report, 3 if options.quick else 20)
    tetrahedra_angles(report, 12 if options.quick else 32)
    options.output.mkdir(parents=True, exist_ok=True)
    report.write(options.output / "plic-accuracy.csv")
    draw(report, options.output / "plic-accuracy.png")
    print(f"\n{options.output}/plic-accuracy.csv and .png in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
