#include "TruthAdaptor.h"

#include "data/Shapes.h"
#include "vtkBenchmarkShape.h"

#include "vtkCellArray.h"
#include "vtkCellArrayIterator.h"
#include "vtkDoubleArray.h"
#include "vtkFieldData.h"
#include "vtkIdList.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkNew.h"
#include "vtkPlane.h"
#include "vtkPoints.h"
#include "vtkPolyData.h"
#include "vtkSmartPointer.h"
#include "vtkSphere.h"
#include "vtkSphereSource.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkStringArray.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mir {

namespace {

constexpr const char* NameArray = "BenchmarkShape";
constexpr const char* ParametersArray = "BenchmarkShapeParameters";
constexpr const char* Names[] = { "Circle", "Ellipse", "Square", "Star", "Gear", "Zalesak Disk",
  "Spiral", "Two Bodies", "Sphere" };

/// The parameters of the drawing's definition, or null: shape, centre, radius, angle, resolution.
vtkDoubleArray* definition(vtkPolyData* drawing)
{
  auto* array =
    vtkDoubleArray::SafeDownCast(drawing->GetFieldData()->GetAbstractArray(ParametersArray));
  if (!array || array->GetNumberOfValues() != 7)
  {
    return nullptr;
  }
  const double shape = array->GetValue(0);
  const double resolution = array->GetValue(6);
  if (!(shape >= vtkBenchmarkShape::CIRCLE && shape <= vtkBenchmarkShape::SPHERE) ||
    !(array->GetValue(4) > 0.0) || !(resolution >= 8 && resolution <= 100000))
  {
    return nullptr;
  }
  // Genuine only while the points are those of the definition.
  vtkNew<vtkPolyData> redrawn;
  drawShape(redrawn, static_cast<int>(shape), array->GetPointer(1), array->GetValue(4),
    array->GetValue(5), static_cast<int>(resolution));
  if (redrawn->GetNumberOfPoints() != drawing->GetNumberOfPoints())
  {
    return nullptr;
  }
  for (vtkIdType i = 0; i < redrawn->GetNumberOfPoints(); ++i)
  {
    double a[3];
    double b[3];
    redrawn->GetPoint(i, a);
    drawing->GetPoint(i, b);
    if (!std::equal(a, a + 3, b))
    {
      return nullptr;
    }
  }
  return array;
}

bool encloses(const Polygon& outer, Vec2 point)
{
  bool inside = false;
  for (std::size_t i = 0; i < outer.size(); ++i)
  {
    const Vec2 a = outer[i];
    const Vec2 b = outer[(i + 1) % outer.size()];
    if ((a.y <= point.y) != (b.y <= point.y) &&
      a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x) > point.x)
    {
      inside = !inside;
    }
  }
  return inside;
}

void appendLoops(vtkPolyData* drawing, vtkCellArray* cells, bool lines, const MeshPlane& plane,
  std::vector<Polygon>& loops)
{
  auto it = vtk::TakeSmartPointer(cells->NewIterator());
  for (it->GoToFirstCell(); !it->IsDoneWithTraversal(); it->GoToNextCell())
  {
    vtkIdList* ids = it->GetCurrentCell();
    vtkIdType n = ids->GetNumberOfIds();
    if (lines)
    {
      if (n < 4 || ids->GetId(0) != ids->GetId(n - 1))
      {
        continue;
      }
      --n;
    }
    Polygon loop;
    for (vtkIdType i = 0; i < n; ++i)
    {
      double x[3];
      drawing->GetPoint(ids->GetId(i), x);
      loop.push_back(plane.project({ x[0], x[1], x[2] }));
    }
    if (loop.size() >= 3)
    {
      loops.push_back(std::move(loop));
    }
  }
}

/// A point strictly inside a polygon: half-way between the first two crossings of a line at a
/// height between two of its vertices.
Vec2 interiorPoint(const Polygon& polygon)
{
  std::vector<double> heights;
  for (const Vec2& point : polygon)
  {
    heights.push_back(point.y);
  }
  std::sort(heights.begin(), heights.end());
  std::size_t widest = 0;
  for (std::size_t i = 0; i + 1 < heights.size(); ++i)
  {
    if (heights[i + 1] - heights[i] > heights[widest + 1] - heights[widest])
    {
      widest = i;
    }
  }
  const double y = 0.5 * (heights[widest] + heights[widest + 1]);
  std::vector<double> crossings;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    const Vec2 a = polygon[i];
    const Vec2 b = polygon[(i + 1) % polygon.size()];
    if ((a.y <= y) != (b.y <= y))
    {
      crossings.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
    }
  }
  std::sort(crossings.begin(), crossings.end());
  return crossings.size() < 2 ? polygon[0] : Vec2{ 0.5 * (crossings[0] + crossings[1]), y };
}

} // namespace

