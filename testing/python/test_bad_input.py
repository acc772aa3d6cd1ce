"""Bad input never passes in silence: one error that says what and where, an empty output, and a
process that goes on."""
import math
import os
import shutil
import struct
import tempfile
import unittest

import numpy as np
from vtkmodules.vtkCommonDataModel import (VTK_LINE, VTK_QUADRATIC_TRIANGLE, vtkCylinder, vtkPlane,
    vtkPolyData, vtkUnstructuredGrid)

import mir
from cellmeasures import Cells
from mirtest import *

WEIGHTS = os.path.join(os.path.dirname(__file__), "..", "..", "data", "weights",
    "subcell.safetensors")
RECONSTRUCTIONS = {"PLIC": plic, "Continuous": continuous, "Neural": neural}


class Base(unittest.TestCase):
    def failure(self, algorithm):
        text = run_failing(algorithm)
        for port in range(algorithm.GetNumberOfOutputPorts()):
            output = algorithm.GetOutputDataObject(port)
            self.assertEqual(output.GetNumberOfElements(1 if output.IsA("vtkDataSet") else 6), 0)
        return text

    def tearDown(self):
        # Alive: the same pipeline with good input works.
        output = run(plic(fractions(image(4), shape())))
        self.assertGreater(output.GetNumberOfCells(), 0)


