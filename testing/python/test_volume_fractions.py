"""Laws of Benchmark Shape and Volume Fractions: exact areas and volumes on every kind of mesh."""
import math
import unittest

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkSphere
from vtkmodules.vtkCommonTransforms import vtkTransform
from vtkmodules.vtkFiltersGeneral import vtkTransformPolyDataFilter
from vtkmodules.vtkFiltersVerdict import vtkCellSizeFilter

import mir
from mirtest import *


def cell_sizes(mesh):
    """Areas or volumes by VTK, for cells whose faces are planar."""
    size = vtkCellSizeFilter()
    size.SetInputDataObject(mesh)
    size.Update()
    dimension = mesh.GetCell(0).GetCellDimension()
    return cells_of(size.GetOutput(), "Area" if dimension == 2 else "Volume")


def box_below(normal, constant):
    """Volume of the unit cube (or square) in normal . x <= constant: Scardovelli and Zaleski 2000."""
    m = [abs(c) for c in normal]
    alpha = constant - sum(c for c in normal if c < 0)
    total = 0.0
    for bits in range(2**len(m)):
        chosen = [m[i] for i in range(len(m)) if bits >> i & 1]
        total += (-1)**len(chosen) * max(0.0, alpha - sum(chosen))**len(m)
    return total / (math.factorial(len(m)) * math.prod(m))


