"""The second half of make_dambreak: one time of an OpenFOAM case to one small .vtu.

    make_dambreak.py CASE.foam TIME OUTPUT.vtu

Cells and velocity come from ParaView's OpenFOAM reader. Points and fractions come from the case's ASCII files, because the
reader of ParaView 5.11 stores both in single precision whatever it is asked for; the two are checked against each other.
"""
import os
import re
import sys

import numpy
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import VTK_HEXAHEDRON, vtkUnstructuredGrid
from vtkmodules.vtkIOGeometry import vtkOpenFOAMReader
from vtkmodules.vtkIOXML import vtkXMLUnstructuredGridWriter

FRACTION = "alpha.water"
VELOCITY = "U"
TOLERANCE = 1e-8  # the filters' default: what they accept outside [0, 1], and take as pure within it
SOLVER_TOLERANCE = 1e-6  # surfCellTol in the case's fvSolution: what the solver itself takes as pure


def read_internal_mesh(case, time):
    reader = vtkOpenFOAMReader()
    reader.SetFileName(case)
    reader.CreateCellToPointOff()
    reader.UpdateInformation()
    times = vtk_to_numpy(reader.GetTimeValues())
    if not numpy.isclose(times, time).any():
        sys.exit(f"make_dambreak: no output at t={time:g}; the case wrote {times}")
    reader.DisableAllPatchArrays()
    reader.SetPatchArrayStatus("internalMesh", 1)
    reader.DisableAllCellArrays()
    reader.SetCellArrayStatus(FRACTION, 1)
    reader.SetCellArrayStatus(VELOCITY, 1)
    reader.UpdateTimeStep(time)
    return reader.GetOutput().GetBlock(0)


def read_list(path, start, components=1):
    """The first ASCII list after the word `start`, in double precision, as (count,) or (count, components)."""
    with open(path) as file:
        text = file.read()
    size, rest = re.search(start + r".*?^(\d+)\s*^\(\n(.*)", text, re.DOTALL | re.MULTILINE).groups()
    body = rest[: re.search(r"^\)", rest, re.MULTILINE).start()]
    values = numpy.array(body.replace("(", " ").replace(")", " ").split(), dtype=float)
    return values.reshape((int(size), components) if components > 1 else int(size))


def same(read, parsed, what):
    if not numpy.array_equal(vtk_to_numpy(read), parsed.astype(numpy.float32)):
        sys.exit(f"make_dambreak: the reader's {what} and the file's are not in the same order")


def main():
    case, time, output = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    folder = os.path.dirname(case)
    mesh = read_internal_mesh(case, time)
    points = read_list(os.path.join(folder, "constant/polyMesh/points"), "object", 3)
    fraction = read_list(os.path.join(folder, f"{time:g}", FRACTION), "internalField")
    same(mesh.GetPoints().GetData(), points, "points")
    same(mesh.GetCellData().GetArray(FRACTION), fraction, FRACTION)
    if mesh.IsHomogeneous() == 0 or mesh.GetCellType(0) != VTK_HEXAHEDRON:
        sys.exit("make_dambreak: not all cells are hexahedra")

    print(f"t={time:g}: {fraction.size} cells, {FRACTION} from {fraction.min():.17g} to {fraction.max():.17g}")
    for tolerance in (TOLERANCE, SOLVER_TOLERANCE):
        mixed = numpy.count_nonzero((fraction > tolerance) & (fraction < 1 - tolerance))
        print(f"{mixed} mixed cells at tolerance {tolerance:g}")
    # isoAdvector clips its own overshoots (`clip true` in fvSolution), so there is nothing to clamp; a solver that
    # leaves some must not be mended in silence.
    if fraction.min() < -TOLERANCE or fraction.max() > 1 + TOLERANCE:
        sys.exit("make_dambreak: fractions outside [0, 1]")

    # A new grid rather than the reader's: that one carries the case's path as field data.
    grid = vtkUnstructuredGrid()
    grid.SetPoints(vtkPoints())
    grid.GetPoints().SetData(numpy_to_vtk(points))
    grid.SetCells(VTK_HEXAHEDRON, mesh.GetCells())
    array = numpy_to_vtk(fraction)
    array.SetName(FRACTION)
    grid.GetCellData().SetScalars(array)
    grid.GetCellData().AddArray(mesh.GetCellData().GetArray(VELOCITY))

    writer = vtkXMLUnstructuredGridWriter()
    writer.SetFileName(output)
    writer.SetInputData(grid)
    writer.SetDataModeToBinary()  # inline: Debian's ParaView cannot read the appended mode
    writer.SetCompressorTypeToZLib()
    writer.SetCompressionLevel(9)
    writer.SetHeaderTypeToUInt64()
    if not writer.Write():
        sys.exit(f"make_dambreak: cannot write {output}")
    print(f"wrote {os.path.basename(output)}, {os.path.getsize(output)} bytes")


main()
