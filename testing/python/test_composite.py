"""PLIC Interface on composite data: every block as it would be alone, and AMR as one mesh."""
import unittest

import numpy as np
from vtkmodules.vtkCommonDataModel import (VTK_XYZ_GRID, VTK_XY_PLANE, vtkAMRBox, vtkCompositeDataSet, vtkMultiBlockDataSet,
    vtkOverlappingAMR, vtkPartitionedDataSet, vtkPartitionedDataSetCollection, vtkUniformGrid)

import mir
from cellmeasures import Cells, facet_centres, point_array
from mirtest import *

CLIPPED = mir.vtkPLICInterface.CLIPPED_CELLS
FIELDS = ("MixedCells", "ReconstructedCells", "RejectedCells", "FallbackCells", "NormalizedCells",
    "Milliseconds")


def disc(make=image, **settings):
    return fractions(make(), shape(**settings))


def copied(data):
    copy = data.NewInstance()
    copy.DeepCopy(data)
    return copy


def collection(*blocks):
    """blocks: data sets, None or lists of these; named by their position."""
    result = vtkMultiBlockDataSet()
    result.SetNumberOfBlocks(len(blocks))
    for i, block in enumerate(blocks):
        if isinstance(block, (list, tuple)):
            block = collection(*block)
        result.SetBlock(i, block)
        result.GetMetaData(i).Set(vtkCompositeDataSet.NAME(), "part %d" % i)
    return result


class Base(unittest.TestCase):
    def assert_same(self, found, alone):
        """Bit for bit."""
        self.assertEqual(found.GetClassName(), alone.GetClassName())
        self.assertEqual(found.GetNumberOfCells(), alone.GetNumberOfCells())
        self.assertGreater(alone.GetNumberOfCells(), 0)
        self.assertTrue((point_array(found) == point_array(alone)).all())
        data = alone.GetCellData()
        self.assertEqual(found.GetCellData().GetNumberOfArrays(), data.GetNumberOfArrays())
        for i in range(data.GetNumberOfArrays()):
            name = data.GetArrayName(i)
            self.assertTrue((cells_of(found, name) == cells_of(alone, name)).all(), name)
        for name in FIELDS[:-1]:
            self.assertEqual(field_of(found, name), field_of(alone, name), name)
        self.assertEqual(field_of(found, "Method"), field_of(alone, "Method"))


