#include "plic/CellCutter.h"

#include "plic/PlaneConstant.h"

namespace mir {

namespace {

/// Area, centroid and second moments of planar loops by fans about the first vertex.
CutMoments loopMoments(const std::vector<std::vector<Vec3>>& loops, Vec3 normal)
{
  CutMoments cut;
  if (loops.empty())
  {
    return cut;
  }
  const Vec3 origin = loops[0][0];
  double integrals[6] = {};
  Vec3 first;
  auto forEachTriangle = [&](auto&& visit) {
    for (const std::vector<Vec3>& loop : loops)
    {
      for (std::size_t i = 1; i + 1 < loop.size(); ++i)
      {
        const Vec3 a = loop[0] - origin;
        const Vec3 b = loop[i] - origin;
        const Vec3 c = loop[i + 1] - origin;
        visit(0.5 * dot(cross(b - a, c - a), normal), a, b, c);
      }
    }
  };
  forEachTriangle([&](double area, Vec3 a, Vec3 b, Vec3 c) {
    cut.area += area;
    first = first + (area / 3.0) * (a + b + c);
  });
  if (cut.area <= 0.0)
  {
    cut.area = 0.0;
    cut.centroid = origin;
    return cut;
  }
  const Vec3 mean = 1.0 / cut.area * first;
  cut.centroid = origin + mean;
  forEachTriangle([&](double area, Vec3 a, Vec3 b, Vec3 c) {
    a = a - mean;
    b = b - mean;
    c = c - mean;
    const Vec3 s = a + b + c;
    const double w = area / 12.0;
    integrals[0] += w * (a.x * a.x + b.x * b.x + c.x * c.x + s.x * s.x);
    integrals[1] += w * (a.y * a.y + b.y * b.y + c.y * c.y + s.y * s.y);
    integrals[2] += w * (a.z * a.z + b.z * b.z + c.z * c.z + s.z * s.z);
    integrals[3] += w * (a.x * a.y + b.x * b.y + c.x * c.y + s.x * s.y);
    integrals[4] += w * (a.x * a.z + b.x * b.z + c.x * c.z + s.x * s.z);
    integrals[5] += w * (a.y * a.z + b.y * b.z + c.y * c.z + s.y * s.z);
  });
  for (int i = 0; i < 6; ++i)
  {
    cut.second[i] = integrals[i];
  }
  return cut;
}

/// Length, centroid and second moments of segments.
CutMoments segmentMoments(const std::vector<std::vector<Vec3>>& segments)
{
  CutMoments cut;
  Vec3 first;
  for (const std::vector<Vec3>& segment : segments)
  {
    const double size = length(segment[1] - segment[0]);
    cut.area += size;
    first = first + (0.5 * size) * (segment[0] + segment[1]);
  }
  if (cut.area <= 0.0)
  {
    cut.centroid = segments.empty() ? Vec3{} : segments[0][0];
    return cut;
  }
  cut.centroid = 1.0 / cut.area * first;
  for (const std::vector<Vec3>& segment : segments)
  {
    const Vec3 along = segment[1] - segment[0];
    const Vec3 middle = 0.5 * (segment[0] + segment[1]) - cut.centroid;
    const double size = length(along);
    cut.second[0] += size * (along.x * along.x / 12.0 + middle.x * middle.x);
    cut.second[1] += size * (along.y * along.y / 12.0 + middle.y * middle.y);
    cut.second[3] += size * (along.x * along.y / 12.0 + middle.x * middle.y);
  }
  return cut;
}

} // namespace

CellCutter::CellCutter(const CellBand& band)
  : Band(band)
{}

double CellCutter::planeConstant(int cell, Vec3 normal, double fraction)
{
  if (this->Band.dimension == 2)
  {
    this->Band.polygon(cell, this->CellPolygon);
    return mir::planeConstant(this->CellPolygon, Vec2{ normal.x, normal.y }, fraction);
  }
  this->Band.polyhedron(cell, this->CellPolyhedron);
  return mir::planeConstant(this->CellPolyhedron, normal, fraction);
}

double CellCutter::volumeBelow(int cell, Vec3 normal, double constant, CutMoments* moments)
{
  if (moments)
  {
    this->cut(cell, normal, constant);
    *moments =
      this->Band.dimension == 2 ? segmentMoments(this->Loops) : loopMoments(this->Loops, normal);
  }
  if (this->Band.dimension == 2)
  {
    this->Band.polygon(cell, this->CellPolygon);
    return areaBelow(this->CellPolygon, { normal.x, normal.y }, constant);
  }
  this->Band.polyhedron(cell, this->CellPolyhedron);
  return mir::volumeBelow(this->CellPolyhedron, normal, constant);
}

const std::vector<std::vector<Vec3>>& CellCutter::cut(int cell, Vec3 normal, double constant)
{
  this->Loops.clear();
  if (this->Band.dimension == 2)
  {
    this->Band.polygon(cell, this->CellPolygon);
    for (const auto& line : mir::cut(this->CellPolygon, Vec2{ normal.x, normal.y }, constant))
    {
      this->Loops.push_back({ { line[0].x, line[0].y, 0.0 }, { line[1].x, line[1].y, 0.0 } });
    }
    return this->Loops;
  }
  this->Band.polyhedron(cell, this->CellPolyhedron);
  this->Loops = mir::cut(this->CellPolyhedron, normal, constant);
  return this->Loops;
}

} // namespace mir
