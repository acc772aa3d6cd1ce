"""Meshes of every kind, a way to run filters and catch their errors, and checks of interfaces."""
import itertools
import math

import numpy as np
from vtkmodules.util.misc import calldata_type
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.util.vtkConstants import VTK_STRING
from vtkmodules.vtkCommonCore import vtkIdList, vtkPoints
from vtkmodules.vtkCommonDataModel import (VTK_HEXAGONAL_PRISM, VTK_HEXAHEDRON,
    VTK_PENTAGONAL_PRISM, VTK_PIXEL, VTK_POLYGON, VTK_POLYHEDRON, VTK_PYRAMID, VTK_QUAD, VTK_TETRA,
    VTK_TRIANGLE, VTK_VOXEL, VTK_WEDGE, vtkImageData, vtkRectilinearGrid, vtkStructuredGrid,
    vtkUnstructuredGrid)
from vtkmodules.vtkFiltersCore import vtkExtractCells

import mir

# The mesh of every test covers this box; shapes lie inside it unless a test says otherwise.
LOW = np.array([0.0, 0.0, 0.0])
HIGH = np.array([1.0, 1.0, 1.0])

SHAPES_2D = {
    "Circle": mir.vtkBenchmarkShape.CIRCLE,
    "Ellipse": mir.vtkBenchmarkShape.ELLIPSE,
    "Square": mir.vtkBenchmarkShape.SQUARE,
    "Star": mir.vtkBenchmarkShape.STAR,
    "Gear": mir.vtkBenchmarkShape.GEAR,
    "Zalesak Disk": mir.vtkBenchmarkShape.ZALESAK_DISK,
    "Spiral": mir.vtkBenchmarkShape.SPIRAL,
    "Two Bodies": mir.vtkBenchmarkShape.TWO_BODIES,
}


def shape_area(name, radius):
    """Area of a benchmark shape by the formula of its definition (vtkBenchmarkShape.h)."""
    def fan(radii):
        return sum(0.5 * a * b * math.sin(2 * math.pi / len(radii))
                   for a, b in zip(radii, radii[1:] + radii[:1]))
    h = 1 / 6
    return radius**2 * {
        "Circle": math.pi,
        "Ellipse": 0.6 * math.pi,
        "Square": 2.0,
        "Star": fan([1.0, 0.45] * 5),
        "Gear": fan([1.0, 1.0, 0.8, 0.8] * 8),
        "Zalesak Disk": math.pi - (4 * h / 3 + h * math.sqrt(1 - h * h) + math.asin(h)),
        "Two Bodies": 2 * math.pi * 0.42**2,
    }[name]


# ------------------------------------------------------------------------------------------ meshes

def image(n=16, dimension=2):
    mesh = vtkImageData()
    mesh.SetDimensions(n + 1, n + 1, n + 1 if dimension == 3 else 1)
    mesh.SetSpacing(1 / n, 1 / n, 1 / n)
    return mesh


def rectilinear(n=16, dimension=2):
    """Widths that grow away from one corner."""
    return rectilinear_of((np.linspace(0, 1, n + 1)**1.3, 1 - np.linspace(1, 0, n + 1)**1.2,
        np.linspace(0, 1, n + 1)**1.1 if dimension == 3 else np.zeros(1)))


def rectilinear_of(coordinates):
    mesh = vtkRectilinearGrid()
    mesh.SetDimensions(*[len(c) for c in coordinates])
    mesh._keep = [numpy_to_vtk(np.ascontiguousarray(c), deep=True) for c in coordinates]
    mesh.SetXCoordinates(mesh._keep[0])
    mesh.SetYCoordinates(mesh._keep[1])
    mesh.SetZCoordinates(mesh._keep[2])
    return mesh


