"""Reconstructing from Python: exact fractions and centroids of round and plane truths, the methods
by name, and what comes back as arrays."""
import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import VTK_POLYHEDRON, VTK_TETRA, vtkImageData

from mir import vtkBenchmarkShape, vtkPLICInterface, vtkVolumeFractions

FRACTION = "VolumeFraction"
CENTROID = "Centroid"
TOLERANCE = 1e-8
NAMES = {
    "Youngs": "YOUNGS",
    "Mixed Youngs-Centered": "MIXED_YOUNGS_CENTERED",
    "Least Squares": "LEAST_SQUARES",
    "ELVIRA": "ELVIRA",
    "LVIRA": "LVIRA",
    "Reconstructed Distance": "RECONSTRUCTED_DISTANCE",
    "Moment of Fluid": "MOMENT_OF_FLUID",
    "Automatic": "AUTOMATIC",
}
# These are made for image and rectilinear grids; elsewhere another in the list stands in for them.
STRUCTURED_ONLY = ("Youngs", "Mixed Youngs-Centered", "ELVIRA")


def methods(structured=True):
    """The methods of this build that are for such meshes, by name."""
    return {name: getattr(vtkPLICInterface, value) for name, value in NAMES.items()
            if hasattr(vtkPLICInterface, value) and (structured or name not in STRUCTURED_ONLY)}


# ----------------------------------------------------------------------------------------- truths

def shape(dimension, centre, radius):
    """A disc or a ball."""
    source = vtkBenchmarkShape()
    source.SetShape(vtkBenchmarkShape.SPHERE if dimension == 3 else vtkBenchmarkShape.CIRCLE)
    source.SetDimension(dimension)
    source.SetCenter(*centre)
    source.SetRadius(radius)
    return source


def with_fractions(mesh, truth):
    """The mesh with the exact fractions of a shape or of a vtkPlane."""
    fractions = vtkVolumeFractions()
    fractions.SetInputDataObject(0, mesh)
    if truth.IsA("vtkImplicitFunction"):
        fractions.SetImplicitFunction(truth)
    else:
        fractions.SetTruthConnection(truth.GetOutputPort())
    fractions.Update()
    return fractions.GetOutput()


def fractions_of(mesh):
    return vtk_to_numpy(mesh.GetCellData().GetArray(FRACTION))


def is_mixed(mesh):
    f = fractions_of(mesh)
    return (f > TOLERANCE) & (f < 1.0 - TOLERANCE)


# -------------------------------------------------------------------------------- exact centroids

HEXAHEDRON = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))
TETRAHEDRON = ((0, 2, 1), (0, 1, 3), (1, 2, 3), (2, 0, 3))


def _rings(points, ids, offsets):
    """(ring of each side, sides as (n, 2, 3)) of closed rings of points."""
    following = np.arange(len(ids)) + 1
    following[offsets[1:] - 1] = offsets[:-1]
    sides = np.stack([points[ids], points[ids[following]]], axis=1)
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)), sides


