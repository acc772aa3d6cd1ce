"""Laws of PLIC Interface with several materials: nothing is lost, and the interface is complete."""
import unittest

import numpy as np

import mir
from cellmeasures import Cells, cell_faces, facet_centres, point_array
from mirtest import *

CLIPPED = mir.vtkPLICInterface.CLIPPED_CELLS
TETRAHEDRA = mir.vtkPLICInterface.CLIPPED_TETRAHEDRA
ORDERS = {"Listed": mir.vtkPLICInterface.LISTED,
    "Automatic": mir.vtkPLICInterface.AUTOMATIC_ORDER}


def with_materials(mesh, values):
    """values: one row a cell, one column a material. Returns the names of the arrays."""
    names = ["material %d" % i for i in range(values.shape[1])]
    for name, column in zip(names, values.T):
        set_cells(mesh, name, np.ascontiguousarray(column))
    return names


def layered(cells, planes):
    """Fractions of materials cut off one after the other by half-spaces (on, normal)."""
    columns = []
    covered = np.zeros(cells.count)
    for on, normal in planes:
        below = cells.fractions_below(on, normal)
        columns.append(np.maximum(below - covered, 0.0))
        covered = np.maximum(covered, below)
    columns.append(1.0 - covered)
    return np.stack(columns, axis=1)


def quadrants(cells, on, a, b):
    """Fractions of the four parts that two planes through a point make, if these are along axes
    of the cells: the product of the half-spaces'."""
    p, q = cells.fractions_below(on, a), cells.fractions_below(on, b)
    return np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=1)


def disc_fractions(mesh, radius, centre=(0.5, 0.5, 0.0)):
    return cells_of(fractions(mesh, shape(radius=radius, centre=centre)), "VolumeFraction")


def random_materials(rng, cells, count, present):
    """Each cell has up to `present` of `count` materials, some hardly any of them."""
    values = np.zeros((cells, count))
    for row in values:
        some = rng.choice(count, rng.integers(1, present + 1), replace=False)
        parts = 10.0**rng.uniform(-6, 0, len(some))
        row[some] = parts / parts.sum()
    return values