def lattice(n, dimension, warp=0.0):
    """Points of an n^d grid as an array [k, j, i, xyz], inner ones moved smoothly by up to warp."""
    t = np.linspace(0, 1, n + 1)
    z, y, x = np.meshgrid(t if dimension == 3 else [0.0], t, t, indexing="ij")
    inside = np.sin(np.pi * x) * np.sin(np.pi * y) * (np.sin(np.pi * z) if dimension == 3 else 1.0)
    points = np.stack([
        x + warp * inside * np.sin(5 * y + 1),
        y + warp * inside * np.cos(4 * x + 2),
        z + (warp * inside * np.sin(3 * x + 4 * y) if dimension == 3 else 0.0)], axis=-1)
    return points


def vtk_points(array):
    points = vtkPoints()
    points.SetDataTypeToDouble()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(array.reshape(-1, 3)), deep=True))
    return points


def curvilinear(n=16, dimension=2):
    mesh = vtkStructuredGrid()
    mesh.SetDimensions(n + 1, n + 1, n + 1 if dimension == 3 else 1)
    mesh.SetPoints(vtk_points(lattice(n, dimension, 0.05)))
    return mesh


def unstructured(points, cells):
    """cells: (type, ids) or, for polyhedra, (type, faces)."""
    mesh = vtkUnstructuredGrid()
    mesh.SetPoints(vtk_points(np.asarray(points, dtype=float)))
    for kind, ids in cells:
        if kind == VTK_POLYHEDRON:
            faces = vtkIdList()
            faces.InsertNextId(len(ids))
            for face in ids:
                faces.InsertNextId(len(face))
                for i in face:
                    faces.InsertNextId(int(i))
            mesh.InsertNextCell(kind, faces)
        else:
            mesh.InsertNextCell(kind, len(ids), [int(i) for i in ids])
    return mesh


def squares(n, warp):
    points = lattice(n, 2, warp).reshape(-1, 3)
    ids = np.arange(len(points)).reshape(n + 1, n + 1)
    quads = [(ids[j, i], ids[j, i + 1], ids[j + 1, i + 1], ids[j + 1, i])
             for j in range(n) for i in range(n)]
    return points, quads


def quads(n=16):
    points, cells = squares(n, 0.05)
    return unstructured(points, [(VTK_QUAD, q) for q in cells])


def pixels(n=16):
    points, cells = squares(n, 0.0)
    return unstructured(points, [(VTK_PIXEL, (a, b, d, c)) for a, b, c, d in cells])


def triangles(n=16):
    points, cells = squares(n, 0.05)
    split = [t for a, b, c, d in cells for t in ((a, b, c), (a, c, d))]
    return unstructured(points, [(VTK_TRIANGLE, t) for t in split])


def polygons(n=16):
    """Squares joined to L-shapes, which are not convex, and the squares left over."""
    points, _ = squares(n, 0.03)
    ids = np.arange(len(points)).reshape(n + 1, n + 1)
    cells = []
    for j in range(0, n, 2):
        for i in range(0, n, 2):
            p = ids[j:j + 3, i:i + 3]
            cells.append((VTK_POLYGON,
                (p[0, 0], p[0, 1], p[0, 2], p[1, 2], p[1, 1], p[2, 1], p[2, 0], p[1, 0])))
            cells.append((VTK_POLYGON, (p[1, 1], p[1, 2], p[2, 2], p[2, 1])))
    return unstructured(points, cells)


def mixed_2d(n=16):
    """Triangles, quads and polygons in one mesh, some of them clockwise."""
    points, cells = squares(n, 0.04)
    result = []
    for index, (a, b, c, d) in enumerate(cells):
        if index % 3 == 0:
            result += [(VTK_TRIANGLE, (a, b, c)), (VTK_TRIANGLE, (d, c, a))]
        elif index % 3 == 1:
            result.append((VTK_QUAD, (a, d, c, b)))
        else:
            result.append((VTK_POLYGON, (b, c, d, a)))
    return unstructured(points, result)


def cubes(n, warp):
    points = lattice(n, 3, warp).reshape(-1, 3)
    ids = np.arange(len(points)).reshape(n + 1, n + 1, n + 1)
    cells = []
    for k, j, i in itertools.product(range(n), repeat=3):
        p = ids[k:k + 2, j:j + 2, i:i + 2]
        cells.append((p[0, 0, 0], p[0, 0, 1], p[0, 1, 1], p[0, 1, 0],
            p[1, 0, 0], p[1, 0, 1], p[1, 1, 1], p[1, 1, 0]))
    return points, cells