class Blocks(Base):
    def test_every_block_is_as_it_would_be_alone(self):
        meshes = [disc(), disc(triangles), fractions(image(6, 3), sphere()),
            fractions(tetrahedra(4), sphere())]
        for kind in (mir.vtkPLICInterface.INTERFACE, CLIPPED):
            alone = [copied(run(plic(mesh, OutputMaterials=kind))) for mesh in meshes]
            output = run(plic(collection(meshes[0], [meshes[1], [meshes[2]], None],
                vtkUnstructuredGrid(), None, meshes[3]), OutputMaterials=kind))
            self.assertEqual(output.GetClassName(), "vtkMultiBlockDataSet")
            self.assertEqual(output.GetNumberOfBlocks(), 5)
            nested = output.GetBlock(1)
            self.assertEqual(nested.GetNumberOfBlocks(), 3)
            self.assert_same(output.GetBlock(0), alone[0])
            self.assert_same(nested.GetBlock(0), alone[1])
            self.assert_same(nested.GetBlock(1).GetBlock(0), alone[2])
            self.assert_same(output.GetBlock(4), alone[3])
            self.assertIsNone(nested.GetBlock(2))
            for i in (2, 3):
                self.assertTrue(output.GetBlock(i) is None or
                    output.GetBlock(i).GetNumberOfCells() == 0)
            self.assertEqual(output.GetMetaData(4).Get(vtkCompositeDataSet.NAME()), "part 4")
            self.assertEqual(nested.GetMetaData(1).Get(vtkCompositeDataSet.NAME()), "part 1")

    def test_partitioned_data_stay_partitioned(self):
        meshes = [disc(), disc(triangles)]
        alone = [copied(run(plic(mesh))) for mesh in meshes]
        partitions = vtkPartitionedDataSet()
        for i, mesh in enumerate(meshes):
            partitions.SetPartition(i, mesh)
        partitions.SetPartition(2, None)
        output = run(plic(partitions))
        self.assertEqual(output.GetClassName(), "vtkPartitionedDataSet")
        self.assertEqual(output.GetNumberOfPartitions(), 3)
        for i in (0, 1):
            self.assert_same(output.GetPartition(i), alone[i])
        group = vtkPartitionedDataSetCollection()
        group.SetPartitionedDataSet(0, partitions)
        group.SetPartition(1, 0, meshes[1])
        group.GetMetaData(1).Set(vtkCompositeDataSet.NAME(), "second")
        output = run(plic(group))
        self.assertEqual(output.GetClassName(), "vtkPartitionedDataSetCollection")
        self.assertEqual(output.GetNumberOfPartitionedDataSets(), 2)
        self.assert_same(output.GetPartition(0, 0), alone[0])
        self.assert_same(output.GetPartition(0, 1), alone[1])
        self.assert_same(output.GetPartition(1, 0), alone[1])
        self.assertEqual(output.GetMetaData(1).Get(vtkCompositeDataSet.NAME()), "second")

    def test_the_kind_of_output_follows_the_input(self):
        # One filter that meets one kind after the other.
        algorithm = plic(disc())
        for data, kind in ((disc(), "vtkPolyData"), (collection(disc()), "vtkMultiBlockDataSet"),
                           (disc(triangles), "vtkPolyData")):
            algorithm.SetInputDataObject(0, data)
            self.assertEqual(run(algorithm).GetClassName(), kind)
            algorithm.SetOutputMaterials(CLIPPED)
            self.assertEqual(run(algorithm).GetClassName(), kind.replace("vtkPolyData",
                "vtkUnstructuredGrid"))
            algorithm.SetOutputMaterials(mir.vtkPLICInterface.INTERFACE)

    def test_blocks_without_the_arrays_give_one_warning_with_their_count(self):
        good = disc()
        output, text = run_warning(plic(collection(image(), good, [triangles(), image(4)])))
        self.assertIn("3 of 4 blocks", text)
        self.assertIn("'VolumeFraction'", text)
        self.assert_same(output.GetBlock(1), run(plic(good)))
        self.assertIsNone(output.GetBlock(0))

    def test_blocks_without_mixed_cells_are_empty_without_a_word(self):
        full = set_cells(image(), "VolumeFraction", np.ones(256))
        output = run(plic(collection(full, disc())))
        self.assertEqual(output.GetBlock(0).GetNumberOfCells(), 0)
        self.assertEqual(field_of(output.GetBlock(0), "MixedCells"), 0)

    def test_methods_that_do_not_apply_give_one_warning_for_all_blocks(self):
        meshes = [disc(triangles), disc(quads), disc()]
        counts = [len(mixed_cells(mesh)) for mesh in meshes]
        output, text = run_warning(plic(collection(*meshes), "Youngs"))
        self.assertIn("%d of %d mixed cells" % (sum(counts[:2]), sum(counts)), text)
        for i, fallback in enumerate((counts[0], counts[1], 0)):
            self.assertEqual(field_of(output.GetBlock(i), "FallbackCells"), fallback)

    def test_that_warning_is_the_same_in_any_order_of_the_blocks(self):
        meshes = [disc(triangles), disc(quads), disc()]
        texts = [run_warning(plic(collection(*order), "Youngs"))[1].split("): ")[-1]
                 for order in (meshes, meshes[::-1])]
        self.assertEqual(texts[0], texts[1])

    def test_errors_name_the_block_and_leave_nothing(self):
        bad = disc()
        cells_of(bad, "VolumeFraction")[17] = np.nan
        for data, name in ((collection(disc(), bad), "'part 1'"),
                           (collection(disc(), [image(), bad]), "'part 1'")):
            algorithm = plic(data)
            text = run_failing(algorithm)
            self.assertIn("block " + name, text)
            self.assertIn("cell 17;", text)
            output = algorithm.GetOutputDataObject(0)
            self.assertEqual(output.GetNumberOfCells(), 0)
        nameless = vtkMultiBlockDataSet()
        nameless.SetNumberOfBlocks(2)
        nameless.SetBlock(1, bad)
        self.assertIn("block 2", run_failing(plic(nameless)))

    def test_nothing_at_all_is_nothing(self):
        for data in (vtkMultiBlockDataSet(), vtkPartitionedDataSet(),
                     vtkPartitionedDataSetCollection(), collection(None, [None, []])):
            output = run(plic(data))
            self.assertEqual(output.GetClassName(), data.GetClassName())
            self.assertEqual(output.GetNumberOfCells(), 0)

    def test_many_materials_in_many_blocks(self):
        def three(make):
            inner = cells_of(disc(make, radius=0.2), "VolumeFraction")
            outer = cells_of(disc(make), "VolumeFraction")
            mesh = make()
            for name, values in zip("abc", (inner, outer - inner, 1 - outer)):
                set_cells(mesh, name, values)
            return mesh
        output = run(plic(collection(three(image), three(triangles)), arrays=("a", "b", "c")))
        for i, make in enumerate((image, triangles)):
            self.assert_same(output.GetBlock(i), run(plic(three(make), arrays=("a", "b", "c"))))


