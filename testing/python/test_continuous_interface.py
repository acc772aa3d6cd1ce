"""Laws of Continuous Interface: no gaps, and exactly the volume of every material in every cell."""
import unittest

import numpy as np
from vtkmodules.vtkCommonCore import vtkSMPTools, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import (vtkDataSetAttributes, vtkMultiBlockDataSet,
    vtkPartitionedDataSet, vtkPlane)
try:
    from vtkmodules.vtkFiltersParallel import vtkIntegrateAttributes
except ImportError:  # VTK without its parallel modules; the sums by cell remain
    vtkIntegrateAttributes = None

import mir
from cellmeasures import Cells, facet_centres, point_array
from mirtest import *
from test_composite import BOXES_2D, BOXES_3D, hierarchy, visible
from test_materials import layered, quadrants, random_materials, with_materials

CLIPPED = mir.vtkContinuousInterface.CLIPPED_SIMPLICES
OFF = mir.vtkContinuousInterface.OFF
RELAXED = mir.vtkContinuousInterface.RELAXED
# Every cell type; 3D meshes small, as every mixed cell gets some tens of facets.
SOLID = {"image": lambda: image(5, 3), "rectilinear": lambda: rectilinear(5, 3),
    "curvilinear": lambda: curvilinear(5, 3), "hexahedra": lambda: hexahedra(5),
    "voxels": lambda: voxels(5), "tetrahedra": lambda: tetrahedra(4), "wedges": lambda: wedges(4),
    "pyramids": lambda: pyramids(3), "polyhedra": lambda: polyhedra(4), "prisms": prisms,
    "notched": notched}
# Its faces do not fit: every cube's corner is cut off in the middle of its neighbours' edges.
HANGING = "3D prisms"
ALL = {**{"2D " + k: v for k, v in MESHES_2D.items()},
    **{"3D " + k: v for k, v in SOLID.items()}}


def two(make):
    mesh = make()
    return fractions(mesh, truth_for(mesh))


def run_on(name, algorithm):
    """The output; of the mesh with hanging nodes after the warning about them."""
    return run_warning(algorithm)[0] if name == HANGING else run(algorithm)


def on_border(mesh):
    """Whether all points given lie on one side of the mesh's box."""
    bounds = mesh.GetBounds()

    def test(*points):
        return any(all(abs(p[axis] - bounds[2 * axis + side]) < 1e-12 for p in points)
                   for axis in range(3) for side in (0, 1)
                   if bounds[2 * axis] < bounds[2 * axis + 1])
    return test


def volumes_of(mesh, parts, materials=2):
    """Volume of every material in every cell of the parts, as simplices."""
    size = Cells(parts).outwards
    found = np.zeros((mesh.GetNumberOfCells(), materials))
    np.add.at(found, (cells_of(parts, "SourceCellIds"), cells_of(parts, "MaterialId")), size)
    return found


def integrated(data, name):
    """What Integrate Variables finds of a cell array, times 1."""
    algorithm = vtkIntegrateAttributes()
    algorithm.SetInputDataObject(data)
    algorithm.SetDivideAllCellDataByVolume(False)
    algorithm.Update()
    return cells_of(algorithm.GetOutput(), name)[0]


