#include "InterfaceInput.h"

#include "data/CellRegion.h"

#include "vtkCellData.h"
#include "vtkDataArray.h"
#include "vtkDataSet.h"
#include "vtkIdList.h"
#include "vtkIdTypeArray.h"
#include "vtkNew.h"
#include "vtkPolyData.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace mir {

namespace {

Vec3 pointOf(vtkPolyData* data, vtkIdType id)
{
  double x[3];
  data->GetPoint(id, x);
  return { x[0], x[1], x[2] };
}

/// Cells of the mesh by the ids that SourceCellIds holds.
class SourceCells
{
public:
  SourceCells(vtkPolyData* interface, const MeshAdaptor& mesh)
    : Ids(interface->GetCellData()->GetArray("SourceCellIds"))
    , Count(mesh.mesh()->GetNumberOfCells())
    , HasGlobalIds(mesh.hasGlobalIds())
  {
    if (!this->Ids || this->Ids->GetNumberOfTuples() != interface->GetNumberOfCells())
    {
      throw std::runtime_error(
        "the interface has no cell array 'SourceCellIds' of one value a cell");
    }
    for (vtkIdType cell = 0; this->HasGlobalIds && cell < this->Count; ++cell)
    {
      this->ByGlobalId.emplace(mesh.globalId(cell), cell);
    }
  }

  vtkIdType operator[](vtkIdType facet) const
  {
    auto* exact = vtkIdTypeArray::SafeDownCast(this->Ids);
    const vtkIdType id =
      exact ? exact->GetValue(facet) : static_cast<vtkIdType>(this->Ids->GetTuple1(facet));
    if (this->HasGlobalIds)
    {
      const auto found = this->ByGlobalId.find(id);
      if (found != this->ByGlobalId.end())
      {
        return found->second;
      }
    }
    else if (id >= 0 && id < this->Count)
    {
      return id;
    }
    throw std::runtime_error("facet " + std::to_string(facet) + " of the interface has the " +
      "'SourceCellIds' " + std::to_string(id) + ", which is no cell of the mesh");
  }

private:
  vtkDataArray* Ids;
  vtkIdType Count;
  bool HasGlobalIds;
  std::unordered_map<vtkIdType, vtkIdType> ByGlobalId;
};

/// The interface's normals, or null where it has none.
vtkDataArray* normalsOf(vtkPolyData* interface)
{
  vtkDataArray* normals = interface->GetCellData()->GetArray("Normals");
  return normals && normals->GetNumberOfComponents() == 3 &&
      normals->GetNumberOfTuples() == interface->GetNumberOfCells()
    ? normals
    : nullptr;
}

/// |area of the closed region - fraction| of one cell with the given segments.
double conservationError(
  const Polygon& cell, const std::vector<std::array<Vec2, 2>>& segments, double fraction)
{
  return std::abs(closeRegion(cell, segments).area() / area(cell) - fraction);
}

bool isPure(double fraction, double tolerance)
{
  return fraction <= tolerance || fraction >= 1.0 - tolerance;
}

/// Turns every cell's segments round together where that conserves better.
void orientByConservation(
  InterfaceLines& lines, const PlanarMesh& planar, const std::vector<double>& fractions)
{
  std::unordered_map<std::int64_t, std::vector<std::size_t>> byCell;
  for (std::size_t s = 0; s < lines.segments.size(); ++s)
  {
    byCell[lines.cells[s]].push_back(s);
  }
  for (const auto& [cell, segments] : byCell)
  {
    const Polygon polygon = planar.polygon(cell);
    std::vector<std::array<Vec2, 2>> ahead;
    std::vector<std::array<Vec2, 2>> back;
    for (std::size_t s : segments)
    {
      const Vec2 a = lines.points[lines.segments[s][0]];
      const Vec2 b = lines.points[lines.segments[s][1]];
      ahead.push_back({ a, b });
      back.push_back({ b, a });
    }
    if (conservationError(polygon, back, fractions[cell]) <
      conservationError(polygon, ahead, fractions[cell]))
    {
      for (std::size_t s : segments)
      {
        std::swap(lines.segments[s][0], lines.segments[s][1]);
      }
    }
  }
}

} // namespace