def hierarchy(boxes, truth, dimension=2, coarse=8, ratio=2):
    """Overlapping AMR over the unit box. boxes: for each level (low, high) cells in its indices."""
    amr = vtkOverlappingAMR()
    amr.Initialize(len(boxes), [len(level) for level in boxes])
    amr.SetOrigin((0.0, 0.0, 0.0))
    amr.SetGridDescription(VTK_XYZ_GRID if dimension == 3 else VTK_XY_PLANE)
    for level, some in enumerate(boxes):
        h = 1.0 / (coarse * ratio**level)
        amr.SetSpacing(level, (h, h, h))
        amr.SetRefinementRatio(level, ratio)
        for index, (low, high) in enumerate(some):
            low, high = np.array(low), np.array(high)
            grid = vtkUniformGrid()
            dimensions = [int(b - a) + 2 for a, b in zip(low, high)] + [1] * (3 - dimension)
            grid.SetDimensions(dimensions)
            grid.SetSpacing(h, h, h)
            grid.SetOrigin(*(list(low * h) + [0.0] * (3 - dimension)))
            f = fractions(copied(grid), truth())
            set_cells(grid, "VolumeFraction", cells_of(f, "VolumeFraction"))
            amr.SetAMRBox(level, index, vtkAMRBox(grid.GetOrigin(), grid.GetDimensions(), (h, h, h),
                (0.0, 0.0, 0.0), amr.GetGridDescription()))
            amr.SetDataSet(level, index, grid)
    return amr


