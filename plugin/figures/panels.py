"""Panels of a figure: meshes and interfaces as ParaView draws them.

Panels are rendered four times larger than they are shown and averaged down, so that thin lines are
smooth on any graphics driver.
"""
import numpy as np
from matplotlib.colors import to_rgb
from paraview import simple
from vtkmodules.util.numpy_support import vtk_to_numpy

OVERSAMPLING = 4

INK = "#16202c"  # interfaces and text
GRID = "#d9dde2"  # mesh edges
FULL = "#a9c8e6"  # cells that the material fills
FRACTION_COLORS = ["#ffffff", "#d3e3f2", "#8fbbdf", "#4488bf", "#11508f"]
ERROR_COLORS = ["#ffffff", "#ffe3cf", "#fdb27f", "#f0703a", "#c4230f"]


def rgb(color):
    return list(to_rgb(color))


class View:
    """One ParaView view that renders panel after panel: parallel projection, white, unlit.

    Representations are made once and shown what the next panel needs; to make new ones for every
    panel took most of the time.
    """

    def __init__(self):
        self.view = simple.CreateView("RenderView")
        self.view.OrientationAxesVisibility = 0
        self.view.UseColorPaletteForBackground = 0
        self.view.Background = [1.0, 1.0, 1.0]
        self.view.CameraParallelProjection = 1
        self.view.CenterAxesVisibility = 0
        self.slots = []
        self.color_tables = {}

    def render(self, layers, window, pixels):
        """The layers, later ones on top, as an array of pixels[1] x pixels[0] colours.

        window: (xmin, xmax, ymin, ymax), shown in full; pixels: (width, height).
        """
        width, height = (OVERSAMPLING * p for p in pixels)
        xmin, xmax, ymin, ymax = window
        center = [0.5 * (xmin + xmax), 0.5 * (ymin + ymax), 0.0]
        extent = max(xmax - xmin, ymax - ymin)
        scale = 0.5 * max(ymax - ymin, (xmax - xmin) * height / width)
        self._aim(center, [0.0, 0.0, 10.0 * extent], [0.0, 1.0, 0.0], scale)
        return self._draw(layers, pixels, 1e-3 * extent)

    def render_solid(self, layers, center, offset, height, pixels):
        """The same in space: seen from center + offset, the view is so high; z runs upwards."""
        self._aim(center, offset, [0.0, 0.0, 1.0], 0.5 * height)
        return self._draw(layers, pixels, 0.0)

    def _aim(self, center, offset, up, scale):
        self.view.CameraPosition = [c + o for c, o in zip(center, offset)]
        self.view.CameraFocalPoint = center
        self.view.CameraViewUp = up
        self.view.CameraParallelScale = scale

    def _draw(self, layers, pixels, step):
        """Each layer is raised by a step over the one before."""
        width, height = (OVERSAMPLING * p for p in pixels)
        self.view.ViewSize = [width, height]
        while len(self.slots) < len(layers):
            self.slots.append(simple.servermanager.rendering.GeometryRepresentation())
        for i, (slot, layer) in enumerate(zip(self.slots, layers)):
            slot.Input = layer.source
            slot.Ambient, slot.Diffuse, slot.Specular = 1.0, 0.0, 0.0
            slot.Position = [0.0, 0.0, step * i]
            layer.style(slot, self)
        self.view.Representations = self.slots[: len(layers)]
        image = self.view.CaptureWindow(1)
        colors = vtk_to_numpy(image.GetPointData().GetScalars()).astype(np.float32).reshape(
            pixels[1], OVERSAMPLING, pixels[0], OVERSAMPLING, -1
        )
        # VTK's images start at the bottom.
        return colors[..., :3].sum(axis=3).sum(axis=1)[::-1] / (255.0 * OVERSAMPLING**2)

    def color_table(self, colors, limits):
        """A colour map through evenly spaced colours, shared by the panels that use it."""
        key = (*colors, *limits)
        if key not in self.color_tables:
            places = np.linspace(*limits, len(colors))
            points = [x for place, color in zip(places, colors) for x in [place, *rgb(color)]]
            table = simple.CreateLookupTable(ColorSpace="RGB", RGBPoints=points)
            self.color_tables[key] = table
        return self.color_tables[key]


class Cells:
    """A mesh in one colour, or coloured by a cell array over a range; edges where asked for."""

    def __init__(self, source, color=None, array=None, colors=None, limits=(0.0, 1.0), edges=True):
        self.source, self.color, self.array = source, color, array
        self.colors, self.limits, self.edges = colors, limits, edges

    def style(self, shown, view):
        shown.Representation = "Surface With Edges" if self.edges else "Surface"
        shown.EdgeColor = rgb(GRID)
        shown.LineWidth = 0.5 * OVERSAMPLING
        if self.array is None:
            shown.ColorArrayName = [None, ""]
            shown.AmbientColor = shown.DiffuseColor = rgb(self.color)
        else:
            shown.ColorArrayName = ["CELLS", self.array]
            shown.LookupTable = view.color_table(self.colors, self.limits)


class Facets:
    """An interface in space, lit, each facet as flat as it is; its edges where asked for."""

    def __init__(self, source, color=FULL, edges=False):
        self.source, self.color, self.edges = source, color, edges

    def style(self, shown, view):
        shown.Representation = "Surface With Edges" if self.edges else "Surface"
        shown.Interpolation = "Flat"
        shown.EdgeColor = rgb(INK)
        shown.LineWidth = 0.5 * OVERSAMPLING
        shown.ColorArrayName = [None, ""]
        shown.AmbientColor = shown.DiffuseColor = rgb(self.color)
        shown.Ambient, shown.Diffuse, shown.Specular = 0.15, 0.85, 0.1


class Lines:
    """An interface, or an outline, as lines of a width in pixels of the finished figure."""

    def __init__(self, source, width=2.0, color=INK):
        self.source, self.width, self.color = source, width, color

    def style(self, shown, view):
        shown.Representation = "Wireframe"
        shown.ColorArrayName = [None, ""]
        shown.AmbientColor = shown.DiffuseColor = rgb(self.color)
        shown.LineWidth = self.width * OVERSAMPLING
