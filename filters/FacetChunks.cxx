#include "FacetChunks.h"

#include "MeshAdaptor.h"

#include "vtkCellArray.h"
#include "vtkCellData.h"
#include "vtkDoubleArray.h"
#include "vtkIdTypeArray.h"
#include "vtkIntArray.h"
#include "vtkNew.h"
#include "vtkPoints.h"
#include "vtkPolyData.h"
#include "vtkSMPTools.h"
#include "vtkTypeInt64Array.h"

#include <cmath>
#include <cstdint>

namespace mir {

void FacetChunk::add(const MeshAdaptor& mesh, vtkIdType cell, Vec3 origin, const Vec3* loop,
  int count, Vec3 normal, int inside, int outside)
{
  double size = 0.0;
  if (mesh.dimension() == 2)
  {
    size = length(loop[1] - loop[0]);
    if (!(size > 0.0))
    {
      return;
    }
    const MeshPlane& plane = mesh.plane();
    const Vec3 a = origin + loop[0];
    const Vec3 b = origin + loop[1];
    this->points.push_back(plane.lift({ a.x, a.y }));
    this->points.push_back(plane.lift({ b.x, b.y }));
    if (mesh.extruded())
    {
      this->points.push_back(plane.lift({ b.x, b.y }, mesh.thickness()));
      this->points.push_back(plane.lift({ a.x, a.y }, mesh.thickness()));
      size *= mesh.thickness();
    }
    this->sizes.push_back(mesh.extruded() ? 4 : 2);
    this->normals.push_back(plane.direction({ normal.x, normal.y }));
  }
  else
  {
    Vec3 twice;
    for (int i = 0; i < count; ++i)
    {
      this->points.push_back(origin + loop[i]);
      twice = twice + cross(loop[i] - loop[0], loop[(i + 1) % count] - loop[0]);
    }
    size = 0.5 * std::abs(dot(twice, normal));
    this->sizes.push_back(count);
    this->normals.push_back(normal);
  }
  this->areas.push_back(size);
  this->materials.push_back({ inside, outside });
  this->cells.push_back(cell);
}

void writeFacets(
  const MeshAdaptor& mesh, const std::vector<FacetChunk>& chunks, vtkPolyData* output)
{
  std::vector<vtkIdType> firstPoint(chunks.size() + 1, 0);
  std::vector<vtkIdType> firstFacet(chunks.size() + 1, 0);
  for (std::size_t c = 0; c < chunks.size(); ++c)
  {
    firstPoint[c + 1] = firstPoint[c] + static_cast<vtkIdType>(chunks[c].points.size());
    firstFacet[c + 1] = firstFacet[c] + static_cast<vtkIdType>(chunks[c].sizes.size());
  }
  const vtkIdType numberOfPoints = firstPoint.back();
  const vtkIdType facets = firstFacet.back();
  vtkNew<vtkDoubleArray> coordinates;
  coordinates->SetNumberOfComponents(3);
  coordinates->SetNumberOfTuples(numberOfPoints);
  vtkNew<vtkTypeInt64Array> offsets;
  offsets->SetNumberOfValues(facets + 1);
  offsets->SetValue(facets, numberOfPoints);
  vtkNew<vtkTypeInt64Array> connectivity;
  connectivity->SetNumberOfValues(numberOfPoints);
  vtkNew<vtkIntArray> materialIds;
  materialIds->SetName("MaterialIds");
  materialIds->SetNumberOfComponents(2);
  materialIds->SetNumberOfTuples(facets);
  vtkNew<vtkIdTypeArray> sourceCellIds;
  sourceCellIds->SetName("SourceCellIds");
  sourceCellIds->SetNumberOfValues(facets);
  vtkNew<vtkDoubleArray> normals;
  normals->SetName("Normals");
  normals->SetNumberOfComponents(3);
  normals->SetNumberOfTuples(facets);
  vtkNew<vtkDoubleArray> area;
  area->SetName("Area");
  area->SetNumberOfValues(facets);

  vtkSMPTools::For(0, static_cast<vtkIdType>(chunks.size()), 1, [&](vtkIdType c, vtkIdType last) {
    for (; c < last; ++c)
    {
      const FacetChunk& chunk = chunks[c];
      double* x = coordinates->GetPointer(3 * firstPoint[c]);
      for (std::size_t i = 0; i < chunk.points.size(); ++i)
      {
        x[3 * i] = chunk.points[i].x;
        x[3 * i + 1] = chunk.points[i].y;
        x[3 * i + 2] = chunk.points[i].z;
        const vtkIdType id = firstPoint[c] + static_cast<vtkIdType>(i);
        connectivity->SetValue(id, id);
      }
      vtkIdType point = firstPoint[c];
      for (std::size_t i = 0; i < chunk.sizes.size(); ++i)
      {
        const vtkIdType facet = firstFacet[c] + static_cast<vtkIdType>(i);
        offsets->SetValue(facet, point);
        point += chunk.sizes[i];
        materialIds->SetTypedTuple(facet, chunk.materials[i].data());
        sourceCellIds->SetValue(facet, mesh.globalId(chunk.cells[i]));
        const double n[3] = { chunk.normals[i].x, chunk.normals[i].y, chunk.normals[i].z };
        normals->SetTypedTuple(facet, n);
        area->SetValue(facet, chunk.areas[i]);
      }
    }
  });

  vtkNew<vtkPoints> points;
  points->SetData(coordinates);
  output->SetPoints(points);
  if (facets > 0)
  {
    vtkNew<vtkCellArray> cells;
    cells->SetData(offsets, connectivity);
    mesh.cellDimension() == 2 ? output->SetLines(cells) : output->SetPolys(cells);
  }
  vtkCellData* data = output->GetCellData();
  data->AddArray(materialIds);
  data->AddArray(sourceCellIds);
  data->AddArray(normals);
  data->AddArray(area);
}

} // namespace mir