def hexahedra(n=8):
    """Warped: faces are not planar."""
    points, cells = cubes(n, 0.05)
    return unstructured(points, [(VTK_HEXAHEDRON, c) for c in cells])


def voxels(n=8):
    points, cells = cubes(n, 0.0)
    return unstructured(points,
        [(VTK_VOXEL, (c[0], c[1], c[3], c[2], c[4], c[5], c[7], c[6])) for c in cells])


def tetrahedra(n=6):
    """Kuhn's six tetrahedra about the diagonal of every cube."""
    points, cells = cubes(n, 0.05)
    result = []
    for v in cells:
        for a, b in ((1, 2), (2, 3), (3, 7), (7, 4), (4, 5), (5, 1)):
            result.append((VTK_TETRA, (v[0], v[a], v[b], v[6])))
    return unstructured(points, result)


def wedges(n=7):
    points, cells = cubes(n, 0.0)
    result = []
    for v in cells:
        result.append((VTK_WEDGE, (v[0], v[2], v[1], v[4], v[6], v[5])))
        result.append((VTK_WEDGE, (v[0], v[3], v[2], v[4], v[7], v[6])))
    return unstructured(points, result)


HEXAHEDRON_FACES = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6),
                    (3, 0, 4, 7))


def pyramids(n=6):
    points, cells = cubes(n, 0.0)
    points = list(points)
    result = []
    for v in cells:
        centre = len(points)
        points.append(np.mean([points[i] for i in v], axis=0))
        for face in HEXAHEDRON_FACES:
            # Faces run outwards; a pyramid's base is seen from its apex.
            result.append((VTK_PYRAMID, tuple(v[i] for i in reversed(face)) + (centre,)))
    return unstructured(points, result)


def polyhedra(n=8):
    points, cells = cubes(n, 0.05)
    return unstructured(points,
        [(VTK_POLYHEDRON, [[c[i] for i in face] for face in HEXAHEDRON_FACES]) for c in cells])


def notched(n=3):
    """L-shaped prisms, which are not convex, and the cubes left over."""
    points, _ = cubes(2 * n, 0.0)
    ids = np.arange(len(points)).reshape([2 * n + 1] * 3)
    cells = []

    def prism(outline, k):
        low, high = ([ids[z, j, i] for i, j in outline] for z in (k, k + 1))
        m = len(outline)
        cells.append((VTK_POLYHEDRON, [low[::-1], high] + [
            [low[i], low[(i + 1) % m], high[(i + 1) % m], high[i]] for i in range(m)]))
    for k, j, i in itertools.product(range(2 * n), range(0, 2 * n, 2), range(0, 2 * n, 2)):
        prism([(i, j), (i + 1, j), (i + 2, j), (i + 2, j + 1), (i + 1, j + 1), (i + 1, j + 2),
            (i, j + 2), (i, j + 1)], k)
        prism([(i + 1, j + 1), (i + 2, j + 1), (i + 2, j + 2), (i + 1, j + 2)], k)
    return unstructured(points, cells)


def prisms(n=3):
    """Blocks of five and of six sides: every cube but its corner, and its corner halved."""
    points, cells = [], []
    t = np.linspace(0, 1, n + 1)
    index = {}

    def point(x, y, z):
        key = (round(x, 9), round(y, 9), round(z, 9))
        if key not in index:
            index[key] = len(points)
            points.append((x, y, z))
        return index[key]
    h = 1 / n
    for k, j, i in itertools.product(range(n), repeat=3):
        x, y = t[i], t[j]
        # A pentagon without the upper right corner, whose triangle is a wedge; or a hexagon
        # without two opposite corners.
        if (i + j) % 2 == 0:
            outline = [(0, 0), (1, 0), (1, 0.5), (0.5, 1), (0, 1)]
            corners = [[(1, 0.5), (1, 1), (0.5, 1)]]
            kind = VTK_PENTAGONAL_PRISM
        else:
            outline = [(0.5, 0), (1, 0), (1, 0.5), (0.5, 1), (0, 1), (0, 0.5)]
            corners = [[(1, 0.5), (1, 1), (0.5, 1)], [(0, 0.5), (0, 0), (0.5, 0)]]
            kind = VTK_HEXAGONAL_PRISM
        ring = [[point(x + h * a, y + h * b, z) for a, b in outline] for z in (t[k], t[k + 1])]
        cells.append((kind, ring[0] + ring[1]))
        for corner in corners:
            ring = [[point(x + h * a, y + h * b, z) for a, b in corner] for z in (t[k], t[k + 1])]
            cells.append((VTK_WEDGE, ring[0] + ring[1]))
    return unstructured(points, cells)


