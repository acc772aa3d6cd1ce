#include "PartWriter.h"

#include "MeshAdaptor.h"

#include "plic/PartTetrahedra.h"

#include "vtkCellType.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace mir {

namespace {

/// Starts a cell of the given points; its type may still change.
void addCell(PartChunk& chunk, int type, std::initializer_list<Vec3> points)
{
  chunk.points.insert(chunk.points.end(), points);
  chunk.types.push_back(static_cast<unsigned char>(type));
  chunk.sizes.push_back(static_cast<int>(points.size()));
}

/// Takes the last cell back.
void removeCell(PartChunk& chunk, std::size_t facesBefore)
{
  chunk.points.resize(chunk.points.size() - chunk.sizes.back());
  chunk.faces.resize(facesBefore);
  chunk.types.pop_back();
  chunk.sizes.pop_back();
}

/// Adds an offset to the points of the last cell.
void moveCell(PartChunk& chunk, Vec3 offset)
{
  for (auto x = chunk.points.end() - chunk.sizes.back(); x != chunk.points.end(); ++x)
  {
    *x = offset + *x;
  }
}

/// Whether a part is so flat along an axis that VTK is slow to split it, and mostly wrong.
bool isFlat(const Vec3* points, int count)
{
  Vec3 low = points[0];
  Vec3 high = points[0];
  for (int i = 1; i < count; ++i)
  {
    const Vec3 x = points[i];
    low = { std::min(low.x, x.x), std::min(low.y, x.y), std::min(low.z, x.z) };
    high = { std::max(high.x, x.x), std::max(high.y, x.y), std::max(high.z, x.z) };
  }
  const Vec3 size = high - low;
  return std::min({ size.x, size.y, size.z }) < 1e-3 * std::max({ size.x, size.y, size.z });
}

/// The prism over a polygon, relative to the plane's origin, as a polyhedron with the faces below,
/// above and around.
void addPrism(PartChunk& chunk, const MeshAdaptor& mesh, const Polygon& part)
{
  const int n = static_cast<int>(part.size());
  for (double height : { 0.0, mesh.thickness() })
  {
    for (Vec2 x : part)
    {
      chunk.points.push_back(mesh.plane().direction(x) + height * mesh.plane().normal);
    }
  }
  chunk.types.push_back(VTK_POLYHEDRON);
  chunk.sizes.push_back(2 * n);
  chunk.faces.push_back(n + 2);
  chunk.faces.push_back(n);
  for (int i = 0; i < n; ++i)
  {
    chunk.faces.push_back(n - 1 - i);
  }
  chunk.faces.push_back(n);
  for (int i = 0; i < n; ++i)
  {
    chunk.faces.push_back(n + i);
  }
  for (int i = 0; i < n; ++i)
  {
    const int next = (i + 1) % n;
    chunk.faces.insert(chunk.faces.end(), { 4, i, next, n + next, n + i });
  }
}

/// A triangle of the mesh's plane; in an extruded mesh the three tetrahedra of the prism over it.
void addTriangle(
  PartChunk& chunk, const MeshAdaptor& mesh, Vec3 origin, const std::array<Vec2, 3>& triangle)
{
  Vec3 low[3];
  Vec3 high[3];
  for (int i = 0; i < 3; ++i)
  {
    const Vec2 x{ origin.x + triangle[i].x, origin.y + triangle[i].y };
    low[i] = mesh.plane().lift(x);
    high[i] = mesh.plane().lift(x, mesh.thickness());
  }
  if (mesh.extruded())
  {
    addCell(chunk, VTK_TETRA, { low[0], low[1], low[2], high[2] });
    addCell(chunk, VTK_TETRA, { low[0], low[1], high[2], high[1] });
    addCell(chunk, VTK_TETRA, { low[0], high[1], high[2], high[0] });
    return;
  }
  addCell(chunk, VTK_TRIANGLE, { low[0], low[1], low[2] });
}

} // namespace

