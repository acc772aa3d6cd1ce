"""The plugin in ParaView: its proxies, their properties, whole pipelines and how errors are shown.
Run by pvpython, with the plugin's path in MIR_PLUGIN."""
import os
import unittest

from paraview import servermanager
from paraview.simple import *
from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow

LoadPlugin(os.environ["MIR_PLUGIN"], remote=False, ns=globals())
SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "samples")


def grid(n=16):
    """n x n squares of side 1."""
    return Wavelet(WholeExtent=[0, n, 0, n, 0, 0])


def circle(n=16, **properties):
    return BenchmarkShape(Center=[n / 2, n / 2, 0.0], Radius=0.35 * n, **properties)


def metrics(error):
    table = servermanager.Fetch(error, idx=2)
    return {table.GetColumnName(i): table.GetColumn(i).GetValue(0)
            for i in range(table.GetNumberOfColumns())}


class Shown:
    """What ParaView's message window gets meanwhile."""

    def __enter__(self):
        self.window = vtkStringOutputWindow()
        self.before = vtkOutputWindow.GetInstance()
        vtkOutputWindow.SetInstance(self.window)
        return self

    def __exit__(self, *args):
        vtkOutputWindow.SetInstance(self.before)

    def text(self):
        return self.window.GetOutput()


