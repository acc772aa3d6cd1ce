"""Meshes to measure with: uniform ones at any size, and irregular ones of a given number of cells.

Everything is made from arrays, without a loop over cells, so that 256^3 hexahedra take seconds and
no memory beyond the mesh's own. Irregular meshes start from the lattices that unstructured meshes
come nearest to, with every point moved at random (the same way every time): equilateral triangles
and their duals, the tetrahedra of the body-centred cubic lattice and theirs. They cover the square
or cube from 0 to `length` with ragged edges, since truths lie well inside.
"""
import numpy as np
from matplotlib.tri import Triangulation
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints, vtkTypeInt64Array
from vtkmodules.vtkCommonDataModel import (VTK_HEXAHEDRON, VTK_POLYGON, VTK_POLYHEDRON, VTK_QUAD,
    VTK_TETRA, VTK_TRIANGLE, vtkCellArray, vtkImageData, vtkUnstructuredGrid)

# Where only the cells about an interface are made, those within so many cell sizes of it are.
BAND = 5.0


# ---------------------------------------------------------------------------------- arrays to VTK

def _points(array):
    points = vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(array, dtype=float), deep=True))
    return points


def _integers(values):
    """The one type of array that vtkCellArray takes as it is."""
    array = vtkTypeInt64Array()
    array.SetNumberOfValues(len(values))
    vtk_to_numpy(array)[:] = values
    return array


def cell_array(connectivity, offsets):
    """Cells from the ids of all their points and where each cell's begin, the end included."""
    cells = vtkCellArray()
    cells.SetData(_integers(offsets), _integers(connectivity))
    return cells


def _grid(points, kind, ids):
    """Cells of one kind with as many points each: ids is (cells, points of a cell)."""
    count, size = ids.shape
    mesh = vtkUnstructuredGrid()
    mesh.SetPoints(_points(points))
    mesh.SetCells(kind, cell_array(ids.reshape(-1), np.arange(0, count * size + 1, size)))
    return mesh


def cell_middles(mesh):
    """Means of the points of the cells, where all cells have as many."""
    ids = vtk_to_numpy(mesh.GetCells().GetConnectivityArray()).reshape(mesh.GetNumberOfCells(), -1)
    return vtk_to_numpy(mesh.GetPoints().GetData())[ids].mean(axis=1)


def _used(points, ids):
    """Only the points that ids name, and ids among them."""
    used, ids_of_used = np.unique(ids, return_inverse=True)
    return points[used], ids_of_used.reshape(ids.shape)


def _spread(points, amount, seed):
    """Every point moved by up to `amount` along each axis that the points extend in."""
    moves = np.random.default_rng(seed).uniform(-amount, amount, points.shape)
    moves[..., np.ptp(points.reshape(-1, 3), axis=0) == 0.0] = 0.0
    return points + moves


# --------------------------------------------------------------------------------------- logical

def image(cells, dimension, length=1.0):
    mesh = vtkImageData()
    mesh.SetDimensions(cells + 1, cells + 1, cells + 1 if dimension == 3 else 1)
    mesh.SetSpacing(length / cells, length / cells, length / cells)
    return mesh


def lattice_points(cells, dimension, length=1.0):
    """Corners of the cells of image(), x fastest."""
    t = np.linspace(0.0, length, cells + 1)
    points = np.zeros((cells + 1 if dimension == 3 else 1, cells + 1, cells + 1, 3))
    points[..., 0] = t
    points[..., 1] = t[:, None]
    if dimension == 3:
        points[..., 2] = t[:, None, None]
    return points.reshape(-1, 3)


def _corners(cells, dimension):
    """Point ids of the cells of image() in the order of VTK's quads and hexahedra."""
    row = cells + 1
    first = np.arange(cells, dtype=np.int64)
    square = np.array([0, 1, row + 1, row], dtype=np.int64)
    if dimension == 2:
        first = (first[:, None] * row + first).reshape(-1, 1)
        return first + square
    first = ((first[:, None, None] * row + first[:, None]) * row + first).reshape(-1, 1)
    return first + np.concatenate([square, square + row * row])


def quads(cells, jitter=0.0, length=1.0):
    """The cells of image() as unstructured quads; jitter: how far points move, in cell sizes."""
    points = lattice_points(cells, 2, length)
    if jitter:
        points = _spread(points, jitter * length / cells, 1)
    return _grid(points, VTK_QUAD, _corners(cells, 2))


def hexahedra(cells, jitter=0.0, length=1.0):
    """The cells of image() as unstructured hexahedra; with jitter their faces are warped."""
    points = lattice_points(cells, 3, length)
    if jitter:
        points = _spread(points, jitter * length / cells, 2)
    return _grid(points, VTK_HEXAHEDRON, _corners(cells, 3))


def split_cubes(cells, jitter=0.2, length=1.0):
    """Kuhn's six tetrahedra about the diagonal of every cube, on points moved at random."""
    points = _spread(lattice_points(cells, 3, length), jitter * length / cells, 3)
    pattern = np.array([(0, a, b, 6) for a, b in
                        ((1, 2), (2, 3), (3, 7), (7, 4), (4, 5), (5, 1))])
    return _grid(points, VTK_TETRA, _corners(cells, 3)[:, pattern].reshape(-1, 4))