class TwoMaterials(unittest.TestCase):
    def test_every_kind_of_cell_conserves_and_joins_up(self):
        for name, make in ALL.items():
            for refinement in (2, 4) if name.startswith("2D") else (2,):
                with self.subTest(mesh=name, refinement=refinement):
                    mesh = two(make)
                    output = run_on(name, continuous(mesh, Refinement=refinement))
                    check_contract(self, output)
                    self.assertEqual(field_of(output, "Method"), "Continuous Averaged Paraboloids")
                    mixed = mixed_cells(mesh)
                    self.assertEqual(field_of(output, "MixedCells"), len(mixed))
                    self.assertEqual(field_of(output, "ReconstructedCells"), len(mixed))
                    self.assertEqual(field_of(output, "RejectedCells"), 0)
                    self.assertEqual(field_of(output, "FailedCells"), 0)
                    self.assertEqual(field_of(output, "HangingFaces") > 0, name == HANGING)
                    self.assertLessEqual(field_of(output, "ConservationMax"), 1e-12)
                    self.assertLessEqual(set(mixed), set(cells_of(output, "SourceCellIds")))
                    if name.startswith("2D"):
                        loops_close(self, output)
                    elif name != HANGING:
                        surface_closes(self, output)

    def test_the_error_filter_agrees(self):
        shapes = ("Circle", "Zalesak Disk", "Star")
        cases = [("2D " + name, make, shape(SHAPES_2D[kind], (0.47, 0.51, 0), 0.4, 20))
                 for name, make in MESHES_2D.items() for kind in shapes]
        cases += [("3D " + name, make, sphere()) for name, make in SOLID.items()]
        for name, make, truth in cases:
            with self.subTest(mesh=name):
                mesh = fractions(make(), truth)
                row = measured(run_on(name, continuous(mesh, Refinement=2)), mesh)
                self.assertLessEqual(row["ConservationMax"], 1e-10)
                self.assertEqual(row["Mixed"], len(mixed_cells(mesh)))
                if name != HANGING:
                    self.assertEqual(row["ContinuityMax"], 0.0)

    def test_interfaces_end_on_the_boundary_of_the_mesh_only(self):
        for make, truth in ((triangles, shape(0, (0.05, 0.9, 0), 0.3)),
                            (lambda: tetrahedra(4), sphere((0.1, 0.45, 0.85), 0.35)),
                            (lambda: image(5, 3), sphere((0.1, 0.45, 0.85), 0.35))):
            mesh = fractions(make(), truth)
            output = run(continuous(mesh, Refinement=2))
            border = on_border(mesh)
            (loops_close if make is triangles else surface_closes)(self, output, border)

    def test_points_are_shared(self):
        for make in (image, triangles, lambda: image(5, 3), lambda: tetrahedra(4)):
            points = point_array(run(continuous(two(make), Refinement=2)))
            self.assertEqual(len(np.unique(points, axis=0)), len(points))

    def test_planes_come_back(self):
        # LVIRA finds planes on all but the mesh of cells that are not convex.
        for name, make in ALL.items():
            if name == "3D notched":
                continue
            with self.subTest(mesh=name):
                plane = vtkPlane()
                plane.SetOrigin(0.47, 0.53, 0.52)
                normal = np.array([0.6, 0.8, 0.0]) if name.startswith("2D") else \
                    np.array([2, 3, 6]) / 7
                plane.SetNormal(*normal)
                mesh = fractions(make(), plane)
                output = run_on(name, continuous(mesh, Refinement=2,
                    Planes=mir.vtkContinuousInterface.LVIRA))
                heights = (point_array(output) - plane.GetOrigin()) @ normal
                self.assertLess(np.abs(heights).max(), 1e-7)
                # Normals of small facets are as good as their points.
                error = np.linalg.norm(cells_of(output, "Normals") - normal, axis=1)
                area = cells_of(output, "Area") / cells_of(output, "Area").sum()
                self.assertLess((error * area).sum(), 1e-7)

    def test_every_plane_of_plic_is_taken(self):
        mesh = two(image)
        seen = set()
        for name, method in METHODS.items():
            if name != "Moment of Fluid":
                output = run(continuous(mesh, Planes=method))
                self.assertLessEqual(measured(output, mesh)["ConservationMax"], 1e-10)
                seen.add(point_array(output).tobytes())
        self.assertGreater(len(seen), 5)
        cells = Cells(mesh)
        with_centroids(mesh, cells)
        run(continuous(mesh, Planes=METHODS["Moment of Fluid"], centroids=("centroid",)))
        output, text = run_warning(continuous(two(triangles), Planes=METHODS["Youngs"]))
        self.assertIn("Youngs needs", text)

    def test_off_joins_up_and_does_not_conserve(self):
        mesh = fractions(image(), shape(SHAPES_2D["Star"]))
        rows = [measured(run(continuous(mesh, Conserve=c)), mesh) for c in (OFF, RELAXED)]
        for row in rows:
            self.assertEqual(row["ContinuityMax"], 0.0)
        self.assertGreater(rows[0]["ConservationMax"], 1e-6)
        self.assertLess(rows[1]["ConservationMean"], rows[0]["ConservationMean"])

    def test_faces_between_full_and_empty_cells_are_interface(self):
        n = 8
        for make, exact in ((lambda: image(n), 1.0), (lambda: image(n, 3), 1.0),
                            (lambda: slab(n), 0.1)):
            mesh = make()
            inside = Cells(mesh).centroids()[:, 0] < 0.5
            output = run(continuous(set_cells(mesh, "f", inside.astype(float)), arrays=("f",)))
            check_contract(self, output)
            self.assertAlmostEqual(cells_of(output, "Area").sum(), exact, delta=1e-14)
            self.assertTrue((point_array(output)[:, 0] == 0.5).all())

    def test_full_faces_join_the_facets_of_mixed_cells(self):
        # A square of full cells with one mixed corner.
        values = np.zeros((8, 8))
        values[2:5, 2:5] = 1.0
        values[4, 4] = 0.4
        for make in (lambda: image(8), lambda: quads(8)):
            output = run(continuous(set_cells(make(), "f", values.ravel()), arrays=("f",)))
            check_contract(self, output)
            loops_close(self, output)

    def test_pure_meshes_have_no_interface(self):
        for value in (0.0, 1.0):
            output = run(continuous(set_cells(image(), "f", np.full(256, value)), arrays=("f",)))
            self.assertEqual(output.GetNumberOfCells(), 0)
            self.assertEqual(field_of(output, "MixedCells"), 0)

    def test_slabs_have_the_lines_of_their_face_drawn_through_the_thickness(self):
        flat = fractions(quads_of_slab(), shape())
        thick = set_cells(slab(), "VolumeFraction", cells_of(flat, "VolumeFraction"))
        lines, sheets = run(continuous(flat)), run(continuous(thick))
        check_contract(self, sheets)
        self.assertEqual(lines.GetNumberOfCells(), sheets.GetNumberOfCells())
        for cell in range(lines.GetNumberOfCells()):
            a, b = facet_points(lines, cell), facet_points(sheets, cell)
            self.assertLess(np.abs(b[:2] - a).max(), 1e-14)
            self.assertTrue((b[:, 2] == [0.0, 0.0, 0.1, 0.1]).all())

    def test_planar_meshes_may_lie_in_any_plane(self):
        turn = np.linalg.qr(np.array([[1.0, 2, 3], [3, -1, 2], [0.5, 1, -2]]))[0]
        mesh = two(triangles)
        here = run(continuous(mesh))
        there = run(continuous(transformed(mesh, turn, (1.0, -2.0, 3.0))))
        check_contract(self, there)
        # The same polyline; its points may come in another order.
        moved = point_array(here) @ turn.T + (1.0, -2.0, 3.0)
        self.assertEqual(len(moved), there.GetNumberOfPoints())
        self.assertAlmostEqual(cells_of(here, "Area").sum(), cells_of(there, "Area").sum(),
            delta=1e-4)

    def test_units_do_not_matter(self):
        mesh = fractions(curvilinear(), shape(SHAPES_2D["Star"]))
        points = point_array(run(continuous(mesh)))
        for scale in (1e-9, 1e9):
            other = transformed(mesh, scale * np.eye(3))
            output = run(continuous(other))
            check_contract(self, output, scale)
            self.assertLess(np.abs(point_array(output) / scale - points).max(), 1e-9)

    def test_any_number_of_threads_gives_the_same_bits(self):
        for mesh in (fractions(image(64), shape(SHAPES_2D["Spiral"], radius=0.45)),
                     fractions(tetrahedra(5), sphere())):
            for kind in (mir.vtkContinuousInterface.INTERFACE, CLIPPED):
                outputs = []
                for backend in ("Sequential", "STDThread"):
                    self.assertTrue(vtkSMPTools.SetBackend(backend))
                    output = run(continuous(mesh, Refinement=2, OutputMaterials=kind))
                    outputs.append((point_array(output).copy(),
                        cells_of(output, "SourceCellIds").copy()))
                self.assertTrue((outputs[0][0] == outputs[1][0]).all())
                self.assertTrue((outputs[0][1] == outputs[1][1]).all())

    def test_ghost_cells_are_never_output(self):
        mesh = two(triangles)
        whole = run(continuous(mesh))
        ghosts = vtkUnsignedCharArray()
        ghosts.SetName(vtkDataSetAttributes.GhostArrayName())
        ghosts.SetNumberOfTuples(mesh.GetNumberOfCells())
        ghosts.Fill(0)
        gone = set(mixed_cells(mesh)[::3])
        for cell in gone:
            ghosts.SetValue(cell, vtkDataSetAttributes.DUPLICATECELL)
        mesh.GetCellData().AddArray(ghosts)
        mesh.Modified()
        output = run(continuous(mesh))
        source = cells_of(whole, "SourceCellIds")
        kept = ~np.isin(source, list(gone))
        self.assertTrue((cells_of(output, "SourceCellIds") == source[kept]).all())
        self.assertTrue((cells_of(output, "Area") == cells_of(whole, "Area")[kept]).all())
        self.assertEqual(field_of(output, "MixedCells"),
            field_of(whole, "MixedCells") - len(gone))

    def test_global_ids_are_told(self):
        mesh = two(image)
        ids = np.arange(256, dtype=np.int64) + 2**53 + 1
        array = numpy_to_vtk(ids, deep=True, array_type=12)
        array.SetName("GlobalCellIds")
        mesh.GetCellData().SetGlobalIds(array)
        self.assertEqual(set(cells_of(run(continuous(mesh)), "SourceCellIds")),
            set(ids[mixed_cells(two(image))]))

    def test_hanging_nodes_are_told_with_their_count(self):
        # The right cell's neighbours are half as high.
        points = [(x, y, 0) for y in (0, 1, 2) for x in (0, 1)] + [(3, 0, 0), (3, 2, 0)]
        mesh = unstructured(points, [(VTK_QUAD, (0, 1, 3, 2)), (VTK_QUAD, (2, 3, 5, 4)),
            (VTK_QUAD, (1, 6, 7, 5))])
        set_cells(mesh, "f", np.array([0.5, 0.5, 0.4]))
        output, text = run_warning(continuous(mesh, arrays=("f",)))
        self.assertIn(" 1 faces", text)
        self.assertEqual(field_of(output, "HangingFaces"), 1)


