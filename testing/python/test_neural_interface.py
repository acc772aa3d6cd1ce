"""Laws of Neural Interface: continuous on every face, conserving in every cell."""
import unittest

import numpy as np
from vtkmodules.vtkCommonCore import vtkSMPTools, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkDataSetAttributes, vtkMultiBlockDataSet

import mir
from mirtest import *
from test_materials import random_materials, with_materials

# Every shipped model of the plane.
AUTOENCODERS = ["autoencoder-2ch", "autoencoder-4ch", "autoencoder-pooling-d1", "autoencoder-pooling-d2"]
MODELS = ["subcell", "subcell-fast", *AUTOENCODERS]


def l_shape(n=16):
    """A mesh of quads with a hole and a missing corner."""
    points, cells = squares(n, 0.0)
    kept = [(VTK_QUAD, c) for index, c in enumerate(cells)
            if not (index % n >= n - 4 and index // n >= n - 4)
            and not (6 <= index % n < 8 and 3 <= index // n < 5)]
    used = sorted({i for _, ids in kept for i in ids})
    number = {old: new for new, old in enumerate(used)}
    return unstructured(points[used], [(kind, [number[i] for i in ids]) for kind, ids in kept])


MESHES = {"image": image, "rectilinear": rectilinear, "curvilinear": curvilinear, "quads": quads,
    "pixels": pixels, "with holes": l_shape, "slab": slab, "warped slab": lambda: slab(warp=0.05)}


class NeuralInterface(unittest.TestCase):
    def check(self, mesh, output):
        check_contract(self, output)
        row = measured(output, mesh)
        self.assertLessEqual(row["ConservationMax"], 1e-10)
        self.assertEqual(row["ContinuityMax"], 0.0)
        self.assertEqual(row["Mixed"], len(mixed_cells(mesh)))
        self.assertLessEqual(field_of(output, "ConservationMax"), 1e-10)
        self.assertEqual(field_of(output, "MixedCells"), len(mixed_cells(mesh)))
        self.assertEqual(field_of(output, "RejectedCells"), 0)
        self.assertLessEqual(set(mixed_cells(mesh)), set(cells_of(output, "SourceCellIds")))

    def test_conserves_and_joins_up_on_every_mesh(self):
        for model in MODELS:
            for name, make in MESHES.items():
                for kind in ("Circle", "Zalesak Disk", "Star", "Spiral"):
                    with self.subTest(model=model, mesh=name, shape=kind):
                        mesh = fractions(make(), shape(SHAPES_2D[kind], (0.47, 0.51, 0), 0.4, 20))
                        output = run(neural(mesh, model))
                        self.check(mesh, output)
                        self.assertEqual(field_of(output, "Model"), model)

    def test_grids_of_any_size(self):
        # One cell, one row, fewer cells than an autoencoder's tile, sizes that its 8 do not divide.
        for model in MODELS:
            for columns, rows in ((1, 1), (9, 1), (1, 13), (3, 2), (7, 19), (25, 10)):
                with self.subTest(model=model, columns=columns, rows=rows):
                    mesh = rectilinear_of((np.linspace(0.0, 1.0, columns + 1)**1.2,
                        np.linspace(0.0, 1.0, rows + 1), np.zeros(1)))
                    mesh = fractions(mesh, shape(SHAPES_2D["Circle"], (0.3, 0.4, 0.0), 0.5))
                    self.check(mesh, run(neural(mesh, model)))

    def test_four_more_columns_and_rows_before_it_leave_an_autoencoders_interface(self):
        # Its tiles are four cells apart and start where the grid does.
        n, more = 24, 32
        near = fractions(image(n), shape(SHAPES_2D["Circle"], (0.49, 0.51, 0), 0.21))
        values = np.zeros((more, more))
        values[8:, 4:4 + n] = cells_of(near, "VolumeFraction").reshape(n, n)
        far = set_cells(image(more), "VolumeFraction", values.ravel())
        for model in AUTOENCODERS:
            with self.subTest(model=model):
                points = []
                for mesh, cells in ((near, n), (far, more)):
                    algorithm = neural(mesh, model)
                    algorithm.SetConserve(mir.vtkNeuralInterface.OFF)
                    points.append(cells * vtk_to_numpy(run(algorithm).GetPoints().GetData()))
                self.assertLess(np.abs(points[1] - points[0] - [4.0, 8.0, 0.0]).max(), 1e-12)

    def test_loops_close(self):
        for model in MODELS:
            for kind, value in SHAPES_2D.items():
                with self.subTest(model=model, shape=kind):
                    output = run(neural(fractions(image(), shape(value, radius=0.4)), model))
                    loops_close(self, output)

    def test_loops_end_on_the_boundary_of_the_mesh_only(self):
        for model in MODELS:
            output = run(neural(fractions(image(), shape(0, (0.05, 0.9, 0), 0.3)), model))
            ends = [p for p in (0.0, 1.0)]
            loops_close(self, output, lambda p: p[0] in ends or p[1] in ends)

    def test_slab_has_the_lines_of_its_face_drawn_through_the_thickness(self):
        for model in MODELS:
            flat = fractions(image(), shape())
            thick = set_cells(slab(), "VolumeFraction", cells_of(flat, "VolumeFraction"))
            lines = run(neural(flat, model))
            sheets = run(neural(thick, model))
            self.assertEqual(lines.GetNumberOfCells(), sheets.GetNumberOfCells())
            for cell in range(lines.GetNumberOfCells()):
                a = facet_points(lines, cell)
                b = facet_points(sheets, cell)
                self.assertEqual(len(b), 4)
                self.assertLess(np.abs(b[:2] - a).max(), 1e-14)
                self.assertTrue((b[:, 2] == [0.0, 0.0, 0.1, 0.1]).all())

    def test_a_shared_edge_is_the_same_point(self):
        # Points are shared, not only at the same place.
        output = run(neural(fractions(image(), shape(SHAPES_2D["Star"]))))
        points = [output.GetPoint(i) for i in range(output.GetNumberOfPoints())]
        self.assertEqual(len(set(points)), len(points))

    def test_off_joins_up_and_does_not_conserve(self):
        mesh = fractions(image(), shape(SHAPES_2D["Star"]))
        algorithm = neural(mesh)
        algorithm.SetConserve(mir.vtkNeuralInterface.OFF)
        row = measured(run(algorithm), mesh)
        self.assertEqual(row["ContinuityMax"], 0.0)
        self.assertGreater(row["ConservationMax"], 1e-10)
        algorithm.SetConserve(mir.vtkNeuralInterface.RELAXED)
        relaxed = measured(run(algorithm), mesh)
        self.assertEqual(relaxed["ContinuityMax"], 0.0)
        self.assertLess(relaxed["ConservationMean"], row["ConservationMean"])

    def test_exchange_of_materials_reverses_the_same_interface(self):
        # The model is symmetric by construction; rounding of 1 - f is all that differs.
        mesh = fractions(image(), shape(SHAPES_2D["Star"], angle=10))
        one = run(neural(mesh))
        other = run(neural(mesh, arrays=("VolumeFractionOutside",)))
        self.assertEqual(one.GetNumberOfPoints(), other.GetNumberOfPoints())
        a = np.sort(vtk_to_numpy(one.GetPoints().GetData()).view("f8,f8,f8"), axis=0)
        b = np.sort(vtk_to_numpy(other.GetPoints().GetData()).view("f8,f8,f8"), axis=0)
        self.assertLess(np.abs(a.view("f8") - b.view("f8")).max(), 1e-6)

    def test_any_number_of_threads_gives_the_same_bits(self):
        mesh = fractions(image(32), shape(SHAPES_2D["Spiral"], radius=0.45))
        outputs = []
        for backend in ("Sequential", "STDThread"):
            self.assertTrue(vtkSMPTools.SetBackend(backend))
            output = run(neural(mesh))
            outputs.append((vtk_to_numpy(output.GetPoints().GetData()).copy(),
                cells_of(output, "SourceCellIds").copy()))
        self.assertTrue((outputs[0][0] == outputs[1][0]).all())
        self.assertTrue((outputs[0][1] == outputs[1][1]).all())

    def test_moves_and_scales_move_and_scale_the_interface(self):
        mesh = fractions(curvilinear(), shape(SHAPES_2D["Star"]))
        here = run(neural(mesh))
        points = vtk_to_numpy(here.GetPoints().GetData())
        for scale in (1e-9, 1e9):
            other = transformed(mesh, scale * np.eye(3))
            output = run(neural(other))
            check_contract(self, output, scale)
            row = measured(output, other)
            self.assertLessEqual(row["ConservationMax"], 1e-10)
            self.assertEqual(row["ContinuityMax"], 0.0)
            self.assertLess(
                np.abs(vtk_to_numpy(output.GetPoints().GetData()) / scale - points).max(), 1e-9)
        far = transformed(mesh, np.eye(3), (1e6, -1e6, 0.0))
        output = run(neural(far))
        row = measured(output, far)
        # Cells of 1 / 16 on a grid of doubles of 1.2e-10.
        self.assertLessEqual(row["ConservationMax"], 1e-8)
        self.assertEqual(row["ContinuityMax"], 0.0)

    def test_faces_between_full_and_empty_cells_are_interface(self):
        n = 8
        values = np.array([1.0 if i < 4 else 0.0 for _ in range(n) for i in range(n)])
        output = run(neural(set_cells(image(n), "f", values), arrays=("f",)))
        check_contract(self, output)
        self.assertAlmostEqual(cells_of(output, "Area").sum(), 1.0, delta=1e-14)
        xs = vtk_to_numpy(output.GetPoints().GetData())[:, 0]
        self.assertTrue((xs == 0.5).all())

    def test_pure_meshes_have_no_interface(self):
        for value in (0.0, 1.0):
            output = run(neural(set_cells(image(), "f", np.full(256, value)), arrays=("f",)))
            self.assertEqual(output.GetNumberOfCells(), 0)

    def test_any_fractions_conserve_and_join_up(self):
        # Not only those of smooth shapes: noise, checkerboards and lone cells.
        random = np.random.default_rng(7)
        n = 16
        i, j = np.meshgrid(np.arange(n), np.arange(n))
        lone = np.zeros(n * n)
        lone[[17, 40, 100, 101, 255, 0]] = [0.5, 1e-6, 1 - 1e-6, 0.3, 0.7, 0.2]
        for name, values in {
            "noise": random.random(n * n),
            "noise and pure": np.where(random.random(n * n) < 0.4,
                np.round(random.random(n * n)), random.random(n * n)),
            "checkerboard": ((i + j) % 2 * 0.8 + 0.1).ravel(),
            "pure checkerboard": ((i + j) % 2 * 1.0).ravel(),
            "lone": lone,
            "uniform": np.full(n * n, 0.4),
        }.items():
            with self.subTest(name):
                mesh = set_cells(image(n), "VolumeFraction", values)
                output = run(neural(mesh))
                row = measured(output, mesh)
                self.assertLessEqual(row["ConservationMax"], 1e-10)
                self.assertEqual(row["ContinuityMax"], 0.0)

    def test_ghost_cells_are_never_output(self):
        mesh = fractions(image(), shape())
        whole = run(neural(mesh))
        everywhere = set(cells_of(whole, "SourceCellIds"))
        hidden = set(sorted(everywhere)[::3])
        ghosts = vtkUnsignedCharArray()
        ghosts.SetName(vtkDataSetAttributes.GhostArrayName())
        ghosts.SetNumberOfTuples(256)
        ghosts.Fill(0)
        for cell in hidden:
            ghosts.SetValue(int(cell), vtkDataSetAttributes.DUPLICATECELL)
        mesh.GetCellData().AddArray(ghosts)
        output = run(neural(mesh))
        self.assertEqual(set(cells_of(output, "SourceCellIds")), everywhere - hidden)
        check_contract(self, output)
        # Counts are those of the cells that are output.
        self.assertEqual(
            field_of(output, "MixedCells"), len(set(mixed_cells(mesh)) - hidden))

    def test_meshes_without_stencils_get_variational_and_a_word(self):
        for name, make in {"triangles": triangles, "polygons": polygons, "tetrahedra": tetrahedra,
                "wedges": lambda: wedges(4)}.items():
            with self.subTest(name):
                mesh = make()
                mesh = fractions(mesh, truth_for(mesh))
                output, text = run_warning(neural(mesh))
                self.assertIn("Variational", text)
                self.assertIn("grid", text)
                self.assertEqual(field_of(output, "Method"), "Continuous Variational")
                self.assertEqual(field_of(output, "FallbackCells"), len(mixed_cells(mesh)))
                same = continuous(mesh, mir.vtkContinuousInterface.VARIATIONAL)
                self.assertTrue((vtk_to_numpy(output.GetPoints().GetData()) ==
                    vtk_to_numpy(run(same).GetPoints().GetData())).all())

    def test_blocks_are_as_they_would_be_alone(self):
        blocks = vtkMultiBlockDataSet()
        parts = [fractions(image(), shape()), fractions(image(8, 3), sphere())]
        for index, part in enumerate(parts):
            blocks.SetBlock(index, part)
        output = run(neural(blocks))
        for index, part in enumerate(parts):
            alone = run(neural(part))
            self.assertGreater(alone.GetNumberOfCells(), 0)
            self.assertTrue((vtk_to_numpy(alone.GetPoints().GetData()) ==
                vtk_to_numpy(output.GetBlock(index).GetPoints().GetData())).all())


SOLID = {"image": lambda: image(7, 3), "rectilinear": lambda: rectilinear(7, 3),
    "curvilinear": lambda: curvilinear(7, 3), "voxels": lambda: voxels(7),
    "hexahedra": lambda: hexahedra(7)}


class Solid(unittest.TestCase):
    def test_conserves_and_closes_on_every_grid(self):
        for name, make in SOLID.items():
            with self.subTest(mesh=name):
                mesh = fractions(make(), sphere())
                output = run(neural(mesh))
                check_contract(self, output)
                self.assertEqual(field_of(output, "Method"), "Neural subcell3d")
                self.assertEqual(field_of(output, "FallbackCells"), 0)
                self.assertEqual(field_of(output, "RejectedCells"), 0)
                self.assertLessEqual(field_of(output, "ConservationMax"), 1e-10)
                self.assertEqual(set(mixed_cells(mesh)), set(cells_of(output, "SourceCellIds")))
                surface_closes(self, output)

    def test_any_fractions_conserve(self):
        random = np.random.default_rng(7)
        mesh = set_cells(image(5, 3), "VolumeFraction", random.random(125))
        output = run(neural(mesh))
        self.assertLessEqual(field_of(output, "ConservationMax"), 1e-10)
        self.assertEqual(field_of(output, "FailedCells"), 0)

    def test_the_same_grid_in_any_form_and_order_has_the_same_interface(self):
        plain = fractions(image(6, 3), sphere((0.47, 0.52, 0.5)))
        points, cells = cubes(6, 0.0)
        order = np.random.default_rng(3).permutation(len(cells))
        turned_cells = []
        for count, cell in enumerate(order):
            v = cells[cell]
            for _ in range(count % 4):
                v = [v[i] for i in (1, 2, 3, 0, 5, 6, 7, 4)]
            turned_cells.append((VTK_HEXAHEDRON, v))
        other = set_cells(unstructured(points, turned_cells), "VolumeFraction",
            cells_of(plain, "VolumeFraction")[order])
        a, b = (vtk_to_numpy(run(neural(mesh)).GetPoints().GetData()) for mesh in (plain, other))
        self.assertEqual(len(a), len(b))
        a, b = (x[np.lexsort(np.round(x, 9).T)] for x in (a, b))
        self.assertLess(np.abs(a - b).max(), 1e-8)

    def test_models_are_for_their_dimension(self):
        self.assertIn("dimension 3", run_failing(neural(fractions(image(), shape()), "subcell3d")))
        for model in MODELS[1:]:
            text = run_failing(neural(fractions(image(4, 3), sphere()), model))
            self.assertIn("dimension 2", text)

    def test_any_number_of_threads_gives_the_same_bits(self):
        mesh = fractions(image(8, 3), sphere())
        outputs = []
        for backend in ("Sequential", "STDThread"):
            self.assertTrue(vtkSMPTools.SetBackend(backend))
            outputs.append(vtk_to_numpy(run(neural(mesh)).GetPoints().GetData()).copy())
        self.assertTrue((outputs[0] == outputs[1]).all())


class Materials(unittest.TestCase):
    def test_every_material_of_every_cell_conserves(self):
        random = np.random.default_rng(5)
        for dimension, n in ((2, 10), (3, 4)):
            for count in (3, 5):
                with self.subTest(dimension=dimension, materials=count):
                    mesh = image(n, dimension)
                    values = random_materials(random, n**dimension, count, count)
                    arrays = with_materials(mesh, values)
                    output = run(neural(mesh, arrays=arrays))
                    self.assertLessEqual(field_of(output, "ConservationMax"), 1e-10)
                    self.assertEqual(field_of(output, "FailedCells"), 0)
                    check_contract(self, output, materials=count)

    def test_a_third_array_of_noughts_changes_nothing(self):
        mesh = fractions(image(), shape(SHAPES_2D["Star"]))
        two = run(neural(mesh))
        set_cells(mesh, "none", np.zeros(256))
        three = run(neural(mesh, arrays=("VolumeFraction", "VolumeFractionOutside", "none")))
        self.assertEqual(two.GetNumberOfPoints(), three.GetNumberOfPoints())
        self.assertLess(np.abs(vtk_to_numpy(two.GetPoints().GetData()) -
            vtk_to_numpy(three.GetPoints().GetData())).max(), 1e-12)


if __name__ == "__main__":
    unittest.main()