# -------------------------------------------------------------------------------- irregular, plane

def _triangulation(edge, length, jitter):
    """Delaunay triangulation of an equilateral lattice with moved points, beyond the square."""
    rows = int(np.ceil(length / (edge * np.sqrt(0.75)))) + 5
    columns = int(np.ceil(length / edge)) + 5
    j, i = np.mgrid[:rows, :columns]
    points = np.zeros((rows, columns, 3))
    points[..., 0] = (i - 2.0 + 0.5 * (j % 2)) * edge
    points[..., 1] = (j - 2.0) * edge * np.sqrt(0.75)
    points = _spread(points.reshape(-1, 3), jitter * edge, 4)
    ids = Triangulation(points[:, 0], points[:, 1]).triangles.astype(np.int64)
    # Slivers of the hull join points that are far apart.
    sides = points[ids] - points[np.roll(ids, 1, axis=1)]
    return points, ids[(np.linalg.norm(sides, axis=2) < 2.5 * edge).all(axis=1)]


def _inside(points, length):
    return ((points[:, :2] > 0.0) & (points[:, :2] < length)).all(axis=1)


def triangles(number, length=1.0, jitter=0.2):
    """About `number` triangles over the square."""
    edge = length * np.sqrt(4.0 / (number * np.sqrt(3.0)))
    points, ids = _triangulation(edge, length, jitter)
    points, ids = _used(points, ids[_inside(points[ids].mean(axis=1), length)])
    return _grid(points, VTK_TRIANGLE, ids)


def polygons(number, length=1.0, jitter=0.2):
    """About `number` polygons of mostly five to seven sides, the dual of triangles()."""
    edge = length * np.sqrt(2.0 / (number * np.sqrt(3.0)))
    sites, ids = _triangulation(edge, length, jitter)
    corners = sites[ids].mean(axis=1)
    # Every triangle is a corner of the polygons of its three sites, which go round counter-clockwise.
    site = ids.reshape(-1)
    corner = np.repeat(np.arange(len(ids)), 3)
    away = corners[corner] - sites[site]
    order = np.lexsort((np.arctan2(away[:, 1], away[:, 0]), site))
    site, corner = site[order], corner[order]
    wanted = _inside(sites, length)[site]
    site, corner = site[wanted], corner[wanted]
    points, corner = _used(corners, corner)
    offsets = np.concatenate([[0], np.cumsum(np.unique(site, return_counts=True)[1])])
    mesh = vtkUnstructuredGrid()
    mesh.SetPoints(_points(points))
    mesh.SetCells(VTK_POLYGON, cell_array(corner, offsets))
    return mesh


# ----------------------------------------------------------------------------- irregular, in space