def _pieces(mesh, cells):
    """The boundary of cells: (cell's place in the list, pieces).

    Pieces are sides (n, 2, 3) in 2D and triangles (n, 3, 3) in 3D, between the mean of a face's
    corners and its sides, which is what a warped face is everywhere in this project.
    """
    if isinstance(mesh, vtkImageData):
        flat = mesh.GetDataDimension() == 2
        nx, ny = (n - 1 for n in mesh.GetDimensions()[:2])
        index = np.stack([cells % nx, cells // nx % ny, cells // (nx * ny)], axis=1)
        corner = np.array([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)])
        if not flat:
            corner = np.concatenate([corner, corner + (0, 0, 1)])
        points = ((index[:, None, :] + corner) * mesh.GetSpacing()).reshape(-1, 3)
        ids = np.arange(len(points)).reshape(len(cells), -1)
    else:
        flat = mesh.GetCell(0).GetCellDimension() == 2
        points = vtk_to_numpy(mesh.GetPoints().GetData())
        ids = None
    kind = mesh.GetCellType(0)
    if flat:
        if ids is None:
            offsets = vtk_to_numpy(mesh.GetCells().GetOffsetsArray())
            ids = vtk_to_numpy(mesh.GetCells().GetConnectivityArray())
            ids = np.concatenate([ids[offsets[c]:offsets[c + 1]] for c in cells])
            offsets = np.concatenate([[0], np.cumsum((offsets[1:] - offsets[:-1])[cells])])
        else:
            ids, offsets = ids.reshape(-1), np.arange(0, 4 * len(cells) + 1, 4)
        return _rings(points, ids, offsets)
    if kind == VTK_POLYHEDRON:
        # All cells have the same faces: 14, in the same order of sizes for each half of the cells.
        stream = vtk_to_numpy(mesh.GetFaces())
        stream = stream.reshape(mesh.GetNumberOfCells(), -1)[cells]
        rings, cell_of_ring = [], []
        for place, row in enumerate(stream):
            at = 1
            for _ in range(row[0]):
                rings.append(row[at + 1:at + 1 + row[at]])
                cell_of_ring.append(place)
                at += 1 + row[at]
        cell_of_ring = np.array(cell_of_ring)
        size = np.array([len(ring) for ring in rings])
        ids = np.concatenate(rings)
    else:
        if ids is None:
            ids = vtk_to_numpy(mesh.GetCells().GetConnectivityArray())
            ids = ids.reshape(mesh.GetNumberOfCells(), -1)[cells]
        faces = np.array(TETRAHEDRON if kind == VTK_TETRA else HEXAHEDRON)
        ids = ids[:, faces]
        cell_of_ring = np.repeat(np.arange(len(cells)), len(faces))
        size = np.full(len(cell_of_ring), faces.shape[1])
        ids = ids.reshape(-1)
    offsets = np.concatenate([[0], np.cumsum(size)])
    ring, sides = _rings(points, ids, offsets)
    mean = np.stack([np.bincount(ring, points[ids, axis]) for axis in range(3)], axis=1)
    mean /= size[:, None]
    return cell_of_ring[ring], np.concatenate([mean[ring][:, None, :], sides], axis=1)


def _area_vectors(pieces):
    """Outward normals times length or area."""
    a = pieces[:, 1] - pieces[:, 0]
    if pieces.shape[1] == 2:
        return np.stack([a[:, 1], -a[:, 0], 0.0 * a[:, 0]], axis=1)
    return 0.5 * np.cross(a, pieces[:, 2] - pieces[:, 0])


def _sums(cell, values, count):
    values = values.reshape(len(cell), int(np.prod(values.shape[1:])))
    sums = np.zeros((count, values.shape[1]), values.dtype)
    np.add.at(sums, cell, values)
    return sums


def _triangle_in_disc(a, b, radius):
    """Signed area and integral of the squared radius over the triangle (0, a, b) in a disc about 0.

    a, b: (n, 2). The side is inside between t1 and t2; before and after there are sectors.
    """
    d = b - a
    dd = np.maximum((d * d).sum(axis=1), 1e-300)
    ad, aa = (a * d).sum(axis=1), (a * a).sum(axis=1)
    root = ad * ad - dd * (aa - radius**2)
    meets = root > 0.0
    root = np.sqrt(np.maximum(root, 0.0))
    t1 = np.where(meets, np.clip((-ad - root) / dd, 0.0, 1.0), 0.5)
    t2 = np.where(meets, np.clip((-ad + root) / dd, 0.0, 1.0), 0.5)
    p, q = a + t1[:, None] * d, a + t2[:, None] * d

    def cross(u, v):
        return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]

    def angle(u, v):
        return np.arctan2(cross(u, v), (u * v).sum(axis=1))
    turn = angle(a, p) + angle(q, b)
    area = 0.5 * cross(p, q)
    square = area / 6.0 * ((p * p).sum(axis=1) + (q * q).sum(axis=1) + (p * q).sum(axis=1))
    return area + 0.5 * radius**2 * turn, square + 0.25 * radius**4 * turn


