"""The look of the plots in data/results, and what they say of the machine that made them."""
import datetime
import os
import platform

INK, FAINT, GRID, NOTE = "#222222", "#999999", "#e4e4e4", "#666666"


def machine():
    """What measured: the processor's name, the number of cores, the day."""
    name = platform.processor() or platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    return {"Machine": name, "Cores": len(os.sched_getaffinity(0)),
            "Date": datetime.date.today().isoformat()}


def name_of_set(backend):
    """What readers call the instruction set that Highway names so."""
    return "AVX-512" if backend.startswith("AVX3") else backend


def name_of_machine(about):
    return f"{about['Machine']}, {about['Cores']} cores; {about['Date']}"


def pyplot():
    """matplotlib.pyplot without a screen. Imported when it draws: what only measures does without."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    plt.rcParams.update({"font.family": "STIXGeneral", "mathtext.fontset": "stix", "font.size": 13})
    return plt


def clear(axes, bars=False):
    """Axes and a faint grid behind the data; of bars only those along which they are read."""
    axes.grid(True, axis="x" if bars else "both", which="major", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", color=FAINT, labelcolor=INK)
    for side, spine in axes.spines.items():
        spine.set_color(FAINT)
        spine.set_visible(side == "bottom" or side == "left" and not bars)


def sign(figure, text):
    """A note in the lower right corner."""
    figure.text(0.99, 0.012, text, ha="right", color=NOTE, fontsize=12)


def save(figure, path, dpi=110):
    figure.savefig(path, dpi=dpi, facecolor="white")
    pyplot().close(figure)