class VolumeFractions(unittest.TestCase):
    def test_fractions_are_in_range_and_complementary(self):
        for name, make in {**MESHES_2D, **MESHES_3D}.items():
            with self.subTest(name):
                mesh = make()
                truth = shape() if mesh.GetCell(0).GetCellDimension() == 2 else sphere()
                output = fractions(mesh, truth)
                inside = cells_of(output, "VolumeFraction")
                self.assertEqual(inside.dtype, np.float64)
                self.assertTrue(((inside >= 0) & (inside <= 1)).all())
                self.assertTrue((cells_of(output, "VolumeFractionOutside") == 1 - inside).all())
                self.assertEqual(output.GetClassName(), mesh.GetClassName())
                self.assertEqual(output.GetNumberOfCells(), mesh.GetNumberOfCells())
                self.assertGreater(len(mixed_cells(output)), 10)

    def test_areas_of_every_shape_on_every_mesh(self):
        for name, make in MESHES_2D.items():
            mesh = make()
            sizes = cell_sizes(mesh)
            if name == "polygons" or name == "mixed":
                # VTK's own sizes of non-convex and of clockwise cells are not to be relied on.
                sizes = np.array([abs(shoelace(mesh, c)) for c in range(mesh.GetNumberOfCells())])
            self.assertAlmostEqual(sizes.sum(), 1.0, delta=1e-12)
            for kind, value in SHAPES_2D.items():
                if kind == "Spiral":
                    continue  # its area has no short formula; the unit tests have the long one
                with self.subTest(mesh=name, shape=kind):
                    for angle in (0.0, 33.0):
                        output = fractions(mesh, shape(value, (0.51, 0.48, 0.0), 0.4, angle))
                        found = (cells_of(output, "VolumeFraction") * sizes).sum()
                        self.assertAlmostEqual(found / shape_area(kind, 0.4), 1.0, delta=1e-12)

    def test_spheres_on_every_mesh(self):
        for name, make in MESHES_3D.items():
            with self.subTest(name):
                mesh = make()
                # Any union of cells that covers the sphere: differences between two spheres in
                # cells of unknown size cancel, so take sizes from a half-space that holds all.
                sizes = sizes_3d(mesh)
                self.assertAlmostEqual(sizes.sum(), 1.0, delta=1e-12)
                for truth in (sphere((0.48, 0.5, 0.52), 0.4), implicit_sphere((0.48, 0.5, 0.52), 0.4)):
                    output = fractions(mesh, truth)
                    found = (cells_of(output, "VolumeFraction") * sizes).sum()
                    self.assertAlmostEqual(found / (4 / 3 * math.pi * 0.4**3), 1.0, delta=1e-12)

    def test_half_spaces_on_every_mesh(self):
        for name, make in {**MESHES_2D, **{"3D " + k: v for k, v in MESHES_3D.items()}}.items():
            mesh = make()
            flat = mesh.GetCell(0).GetCellDimension() == 2
            if flat:
                sizes = np.array([abs(shoelace(mesh, c)) for c in range(mesh.GetNumberOfCells())])
            else:
                sizes = sizes_3d(mesh)
            for normal in ((0.6, 0.3, 0.7), (-0.2, 0.9, 0.5), (0.3, -0.4, -0.8)):
                with self.subTest(mesh=name, normal=normal):
                    plane = vtkPlane()
                    plane.SetNormal(*normal)
                    plane.SetOrigin(0.45, 0.52, 0.0 if flat else 0.5)
                    output = fractions(mesh, plane)
                    n = normal[:2] if flat else normal
                    constant = np.dot(normal, plane.GetOrigin())
                    found = (cells_of(output, "VolumeFraction") * sizes).sum()
                    self.assertAlmostEqual(found, box_below(n, constant), delta=1e-12)

    def test_implicit_sphere_in_the_plane_is_its_circle(self):
        ball = implicit_sphere((0.5, 0.5, 0.3), 0.5)
        found = cells_of(fractions(quads(), ball), "VolumeFraction")
        circle = cells_of(fractions(quads(), shape(radius=0.4)), "VolumeFraction")
        self.assertLess(np.abs(found - circle).max(), 1e-12)

    def test_slab_has_the_fractions_of_its_face(self):
        for axis in (0, 1, 2):
            centre = np.roll([0.5, 0.5, 0.0], axis - 2)
            flat = cells_of(fractions(quads(), shape()), "VolumeFraction")
            ball = implicit_sphere((0.5, 0.5, 0.0), 0.35)
            mesh = slab(warp=0.05, axis=axis)
            if axis == 2:
                found = cells_of(fractions(mesh, shape()), "VolumeFraction")
            else:
                turned = transform_filter(shape(), np.roll(np.eye(3), axis - 2, axis=0))
                # Moved points: the polygon that is drawn counts, within a 720-gon's sagitta.
                found = cells_of(fractions(mesh, turned), "VolumeFraction")
            self.assertLess(np.abs(found - flat).max(), 1e-14 if axis == 2 else 1e-4)
            self.assertEqual(found.min(), 0.0)
            self.assertEqual(found.max(), 1.0)

    def test_drawn_polygon_counts_once_its_points_have_moved(self):
        sizes = cell_sizes(image())
        moved = transform_filter(shape(radius=0.2), 1.5 * np.eye(3), (-0.25, -0.25, 0.0))
        found = (cells_of(fractions(image(), moved), "VolumeFraction") * sizes).sum()
        polygon = 0.5 * 720 * 0.3**2 * math.sin(2 * math.pi / 720)
        self.assertAlmostEqual(found / polygon, 1.0, delta=1e-12)
        self.assertGreater(abs(found / (math.pi * 0.3**2) - 1.0), 1e-6)

    def test_resolution_changes_the_drawing_and_not_the_truth(self):
        coarse, fine = shape(), shape()
        coarse.SetResolution(8)
        fine.SetResolution(5000)
        a = cells_of(fractions(image(), coarse), "VolumeFraction")
        b = cells_of(fractions(image(), fine), "VolumeFraction")
        self.assertTrue((a == b).all())
        self.assertEqual(run(coarse).GetNumberOfPoints(), 8)
        self.assertEqual(run(fine).GetNumberOfPoints(), 5000)

    def test_time_turns_the_shape_once_per_unit(self):
        star = shape(SHAPES_2D["Star"])
        start = cells_of(fractions(image(), star), "VolumeFraction").copy()
        star.SetTime(1.0)
        self.assertLess(np.abs(cells_of(fractions(image(), star), "VolumeFraction") - start).max(),
            1e-12)
        star.SetTime(0.2)  # a fifth: the star's own symmetry
        self.assertLess(np.abs(cells_of(fractions(image(), star), "VolumeFraction") - start).max(),
            1e-12)
        star.SetTime(0.1)
        turned = cells_of(fractions(image(), star), "VolumeFraction").copy()
        star.SetTime(0.0)
        star.SetAngle(36.0)
        self.assertLess(np.abs(cells_of(fractions(image(), star), "VolumeFraction") - turned).max(),
            1e-12)

    def test_holes_and_bodies_of_plain_polygons(self):
        from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
        from vtkmodules.vtkFiltersCore import vtkAppendPolyData

        def square(low, high, lines):
            data = vtkPolyData()
            data.SetPoints(vtk_points(np.array(
                [(low, low, 0.0), (high, low, 0.0), (high, high, 0.0), (low, high, 0.0)])))
            cells = vtkCellArray()
            cells.InsertNextCell(5 if lines else 4, [0, 1, 2, 3, 0] if lines else [0, 1, 2, 3])
            data.SetLines(cells) if lines else data.SetPolys(cells)
            return data
        for lines in (False, True):
            append = vtkAppendPolyData()
            for low, high in ((0.1, 0.9), (0.2, 0.8), (0.35, 0.55)):
                append.AddInputData(square(low, high, lines))
            output = fractions(triangles(), append)
            sizes = np.array([abs(shoelace(output, c)) for c in range(output.GetNumberOfCells())])
            found = (cells_of(output, "VolumeFraction") * sizes).sum()
            # A square with a hole and an island in the hole.
            self.assertAlmostEqual(found, 0.8**2 - 0.6**2 + 0.2**2, delta=1e-12)

    def test_far_and_scaled_meshes_have_the_same_fractions(self):
        for make, truth in ((curvilinear, shape), (lambda: curvilinear(8, 3), sphere)):
            mesh = make()
            dimension = mesh.GetCell(0).GetCellDimension()
            here = cells_of(fractions(mesh, truth()), "VolumeFraction")
            centre = np.array([0.5, 0.5, 0.5 if dimension == 3 else 0.0])
            for scale in (1e-9, 1e9):
                found = fractions(transformed(mesh, scale * np.eye(3)),
                    truth(centre=scale * centre, radius=scale * 0.35))
                self.assertLess(np.abs(cells_of(found, "VolumeFraction") - here).max(), 1e-12)
            # A double has a grid of 1.2e-10 near 1e6: points move by that much, in cells of 1 / 16.
            shift = np.array([1e6, -1e6, 1e6])
            found = fractions(transformed(mesh, np.eye(3), shift), truth(centre=centre + shift))
            self.assertLess(np.abs(cells_of(found, "VolumeFraction") - here).max(), 1e-8)

    def test_ghost_cells_and_other_arrays_stay(self):
        mesh = set_cells(image(), "payload", np.arange(256.0))
        output = fractions(mesh, shape())
        self.assertTrue((cells_of(output, "payload") == np.arange(256.0)).all())
        self.assertEqual(mesh.GetCellData().GetNumberOfArrays(), 1, "the input is not touched")