class Fractions(Base):
    def with_value(self, cell, value, dtype=float):
        values = np.full(256, 0.5, dtype=dtype)
        values[cell] = value
        return set_cells(image(), "alpha.water", values)

    def each(self, mesh, arrays=("alpha.water",)):
        for name, make in RECONSTRUCTIONS.items():
            with self.subTest(name):
                yield self.failure(make(mesh, arrays=arrays))
        with self.subTest("Interface Error"):
            interface = run(plic(fractions(image(), shape())))
            yield self.failure(error_filter(interface, mesh, arrays=arrays))

    def test_missing_arrays_are_named(self):
        for text in self.each(image()):
            self.assertIn("'alpha.water'", text)

    def test_no_array_is_an_error(self):
        for text in self.each(image(), ()):
            self.assertIn("volume fractions", text)

    def test_point_arrays_do_not_count(self):
        mesh = image()
        array = numpy_to_vtk(np.full(mesh.GetNumberOfPoints(), 0.5), deep=True)
        array.SetName("alpha.water")
        mesh.GetPointData().AddArray(array)
        for text in self.each(mesh):
            self.assertIn("'alpha.water'", text)

    def test_values_that_are_no_fractions_are_named_with_the_first_cell(self):
        for value in (math.nan, math.inf, -math.inf, -1e-3, 1.001, -2e-8, 1 + 2e-8, 5.0, -1e300):
            mesh = self.with_value([137, 200], value)
            for text in self.each(mesh):
                self.assertIn("'alpha.water'", text)
                self.assertIn("cell 137;", text)

    def test_single_precision_nan_is_seen(self):
        for text in self.each(self.with_value(3, math.nan, np.float32)):
            self.assertIn("cell 3;", text)

    def test_values_within_the_tolerance_are_moved_to_the_bound(self):
        for value in (-0.9e-8, 1 + 0.9e-8):
            output = run(plic(self.with_value(137, value), arrays=("alpha.water",)))
            self.assertEqual(set(range(256)) - set(cells_of(output, "SourceCellIds")), {137})

    def test_vectors_are_no_fractions(self):
        mesh = set_cells(image(), "U", np.zeros((256, 3)))
        for text in self.each(mesh, ("U",)):
            self.assertIn("'U'", text)
            self.assertIn("3 components", text)

    def test_strings_are_no_fractions(self):
        from vtkmodules.vtkCommonCore import vtkStringArray
        mesh = image()
        array = vtkStringArray()
        array.SetName("alpha.water")
        array.SetNumberOfValues(256)
        mesh.GetCellData().AddArray(array)
        for text in self.each(mesh):
            self.assertIn("'alpha.water'", text)

    def test_arrays_of_the_wrong_length_are_errors(self):
        for length in (0, 1, 255):
            mesh = image()
            array = numpy_to_vtk(np.full(length, 0.5), deep=True)
            array.SetName("alpha.water")
            mesh.GetCellData().AddArray(array)
            for text in self.each(mesh):
                self.assertIn("'alpha.water'", text)

    def test_two_arrays_that_do_not_sum_to_one_are_errors(self):
        mesh = self.with_value(0, 0.5)
        other = np.full(256, 0.5)
        other[[88, 99]] = 0.6
        set_cells(mesh, "alpha.oil", other)
        for text in self.each(mesh, ("alpha.water", "alpha.oil")):
            self.assertIn("'alpha.water'", text)
            self.assertIn("'alpha.oil'", text)
            self.assertIn("cell 88,", text)

    def test_the_same_array_twice_is_an_error(self):
        mesh = fractions(image(), shape())
        for text in self.each(mesh, ("VolumeFraction", "VolumeFraction")):
            self.assertIn("'VolumeFraction'", text)

    def test_more_than_two_materials_are_for_all(self):
        mesh = image()
        for name in ("a", "b", "c"):
            set_cells(mesh, name, np.full(256, 1 / 3))
        for make in (plic, continuous, neural):
            self.assertGreater(run(make(mesh, arrays=("a", "b", "c"))).GetNumberOfCells(), 0)

    def test_more_materials_than_plic_takes(self):
        mesh = image(2)
        names = ["m%d" % i for i in range(254)]
        for name in names:
            set_cells(mesh, name, np.full(4, 1 / 254))
        text = self.failure(plic(mesh, arrays=names))
        self.assertIn("254 materials", text)
        self.assertIn("253", text)

    def test_three_arrays_name_the_bad_one_and_the_first_cell(self):
        for bad in range(3):
            mesh = image()
            values = [np.full(256, 1 / 3) for _ in range(3)]
            values[bad][[70, 30]] = math.nan
            for name, value in zip("abc", values):
                set_cells(mesh, name, value)
            for make in (plic, continuous):
                text = self.failure(make(mesh, arrays=("a", "b", "c")))
                self.assertIn("'%s'" % "abc"[bad], text)
                self.assertIn("cell 30;", text)

    def test_sums_that_leave_one_tell_the_worst_cell_and_how_many(self):
        mesh = image()
        for name in ("a", "b", "c"):
            set_cells(mesh, name, np.full(256, 1 / 3))
        cells_of(mesh, "b")[[5, 77, 200]] += [0.01, -0.2, 0.1]
        for make in (plic, continuous):
            text = self.failure(make(mesh, arrays=("a", "b", "c")))
            for word in ("'a'", "'b'", "'c'", "cell 77,", "3 such cells", "Normalize"):
                self.assertIn(word, text)

    def test_fractions_that_normalize_cannot_mend_are_errors(self):
        for value in (math.nan, math.inf):
            mesh = self.with_value([137, 200], value)
            self.assertIn("cell 137;",
                self.failure(plic(mesh, arrays=("alpha.water",), Normalize=True)))
        mesh = image()
        for name in ("a", "b"):
            set_cells(mesh, name, np.where(np.arange(256) == 9, 0.0, 0.5))
        text = self.failure(plic(mesh, arrays=("a", "b"), Normalize=True))
        self.assertIn("cell 9,", text)
        self.assertIn("the only such cell", text)


