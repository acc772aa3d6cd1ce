"""Lengths, areas and volumes of cells and of their parts below planes, by NumPy: the yardstick of
the tests, apart from the library's own kernel and from VTK's."""
import numpy as np
from vtkmodules.vtkCommonCore import vtkIdList
from vtkmodules.vtkCommonDataModel import (VTK_HEXAGONAL_PRISM, VTK_HEXAHEDRON,
    VTK_PENTAGONAL_PRISM, VTK_PIXEL, VTK_POLYHEDRON, VTK_PYRAMID, VTK_TETRA, VTK_VOXEL, VTK_WEDGE)


def prism_faces(n):
    return [tuple(range(n - 1, -1, -1)), tuple(range(n, 2 * n))] + [
        (i, (i + 1) % n, n + (i + 1) % n, n + i) for i in range(n)]


# Faces of the cells with a fixed shape, all seen alike: outwards, or (VTK's wedge) inwards.
FACES = {
    VTK_TETRA: [(0, 1, 3), (1, 2, 3), (2, 0, 3), (0, 2, 1)],
    VTK_PYRAMID: [(0, 3, 2, 1), (0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)],
    VTK_WEDGE: prism_faces(3),
    VTK_HEXAHEDRON: prism_faces(4),
    VTK_PENTAGONAL_PRISM: prism_faces(5),
    VTK_HEXAGONAL_PRISM: prism_faces(6),
}


def point_array(mesh):
    return np.array([mesh.GetPoint(i) for i in range(mesh.GetNumberOfPoints())]).reshape(-1, 3)


def cell_faces(mesh, cell, ids=None):
    """Faces of a 3D cell by point ids, all outwards or all inwards."""
    ids = ids or vtkIdList()
    kind = mesh.GetCellType(cell)
    if kind == VTK_POLYHEDRON:
        mesh.GetFaceStream(cell, ids)
        stream = [ids.GetId(i) for i in range(ids.GetNumberOfIds())]
        faces, at = [], 1
        for _ in range(stream[0]):
            faces.append(stream[at + 1:at + 1 + stream[at]])
            at += 1 + stream[at]
        return faces
    mesh.GetCellPoints(cell, ids)
    own = [ids.GetId(i) for i in range(ids.GetNumberOfIds())]
    if kind == VTK_VOXEL:
        own[2], own[3], own[6], own[7] = own[3], own[2], own[7], own[6]
        kind = VTK_HEXAHEDRON
    return [[own[i] for i in face] for face in FACES[kind]]


