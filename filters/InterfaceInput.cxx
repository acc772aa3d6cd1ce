#include "InterfaceInput.h"

#include "vtkCellData.h"
#include "vtkDataArray.h"
#include "vtkDataSet.h"
#include "vtkIdList.h"
#include "vtkIdTypeArray.h"
#include "vtkNew.h"
#include "vtkPolyData.h"

#include <algorithm>
#include <array>
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

/// The materials inside and outside of the facets; 0 and 1 where there are no others and the
/// interface does not say.
class FacetMaterials
{
public:
  FacetMaterials(vtkPolyData* interface, int materials)
    : Ids(interface->GetCellData()->GetArray("MaterialIds"))
  {
    const bool usable = this->Ids && this->Ids->GetNumberOfComponents() == 2 &&
      this->Ids->GetNumberOfTuples() == interface->GetNumberOfCells();
    if (!usable && (this->Ids || materials > 2))
    {
      throw std::runtime_error(
        "the interface has no cell array 'MaterialIds' of two values a cell");
    }
  }

  std::array<int, 2> operator[](vtkIdType facet) const
  {
    return this->Ids ? std::array<int, 2>{ static_cast<int>(this->Ids->GetComponent(facet, 0)),
      static_cast<int>(this->Ids->GetComponent(facet, 1)) }
                     : std::array<int, 2>{ 0, 1 };
  }

private:
  vtkDataArray* Ids;
};

} // namespace

PlanarInterface planarInterface(vtkPolyData* interface, const MeshAdaptor& mesh, int materials)
{
  PlanarInterface result;
  const vtkIdType facets = interface->GetNumberOfCells();
  if (facets == 0)
  {
    return result;
  }
  const SourceCells source(interface, mesh);
  const FacetMaterials pairs(interface, materials);
  vtkDataArray* normals = normalsOf(interface);
  result.lines.oriented = normals != nullptr;
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
      result.lines.materials.push_back(pairs[facet]);
      result.facets.push_back(facet);
    }
  }
  return result;
}

SolidFacets solidInterface(vtkPolyData* interface, const MeshAdaptor& mesh, int materials)
{
  SolidFacets result;
  const vtkIdType facets = interface->GetNumberOfCells();
  if (facets == 0)
  {
    return result;
  }
  const SourceCells source(interface, mesh);
  const FacetMaterials pairs(interface, materials);
  vtkDataArray* normals = normalsOf(interface);
  result.oriented = normals != nullptr;
  for (vtkIdType id = 0; id < interface->GetNumberOfPoints(); ++id)
  {
    result.points.push_back(pointOf(interface, id));
  }
  vtkNew<vtkIdList> ids;
  for (vtkIdType facet = 0; facet < facets; ++facet)
  {
    interface->GetCellPoints(facet, ids);
    const auto begin = result.connectivity.end() - result.connectivity.begin();
    result.connectivity.insert(result.connectivity.end(), ids->begin(), ids->end());
    result.offsets.push_back(static_cast<std::int64_t>(result.connectivity.size()));
    result.materials.push_back(pairs[facet]);
    result.cells.push_back(source[facet]);
    if (normals)
    {
      double n[3];
      normals->GetTuple(facet, n);
      if (dot(vectorArea(result.loop(facet)), Vec3{ n[0], n[1], n[2] }) < 0.0)
      {
        std::reverse(result.connectivity.begin() + begin, result.connectivity.end());
      }
    }
  }
  return result;
}

} // namespace mir