class Centroids(Base):
    def failing(self, centroids, values=None, components=3, length=256):
        mesh = fractions(image(), shape())
        if values is None:
            values = np.zeros((length, components))
        set_cells(mesh, "x", values)
        return self.failure(plic(mesh, mir.vtkPLICInterface.MOMENT_OF_FLUID,
            centroids=centroids))

    def test_centroid_arrays_that_are_not_there_are_named(self):
        self.assertIn("'y'", self.failing(("y",)))

    def test_centroids_have_three_components_and_one_value_a_cell(self):
        text = self.failing(("x",), components=2)
        self.assertIn("'x'", text)
        self.assertIn("2 components", text)
        self.assertIn("'x'", self.failing(("x",), length=255))

    def test_centroids_outside_of_their_cells_and_not_finite_are_named(self):
        mesh = fractions(image(), shape())
        mixed = mixed_cells(mesh)
        for bad, text in (((5.0, 0.0, 0.0), "outside"), ((math.nan, 0.0, 0.0), "finite")):
            values = Cells(mesh).centroids()
            # Of full and empty cells nobody asks.
            values[0] = bad
            values[mixed[[4, 9]]] = bad
            found = self.failing(("x",), values)
            self.assertIn("'x'", found)
            self.assertIn(text, found)
            self.assertTrue(found.split("cell %d" % mixed[4])[-1].strip(".;, \n") == "", found)


class Meshes(Base):
    def each(self, mesh):
        for name, make in RECONSTRUCTIONS.items():
            with self.subTest(name):
                yield self.failure(make(mesh))
        with self.subTest("Volume Fractions"):
            algorithm = mir.vtkVolumeFractions()
            algorithm.SetInputDataObject(0, mesh)
            truth = shape()
            algorithm.SetTruthConnection(truth.GetOutputPort())
            yield self.failure(algorithm)

    def test_empty_meshes(self):
        for mesh in (vtkUnstructuredGrid(), vtkImageData(), vtkPolyData(), vtkStructuredGrid(),
                     vtkRectilinearGrid()):
            for text in self.each(mesh):
                self.assertIn("no cells", text)

    def test_cells_that_are_not_linear_2d_or_3d(self):
        points = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0.5, 0, 0), (0.5, 0.5, 0), (0, 0.5, 0)])
        for kind, ids in ((VTK_QUADRATIC_TRIANGLE, range(6)), (VTK_LINE, (0, 1))):
            mesh = unstructured(points, [(VTK_TRIANGLE, (0, 1, 2)), (kind, ids)])
            set_cells(mesh, "VolumeFraction", np.array([0.5, 0.5]))
            for text in self.each(mesh):
                self.assertIn("cell 1 ", text)

    def test_cells_of_mixed_dimension(self):
        points, cells = cubes(1, 0.0)
        mesh = unstructured(points, [(VTK_HEXAHEDRON, cells[0]), (VTK_QUAD, cells[0][:4])])
        set_cells(mesh, "VolumeFraction", np.array([0.5, 0.5]))
        for text in self.each(mesh):
            self.assertIn("cell 1 ", text)

    def test_curved_surfaces(self):
        points, cells = squares(8, 0.0)
        points[40, 2] = 0.1
        mesh = unstructured(points, [(VTK_QUAD, c) for c in cells])
        set_cells(mesh, "VolumeFraction", np.full(64, 0.5))
        for text in self.each(mesh):
            self.assertIn("plan", text)

    def test_points_that_are_not_finite(self):
        for value in (math.nan, math.inf):
            points, cells = squares(8, 0.0)
            points[40, 0] = value
            mesh = unstructured(points, [(VTK_QUAD, c) for c in cells])
            set_cells(mesh, "VolumeFraction", np.full(64, 0.5))
            for text in self.each(mesh):
                # Point 40 is a corner of cell 27 first.
                self.assertIn("cell 27 ", text)

    def test_cells_without_volume(self):
        points, cells = squares(4, 0.0)
        flat = list(cells)
        flat[5] = (cells[5][0], cells[5][1], cells[5][1], cells[5][0])
        mesh = unstructured(points, [(VTK_QUAD, c) for c in flat])
        algorithm = mir.vtkVolumeFractions()
        algorithm.SetInputDataObject(0, mesh)
        truth = shape()
        algorithm.SetTruthConnection(truth.GetOutputPort())
        self.assertIn("cell 5 ", self.failure(algorithm))
        set_cells(mesh, "VolumeFraction", np.full(16, 0.5))
        self.assertIn("cell 5 ", self.failure(plic(mesh)))
        self.assertIn("cell 5 ", self.failure(continuous(mesh)))



