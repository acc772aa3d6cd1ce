"""Laws of PLIC Interface's clipped cells: VTK's own filters find the volumes of the materials."""
import unittest

import numpy as np
from vtkmodules.vtkCommonCore import vtkStringArray, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkDataSetAttributes, vtkPolyData, vtkCellArray
from vtkmodules.vtkFiltersVerdict import vtkCellSizeFilter
try:
    from vtkmodules.vtkFiltersParallel import vtkIntegrateAttributes
except ImportError:  # VTK without its parallel modules; the sums by cell remain
    vtkIntegrateAttributes = None

import mir
from cellmeasures import Cells, cell_faces, point_array
from mirtest import *

KINDS = {"cells": mir.vtkPLICInterface.CLIPPED_CELLS,
    "tetrahedra": mir.vtkPLICInterface.CLIPPED_TETRAHEDRA}
SIMPLICES = (VTK_TRIANGLE, VTK_TETRA)


def planar_hexahedra(n=6):
    """Sheared, with planar faces."""
    points, cells = cubes(n, 0.0)
    points = points @ np.array([[1, 0, 0], [0.3, 1, 0], [0.2, -0.1, 1]]) * 0.7 + 0.1
    return unstructured(points, [(VTK_HEXAHEDRON, c) for c in cells])


def planar_polyhedra(n=6):
    points, cells = cubes(n, 0.0)
    return unstructured(points,
        [(VTK_POLYHEDRON, [[c[i] for i in face] for face in HEXAHEDRON_FACES]) for c in cells])


def polygons_of_polydata(n=12):
    source = polygons(n)
    mesh = vtkPolyData()
    mesh.SetPoints(source.GetPoints())
    mesh.SetPolys(source.GetCells())
    return mesh


# Cells whose volume VTK's own filters tell right: convex, with planar faces.
EXACT = {"image": image, "rectilinear": rectilinear, "quads": quads, "triangles": triangles,
    "mixed": mixed_2d,
    "3D image": lambda: image(6, 3), "3D rectilinear": lambda: rectilinear(6, 3),
    "3D hexahedra": planar_hexahedra, "3D voxels": lambda: voxels(6),
    "3D tetrahedra": lambda: tetrahedra(4), "3D wedges": lambda: wedges(5),
    "3D pyramids": lambda: pyramids(4), "3D polyhedra": planar_polyhedra, "slab": slab}
# Others: warped faces, and polygons and polyhedra that are not convex.
OTHERS = {"polygons": polygons, "polydata": polygons_of_polydata,
    "3D curvilinear": lambda: curvilinear(6, 3), "3D hexahedra": lambda: hexahedra(6),
    "3D polyhedra": lambda: polyhedra(6), "3D notched": notched, "3D prisms": prisms}


def truth_for(mesh):
    return shape() if mesh.GetCell(0).GetCellDimension() == 2 else sphere()


def two(make):
    """The disc or ball in a mesh; in slabs the cylinder."""
    mesh = make()
    if make is slab:
        flat = fractions(unstructured(*flat_slab()), shape())
        return set_cells(mesh, "VolumeFraction", cells_of(flat, "VolumeFraction"))
    return fractions(mesh, truth_for(mesh))


def flat_slab():
    points, cells = squares(16, 0.0)
    return points, [(VTK_QUAD, q) for q in cells]


def clipped(mesh, kind, arrays=("VolumeFraction",), **settings):
    return run(plic(mesh, arrays=arrays, OutputMaterials=kind, **settings))


def sizes(data):
    """What Cell Size finds."""
    algorithm = vtkCellSizeFilter()
    algorithm.SetInputDataObject(data)
    algorithm.Update()
    name = "Area" if data.GetCell(0).GetCellDimension() == 2 else "Volume"
    return vtk_to_numpy(algorithm.GetOutput().GetCellData().GetArray(name))


def integrated(data, name):
    """What Integrate Variables finds of a cell array, times 1."""
    algorithm = vtkIntegrateAttributes()
    algorithm.SetInputDataObject(data)
    algorithm.SetDivideAllCellDataByVolume(False)
    algorithm.Update()
    return cells_of(algorithm.GetOutput(), name)[0]