def visible(amr, boxes, ratio=2):
    """For every grid which of its cells no finer box covers, by the boxes' indices alone."""
    result = {}
    for level, some in enumerate(boxes):
        for index, (low, high) in enumerate(some):
            ranges = [np.arange(a, b + 1) for a, b in zip(low, high)]
            shape_ = [len(r) for r in reversed(ranges)]
            shown = np.ones(shape_, dtype=bool)
            for flow, fhigh in (boxes[level + 1] if level + 1 < len(boxes) else []):
                inside = [(r >= a // ratio) & (r <= b // ratio)
                          for r, a, b in zip(ranges, flow, fhigh)]
                shown &= ~np.logical_and.reduce(np.meshgrid(*reversed(inside), indexing="ij"))
            result[level, index] = shown.ravel()
    return result


# Two levels; two boxes of the finer one touch.
BOXES_2D = [[((0, 0), (7, 7))], [((4, 4), (9, 15)), ((10, 6), (13, 15))]]
# Three levels, the coarsest in two boxes.
BOXES_3 = [[((0, 0), (3, 7)), ((4, 0), (7, 7))], [((2, 2), (11, 13))], [((6, 6), (15, 17))]]
BOXES_3D = [[((0, 0, 0), (7, 7, 7))], [((4, 4, 4), (11, 9, 11))]]


class AMR(Base):
    cases = ((BOXES_2D, 2, lambda: shape(radius=0.3, centre=(0.48, 0.51, 0.0))),
        (BOXES_3, 2, lambda: shape(radius=0.31, centre=(0.47, 0.52, 0.0))),
        (BOXES_3D, 3, lambda: sphere((0.48, 0.51, 0.5), 0.3)))

    def grids(self, amr):
        for level in range(amr.GetNumberOfLevels()):
            for index in range(amr.GetNumberOfDataSets(level)):
                yield level, index, amr.GetDataSet(level, index)

    def test_mixed_cells_that_are_seen_have_facets_that_hold_their_fractions(self):
        for boxes, dimension, truth in self.cases:
            amr = hierarchy(boxes, truth, dimension)
            shown = visible(amr, boxes)
            output = run(plic(amr))
            self.assertEqual(output.GetClassName(), "vtkMultiBlockDataSet")
            self.assertEqual(output.GetNumberOfBlocks(), len(boxes))
            for level, index, grid in self.grids(amr):
                facets = output.GetBlock(level).GetBlock(index)
                f = cells_of(grid, "VolumeFraction")
                mixed = np.flatnonzero((f > 1e-8) & (f < 1 - 1e-8) & shown[level, index])
                self.assertEqual(field_of(facets, "MixedCells"), len(mixed))
                if len(mixed) == 0:
                    continue
                source = cells_of(facets, "SourceCellIds")
                self.assertEqual(sorted(source), list(mixed))
                check_contract(self, facets)
                plain = image()
                plain.SetDimensions(grid.GetDimensions())
                plain.SetSpacing(grid.GetSpacing())
                plain.SetOrigin(grid.GetOrigin())
                cells = Cells(plain)
                on, normals = np.array(cells.origins), np.tile([1.0, 0, 0], (cells.count, 1))
                on[source] = facet_centres(facets)
                normals[source] = cells_of(facets, "Normals")
                held = cells.below(on, normals)[0] / cells.measures
                self.assertLessEqual(np.abs(held - f)[mixed].max(), 1e-12)

    def test_material_cells_have_the_volume_of_the_shape(self):
        for boxes, dimension, truth in self.cases:
            amr = hierarchy(boxes, truth, dimension)
            output = run(plic(amr, OutputMaterials=CLIPPED))
            totals = np.zeros(2)
            for level, index, grid in self.grids(amr):
                parts = output.GetBlock(level).GetBlock(index)
                if parts.GetNumberOfCells():
                    np.add.at(totals, cells_of(parts, "MaterialId"), Cells(parts).measures)
            radius = 0.31 if boxes is BOXES_3 else 0.3
            exact = np.pi * radius**2 if dimension == 2 else 4 / 3 * np.pi * radius**3
            self.assertAlmostEqual(totals[0], exact, delta=1e-10)
            self.assertAlmostEqual(totals.sum(), 1.0, delta=1e-10)

    def test_away_from_coarser_levels_facets_are_those_of_one_grid(self):
        for boxes, dimension, truth in self.cases:
            amr = hierarchy(boxes, truth, dimension)
            output = run(plic(amr, "Mixed Youngs-Centered"))
            level = len(boxes) - 1
            n = 8 * 2**level
            whole = run(plic(fractions(image(n, dimension), truth()), "Mixed Youngs-Centered"))
            rows = {cell: i for i, cell in enumerate(cells_of(whole, "SourceCellIds"))}
            compared = across = 0
            for index, (low, high) in enumerate(boxes[level]):
                facets = output.GetBlock(level).GetBlock(index)
                size = np.array(high) - low + 1
                for facet, cell in enumerate(cells_of(facets, "SourceCellIds")):
                    place = np.array(low)
                    rest = cell
                    for axis in range(dimension):
                        place[axis] += rest % size[axis]
                        rest //= size[axis]
                    # All cells about it are of the same level, its own box's or another's.
                    about = [np.array(place) + step for step in np.ndindex(*[3] * dimension)]
                    inside = [any((a - 1 >= l).all() and (a - 1 <= h).all()
                        for l, h in boxes[level]) for a in about]
                    if not all(inside):
                        continue
                    own = all((a - 1 >= low).all() and (a - 1 <= high).all() for a in about)
                    row = rows[int(sum(p * n**axis for axis, p in enumerate(place)))]
                    difference = facet_points(facets, facet) - facet_points(whole, row)
                    self.assertLess(np.abs(difference).max(), 1e-12)
                    compared += 1
                    across += not own
            self.assertGreater(compared, 3)
            if boxes is BOXES_2D:
                self.assertGreater(across, 0)

    def test_labels_have_their_faces_once_also_where_boxes_meet(self):
        # A square of full cells over the border of two boxes of one level.
        amr = hierarchy([[((0, 0), (3, 7)), ((4, 0), (7, 7))]], lambda: shape(), 2)
        length = 0.0
        for level, index, grid in self.grids(amr):
            f = np.zeros((8, 4))
            f[2:5, 2:] = 1.0 if index == 0 else 0.0
            f[2:5, :2] = 0.0 if index == 0 else 1.0
            set_cells(grid, "VolumeFraction", f.ravel())
        output = run(plic(amr))
        for index in (0, 1):
            facets = output.GetBlock(0).GetBlock(index)
            length += cells_of(facets, "Area").sum()
        self.assertAlmostEqual(length * 8, 2 * (4 + 3), delta=1e-12)

    def test_grids_that_are_not_there_are_skipped(self):
        boxes = [[((0, 0), (3, 7)), ((4, 0), (7, 7))]]
        amr = hierarchy(boxes, lambda: shape(radius=0.3), 2)
        missing = vtkOverlappingAMR()
        missing.Initialize(1, [2])
        missing.SetOrigin((0.0, 0.0, 0.0))
        missing.SetGridDescription(VTK_XY_PLANE)
        missing.SetSpacing(0, amr.GetDataSet(0, 0).GetSpacing())
        for i in (0, 1):
            missing.SetAMRBox(0, i, amr.GetAMRBox(0, i))
        missing.SetDataSet(0, 1, amr.GetDataSet(0, 1))
        output = run(plic(missing))
        facets = output.GetBlock(0).GetBlock(1)
        self.assertEqual(set(cells_of(facets, "SourceCellIds")),
            set(mixed_cells(amr.GetDataSet(0, 1))))
        self.assertIsNone(output.GetBlock(0).GetBlock(0))

    def test_errors_name_the_grid(self):
        boxes, dimension, truth = self.cases[0]
        amr = hierarchy(boxes, truth, dimension)
        cells_of(amr.GetDataSet(1, 1), "VolumeFraction")[3] = 1.5
        text = run_failing(plic(amr))
        self.assertIn("block 1 of level 1", text)
        self.assertIn("'VolumeFraction'", text)

    def test_cells_under_finer_ones_may_hold_anything(self):
        boxes, dimension, truth = self.cases[0]
        amr = hierarchy(boxes, truth, dimension)
        alone = copied(run(plic(amr)))
        shown = visible(amr, boxes)
        values = cells_of(amr.GetDataSet(0, 0), "VolumeFraction")
        values[~shown[0, 0]] = np.nan
        amr.GetDataSet(0, 0).Modified()
        output = run(plic(amr))
        for level, index, _ in self.grids(amr):
            a, b = (o.GetBlock(level).GetBlock(index) for o in (alone, output))
            self.assertTrue((point_array(a) == point_array(b)).all())


if __name__ == "__main__":
    unittest.main()