class Truths(Base):
    def failure_of(self, mesh, truth):
        algorithm = mir.vtkVolumeFractions()
        algorithm.SetInputDataObject(0, mesh)
        if truth is None:
            pass
        elif truth.IsA("vtkImplicitFunction"):
            algorithm.SetImplicitFunction(truth)
        elif truth.IsA("vtkDataObject"):
            algorithm.SetInputDataObject(1, truth)
        else:
            algorithm.SetTruthConnection(truth.GetOutputPort())
        return self.failure(algorithm)

    def test_no_truth(self):
        self.assertIn("truth", self.failure_of(image(), None))

    def test_empty_truth(self):
        self.assertIn("empty", self.failure_of(image(), vtkPolyData()))

    def test_a_3d_truth_on_a_2d_mesh_and_the_reverse(self):
        self.assertIn("3D", self.failure_of(image(), sphere()))
        self.assertIn("2D", self.failure_of(hexahedra(3), shape()))

    def test_other_implicit_functions(self):
        self.assertIn("vtkCylinder", self.failure_of(image(), vtkCylinder()))

    def test_a_plane_without_a_direction_in_the_mesh(self):
        plane = vtkPlane()
        plane.SetNormal(0.0, 0.0, 1.0)
        self.assertIn("parallel", self.failure_of(image(), plane))
        plane.SetNormal(0.0, 0.0, 0.0)
        self.assertIn("normal", self.failure_of(image(), plane))

    def test_lines_that_do_not_close(self):
        from vtkmodules.vtkFiltersSources import vtkLineSource
        self.assertIn("closed", self.failure_of(image(), vtkLineSource()))

    def test_a_drawing_across_the_mesh(self):
        from vtkmodules.vtkFiltersSources import vtkPlaneSource
        across = vtkPlaneSource()
        across.SetPoint2(0.0, 0.5, 0.5)
        self.assertIn("plane", self.failure_of(image(), across))

    def test_a_truth_that_is_not_finite(self):
        drawing = vtkPolyData()
        drawing.DeepCopy(run(shape()))
        drawing.GetPoints().SetPoint(7, math.nan, 0.0, 0.0)
        self.assertIn("truth", self.failure_of(image(), drawing))