void describeShape(vtkPolyData* drawing, int shape, const double centre[3], double radius,
  double angle, int resolution)
{
  vtkNew<vtkStringArray> name;
  name->SetName(NameArray);
  name->InsertNextValue(Names[shape]);
  drawing->GetFieldData()->AddArray(name);
  vtkNew<vtkDoubleArray> parameters;
  parameters->SetName(ParametersArray);
  for (double value : { static_cast<double>(shape), centre[0], centre[1], centre[2], radius, angle,
         static_cast<double>(resolution) })
  {
    parameters->InsertNextValue(value);
  }
  drawing->GetFieldData()->AddArray(parameters);
}

void drawShape(vtkPolyData* drawing, int shape, const double centre[3], double radius, double angle,
  int resolution)
{
  if (shape == vtkBenchmarkShape::SPHERE)
  {
    vtkNew<vtkSphereSource> sphere;
    sphere->SetOutputPointsPrecision(vtkAlgorithm::DOUBLE_PRECISION);
    sphere->SetCenter(centre[0], centre[1], centre[2]);
    sphere->SetRadius(radius);
    sphere->SetThetaResolution(std::clamp(resolution / 8, 8, 256));
    sphere->SetPhiResolution(std::clamp(resolution / 16, 8, 128));
    sphere->Update();
    drawing->ShallowCopy(sphere->GetOutput());
    return;
  }
  const Region region =
    makeShape(static_cast<Shape>(shape), { centre[0], centre[1] }, radius, angle);
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> polygons;
  for (const Polygon& loop : region.outline(resolution))
  {
    polygons->InsertNextCell(static_cast<int>(loop.size()));
    for (const Vec2& point : loop)
    {
      polygons->InsertCellPoint(points->InsertNextPoint(point.x, point.y, centre[2]));
    }
  }
  drawing->SetPoints(points);
  drawing->SetPolys(polygons);
}

Truth truthFromPolyData(vtkPolyData* drawing, const MeshAdaptor& mesh)
{
  if (drawing->GetNumberOfPoints() == 0)
  {
    throw std::runtime_error("the truth is empty");
  }
  Truth truth;
  vtkDoubleArray* known = definition(drawing);
  const int shape = known ? static_cast<int>(known->GetValue(0)) : -1;
  if (shape == vtkBenchmarkShape::SPHERE)
  {
    if (mesh.cellDimension() != 3)
    {
      throw std::runtime_error("the truth is a 3D shape, the mesh is 2D");
    }
    truth.solid = std::make_unique<Ball>(
      Vec3{ known->GetValue(1), known->GetValue(2), known->GetValue(3) }, known->GetValue(4));
    return truth;
  }
  double bounds[6];
  drawing->GetBounds(bounds);
  if (mesh.dimension() != 2)
  {
    const bool flat = bounds[1] == bounds[0] || bounds[3] == bounds[2] || bounds[5] == bounds[4];
    throw std::runtime_error(flat
        ? "the truth is a 2D shape, the mesh is 3D and more than one cell thick"
        : "of closed surfaces only the benchmark sphere is supported as a truth, while its points "
          "are unchanged");
  }
  // Parallel to the mesh; its height does not matter.
  const MeshPlane& plane = mesh.plane();
  double x[3];
  drawing->GetPoint(0, x);
  const double height = plane.height({ x[0], x[1], x[2] });
  const double size =
    std::max({ bounds[1] - bounds[0], bounds[3] - bounds[2], bounds[5] - bounds[4] });
  for (vtkIdType i = 0; i < drawing->GetNumberOfPoints(); ++i)
  {
    drawing->GetPoint(i, x);
    if (!(std::abs(plane.height({ x[0], x[1], x[2] }) - height) <= 1e-6 * size))
    {
      throw std::runtime_error("the truth does not lie in a plane parallel to the mesh");
    }
  }
  if (known && plane.uAxis.x == 1.0 && plane.vAxis.y == 1.0 && plane.origin.x == 0.0 &&
    plane.origin.y == 0.0)
  {
    truth.region = std::make_unique<Region>(makeShape(static_cast<Shape>(shape),
      { known->GetValue(1), known->GetValue(2) }, known->GetValue(4), known->GetValue(5)));
    return truth;
  }
  std::vector<Polygon> loops;
  appendLoops(drawing, drawing->GetPolys(), false, plane, loops);
  appendLoops(drawing, drawing->GetLines(), true, plane, loops);
  if (loops.empty())
  {
    throw std::runtime_error("the truth has no closed polygons");
  }
  // A loop within an odd number of others is a hole.
  std::vector<bool> hole(loops.size());
  for (std::size_t i = 0; i < loops.size(); ++i)
  {
    const Vec2 middle = interiorPoint(loops[i]);
    for (std::size_t j = 0; j < loops.size(); ++j)
    {
      if (j != i && std::abs(area(loops[j])) > std::abs(area(loops[i])) &&
        encloses(loops[j], middle))
      {
        hole[i] = !hole[i];
      }
    }
  }
  for (std::size_t i = 0; i < loops.size(); ++i)
  {
    if ((area(loops[i]) > 0.0) == hole[i])
    {
      std::reverse(loops[i].begin(), loops[i].end());
    }
  }
  truth.region = std::make_unique<Region>(makePolygonRegion(loops));
  return truth;
}

