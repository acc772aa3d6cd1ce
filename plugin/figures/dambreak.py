"""The second figure: the same methods on the volume fractions that a flow solver left."""
from pathlib import Path

from paraview import simple

from .panels import ERROR_COLORS, FRACTION_COLORS, Cells, Lines, View
from .pipeline import BEST_AUTOENCODER, PLIC_LEAST_SQUARES, SUBCELL, VARIATIONAL, Result
from .shapes import overlay_layers
from .sheet import SOFT, Sheet, number

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "dambreak.vtu"
ARRAY = "alpha.water"
# The solver's round-off is below this; see data/samples/README.md.
TOLERANCE = 1e-6

TITLES = [
    ("Volume fractions", "OpenFOAM, dam break at 0.5 s"),
    ("PLIC", "least squares, any mesh"),
    ("Autoencoder", f"{BEST_AUTOENCODER[len('Neural autoencoder '):]}, nothing corrected"),
    ("Neural", "sub-cell, exact conservation"),
    ("Continuous", "Variational, no network"),
]
METHODS = [PLIC_LEAST_SQUARES, BEST_AUTOENCODER, SUBCELL, VARIATIONAL]

DOMAIN = (0.0, 0.584, 0.0, 0.584)
SPLASH = (0.454, 0.584, 0.2, 0.33)
PANEL = 470
GAP = 24
LEFT, TOP = 60, 120
ERROR_LIMIT = 0.5  # the end of the overlay's scale: half of a face


def draw(path):
    """Writes the picture; returns a row of measures for each method."""
    if not SAMPLE.is_file():
        raise SystemExit(f"The sample is missing: no {SAMPLE}")
    water = simple.XMLUnstructuredGridReader(FileName=[str(SAMPLE)])
    results = [Result("Dam break", m, water, ARRAY, tolerance=TOLERANCE) for m in METHODS]

    view = View()
    second = TOP + PANEL + GAP
    sheet = Sheet(LEFT + len(TITLES) * (PANEL + GAP) + 6, second + PANEL + 200)
    for column, (title, note) in enumerate(TITLES):
        x = LEFT + column * (PANEL + GAP)
        sheet.text(x + PANEL / 2, 46, title, 36, weight="bold")
        sheet.text(x + PANEL / 2, 86, note, 24, SOFT)
        for y, window, marked in [(TOP, DOMAIN, SPLASH), (second, SPLASH, None)]:
            zoomed = marked is None
            if column == 0:
                colors = dict(array=ARRAY, colors=FRACTION_COLORS)
                layers = [Cells(_middle(water), edges=zoomed, **colors)]
            else:
                layers = _layers(results[column - 1], zoomed)
            sheet.panel(view.render(layers, window, (PANEL, PANEL)), x, y, window, marked)
        if column > 0:
            _draw_numbers(sheet, x, second + PANEL, results[column - 1].row)
    row = results[0].row
    sheet.text(
        LEFT + PANEL / 2, second + PANEL + 24, f"{row['Mixed']:.0f} mixed of {row['Cells']:.0f}", 24
    )
    sheet.text(28, TOP + PANEL / 2, "Whole domain", 30, rotation=90, weight="bold")
    sheet.text(28, second + PANEL / 2, "Splash", 30, rotation=90, weight="bold")
    _draw_legend(sheet, second + PANEL + 110)
    sheet.save(path)
    return [result.row for result in results]


def _middle(source):
    """The mesh is one cell thick; what is drawn is its middle plane."""
    cut = simple.Slice(Input=source, SliceType="Plane", Triangulatetheslice=0)
    cut.SliceType.Origin, cut.SliceType.Normal = [0.0, 0.0, 0.0073], [0.0, 0.0, 1.0]
    return cut


def _layers(result, zoomed):
    width = 2.2 if zoomed else 1.3
    layers = overlay_layers(
        result, ARRAY, "ContinuityError", ERROR_LIMIT, TOLERANCE, edges=zoomed, width=width
    )
    for layer in layers:
        layer.source = _middle(layer.source)
    return layers


def _draw_numbers(sheet, x, y, row):
    for i, (label, column) in enumerate(
        [
            ("conservation, max", "ConservationMax"),
            ("continuity, max", "ContinuityMax"),
            ("continuity, mean", "ContinuityMean"),
        ]
    ):
        center = x + PANEL * (0.18, 0.5, 0.82)[i]
        sheet.text(center, y + 24, number(row[column]), 25)
        sheet.text(center, y + 50, label, 20, SOFT)


def _draw_legend(sheet, y):
    bars = [
        (FRACTION_COLORS, (0, 1), "Volume fraction of a cell", [0, 0.5, 1], False),
        (
            ERROR_COLORS,
            (0, ERROR_LIMIT),
            "Continuity error of a cell, under the interface",
            [0, ERROR_LIMIT / 2, ERROR_LIMIT],
            True,
        ),
    ]
    for i, (colors, limits, label, ticks, over) in enumerate(bars):
        x = LEFT + i * (PANEL + GAP)
        sheet.color_bar(x, y, PANEL, 18, colors, limits, label, ticks, over)
    sheet.text(
        LEFT + 2 * (PANEL + GAP) + 40,
        y - 32,
        "conservation: difference in a cell between its share inside the interface and its fraction\n"
        "continuity: mismatch of two cells on the face that they share, over the face\n"
        "a mixed cell that a method leaves without an interface counts in full\n"
        "fractions within $10^{-6}$ of 0 and 1 count as pure: below that lies the solver's round-off",
        23,
        SOFT,
        across="left",
    )
