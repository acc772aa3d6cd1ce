"""Figure 1: benchmark shapes, their volume fractions, and what each method makes of them."""
from paraview import simple

from .panels import ERROR_COLORS, FRACTION_COLORS, FULL, Cells, Lines, View
from .pipeline import (
    AUTOENCODERS,
    AVERAGED_PARABOLOIDS,
    AVERAGED_PLANES,
    BEST_AUTOENCODER,
    PARAVIEW_YOUNGS,
    PLIC,
    SUBCELL,
    VARIATIONAL,
    Result,
    unit_mesh,
)
from .sheet import SOFT, Sheet, number, percent

# (name, shape, cells across the unit square, radius, angle in degrees)
ROWS = [
    ("Star", "Star", 24, 0.42, 12.0),
    ("Spiral", "Spiral", 26, 0.44, 0.0),
    ("Gear", "Gear", 32, 0.42, 7.0),
    ("Zalesak disk", "Zalesak Disk", 24, 0.40, 25.0),
    ("Two bodies", "Two Bodies", 20, 0.42, 20.0),
]
TITLES = [
    ("Truth", "exact outline"),
    ("Volume fractions", "all that the methods see"),
    ("PLIC", "Mixed Youngs–Centered"),
    ("Autoencoder", f"{BEST_AUTOENCODER[len('Neural autoencoder '):]}, nothing corrected"),
    ("Neural", "sub-cell, exact conservation"),
    ("Continuous", "Averaged Paraboloids, no network"),
    ("Continuous", "Variational, no network"),
]
METHODS = [PLIC, BEST_AUTOENCODER, SUBCELL, AVERAGED_PARABOLOIDS, VARIATIONAL]
# In the table only.
OTHERS = [
    AVERAGED_PLANES,
    PARAVIEW_YOUNGS,
    *(method for method in AUTOENCODERS if method != BEST_AUTOENCODER),
]

WINDOW = (0.02, 0.98, 0.02, 0.98)
PANEL = 370
GAP = 22
LEFT, TOP, ROW = 100, 120, 370 + 82
ERROR_LIMIT = 0.2  # the end of the overlay's scale: a fifth of the cell


def draw(path):
    """Writes the picture; returns a row of measures for each shape and method."""
    view = View()
    sheet = Sheet(LEFT + len(TITLES) * (PANEL + GAP) + 8, TOP + len(ROWS) * ROW + 120)
    for column, (title, note) in enumerate(TITLES):
        x = LEFT + column * (PANEL + GAP) + PANEL / 2
        sheet.text(x, 46, title, 36, weight="bold")
        sheet.text(x, 86, note, 24, SOFT)
    rows = []
    for i, (name, shape, cells, radius, angle) in enumerate(ROWS):
        y = TOP + i * ROW
        print(f"{name}: {cells} x {cells} cells", flush=True)
        rows += _draw_row(view, sheet, y, name, shape, cells, radius, angle)
    _draw_legend(sheet, TOP + len(ROWS) * ROW + 30)
    sheet.save(path)
    return rows


def _draw_row(view, sheet, y, name, shape, cells, radius, angle):
    truth = simple.BenchmarkShape(Shape=shape, Radius=radius, Angle=angle)
    mesh = unit_mesh(cells)
    fractions = simple.VolumeFractions(Input=mesh, Truth=truth)
    array = "VolumeFraction"
    across = round(2.0 * radius * cells)
    sheet.text(34, y + PANEL / 2, name, 34, rotation=90, weight="bold")
    sheet.text(74, y + PANEL / 2, f"{cells} × {cells} cells, {across} across", 24, SOFT, rotation=90)

    def put(column, layers):
        x = LEFT + column * (PANEL + GAP)
        sheet.panel(view.render(layers, WINDOW, (PANEL, PANEL)), x, y, WINDOW)
        return x

    # Concave polygons are only drawn right as triangles.
    filled = simple.Triangulate(Input=truth)
    put(0, [Cells(filled, color=FRACTION_COLORS[3], edges=False), Lines(truth, 1.5)])
    x = put(1, [Cells(fractions, array=array, colors=FRACTION_COLORS)])

    results = [Result(name, method, fractions, array, truth) for method in METHODS]
    for column, result in enumerate(results, start=2):
        x_result = put(column, overlay_layers(result, array, "ShapeError", ERROR_LIMIT))
        _draw_numbers(sheet, x_result, y + PANEL, result.row)
    row = results[0].row
    sheet.text(x + PANEL / 2, y + PANEL + 24, f"{row['Mixed']:.0f} mixed of {row['Cells']:.0f}", 24)
    results += [Result(name, method, fractions, array, truth) for method in OTHERS]
    return [result.row for result in results]


def overlay_layers(result, array, error, limit, tolerance=1e-8, edges=True, width=2.0):
    """The layers of a reconstruction's panel: mesh, full cells, tinted cells, interface."""
    full = _between(result.overlay, array, 1.0 - tolerance, 2.0)
    wrong = _between(result.overlay, error, 1e-6, 1e9)
    layers = [
        Cells(result.overlay, color="#ffffff", edges=edges),
        Cells(full, color=FULL, edges=edges),
        Cells(wrong, array=error, colors=ERROR_COLORS, limits=(0.0, limit), edges=edges),
        Lines(result.interface, width),
    ]
    return [layer for layer in layers if _cells_in(layer.source) > 0]


def _cells_in(source):
    source.UpdatePipeline()
    return source.GetDataInformation().GetNumberOfCells()


def _between(source, array, low, high):
    return simple.Threshold(
        Input=source, Scalars=["CELLS", array], LowerThreshold=low, UpperThreshold=high
    )


def _draw_numbers(sheet, x, y, row):
    numbers = [
        ("shape", percent(row["ShapeError"])),
        ("conservation", number(row["ConservationMax"])),
        ("continuity", number(row["ContinuityMax"])),
    ]
    for place, (label, text) in zip((0.13, 0.5, 0.87), numbers):
        sheet.text(x + place * PANEL, y + 24, text, 25)
        sheet.text(x + place * PANEL, y + 50, label, 20, SOFT)


def _draw_legend(sheet, y):
    sheet.color_bar(
        LEFT, y + 22, PANEL, 18, FRACTION_COLORS, (0, 1), "Volume fraction of a cell", [0, 0.5, 1]
    )
    sheet.color_bar(
        LEFT + PANEL + GAP,
        y + 22,
        PANEL,
        18,
        ERROR_COLORS,
        (0, ERROR_LIMIT),
        "Shape error of a cell, under the interface",
        [0, ERROR_LIMIT / 2, ERROR_LIMIT],
        over=True,
    )
    sheet.text(
        LEFT + 2 * (PANEL + GAP) + 40,
        y - 22,
        "shape: area between reconstruction and truth, over the area of the shape (tint: over the cell)\n"
        "conservation: largest difference in a cell between its share inside the interface and its fraction\n"
        "continuity: largest mismatch of two cells on the face that they share, over the face\n"
        "a mixed cell that a method leaves without an interface counts in full",
        23,
        SOFT,
        across="left",
    )