Truth truthFromFunction(vtkImplicitFunction* function, const MeshAdaptor& mesh)
{
  Truth truth;
  if (function->GetTransform())
  {
    throw std::runtime_error("an implicit function with a transform is not supported as a truth");
  }
  if (auto* sphere = vtkSphere::SafeDownCast(function))
  {
    const double* c = sphere->GetCenter();
    if (mesh.cellDimension() == 3)
    {
      truth.solid = std::make_unique<Ball>(Vec3{ c[0], c[1], c[2] }, sphere->GetRadius());
      return truth;
    }
    // Its cut by the mesh's plane.
    const double height = mesh.plane().height({ c[0], c[1], c[2] });
    const double radius2 = sphere->GetRadius() * sphere->GetRadius() - height * height;
    if (!(radius2 > 0.0))
    {
      throw std::runtime_error("the sphere does not meet the plane of the mesh");
    }
    truth.region = std::make_unique<Region>(makeShape(
      Shape::Circle, mesh.plane().project({ c[0], c[1], c[2] }), std::sqrt(radius2), 0.0));
    return truth;
  }
  if (auto* halfSpace = vtkPlane::SafeDownCast(function))
  {
    const double* o = halfSpace->GetOrigin();
    const double* n = halfSpace->GetNormal();
    const Vec3 origin{ o[0], o[1], o[2] };
    const Vec3 normal{ n[0], n[1], n[2] };
    if (length(normal) == 0.0)
    {
      throw std::runtime_error("the plane has no normal");
    }
    if (mesh.cellDimension() == 3)
    {
      truth.solid = std::make_unique<HalfSpace>(origin, normal);
      return truth;
    }
    // Its cut by the mesh's plane: a rectangle that covers the mesh on the inside of the line.
    const MeshPlane& plane = mesh.plane();
    Vec2 across{ dot(normal, plane.uAxis), dot(normal, plane.vAxis) };
    if (length(across) <= 1e-12 * length(normal))
    {
      throw std::runtime_error("the plane is parallel to the mesh");
    }
    const double constant = (dot(normal, origin - plane.origin)) / length(across);
    across = 1.0 / length(across) * across;
    double bounds[6];
    mesh.mesh()->GetBounds(bounds);
    Vec2 centre = plane.project({ 0.5 * (bounds[0] + bounds[1]), 0.5 * (bounds[2] + bounds[3]),
      0.5 * (bounds[4] + bounds[5]) });
    const double reach = 2.0 * mesh.mesh()->GetLength();
    const Vec2 along{ -across.y, across.x };
    const Vec2 foot = centre + (constant - dot(across, centre)) * across;
    const double depth = reach + std::abs(constant - dot(across, centre));
    truth.region =
      std::make_unique<Region>(makePolygonRegion({ { foot - reach * along, foot + reach * along,
        foot + reach * along - depth * across, foot - reach * along - depth * across } }));
    return truth;
  }
  throw std::runtime_error(std::string("an implicit function of class ") +
    function->GetClassName() + " is not supported as a truth: use a plane or a sphere");
}

void requestWholeTruth(vtkInformationVector* port)
{
  using sddp = vtkStreamingDemandDrivenPipeline;
  if (vtkInformation* truth = port->GetInformationObject(0))
  {
    truth->Set(sddp::UPDATE_PIECE_NUMBER(), 0);
    truth->Set(sddp::UPDATE_NUMBER_OF_PIECES(), 1);
    truth->Set(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS(), 0);
  }
}

} // namespace mir