class Partition(unittest.TestCase):
    def assert_partition(self, mesh, values, tolerance=1e-10, **settings):
        """Every material of every cell has its volume in parts of its own; returns the interface."""
        names = with_materials(mesh, values)
        cells = Cells(mesh)
        present = values > 1e-8
        for kind in (CLIPPED, TETRAHEDRA):
            parts = run(plic(mesh, arrays=names, OutputMaterials=kind, **settings))
            measures = Cells(parts)
            # Slivers of no volume may turn over by the rounding of their points.
            self.assertGreaterEqual(measures.outwards.min(initial=0.0),
                -1e-14 * cells.measures.max())
            found = np.zeros_like(values)
            np.add.at(found, (cells_of(parts, "SourceCellIds"), cells_of(parts, "MaterialId")),
                measures.outwards)
            error = np.abs(found / cells.measures[:, None] - values)
            self.assertLessEqual(error.max(), tolerance)
            self.assertFalse((present & (found == 0)).any(), "a material is lost")
            self.assertFalse((found[values == 0] > 0).any(), "a material from nowhere")
        interface = run(plic(mesh, arrays=names, **settings))
        pairs, source = cells_of(interface, "MaterialIds"), cells_of(interface, "SourceCellIds")
        mixed = present.sum(axis=1) > 1
        check_contract(self, interface, materials=values.shape[1],
            planar=lambda facet: mixed[source[facet]])
        seen = np.zeros_like(present)
        for cell, pair in zip(source, pairs):
            if mixed[cell]:
                self.assertTrue(present[cell, pair].all(), "a pair that is not in the cell")
                seen[cell, pair] = True
        # Every material of a mixed cell bounds on another one.
        self.assertTrue((seen[mixed] == present[mixed]).all())
        self.assertEqual(field_of(interface, "MixedCells"), mixed.sum())
        self.assertEqual(field_of(interface, "ReconstructedCells"), mixed.sum())
        return interface

    def each_order(self, make, values_of, **settings):
        for order, value in ORDERS.items():
            with self.subTest(order=order):
                mesh = make()
                self.assert_partition(mesh, values_of(mesh), MaterialOrder=value, **settings)

    def test_thin_annulus(self):
        # Thinner than a cell: three materials in most cells that it runs through.
        for make in (image, triangles, polygons, mixed_2d):
            def values(mesh):
                inner, outer = disc_fractions(make(), 0.33), disc_fractions(make(), 0.34)
                return np.stack([inner, outer - inner, 1 - outer], axis=1)
            self.each_order(make, values)

    def test_triple_point(self):
        for make in (image, quads, triangles, lambda: image(6, 3), lambda: hexahedra(6),
                     lambda: tetrahedra(4)):
            self.each_order(make, lambda mesh: layered(Cells(mesh),
                [((0.43, 0.5, 0.47), (1.0, 0.0, 0.0)), ((0.5, 0.52, 0.5), (0.2, 1.0, 0.1))])
                if make is not image else quadrants(Cells(mesh), (0.47, 0.53, 0),
                    (1, 0, 0), (0, 1, 0)) @ [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])

    def test_four_quadrants(self):
        for make in (image, rectilinear, pixels, lambda: image(5, 3), lambda: voxels(5)):
            self.each_order(make, lambda mesh: quadrants(Cells(mesh),
                (0.47, 0.53, 0.0), (1, 0, 0), (0, 1, 0)))

    def test_layers_within_one_cell(self):
        planes = [((0.5, 0.5, z), (0.1, 0.2, 1.0)) for z in np.linspace(0.2, 0.8, 6)]
        for make in (lambda: hexahedra(1), lambda: image(1, 3), lambda: hexahedra(3),
                     lambda: tetrahedra(2), lambda: polyhedra(3), prisms, lambda: pyramids(2)):
            self.each_order(make, lambda mesh: layered(Cells(mesh), planes))

    def test_any_number_of_materials_at_random(self):
        rng = np.random.default_rng(11)
        for make, counts in ((lambda: image(8), (2, 3, 17, 64)), (lambda: triangles(6), (5, 64)),
                             (lambda: polygons(8), (4, 64)), (lambda: image(3, 3), (3, 64)),
                             (lambda: hexahedra(3), (4,)), (lambda: polyhedra(3), (64,)),
                             (lambda: tetrahedra(2), (6,)), (prisms, (5,)), (slab, (4,)),
                             (lambda: notched(2), (3, 64))):
            for count in counts:
                values = random_materials(rng, make().GetNumberOfCells(), count, min(count, 6))
                for order, value in ORDERS.items():
                    with self.subTest(count=count, order=order):
                        self.assert_partition(make(), values, MaterialOrder=value)

    def test_all_of_64_materials_in_every_cell(self):
        rng = np.random.default_rng(12)
        for make in (lambda: image(3), lambda: image(2, 3), lambda: tetrahedra(1)):
            values = rng.uniform(0.1, 1.0, (make().GetNumberOfCells(), 64))
            values /= values.sum(axis=1)[:, None]
            self.each_order(make, lambda mesh: values)

    def test_every_method_parts_every_cell(self):
        rng = np.random.default_rng(13)
        for make in (lambda: image(6), lambda: image(3, 3), lambda: tetrahedra(2)):
            values = random_materials(rng, make().GetNumberOfCells(), 4, 4)
            for method in methods_of(make()):
                if method == "Moment of Fluid":
                    continue
                with self.subTest(method):
                    mesh = make()
                    names = with_materials(mesh, values)
                    parts = run(plic(mesh, method, arrays=names, OutputMaterials=CLIPPED))
                    found = np.zeros_like(values)
                    np.add.at(found, (cells_of(parts, "SourceCellIds"),
                        cells_of(parts, "MaterialId")), Cells(parts).measures)
                    error = np.abs(found / Cells(mesh).measures[:, None] - values)
                    self.assertLessEqual(error.max(), 1e-10)

    def test_facets_bound_the_parts(self):
        # Of the boundary of a material in a cell, what is not the cell's own is facets, inside out
        # or outside in: by the divergence theorem areas times normals add up to nothing.
        rng = np.random.default_rng(14)
        for make in (lambda: image(3, 3), lambda: tetrahedra(2), lambda: hexahedra(2)):
            mesh = make()
            values = random_materials(rng, mesh.GetNumberOfCells(), 5, 5)
            names = with_materials(mesh, values)
            interface = run(plic(mesh, arrays=names))
            parts = run(plic(mesh, arrays=names, OutputMaterials=CLIPPED))
            cells = Cells(mesh)
            facets = {}
            for i, (cell, pair) in enumerate(zip(cells_of(interface, "SourceCellIds"),
                                                 cells_of(interface, "MaterialIds"))):
                vector = cells_of(interface, "Area")[i] * cells_of(interface, "Normals")[i]
                facets.setdefault((cell, pair[0]), []).append(vector)
                facets.setdefault((cell, pair[1]), []).append(-vector)
            points = point_array(parts)
            mixed = (values > 1e-8).sum(axis=1) > 1
            checked = 0
            total = {}
            for part, (cell, material) in enumerate(zip(cells_of(parts, "SourceCellIds"),
                                                        cells_of(parts, "MaterialId"))):
                if not mixed[cell]:
                    continue
                own = np.zeros(3)
                sides = cell_sides(mesh, cell)
                for face in cell_faces(parts, part):
                    p = points[face]
                    vector = 0.5 * sum(np.cross(p[i] - p[0], p[i + 1] - p[0])
                                       for i in range(1, len(p) - 1))
                    if any(np.abs((p - on) @ n).max() < 1e-12 for on, n in sides):
                        own += vector
                total[cell, material] = total.get((cell, material), 0) + own
            for key, own in total.items():
                checked += 1
                self.assertLess(np.abs(own + sum(facets[key])).max(),
                    1e-9 * cells.measures[key[0]]**(2 / 3))
            self.assertGreater(checked, 20)

    def test_materials_that_are_absent_change_nothing(self):
        for make in (image, triangles, lambda: image(6, 3), lambda: tetrahedra(4)):
            mesh = make()
            cells = Cells(mesh)
            values = layered(cells, [((0.43, 0.5, 0.47), (1.0, 0.0, 0.0)),
                ((0.5, 0.52, 0.5), (0.2, 1.0, 0.1))])
            for columns in (np.stack([values[:, 0], 1 - values[:, 0]], axis=1), values):
                n = columns.shape[1]
                wide = np.concatenate([columns, np.zeros((cells.count, 5))], axis=1)
                for order in ORDERS.values():
                    few = run(plic(mesh, arrays=with_materials(mesh, columns),
                        MaterialOrder=order))
                    many = run(plic(mesh, arrays=with_materials(mesh, wide), MaterialOrder=order))
                    for name in ("MaterialIds", "SourceCellIds", "Normals", "Area"):
                        self.assertTrue((cells_of(few, name) == cells_of(many, name)).all(), name)
                    self.assertTrue((point_array(few) == point_array(many)).all())
                    self.assertLess(cells_of(many, "MaterialIds").max(), n)

    def test_three_arrays_of_which_two_matter_are_those_two(self):
        # By values: the facets lie in the planes of the two-material reconstruction.
        mesh = fractions(image(), shape())
        f = cells_of(mesh, "VolumeFraction")
        two = run(plic(mesh))
        names = with_materials(mesh, np.stack([np.zeros(256), f, 1 - f], axis=1))
        three = run(plic(mesh, arrays=names))
        self.assertTrue((cells_of(three, "MaterialIds") == [1, 2]).all())
        self.assertTrue((cells_of(three, "SourceCellIds") == cells_of(two, "SourceCellIds")).all())
        self.assertLess(np.abs(point_array(three) - point_array(two)).max(), 1e-12)

    def layers(self, make, heights, order=None, **settings):
        """Facets of layers with one normal: the worst distance from their planes, away from the
        mesh's boundary, and the pairs of materials by cell."""
        mesh = make()
        cells = Cells(mesh)
        normal = np.array([0.3, 1.0, 0.2 * (cells.dimension - 2)])
        normal /= np.linalg.norm(normal)
        on = [np.array([0.5, y, 0.5 * (cells.dimension - 2)]) for y in heights]
        order = list(range(len(heights) + 1)) if order is None else order
        names = with_materials(mesh, layered(cells, [(x, normal) for x in on])[:, order])
        interface = run(plic(mesh, arrays=names, **settings))
        pairs = np.sort(np.array(order)[cells_of(interface, "MaterialIds")], axis=1)
        worst = 0.0
        for facet in np.flatnonzero(inside_box(facet_centres(interface), cells.dimension)):
            self.assertEqual(pairs[facet][1] - pairs[facet][0], 1, "layers that do not touch")
            apart = (facet_points(interface, facet) - on[pairs[facet][0]]) @ normal
            worst = max(worst, np.abs(apart).max())
        return worst, set(zip(cells_of(interface, "SourceCellIds"), map(tuple, pairs)))

    def test_layers_of_some_cells_come_back_exactly(self):
        for make in (image, triangles, lambda: image(14, 3)):
            worst, _ = self.layers(make, (0.25, 0.5, 0.75), Method=mir.vtkPLICInterface.LVIRA)
            self.assertLess(worst, 1e-9)

    def test_layers_thinner_than_a_cell_keep_their_planes(self):
        # To a fifth of a cell.
        for make, size in ((image, 1 / 16), (triangles, 1 / 16), (lambda: image(6, 3), 1 / 6),
                           (lambda: tetrahedra(5), 1 / 5)):
            worst, _ = self.layers(make, (0.45, 0.47, 0.5))
            self.assertLess(worst, 0.2 * size)

    def test_the_automatic_order_finds_layers_however_they_are_listed(self):
        for make in (image, triangles, lambda: image(6, 3), lambda: tetrahedra(4)):
            for heights in ((0.45, 0.48), (0.45, 0.47, 0.5)):
                _, pairs = self.layers(make, heights)
                for order in itertools.islice(
                        itertools.permutations(range(len(heights) + 1)), 1, None, 5):
                    self.assertEqual(self.layers(make, heights, list(order))[1], pairs)


