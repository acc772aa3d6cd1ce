"""A figure laid out in pixels: panels, labels and colour bars where they are put, nothing scaled."""
import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

INK = "#16202c"
SOFT = "#5b6775"
FRAME = "#8c96a1"


class Sheet:
    """A white page of width x height pixels; y runs downwards from the top."""

    def __init__(self, width, height):
        plt.rcParams.update({"font.family": "STIXGeneral", "mathtext.fontset": "stix"})
        self.width, self.height = width, height
        self.figure = plt.figure(figsize=(width / 100, height / 100), dpi=100, facecolor="white")

    def _box(self, x, y, width, height):
        return (
            x / self.width,
            1.0 - (y + height) / self.height,
            width / self.width,
            height / self.height,
        )

    def panel(self, image, x, y, window, marked=None):
        """An image with a frame, one of its pixels a pixel of the page.

        window: what it shows, in the data's coordinates; marked: a window to outline in it.
        """
        height, width = image.shape[:2]
        axes = self.figure.add_axes(self._box(x, y, width, height))
        axes.imshow(image, extent=window, interpolation="none", aspect="auto")
        axes.set(xticks=[], yticks=[], xlim=window[:2], ylim=window[2:])
        for side in axes.spines.values():
            side.set(color=FRAME, linewidth=0.9)
        if marked:
            corner, size = (marked[0], marked[2]), (marked[1] - marked[0], marked[3] - marked[2])
            axes.add_patch(Rectangle(corner, *size, fill=False, color=INK, linewidth=1.1))

    def text(self, x, y, text, size, color=INK, across="center", **font):
        """Text whose middle, or whose upper edge where it has several lines, is at y.

        size: the type's height in pixels.
        """
        down = "top" if "\n" in text else "center"
        if down == "center" and "rotation" not in font:
            # Titles side by side share a baseline, whatever letters they have.
            y, down = y + 0.32 * size, "baseline"
        self.figure.text(
            x / self.width,
            1.0 - y / self.height,
            text,
            fontsize=size * 0.72,
            color=color,
            ha=across,
            va=down,
            linespacing=1.3,
            **font,
        )

    def color_bar(self, x, y, width, height, colors, limits, label, ticks, over=False):
        """A horizontal bar with its label above; over: values above the range take its end."""
        axes = self.figure.add_axes(self._box(x, y, width, height))
        scale = ScalarMappable(
            Normalize(*limits), LinearSegmentedColormap.from_list("mir", colors, N=256)
        )
        bar = self.figure.colorbar(scale, cax=axes, orientation="horizontal", ticks=ticks)
        bar.outline.set(color=FRAME, linewidth=0.9)
        bar.ax.tick_params(labelsize=19 * 0.72, color=FRAME, labelcolor=INK, length=4)
        labels = [f"{t:g}" for t in ticks]
        if over:
            labels[-1] = "≥ " + labels[-1]
        bar.ax.set_xticklabels(labels)
        self.text(x, y - 18, label, 21, across="left")

    def save(self, path):
        self.figure.savefig(path, dpi=100, facecolor="white")
        plt.close(self.figure)


def number(value):
    """A measure in few characters: 0.042, 3e-14 as a power of ten, 0; a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    if value == 0.0 or value >= 9.995e-4:
        return f"{value:.3g}" if value in (0.0, 1.0) else f"{value:.3f}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return rf"{mantissa}$\times$10$^{{{int(exponent)}}}$"


def percent(value):
    return "–" if math.isnan(value) else f"{100.0 * value:.2f} %"