class Volumes(unittest.TestCase):
    def assert_close(self, found, exact):
        """To 1e-10, relative."""
        self.assertLessEqual(abs(found - exact), 1e-10 * abs(exact))

    def test_cell_size_finds_the_volumes_of_the_materials(self):
        for name, make in EXACT.items():
            mesh = two(make)
            f = cells_of(mesh, "VolumeFraction")
            volumes = Cells(mesh).measures
            for kind, value in KINDS.items():
                with self.subTest(mesh=name, kind=kind):
                    parts = clipped(mesh, value)
                    size, material = sizes(parts), cells_of(parts, "MaterialId")
                    self.assertGreater(size.min(), -1e-14 * volumes.max())
                    self.assert_close(size[material == 0].sum(), (f * volumes).sum())
                    self.assert_close(size[material == 1].sum(), ((1 - f) * volumes).sum())
                    self.assert_close(size.sum(), volumes.sum())

    def test_integrate_variables_finds_the_volumes_of_the_materials(self):
        if vtkIntegrateAttributes is None:
            self.skipTest("VTK was built without vtkFiltersParallel")
        for name, make in EXACT.items():
            mesh = two(make)
            f = cells_of(mesh, "VolumeFraction")
            volumes = Cells(mesh).measures
            for kind, value in KINDS.items():
                with self.subTest(mesh=name, kind=kind):
                    parts = clipped(mesh, value)
                    set_cells(parts, "inside", (cells_of(parts, "MaterialId") == 0).astype(float))
                    set_cells(parts, "one", np.ones(parts.GetNumberOfCells()))
                    self.assert_close(integrated(parts, "inside"), (f * volumes).sum())
                    self.assert_close(integrated(parts, "one"), volumes.sum())

    def assert_parts(self, make, kind, measure):
        """Parts of mixed cells have the volumes of the materials, cell by cell."""
        mesh = two(make)
        f = cells_of(mesh, "VolumeFraction")
        mixed = mixed_cells(mesh)
        volumes = Cells(mesh).measures
        parts = clipped(mesh, kind, MixedCellsOnly=True)
        self.assertEqual(set(cells_of(parts, "SourceCellIds")), set(mixed))
        size = measure(parts)
        self.assertGreater(size.min(), -1e-14 * volumes.max())
        found = np.zeros((len(f), 2))
        np.add.at(found, (cells_of(parts, "SourceCellIds"), cells_of(parts, "MaterialId")), size)
        exact = np.stack([f, 1 - f], axis=1) * volumes[:, None]
        error = np.abs(found - exact)[mixed] / volumes[mixed, None]
        self.assertLessEqual(error.max(), 1e-10)

    def assert_three(self, make, inner, kind, measure):
        mesh = two(make)
        f = cells_of(mesh, "VolumeFraction")
        core = cells_of(fractions(make(), inner), "VolumeFraction")
        columns = [core, np.maximum(f - core, 0.0), 1 - f]
        for array, values in zip("abc", columns):
            set_cells(mesh, array, values)
        volumes = Cells(mesh).measures
        parts = clipped(mesh, kind, "abc")
        size, material = measure(parts), cells_of(parts, "MaterialId")
        for i, values in enumerate(columns):
            self.assert_close(size[material == i].sum(), (values * volumes).sum())

    # Meshes and, in them, the inner one of three materials.
    THREE = ((image, lambda: shape(radius=0.33)), (triangles, lambda: shape(radius=0.33)),
        (lambda: image(6, 3), lambda: sphere(radius=0.3)),
        (lambda: tetrahedra(4), lambda: sphere(radius=0.3)))

    def test_mixed_cells_of_any_shape_fall_into_their_materials(self):
        for name, make in {**EXACT, **OTHERS}.items():
            for kind, value in KINDS.items():
                with self.subTest(mesh=name, kind=kind):
                    self.assert_parts(make, value, lambda parts: Cells(parts).outwards)

    def test_cell_size_measures_parts_of_cells_of_any_shape(self):
        # VTK measures polyhedra by a Delaunay triangulation of their points and polygons as fans:
        # it is wrong where they are not convex, and for some convex ones.
        for name, make in {**EXACT, **OTHERS}.items():
            for kind, value in KINDS.items():
                with self.subTest(mesh=name, kind=kind):
                    self.assert_parts(make, value, sizes)

    def test_three_materials(self):
        for make, inner in self.THREE:
            for value in KINDS.values():
                self.assert_three(make, inner(), value, lambda parts: Cells(parts).outwards)
                self.assert_three(make, inner(), value, sizes)

    def test_full_cells_that_are_not_convex_are_measured_right(self):
        for make in (polygons, notched):
            mesh = two(make)
            f, volumes = cells_of(mesh, "VolumeFraction"), Cells(mesh).measures
            parts = clipped(mesh, KINDS["tetrahedra"])
            inside = cells_of(parts, "MaterialId") == 0
            self.assert_close(sizes(parts)[inside].sum(), (f * volumes).sum())