class Plugin(unittest.TestCase):
    def tearDown(self):
        for source in list(GetSources().values()):
            Delete(source)

    def test_proxies_have_the_properties_of_the_contract(self):
        expected = {
            BenchmarkShape: {"Shape": "Circle", "Center": [0.5, 0.5, 0.0], "Radius": 0.35,
                "Angle": 0.0, "Time": 0.0, "Resolution": 720},
            PLICInterface: {"Method": "Automatic", "MaterialOrder": "Automatic",
                "OutputMaterials": "Interface Only", "MixedCellsOnly": 0, "Normalize": 0,
                "Tolerance": 1e-8},
            ContinuousInterface: {"Method": "Averaged Paraboloids", "Planes": "Automatic",
                "Conserve": "Exact", "RelaxedTolerance": 1e-3, "Refinement": 4,
                "OutputMaterials": "Interface Only", "MixedCellsOnly": 0, "Normalize": 0,
                "Tolerance": 1e-8},
            NeuralInterface: {"Model": "subcell", "Conserve": "Exact", "Device": "Auto",
                "Tolerance": 1e-8},
            InterfaceError: {"MethodName": "", "Tolerance": 1e-8},
        }
        mesh = VolumeFractions(Input=grid(), Truth=circle())
        for make, properties in expected.items():
            if make is BenchmarkShape:
                proxy = make()
            elif make is InterfaceError:
                proxy = make(Input=PLICInterface(Input=mesh), Mesh=mesh)
            else:
                proxy = make(Input=mesh)
            for name, value in properties.items():
                found = proxy.GetPropertyValue(name)
                if isinstance(value, list):
                    found = list(found)
                self.assertEqual(found, value, "%s.%s" % (proxy.GetXMLName(), name))

    def test_shapes_and_methods_go_by_their_names(self):
        shape = circle()
        for name in ("Circle", "Ellipse", "Square", "Star", "Gear", "Zalesak Disk", "Spiral",
                     "Two Bodies", "Sphere"):
            shape.Shape = name
            shape.UpdatePipeline()
            data = servermanager.Fetch(shape)
            self.assertEqual(data.GetFieldData().GetAbstractArray("BenchmarkShape").GetValue(0),
                name)
        shape.Shape = "Circle"
        mesh = VolumeFractions(Input=grid(), Truth=shape)
        plic = PLICInterface(Input=mesh)
        for name in ("Youngs", "Mixed Youngs-Centered", "Least Squares", "ELVIRA", "LVIRA",
                     "Reconstructed Distance"):
            plic.Method = name
            data = servermanager.Fetch(plic)
            self.assertEqual(data.GetFieldData().GetAbstractArray("Method").GetValue(0),
                "PLIC " + name)
        for order in ("Listed", "Automatic"):
            plic.MaterialOrder = order
            self.assertGreater(servermanager.Fetch(plic).GetNumberOfCells(), 0)

    def test_moment_of_fluid_takes_centroid_arrays(self):
        # The half of every cell in the middle column is left of its plane.
        mesh = ProgrammableFilter(Input=grid())
        mesh.CopyArrays = 1
        mesh.Script = """
import numpy
column = numpy.arange(256) % 16
output.CellData.append(numpy.clip(8.5 - column, 0.0, 1.0), 'f')
centre = numpy.stack([column + 0.25, numpy.arange(256) // 16 + 0.5, 0.0 * column], axis=1)
output.CellData.append(centre, 'centroid')
"""
        plic = PLICInterface(Input=mesh, VolumeFractionArrays=["f"], Method="Moment of Fluid",
            CentroidArrays=["centroid"])
        data = servermanager.Fetch(plic)
        self.assertEqual(data.GetNumberOfCells(), 16)
        for i in range(data.GetNumberOfPoints()):
            self.assertAlmostEqual(data.GetPoint(i)[0], 8.5, delta=1e-9)

    def test_integrate_variables_and_cell_size_find_the_materials(self):
        # ParaView's own filters: total area or volume of each material, by its threshold.
        cases = ((grid(), circle(), 16.0**2),
            (Wavelet(WholeExtent=[0, 8, 0, 8, 0, 8]),
                BenchmarkShape(Shape="Sphere", Center=[4.1, 4.2, 3.9], Radius=2.9), 8.0**3))
        for box, truth, total in cases:
            f = VolumeFractions(Input=box, Truth=truth)
            exact = servermanager.Fetch(f).GetCellData().GetArray("VolumeFraction")
            inside = sum(exact.GetValue(i) for i in range(exact.GetNumberOfTuples()))
            for make, output in ((PLICInterface, "Clipped Material Cells"),
                                 (PLICInterface, "Clipped Material Tetrahedra"),
                                 (ContinuousInterface, "Clipped Material Simplices")):
                parts = make(Input=f, OutputMaterials=output)
                for material, expected in ((0, inside), (1, total - inside)):
                    one = Threshold(Input=parts, Scalars=["CELLS", "MaterialId"],
                        LowerThreshold=material, UpperThreshold=material)
                    integral = servermanager.Fetch(IntegrateVariables(Input=one)).GetCellData()
                    found = integral.GetArray("Volume") or integral.GetArray("Area")
                    self.assertAlmostEqual(found.GetValue(0) / expected, 1.0, delta=1e-10)
                    size = servermanager.Fetch(CellSize(Input=one)).GetCellData()
                    array = size.GetArray("Volume" if total == 512.0 else "Area")
                    found = sum(array.GetValue(i) for i in range(array.GetNumberOfTuples()))
                    self.assertAlmostEqual(found / expected, 1.0, delta=1e-10)

    def test_many_materials_are_taken(self):
        mesh = ProgrammableFilter(Input=grid())
        mesh.CopyArrays = 1
        mesh.Script = """
import numpy
column, row = numpy.arange(256) % 16, numpy.arange(256) // 16
left, low = numpy.clip(8.5 - column, 0.0, 1.0), numpy.clip(7.3 - row, 0.0, 1.0)
for i, values in enumerate((left * low, left * (1 - low), (1 - left) * low,
                            (1 - left) * (1 - low))):
    output.CellData.append(values, 'm%d' % i)
"""
        plic = PLICInterface(Input=mesh, VolumeFractionArrays=["m0", "m1", "m2", "m3"])
        data = servermanager.Fetch(plic)
        pairs = data.GetCellData().GetArray("MaterialIds")
        found = {pairs.GetTuple2(i) for i in range(pairs.GetNumberOfTuples())}
        self.assertLessEqual({(0, 1), (0, 2), (1, 3), (2, 3)}, {tuple(sorted(p)) for p in found})
        plic.OutputMaterials = "Clipped Material Cells"
        size = servermanager.Fetch(CellSize(Input=plic)).GetCellData()
        totals = [0.0] * 4
        for i in range(size.GetArray("Area").GetNumberOfTuples()):
            totals[size.GetArray("MaterialId").GetValue(i)] += size.GetArray("Area").GetValue(i)
        for found, exact in zip(totals, (8.5 * 7.3, 8.5 * 8.7, 7.5 * 7.3, 7.5 * 8.7)):
            self.assertAlmostEqual(found, exact, delta=1e-10)

    def test_methods_that_do_not_apply_say_so_once(self):
        mesh = VolumeFractions(Input=Tetrahedralize(Input=grid()), Truth=circle())
        plic = PLICInterface(Input=mesh, Method="Youngs")
        with Shown() as shown:
            plic.UpdatePipeline()
        self.assertEqual(shown.text().count("Youngs needs an image or rectilinear grid"), 1)
        data = servermanager.Fetch(plic).GetFieldData()
        self.assertEqual(data.GetArray("FallbackCells").GetValue(0),
            data.GetArray("MixedCells").GetValue(0))

    def test_pipeline_conserves_and_joins_up(self):
        shape = circle(Shape="Star")
        mesh = VolumeFractions(Input=grid(20), Truth=shape)
        plic = metrics(InterfaceError(Input=PLICInterface(Input=mesh), Mesh=mesh, Truth=shape))
        continuous = metrics(
            InterfaceError(Input=ContinuousInterface(Input=mesh), Mesh=mesh, Truth=shape))
        neural = metrics(InterfaceError(Input=NeuralInterface(Input=mesh), Mesh=mesh, Truth=shape))
        self.assertLessEqual(plic["ConservationMax"], 1e-12)
        self.assertGreater(plic["ContinuityMax"], 0.0)
        self.assertLessEqual(neural["ConservationMax"], 1e-10)
        self.assertEqual(neural["ContinuityMax"], 0.0)
        self.assertLessEqual(continuous["ConservationMax"], 1e-10)
        self.assertEqual(continuous["ContinuityMax"], 0.0)
        self.assertEqual(continuous["Method"], "Continuous Averaged Paraboloids")
        self.assertEqual(plic["Method"], "PLIC Reconstructed Distance")
        self.assertEqual(neural["Method"], "Neural subcell")

    def test_ports_are_mesh_interface_and_table(self):
        mesh = VolumeFractions(Input=grid(), Truth=circle())
        error = InterfaceError(Input=PLICInterface(Input=mesh), Mesh=mesh, Truth=circle())
        error.UpdatePipeline()
        self.assertIn("ConservationError", [a.Name for a in OutputPort(error, 0).CellData])
        self.assertIn("Distance", [a.Name for a in OutputPort(error, 1).CellData])
        self.assertEqual(servermanager.Fetch(error, idx=2).GetClassName(), "vtkTable")

    def test_cells_of_other_kinds_come_from_paraviews_own_filters(self):
        # Tetrahedra of a box, and triangles of a plane.
        box = Wavelet(WholeExtent=[0, 8, 0, 8, 0, 8])
        tetrahedra = Tetrahedralize(Input=box)
        ball = BenchmarkShape(Shape="Sphere", Center=[4.0, 4.0, 4.0], Radius=2.9)
        for mesh in (box, tetrahedra):
            f = VolumeFractions(Input=mesh, Truth=ball)
            row = metrics(InterfaceError(Input=PLICInterface(Input=f), Mesh=f, Truth=ball))
            self.assertLessEqual(row["ConservationMax"], 1e-12)
            self.assertGreater(row["Mixed"], 100)
        flat = Tetrahedralize(Input=grid())
        f = VolumeFractions(Input=flat, Truth=circle())
        row = metrics(InterfaceError(Input=PLICInterface(Input=f), Mesh=f, Truth=circle()))
        self.assertLessEqual(row["ConservationMax"], 1e-12)

    def test_implicit_functions_are_truths(self):
        f = VolumeFractions(Input=grid())
        f.ImplicitFunction = "Plane"
        f.ImplicitFunction.Origin = [8.3, 0.0, 0.0]
        f.ImplicitFunction.Normal = [1.0, 0.0, 0.0]
        array = servermanager.Fetch(f).GetCellData().GetArray("VolumeFraction")
        total = sum(array.GetValue(i) for i in range(256))
        self.assertAlmostEqual(total, 8.3 * 16, delta=1e-10)

    def test_a_time_dependent_shape_is_recomputed(self):
        shape = circle(Shape="Star")
        f = VolumeFractions(Input=grid(), Truth=shape)
        plic = PLICInterface(Input=f)
        before = servermanager.Fetch(plic).GetPoint(0)
        shape.Time = 0.05
        self.assertNotEqual(servermanager.Fetch(plic).GetPoint(0), before)

    def test_blocks_are_reconstructed_one_by_one(self):
        a = VolumeFractions(Input=grid(), Truth=circle())
        b = Transform(Input=a)
        b.Transform.Translate = [100.0, 0.0, 0.0]
        data = servermanager.Fetch(PLICInterface(Input=GroupDatasets(Input=[a, b])))
        self.assertTrue(data.IsA("vtkCompositeDataSet"), data.GetClassName())
        single = servermanager.Fetch(PLICInterface(Input=a)).GetNumberOfCells()
        self.assertEqual(data.GetNumberOfCells(), 2 * single)

    def test_the_sample_dam_break_conserves(self):
        reader = XMLUnstructuredGridReader(FileName=[os.path.join(SAMPLES, "dambreak.vtu")])
        arrays = ["alpha.water"]
        for make, bound in ((PLICInterface, 1e-12), (ContinuousInterface, 1e-10),
                            (NeuralInterface, 1e-10)):
            interface = make(Input=reader, VolumeFractionArrays=arrays)
            row = metrics(InterfaceError(Input=interface, Mesh=reader, VolumeFractionArrays=arrays))
            self.assertGreater(row["Mixed"], 100)
            self.assertLessEqual(row["ConservationMax"], bound)
            if make is not PLICInterface:
                self.assertEqual(row["ContinuityMax"], 0.0)

    def test_errors_reach_the_message_window(self):
        mesh = VolumeFractions(Input=grid(), Truth=circle())
        for make in (PLICInterface, ContinuousInterface, NeuralInterface):
            filter = make(Input=mesh, VolumeFractionArrays=["alpha.water"])
            with Shown() as shown:
                filter.UpdatePipeline()
            self.assertIn("'alpha.water'", shown.text())
            self.assertEqual(servermanager.Fetch(filter).GetNumberOfCells(), 0)
            filter.VolumeFractionArrays = ["VolumeFraction"]
            with Shown() as shown:
                filter.UpdatePipeline()
            self.assertEqual(shown.text(), "")
            self.assertGreater(servermanager.Fetch(filter).GetNumberOfCells(), 0)

    def test_values_that_are_no_fractions_are_named(self):
        mesh = VolumeFractions(Input=grid(), Truth=circle())
        bad = ProgrammableFilter(Input=mesh)
        bad.CopyArrays = 1
        bad.Script = """
import numpy
f = numpy.array(inputs[0].CellData['VolumeFraction'])
f[137] = numpy.nan
output.CellData.append(f, 'VolumeFraction')
"""
        for make in (PLICInterface, ContinuousInterface, NeuralInterface):
            with Shown() as shown:
                make(Input=bad, VolumeFractionArrays=["VolumeFraction"]).UpdatePipeline()
            self.assertIn("'VolumeFraction'", shown.text())
            self.assertIn("cell 137;", shown.text())

    def test_a_broken_weight_file_is_named(self):
        mesh = VolumeFractions(Input=grid(), Truth=circle())
        with Shown() as shown:
            NeuralInterface(Input=mesh, Model="/nonexistent/weights.safetensors").UpdatePipeline()
        self.assertIn("/nonexistent/weights.safetensors", shown.text())

    def test_the_models_on_offer_are_those_that_an_unknown_name_is_answered_with(self):
        interface = NeuralInterface(Input=VolumeFractions(Input=grid(), Truth=circle()))
        offered = list(interface.GetProperty("Model").Available)
        interface.Model = "nosuchmodel"
        with Shown() as shown:
            interface.UpdatePipeline()
        names = shown.text().split("shipped are ")[1].split(", or")[0].split(", ")
        self.assertEqual([name.strip("'") for name in names], offered)

    def test_a_3d_form_that_does_not_exist_is_an_error(self):
        with Shown() as shown:
            BenchmarkShape(Shape="Star", Dimension="3D").UpdatePipeline()
        self.assertIn("3D", shown.text())

    def test_every_property_is_documented(self):
        mesh = VolumeFractions(Input=grid(), Truth=circle())
        plic = PLICInterface(Input=mesh)
        for proxy in (circle(), mesh, plic, ContinuousInterface(Input=mesh),
                      NeuralInterface(Input=mesh), InterfaceError(Input=plic, Mesh=mesh)):
            self.assertTrue(proxy.SMProxy.GetDocumentation().GetDescription().strip())
            for name in proxy.ListProperties():
                documentation = proxy.GetProperty(name).GetDocumentation()
                self.assertTrue(documentation and documentation.GetDescription().strip(),
                    "%s.%s" % (proxy.GetXMLName(), name))


if __name__ == "__main__":
    unittest.main(argv=["test_plugin"])