class Weights(Base):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.mesh = fractions(image(), shape())
        with open(WEIGHTS, "rb") as file:
            self.good = file.read()

    def tearDown(self):
        shutil.rmtree(self.folder)
        super().tearDown()

    def text_for(self, content, name="broken.safetensors"):
        path = os.path.join(self.folder, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
        text = self.failure(neural(self.mesh, path))
        self.assertIn(path, text)
        return text

    def header(self):
        length = struct.unpack("<Q", self.good[:8])[0]
        return self.good[8:8 + length], self.good[8 + length:]

    def packed(self, header, payload):
        return struct.pack("<Q", len(header)) + header + payload

    def test_the_shipped_file_is_the_shipped_model(self):
        path = os.path.join(self.folder, "copy.safetensors")
        shutil.copy(WEIGHTS, path)
        a = run(neural(self.mesh))
        b = run(neural(self.mesh, path))
        self.assertTrue((vtk_to_numpy(a.GetPoints().GetData()) ==
                         vtk_to_numpy(b.GetPoints().GetData())).all())

    def test_missing_files_folders_and_unknown_names(self):
        self.text_for(None)
        self.text_for(None, "")
        self.assertIn("nosuchmodel", self.failure(neural(self.mesh, "nosuchmodel")))
        self.assertNotEqual("", self.failure(neural(self.mesh, "")))

    def test_truncated_files(self):
        for length in (0, 1, 7, 8, 9, 100, len(self.good) // 2, len(self.good) - 1):
            with self.subTest(length=length):
                self.text_for(self.good[:length])

    def test_files_with_too_much(self):
        self.text_for(self.good + b"x")

    def test_headers_that_lie(self):
        header, payload = self.header()
        for length in (2**63, 2**64 - 1, len(self.good), 0):
            with self.subTest(length=length):
                self.text_for(struct.pack("<Q", length) + self.good[8:])
        self.text_for(self.packed(b"{" * len(header), payload))
        self.text_for(self.packed(b"[]", payload))
        self.text_for(self.packed(b"{}", payload))
        self.text_for(self.packed(b"null", payload))

    def test_other_files(self):
        self.text_for(b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000)
        self.text_for(os.urandom(1000))

    def test_unknown_architectures_are_named(self):
        header, payload = self.header()
        changed = header.replace(b'"architecture":"subcell"', b'"architecture":"unheard"')
        self.assertNotEqual(changed, header)
        self.assertIn("unheard", self.text_for(self.packed(changed, payload)))

    def test_tensors_with_wrong_shapes_offsets_and_types(self):
        import json
        header, payload = self.header()
        table = json.loads(header)
        names = [name for name in table if name != "__metadata__"]
        for name in names:
            for change in ({"shape": [1]}, {"shape": []}, {"shape": [-1]}, {"dtype": "I64"},
                           {"dtype": "X"}, {"data_offsets": [0, 2**60]}, {"data_offsets": [8, 0]},
                           {"data_offsets": [-8, 0]}):
                with self.subTest(tensor=name, change=change):
                    bad = json.loads(header)
                    bad[name].update(change)
                    self.text_for(self.packed(json.dumps(bad).encode(), payload))
            with self.subTest(missing=name):
                bad = json.loads(header)
                del bad[name]
                self.text_for(self.packed(json.dumps(bad).encode(), payload))

    def test_weights_that_are_not_finite(self):
        import json
        header, payload = self.header()
        table = json.loads(header)
        for name, tensor in table.items():
            if name == "__metadata__":
                continue
            begin, end = tensor["data_offsets"]
            with self.subTest(name):
                # All bits of the exponent: infinity or NaN in every floating-point type.
                broken = payload[:begin] + b"\xff" * (end - begin) + payload[end:]
                self.text_for(self.packed(header, broken))


class Settings(unittest.TestCase):
    def test_values_out_of_range_are_clamped(self):
        for algorithm in (mir.vtkPLICInterface(), mir.vtkContinuousInterface(),
                          mir.vtkNeuralInterface(), mir.vtkInterfaceError()):
            algorithm.SetTolerance(-1.0)
            self.assertEqual(algorithm.GetTolerance(), 0.0)
            algorithm.SetTolerance(1.0)
            self.assertEqual(algorithm.GetTolerance(), 0.1)
        plic_filter = mir.vtkPLICInterface()
        for name, last in (("Method", mir.vtkPLICInterface.AUTOMATIC),
                           ("MaterialOrder", mir.vtkPLICInterface.AUTOMATIC_ORDER),
                           ("OutputMaterials", mir.vtkPLICInterface.CLIPPED_TETRAHEDRA)):
            for value, kept in ((99, last), (-1, 0)):
                getattr(plic_filter, "Set" + name)(value)
                self.assertEqual(getattr(plic_filter, "Get" + name)(), kept, name)

        continuous_filter = mir.vtkContinuousInterface()
        for name, first, last in (("Method", 0, mir.vtkContinuousInterface.AVERAGED_PARABOLOIDS),
                ("Planes", 0, mir.vtkContinuousInterface.AUTOMATIC),
                ("Conserve", 0, mir.vtkContinuousInterface.OFF), ("Refinement", 2, 8),
                ("RelaxedTolerance", 0.0, 0.1),
                ("OutputMaterials", 0, mir.vtkContinuousInterface.CLIPPED_SIMPLICES)):
            for value, kept in ((99, last), (-1, first)):
                getattr(continuous_filter, "Set" + name)(value)
                self.assertEqual(getattr(continuous_filter, "Get" + name)(), kept, name)

    def test_defaults_are_as_documented(self):
        for name, value in (("Method", mir.vtkContinuousInterface.AVERAGED_PARABOLOIDS),
                ("Planes", mir.vtkContinuousInterface.AUTOMATIC),
                ("Conserve", mir.vtkContinuousInterface.EXACT), ("Refinement", 4),
                ("RelaxedTolerance", 1e-3), ("Tolerance", 1e-8), ("Normalize", False),
                ("OutputMaterials", mir.vtkContinuousInterface.INTERFACE),
                ("MixedCellsOnly", False)):
            self.assertEqual(getattr(mir.vtkContinuousInterface(), "Get" + name)(), value, name)
        plic_filter = mir.vtkPLICInterface()
        self.assertEqual(plic_filter.GetMethod(), mir.vtkPLICInterface.AUTOMATIC)
        self.assertEqual(plic_filter.GetMaterialOrder(), mir.vtkPLICInterface.AUTOMATIC_ORDER)
        self.assertEqual(plic_filter.GetOutputMaterials(), mir.vtkPLICInterface.INTERFACE)
        self.assertEqual(plic_filter.GetTolerance(), 1e-8)
        self.assertFalse(plic_filter.GetNormalize())
        self.assertFalse(plic_filter.GetMixedCellsOnly())
        self.assertEqual(mir.vtkNeuralInterface().GetModel(), "subcell")
        self.assertEqual(mir.vtkNeuralInterface().GetConserve(), mir.vtkNeuralInterface.EXACT)
        self.assertEqual(mir.vtkNeuralInterface().GetDevice(), mir.vtkNeuralInterface.AUTO)
        self.assertEqual(mir.vtkBenchmarkShape().GetCenter(), (0.5, 0.5, 0.0))
        self.assertEqual(mir.vtkBenchmarkShape().GetRadius(), 0.35)
        self.assertEqual(mir.vtkBenchmarkShape().GetResolution(), 720)

    def test_array_names_can_be_listed_and_cleared(self):
        for algorithm in (mir.vtkPLICInterface(), mir.vtkContinuousInterface(),
                          mir.vtkNeuralInterface(), mir.vtkInterfaceError()):
            algorithm.AddVolumeFractionArray("a")
            algorithm.AddVolumeFractionArray("b")
            self.assertEqual(algorithm.GetNumberOfVolumeFractionArrays(), 2)
            self.assertEqual(algorithm.GetVolumeFractionArray(1), "b")
            before = algorithm.GetMTime()
            algorithm.ClearVolumeFractionArrays()
            self.assertEqual(algorithm.GetNumberOfVolumeFractionArrays(), 0)
            self.assertGreater(algorithm.GetMTime(), before)
            self.assertIsNone(algorithm.GetVolumeFractionArray(5))
        for algorithm in (mir.vtkPLICInterface(), mir.vtkContinuousInterface()):
            algorithm.AddCentroidArray("x")
            self.assertEqual(algorithm.GetNumberOfCentroidArrays(), 1)
            self.assertEqual(algorithm.GetCentroidArray(0), "x")
            algorithm.ClearCentroidArrays()
            self.assertEqual(algorithm.GetNumberOfCentroidArrays(), 0)
            self.assertIsNone(algorithm.GetCentroidArray(0))

    def test_settings_print(self):
        for algorithm in (mir.vtkBenchmarkShape(), mir.vtkVolumeFractions(), mir.vtkPLICInterface(),
                          mir.vtkContinuousInterface(), mir.vtkNeuralInterface(),
                          mir.vtkInterfaceError()):
            self.assertIn(algorithm.GetClassName(), str(algorithm))


if __name__ == "__main__":
    unittest.main()
