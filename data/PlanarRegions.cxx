#include "data/PlanarRegions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// Segments this near to a cell's boundary, relative to its perimeter, lie on it.
constexpr double OnBoundary = 1e-11;
/// Roundings that the coordinates of a cut carry.
constexpr double Roundings = 16.0;

bool finite(Vec2 p)
{
  return std::isfinite(p.x) && std::isfinite(p.y);
}

[[noreturn]] void fail(const char* what, std::int64_t id, const char* why)
{
  throw std::invalid_argument(std::string(what) + " " + std::to_string(id) + " " + why);
}

void turn(Segment& segment)
{
  std::swap(segment.from, segment.to);
}

void checkSegments(
  const PlanarMesh& mesh, const CellMaterials& materials, const InterfaceLines& lines)
{
  const std::int64_t points = static_cast<std::int64_t>(lines.points.size());
  if (lines.cells.size() != lines.segments.size() ||
    (!lines.materials.empty() && lines.materials.size() != lines.segments.size()))
  {
    throw std::invalid_argument(
      "interface lines need one cell and one pair of materials a segment");
  }
  for (std::size_t s = 0; s < lines.segments.size(); ++s)
  {
    const std::int64_t id = static_cast<std::int64_t>(s);
    for (std::int64_t point : lines.segments[s])
    {
      if (point < 0 || point >= points)
      {
        fail("interface segment", id, "has a point id out of range");
      }
      if (!finite(lines.points[point]))
      {
        fail("interface segment", id, "has coordinates that are not finite");
      }
    }
    if (lines.cells[s] < 0 || lines.cells[s] >= mesh.numberOfCells())
    {
      fail("interface segment", id, "has a cell id out of range");
    }
    for (int material : lines.materials.empty() ? std::array<int, 2>{ 0, 1 } : lines.materials[s])
    {
      if (material < 0 || material >= materials.materials())
      {
        fail("interface segment", id, "has a material out of range");
      }
    }
  }
}

/// The edge of a cell that a segment lies on, or -1. Both are relative to `origin`.
int edgeOf(const Polygon& cell, const Segment& segment, Vec2 origin)
{
  const double tolerance = OnBoundary * perimeter(cell) +
    Roundings * std::numeric_limits<double>::epsilon() *
      std::max(std::abs(origin.x), std::abs(origin.y));
  for (std::size_t e = 0; e < cell.size(); ++e)
  {
    const Vec2 d = cell[(e + 1) % cell.size()] - cell[e];
    auto near = [&](Vec2 point) {
      const double dd = dot(d, d);
      const double t = dd > 0.0 ? std::clamp(dot(point - cell[e], d) / dd, 0.0, 1.0) : 0.0;
      return length(point - cell[e] - t * d) <= tolerance;
    };
    if (near(segment.from) && near(segment.to))
    {
      return static_cast<int>(e);
    }
  }
  return -1;
}

SegmentOnEdge onEdge(const Polygon& cell, int edge, const Segment& segment)
{
  const Vec2 d = cell[(edge + 1) % cell.size()] - cell[edge];
  const double from = dot(segment.from - cell[edge], d) / dot(d, d);
  const double to = dot(segment.to - cell[edge], d) / dot(d, d);
  return { std::clamp(std::min(from, to), 0.0, 1.0), std::clamp(std::max(from, to), 0.0, 1.0),
    from < to ? segment.inside : segment.outside, from < to ? segment.outside : segment.inside };
}

void localPolygon(const PlanarMesh& mesh, std::int64_t cell, Polygon& polygon)
{
  polygon.clear();
  const std::int64_t* ids = mesh.cellPoints(cell);
  for (int i = 0; i < mesh.cellSize(cell); ++i)
  {
    polygon.push_back(mesh.points[ids[i]] - mesh.points[ids[0]]);
  }
}

/// What the segments of a cell enclose of a material.
CellRegion regionOf(int material, const Polygon& cell, const std::vector<Segment>& segments)
{
  std::vector<std::array<Vec2, 2>> around;
  for (const Segment& s : segments)
  {
    if (s.bounds(material))
    {
      around.push_back(s.inside == material ? std::array<Vec2, 2>{ s.from, s.to }
                                            : std::array<Vec2, 2>{ s.to, s.from });
    }
  }
  return around.empty() ? CellRegion{} : closeRegion(cell, around);
}

