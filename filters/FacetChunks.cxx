#include "FacetChunks.h"

#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "PureFaces.h"
#include "ThreadedLoops.h"

#include "vtkCellArray.h"
#include "vtkCellData.h"
#include "vtkDoubleArray.h"
#include "vtkIdTypeArray.h"
#include "vtkIntArray.h"
#include "vtkNew.h"
#include "vtkPoints.h"
#include "vtkPolyData.h"
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

void addPureFaces(const MeshAdaptor& mesh, const MaterialFractions& fractions, FacetChunk& facets)
{
  const std::vector<PureFace> faces = pureFaces(mesh, fractions);
  std::vector<Vec3> loop;
  for (const PureFace& face : faces)
  {
    loop.clear();
    for (vtkIdType id : face.points)
    {
      const Vec3 x = mesh.reader().point(id);
      const Vec2 u = mesh.plane().project(x);
      loop.push_back(mesh.dimension() == 2 ? Vec3{ u.x, u.y, 0.0 } : x);
    }
    const Vec3 origin = loop[0];
    for (Vec3& x : loop)
    {
      x = x - origin;
    }
    const Vec3 along = loop[1] - loop[0];
    Vec3 normal = { along.y, -along.x, 0.0 };
    if (mesh.dimension() == 3)
    {
      normal = {};
      for (std::size_t i = 2; i < loop.size(); ++i)
      {
        normal = normal + cross(loop[i - 1], loop[i]);
      }
    }
    const double size = length(normal);
    if (size > 0.0)
    {
      facets.add(mesh, face.source, origin, loop.data(), static_cast<int>(loop.size()),
        1.0 / size * normal, fractions.state(face.inside), fractions.state(face.outside));
    }
  }
}

void writeFacets(
  const MeshAdaptor& mesh, const std::vector<FacetChunk>& chunks, vtkPolyData* output)
{
  std::vector<vtkIdType> firstPoint(chunks.size() + 1, 0);
  std::vector<vtkIdType> firstFacet(chunks.size() + 1, 0);
  std::vector<vtkIdType> firstCorner(chunks.size() + 1, 0);
  for (std::size_t c = 0; c < chunks.size(); ++c)
  {
    firstPoint[c + 1] = firstPoint[c] + static_cast<vtkIdType>(chunks[c].points.size());
    firstFacet[c + 1] = firstFacet[c] + static_cast<vtkIdType>(chunks[c].sizes.size());
    const bool own = chunks[c].connectivity.empty();
    firstCorner[c + 1] = firstCorner[c] +
      static_cast<vtkIdType>(own ? chunks[c].points.size() : chunks[c].connectivity.size());
  }
  const vtkIdType numberOfPoints = firstPoint.back();
  const vtkIdType facets = firstFacet.back();
  const vtkIdType corners = firstCorner.back();
  vtkNew<vtkDoubleArray> coordinates;
  coordinates->SetNumberOfComponents(3);
  coordinates->SetNumberOfTuples(numberOfPoints);
  vtkNew<vtkTypeInt64Array> offsets;
  offsets->SetNumberOfValues(facets + 1);
  offsets->SetValue(facets, corners);
  vtkNew<vtkTypeInt64Array> connectivity;
  connectivity->SetNumberOfValues(corners);
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

  runRanges(static_cast<vtkIdType>(chunks.size()), 1, [&](vtkIdType c, vtkIdType last) {
    for (; c < last; ++c)
    {
      const FacetChunk& chunk = chunks[c];
      double* x = coordinates->GetPointer(3 * firstPoint[c]);
      for (std::size_t i = 0; i < chunk.points.size(); ++i)
      {
        x[3 * i] = chunk.points[i].x;
        x[3 * i + 1] = chunk.points[i].y;
        x[3 * i + 2] = chunk.points[i].z;
      }
      vtkIdType corner = firstCorner[c];
      for (vtkIdType i = corner; i < firstCorner[c + 1]; ++i)
      {
        const vtkIdType place = i - corner;
        connectivity->SetValue(
          i, firstPoint[c] + (chunk.connectivity.empty() ? place : chunk.connectivity[place]));
      }
      for (std::size_t i = 0; i < chunk.sizes.size(); ++i)
      {
        const vtkIdType facet = firstFacet[c] + static_cast<vtkIdType>(i);
        offsets->SetValue(facet, corner);
        corner += chunk.sizes[i];
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