class BenchmarkShape(unittest.TestCase):
    def test_outlines_are_closed_polygons_with_their_definition(self):
        for name, kind in SHAPES_2D.items():
            output = run(shape(kind, (0.5, 0.5, 0.7)))
            self.assertEqual(output.GetNumberOfCells(), 2 if name == "Two Bodies" else 1)
            self.assertEqual(field_of(output, "BenchmarkShape"), name)
            points = np.array([output.GetPoint(i) for i in range(output.GetNumberOfPoints())])
            self.assertTrue((points[:, 2] == 0.7).all())
            radii = np.linalg.norm(points[:, :2] - 0.5, axis=1)
            self.assertLess(radii.max(), 0.35 * 1.003)
            self.assertGreater(shoelace(output, 0), 0.0, "outer loops run counter-clockwise")

    def test_sphere_is_closed(self):
        from vtkmodules.vtkFiltersCore import vtkFeatureEdges
        for source in (sphere(), shape(0, dimension=3)):
            edges = vtkFeatureEdges()
            edges.SetInputConnection(source.GetOutputPort())
            edges.FeatureEdgesOff()
            edges.Update()
            self.assertEqual(edges.GetOutput().GetNumberOfCells(), 0)

    def test_3d_forms_that_do_not_exist_are_errors(self):
        text = run_failing(shape(SHAPES_2D["Star"], dimension=3))
        self.assertIn("3D", text)

    def test_radius_must_be_positive(self):
        for radius in (0.0, -1.0, math.nan, math.inf):
            self.assertIn("Radius", run_failing(shape(radius=radius)))


def shoelace(mesh, cell):
    points = facet_points(mesh, cell)
    if mesh.GetCellType(cell) == VTK_PIXEL:
        points = points[[0, 1, 3, 2]]
    x, y = points[:, 0] - points[0, 0], points[:, 1] - points[0, 1]
    return 0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def sizes_3d(mesh):
    """Volumes of cells as sums of tetrahedra about the mean of each face's vertices: the meaning of
    a warped face in this project."""
    sizes = np.empty(mesh.GetNumberOfCells())
    points = np.array([mesh.GetPoint(i) for i in range(mesh.GetNumberOfPoints())])
    for c in range(mesh.GetNumberOfCells()):
        cell = mesh.GetCell(c)
        origin = points[cell.GetPointId(0)]
        volume = 0.0
        for f in range(cell.GetNumberOfFaces()):
            face = cell.GetFace(f)
            ids = [face.GetPointId(i) for i in range(face.GetNumberOfPoints())]
            if face.GetCellType() == VTK_PIXEL:
                ids = [ids[0], ids[1], ids[3], ids[2]]
            corners = points[ids] - origin
            middle = corners.mean(axis=0)
            following = np.roll(corners, -1, axis=0)
            # Outwards, whichever way VTK lists the face.
            part = sum(np.dot(middle, np.cross(a, b)) for a, b in zip(corners, following)) / 6
            centre = points[[cell.GetPointId(i) for i in range(cell.GetNumberOfPoints())]].mean(
                axis=0) - origin
            normal = sum(np.cross(a - middle, b - middle) for a, b in zip(corners, following))
            volume += part if np.dot(normal, middle - centre) > 0 else -part
        sizes[c] = volume
    return sizes


def implicit_sphere(centre, radius):
    function = vtkSphere()
    function.SetCenter(*centre)
    function.SetRadius(radius)
    return function


def transform_filter(source, matrix, shift=(0.0, 0.0, 0.0)):
    transform = vtkTransform()
    full = np.eye(4)
    full[:3, :3] = matrix
    full[:3, 3] = shift
    transform.SetMatrix(full.ravel())
    result = vtkTransformPolyDataFilter()
    result.SetInputConnection(source.GetOutputPort())
    result.SetTransform(transform)
    result.SetOutputPointsPrecision(1)
    return result


if __name__ == "__main__":
    unittest.main()