/// Whether the segments of a cell conserve better the other way round.
bool isTurned(const CellMaterials& materials, std::int64_t cell, const Polygon& polygon,
  std::vector<Segment> segments)
{
  const int material = segments[0].inside;
  auto error = [&]() {
    return std::abs(regionOf(material, polygon, segments).area() / area(polygon) -
      materials.part(material, cell));
  };
  const double ahead = error();
  std::for_each(segments.begin(), segments.end(), turn);
  return error() < ahead;
}

} // namespace

CellSegments sortByCell(
  const PlanarMesh& mesh, const CellMaterials& materials, const InterfaceLines& lines)
{
  checkSegments(mesh, materials, lines);
  const std::int64_t cells = mesh.numberOfCells();
  auto segment = [&lines](std::size_t s) {
    const auto [from, to] = lines.segments[s];
    const auto [inside, outside] =
      lines.materials.empty() ? std::array<int, 2>{ 0, 1 } : lines.materials[s];
    return Segment{ lines.points[from], lines.points[to], static_cast<std::int64_t>(s), inside,
      outside };
  };
  auto empty = [](const Segment& s) { return s.from.x == s.to.x && s.from.y == s.to.y; };
  CellSegments sorted;
  sorted.offsets.assign(cells + 1, 0);
  for (std::size_t s = 0; s < lines.segments.size(); ++s)
  {
    sorted.offsets[lines.cells[s] + 1] += empty(segment(s)) ? 0 : 1;
  }
  for (std::int64_t cell = 0; cell < cells; ++cell)
  {
    sorted.offsets[cell + 1] += sorted.offsets[cell];
  }
  sorted.segments.resize(sorted.offsets.back());
  std::vector<std::int64_t> next(sorted.offsets.begin(), sorted.offsets.end() - 1);
  for (std::size_t s = 0; s < lines.segments.size(); ++s)
  {
    if (!empty(segment(s)))
    {
      sorted.segments[next[lines.cells[s]]++] = segment(s);
    }
  }
  return sorted;
}

PlanarRegions findRegions(
  const PlanarMesh& mesh, const CellMaterials& materials, bool oriented, CellSegments& sorted)
{
  PlanarRegions regions{ materials, materials.measured(), {}, {}, {} };
  regions.cells.resize(mesh.numberOfCells());
  Polygon polygon;
  std::vector<Segment> segments;
  for (std::int64_t cell = 0; cell < mesh.numberOfCells(); ++cell)
  {
    PlanarCell& state = regions.cells[cell];
    localPolygon(mesh, cell, polygon);
    state.area = area(polygon);
    if (!(state.area > 0.0) || !std::isfinite(state.area))
    {
      fail("cell", cell, "has no positive, finite area");
    }
    const Vec2 origin = mesh.points[mesh.cellPoints(cell)[0]];
    segments.clear();
    for (std::int64_t s = sorted.offsets[cell]; s < sorted.offsets[cell + 1]; ++s)
    {
      Segment local = sorted.segments[s];
      local.from = local.from - origin;
      local.to = local.to - origin;
      const int edge = edgeOf(polygon, local, origin);
      if (edge >= 0)
      {
        regions.onEdges[{ cell, edge }].push_back(onEdge(polygon, edge, local));
      }
      else
      {
        segments.push_back(local);
      }
    }
    if (segments.empty())
    {
      state.missing = materials.mixed(cell);
      continue;
    }
    if (!oriented && isTurned(materials, cell, polygon, segments))
    {
      std::for_each(segments.begin(), segments.end(), turn);
      std::for_each(sorted.segments.begin() + sorted.offsets[cell],
        sorted.segments.begin() + sorted.offsets[cell + 1], turn);
    }
    state.first = static_cast<std::int64_t>(regions.own.size());
    for (int material : regions.measured)
    {
      regions.own.push_back(regionOf(material, polygon, segments));
    }
  }
  return regions;
}

} // namespace mir