bool isFan(const Polygon& polygon)
{
  double all = 0.0;
  for (std::size_t i = 2; i < polygon.size(); ++i)
  {
    all += 0.5 * std::abs(cross(polygon[i - 1] - polygon[0], polygon[i] - polygon[0]));
  }
  return std::abs(all - area(polygon)) <= 1e-13 * all;
}

PartWriter::PartWriter(const MeshAdaptor& mesh, bool simplices)
  : Mesh(mesh)
  , Simplices(simplices)
{}

void PartWriter::add(PartChunk& chunk, vtkIdType cell, Vec3 origin, const MaterialPart& part)
{
  if (!part.polygon.empty())
  {
    this->addPolygon(chunk, origin, part.polygon);
  }
  else
  {
    this->addPolyhedron(chunk, origin, part.polyhedron);
  }
  chunk.materials.resize(chunk.types.size(), part.material);
  chunk.cells.resize(chunk.types.size(), cell);
}

void PartWriter::addPolygon(PartChunk& chunk, Vec3 origin, const Polygon& part)
{
  if (!this->Simplices && isFan(part))
  {
    const std::size_t facesBefore = chunk.faces.size();
    if (this->Mesh.extruded())
    {
      addPrism(chunk, this->Mesh, part);
      if (this->measuredRight(chunk, facesBefore, area(part) * this->Mesh.thickness()))
      {
        moveCell(chunk, this->Mesh.plane().lift({ origin.x, origin.y }));
        return;
      }
      removeCell(chunk, facesBefore);
    }
    else
    {
      for (Vec2 x : part)
      {
        chunk.points.push_back(this->Mesh.plane().lift({ origin.x + x.x, origin.y + x.y }));
      }
      chunk.types.push_back(VTK_POLYGON);
      chunk.sizes.push_back(static_cast<int>(part.size()));
      return;
    }
  }
  triangles(part, this->Triangles);
  for (const auto& triangle : this->Triangles)
  {
    addTriangle(chunk, this->Mesh, origin, triangle);
  }
}

void PartWriter::addPolyhedron(PartChunk& chunk, Vec3 origin, const Polyhedron& part)
{
  if (!this->Simplices && part.points.size() > 4)
  {
    const std::size_t facesBefore = chunk.faces.size();
    chunk.points.insert(chunk.points.end(), part.points.begin(), part.points.end());
    chunk.types.push_back(VTK_POLYHEDRON);
    chunk.sizes.push_back(static_cast<int>(part.points.size()));
    chunk.faces.push_back(part.numberOfFaces());
    for (int f = 0; f < part.numberOfFaces(); ++f)
    {
      chunk.faces.push_back(part.faceOffsets[f + 1] - part.faceOffsets[f]);
      chunk.faces.insert(chunk.faces.end(), part.faceVertices.begin() + part.faceOffsets[f],
        part.faceVertices.begin() + part.faceOffsets[f + 1]);
    }
    if (this->measuredRight(chunk, facesBefore, volume(part)))
    {
      moveCell(chunk, origin);
      return;
    }
    removeCell(chunk, facesBefore);
  }
  tetrahedra(part, this->Tetrahedra);
  for (const auto& t : this->Tetrahedra)
  {
    addCell(chunk, VTK_TETRA, { origin + t[0], origin + t[1], origin + t[2], origin + t[3] });
  }
}

bool PartWriter::measuredRight(const PartChunk& chunk, std::size_t facesBegin, double expected)
{
  const int count = chunk.sizes.back();
  const Vec3* points = chunk.points.data() + chunk.points.size() - count;
  return !isFlat(points, count) &&
    std::abs(this->Measure.polyhedron(points, count, chunk.faces.data() + facesBegin,
               static_cast<int>(chunk.faces.size() - facesBegin)) -
      expected) <= 1e-12 * expected;
}

} // namespace mir