def _ball_moments(cell, pieces, count, centre, radius):
    """Integrals of x - centre over the parts of the cells inside a disc or ball.

    By the divergence theorem on |x - centre|^2 / 2; on the round part of the boundary that is a
    constant, and the normals of all of the boundary add up to nothing.
    """
    outward = _area_vectors(pieces)
    size = np.linalg.norm(outward, axis=1)
    normal = outward / np.maximum(size, 1e-300)[:, None]
    local = pieces - np.asarray(centre)
    if pieces.shape[1] == 2:
        d = local[:, 1] - local[:, 0]
        dd = np.maximum((d * d).sum(axis=1), 1e-300)
        ad, aa = (local[:, 0] * d).sum(axis=1), (local[:, 0]**2).sum(axis=1)
        root = np.sqrt(np.maximum(ad * ad - dd * (aa - radius**2), 0.0))
        t1, t2 = np.clip((-ad - root) / dd, 0.0, 1.0), np.clip((-ad + root) / dd, 0.0, 1.0)
        length = size * (t2 - t1)
        square = size * (aa * (t2 - t1) + ad * (t2**2 - t1**2) + dd * (t2**3 - t1**3) / 3.0)
        return _sums(cell, normal * (0.5 * square - 0.5 * radius**2 * length)[:, None], count)
    height = (local[:, 0] * normal).sum(axis=1)
    least = np.eye(3)[np.argmin(np.abs(normal), axis=1)]
    first = np.cross(normal, least)
    first /= np.maximum(np.linalg.norm(first, axis=1), 1e-300)[:, None]
    second = np.cross(normal, first)
    flat = np.stack([np.einsum("ijk,ik->ij", local, first),
                     np.einsum("ijk,ik->ij", local, second)], axis=2)
    inner = np.sqrt(np.maximum(radius**2 - height**2, 0.0))
    area, square = np.zeros(len(flat)), np.zeros(len(flat))
    for i, j in ((0, 1), (1, 2), (2, 0)):
        parts = _triangle_in_disc(flat[:, i], flat[:, j], inner)
        area += parts[0]
        square += parts[1]
    square += height**2 * area
    return _sums(cell, normal * (0.5 * square - 0.5 * radius**2 * area)[:, None], count)


def _half_space_moments(cell, pieces, count, origin, normal):
    """Integrals of x - origin over the parts of the cells below a plane through the origin.

    The cut adds nothing to cones from a point of it, so that only the boundary pieces count, each
    without its part above.
    """
    local = pieces - np.asarray(origin)
    height = local @ np.asarray(normal)
    corners = pieces.shape[1]
    whole = np.linalg.norm(_area_vectors(pieces), axis=1)
    outward = (_area_vectors(pieces) * local[:, 0]).sum(axis=1) / np.maximum(whole, 1e-300)
    below = (height < 0.0).sum(axis=1)
    # The corner that is alone on its side cuts a smaller piece off.
    alone = np.where(below == 1, np.argmin(height, axis=1), np.argmax(height, axis=1))
    rows = np.arange(len(local))
    apex, apex_height = local[rows, alone], height[rows, alone]
    small, ratio = [apex], np.ones(len(local))
    for step in range(1, corners):
        other = (alone + step) % corners
        t = apex_height / np.where(apex_height == height[rows, other], 1.0,
                                   apex_height - height[rows, other])
        small.append(apex + t[:, None] * (local[rows, other] - apex))
        ratio = ratio * t
    small_size, small_mean = ratio * whole, sum(small) / corners
    mean = local.mean(axis=1)
    all_in, one_in, none_in = below == corners, below == 1, below == 0

    moment = np.select([none_in[:, None], all_in[:, None], one_in[:, None]],
        [0.0 * mean, whole[:, None] * mean, small_size[:, None] * small_mean],
        whole[:, None] * mean - small_size[:, None] * small_mean)
    # Cone over a piece: its height / d times the piece, centroid at d / (d + 1) of the way.
    return _sums(cell, moment * (outward / (corners + 1.0))[:, None], count)