def inside_box(points, dimension):
    return ((points[:, :dimension] > 0.2) & (points[:, :dimension] < 0.8)).all(axis=1)


def cell_sides(mesh, cell):
    """A point and the unit normal of every face; of a warped one those of its triangles about the
    mean of its points."""
    points = point_array(mesh)
    sides = []
    for face in cell_faces(mesh, cell):
        p = points[face]
        middle = p.mean(axis=0)
        for i in range(len(p)):
            n = np.cross(p[i] - middle, p[(i + 1) % len(p)] - middle)
            sides.append((middle, n / np.linalg.norm(n)))
    return sides


def faces_between(mesh, labels):
    """Faces between unlike cells: inside and outside cell, and the vector of the area outwards."""
    cells = Cells(mesh)
    found = {}
    result = {}
    ids = vtkIdList()
    for cell in range(mesh.GetNumberOfCells()):
        if cells.dimension == 3:
            faces = cell_faces(mesh, cell)
        else:
            mesh.GetCellPoints(cell, ids)
            loop = [ids.GetId(i) for i in range(ids.GetNumberOfIds())]
            if mesh.GetCellType(cell) == VTK_PIXEL:
                loop[2], loop[3] = loop[3], loop[2]
            faces = [[a, b] for a, b in zip(loop, loop[1:] + loop[:1])]
        for face in faces:
            other = found.setdefault(tuple(sorted(face)), cell)
            if other == cell or labels[other] == labels[cell]:
                continue
            p = cells.points[face]
            if cells.dimension == 3:
                vector = 0.5 * sum(np.cross(p[i] - p[0], p[i + 1] - p[0])
                                   for i in range(1, len(p) - 1))
            else:
                d = p[1] - p[0]
                vector = np.array([d[1], -d[0], 0.0])
            # Cells of 2D meshes may run clockwise; wedges are seen from within.
            middle = cells.simplices[cells.owner == cell].reshape(-1, 3).mean(axis=0)
            if np.dot(p[0] - cells.origins[cell] - middle, vector) < 0:
                vector = -vector
            inside, outside = (cell, other) if labels[cell] < labels[other] else (other, cell)
            sign = 1 if inside == cell else -1
            key = tuple(np.round(p.mean(axis=0), 9))
            result[key] = (inside, (labels[inside], labels[outside]), sign * vector, len(p))
    return result


