"""Laws of PLIC Interface: a facet in every mixed cell that cuts off exactly its fraction."""
import unittest

import numpy as np
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkDataSetAttributes, vtkPlane

import mir
from cellmeasures import Cells, facet_centres
from mirtest import *

def random_fractions(rng, count):
    """From 1e-8 to 1 - 1e-8, many close to these, and some full and empty cells."""
    small = 10.0**rng.uniform(-8, -0.3, count)
    f = np.choose(rng.integers(0, 3, count), [small, 1 - small, rng.uniform(0, 1, count)])
    f = np.clip(f, 1.001e-8, 1 - 1.001e-8)
    return np.choose(rng.integers(0, 10, count), [np.zeros(count), np.ones(count)] + [f] * 8)


def polygon_of(mesh, cell):
    points = facet_points(mesh, cell)[:, :2]
    if mesh.GetCellType(cell) == VTK_PIXEL:
        points = points[[0, 1, 3, 2]]
    x, y = points[:, 0], points[:, 1]
    return points if np.dot(x, np.roll(y, -1)) > np.dot(y, np.roll(x, -1)) else points[::-1]


def area_of(points):
    p = points - points[0]
    return 0.5 * (np.dot(p[:, 0], np.roll(p[:, 1], -1)) - np.dot(p[:, 1], np.roll(p[:, 0], -1)))


def area_behind(points, on, normal):
    """Area of a polygon on the inner side of a line: Sutherland and Hodgman, in place of the
    library's own clipping."""
    heights = (points - on) @ normal
    kept = []
    for i in range(len(points)):
        j = (i + 1) % len(points)
        if heights[i] <= 0:
            kept.append(points[i])
        if heights[i] * heights[j] < 0:
            t = heights[i] / (heights[i] - heights[j])
            kept.append(points[i] + t * (points[j] - points[i]))
    return area_of(np.array(kept)) if len(kept) > 2 else 0.0