def with_centroids(mesh, moments, about, *truth):
    """Adds the exact centroids of the truth in mixed cells; elsewhere they are 0 and not read."""
    cells = np.flatnonzero(is_mixed(mesh))
    cell, pieces = _pieces(mesh, cells)
    # The moment of a sliver is a small difference: in double precision its centroid has no digits.
    pieces = pieces.astype(np.longdouble)
    if len(cell):
        dimension = pieces.shape[1]
        # Whole cells by cones from a corner of each, so that large coordinates do not cancel.
        first = np.zeros((len(cells), 3))
        first[cell] = pieces[:, 0]
        cones = (_area_vectors(pieces) * (pieces[:, 0] - first[cell])).sum(axis=1) / dimension
        volume = np.abs(_sums(cell, cones, len(cells))[:, 0])
        # Cells that run clockwise have their boundaries inside out.
        turned = np.sign(_sums(cell, cones, len(cells))[:, 0])
        moment = turned[:, None] * moments(cell, pieces, len(cells), *truth)
        place = moment / (fractions_of(mesh)[cells] * volume)[:, None] + np.asarray(about)
        # Rounding may move the centroid of a sliver out of its cell.
        low, high = np.full(place.shape, np.inf), np.full(place.shape, -np.inf)
        np.minimum.at(low, cell, pieces.min(axis=1))
        np.maximum.at(high, cell, pieces.max(axis=1))
        place = np.clip(place, low, high)
    values = np.zeros((mesh.GetNumberOfCells(), 3))
    values[cells] = place
    array = numpy_to_vtk(values, deep=True)
    array.SetName(CENTROID)
    mesh.GetCellData().AddArray(array)
    return mesh


def with_ball_centroids(mesh, centre, radius):
    return with_centroids(mesh, _ball_moments, centre, centre, radius)


def with_half_space_centroids(mesh, origin, normal):
    return with_centroids(mesh, _half_space_moments, origin, origin, normal)


# -------------------------------------------------------------------------------- reconstructing

def plic(mesh, method=None):
    """The filter, not yet updated."""
    interface = vtkPLICInterface()
    interface.SetInputDataObject(0, mesh)
    interface.AddVolumeFractionArray(FRACTION)
    if mesh.GetCellData().HasArray(CENTROID) and hasattr(interface, "AddCentroidArray"):
        interface.AddCentroidArray(CENTROID)
    if method is not None:
        interface.SetMethod(method)
    return interface


def reconstruct(mesh, method=None):
    interface = plic(mesh, method)
    interface.Update()
    return interface.GetOutputDataObject(0)


class Facets:
    """Normals, centroids and cells of the facets in the mixed cells of a mesh."""

    def __init__(self, interface, mesh):
        data = interface.GetCellData()
        self.normal = vtk_to_numpy(data.GetArray("Normals"))
        self.cell = vtk_to_numpy(data.GetArray("SourceCellIds"))
        points = vtk_to_numpy(interface.GetPoints().GetData())
        lines = interface.GetNumberOfLines() > 0
        cells = interface.GetLines() if lines else interface.GetPolys()
        offsets = vtk_to_numpy(cells.GetOffsetsArray())
        ids = vtk_to_numpy(cells.GetConnectivityArray())
        size = np.diff(offsets)
        facet, sides = _rings(points, ids, offsets)
        mean = _sums(facet, points[ids], len(size)) / size[:, None]
        self.centroid = mean
        if not lines:
            # Triangles between the mean of the corners and every side.
            a, b = sides[:, 0] - mean[facet], sides[:, 1] - mean[facet]
            area = np.einsum("ij,ij->i", np.cross(a, b), self.normal[facet])
            total = _sums(facet, area, len(size))
            moment = _sums(facet, area[:, None] * (a + b) / 3.0, len(size))
            flat = np.abs(total) < 1e-300
            self.centroid = mean + np.where(flat, 0.0, moment / np.where(flat, 1.0, total))
        # There are facets between full cells, too.
        mixed = is_mixed(mesh)[self.cell]
        self.normal, self.centroid = self.normal[mixed], self.centroid[mixed]
        self.cell = self.cell[mixed]


def radial(points, centre):
    """Unit vectors away from the centre."""
    away = points - np.asarray(centre)
    return away / np.linalg.norm(away, axis=1, keepdims=True)


def angles(a, b):
    """Degrees between unit vectors, exact for small ones, too."""
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=1),
        np.einsum("ij,ij->i", a, b)))


def normal_error(facets, mesh, centre):
    """L1n: the mean over mixed cells of 1 - n . n_exact; a mixed cell without a facet counts 1."""
    mixed = int(is_mixed(mesh).sum())
    # The facet of a cell that is not convex may come in pieces, which count together as one.
    cells, which, pieces = np.unique(facets.cell, return_inverse=True, return_counts=True)
    # Half the squared difference is 1 - n . n_exact without its cancellation.
    errors = 0.5 * ((facets.normal - radial(facets.centroid, centre))**2).sum(axis=1)
    total = (errors / pieces[which]).sum()
    return (total + mixed - len(cells)) / mixed
