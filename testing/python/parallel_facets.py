"""Writes the facets of this rank's part of a mesh, one a line with all their digits. Run by
test_parallel.py in pvbatch --symmetric; arguments: plugin, output prefix."""
import sys

from paraview import servermanager
from paraview.simple import *
from vtkmodules.vtkCommonCore import vtkIdList
from vtkmodules.vtkParallelCore import vtkMultiProcessController

LoadPlugin(sys.argv[1], remote=False, ns=globals())
controller = vtkMultiProcessController.GetGlobalController()
rank = controller.GetLocalProcessId()
ranks = controller.GetNumberOfProcesses()


def facets(proxy):
    algorithm = proxy.SMProxy.GetClientSideObject()
    algorithm.UpdatePiece(rank, ranks, 0)
    data = algorithm.GetOutputDataObject(0)
    normals = data.GetCellData().GetArray("Normals")
    lines = []
    ids = vtkIdList()
    for cell in range(data.GetNumberOfCells()):
        data.GetCellPoints(cell, ids)
        points = [data.GetPoint(ids.GetId(i)) for i in range(ids.GetNumberOfIds())]
        lines.append(repr((points, normals.GetTuple3(cell))))
    return lines


def open_ends(proxy):
    """Points of a continuous interface's border, and the sum of its areas."""
    algorithm = proxy.SMProxy.GetClientSideObject()
    algorithm.UpdatePiece(rank, ranks, 0)
    data = algorithm.GetOutputDataObject(0)
    used = {}
    ids = vtkIdList()
    for cell in range(data.GetNumberOfCells()):
        data.GetCellPoints(cell, ids)
        points = [ids.GetId(i) for i in range(ids.GetNumberOfIds())]
        for end in ([(p,) for p in points] if len(points) == 2 else
                    [tuple(sorted(edge)) for edge in zip(points, points[1:] + points[:1])]):
            used[end] = used.get(end, 0) + 1
    area = data.GetCellData().GetArray("Area")
    ends = {point for end, count in used.items() if count == 1 for point in end}
    return (sum(area.GetValue(i) for i in range(area.GetNumberOfTuples())),
        [data.GetPoint(point) for point in sorted(ends)])


n = 24
flat = Wavelet(WholeExtent=[0, n, 0, n, 0, 0])
star = BenchmarkShape(Shape="Star", Center=[n / 2, n / 2, 0], Radius=0.4 * n)
box = Wavelet(WholeExtent=[0, 12, 0, 12, 0, 12])
ball = BenchmarkShape(Shape="Sphere", Center=[6, 6, 6], Radius=4.3)
cases = {}
joined = {}
for name, mesh, truth in (("2D", flat, star), ("3D", box, ball)):
    f = VolumeFractions(Input=mesh, Truth=truth)
    for method in ("Automatic", "Youngs", "Mixed Youngs-Centered", "Least Squares", "ELVIRA",
                   "LVIRA", "Reconstructed Distance"):
        cases[name + " " + method] = PLICInterface(Input=f, Method=method)
    joined[name] = ContinuousInterface(Input=f, Refinement=2)
    if name == "2D":
        # Its tiles lie on the whole grid, wherever a piece begins.
        cases["2D autoencoder"] = NeuralInterface(Input=f, Model="autoencoder-2ch", Conserve="Off")
with open("%s.%d.%d" % (sys.argv[2], ranks, rank), "w") as file:
    for name, proxy in cases.items():
        for line in facets(proxy):
            file.write("%s: %s\n" % (name, line))
with open("%s.ends.%d.%d" % (sys.argv[2], ranks, rank), "w") as file:
    for name, proxy in joined.items():
        file.write("%s: %r\n" % (name, open_ends(proxy)))
