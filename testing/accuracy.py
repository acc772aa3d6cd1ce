"""Accuracy of the 2D methods over random placements of every benchmark shape.

Prints, and writes as CSV, per shape and resolution: the mean displacement of the interface in cells
(area of the symmetric difference with the truth over cell size and length of the true boundary, mean
over the placements), and the largest conservation and continuity errors of any placement.
"""
import argparse
import csv
import random

from vtkmodules.vtkCommonDataModel import vtkImageData

from mir import (
    vtkBenchmarkShape,
    vtkInterfaceError,
    vtkNeuralInterface,
    vtkPLICInterface,
    vtkVolumeFractions,
)

SHAPES = ["Circle", "Ellipse", "Square", "Star", "Gear", "Zalesak Disk", "Spiral", "Two Bodies"]
FRACTION = "VolumeFraction"
RADIUS = 0.35


def plic(method):
    interface = vtkPLICInterface()
    interface.SetMethod(method)
    return interface


METHODS = {
    "PLIC Youngs": lambda: plic(vtkPLICInterface.YOUNGS),
    "PLIC Mixed Youngs-Centered": lambda: plic(vtkPLICInterface.MIXED_YOUNGS_CENTERED),
    "Neural subcell": vtkNeuralInterface,
}


def unit_square(cells):
    mesh = vtkImageData()
    mesh.SetDimensions(cells + 1, cells + 1, 1)
    mesh.SetSpacing(1.0 / cells, 1.0 / cells, 1.0)
    return mesh


def boundary_length(drawing):
    total = 0.0
    for i in range(drawing.GetNumberOfCells()):
        points = drawing.GetCell(i).GetPoints()
        n = points.GetNumberOfPoints()
        for j in range(n):
            a, b = points.GetPoint(j), points.GetPoint((j + 1) % n)
            total += ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
    return total


def errors(method, fractions, shape):
    interface = method()
    interface.SetInputConnection(fractions.GetOutputPort())
    interface.AddVolumeFractionArray(FRACTION)
    error = vtkInterfaceError()
    error.SetInputConnection(interface.GetOutputPort())
    error.SetMeshConnection(fractions.GetOutputPort())
    error.SetTruthConnection(shape.GetOutputPort())
    error.AddVolumeFractionArray(FRACTION)
    error.Update()
    table = error.GetOutputDataObject(2)
    return {
        name: table.GetValueByName(0, name).ToDouble()
        for name in ("ConservationMax", "ContinuityMax", "ShapeError")
    }


def measure(shape_index, cells, placements):
    rows = {name: [] for name in METHODS}
    place = random.Random(f"accuracy {shape_index} {cells}")
    for _ in range(placements):
        shape = vtkBenchmarkShape()
        shape.SetShape(shape_index)
        shape.SetRadius(RADIUS)
        shape.SetCenter(place.uniform(0.45, 0.55), place.uniform(0.45, 0.55), 0.0)
        shape.SetAngle(place.uniform(0.0, 360.0))
        fractions = vtkVolumeFractions()
        fractions.SetInputDataObject(unit_square(cells))
        fractions.SetTruthConnection(shape.GetOutputPort())
        fractions.Update()
        inside = fractions.GetOutput().GetCellData().GetArray(FRACTION)
        area = sum(inside.GetValue(i) for i in range(inside.GetNumberOfValues())) / cells**2
        length = boundary_length(shape.GetOutput())
        for name, method in METHODS.items():
            error = errors(method, fractions, shape)
            error["Displacement"] = error["ShapeError"] * area / length * cells
            rows[name].append(error)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", required=True, help="CSV file to write")
    parser.add_argument("--placements", type=int, default=8)
    options = parser.parse_args()
    with open(options.output, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Shape", "CellsAcross", "Method", "Displacement", "ConservationMax", "ContinuityMax"]
        )
        for index, shape in enumerate(SHAPES):
            for cells in (23, 32, 46, 92):
                across = round(2 * RADIUS * cells)
                for name, rows in measure(index, cells, options.placements).items():
                    mean = sum(row["Displacement"] for row in rows) / len(rows)
                    conservation = max(row["ConservationMax"] for row in rows)
                    continuity = max(row["ContinuityMax"] for row in rows)
                    writer.writerow(
                        [shape, across, name, f"{mean:.3g}", f"{conservation:.2g}", f"{continuity:.3g}"]
                    )
                    print(f"{shape:14s}{across:4d} {name:28s}{mean:.5f} cells"
                          f"  conservation {conservation:.1e}  continuity {continuity:.3f}")


if __name__ == "__main__":
    main()