class Contract(unittest.TestCase):
    def test_types_are_as_documented(self):
        for name, make in {**EXACT, **OTHERS}.items():
            mesh = two(make)
            flat = mesh.GetCell(0).GetCellDimension() == 2
            for kind, value in KINDS.items():
                with self.subTest(mesh=name, kind=kind):
                    parts = clipped(mesh, value)
                    self.assertEqual(parts.GetClassName(), "vtkUnstructuredGrid")
                    self.assertEqual(parts.GetPoints().GetDataType(), 11, "points are doubles")
                    only = clipped(mesh, value, MixedCellsOnly=True)
                    types = {only.GetCellType(i) for i in range(only.GetNumberOfCells())}
                    if kind == "tetrahedra":
                        self.assertEqual(types, {VTK_TRIANGLE if flat else VTK_TETRA})
                    elif flat:
                        self.assertLessEqual(types, {VTK_POLYGON, VTK_TRIANGLE})
                    else:
                        self.assertLessEqual(types, {VTK_POLYHEDRON, VTK_TETRA})

    def test_polyhedra_are_closed_and_face_outwards(self):
        for make in (lambda: image(5, 3), lambda: tetrahedra(3), lambda: hexahedra(4),
                     notched, slab):
            mesh = two(make)
            parts = clipped(mesh, KINDS["cells"], MixedCellsOnly=True)
            # Slivers of no volume may turn over by the rounding of their points.
            self.assertGreater(Cells(parts).outwards.min(), -1e-17)
            points = point_array(parts)
            for part in range(parts.GetNumberOfCells()):
                closed = np.zeros(3)
                for face in cell_faces(parts, part):
                    p = points[face]
                    closed += sum(np.cross(p[i] - p[0], p[i + 1] - p[0])
                                  for i in range(1, len(p) - 1))
                self.assertLess(np.abs(closed).max(), 1e-13)

    def test_every_array_of_the_cells_is_carried(self):
        for make in (image, triangles, lambda: image(5, 3), lambda: tetrahedra(3)):
            mesh = two(make)
            n = mesh.GetNumberOfCells()
            rng = np.random.default_rng(1)
            values = {"pressure": rng.random(n), "velocity": rng.random((n, 3)),
                "single": rng.random(n).astype(np.float32),
                "number": np.arange(n, dtype=np.int32) * 3,
                "large": np.arange(n, dtype=np.int64) + 2**60}
            for name, array in values.items():
                set_cells(mesh, name, array)
            words = vtkStringArray()
            words.SetName("word")
            for i in range(n):
                words.InsertNextValue("cell %d" % i)
            mesh.GetCellData().AddArray(words)
            for value in KINDS.values():
                parts = clipped(mesh, value)
                source = cells_of(parts, "SourceCellIds")
                for name, array in values.items():
                    found = cells_of(parts, name)
                    self.assertEqual(found.dtype, array.dtype, name)
                    self.assertTrue((found == array[source]).all(), name)
                self.assertTrue((cells_of(parts, "VolumeFraction") ==
                                 cells_of(mesh, "VolumeFraction")[source]).all())
                found = parts.GetCellData().GetAbstractArray("word")
                for i in range(0, parts.GetNumberOfCells(), 17):
                    self.assertEqual(found.GetValue(i), "cell %d" % source[i])
                for i in range(parts.GetCellData().GetNumberOfArrays()):
                    self.assertEqual(parts.GetCellData().GetAbstractArray(i).GetNumberOfTuples(),
                        parts.GetNumberOfCells())

    def test_full_cells_are_kept_unless_only_mixed_ones_are_asked_for(self):
        for make in (image, polygons, lambda: tetrahedra(4), lambda: hexahedra(5), notched):
            mesh = two(make)
            f = cells_of(mesh, "VolumeFraction")
            mixed = mixed_cells(mesh)
            pure = np.setdiff1d(np.arange(len(f)), mixed)
            for value in KINDS.values():
                parts = clipped(mesh, value)
                source, material = cells_of(parts, "SourceCellIds"), cells_of(parts, "MaterialId")
                self.assertEqual(set(source), set(range(len(f))))
                self.assertTrue((material[np.isin(source, pure)] ==
                                 (f[source[np.isin(source, pure)]] < 0.5)).all())
                only = clipped(mesh, value, MixedCellsOnly=True)
                self.assertEqual(set(cells_of(only, "SourceCellIds")), set(mixed))
                self.assertEqual(np.isin(source, mixed).sum(), only.GetNumberOfCells())

    def test_global_ids_are_told(self):
        mesh = two(image)
        ids = np.arange(256, dtype=np.int64) + 2**53 + 1
        array = numpy_to_vtk(ids, deep=True, array_type=12)
        array.SetName("GlobalCellIds")
        mesh.GetCellData().SetGlobalIds(array)
        parts = clipped(mesh, KINDS["cells"])
        self.assertEqual(set(cells_of(parts, "SourceCellIds")), set(ids))

    def test_ghost_and_hidden_cells_are_left_out(self):
        for kind in (vtkDataSetAttributes.DUPLICATECELL, vtkDataSetAttributes.HIDDENCELL):
            mesh = two(triangles)
            ghosts = vtkUnsignedCharArray()
            ghosts.SetName(vtkDataSetAttributes.GhostArrayName())
            ghosts.SetNumberOfTuples(mesh.GetNumberOfCells())
            ghosts.Fill(0)
            gone = set(range(0, mesh.GetNumberOfCells(), 3))
            for cell in gone:
                ghosts.SetValue(cell, kind)
            mesh.GetCellData().AddArray(ghosts)
            for value in KINDS.values():
                parts = clipped(mesh, value)
                self.assertEqual(set(cells_of(parts, "SourceCellIds")),
                    set(range(mesh.GetNumberOfCells())) - gone)
                self.assertFalse(
                    parts.GetCellData().HasArray(vtkDataSetAttributes.GhostArrayName()))

    def test_nothing_mixed(self):
        mesh = set_cells(image(), "f", np.ones(256))
        parts = clipped(mesh, KINDS["cells"], ("f",))
        self.assertEqual(parts.GetNumberOfCells(), 256)
        self.assertTrue((cells_of(parts, "MaterialId") == 0).all())
        only = clipped(mesh, KINDS["cells"], ("f",), MixedCellsOnly=True)
        self.assertEqual(only.GetNumberOfCells(), 0)

    def test_field_data_are_those_of_the_interface(self):
        mesh = two(triangles)
        interface = run(plic(mesh))
        for value in KINDS.values():
            parts = clipped(mesh, value)
            for name in ("Method", "MixedCells", "ReconstructedCells", "RejectedCells",
                         "FallbackCells", "NormalizedCells"):
                self.assertEqual(field_of(parts, name), field_of(interface, name), name)

    def test_errors_leave_nothing(self):
        for value in KINDS.values():
            algorithm = plic(image(), OutputMaterials=value)
            self.assertIn("'VolumeFraction'", run_failing(algorithm))
            self.assertEqual(algorithm.GetOutputDataObject(0).GetNumberOfCells(), 0)


if __name__ == "__main__":
    unittest.main()
