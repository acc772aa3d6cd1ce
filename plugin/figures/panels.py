"""Panels of a figure: meshes and interfaces as ParaView draws them.

Panels are rendered four times larger than they are shown and averaged down, so that thin lines are
smooth on any graphics driver.
"""
import os
import tempfile

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from paraview import simple

OVERSAMPLING = 4

INK = "#16202c"  # interfaces and text
GRID = "#d9dde2"  # mesh edges
FULL = "#a9c8e6"  # cells that the material fills
FRACTION_COLORS = ["#ffffff", "#d3e3f2", "#8fbbdf", "#4488bf", "#11508f"]
ERROR_COLORS = ["#ffffff", "#ffe3cf", "#fdb27f", "#f0703a", "#c4230f"]


def rgb(color):
    return list(to_rgb(color))


class View:
    """One ParaView view that renders panel after panel: parallel projection, white, unlit."""

    def __init__(self):
        self.view = simple.CreateView("RenderView")
        self.view.OrientationAxesVisibility = 0
        self.view.UseColorPaletteForBackground = 0
        self.view.Background = [1.0, 1.0, 1.0]
        self.view.CameraParallelProjection = 1
        self.view.CenterAxesVisibility = 0

    def render(self, layers, window, pixels):
        """The layers, later ones on top, as an array of pixels[1] x pixels[0] colours.

        window: (xmin, xmax, ymin, ymax), shown in full; pixels: (width, height).
        """
        width, height = (OVERSAMPLING * p for p in pixels)
        xmin, xmax, ymin, ymax = window
        center = [0.5 * (xmin + xmax), 0.5 * (ymin + ymax)]
        extent = max(xmax - xmin, ymax - ymin)
        self.view.CameraPosition = center + [10.0 * extent]
        self.view.CameraFocalPoint = center + [0.0]
        self.view.CameraViewUp = [0.0, 1.0, 0.0]
        self.view.CameraParallelScale = 0.5 * max(ymax - ymin, (xmax - xmin) * height / width)
        shown = [layer.show(self.view, 1e-3 * extent * i) for i, layer in enumerate(layers)]
        image = self._screenshot(width, height)
        for proxy in shown:
            simple.Delete(proxy)
        blocks = image.reshape(pixels[1], OVERSAMPLING, pixels[0], OVERSAMPLING, 3)
        return blocks.mean(axis=(1, 3))

    def _screenshot(self, width, height):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "panel.png")
            simple.SaveScreenshot(path, self.view, ImageResolution=[width, height])
            return imread(path)[:, :, :3]


class Cells:
    """A mesh in one colour, or coloured by a cell array over a range; edges where asked for."""

    def __init__(self, source, color=None, array=None, colors=None, limits=(0.0, 1.0), edges=True):
        self.source, self.color, self.array = source, color, array
        self.colors, self.limits, self.edges = colors, limits, edges

    def show(self, view, height):
        shown = simple.Show(self.source, view)
        shown.Representation = "Surface With Edges" if self.edges else "Surface"
        shown.Ambient, shown.Diffuse, shown.Specular = 1.0, 0.0, 0.0
        shown.EdgeColor = rgb(GRID)
        shown.LineWidth = 0.5 * OVERSAMPLING
        shown.Position = [0.0, 0.0, height]
        if self.array is None:
            shown.ColorArrayName = [None, ""]
            shown.AmbientColor = shown.DiffuseColor = rgb(self.color)
            return shown
        simple.ColorBy(shown, ("CELLS", self.array), separate=True)
        table = simple.GetColorTransferFunction(self.array, shown, separate=True)
        table.ColorSpace = "RGB"
        low, high = self.limits
        steps = np.linspace(0.0, 1.0, len(self.colors))
        table.RGBPoints = [
            x for s, c in zip(steps, self.colors) for x in [low + s * (high - low), *rgb(c)]
        ]
        shown.LookupTable = table
        shown.SetScalarBarVisibility(view, False)
        return shown


class Lines:
    """An interface, or an outline, as lines of a width in pixels of the finished figure."""

    def __init__(self, source, width=2.0, color=INK):
        self.source, self.width, self.color = source, width, color

    def show(self, view, height):
        shown = simple.Show(self.source, view)
        shown.Representation = "Wireframe"
        shown.Ambient, shown.Diffuse, shown.Specular = 1.0, 0.0, 0.0
        shown.ColorArrayName = [None, ""]
        shown.AmbientColor = shown.DiffuseColor = rgb(self.color)
        shown.LineWidth = self.width * OVERSAMPLING
        shown.Position = [0.0, 0.0, height]
        return shown