class _BodyCentred:
    """The body-centred cubic lattice with moved points, and its tetrahedra.

    In halves of the cube's side, points have coordinates that are all even or all odd. A
    tetrahedron has one edge between even points, along an axis, and one between odd points, along
    another; the even point where the first starts and one of 12 shapes name it.
    """

    def __init__(self, cubes, length, jitter):
        """cubes: number of cubes along `length`, which need not be whole."""
        self.side = length / cubes
        self.count = int(np.ceil(cubes)) + 7
        z, y, x = np.mgrid[:self.count, :self.count, :self.count]
        even = (np.stack([x, y, z], axis=-1).reshape(-1, 3) - 3.0) * self.side
        points = np.stack([even, even + 0.5 * self.side])  # [parity, index]
        self.points = _spread(points, jitter * self.side, 5)
        self.shapes = []
        unit = np.eye(3, dtype=int)
        for i in range(3):
            for j in ((i + 1) % 3, (i + 2) % 3):
                k = 3 - i - j
                for s in (-1, 1):
                    shape = np.array([0 * unit[0], 2 * unit[i], unit[i] + s * unit[j] - unit[k],
                                      unit[i] + s * unit[j] + unit[k]])
                    if np.linalg.det((shape[1:] - shape[0]).astype(float)) < 0:
                        shape = shape[[1, 0, 2, 3]]
                    self.shapes.append(shape)

    def index(self, cube):
        return cube[..., 0] + self.count * (cube[..., 1] + self.count * cube[..., 2])

    def inner(self):
        """Cubes of which all neighbours exist, as (cubes, 3) indices."""
        t = np.arange(2, self.count - 3)
        z, y, x = np.meshgrid(t, t, t, indexing="ij")
        return np.stack([x, y, z], axis=-1).reshape(-1, 3)

    def corners(self, cubes, shape):
        """Ids, among all points, of the tetrahedra of one shape that start at these cubes."""
        ids = []
        for corner in self.shapes[shape]:
            parity = corner[0] % 2
            ids.append(parity * self.count**3 + self.index(cubes + (corner - parity) // 2))
        return np.stack(ids, axis=-1)

    def all_points(self):
        return self.points.reshape(-1, 3)


def _near(places, sphere, size, length):
    """Which places lie in the cube and, if there is a sphere (centre, radius), within its band."""
    near = ((places > 0.0) & (places < length)).all(axis=-1)
    if sphere is not None:
        distance = np.linalg.norm(places - np.asarray(sphere[0]), axis=-1) - sphere[1]
        near &= np.abs(distance) < BAND * size
    return near


def tetrahedra(number, length=1.0, jitter=0.1, sphere=None):
    """About `number` tetrahedra over the cube, or those of them that lie near a sphere's surface."""
    lattice = _BodyCentred((number / 12.0) ** (1 / 3), length, jitter)
    size = length / number ** (1 / 3)
    points, cubes = lattice.all_points(), lattice.inner()
    if sphere is not None:
        # Twice the band first, so that few tetrahedra are looked at.
        cubes = cubes[_near(lattice.points[0][lattice.index(cubes)], sphere, 2 * size, 2 * length)]
    ids = np.concatenate([lattice.corners(cubes, shape) for shape in range(12)])
    ids = ids[_near(points[ids].mean(axis=1), sphere, size, length)]
    points, ids = _used(points, ids)
    return _grid(points, VTK_TETRA, ids)


def _dual_faces(lattice, parity):
    """The cell about a point of a parity: for each of its 14 faces the ring of its corners.

    A corner is a tetrahedron, given by (dx, dy, dz, shape): where its cube is from the point's.
    """
    about = []
    span = range(-4, 5)
    for cube in np.array(np.meshgrid(span, span, span)).reshape(3, -1).T:
        if (cube % 2 != parity).any():
            continue
        for number, shape in enumerate(lattice.shapes):
            corners = cube + shape
            if (corners == 0).all(axis=1).any():
                about.append((corners, tuple((cube + parity) // 2) + (number,)))
    neighbours = {tuple(c) for corners, _ in about for c in corners} - {(0, 0, 0)}
    faces = []
    for neighbour in sorted(neighbours):
        outward = np.array(neighbour, dtype=float)
        ring = [(corners.mean(axis=0), name) for corners, name in about
                if (corners == neighbour).all(axis=1).any()]
        first = ring[0][0] - outward / 2
        first -= outward * (first @ outward) / (outward @ outward)
        second = np.cross(outward / np.linalg.norm(outward), first)
        ring.sort(key=lambda corner: np.arctan2(corner[0] @ second, corner[0] @ first))
        faces.append([name for _, name in ring])
    return faces


def polyhedra(number, length=1.0, jitter=0.1, sphere=None):
    """About `number` polyhedra of 14 faces, or those near a sphere: the dual of tetrahedra().

    Corners are the means of the tetrahedra, so that faces are warped.
    """
    lattice = _BodyCentred((number / 2.0) ** (1 / 3), length, jitter)
    size = length / number ** (1 / 3)
    inner = lattice.inner()
    corner_rings = []  # of every cell: 14 rings of ids, all in one row
    for parity in (0, 1):
        places = lattice.points[parity][lattice.index(inner)]
        cubes = inner[_near(places, sphere, size, length)]
        faces = _dual_faces(lattice, parity)
        sizes = [len(face) for face in faces]
        names = np.array([name for face in faces for name in face])
        ids = lattice.index(cubes[:, None, :] + names[:, :3]) * 12 + names[:, 3]
        corner_rings.append((sizes, ids))
    used = np.unique(np.concatenate([ids.reshape(-1) for _, ids in corner_rings]))
    points = np.zeros((len(used), 3))
    for shape in range(12):
        these = used % 12 == shape
        cube = used[these] // 12
        cube = np.stack([cube % lattice.count, cube // lattice.count % lattice.count,
                         cube // lattice.count**2], axis=-1)
        points[these] = lattice.all_points()[lattice.corners(cube, shape)].mean(axis=1)
    streams, connectivity = [], []
    for sizes, ids in corner_rings:
        ids = np.searchsorted(used, ids)
        parts = [np.full((len(ids), 1), len(sizes))]
        start = 0
        for size in sizes:
            parts += [np.full((len(ids), 1), size), ids[:, start:start + size]]
            start += size
        streams.append(np.concatenate(parts, axis=1))
        # Every corner is in three faces: sorted, each third entry is a new one.
        connectivity.append(np.sort(ids, axis=1)[:, ::3])
    stream, connectivity = np.concatenate(streams), np.concatenate(connectivity)
    count, size = connectivity.shape
    mesh = vtkUnstructuredGrid()
    mesh.SetPoints(_points(points))
    mesh.SetCells(numpy_to_vtk(np.full(count, VTK_POLYHEDRON, dtype=np.uint8), deep=True),
        cell_array(connectivity.reshape(-1), np.arange(0, count * size + 1, size)),
        numpy_to_vtkIdTypeArray(np.arange(count, dtype=np.int64) * stream.shape[1], deep=True),
        numpy_to_vtkIdTypeArray(stream.reshape(-1).astype(np.int64), deep=True))
    return mesh
