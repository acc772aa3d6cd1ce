"""Accuracy of the neural methods in the plane and in space, beside PLIC and Variational.

Runs mirNeuralAccuracy and mirNeuralSolidAccuracy, which measure, and writes their rows as CSV with
a plot beside it. Displacement is the mean distance in cells by which an interface misses, all
interfaces conserved; means over eight placements that no network was trained or chosen with.
"""
import argparse
import subprocess
import time
from pathlib import Path

from accuracy_continuous import FAINT, INK, Rows, heading, shown, table

NEURAL, SOLID = "Neural subcell", "Neural subcell3d"
VARIATIONAL = "Variational Least Squares"
ELVIRA = "PLIC ELVIRA"
PLANAR_METHODS = ("PLIC Youngs", ELVIRA, "PLIC Reconstructed Distance", VARIATIONAL, NEURAL,
                  NEURAL + ", relaxed")
PLANAR_TESTS = ("circle", "square", "star", "filament0.5", "filament0.75", "filament1", "filament2",
                "zalesak", "gear", "cusp", "spiral0.6", "bowtie", "coast", "circle~.001",
                "circle~.01")
SOLID_TESTS = ("sphere", "cube", "torus", "sheet.5", "wire1", "slotted")


def goals(rows):
    """What must be shown: (what, figure, limit)."""
    def planar(test, n, method=NEURAL):
        return rows.value(test, "quads", n, method)

    def ratio(test, n, method=NEURAL, other=ELVIRA):
        own, others = planar(test, n, method), planar(test, n, other)
        return own / others if own and others else None

    result = [("largest |volume - fraction|", rows.largest("ConservationMax"), 1e-10),
              ("points of faces that differ", rows.total("FaceMismatches"), 0)]
    for n, across, limit in ((13, 8, 8e-4), (25, 16, 5e-4), (50, 32, 3e-4), (100, 64, 2e-4),
                             (200, 128, 2e-4)):
        result.append((f"circle, {across} cells across", planar("circle", n), limit))
    result += [("square, 16 cells across", planar("square", 25), 0.004),
               ("star, 16 cells across", planar("star", 25), 0.008),
               ("filament of .5 cell, 16 across", planar("filament0.5", 25), 0.02),
               ("filament of .75 cell, 16 across", planar("filament0.75", 25), 0.015)]
    result += [(f"{test} / ELVIRA, 32 cells across", ratio(test, 50), 0.4)
               for test in ("zalesak", "gear", "cusp", "spiral0.6", "bowtie")]
    result += [("noise .001, exact / ELVIRA", ratio("circle~.001", 25), 0.4),
               ("noise .01, relaxed / ELVIRA", ratio("circle~.01", 25, NEURAL + ", relaxed"), 0.8)]
    for test, limit in (("sphere", 5e-4), ("cube", 0.0055), ("torus", 0.0014), ("sheet.5", 0.018),
                        ("wire1", 0.013), ("slotted", 0.005)):
        result.append((f"{test}, n = 32", rows.value(test, "boxes", 32, SOLID), limit))
    return result


def show(rows):
    for test in PLANAR_TESTS:
        table(rows, test.capitalize(), test, ("quads",), PLANAR_METHODS)
    for test in SOLID_TESTS:
        table(rows, test.capitalize() + ", 3D", test, ("boxes",),
            ("PLIC Youngs", "PLIC Mixed Youngs-Centered", "PLIC Reconstructed Distance",
             VARIATIONAL + ", r = 2", SOLID + ", r = 2", SOLID))
    heading("What must be shown (+ within the limit, - not)")
    for what, value, limit in goals(rows):
        if value is None:
            print(f"  {what:60s}{'not measured':>14s}")
        else:
            print(f"{'+' if value <= limit else '-'} {what:60s}{shown(value):>14s} <= {limit:g}")


LINES = {
    "PLIC Youngs": ("#999999", "PLIC, Youngs"),
    ELVIRA: ("#4c78c8", "PLIC, ELVIRA"),
    "PLIC Mixed Youngs-Centered": ("#4c78c8", "PLIC, Mixed Youngs-Centered"),
    "PLIC Reconstructed Distance": ("#8c6bb1", "PLIC, Reconstructed Distance"),
    VARIATIONAL: ("#2a9d8f", "Variational"),
    NEURAL: ("#c8102e", "Neural"),
}


def draw(rows, path):
    """Eight panels: displacement against the number of cells, one line a method."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    plt.rcParams.update({"font.family": "STIXGeneral", "mathtext.fontset": "stix", "font.size": 13})
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
        axes.set(xscale="log", yscale="log")
        sizes = sorted({n for method in LINES for n in rows.sizes(test, mesh, method)})
        axes.minorticks_off()
        axes.set_xticks(sizes, [str(n) for n in sizes])
        axes.tick_params(which="both", color=FAINT, labelcolor=INK)
        axes.grid(True, which="major", color="#e4e4e4", linewidth=0.8)
        axes.set_axisbelow(True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color(FAINT)
    for row in grid:
        row[0].set_ylabel("mean displacement in cells")
    for axes in grid[1]:
        axes.set_xlabel("cells across the unit square or cube")
    handles = [plt.Line2D([], [], color=color, marker="o", linewidth=2, label=label)
               for color, label in LINES.values()]
    handles = list({handle.get_label(): handle for handle in handles}.values())
    figure.legend(handles=handles, loc="lower center", ncol=6, frameon=False, fontsize=14)
    figure.tight_layout(rect=(0, 0.055, 1, 1), h_pad=2.0)
    figure.savefig(path, dpi=110, facecolor="white")
    plt.close(figure)


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
    print(f"\n{options.output}/neural-accuracy.csv and .png in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