class Cells:
    """The cells of a data set as signed simplices: those of a cell add up to it, non-convex ones
    too. Faces that are not planar are split about the mean of their points."""

    def __init__(self, mesh):
        self.count = mesh.GetNumberOfCells()
        if self.count == 0:
            self.measures = self.outwards = np.zeros(0)
            return
        self.dimension = mesh.GetCell(0).GetCellDimension()
        self.points = point_array(mesh)
        ids = vtkIdList()
        loops, owners = [], []
        for cell in range(self.count):
            if self.dimension == 3:
                faces = cell_faces(mesh, cell, ids)
            else:
                mesh.GetCellPoints(cell, ids)
                face = [ids.GetId(i) for i in range(ids.GetNumberOfIds())]
                if mesh.GetCellType(cell) == VTK_PIXEL:
                    face[2], face[3] = face[3], face[2]
                faces = [face]
            loops += faces
            owners += [cell] * len(faces)
        sizes = np.array([len(loop) for loop in loops])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        flat = np.concatenate([np.asarray(loop) for loop in loops])
        ahead = np.arange(len(flat)) + 1
        ahead[starts + sizes - 1] = starts
        owners = np.asarray(owners)
        # One simplex an edge of a face: edge, the face's mean, and in 3D a point of the cell.
        first = np.full(self.count, -1)
        first[owners[::-1]] = flat[starts[::-1]]
        self.origins = self.points[first]
        means = np.add.reduceat(self.points[flat], starts) / sizes[:, None]
        face = np.repeat(np.arange(len(loops)), sizes)
        self.owner = owners[face]
        corners = [self.points[flat], self.points[flat[ahead]], means[face]]
        if self.dimension == 3:
            corners.append(self.origins[self.owner])
        self.simplices = np.stack(corners, axis=1) - self.origins[self.owner][:, None, :]
        vectors = self.simplices[:, 1:] - self.simplices[:, :1]
        if self.dimension == 3:
            signed = -np.linalg.det(vectors) / 6  # the last corner lies within
        else:
            twice = np.cross(vectors[:, 0], vectors[:, 1])
            normals = np.stack([np.bincount(self.owner, twice[:, i], self.count)
                                for i in range(3)], axis=1)
            normals /= np.maximum(np.linalg.norm(normals, axis=1), 1e-300)[:, None]
            signed = 0.5 * np.einsum("ij,ij->i", twice, normals[self.owner])
        self.outwards = np.bincount(self.owner, signed, self.count)
        self.sign = np.sign(signed) * np.sign(self.outwards)[self.owner]
        self.measures = np.abs(self.outwards)
        if self.dimension == 3:
            # Wedges come in both orders of their points, and the filters take both.
            wedges = np.array([mesh.GetCellType(i) == VTK_WEDGE for i in range(self.count)])
            self.outwards[wedges] = self.measures[wedges]

    def centroids(self):
        return self._sum(self.simplices, self.owner, self.sign)[1]

    def below(self, on, normal):
        """Measures and centroids of the cells' parts below planes, one a cell or one for all."""
        on = np.broadcast_to(np.asarray(on, dtype=float), (self.count, 3))
        normal = np.broadcast_to(np.asarray(normal, dtype=float), (self.count, 3))
        relative = self.simplices - (on - self.origins)[self.owner][:, None, :]
        heights = np.einsum("ijk,ik->ij", relative, normal[self.owner])
        order = np.argsort(heights >= 0, axis=1, kind="stable")
        heights = np.take_along_axis(heights, order, axis=1)
        corners = np.take_along_axis(self.simplices, order[:, :, None], axis=1)
        under = (heights < 0).sum(axis=1)
        parts, owner, sign = [], [], []

        def add(rows, *vertices):
            parts.append(np.stack(vertices, axis=1))
            owner.append(self.owner[rows])
            sign.append(self.sign[rows])
        for k in range(1, self.dimension + 2):
            rows = np.flatnonzero(under == k)
            h, c = heights[rows], corners[rows]

            def crossing(i, j):
                t = h[:, i] / (h[:, i] - h[:, j])
                return c[:, i] + t[:, None] * (c[:, j] - c[:, i])
            if k == self.dimension + 1:
                add(rows, *[c[:, i] for i in range(k)])
            elif k == 1:
                add(rows, c[:, 0], *[crossing(0, j) for j in range(1, self.dimension + 1)])
            elif self.dimension == 2:
                add(rows, c[:, 0], c[:, 1], crossing(1, 2))
                add(rows, c[:, 0], crossing(1, 2), crossing(0, 2))
            elif k == 2:
                ac, ad, bc, bd = [crossing(i, j) for i in (0, 1) for j in (2, 3)]
                add(rows, c[:, 1], c[:, 0], ac, ad)
                add(rows, c[:, 1], ac, ad, bd)
                add(rows, c[:, 1], ac, bc, bd)
            else:
                ad, bd, cd = [crossing(i, 3) for i in range(3)]
                add(rows, c[:, 0], c[:, 1], c[:, 2], cd)
                add(rows, c[:, 0], c[:, 1], bd, cd)
                add(rows, c[:, 0], ad, bd, cd)
        return self._sum(np.concatenate(parts), np.concatenate(owner), np.concatenate(sign))

    def fractions_below(self, on, normal):
        return np.clip(self.below(on, normal)[0] / self.measures, 0.0, 1.0)

    def _sum(self, parts, owner, sign):
        vectors = parts[:, 1:] - parts[:, :1]
        if self.dimension == 3:
            sizes = sign * np.abs(np.linalg.det(vectors)) / 6
        else:
            sizes = sign * 0.5 * np.linalg.norm(np.cross(vectors[:, 0], vectors[:, 1]), axis=1)
        total = np.bincount(owner, sizes, self.count)
        moments = sizes[:, None] * parts.mean(axis=1)
        sums = np.stack([np.bincount(owner, moments[:, i], self.count) for i in range(3)], axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            centroids = sums / total[:, None]
        return total, self.origins + np.nan_to_num(centroids)


def facet_centres(interface):
    """The mean of every facet's points."""
    ids = vtkIdList()
    points = point_array(interface)
    centres = []
    for facet in range(interface.GetNumberOfCells()):
        interface.GetCellPoints(facet, ids)
        centres.append(points[[ids.GetId(i) for i in range(ids.GetNumberOfIds())]].mean(axis=0))
    return np.array(centres).reshape(-1, 3)