PlanarInterface planarInterface(vtkPolyData* interface, const MeshAdaptor& mesh,
  const PlanarMesh& planar, const std::vector<double>& fractions)
{
  PlanarInterface result;
  const vtkIdType facets = interface->GetNumberOfCells();
  if (facets == 0)
  {
    return result;
  }
  const SourceCells source(interface, mesh);
  vtkDataArray* normals = normalsOf(interface);
  const MeshPlane& plane = mesh.plane();
  vtkNew<vtkIdList> ids;
  for (vtkIdType facet = 0; facet < facets; ++facet)
  {
    interface->GetCellPoints(facet, ids);
    std::vector<Vec2> path;
    const vtkIdType n = ids->GetNumberOfIds();
    if (mesh.extruded())
    {
      // The edge on the lower plane.
      auto low = [&](vtkIdType i) {
        return plane.height(pointOf(interface, ids->GetId(i % n))) < 0.5 * mesh.thickness();
      };
      for (vtkIdType i = 0; i < n && path.empty(); ++i)
      {
        if (n >= 3 && low(i) && low(i + 1))
        {
          path = { plane.project(pointOf(interface, ids->GetId(i))),
            plane.project(pointOf(interface, ids->GetId((i + 1) % n))) };
        }
      }
    }
    else if (interface->GetCellType(facet) == VTK_LINE ||
      interface->GetCellType(facet) == VTK_POLY_LINE)
    {
      for (vtkIdType i = 0; i < n; ++i)
      {
        path.push_back(plane.project(pointOf(interface, ids->GetId(i))));
      }
    }
    if (path.size() < 2)
    {
      throw std::runtime_error("facet " + std::to_string(facet) +
        " of the interface is not a line, or not a polygon through the thickness of the mesh");
    }
    for (std::size_t i = 0; i + 1 < path.size(); ++i)
    {
      Vec2 a = path[i];
      Vec2 b = path[i + 1];
      if (normals)
      {
        double n3[3];
        normals->GetTuple(facet, n3);
        const Vec3 normal{ n3[0], n3[1], n3[2] };
        const Vec2 out{ dot(normal, plane.uAxis), dot(normal, plane.vAxis) };
        if (dot(out, Vec2{ b.y - a.y, a.x - b.x }) < 0.0)
        {
          std::swap(a, b);
        }
      }
      const auto first = static_cast<std::int64_t>(result.lines.points.size());
      result.lines.points.insert(result.lines.points.end(), { a, b });
      result.lines.segments.push_back({ first, first + 1 });
      result.lines.cells.push_back(source[facet]);
      result.facets.push_back(facet);
    }
  }
  if (!normals)
  {
    orientByConservation(result.lines, planar, fractions);
  }
  return result;
}

std::vector<PlanarFacet3> solidInterface(vtkPolyData* interface, const MeshAdaptor& mesh,
  const std::vector<double>& fractions, double tolerance, std::vector<vtkIdType>& facetOfCell)
{
  std::vector<PlanarFacet3> result(fractions.size());
  facetOfCell.assign(fractions.size(), -1);
  const vtkIdType facets = interface->GetNumberOfCells();
  if (facets == 0)
  {
    return result;
  }
  const SourceCells source(interface, mesh);
  vtkDataArray* normals = normalsOf(interface);
  vtkNew<vtkIdList> ids;
  for (vtkIdType facet = 0; facet < facets; ++facet)
  {
    interface->GetCellPoints(facet, ids);
    const vtkIdType n = ids->GetNumberOfIds();
    const vtkIdType cell = source[facet];
    if (isPure(fractions[cell], tolerance))
    {
      continue; // on a face of a full cell
    }
    const Vec3 origin = n > 0 ? pointOf(interface, ids->GetId(0)) : Vec3{};
    Vec3 twice;
    Vec3 mean;
    for (vtkIdType i = 0; i < n; ++i)
    {
      const Vec3 a = pointOf(interface, ids->GetId(i)) - origin;
      mean = mean + 1.0 / static_cast<double>(n) * a;
      twice = twice + cross(a, pointOf(interface, ids->GetId((i + 1) % n)) - origin);
    }
    if (n < 3 || length(twice) == 0.0)
    {
      continue; // a sliver without area bounds nothing
    }
    PlanarFacet3 plane;
    plane.present = true;
    plane.normal = 1.0 / length(twice) * twice;
    plane.centroid = origin + mean;
    plane.area = 0.5 * length(twice);
    if (normals)
    {
      double n3[3];
      normals->GetTuple(facet, n3);
      const Vec3 given{ n3[0], n3[1], n3[2] };
      plane.normal = length(given) > 0.0 ? 1.0 / length(given) * given : plane.normal;
    }
    plane.constant = dot(plane.normal, plane.centroid);
    if (!normals)
    {
      // The side that conserves better.
      Polyhedron polyhedron;
      mesh.polyhedron(cell, polyhedron);
      for (Vec3& point : polyhedron.points)
      {
        point = point - plane.centroid;
      }
      const double below = volumeBelow(polyhedron, plane.normal, 0.0) / volume(polyhedron);
      if (std::abs(1.0 - below - fractions[cell]) < std::abs(below - fractions[cell]))
      {
        plane.normal = -plane.normal;
        plane.constant = -plane.constant;
      }
    }
    PlanarFacet3& known = result[cell];
    if (known.present)
    {
      // Pieces of one plane in a non-convex cell.
      if (length(known.normal - plane.normal) > 1e-9 ||
        std::abs(dot(known.normal, plane.centroid - known.centroid)) > 1e-9 * std::sqrt(plane.area))
      {
        throw std::runtime_error("cell " + std::to_string(cell) +
          " has facets of several planes; in 3D errors are measured for one plane a cell");
      }
      const double both = known.area + plane.area;
      known.centroid = known.area / both * known.centroid + plane.area / both * plane.centroid;
      known.area = both;
      continue;
    }
    known = plane;
    facetOfCell[cell] = facet;
  }
  return result;
}

} // namespace mir