class PureFaces(unittest.TestCase):
    def assert_faces(self, mesh, labels, output):
        expected = faces_between(mesh, labels)
        self.assertEqual(output.GetNumberOfCells(), len(expected))
        self.assertEqual(field_of(output, "MixedCells"), 0)
        self.assertEqual(field_of(output, "RejectedCells"), 0)
        self.assertEqual(output.GetPoints().GetDataType(), 11)
        source, pairs = cells_of(output, "SourceCellIds"), cells_of(output, "MaterialIds")
        normals, areas = cells_of(output, "Normals"), cells_of(output, "Area")
        for facet, centre in enumerate(facet_centres(output)):
            key = tuple(np.round(centre, 9) + 0.0)
            self.assertIn(key, expected)
            inside, materials, vector, points = expected.pop(key)
            self.assertEqual(source[facet], inside)
            self.assertEqual(tuple(pairs[facet]), materials)
            self.assertLess(np.abs(areas[facet] * normals[facet] - vector).max(), 1e-14)
            p = facet_points(output, facet)
            self.assertEqual(len(p), points)
            if points == 2:
                d = p[1] - p[0]
                self.assertGreater(np.dot((d[1], -d[0], 0.0), vector), 0.0)
            else:
                around = sum(np.cross(p[i] - p[0], p[i + 1] - p[0]) for i in range(1, points - 1))
                self.assertGreater(np.dot(around, vector), 0.0)

    def test_labels_give_exactly_the_faces_between_unlike_cells(self):
        rng = np.random.default_rng(3)
        for make in (lambda: image(7), rectilinear, curvilinear, quads, pixels, triangles, mixed_2d,
                     polygons, lambda: image(5, 3), lambda: curvilinear(4, 3), lambda: hexahedra(4),
                     lambda: voxels(4), lambda: tetrahedra(3), lambda: wedges(3), lambda: notched(2),
                     lambda: pyramids(3), lambda: polyhedra(4), prisms, lambda: slab(6)):
            mesh = make()
            for count in (2, 3, 7):
                with self.subTest(mesh=mesh.GetClassName(), cell=mesh.GetCellType(0), count=count):
                    labels = rng.integers(0, count, mesh.GetNumberOfCells())
                    values = np.eye(count)[labels]
                    output = run(plic(mesh, arrays=with_materials(mesh, values)))
                    self.assert_faces(mesh, labels, output)

    def test_one_array_of_noughts_and_ones(self):
        rng = np.random.default_rng(4)
        for make in (image, triangles, lambda: image(5, 3)):
            mesh = make()
            labels = rng.integers(0, 2, mesh.GetNumberOfCells())
            set_cells(mesh, "f", 1.0 - labels)
            self.assert_faces(mesh, labels, run(plic(mesh, arrays=("f",))))

    def test_a_block_of_one_material_has_its_surface(self):
        labels = np.ones((8, 8, 8), dtype=int)
        labels[2:5, 3:5, 1:6] = 0
        mesh = image(8, 3)
        output = run(plic(mesh, arrays=with_materials(mesh, np.eye(2)[labels.ravel()])))
        self.assertAlmostEqual(cells_of(output, "Area").sum() * 64, 2 * (3 * 2 + 3 * 5 + 2 * 5),
            delta=1e-10)
        check_contract(self, output)

    def test_facets_of_mixed_and_of_full_cells_close_the_interface(self):
        # A square that mixes the cells of its left and right sides and fills cells above and below.
        f = np.zeros((16, 16))
        f[4:12, 3:13] = 1.0
        f[4:12, 3] = f[4:12, 12] = 0.25
        mesh = set_cells(image(), "f", f.ravel())
        output = run(plic(mesh, arrays=("f",)))
        full = np.isin(cells_of(output, "SourceCellIds"), np.flatnonzero(f.ravel() == 1.0))
        self.assertEqual(full.sum(), 2 * 8)
        self.assertEqual((~full).sum(), 2 * 8)
        self.assertTrue((np.abs(cells_of(output, "Normals")[full][:, 1]) == 1.0).all())


