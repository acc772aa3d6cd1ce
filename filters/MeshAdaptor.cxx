#include "MeshAdaptor.h"

#include "vtkCell.h"
#include "vtkCellData.h"
#include "vtkCellType.h"
#include "vtkCellTypes.h"
#include "vtkDataSet.h"
#include "vtkDataSetAttributes.h"
#include "vtkGenericCell.h"
#include "vtkIdList.h"
#include "vtkIdTypeArray.h"
#include "vtkNew.h"
#include "vtkUnsignedCharArray.h"
#include "vtkVariant.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>

namespace mir {

namespace {

int linearCellDimension(int type)
{
  switch (type)
  {
    case VTK_TRIANGLE:
    case VTK_POLYGON:
    case VTK_PIXEL:
    case VTK_QUAD:
      return 2;
    case VTK_TETRA:
    case VTK_VOXEL:
    case VTK_HEXAHEDRON:
    case VTK_WEDGE:
    case VTK_PYRAMID:
    case VTK_PENTAGONAL_PRISM:
    case VTK_HEXAGONAL_PRISM:
    case VTK_POLYHEDRON:
      return 3;
    default:
      return 0;
  }
}

/// Number of points of a cell type; 0 where it varies.
int pointsOfType(int type)
{
  switch (type)
  {
    case VTK_TRIANGLE:
      return 3;
    case VTK_PIXEL:
    case VTK_QUAD:
    case VTK_TETRA:
      return 4;
    case VTK_PYRAMID:
      return 5;
    case VTK_WEDGE:
      return 6;
    case VTK_VOXEL:
    case VTK_HEXAHEDRON:
      return 8;
    case VTK_PENTAGONAL_PRISM:
      return 10;
    case VTK_HEXAGONAL_PRISM:
      return 12;
    default:
      return 0;
  }
}

Vec3 pointOf(vtkDataSet* mesh, vtkIdType id)
{
  double x[3];
  mesh->GetPoint(id, x);
  return { x[0], x[1], x[2] };
}

/// Point ids of a cell, in VTK's order but with pixels and voxels as quads and hexahedra.
void cellPoints(vtkDataSet* mesh, vtkIdType cell, int type, vtkIdList* ids)
{
  mesh->GetCellPoints(cell, ids);
  if (type == VTK_PIXEL || type == VTK_VOXEL)
  {
    vtkIdType* id = ids->GetPointer(0);
    std::swap(id[2], id[3]);
    if (type == VTK_VOXEL)
    {
      std::swap(id[6], id[7]);
    }
  }
}

using FaceTable = std::vector<std::vector<int>>;

/// Faces of the fixed 3D cell types by local vertex, all of one orientation.
const FaceTable& faceTable(int type)
{
  static const FaceTable tetra{ { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 }, { 0, 2, 1 } };
  static const FaceTable hexahedron{ { 0, 4, 7, 3 }, { 1, 2, 6, 5 }, { 0, 1, 5, 4 }, { 3, 7, 6, 2 },
    { 0, 3, 2, 1 }, { 4, 5, 6, 7 } };
  static const FaceTable wedge{ { 0, 1, 2 }, { 3, 5, 4 }, { 0, 3, 4, 1 }, { 1, 4, 5, 2 },
    { 2, 5, 3, 0 } };
  static const FaceTable pyramid{ { 0, 3, 2, 1 }, { 0, 1, 4 }, { 1, 2, 4 }, { 2, 3, 4 },
    { 3, 0, 4 } };
  static const FaceTable pentagonal{ { 0, 4, 3, 2, 1 }, { 5, 6, 7, 8, 9 }, { 0, 1, 6, 5 },
    { 1, 2, 7, 6 }, { 2, 3, 8, 7 }, { 3, 4, 9, 8 }, { 4, 0, 5, 9 } };
  static const FaceTable hexagonal{ { 0, 5, 4, 3, 2, 1 }, { 6, 7, 8, 9, 10, 11 }, { 0, 1, 7, 6 },
    { 1, 2, 8, 7 }, { 2, 3, 9, 8 }, { 3, 4, 10, 9 }, { 4, 5, 11, 10 }, { 5, 0, 6, 11 } };
  switch (type)
  {
    case VTK_TETRA:
      return tetra;
    case VTK_WEDGE:
      return wedge;
    case VTK_PYRAMID:
      return pyramid;
    case VTK_PENTAGONAL_PRISM:
      return pentagonal;
    case VTK_HEXAGONAL_PRISM:
      return hexagonal;
    default:
      return hexahedron;
  }
}

/// Faces of any 3D cell as lists of mesh point ids.
std::vector<std::vector<vtkIdType>> cellFaces(vtkDataSet* mesh, vtkIdType cell, int type)
{
  std::vector<std::vector<vtkIdType>> faces;
  if (type == VTK_POLYHEDRON)
  {
    vtkNew<vtkGenericCell> generic;
    mesh->GetCell(cell, generic);
    for (int f = 0; f < generic->GetNumberOfFaces(); ++f)
    {
      vtkIdList* ids = generic->GetFace(f)->GetPointIds();
      faces.emplace_back(ids->GetPointer(0), ids->GetPointer(0) + ids->GetNumberOfIds());
    }
    return faces;
  }
  vtkNew<vtkIdList> ids;
  cellPoints(mesh, cell, type, ids);
  for (const auto& local : faceTable(type))
  {
    std::vector<vtkIdType> face;
    for (int vertex : local)
    {
      face.push_back(ids->GetId(vertex));
    }
    faces.push_back(std::move(face));
  }
  return faces;
}

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

} // namespace

MeshAdaptor::MeshAdaptor(vtkDataSet* mesh)
  : Mesh(mesh)
  , Ghosts(mesh->GetCellGhostArray())
  , GlobalIds(mesh->GetCellData()->GetGlobalIds())
{
  this->checkCells();
  if (this->CellDimension == 0)
  {
    return;
  }
  if (this->CellDimension == 2)
  {
    this->findPlane();
  }
  else
  {
    this->Extruded = this->findThickness();
    this->Planar = this->Extruded;
  }
  // Cell and point access builds its caches on first use; after that it is safe from threads.
  vtkNew<vtkIdList> ids;
  mesh->GetCellPoints(0, ids);
  vtkNew<vtkGenericCell> cell;
  mesh->GetCell(0, cell);
}

void MeshAdaptor::checkCells()
{
  auto fail = [](vtkIdType cell, const std::string& what) {
    throw std::runtime_error("cell " + std::to_string(cell) + " " + what);
  };
  vtkNew<vtkIdList> ids;
  for (vtkIdType cell = 0; cell < this->Mesh->GetNumberOfCells(); ++cell)
  {
    const int type = this->Mesh->GetCellType(cell);
    if (type == VTK_EMPTY_CELL && this->isGhost(cell))
    {
      continue; // hidden: of the type of the others
    }
    const int dimension = linearCellDimension(type);
    if (dimension == 0)
    {
      fail(cell,
        std::string("of type ") + vtkCellTypes::GetClassNameFromTypeId(type) +
          " is not a linear 2D or 3D cell");
    }
    if (this->CellDimension == 0)
    {
      this->CellDimension = dimension;
      this->VisibleType = type;
    }
    if (dimension != this->CellDimension)
    {
      fail(cell,
        "is " + std::to_string(dimension) + "D, cells before it " +
          std::to_string(this->CellDimension) + "D: extract one kind first");
    }
    this->Mesh->GetCellPoints(cell, ids);
    const int expected = pointsOfType(type);
    const vtkIdType n = ids->GetNumberOfIds();
    if (expected > 0 ? n != expected : n < dimension + 1)
    {
      fail(cell, "has " + std::to_string(n) + " points");
    }
    for (vtkIdType i = 0; i < n; ++i)
    {
      const vtkIdType id = ids->GetId(i);
      if (id < 0 || id >= this->Mesh->GetNumberOfPoints())
      {
        fail(cell, "uses point " + std::to_string(id) + ", which does not exist");
      }
      const Vec3 point = pointOf(this->Mesh, id);
      if (!std::isfinite(point.x) || !std::isfinite(point.y) || !std::isfinite(point.z))
      {
        fail(cell, "has a point that is not finite");
      }
    }
  }
}

int MeshAdaptor::cellType(vtkIdType cell) const
{
  const int type = this->Mesh->GetCellType(cell);
  return type == VTK_EMPTY_CELL ? this->VisibleType : type;
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
  vtkNew<vtkIdList> ids;
  Vec3 normal;
  Vec3 first;
  for (vtkIdType cell = 0; cell < this->Mesh->GetNumberOfCells() && length(normal) == 0.0; ++cell)
  {
    cellPoints(this->Mesh, cell, this->cellType(cell), ids);
    this->Plane.origin = pointOf(this->Mesh, ids->GetId(0));
    first = {};
    for (vtkIdType i = 1; i < ids->GetNumberOfIds(); ++i)
    {
      const Vec3 spoke = pointOf(this->Mesh, ids->GetId(i)) - this->Plane.origin;
      first = length(spoke) > length(first) ? spoke : first;
    }
    for (vtkIdType i = 2; i < ids->GetNumberOfIds(); ++i)
    {
      normal = normal +
        cross(pointOf(this->Mesh, ids->GetId(i - 1)) - this->Plane.origin,
          pointOf(this->Mesh, ids->GetId(i)) - this->Plane.origin);
    }
  }
  this->Plane.normal = 1.0 / length(normal) * normal;
  this->Plane.uAxis = 1.0 / length(first) * first;
  this->Plane.vAxis = cross(this->Plane.normal, this->Plane.uAxis);
  for (vtkIdType cell = 0; cell < this->Mesh->GetNumberOfCells(); ++cell)
  {
    this->Mesh->GetCellPoints(cell, ids);
    for (vtkIdType i = 0; i < ids->GetNumberOfIds(); ++i)
    {
      if (!(std::abs(this->Plane.height(pointOf(this->Mesh, ids->GetId(i)))) <= 1e-6 * extent))
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
  const vtkIdType points = this->Mesh->GetNumberOfPoints();
  for (int axis : { 2, 1, 0 })
  {
    const double low = bounds[2 * axis];
    const double high = bounds[2 * axis + 1];
    const double tolerance = 1e-6 * (high - low);
    bool twoPlanes = high > low;
    for (vtkIdType id = 0; id < points && twoPlanes; ++id)
    {
      double x[3];
      this->Mesh->GetPoint(id, x);
      twoPlanes = x[axis] - low <= tolerance || high - x[axis] <= tolerance;
    }
    // Every cell must join the planes as a prism: each point below has one above it.
    vtkNew<vtkIdList> ids;
    for (vtkIdType cell = 0; cell < this->Mesh->GetNumberOfCells() && twoPlanes; ++cell)
    {
      this->Mesh->GetCellPoints(cell, ids);
      const vtkIdType n = ids->GetNumberOfIds();
      std::vector<Vec2> lower;
      std::vector<Vec2> upper;
      double size = 0.0;
      for (vtkIdType i = 0; i < n; ++i)
      {
        double x[3];
        this->Mesh->GetPoint(ids->GetId(i), x);
        const Vec2 at{ x[(axis + 1) % 3], x[(axis + 2) % 3] };
        (x[axis] - low <= tolerance ? lower : upper).push_back(at);
        size = std::max(size, length(at - (lower.empty() ? upper[0] : lower[0])));
      }
      twoPlanes = n >= 6 && lower.size() == upper.size() &&
        std::all_of(lower.begin(), lower.end(), [&](Vec2 a) {
          return std::any_of(
            upper.begin(), upper.end(), [&](Vec2 b) { return length(a - b) <= 1e-6 * size; });
        });
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
    for (auto& face : cellFaces(this->Mesh, cell, this->cellType(cell)))
    {
      if (std::all_of(face.begin(), face.end(), [this](vtkIdType id) {
            return this->Plane.height(pointOf(this->Mesh, id)) < 0.5 * this->Thickness;
          }))
      {
        found = std::move(face);
        break;
      }
    }
  }
  else
  {
    vtkNew<vtkIdList> list;
    cellPoints(this->Mesh, cell, this->cellType(cell), list);
    found.assign(list->GetPointer(0), list->GetPointer(0) + list->GetNumberOfIds());
  }
  auto project = [&]() {
    result.clear();
    for (vtkIdType id : found)
    {
      result.push_back(this->Plane.project(pointOf(this->Mesh, id)));
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

void MeshAdaptor::polyhedron(vtkIdType cell, Polyhedron& result) const
{
  result.clear();
  vtkNew<vtkIdList> ids;
  this->Mesh->GetCellPoints(cell, ids);
  for (vtkIdType i = 0; i < ids->GetNumberOfIds(); ++i)
  {
    result.points.push_back(pointOf(this->Mesh, ids->GetId(i)));
  }
  std::vector<int> local;
  for (const auto& face : cellFaces(this->Mesh, cell, this->cellType(cell)))
  {
    local.clear();
    for (vtkIdType id : face)
    {
      local.push_back(static_cast<int>(ids->IsId(id)));
    }
    addFace(result, local.data(), static_cast<int>(local.size()));
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
  mesh.points.resize(this->Mesh->GetNumberOfPoints());
  for (vtkIdType id = 0; id < this->Mesh->GetNumberOfPoints(); ++id)
  {
    mesh.points[id] = this->Plane.project(pointOf(this->Mesh, id));
  }
  Polygon polygon;
  std::vector<vtkIdType> ids;
  for (vtkIdType cell = 0; cell < this->Mesh->GetNumberOfCells(); ++cell)
  {
    this->polygon(cell, polygon, &ids);
    mesh.connectivity.insert(mesh.connectivity.end(), ids.begin(), ids.end());
    mesh.offsets.push_back(static_cast<std::int64_t>(mesh.connectivity.size()));
  }
  return mesh;
}

std::vector<SharedFace> MeshAdaptor::sharedFaces(const std::vector<vtkIdType>& cells) const
{
  vtkNew<vtkIdList> ids;
  std::vector<bool> marked(this->Mesh->GetNumberOfPoints(), false);
  for (vtkIdType cell : cells)
  {
    this->Mesh->GetCellPoints(cell, ids);
    for (vtkIdType i = 0; i < ids->GetNumberOfIds(); ++i)
    {
      marked[ids->GetId(i)] = true;
    }
  }
  struct HalfFace
  {
    std::vector<vtkIdType> key;
    std::vector<vtkIdType> points;
    vtkIdType cell;
  };
  std::vector<HalfFace> halves;
  for (vtkIdType cell = 0; cell < this->Mesh->GetNumberOfCells(); ++cell)
  {
    this->Mesh->GetCellPoints(cell, ids);
    const vtkIdType* begin = ids->GetPointer(0);
    if (std::none_of(
          begin, begin + ids->GetNumberOfIds(), [&](vtkIdType id) { return marked[id]; }))
    {
      continue;
    }
    for (auto& face : cellFaces(this->Mesh, cell, this->cellType(cell)))
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
  std::vector<SharedFace> faces;
  for (std::size_t i = 0; i + 1 < halves.size(); ++i)
  {
    const HalfFace& a = halves[i];
    const HalfFace& b = halves[i + 1];
    if (a.key != b.key ||
      (!std::binary_search(cells.begin(), cells.end(), a.cell) &&
        !std::binary_search(cells.begin(), cells.end(), b.cell)))
    {
      continue;
    }
    SharedFace face{ a.cell, b.cell, {} };
    for (vtkIdType id : a.points)
    {
      face.polygon.push_back(pointOf(this->Mesh, id));
    }
    faces.push_back(std::move(face));
  }
  return faces;
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
  constexpr unsigned char skipped =
    vtkDataSetAttributes::DUPLICATECELL | vtkDataSetAttributes::HIDDENCELL;
  return this->Ghosts && (this->Ghosts->GetValue(cell) & skipped) != 0;
}

} // namespace mir