def slab(n=16, thickness=0.1, warp=0.0, axis=2):
    """Hexahedra one cell thick, as OpenFOAM writes 2D cases."""
    flat, cells = squares(n, warp)
    count = len(flat)
    upper = flat + np.array([0.0, 0.0, thickness])
    points = np.roll(np.concatenate([flat, upper]), axis - 2, axis=1)
    return unstructured(points,
        [(VTK_HEXAHEDRON, list(c) + [i + count for i in c]) for c in cells])


def ragged(mesh):
    """The cells with a middle in the disc or ball that fits in the unit box: a mesh whose edge has
    corners of single cells."""
    half = 0.5 * (np.arange(3) < mesh.GetCell(0).GetCellDimension())
    kept = vtkIdList()
    for cell in range(mesh.GetNumberOfCells()):
        bounds = np.reshape(mesh.GetCell(cell).GetBounds(), (3, 2))
        if np.linalg.norm(bounds.mean(axis=1) - half) < 0.5:
            kept.InsertNextId(cell)
    extract = vtkExtractCells()
    extract.SetInputData(mesh)
    extract.SetCellList(kept)
    extract.Update()
    return extract.GetOutput()


MESHES_2D = {"image": image, "rectilinear": rectilinear, "curvilinear": curvilinear,
    "quads": quads, "pixels": pixels, "triangles": triangles, "polygons": polygons,
    "mixed": mixed_2d}
MESHES_3D = {"image": lambda: image(8, 3), "rectilinear": lambda: rectilinear(8, 3),
    "curvilinear": lambda: curvilinear(8, 3), "hexahedra": hexahedra, "voxels": voxels,
    "tetrahedra": tetrahedra, "wedges": wedges, "pyramids": pyramids, "polyhedra": polyhedra,
    "prisms": prisms, "notched": notched}


MESHES = {**{"2D " + k: v for k, v in MESHES_2D.items()},
    **{"3D " + k: v for k, v in MESHES_3D.items()}}


# ------------------------------------------------------------------------------------------ arrays

def set_cells(mesh, name, values):
    array = numpy_to_vtk(np.ascontiguousarray(values), deep=True)
    array.SetName(name)
    mesh.GetCellData().AddArray(array)
    return mesh


def cells_of(data, name):
    return vtk_to_numpy(data.GetCellData().GetArray(name))


def field_of(data, name):
    array = data.GetFieldData().GetAbstractArray(name)
    return array.GetValue(0)


def transformed(mesh, matrix=np.eye(3), shift=np.zeros(3)):
    """The same cells and cell data on moved points; image data becomes a structured grid."""
    if isinstance(mesh, (vtkImageData, vtkRectilinearGrid)):
        result = vtkStructuredGrid()
        result.SetDimensions(mesh.GetDimensions())
        points = np.array([mesh.GetPoint(i) for i in range(mesh.GetNumberOfPoints())])
        result.GetCellData().ShallowCopy(mesh.GetCellData())
    else:
        result = mesh.NewInstance()
        result.DeepCopy(mesh)
        points = vtk_to_numpy(mesh.GetPoints().GetData())
    result.SetPoints(vtk_points(points @ np.asarray(matrix).T + shift))
    return result