class Normalize(unittest.TestCase):
    def values(self, mesh):
        return layered(Cells(mesh), [((0.43, 0.5, 0.47), (1.0, 0.0, 0.0)),
            ((0.5, 0.52, 0.5), (0.2, 1.0, 0.1))])

    def assert_close(self, a, b):
        self.assertTrue((cells_of(a, "SourceCellIds") == cells_of(b, "SourceCellIds")).all())
        self.assertTrue((cells_of(a, "MaterialIds") == cells_of(b, "MaterialIds")).all())
        self.assertLess(np.abs(point_array(a) - point_array(b)).max(), 1e-10)

    def test_sums_are_rescaled_and_counted(self):
        rng = np.random.default_rng(8)
        for make in (image, triangles, lambda: image(6, 3)):
            mesh = make()
            values = self.values(mesh)
            right = run(plic(mesh, arrays=with_materials(mesh, values)))
            keep = right.NewInstance()
            keep.DeepCopy(right)
            off = rng.choice(len(values), 20, replace=False)
            scaled = values.copy()
            # Below 1: none of them leaves [0, 1].
            scaled[off] *= rng.uniform(0.5, 0.9, 20)[:, None]
            names = with_materials(mesh, scaled)
            self.assertIn("20 such cells", run_failing(plic(mesh, arrays=names)))
            output = run(plic(mesh, arrays=names, Normalize=True))
            self.assertEqual(field_of(output, "NormalizedCells"), 20)
            self.assert_close(output, keep)

    def test_what_leaves_the_bounds_is_moved_in(self):
        f = cells_of(fractions(image(), shape()), "VolumeFraction").copy()
        mesh = set_cells(image(), "f", f)
        right = run(plic(mesh, arrays=("f",)))
        keep = right.NewInstance()
        keep.DeepCopy(right)
        full, empty = np.flatnonzero(f == 1)[:7], np.flatnonzero(f == 0)[:5]
        f[full] = 1.3
        f[empty] = -0.1
        output = run(plic(set_cells(image(), "f", f), arrays=("f",), Normalize=True))
        self.assertEqual(field_of(output, "NormalizedCells"), 12)
        self.assert_close(output, keep)

    def test_good_fractions_are_left_alone(self):
        mesh = image()
        names = with_materials(mesh, self.values(mesh))
        off = run(plic(mesh, arrays=names))
        keep = off.NewInstance()
        keep.DeepCopy(off)
        on = run(plic(mesh, arrays=names, Normalize=True))
        self.assertEqual(field_of(on, "NormalizedCells"), 0)
        self.assertTrue((point_array(on) == point_array(keep)).all())

    def test_single_precision_sums_are_no_error(self):
        mesh = image()
        values = self.values(mesh).astype(np.float32)
        output = run(plic(mesh, arrays=with_materials(mesh, values)))
        self.assertEqual(field_of(output, "NormalizedCells"), 0)
        parts = run(plic(mesh, arrays=with_materials(mesh, values), OutputMaterials=CLIPPED))
        found = np.zeros(values.shape)
        np.add.at(found, (cells_of(parts, "SourceCellIds"), cells_of(parts, "MaterialId")),
            Cells(parts).measures)
        self.assertLess(np.abs(found.sum(axis=1) * 256 - 1).max(), 1e-10)
        self.assertLess(np.abs(found * 256 - values).max(), 1e-6)


if __name__ == "__main__":
    unittest.main()