class PLICInterface(unittest.TestCase):
    def test_every_mixed_cell_of_every_mesh_has_its_facet(self):
        for name, make in MESHES.items():
            mesh = fractions(make(), truth_for(make()))
            mesh = with_centroids(mesh, Cells(mesh))
            mixed = mixed_cells(mesh)
            for method in METHODS:
                with self.subTest(mesh=name, method=method):
                    output = any_method(mesh, method)
                    check_contract(self, output)
                    self.assertEqual(set(cells_of(output, "SourceCellIds")), set(mixed))
                    self.assertEqual(field_of(output, "MixedCells"), len(mixed))
                    self.assertEqual(field_of(output, "ReconstructedCells"), len(mixed))
                    self.assertEqual(field_of(output, "RejectedCells"), 0)
                    self.assertEqual(field_of(output, "NormalizedCells"), 0)
                    self.assertGreaterEqual(field_of(output, "Milliseconds"), 0.0)
                    used = method_used(method, mesh)
                    self.assertEqual(field_of(output, "Method"), "PLIC " + used)
                    fallback = len(mixed) if method not in ("Automatic", used) else 0
                    self.assertEqual(field_of(output, "FallbackCells"), fallback)

    def test_every_cell_holds_its_fraction(self):
        for name, make in MESHES.items():
            mesh = fractions(make(), truth_for(make()))
            mesh = with_centroids(mesh, Cells(mesh))
            for method in METHODS:
                with self.subTest(mesh=name, method=method):
                    row = measured(any_method(mesh, method), mesh)
                    self.assertLessEqual(row["ConservationMax"], 1e-12)

    def test_any_fractions_at_all_are_held(self):
        # By measures of the tests' own: every plane cuts its fraction off its cell.
        rng = np.random.default_rng(5)
        for name, make in MESHES.items():
            mesh = make()
            cells = Cells(mesh)
            f = random_fractions(rng, cells.count)
            set_cells(mesh, "VolumeFraction", f)
            with_centroids(mesh, cells)
            for method in methods_of(mesh):
                with self.subTest(mesh=name, method=method):
                    self.assert_holds(any_method(mesh, method), mesh, cells, f)

    def test_planes_through_vertices_edges_and_faces_are_held(self):
        # Half-spaces through points of the mesh, along its faces and across: normals of methods
        # that find them run through vertices and edges.
        for name, make in MESHES.items():
            mesh = make()
            cells = Cells(mesh)
            middle = np.argmin(np.linalg.norm(cells.points - cells.points.mean(axis=0), axis=1))
            for normal in ((1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 2, 0), (0, 0, 1), (1, 1, 1),
                           (1, -1, 2)):
                if cells.dimension == 2 and normal[2]:
                    continue
                half_space(mesh, cells, cells.points[middle], normal)
                f = cells_of(mesh, "VolumeFraction")
                for method in methods_of(mesh):
                    with self.subTest(mesh=name, method=method, normal=normal):
                        self.assert_holds(any_method(mesh, method), mesh, cells, f)

    def assert_holds(self, output, mesh, cells, f):
        source = cells_of(output, "SourceCellIds")
        mixed = mixed_cells(mesh)
        inside = np.isin(source, mixed)
        self.assertEqual(set(source[inside]), set(mixed))
        self.assertEqual(field_of(output, "ReconstructedCells"), len(mixed))
        on = np.array(cells.origins)
        normals = np.tile([1.0, 0.0, 0.0], (cells.count, 1))
        on[source[inside]] = facet_centres(output)[inside]
        normals[source[inside]] = cells_of(output, "Normals")[inside]
        held = cells.below(on, normals)[0] / cells.measures
        self.assertLessEqual(np.abs(held - f)[mixed].max(initial=0.0), 1e-12)

    def test_methods_that_do_not_apply_give_one_warning_with_a_count(self):
        for method in METHODS:
            for make in (triangles, curvilinear, tetrahedra):
                mesh = fractions(make(), truth_for(make()))
                if method not in GRID_METHODS:
                    continue
                output, text = run_warning(plic(mesh, method))
                mixed = len(mixed_cells(mesh))
                self.assertIn(method, text)
                self.assertIn("%d of %d mixed cells" % (mixed, mixed), text)
                self.assertIn("Reconstructed Distance", text)
                self.assertEqual(field_of(output, "FallbackCells"), mixed)
                self.assert_same(output, run(plic(mesh, "Reconstructed Distance")))

    def test_moment_of_fluid_without_centroids_gives_one_warning_with_a_count(self):
        for make in (image, triangles, tetrahedra):
            mesh = fractions(make(), truth_for(make()))
            with_centroids(mesh, Cells(mesh))
            mixed = len(mixed_cells(mesh))
            for centroids in ((), ("centroid", "centroid")):
                output, text = run_warning(plic(mesh, "Moment of Fluid", centroids=centroids))
                self.assertIn("Moment of Fluid", text)
                self.assertIn("CentroidArrays", text)
                self.assertIn("%d of %d mixed cells" % (mixed, mixed), text)
                self.assertEqual(field_of(output, "FallbackCells"), mixed)
                self.assert_same(output, run(plic(mesh, "Reconstructed Distance")))

    def test_automatic_is_reconstructed_distance_on_any_mesh_but_grids(self):
        for make in (curvilinear, triangles, polygons, hexahedra, tetrahedra):
            mesh = fractions(make(), truth_for(make()))
            self.assert_same(run(plic(mesh)), run(plic(mesh, "Reconstructed Distance")))

    def test_facets_of_convex_cells_cut_off_the_fraction(self):
        for name in ("image", "rectilinear", "curvilinear", "quads", "pixels", "triangles", "mixed"):
            with self.subTest(name):
                mesh = fractions(MESHES_2D[name](), shape(SHAPES_2D["Zalesak Disk"]))
                output = run(plic(mesh))
                f = cells_of(mesh, "VolumeFraction")
                normals = cells_of(output, "Normals")
                for facet, cell in enumerate(cells_of(output, "SourceCellIds")):
                    polygon = polygon_of(mesh, cell)
                    ends = facet_points(output, facet)[:, :2]
                    inside = area_behind(polygon, ends.mean(axis=0), normals[facet, :2])
                    self.assertAlmostEqual(inside / area_of(polygon), f[cell], delta=1e-12)

    def test_normals_point_out_of_the_material(self):
        for make in (image, lambda: image(8, 3), triangles, tetrahedra, polyhedra):
            mesh = fractions(make(), truth_for(make()))
            output = run(plic(mesh))
            centre = [0.5, 0.5, 0.5 if mesh.GetCell(0).GetCellDimension() == 3 else 0.0]
            normals = cells_of(output, "Normals")
            for facet in range(output.GetNumberOfCells()):
                outwards = facet_points(output, facet).mean(axis=0) - centre
                self.assertGreater(np.dot(outwards, normals[facet]), 0.0)

    def test_3d_facets_run_counter_clockwise_seen_from_outside(self):
        for make in (lambda: image(8, 3), hexahedra, tetrahedra):
            output = run(plic(fractions(make(), sphere())))
            normals = cells_of(output, "Normals")
            for facet in range(output.GetNumberOfCells()):
                p = facet_points(output, facet)
                area = sum(np.cross(p[i] - p[0], p[i + 1] - p[0]) for i in range(1, len(p) - 1))
                self.assertGreater(np.dot(area, normals[facet]), 0.0)

    def test_2d_lines_have_the_inside_on_their_left(self):
        output = run(plic(fractions(image(), shape())))
        normals = cells_of(output, "Normals")
        for facet in range(output.GetNumberOfCells()):
            p = facet_points(output, facet)
            d = p[1] - p[0]
            self.assertGreater(np.dot([d[1], -d[0], 0.0], normals[facet]), 0.0)

    def test_planes_across_the_columns_come_back_exactly(self):
        # Mixed Youngs-Centered finds planes that leave the 3 x 3 (x 3) cells through the sides only.
        for dimension, n in ((2, 16), (3, 8)):
            plane = vtkPlane()
            normal = np.array([0.2, 1.0, 0.1 if dimension == 3 else 0.0])
            normal /= np.linalg.norm(normal)
            plane.SetNormal(*normal)
            origin = np.array([0.5, 0.503, 0.5 if dimension == 3 else 0.0])
            plane.SetOrigin(*origin)
            mesh = fractions(image(n, dimension), plane)
            output = run(plic(mesh, "Mixed Youngs-Centered"))
            compared = 0
            for facet, cell in enumerate(cells_of(output, "SourceCellIds")):
                points = facet_points(output, facet)
                index = np.array([cell % n, cell // n % n, cell // n // n])
                inner = (index[:dimension] > 0) & (index[:dimension] < n - 1)
                if inner.all():
                    compared += 1
                    self.assertLess(np.abs((points - origin) @ normal).max(), 1e-12)
            self.assertGreater(compared, n)

    def test_two_arrays_are_one_and_its_complement(self):
        mesh = fractions(image(), shape())
        one = run(plic(mesh))
        two = run(plic(mesh, arrays=("VolumeFraction", "VolumeFractionOutside")))
        self.assert_same(one, two)
        # The materials exchanged: the same cells, the opposite normals.
        other = run(plic(mesh, arrays=("VolumeFractionOutside",)))
        self.assertTrue(
            (cells_of(other, "SourceCellIds") == cells_of(one, "SourceCellIds")).all())
        difference = cells_of(other, "Normals") + cells_of(one, "Normals")
        self.assertLess(np.abs(difference).max(), 1e-12)

    def test_single_precision_fractions_work(self):
        mesh = fractions(image(), shape())
        single = cells_of(mesh, "VolumeFraction").astype(np.float32)
        set_cells(mesh, "single", single)
        output = run(plic(mesh, arrays=("single",)))
        check_contract(self, output)
        self.assertEqual(len(set(cells_of(output, "SourceCellIds"))), field_of(output, "MixedCells"))

    def assert_same(self, a, b):
        """Bit for bit."""
        self.assertEqual(a.GetNumberOfCells(), b.GetNumberOfCells())
        for name in ("SourceCellIds", "Normals", "Area", "MaterialIds"):
            self.assertTrue((cells_of(a, name) == cells_of(b, name)).all(), name)
        self.assertTrue((vtk_to_numpy(a.GetPoints().GetData()) ==
                         vtk_to_numpy(b.GetPoints().GetData())).all())

    def test_slabs_count_as_2d(self):
        for axis in (0, 1, 2):
            mesh = slab(warp=0.05, axis=axis)
            flat = fractions(quads(), shape())
            set_cells(mesh, "VolumeFraction", cells_of(flat, "VolumeFraction"))
            output = run(plic(mesh))
            check_contract(self, output)
            self.assertTrue((cells_of(output, "Normals")[:, axis] == 0).all())
            self.assertLessEqual(measured(output, mesh)["ConservationMax"], 1e-12)
            lines = run(plic(flat))
            self.assertTrue((cells_of(output, "SourceCellIds") ==
                             cells_of(lines, "SourceCellIds")).all())
            self.assertLess(np.abs(cells_of(output, "Area") - 0.1 * cells_of(lines, "Area")).max(),
                1e-14)
            for facet in range(output.GetNumberOfCells()):
                self.assertEqual(len(facet_points(output, facet)), 4)

    def test_collapsed_cells_between_two_planes_are_no_slab(self):
        # A cube with a corner drawn to the next one along an edge: its points lie on two planes
        # along every axis, as many on either, but it is no prism.
        points = lattice(1, 3).reshape(-1, 3)[[0, 1, 3, 2, 4, 5, 7, 6]]
        for f in (0.1, 0.5, 0.9):
            mesh = unstructured(points, [(VTK_HEXAHEDRON, (0, 1, 2, 3, 4, 4, 6, 7))])
            set_cells(mesh, "VolumeFraction", np.array([f]))
            self.assert_holds(run(plic(mesh)), mesh, Cells(mesh), np.array([f]))

    def test_oblique_planes_hold_2d_meshes(self):
        rotation = np.linalg.qr(np.array([[1.0, 2, 3], [0, 1, 4], [5, 6, 0]]))[0]
        flat = fractions(triangles(), shape())
        turned = transformed(flat, rotation, (1.0, 2.0, 3.0))
        output = run(plic(turned))
        check_contract(self, output)
        self.assertEqual(set(cells_of(output, "SourceCellIds")), set(mixed_cells(flat)))
        self.assertLessEqual(measured(output, turned)["ConservationMax"], 1e-12)
        normals = cells_of(run(plic(flat)), "Normals") @ rotation.T
        self.assertLess(np.abs(normals - cells_of(output, "Normals")).max(), 1e-10)

    def test_fractions_close_to_the_bounds_have_facets(self):
        values = np.full(256, 0.0)
        chosen = {17: 1.1e-8, 34: 1 - 1.1e-8, 51: 0.9e-8, 68: 1 - 0.9e-8, 85: 0.5}
        for cell, f in chosen.items():
            values[cell] = f
        mesh = set_cells(image(), "f", values)
        output = run(plic(mesh, arrays=("f",)))
        # The full cell 68 shows its four faces, as its neighbours are empty.
        source = cells_of(output, "SourceCellIds")
        self.assertEqual(sorted(source), [17, 34, 68, 68, 68, 68, 85])
        self.assertEqual(field_of(output, "MixedCells"), 3)
        self.assertEqual(field_of(output, "ReconstructedCells"), 3)

    def test_facets_through_vertices_and_along_faces(self):
        # Fractions whose planes pass exactly through vertices and edges, on cubes.
        for f, normal in ((1 / 6, (1, 1, 1)), (5 / 6, (1, 1, 1)), (0.5, (1, 1, 0)), (0.5, (1, 0, 0))):
            n = 3
            mesh = image(n, 3)
            centres = (np.array([(i, j, k) for k in range(n) for j in range(n) for i in range(n)]) -
                1) @ np.array(normal)
            values = np.where(centres < 0, 1.0, np.where(centres > 0, 0.0, f))
            output = run(plic(set_cells(mesh, "f", values), arrays=("f",)))
            cells = set(np.flatnonzero((values > 0) & (values < 1)))
            self.assertEqual(set(cells_of(output, "SourceCellIds")), cells)
            self.assertLessEqual(
                run(error_filter(output, mesh, arrays=("f",)), 2)[0].GetColumnByName(
                    "ConservationMax").GetValue(0), 1e-12)

    def test_all_pure_is_an_empty_interface_without_an_error(self):
        for value in (0.0, 1.0):
            output = run(plic(set_cells(image(), "f", np.full(256, value)), arrays=("f",)))
            self.assertEqual(output.GetNumberOfCells(), 0)
            self.assertEqual(field_of(output, "MixedCells"), 0)

    def test_uniform_fractions_still_get_facets(self):
        # No neighbour tells a direction: any plane that holds the fraction will do.
        for make, cells in ((image, 256), (lambda: image(4, 3), 64), (triangles, 512)):
            mesh = set_cells(make(), "f", np.full(cells, 0.3))
            output = run(plic(mesh, arrays=("f",)))
            self.assertEqual(set(cells_of(output, "SourceCellIds")), set(range(cells)))
            check_contract(self, output)

    def test_cells_without_a_direction_are_counted_in_one_warning(self):
        for make in (image, triangles, tetrahedra):
            mesh = make()
            cells = mesh.GetNumberOfCells()
            set_cells(mesh, "f", np.full(cells, 0.3))
            output, text = run_warning(plic(mesh, "Least Squares", arrays=("f",)))
            self.assertIn("%d of %d" % (cells, cells), text)
            self.assertEqual(field_of(output, "FallbackCells"), cells)
            self.assertEqual(field_of(output, "ReconstructedCells"), cells)

    def test_a_single_cell_gets_its_facet(self):
        for make in (lambda: image(1), lambda: image(1, 3), lambda: hexahedra(1)):
            output = run(plic(set_cells(make(), "f", np.array([0.25])), arrays=("f",)))
            self.assertEqual(output.GetNumberOfCells(), 1)


class Ghosts(unittest.TestCase):
    def ghosted(self, mesh, cells, kind):
        ghosts = vtkUnsignedCharArray()
        ghosts.SetName(vtkDataSetAttributes.GhostArrayName())
        ghosts.SetNumberOfTuples(mesh.GetNumberOfCells())
        ghosts.Fill(0)
        for cell in cells:
            ghosts.SetValue(int(cell), kind)
        mesh.GetCellData().AddArray(ghosts)
        return mesh

    def test_ghost_and_hidden_cells_are_never_output_and_still_feed_stencils(self):
        for make in (image, triangles, lambda: image(8, 3), tetrahedra):
            for kind in (vtkDataSetAttributes.DUPLICATECELL, vtkDataSetAttributes.HIDDENCELL):
                whole = run(plic(fractions(make(), truth_for(make()))))
                mixed = cells_of(whole, "SourceCellIds")
                hidden = set(mixed[::3])
                mesh = self.ghosted(fractions(make(), truth_for(make())), hidden, kind)
                output = run(plic(mesh))
                shown = [i for i, c in enumerate(mixed) if c not in hidden]
                self.assertTrue((cells_of(output, "SourceCellIds") == mixed[shown]).all())
                # The neighbours' planes are those of the whole mesh, bit for bit.
                self.assertTrue(
                    (cells_of(output, "Normals") == cells_of(whole, "Normals")[shown]).all())
                check_contract(self, output)
                self.assertEqual(field_of(output, "MixedCells"), len(shown))

    def test_global_ids_are_kept_to_the_last_digit(self):
        mesh = fractions(image(), shape())
        ids = np.arange(256, dtype=np.int64) + 2**53 + 1
        array = numpy_to_vtk(ids, deep=True, array_type=12)
        array.SetName("GlobalCellIds")
        mesh.GetCellData().SetGlobalIds(array)
        output = run(plic(mesh))
        self.assertEqual(
            set(cells_of(output, "SourceCellIds")), {int(ids[c]) for c in mixed_cells(mesh)})


if __name__ == "__main__":
    unittest.main()