def quads_of_slab(n=16):
    points, cells = squares(n, 0.0)
    return unstructured(points, [(VTK_QUAD, q) for q in cells])


class ManyMaterials(unittest.TestCase):
    def check(self, mesh, values, bound=1e-12, **settings):
        names = with_materials(mesh, values)
        count = values.shape[1]
        output = run(continuous(mesh, arrays=names, **settings))
        check_contract(self, output, materials=count)
        self.assertLessEqual(field_of(output, "ConservationMax"), bound)
        parts = run(continuous(mesh, arrays=names, OutputMaterials=CLIPPED, **settings))
        self.assertLessEqual(self.errors(mesh, values, parts).max(), 1e-11)
        row = measured(output, mesh, arrays=names)
        self.assertLessEqual(row["ConservationMax"], 1e-10)
        self.assertEqual(row["ContinuityMax"], 0.0)
        return output, parts

    def errors(self, mesh, values, parts):
        """Of every cell, the largest part by which a material misses its fraction."""
        found = volumes_of(mesh, parts, values.shape[1]) / Cells(mesh).measures[:, None]
        return np.abs(found - values).max(axis=1)

    def junctions(self, output, mesh):
        """In 2D every point ends two lines of one pair of materials, or one of each of three pairs;
        on the border anything."""
        border = on_border(mesh)
        about = {}
        pairs = cells_of(output, "MaterialIds")
        for cell in range(output.GetNumberOfCells()):
            for point in facet_ids(output, cell):
                about.setdefault(point, []).append(tuple(sorted(pairs[cell])))
        several = 0
        for point, some in about.items():
            if border(output.GetPoint(point)):
                continue
            self.assertGreaterEqual(len(some), 2)
            # Going round the point, each material is entered as often as it is left.
            for material in set(sum(some, ())):
                self.assertEqual(sum(material in pair for pair in some) % 2, 0)
            several += len(some) > 2
        return several

    def test_layers_stay_in_order_whatever_their_thickness(self):
        # Two films of a twentieth and of half a cell between thick layers.
        normal = np.array([0.6, 0.8, 0.0])
        heights = (0.5, 0.503, 0.53, 0.9)
        for make in (image, triangles, polygons):
            mesh = make()
            cells = Cells(mesh)
            values = layered(cells, [(h * normal, normal) for h in heights])
            values[values < 1e-8] = 0.0
            values /= values.sum(axis=1)[:, None]
            output, _ = self.check(mesh, values, Planes=mir.vtkContinuousInterface.LVIRA)
            pairs, area = cells_of(output, "MaterialIds"), cells_of(output, "Area")
            # A film may end before the corner of a cell that it fills a sliver of.
            in_order = pairs[:, 1] == pairs[:, 0] + 1
            self.assertLess(area[~in_order].sum(), 0.01 * area.sum())
            error = np.abs(facet_centres(output) @ normal - np.array(heights)[pairs[:, 0]])
            for film in range(4):
                its = in_order & (pairs[:, 0] == film)
                self.assertLess((error * area)[its].sum() / area[its].sum(), 0.01 / 16)

    def test_quadrants(self):
        for make in (lambda: image(9), lambda: rectilinear(9)):
            mesh = make()
            values = quadrants(Cells(mesh), (0.47, 0.53, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
            output, _ = self.check(mesh, values)
            self.assertGreaterEqual(self.junctions(output, mesh), 1)

    def test_layers_in_space(self):
        normal = np.array([0.48, 0.64, 0.6])
        for make in (lambda: image(4, 3), lambda: tetrahedra(3), lambda: hexahedra(4)):
            mesh = make()
            values = layered(Cells(mesh), [(h * normal, normal) for h in (0.5, 0.8, 1.1)])
            values[values < 1e-8] = 0.0
            self.check(mesh, values / values.sum(axis=1)[:, None], Refinement=2)

    def test_any_fractions_of_any_number_of_materials(self):
        rng = np.random.default_rng(5)
        for make, count, present in ((lambda: image(6), 5, 4), (lambda: triangles(5), 4, 3),
                                     (lambda: polygons(6), 3, 3), (lambda: image(3, 3), 4, 3),
                                     (lambda: tetrahedra(2), 3, 3)):
            mesh = make()
            values = random_materials(rng, mesh.GetNumberOfCells(), count, present)
            names = with_materials(mesh, values)
            # Cells either hold their fractions or are counted in the one warning.
            algorithm = continuous(mesh, arrays=names, Refinement=3)
            seen = Errors(algorithm)
            algorithm.Update()
            output = algorithm.GetOutputDataObject(0)
            check_contract(self, output, materials=count)
            failed = field_of(output, "FailedCells")
            self.assertEqual(len(seen.warnings), 1 if failed else 0)
            self.assertEqual(seen.errors, [])
            algorithm.SetOutputMaterials(CLIPPED)
            algorithm.Update()
            wrong = self.errors(mesh, values, algorithm.GetOutputDataObject(0)) > 1e-10
            self.assertEqual(wrong.sum(), failed)
            # The same by the facets alone; and no gaps, whatever the fractions.
            overlay = run(error_filter(output, mesh, arrays=names), 0)[0]
            by_facets = cells_of(overlay, "ConservationError") > 1e-10
            self.assertEqual(set(np.flatnonzero(by_facets)), set(np.flatnonzero(wrong)))
            self.assertEqual(cells_of(overlay, "ContinuityError").max(), 0.0)
            self.assertLess(failed, 0.1 * len(values))
            if mesh.GetCell(0).GetCellDimension() == 2:
                self.junctions(output, mesh)

    def test_order_of_the_arrays_does_not_matter(self):
        mesh = triangles(8)
        cells = Cells(mesh)
        values = layered(cells, [((0.4, 0.4, 0), (0.6, 0.8, 0.0)), ((0.6, 0.5, 0), (1.0, 0.0, 0.0))])
        values[values < 1e-8] = 0.0
        values /= values.sum(axis=1)[:, None]
        names = with_materials(mesh, values)
        lengths = []
        for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
            output = run(continuous(mesh, arrays=[names[i] for i in order]))
            length = {}
            for pair, area in zip(cells_of(output, "MaterialIds"), cells_of(output, "Area")):
                key = tuple(sorted(order[i] for i in pair))
                length[key] = length.get(key, 0.0) + area
            lengths.append(length)
        for other in lengths[1:]:
            self.assertEqual(set(other), set(lengths[0]))
            for pair, length in other.items():
                self.assertAlmostEqual(length, lengths[0][pair], delta=2e-3)

    def test_more_than_sixty_four_materials_are_refused(self):
        mesh = image(2)
        names = ["m%d" % i for i in range(65)]
        for name in names:
            set_cells(mesh, name, np.full(4, 1 / 65))
        self.assertIn("65 materials", run_failing(continuous(mesh, arrays=names)))


class Clipped(unittest.TestCase):
    def test_parts_have_the_volumes_of_the_materials(self):
        for name, make in ALL.items():
            with self.subTest(mesh=name):
                mesh = two(make)
                f = cells_of(mesh, "VolumeFraction")
                exact = np.stack([f, 1 - f], axis=1)
                measures = Cells(mesh).measures
                parts = run_on(name, continuous(mesh, Refinement=2, OutputMaterials=CLIPPED))
                self.assertEqual(parts.GetPoints().GetDataType(), 11, "points are doubles")
                mixed = mixed_cells(mesh)
                size = Cells(parts).outwards
                own = np.isin(cells_of(parts, "SourceCellIds"), mixed)
                self.assertGreater(size[own].min(), 0.0)
                found = volumes_of(mesh, parts) / measures[:, None]
                self.assertLessEqual(np.abs(found - exact)[mixed].max(), 1e-11)
                only = run_on(name, continuous(mesh, Refinement=2, OutputMaterials=CLIPPED,
                    MixedCellsOnly=True))
                self.assertEqual(set(cells_of(only, "SourceCellIds")), set(mixed))
                self.assertEqual(only.GetNumberOfCells(), own.sum())

    def test_integrate_variables_finds_the_volumes_of_the_materials(self):
        if vtkIntegrateAttributes is None:
            self.skipTest("VTK was built without vtkFiltersParallel")
        for make in (image, quads, triangles, mixed_2d, lambda: image(5, 3), lambda: voxels(5),
                     lambda: tetrahedra(4), lambda: wedges(4), lambda: pyramids(3), slab):
            mesh = two(make) if make is not slab else set_cells(slab(), "VolumeFraction",
                cells_of(fractions(quads_of_slab(), shape()), "VolumeFraction"))
            f, measures = cells_of(mesh, "VolumeFraction"), Cells(mesh).measures
            parts = run(continuous(mesh, Refinement=2, OutputMaterials=CLIPPED))
            set_cells(parts, "inside", (cells_of(parts, "MaterialId") == 0).astype(float))
            set_cells(parts, "one", np.ones(parts.GetNumberOfCells()))
            for name, exact in (("inside", (f * measures).sum()), ("one", measures.sum())):
                self.assertLessEqual(abs(integrated(parts, name) - exact), 1e-10 * exact)

    def test_every_array_of_the_cells_is_carried(self):
        for make in (triangles, lambda: image(4, 3)):
            mesh = two(make)
            n = mesh.GetNumberOfCells()
            rng = np.random.default_rng(1)
            values = {"pressure": rng.random(n), "velocity": rng.random((n, 3)),
                "large": np.arange(n, dtype=np.int64) + 2**60}
            for name, array in values.items():
                set_cells(mesh, name, array)
            parts = run(continuous(mesh, Refinement=2, OutputMaterials=CLIPPED))
            source = cells_of(parts, "SourceCellIds")
            self.assertEqual(set(source), set(range(n)))
            for name, array in values.items():
                self.assertTrue((cells_of(parts, name) == array[source]).all(), name)

    def test_a_large_tolerance_loses_no_cell(self):
        # Cells in which one material alone is more than the tolerance.
        mesh = image(4)
        values = np.full((16, 4), 0.05)
        values[:, 0] = 0.85
        parts = run(continuous(mesh, arrays=with_materials(mesh, values), Tolerance=0.1,
            OutputMaterials=CLIPPED))
        self.assertAlmostEqual(Cells(parts).measures.sum(), 1.0, delta=1e-12)


class OddCells(unittest.TestCase):
    def test_cells_that_cannot_be_split_get_planes_and_are_counted(self):
        # A horseshoe, no point of which sees all faces, and the block between its arms.
        outline = [(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)]
        points = [(x, y, z) for z in (0, 1, 2) for x, y in outline]

        def prism(ids, layer):
            low, high = [i + 8 * layer for i in ids], [i + 8 * layer + 8 for i in ids]
            n = len(low)
            return (VTK_POLYHEDRON, [low[::-1], high] +
                [[low[i], low[(i + 1) % n], high[(i + 1) % n], high[i]] for i in range(n)])
        mesh = unstructured(points, [prism(ids, layer) for layer in (0, 1)
                                     for ids in (range(8), (5, 4, 3, 6))])
        f = np.array([0.3, 0.6, 0.0, 0.2])
        set_cells(mesh, "f", f)
        output, text = run_warning(continuous(mesh, arrays=("f",)))
        self.assertIn("1 of 3 mixed cells", text)
        self.assertIn("cell 0", text)
        self.assertEqual(field_of(output, "FallbackCells"), 1)
        self.assertEqual(field_of(output, "RejectedCells"), 0)
        self.assertEqual(set(cells_of(output, "SourceCellIds")), {0, 1, 3})
        parts, _ = run_warning(continuous(mesh, arrays=("f",), OutputMaterials=CLIPPED))
        found = volumes_of(mesh, parts) / Cells(mesh).measures[:, None]
        self.assertLess(np.abs(found - np.stack([f, 1 - f], axis=1)).max(), 1e-12)


class Composites(unittest.TestCase):
    def test_every_block_is_as_it_would_be_alone(self):
        meshes = [two(image), two(triangles), two(lambda: image(5, 3))]
        blocks = vtkMultiBlockDataSet()
        pieces = vtkPartitionedDataSet()
        for i, mesh in enumerate(meshes):
            blocks.SetBlock(i, mesh)
            if i < 2:
                pieces.SetPartition(i, mesh)
        for kind in (mir.vtkContinuousInterface.INTERFACE, CLIPPED):
            alone = []
            for mesh in meshes:
                alone.append(run(continuous(mesh, Refinement=2, OutputMaterials=kind)))
            for data, count in ((blocks, 3), (pieces, 2)):
                output = run(continuous(data, Refinement=2, OutputMaterials=kind))
                self.assertEqual(output.GetClassName(), data.GetClassName())
                for i in range(count):
                    found = output.GetBlock(i) if count == 3 else output.GetPartition(i)
                    self.assertTrue((point_array(found) == point_array(alone[i])).all())
                    for name in ("SourceCellIds", "Area"):
                        if alone[i].GetCellData().HasArray(name):
                            self.assertTrue(
                                (cells_of(found, name) == cells_of(alone[i], name)).all())
                    self.assertEqual(field_of(found, "MixedCells"), field_of(alone[i], "MixedCells"))

    def test_amr_has_the_volume_of_the_shape(self):
        for boxes, dimension, truth in (
                (BOXES_2D, 2, lambda: shape(radius=0.3, centre=(0.48, 0.51, 0.0))),
                (BOXES_3D, 3, lambda: sphere((0.48, 0.51, 0.5), 0.3))):
            amr = hierarchy(boxes, truth, dimension)
            shown = visible(amr, boxes)
            interface = run(continuous(amr, Refinement=2))
            output = run(continuous(amr, Refinement=2, OutputMaterials=CLIPPED))
            totals = np.zeros(2)
            for level in range(amr.GetNumberOfLevels()):
                for index in range(amr.GetNumberOfDataSets(level)):
                    parts = output.GetBlock(level).GetBlock(index)
                    if parts.GetNumberOfCells():
                        np.add.at(totals, cells_of(parts, "MaterialId"), Cells(parts).measures)
                    f = cells_of(amr.GetDataSet(level, index), "VolumeFraction")
                    mixed = (f > 1e-8) & (f < 1 - 1e-8) & shown[level, index]
                    self.assertEqual(
                        field_of(interface.GetBlock(level).GetBlock(index), "MixedCells"),
                        mixed.sum())
            exact = np.pi * 0.09 if dimension == 2 else 4 / 3 * np.pi * 0.027
            self.assertAlmostEqual(totals[0], exact, delta=1e-10)
            self.assertAlmostEqual(totals.sum(), 1.0, delta=1e-10)

    def test_blocks_without_the_arrays_give_one_warning(self):
        blocks = vtkMultiBlockDataSet()
        blocks.SetBlock(0, image())
        blocks.SetBlock(1, two(image))
        output, text = run_warning(continuous(blocks))
        self.assertIn("1 of 2 blocks", text)
        self.assertIsNone(output.GetBlock(0))

    def test_an_abort_stops_the_work(self):
        algorithm = continuous(two(lambda: image(64)))
        algorithm.AddObserver("ProgressEvent", lambda caller, event: caller.SetAbortExecute(True))
        algorithm.Update()
        self.assertEqual(algorithm.GetOutputDataObject(0).GetNumberOfCells(), 0)


if __name__ == "__main__":
    unittest.main()
