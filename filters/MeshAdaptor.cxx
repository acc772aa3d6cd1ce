#include "MeshAdaptor.h"

#include "vtkCellData.h"
#include "vtkCellType.h"
#include "vtkCellTypes.h"
#include "vtkDataSet.h"
#include "vtkDataSetAttributes.h"
#include "vtkIdTypeArray.h"
#include "vtkSMPTools.h"
#include "vtkUnsignedCharArray.h"
#include "vtkVariant.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>

namespace mir {

namespace {

constexpr unsigned char Hidden =
  vtkDataSetAttributes::HIDDENCELL | vtkDataSetAttributes::REFINEDCELL;

MeshPlane axisPlane(int axis, double height)
{
  static const Vec3 unit[3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
  MeshPlane plane;
  plane.normal = unit[axis];
  plane.uAxis = unit[(axis + 1) % 3];
  plane.vAxis = unit[(axis + 2) % 3];
  plane.origin = height * plane.normal;
  return plane;
}

/// The smallest cell that a check of cells [begin, end) by several threads found bad, or -1.
template <typename Check>
vtkIdType firstBad(vtkIdType count, Check bad)
{
  std::atomic<vtkIdType> first{ count };
  vtkSMPTools::For(0, count, [&](vtkIdType begin, vtkIdType end) {
    const vtkIdType found = bad(begin, std::min(end, first.load()));
    vtkIdType known = first.load();
    while (found >= 0 && found < known && !first.compare_exchange_weak(known, found))
    {}
  });
  return first.load() == count ? -1 : first.load();
}

bool isFinite(Vec3 x)
{
  return std::isfinite(x.x) && std::isfinite(x.y) && std::isfinite(x.z);
}

} // namespace

MeshAdaptor::MeshAdaptor(vtkDataSet* mesh)
  : Reader(mesh)
  , Mesh(mesh)
  , Ghosts(mesh->GetCellGhostArray())
  , GlobalIds(mesh->GetCellData()->GetGlobalIds())
{
  // Arrays that do not fit the cells count as none.
  const vtkIdType cells = mesh->GetNumberOfCells();
  this->Ghosts =
    this->Ghosts && this->Ghosts->GetNumberOfTuples() == cells ? this->Ghosts : nullptr;
  this->GlobalIds =
    this->GlobalIds && this->GlobalIds->GetNumberOfTuples() == cells ? this->GlobalIds : nullptr;
  this->checkCells();
  if (this->CellDimension == 2)
  {
    this->findPlane();
  }
  else if (this->CellDimension == 3)
  {
    this->Extruded = this->findThickness();
    this->Planar = this->Extruded;
  }
}

void MeshAdaptor::checkCells()
{
  const vtkIdType cells = this->Reader.numberOfCells();
  if (cells == 0)
  {
    return;
  }
  this->CellDimension = linearCellDimension(this->Reader.type(0));
  const int dimension = this->CellDimension;
  const bool structured = this->Reader.dimensions()[0] > 0;
  const vtkIdType points = this->Reader.numberOfPoints();
  bool byAxes = false;
  bool finite = true;
  for (const std::vector<double>& coordinates : this->Reader.coordinates())
  {
    byAxes = byAxes || !coordinates.empty();
    finite = finite && std::all_of(coordinates.begin(), coordinates.end(), [](double x) {
      return std::isfinite(x);
    });
  }
  const vtkIdType badPoint =
    firstBad(byAxes && finite ? 0 : points, [&](vtkIdType begin, vtkIdType end) {
      for (vtkIdType id = begin; id < end; ++id)
      {
        if (!isFinite(this->Reader.point(id)))
        {
          return id;
        }
      }
      return vtkIdType{ -1 };
    });
  const vtkIdType badCell =
    firstBad(structured && badPoint < 0 ? 1 : cells, [&](vtkIdType begin, vtkIdType end) {
      std::vector<vtkIdType> ids;
      for (vtkIdType cell = begin; cell < end; ++cell)
      {
        const int type = this->Reader.type(cell);
        this->Reader.points(cell, ids);
        const auto n = static_cast<int>(ids.size());
        const int expected = pointsOfType(type);
        bool good = dimension > 0 && linearCellDimension(type) == dimension &&
          (expected > 0 ? n == expected : n > dimension);
        for (int i = 0; i < n && good; ++i)
        {
          good = ids[i] >= 0 && ids[i] < points &&
            (badPoint < 0 || isFinite(this->Reader.point(ids[i])));
        }
        if (!good)
        {
          return cell;
        }
      }
      return vtkIdType{ -1 };
    });
  if (badCell >= 0)
  {
    this->refuse(badCell);
  }
}

void MeshAdaptor::refuse(vtkIdType cell) const
{
  const auto error = [cell](const std::string& what) {
    return std::runtime_error("cell " + std::to_string(cell) + " " + what);
  };
  const int type = this->Reader.type(cell);
  const int dimension = linearCellDimension(type);
  if (dimension == 0)
  {
    throw error(std::string("of type ") + vtkCellTypes::GetClassNameFromTypeId(type) +
      " is not a linear 2D or 3D cell");
  }
  if (dimension != this->CellDimension)
  {
    throw error("is " + std::to_string(dimension) + "D, cells before it " +
      std::to_string(this->CellDimension) + "D: extract one kind first");
  }
  std::vector<vtkIdType> ids;
  this->Reader.points(cell, ids);
  for (vtkIdType id : ids)
  {
    if (id < 0 || id >= this->Reader.numberOfPoints())
    {
      throw error("uses point " + std::to_string(id) + ", which does not exist");
    }
    if (!isFinite(this->Reader.point(id)))
    {
      throw error("has a point that is not finite");
    }
  }
  throw error("has " + std::to_string(ids.size()) + " points");
}

void MeshAdaptor::cellFaces(vtkIdType cell, std::vector<std::vector<vtkIdType>>& faces) const
{
  const int type = this->Reader.type(cell);
  if (type == VTK_POLYHEDRON)
  {
    this->Reader.polyhedronFaces(cell, faces);
    return;
  }
  std::vector<vtkIdType> ids;
  this->Reader.points(cell, ids);
  const FaceTable& table = facesOfType(type);
  faces.resize(table.offsets.size() - 1);
  for (std::size_t f = 0; f < faces.size(); ++f)
  {
    faces[f].clear();
    for (int i = table.offsets[f]; i < table.offsets[f + 1]; ++i)
    {
      faces[f].push_back(ids[table.vertices[i]]);
    }
  }
}

void MeshAdaptor::findPlane()
{
  this->Planar = true;
  double bounds[6];
  this->Mesh->GetBounds(bounds);
  double extent = 0.0;
  int thinnest = 2;
  for (int axis : { 2, 1, 0 })
  {
    const double size = bounds[2 * axis + 1] - bounds[2 * axis];
    extent = std::max(extent, size);
    if (size < bounds[2 * thinnest + 1] - bounds[2 * thinnest])
    {
      thinnest = axis;
    }
  }
  if (bounds[2 * thinnest + 1] - bounds[2 * thinnest] <= 1e-9 * extent)
  {
    this->Plane = axisPlane(thinnest, bounds[2 * thinnest]);
    return;
  }
  // An oblique plane: from the first cell of non-zero area.
  std::vector<vtkIdType> ids;
  Vec3 normal;
  Vec3 first;
  for (vtkIdType cell = 0; cell < this->Reader.numberOfCells() && length(normal) == 0.0; ++cell)
  {
    this->Reader.points(cell, ids);
    this->Plane.origin = this->Reader.point(ids[0]);
    first = {};
    for (std::size_t i = 1; i < ids.size(); ++i)
    {
      const Vec3 spoke = this->Reader.point(ids[i]) - this->Plane.origin;
      first = length(spoke) > length(first) ? spoke : first;
    }
    for (std::size_t i = 2; i < ids.size(); ++i)
    {
      normal = normal +
        cross(this->Reader.point(ids[i - 1]) - this->Plane.origin,
          this->Reader.point(ids[i]) - this->Plane.origin);
    }
  }
  this->Plane.normal = 1.0 / length(normal) * normal;
  this->Plane.uAxis = 1.0 / length(first) * first;
  this->Plane.vAxis = cross(this->Plane.normal, this->Plane.uAxis);
  for (vtkIdType cell = 0; cell < this->Reader.numberOfCells(); ++cell)
  {
    this->Reader.points(cell, ids);
    for (vtkIdType id : ids)
    {
      if (!(std::abs(this->Plane.height(this->Reader.point(id))) <= 1e-6 * extent))
      {
        throw std::runtime_error("cell " + std::to_string(cell) +
          " leaves the plane of the first cell: 2D meshes must be planar");
      }
    }
  }
}

bool MeshAdaptor::findThickness()
{
  double bounds[6];
  this->Mesh->GetBounds(bounds);
  const vtkIdType points = this->Reader.numberOfPoints();
  for (int axis : { 2, 1, 0 })
  {
    const double low = bounds[2 * axis];
    const double high = bounds[2 * axis + 1];
    const double tolerance = 1e-6 * (high - low);
    bool twoPlanes = high > low;
    for (vtkIdType id = 0; id < points && twoPlanes; ++id)
    {
      const Vec3 point = this->Reader.point(id);
      const double x = axis == 0 ? point.x : axis == 1 ? point.y : point.z;
      twoPlanes = x - low <= tolerance || high - x <= tolerance;
    }
    // Every cell must join the planes as a prism: each point below has one above it, and each above
    // one below.
    std::vector<vtkIdType> ids;
    std::vector<Vec2> lower;
    std::vector<Vec2> upper;
    for (vtkIdType cell = 0; cell < this->Reader.numberOfCells() && twoPlanes; ++cell)
    {
      this->Reader.points(cell, ids);
      lower.clear();
      upper.clear();
      double size = 0.0;
      for (vtkIdType id : ids)
      {
        const Vec3 point = this->Reader.point(id);
        const double x[3] = { point.x, point.y, point.z };
        const Vec2 at{ x[(axis + 1) % 3], x[(axis + 2) % 3] };
        (x[axis] - low <= tolerance ? lower : upper).push_back(at);
        size = std::max(size, length(at - (lower.empty() ? upper[0] : lower[0])));
      }
      auto allMeet = [size](const std::vector<Vec2>& some, const std::vector<Vec2>& others) {
        return std::all_of(some.begin(), some.end(), [&](Vec2 a) {
          return std::any_of(
            others.begin(), others.end(), [&](Vec2 b) { return length(a - b) <= 1e-6 * size; });
        });
      };
      // Both ways, as collapsed cells name a point twice.
      twoPlanes = ids.size() >= 6 && lower.size() == upper.size() && allMeet(lower, upper) &&
        allMeet(upper, lower);
    }
    if (twoPlanes)
    {
      this->Plane = axisPlane(axis, low);
      this->Thickness = high - low;
      return true;
    }
  }
  return false;
}

void MeshAdaptor::polygon(vtkIdType cell, Polygon& result, std::vector<vtkIdType>* ids) const
{
  std::vector<vtkIdType> found;
  if (this->Extruded)
  {
    // The face whose points all lie on the lower plane.
    std::vector<std::vector<vtkIdType>> faces;
    this->cellFaces(cell, faces);
    for (auto& face : faces)
    {
      if (std::all_of(face.begin(), face.end(), [this](vtkIdType id) {
            return this->Plane.height(this->Reader.point(id)) < 0.5 * this->Thickness;
          }))
      {
        found = std::move(face);
        break;
      }
    }
  }
  else
  {
    this->Reader.points(cell, found);
  }
  auto project = [&]() {
    result.clear();
    for (vtkIdType id : found)
    {
      result.push_back(this->Plane.project(this->Reader.point(id)));
    }
  };
  project();
  if (area(result) < 0.0)
  {
    std::reverse(found.begin() + 1, found.end());
    project();
  }
  if (ids)
  {
    *ids = std::move(found);
  }
}

FaceTable MeshAdaptor::polyhedronShape(vtkIdType cell) const
{
  std::vector<vtkIdType> ids;
  std::vector<std::vector<vtkIdType>> faces;
  this->Reader.points(cell, ids);
  this->Reader.polyhedronFaces(cell, faces);
  FaceTable shape;
  for (const auto& face : faces)
  {
    for (vtkIdType id : face)
    {
      const auto found = std::find(ids.begin(), ids.end(), id);
      if (found == ids.end())
      {
        throw std::runtime_error("cell " + std::to_string(cell) + " has a face with point " +
          std::to_string(id) + ", which is not one of its points");
      }
      shape.vertices.push_back(static_cast<int>(found - ids.begin()));
    }
    shape.offsets.push_back(static_cast<int>(shape.vertices.size()));
  }
  return shape;
}

void MeshAdaptor::polyhedron(vtkIdType cell, Polyhedron& result) const
{
  result.clear();
  std::vector<vtkIdType> ids;
  this->Reader.points(cell, ids);
  for (vtkIdType id : ids)
  {
    result.points.push_back(this->Reader.point(id));
  }
  FaceTable polyhedron;
  const bool fixed = this->Reader.type(cell) != VTK_POLYHEDRON;
  if (!fixed)
  {
    polyhedron = this->polyhedronShape(cell);
  }
  const FaceTable& faces = fixed ? facesOfType(this->Reader.type(cell)) : polyhedron;
  for (std::size_t f = 0; f + 1 < faces.offsets.size(); ++f)
  {
    addFace(
      result, faces.vertices.data() + faces.offsets[f], faces.offsets[f + 1] - faces.offsets[f]);
  }
  if (volume(result) < 0.0)
  {
    for (int f = 0; f < result.numberOfFaces(); ++f)
    {
      std::reverse(result.faceVertices.begin() + result.faceOffsets[f],
        result.faceVertices.begin() + result.faceOffsets[f + 1]);
    }
  }
}

PlanarMesh MeshAdaptor::planarMesh() const
{
  PlanarMesh mesh;
  mesh.points.resize(this->Reader.numberOfPoints());
  for (vtkIdType id = 0; id < this->Reader.numberOfPoints(); ++id)
  {
    mesh.points[id] = this->Plane.project(this->Reader.point(id));
  }
  Polygon polygon;
  std::vector<vtkIdType> ids;
  for (vtkIdType cell = 0; cell < this->Reader.numberOfCells(); ++cell)
  {
    this->polygon(cell, polygon, &ids);
    mesh.connectivity.insert(mesh.connectivity.end(), ids.begin(), ids.end());
    mesh.offsets.push_back(static_cast<std::int64_t>(mesh.connectivity.size()));
  }
  return mesh;
}

std::vector<MeshFace> MeshAdaptor::facesOf(const std::vector<vtkIdType>& cells) const
{
  std::vector<vtkIdType> ids;
  std::vector<std::vector<vtkIdType>> faces;
  std::vector<bool> marked(this->Reader.numberOfPoints(), false);
  for (vtkIdType cell : cells)
  {
    this->Reader.points(cell, ids);
    for (vtkIdType id : ids)
    {
      marked[id] = true;
    }
  }
  struct HalfFace
  {
    std::vector<vtkIdType> key;
    std::vector<vtkIdType> points;
    vtkIdType cell;
  };
  std::vector<HalfFace> halves;
  for (vtkIdType cell = 0; cell < this->Reader.numberOfCells(); ++cell)
  {
    this->Reader.points(cell, ids);
    if (std::none_of(ids.begin(), ids.end(), [&](vtkIdType id) { return marked[id]; }))
    {
      continue;
    }
    this->outwardFaces(cell, faces);
    for (auto& face : faces)
    {
      if (std::all_of(face.begin(), face.end(), [&](vtkIdType id) { return marked[id]; }))
      {
        HalfFace half{ face, face, cell };
        std::sort(half.key.begin(), half.key.end());
        halves.push_back(std::move(half));
      }
    }
  }
  std::sort(halves.begin(), halves.end(), [](const HalfFace& a, const HalfFace& b) {
    return std::tie(a.key, a.cell) < std::tie(b.key, b.cell);
  });
  auto wanted = [&cells](vtkIdType cell) {
    return cell >= 0 && std::binary_search(cells.begin(), cells.end(), cell);
  };
  std::vector<MeshFace> result;
  for (std::size_t i = 0; i < halves.size(); ++i)
  {
    const bool shared = i + 1 < halves.size() && halves[i].key == halves[i + 1].key;
    MeshFace face{ halves[i].cell, shared ? halves[i + 1].cell : -1, {} };
    if (wanted(face.a) || wanted(face.b))
    {
      for (vtkIdType id : halves[i].points)
      {
        face.polygon.push_back(this->Reader.point(id));
      }
      result.push_back(std::move(face));
    }
    i += shared ? 1 : 0;
  }
  return result;
}

vtkIdType MeshAdaptor::globalId(vtkIdType cell) const
{
  if (!this->GlobalIds)
  {
    return cell;
  }
  // As doubles, ids beyond 2^53 would be rounded.
  auto* ids = vtkIdTypeArray::SafeDownCast(this->GlobalIds);
  return ids ? ids->GetValue(cell)
             : static_cast<vtkIdType>(this->GlobalIds->GetVariantValue(cell).ToLongLong());
}

bool MeshAdaptor::isGhost(vtkIdType cell) const
{
  return this->Ghosts &&
    (this->Ghosts->GetValue(cell) & (vtkDataSetAttributes::DUPLICATECELL | Hidden)) != 0;
}

bool MeshAdaptor::isHidden(vtkIdType cell) const
{
  return this->Ghosts && (this->Ghosts->GetValue(cell) & Hidden) != 0;
}

bool MeshAdaptor::isCoarser(vtkIdType cell) const
{
  return this->Ghosts && (this->Ghosts->GetValue(cell) & vtkDataSetAttributes::EXTERIORCELL) != 0;
}

void MeshAdaptor::outwardFaces(vtkIdType cell, std::vector<std::vector<vtkIdType>>& faces) const
{
  this->cellFaces(cell, faces);
  Vec3 origin = this->Reader.point(faces[0][0]);
  double sixfold = 0.0;
  for (const auto& face : faces)
  {
    for (std::size_t i = 2; i < face.size(); ++i)
    {
      sixfold += dot(this->Reader.point(face[0]) - origin,
        cross(this->Reader.point(face[i - 1]) - origin, this->Reader.point(face[i]) - origin));
    }
  }
  for (auto& face : faces)
  {
    if (sixfold < 0.0)
    {
      std::reverse(face.begin(), face.end());
    }
  }
}

} // namespace mir
