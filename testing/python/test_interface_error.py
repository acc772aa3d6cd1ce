"""Interface Error as a filter: outputs, arrays and columns as promised, and values that are known."""
import math
import unittest

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPlane

import mir
from mirtest import *
from test_materials import random_materials, with_materials

COLUMNS = ["Method", "Cells", "Mixed", "ConservationMax", "ConservationMean", "ContinuityMax",
    "ContinuityMean", "ShapeError", "Hausdorff", "NormalError", "Milliseconds"]


class InterfaceError(unittest.TestCase):
    def test_outputs_are_as_promised(self):
        for make, truth in ((image, shape), (triangles, shape), (lambda: image(8, 3), sphere),
                            (tetrahedra, sphere)):
            mesh = fractions(make(), truth())
            interface = run(plic(mesh))
            overlay, facets, table = run(error_filter(interface, mesh, truth()), 0, 1, 2)
            self.assertEqual(overlay.GetClassName(), mesh.GetClassName())
            names = [overlay.GetCellData().GetArrayName(i)
                     for i in range(overlay.GetCellData().GetNumberOfArrays())]
            self.assertEqual(names[-4:],
                ["ConservationError", "ContinuityError", "ShapeError", "NormalError"])
            self.assertEqual(facets.GetNumberOfCells(), interface.GetNumberOfCells())
            self.assertTrue(np.isfinite(cells_of(facets, "Distance")).all())
            self.assertEqual([table.GetColumnName(i) for i in range(table.GetNumberOfColumns())],
                COLUMNS)
            self.assertEqual(table.GetNumberOfRows(), 1)

    def test_table_sums_up_the_arrays(self):
        mesh = fractions(quads(), shape(SHAPES_2D["Star"]))
        overlay, facets, table = run(error_filter(run(plic(mesh)), mesh, shape(SHAPES_2D["Star"])),
            0, 1, 2)
        row = {name: table.GetColumnByName(name).GetValue(0) for name in COLUMNS}
        mixed = mixed_cells(mesh)
        self.assertEqual(row["Method"], "PLIC Reconstructed Distance")
        self.assertEqual(row["Cells"], 256)
        self.assertEqual(row["Mixed"], len(mixed))
        conservation = cells_of(overlay, "ConservationError")
        self.assertEqual(row["ConservationMax"], conservation.max())
        self.assertAlmostEqual(row["ConservationMean"], conservation[mixed].mean(), delta=1e-18)
        self.assertEqual(row["ContinuityMax"], cells_of(overlay, "ContinuityError").max())
        self.assertGreater(row["ContinuityMax"], 0.0)  # planes of PLIC do not join up
        sizes = np.array([area_of(mesh, c) for c in range(256)])
        self.assertAlmostEqual(row["ShapeError"],
            (cells_of(overlay, "ShapeError") * sizes).sum() / shape_area("Star", 0.35), delta=1e-14)
        self.assertGreaterEqual(row["Hausdorff"], np.abs(cells_of(facets, "Distance")).max())

    def test_without_a_truth_its_columns_are_nan(self):
        mesh = fractions(quads(), shape())
        overlay, facets, table = run(error_filter(run(plic(mesh)), mesh), 0, 1, 2)
        for name in ("ShapeError", "Hausdorff", "NormalError"):
            self.assertTrue(math.isnan(table.GetColumnByName(name).GetValue(0)), name)
        self.assertFalse(overlay.GetCellData().HasArray("ShapeError"))
        self.assertFalse(facets.GetCellData().HasArray("Distance"))
        self.assertTrue(overlay.GetCellData().HasArray("ConservationError"))

    def test_a_plane_found_exactly_has_no_error(self):
        # The line y = const cuts all columns in equal parts: every method finds it.
        plane = vtkPlane()
        plane.SetNormal(0.0, 1.0, 0.0)
        plane.SetOrigin(0.0, 0.53, 0.0)
        mesh = fractions(image(), plane)
        # The truth of the metrics: a rectangle whose upper side is the line.
        from vtkmodules.vtkFiltersSources import vtkPlaneSource
        rectangle = vtkPlaneSource()
        rectangle.SetOrigin(-1.0, -1.0, 0.0)
        rectangle.SetPoint1(2.0, -1.0, 0.0)
        rectangle.SetPoint2(-1.0, 0.53, 0.0)
        rectangle.SetOutputPointsPrecision(1)
        row = measured(run(plic(mesh)), mesh, rectangle)
        for name in ("ConservationMax", "ContinuityMax", "ShapeError", "Hausdorff", "NormalError"):
            self.assertLess(row[name], 1e-12, name)

    def test_a_missing_facet_counts_in_full(self):
        mesh = fractions(image(), shape())
        interface = run(plic(mesh))
        cells = cells_of(interface, "SourceCellIds")
        f = cells_of(mesh, "VolumeFraction")
        lost = int(cells[np.argmin(np.abs(f[cells] - 0.3))])
        from vtkmodules.vtkCommonDataModel import vtkPolyData
        kept = vtkPolyData()
        kept.DeepCopy(interface)
        kept.BuildLinks()
        kept.DeleteCell(int(np.flatnonzero(cells == lost)[0]))
        kept.RemoveDeletedCells()
        overlay = run(error_filter(kept, mesh, shape()), 0)[0]
        # In full: the cell counts as what it is not, full where its fraction is below one half.
        self.assertAlmostEqual(cells_of(overlay, "ConservationError")[lost], 1 - f[lost], delta=1e-15)
        self.assertAlmostEqual(cells_of(overlay, "ShapeError")[lost], 1 - f[lost], delta=1e-12)
        self.assertEqual(cells_of(overlay, "NormalError")[lost], 2.0)

    def test_an_interface_moved_by_a_known_distance_has_that_error(self):
        plane = vtkPlane()
        plane.SetNormal(0.0, 1.0, 0.0)
        plane.SetOrigin(0.0, 0.53, 0.0)
        mesh = fractions(image(), plane)
        interface = run(plic(mesh))
        shift = 0.01
        moved = transformed(interface, np.eye(3), (0.0, -shift, 0.0))
        row = measured(moved, mesh)
        self.assertAlmostEqual(row["ConservationMax"], shift * 16, delta=1e-12)
        self.assertAlmostEqual(row["ConservationMean"], shift * 16, delta=1e-12)
        self.assertLess(row["ContinuityMax"], 1e-12)

    def test_facets_without_normals_take_the_side_that_conserves(self):
        mesh = fractions(image(), shape(SHAPES_2D["Star"]))
        interface = run(plic(mesh))
        with_normals = measured(interface, mesh)
        interface.GetCellData().RemoveArray("Normals")
        self.assertLessEqual(measured(interface, mesh)["ConservationMax"], 1e-12)
        self.assertEqual(with_normals["Mixed"], measured(interface, mesh)["Mixed"])

    def test_neural_has_no_continuity_error_and_plic_has(self):
        mesh = fractions(image(), shape(SHAPES_2D["Star"]))
        neural_row = measured(run(neural(mesh)), mesh, shape(SHAPES_2D["Star"]))
        plic_row = measured(run(plic(mesh)), mesh, shape(SHAPES_2D["Star"]))
        self.assertEqual(neural_row["ContinuityMax"], 0.0)
        self.assertEqual(neural_row["ContinuityMean"], 0.0)
        self.assertGreater(plic_row["ContinuityMean"], 0.0)
        self.assertTrue(0.0 < neural_row["ShapeError"] < 0.1)

    def test_planes_hold_every_material_and_do_not_join_up(self):
        rng = np.random.default_rng(3)
        for make in (triangles, polygons, lambda: image(3, 3), lambda: hexahedra(3),
                     lambda: tetrahedra(2), lambda: wedges(2)):
            mesh = make()
            names = with_materials(mesh, random_materials(rng, mesh.GetNumberOfCells(), 4, 3))
            row = measured(run(plic(mesh, arrays=names)), mesh, arrays=names)
            self.assertLessEqual(row["ConservationMax"], 1e-10)
            self.assertGreater(row["ContinuityMean"], 0.01)

    def test_the_truth_is_that_of_the_first_material(self):
        # The rest in two: neither its name nor its parts matter to the first one's errors.
        for make, truth in ((triangles, shape()), (lambda: hexahedra(5), sphere())):
            mesh = fractions(make(), truth)
            first = cells_of(mesh, "VolumeFraction")
            interface = run(plic(mesh))
            row = measured(interface, mesh, truth)
            names = with_materials(mesh, np.stack([first, 0.0 * first, 1.0 - first], axis=1))
            pairs = cells_of(interface, "MaterialIds")
            set_cells(interface, "MaterialIds", 2 * pairs)
            other = measured(interface, mesh, truth, arrays=names)
            for name in COLUMNS[1:-1]:
                self.assertAlmostEqual(other[name], row[name], delta=1e-12, msg=name)

    def test_a_name_of_the_methods_own_goes_into_the_table(self):
        mesh = fractions(image(), shape())
        algorithm = error_filter(run(plic(mesh)), mesh)
        algorithm.SetMethodName("mine")
        self.assertEqual(run(algorithm, 2)[0].GetColumnByName("Method").GetValue(0), "mine")

    def test_bad_interfaces_are_errors(self):
        mesh = fractions(image(), shape())

        def failing(change):
            interface = run(plic(mesh))
            change(interface)
            algorithm = error_filter(interface, mesh)
            text = run_failing(algorithm)
            self.assertEqual(algorithm.GetOutputDataObject(0).GetNumberOfCells(), 0)
            self.assertEqual(algorithm.GetOutputDataObject(1).GetNumberOfCells(), 0)
            self.assertEqual(algorithm.GetOutputDataObject(2).GetNumberOfRows(), 0)
            return text

        text = failing(lambda i: i.GetCellData().RemoveArray("SourceCellIds"))
        self.assertIn("SourceCellIds", text)
        text = failing(lambda i: i.GetCellData().GetArray("SourceCellIds").SetTuple1(0, 256))
        self.assertIn("256", text)
        text = failing(lambda i: i.GetCellData().GetArray("SourceCellIds").SetTuple1(0, -1))
        self.assertIn("-1", text)
        text = failing(lambda i: i.GetCellData().GetArray("MaterialIds").SetTuple2(3, 0, 2))
        self.assertIn("segment 3 has a material out of range", text)
        names = with_materials(mesh, np.full((256, 3), 1 / 3))
        interface = run(plic(mesh, arrays=names))
        interface.GetCellData().RemoveArray("MaterialIds")
        self.assertIn("MaterialIds", run_failing(error_filter(interface, mesh, arrays=names)))


def area_of(mesh, cell):
    p = facet_points(mesh, cell)[:, :2]
    p = p - p[0]
    return 0.5 * (np.dot(p[:, 0], np.roll(p[:, 1], -1)) - np.dot(p[:, 1], np.roll(p[:, 0], -1)))


if __name__ == "__main__":
    unittest.main()
