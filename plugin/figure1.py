"""Makes figure1, dambreak and solids, each .png and .csv, with the plugin MIR.

Run by plugin/figure1, or by hand:  pvbatch plugin/figure1.py --output DIR
"""
import argparse
import csv
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from figures import dambreak, pipeline, shapes, solids  # noqa: E402


def write_table(path, rows):
    """Numbers are written so that reading them back gives the same ones; nan where none is."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, pipeline.COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {**row, **{count: int(row[count]) for count in ("Cells", "Mixed")}}
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("figure1"), help="folder to write to")
    parser.add_argument("--plugin", help="MIR.so, where it is not in build/")
    arguments = parser.parse_args()

    pipeline.load_plugin(arguments.plugin)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, figure in [("figure1", shapes), ("dambreak", dambreak), ("solids", solids)]:
        start = time.perf_counter()
        rows = figure.draw(arguments.output / f"{name}.png")
        write_table(arguments.output / f"{name}.csv", rows)
        print(
            f"{arguments.output / name}.png and .csv in {time.perf_counter() - start:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