def moved_grid(mesh, scale=1.0, shift=np.zeros(3)):
    """The same as transformed() but keeps image data and rectilinear grids what they are."""
    if isinstance(mesh, vtkImageData):
        result = vtkImageData()
        result.SetDimensions(mesh.GetDimensions())
        result.SetSpacing(*(scale * np.array(mesh.GetSpacing())))
        result.SetOrigin(*(scale * np.array(mesh.GetOrigin()) + shift))
    elif isinstance(mesh, vtkRectilinearGrid):
        result = rectilinear_of([scale * vtk_to_numpy(c) + s for c, s in zip((mesh.GetXCoordinates(),
            mesh.GetYCoordinates(), mesh.GetZCoordinates()), shift)])
    else:
        return transformed(mesh, scale * np.eye(3), shift)
    result.GetCellData().ShallowCopy(mesh.GetCellData())
    return result


def turned(mesh, axes, signs):
    """The mesh about the middle of the unit box turned by x'[a] = signs[a] x[axes[a]], mirrored
    too, and the cells of `mesh` that its cells are. Cell arrays come along, vectors as they are."""
    dimension = len(axes)
    matrix = np.eye(3)
    matrix[:dimension, :dimension] = 0.0
    for a in range(dimension):
        matrix[a, axes[a]] = signs[a]
    middle = 0.5 * (np.arange(3) < dimension)
    if not isinstance(mesh, (vtkImageData, vtkRectilinearGrid)):
        result = transformed(mesh, matrix, middle - matrix @ middle)
        if np.linalg.det(matrix) < 0 and mesh.GetCell(0).GetCellDimension() == 3:
            result = inside_out(result)
        return result, np.arange(mesh.GetNumberOfCells())
    sizes = [n - 1 for n in mesh.GetDimensions()[:dimension]]
    old = np.arange(mesh.GetNumberOfCells()).reshape(sizes[::-1])
    new = old.transpose([dimension - 1 - axes[dimension - 1 - i] for i in range(dimension)])
    new = np.flip(new, [dimension - 1 - a for a in range(dimension) if signs[a] < 0]).ravel()
    if isinstance(mesh, vtkImageData):
        result = vtkImageData()
        result.SetDimensions(mesh.GetDimensions())
        result.SetSpacing(mesh.GetSpacing())
    else:
        own = [vtk_to_numpy(c) for c in (mesh.GetXCoordinates(), mesh.GetYCoordinates(),
            mesh.GetZCoordinates())]
        result = rectilinear_of([own[axes[a]] if signs[a] > 0 else 1 - own[axes[a]][::-1]
                                 for a in range(dimension)] + own[dimension:])
    for i in range(mesh.GetCellData().GetNumberOfArrays()):
        name = mesh.GetCellData().GetArrayName(i)
        set_cells(result, name, cells_of(mesh, name)[new])
    return result, new


