"""The third figure: a ball in space, on cubes and on tetrahedra, by planes and without gaps."""
from paraview import simple

from .panels import Facets, View
from .pipeline import (
    AVERAGED_PLANES,
    PLIC,
    PLIC_LEAST_SQUARES,
    VARIATIONAL,
    Result,
    unit_mesh,
)
from .sheet import SOFT, Sheet, number, percent

CELLS = 12
CENTER, RADIUS = [0.48, 0.51, 0.53], 0.36
ARRAY = "VolumeFraction"
TITLES = [
    ("PLIC", "a plane in every cell"),
    ("Continuous", "Averaged Planes"),
    ("Continuous", "Variational"),
]
PANEL, GAP = 560, 22
LEFT, TOP, ROW = 110, 120, PANEL + 90
OFFSET = [-2.1, -3.2, 1.9]  # from where the ball is seen
HEIGHT = 0.78


def draw(path):
    """Writes the picture; returns a row of measures for each mesh and method."""
    cubes = unit_mesh(CELLS, dimension=3)
    meshes = [
        ("Cubes", cubes, PLIC, "Mixed Youngs–Centered"),
        ("Tetrahedra", simple.Tetrahedralize(Input=cubes), PLIC_LEAST_SQUARES, "Least Squares"),
    ]
    view = View()
    sheet = Sheet(LEFT + len(TITLES) * (PANEL + GAP) + 8, TOP + len(meshes) * ROW + 90)
    for column, (title, note) in enumerate(TITLES):
        x = LEFT + column * (PANEL + GAP) + PANEL / 2
        sheet.text(x, 46, title, 36, weight="bold")
        sheet.text(x, 86, note, 24, SOFT)
    rows = []
    truth = simple.BenchmarkShape(Shape="Sphere", Dimension=3, Center=CENTER, Radius=RADIUS)
    for i, (name, mesh, planes, note) in enumerate(meshes):
        y = TOP + i * ROW
        print(f"Ball on {name.lower()}", flush=True)
        fractions = simple.VolumeFractions(Input=mesh, Truth=truth)
        results = [Result(f"Ball on {name.lower()}", planes, fractions, ARRAY, truth)]
        results += [
            Result(f"Ball on {name.lower()}", method, fractions, ARRAY, truth, Refinement=2)
            for method in (AVERAGED_PLANES, VARIATIONAL)
        ]
        row = results[0].row
        sheet.text(34, y + PANEL / 2, name, 34, rotation=90, weight="bold")
        counts = f"{row['Mixed']:.0f} mixed of {row['Cells']:.0f} cells; PLIC: {note}"
        sheet.text(76, y + PANEL / 2, counts, 24, SOFT, rotation=90)
        for column, result in enumerate(results):
            x = LEFT + column * (PANEL + GAP)
            image = view.render_solid(
                [Facets(result.interface)], CENTER, OFFSET, HEIGHT, (PANEL, PANEL)
            )
            sheet.panel(image, x, y, (0.0, 1.0, 0.0, 1.0))
            _draw_numbers(sheet, x, y + PANEL, result.row)
        rows += [result.row for result in results]
    sheet.text(
        LEFT,
        TOP + len(meshes) * ROW + 8,
        f"The ball is {2.0 * RADIUS * CELLS:.1f} cubes across; each cube is five tetrahedra. Refinement 2.\n"
        "shape: volume between reconstruction and truth, over the ball's; conservation and continuity:"
        " largest error of a cell and of a face",
        23,
        SOFT,
        across="left",
    )
    sheet.save(path)
    return rows


def _draw_numbers(sheet, x, y, row):
    numbers = [
        ("shape", percent(row["ShapeError"])),
        ("conservation", number(row["ConservationMax"])),
        ("continuity", number(row["ContinuityMax"])),
    ]
    for place, (label, text) in zip((0.16, 0.5, 0.84), numbers):
        sheet.text(x + place * PANEL, y + 24, text, 25)
        sheet.text(x + place * PANEL, y + 50, label, 20, SOFT)
