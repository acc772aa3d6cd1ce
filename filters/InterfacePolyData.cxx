#include "InterfacePolyData.h"

#include "vtkCellArray.h"
#include "vtkCellData.h"
#include "vtkDataSet.h"
#include "vtkDoubleArray.h"
#include "vtkFieldData.h"
#include "vtkIdTypeArray.h"
#include "vtkIntArray.h"
#include "vtkPoints.h"
#include "vtkPolyData.h"
#include "vtkStringArray.h"

#include <cmath>

namespace mir {

InterfaceBuilder::InterfaceBuilder(const MeshAdaptor& mesh)
  : Mesh(mesh)
{
  this->Points->SetDataTypeToDouble();
  this->MaterialIds->SetName("MaterialIds");
  this->MaterialIds->SetNumberOfComponents(2);
  this->SourceCellIds->SetName("SourceCellIds");
  this->Normals->SetName("Normals");
  this->Normals->SetNumberOfComponents(3);
  this->Area->SetName("Area");
}

InterfaceBuilder::~InterfaceBuilder() = default;

void InterfaceBuilder::addCellData(vtkIdType cell, Vec3 normal, double area)
{
  const int materials[2] = { 0, 1 };
  this->MaterialIds->InsertNextTypedTuple(materials);
  this->SourceCellIds->InsertNextValue(this->Mesh.globalId(cell));
  const double n[3] = { normal.x, normal.y, normal.z };
  this->Normals->InsertNextTypedTuple(n);
  this->Area->InsertNextValue(area);
}

void InterfaceBuilder::addSegments(const std::vector<Vec2>& points,
  const std::vector<std::array<std::int64_t, 2>>& segments, const std::vector<std::int64_t>& cells)
{
  const MeshPlane& plane = this->Mesh.plane();
  const bool extruded = this->Mesh.extruded();
  // Points in the order of their first use, those of facets left out not at all.
  std::vector<vtkIdType> ids(points.size(), -1);
  auto pointId = [&](std::int64_t point) {
    if (ids[point] < 0)
    {
      const Vec3 low = plane.lift(points[point]);
      ids[point] = this->Points->InsertNextPoint(low.x, low.y, low.z);
      if (extruded)
      {
        const Vec3 high = plane.lift(points[point], this->Mesh.thickness());
        this->Points->InsertNextPoint(high.x, high.y, high.z);
      }
    }
    return ids[point];
  };
  for (std::size_t s = 0; s < segments.size(); ++s)
  {
    const Vec2 d = points[segments[s][1]] - points[segments[s][0]];
    const double size = length(d);
    if (!(size > 0.0) || this->Mesh.isGhost(cells[s]))
    {
      continue;
    }
    const Vec3 normal = plane.direction({ d.y / size, -d.x / size });
    const vtkIdType a = pointId(segments[s][0]);
    const vtkIdType b = pointId(segments[s][1]);
    if (extruded)
    {
      // A point on the upper plane follows the one below it.
      const vtkIdType quad[4] = { a, b, b + 1, a + 1 };
      this->Polygons->InsertNextCell(4, quad);
      this->addCellData(cells[s], normal, size * this->Mesh.thickness());
    }
    else
    {
      const vtkIdType line[2] = { a, b };
      this->Lines->InsertNextCell(2, line);
      this->addCellData(cells[s], normal, size);
    }
  }
}

void InterfaceBuilder::addPolygon(const std::vector<Vec3>& loop, Vec3 normal, vtkIdType cell)
{
  if (this->Mesh.isGhost(cell))
  {
    return;
  }
  Vec3 twice;
  this->Polygons->InsertNextCell(static_cast<int>(loop.size()));
  for (std::size_t i = 0; i < loop.size(); ++i)
  {
    this->Polygons->InsertCellPoint(this->Points->InsertNextPoint(loop[i].x, loop[i].y, loop[i].z));
    twice = twice + cross(loop[i] - loop[0], loop[(i + 1) % loop.size()] - loop[0]);
  }
  this->addCellData(cell, normal, 0.5 * std::abs(dot(twice, normal)));
}

vtkIdType InterfaceBuilder::numberOfFacets() const
{
  return this->SourceCellIds->GetNumberOfValues();
}

void InterfaceBuilder::finish(vtkPolyData* output)
{
  output->SetPoints(this->Points);
  if (this->Lines->GetNumberOfCells() > 0)
  {
    output->SetLines(this->Lines);
  }
  if (this->Polygons->GetNumberOfCells() > 0)
  {
    output->SetPolys(this->Polygons);
  }
  vtkCellData* data = output->GetCellData();
  data->AddArray(this->MaterialIds);
  data->AddArray(this->SourceCellIds);
  data->AddArray(this->Normals);
  data->AddArray(this->Area);
}

void setField(vtkDataObject* output, const std::string& name, const std::string& value)
{
  vtkNew<vtkStringArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(value);
  output->GetFieldData()->AddArray(array);
}

void setField(vtkDataObject* output, const std::string& name, double value)
{
  vtkNew<vtkDoubleArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(value);
  output->GetFieldData()->AddArray(array);
}

void setField(vtkDataObject* output, const std::string& name, std::int64_t value)
{
  vtkNew<vtkIdTypeArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(value);
  output->GetFieldData()->AddArray(array);
}

} // namespace mir