def inside_out(mesh):
    """Mirrored 3D cells with their points in VTK's order again."""
    ids = vtkIdList()
    cells = []
    for cell in range(mesh.GetNumberOfCells()):
        kind = mesh.GetCellType(cell)
        if kind == VTK_POLYHEDRON:
            mesh.GetFaceStream(cell, ids)
            stream = [ids.GetId(i) for i in range(ids.GetNumberOfIds())]
            faces, at = [], 1
            for _ in range(stream[0]):
                faces.append(stream[at + 1:at + 1 + stream[at]][::-1])
                at += 1 + stream[at]
            cells.append((kind, faces))
            continue
        mesh.GetCellPoints(cell, ids)
        own = [ids.GetId(i) for i in range(ids.GetNumberOfIds())]
        if kind == VTK_TETRA:
            own[2], own[3] = own[3], own[2]
        elif kind == VTK_PYRAMID:
            own = own[3::-1] + own[4:]
        else:
            own = own[len(own) // 2:] + own[:len(own) // 2]
        cells.append((kind, own))
    result = unstructured(vtk_to_numpy(mesh.GetPoints().GetData()), cells)
    result.GetCellData().ShallowCopy(mesh.GetCellData())
    return result


# ----------------------------------------------------------------------------------------- running

class Errors:
    """Collects the errors and warnings of an algorithm and of its executive."""

    def __init__(self, algorithm):
        self.errors = []
        self.executive = []
        self.warnings = []

        def to(messages):
            @calldata_type(VTK_STRING)
            def collect(caller, event, text):
                messages.append(text)
            return collect
        algorithm.AddObserver("ErrorEvent", to(self.errors))
        algorithm.AddObserver("WarningEvent", to(self.warnings))
        algorithm.GetExecutive().AddObserver("ErrorEvent", to(self.executive))


def run(algorithm, *ports):
    """Updates, and fails on any error or warning. Returns the outputs of the ports, or of port 0."""
    seen = Errors(algorithm)
    algorithm.Update()
    if seen.errors or seen.executive or seen.warnings:
        raise AssertionError("\n".join(seen.errors + seen.executive + seen.warnings))
    outputs = [algorithm.GetOutputDataObject(port) for port in ports or (0,)]
    return outputs if ports else outputs[0]


def run_warning(algorithm):
    """Updates, and returns the output and the one warning, of one line, that there must be."""
    seen = Errors(algorithm)
    algorithm.Update()
    if len(seen.warnings) != 1 or seen.errors or seen.executive:
        raise AssertionError("expected one warning, got " +
            repr(seen.warnings + seen.errors + seen.executive))
    # VTK puts the file's name in a line before, and ends with an empty one.
    lines = [line for line in seen.warnings[0].splitlines()[1:] if line.strip()]
    if len(lines) != 1:
        raise AssertionError("a warning of several lines: " + seen.warnings[0])
    return algorithm.GetOutputDataObject(0), lines[0]


def run_failing(algorithm):
    """Updates, and returns the text of the one error that there must be."""
    seen = Errors(algorithm)
    algorithm.Update()
    if len(seen.errors) != 1:
        raise AssertionError("expected one error, got " + repr(seen.errors))
    return seen.errors[0]


def shape(kind=0, centre=(0.5, 0.5, 0.0), radius=0.35, angle=0.0, dimension=2):
    source = mir.vtkBenchmarkShape()
    source.SetShape(kind)
    source.SetCenter(*centre)
    source.SetRadius(radius)
    source.SetAngle(angle)
    source.SetDimension(dimension)
    return source


def sphere(centre=(0.5, 0.5, 0.5), radius=0.35):
    return shape(mir.vtkBenchmarkShape.SPHERE, centre, radius)


def truth_for(mesh):
    return shape() if mesh.GetCell(0).GetCellDimension() == 2 else sphere()


def fractions(mesh, truth):
    """The mesh with volume fractions; truth: a source, or an implicit function."""
    algorithm = mir.vtkVolumeFractions()
    algorithm.SetInputDataObject(0, mesh)
    if truth.IsA("vtkImplicitFunction"):
        algorithm.SetImplicitFunction(truth)
    else:
        algorithm.SetTruthConnection(truth.GetOutputPort())
    return run(algorithm)


METHODS = {"Youngs": mir.vtkPLICInterface.YOUNGS,
    "Mixed Youngs-Centered": mir.vtkPLICInterface.MIXED_YOUNGS_CENTERED,
    "Least Squares": mir.vtkPLICInterface.LEAST_SQUARES,
    "ELVIRA": mir.vtkPLICInterface.ELVIRA,
    "LVIRA": mir.vtkPLICInterface.LVIRA,
    "Reconstructed Distance": mir.vtkPLICInterface.RECONSTRUCTED_DISTANCE,
    "Moment of Fluid": mir.vtkPLICInterface.MOMENT_OF_FLUID,
    "Automatic": mir.vtkPLICInterface.AUTOMATIC}

# Methods that work on differences along the axes.
GRID_METHODS = ("Youngs", "Mixed Youngs-Centered", "ELVIRA")


def is_grid(mesh):
    return isinstance(mesh, (vtkImageData, vtkRectilinearGrid))


def method_used(method, mesh):
    """The name of the method that a mesh gets when that one is asked for."""
    fallback = method in GRID_METHODS and not is_grid(mesh)
    return "Reconstructed Distance" if fallback or method == "Automatic" else method


def methods_of(mesh):
    """The methods that differ on a mesh. Automatic is one of its own on image and rectilinear
    grids, where it ends after fewer rounds than Reconstructed Distance."""
    return [m for m in METHODS if is_grid(mesh) or method_used(m, mesh) == m]


def with_centroids(mesh, cells, points=None):
    """Adds the array 'centroid' that Moment of Fluid wants: by default a little off the middle."""
    if points is None:
        middle = cells.centroids()
        points = middle + 0.05 * (cells.simplices[np.searchsorted(cells.owner,
            np.arange(cells.count))][:, 0] + cells.origins - middle)
    return set_cells(mesh, "centroid", points)


def half_space(mesh, cells, on, normal):
    """Fractions and centroids of the part of every cell below a plane."""
    volumes, centroids = cells.below(on, normal)
    set_cells(mesh, "VolumeFraction", np.clip(volumes / cells.measures, 0.0, 1.0))
    return with_centroids(mesh, cells,
        np.where(volumes[:, None] > 0, centroids, cells.centroids()))


def plic(mesh, method=None, arrays=("VolumeFraction",), centroids=(), **settings):
    """method: a name or a number; settings: by the names of the Set functions."""
    algorithm = mir.vtkPLICInterface()
    algorithm.SetInputDataObject(0, mesh)
    for name in arrays:
        algorithm.AddVolumeFractionArray(name)
    for name in centroids:
        algorithm.AddCentroidArray(name)
    if method is not None:
        algorithm.SetMethod(METHODS.get(method, method))
    for name, value in settings.items():
        getattr(algorithm, "Set" + name)(value)
    return algorithm


def any_method(mesh, method, **settings):
    """The output of PLIC with any method: one wants the centroids of with_centroids(), and those
    that the mesh does not take give one warning."""
    algorithm = plic(mesh, method,
        centroids=("centroid",) if method == "Moment of Fluid" else (), **settings)
    if method in GRID_METHODS and not is_grid(mesh):
        return run_warning(algorithm)[0]
    return run(algorithm)


def continuous(mesh, method=None, arrays=("VolumeFraction",), centroids=(), **settings):
    """settings: by the names of the Set functions."""
    algorithm = mir.vtkContinuousInterface()
    algorithm.SetInputDataObject(0, mesh)
    for name in arrays:
        algorithm.AddVolumeFractionArray(name)
    for name in centroids:
        algorithm.AddCentroidArray(name)
    if method is not None:
        algorithm.SetMethod(method)
    for name, value in settings.items():
        getattr(algorithm, "Set" + name)(value)
    return algorithm


def neural(mesh, model=None, arrays=("VolumeFraction",)):
    algorithm = mir.vtkNeuralInterface()
    algorithm.SetInputDataObject(0, mesh)
    for name in arrays:
        algorithm.AddVolumeFractionArray(name)
    if model is not None:
        algorithm.SetModel(model)
    return algorithm


def error_filter(interface, mesh, truth=None, arrays=("VolumeFraction",)):
    algorithm = mir.vtkInterfaceError()
    algorithm.SetInputDataObject(0, interface)
    algorithm.SetInputDataObject(1, mesh)
    for name in arrays:
        algorithm.AddVolumeFractionArray(name)
    if truth is not None:
        algorithm.SetTruthConnection(truth.GetOutputPort())
    return algorithm


def measured(interface, mesh, truth=None, arrays=("VolumeFraction",)):
    """The row of metrics as a dictionary."""
    table = run(error_filter(interface, mesh, truth, arrays), 2)[0]
    return {table.GetColumnName(i): table.GetColumn(i).GetValue(0)
            for i in range(table.GetNumberOfColumns())}


# ------------------------------------------------------------------------------------------ checks

def facet_points(interface, cell):
    ids = vtkIdList()
    interface.GetCellPoints(cell, ids)
    return np.array([interface.GetPoint(ids.GetId(i)) for i in range(ids.GetNumberOfIds())])


def facet_ids(interface, cell):
    ids = vtkIdList()
    interface.GetCellPoints(cell, ids)
    return [ids.GetId(i) for i in range(ids.GetNumberOfIds())]


def mixed_cells(mesh, tolerance=1e-8, name="VolumeFraction"):
    f = cells_of(mesh, name)
    return np.flatnonzero((f > tolerance) & (f < 1 - tolerance))


def check_contract(test, interface, size=1.0, materials=2, planar=lambda facet: True):
    """What the design promises of the interface of any method. size: of the whole mesh; planar:
    which facets are planes, as faces between full cells may be warped."""
    data = interface.GetCellData()
    n = interface.GetNumberOfCells()
    test.assertGreater(n, 0)
    test.assertEqual(interface.GetPoints().GetDataType(), 11, "points are doubles")
    test.assertEqual([data.GetArrayName(i) for i in range(data.GetNumberOfArrays())],
        ["MaterialIds", "SourceCellIds", "Normals", "Area"])
    for name, components in (("MaterialIds", 2), ("SourceCellIds", 1), ("Normals", 3), ("Area", 1)):
        test.assertEqual(data.GetArray(name).GetNumberOfComponents(), components, name)
        test.assertEqual(data.GetArray(name).GetNumberOfTuples(), n, name)
    test.assertEqual(data.GetArray("SourceCellIds").GetDataTypeSize(), 8)
    pairs = cells_of(interface, "MaterialIds")
    if materials == 2:
        test.assertTrue((pairs == [0, 1]).all())
    test.assertTrue(((pairs >= 0) & (pairs < materials)).all())
    test.assertTrue((pairs[:, 0] != pairs[:, 1]).all())
    normals = cells_of(interface, "Normals")
    test.assertLess(np.abs(np.linalg.norm(normals, axis=1) - 1).max(), 1e-12)
    areas = cells_of(interface, "Area")
    used = set()
    for cell in range(n):
        used.update(facet_ids(interface, cell))
        points = facet_points(interface, cell)
        if len(points) == 2:
            area = np.linalg.norm(points[1] - points[0])
        else:
            area = np.linalg.norm(0.5 * sum(np.cross(points[i] - points[0], points[i + 1] - points[0])
                                            for i in range(1, len(points) - 1)))
        unit = size if len(points) == 2 else size * size
        test.assertAlmostEqual(areas[cell] / unit, area / unit, delta=1e-12)
        # The facet lies in the plane that its normal tells.
        heights = (points - points[0]) @ normals[cell]
        if planar(cell):
            test.assertLess(np.abs(heights).max(), 1e-12 * size)
    test.assertEqual(len(used), interface.GetNumberOfPoints(), "every point belongs to a facet")


def loops_close(test, interface, on_boundary=lambda point: False):
    """Every point of a 2D interface joins two segments, one that comes and one that goes."""
    starts = {}
    ends = {}
    for cell in range(interface.GetNumberOfCells()):
        a, b = facet_ids(interface, cell)
        starts[a] = starts.get(a, 0) + 1
        ends[b] = ends.get(b, 0) + 1
    for point in range(interface.GetNumberOfPoints()):
        count = (starts.get(point, 0), ends.get(point, 0))
        if on_boundary(interface.GetPoint(point)):
            continue
        test.assertEqual(count[0], count[1], "point %d" % point)
        test.assertGreater(count[0], 0)


def surface_closes(test, interface, on_boundary=lambda a, b: False):
    """Every edge of a 3D interface joins two facets, which run along it in opposite directions."""
    edges = {}
    for cell in range(interface.GetNumberOfCells()):
        ids = facet_ids(interface, cell)
        for a, b in zip(ids, ids[1:] + ids[:1]):
            edges[a, b] = edges.get((a, b), 0) + 1
    open_edges = 0
    for (a, b), count in edges.items():
        if edges.get((b, a), 0) != count and not on_boundary(interface.GetPoint(a),
                interface.GetPoint(b)):
            open_edges += 1
    test.assertEqual(open_edges, 0)
