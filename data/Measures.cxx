#include "data/Measures.h"

#include "data/CellRegion.h"
#include "data/PlanarDistance.h"
#include "data/PlanarRegions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

constexpr double Infinity = std::numeric_limits<double>::infinity();
/// Distance of sampled points on interface and truth, in cell sizes.
constexpr double SampleSpacing = 0.125;
/// Differences of traces below this part of an edge are rounding.
constexpr double TraceRounding = 1e-13;

void measureConservation(const PlanarRegions& regions, InterfaceErrors& errors)
{
  ErrorSummary& summary = errors.summary;
  double sum = 0.0;
  for (std::int64_t cell = 0; cell < summary.cells; ++cell)
  {
    const PlanarCell& state = regions.cells[cell];
    double& error = errors.conservation[cell];
    for (std::size_t k = 0; k < regions.measured.size(); ++k)
    {
      const double part = regions.area(static_cast<int>(k), cell) / state.area;
      error = std::max(error, std::abs(part - regions.materials.part(regions.measured[k], cell)));
    }
    const bool mixed = regions.materials.mixed(cell);
    summary.conservationMax = std::max(summary.conservationMax, error);
    summary.mixed += mixed;
    summary.missing += state.missing;
    sum += mixed ? error : 0.0;
  }
  summary.conservationMean = summary.mixed > 0 ? sum / static_cast<double>(summary.mixed) : 0.0;
}

/// The traces of a material on both sides of an edge, each along its own cell's boundary.
struct EdgeSides
{
  CellRegion left;
  CellRegion right;
};

/// Edge 0 stands for the edge itself.
EdgeSides sidesOf(const MeshEdge& edge, int k, const PlanarRegions& regions)
{
  auto trace = [&](std::int64_t cell, int place) {
    CellRegion result;
    if (const CellRegion* own = regions.region(k, cell))
    {
      for (const EdgeTrace& t : own->traces)
      {
        if (t.edge == place)
        {
          result.traces.push_back({ 0, t.begin, t.end });
        }
      }
    }
    else if (regions.full(k, cell))
    {
      result.traces.push_back({ 0, 0.0, 1.0 });
    }
    return result;
  };
  EdgeSides sides{ trace(edge.left, edge.leftEdge), trace(edge.right, edge.rightEdge) };
  // Where segments lie on the edge, each side gets what the other one has beyond them.
  auto cross = [&](std::int64_t cell, int place, CellRegion& own, CellRegion& other) {
    const auto found = regions.onEdges.find({ cell, place });
    if (found == regions.onEdges.end())
    {
      return;
    }
    for (const SegmentOnEdge& s : found->second)
    {
      if (s.left == regions.measured[k])
      {
        other.traces.push_back({ 0, 1.0 - s.end, 1.0 - s.begin });
      }
      if (s.right == regions.measured[k])
      {
        own.traces.push_back({ 0, s.begin, s.end });
      }
    }
  };
  cross(edge.left, edge.leftEdge, sides.left, sides.right);
  cross(edge.right, edge.rightEdge, sides.right, sides.left);
  return sides;
}

void measureContinuity(
  const PlanarMesh& mesh, const PlanarRegions& regions, InterfaceErrors& errors)
{
  // A place with different materials is in the difference of two of them.
  const double share = regions.measured.size() > 1 ? 0.5 : 1.0;
  auto isCut = [](const CellRegion& side) {
    const double part = traceLength(side, 0);
    return part > TraceRounding && part < 1.0 - TraceRounding;
  };
  const CellMaterials& materials = regions.materials;
  auto crossed = [&](std::int64_t cell) { return regions.cells[cell].first >= 0; };
  auto pure = [&](std::int64_t cell) { return !materials.mixed(cell) && !crossed(cell); };
  auto wrong = [&](std::int64_t cell) { return !materials.mixed(cell) && crossed(cell); };
  std::int64_t count = 0;
  double sum = 0.0;
  for (const MeshEdge& edge : meshEdges(mesh))
  {
    const auto [a, b] = std::pair{ edge.left, edge.right };
    if (b < 0 || length(mesh.points[edge.second] - mesh.points[edge.first]) == 0.0 ||
      (pure(a) && pure(b)) || (!materials.haveCommon(a, b) && !wrong(a) && !wrong(b)))
    {
      continue;
    }
    double mismatch = 0.0;
    bool cut = false;
    for (int k = 0; k < static_cast<int>(regions.measured.size()); ++k)
    {
      const EdgeSides sides = sidesOf(edge, k, regions);
      mismatch += share * traceMismatch(sides.left, 0, sides.right, 0);
      cut = cut || isCut(sides.left) || isCut(sides.right);
    }
    if (mismatch == 0.0 && !cut)
    {
      continue;
    }
    ++count;
    sum += mismatch;
    for (std::int64_t cell : { a, b })
    {
      errors.continuity[cell] = std::max(errors.continuity[cell], mismatch);
    }
    errors.summary.continuityMax = std::max(errors.summary.continuityMax, mismatch);
  }
  errors.summary.continuityMean = count > 0 ? sum / static_cast<double>(count) : 0.0;
}

void measureShape(const PlanarMesh& mesh, const PlanarRegions& regions, const Region& truth,
  InterfaceErrors& errors)
{
  double total = 0.0;
  Polygon polygon;
  for (std::int64_t cell = 0; cell < mesh.numberOfCells(); ++cell)
  {
    const PlanarCell& state = regions.cells[cell];
    const std::int64_t* ids = mesh.cellPoints(cell);
    polygon.clear();
    for (int i = 0; i < mesh.cellSize(cell); ++i)
    {
      polygon.push_back(mesh.points[ids[i]]);
    }
    const double inside = truth.areaInside(polygon);
    double difference = regions.full(0, cell) ? state.area - inside : inside;
    if (const CellRegion* own = regions.region(0, cell))
    {
      double both = 0.0;
      for (const Polygon& loop : own->loops)
      {
        polygon.clear();
        for (const Vec2& point : loop)
        {
          polygon.push_back(mesh.points[ids[0]] + point);
        }
        both += truth.areaInside(polygon);
      }
      difference = own->area() + inside - 2.0 * both;
    }
    difference = std::max(0.0, difference);
    errors.shape[cell] = difference / state.area;
    total += difference;
  }
  errors.summary.shape = total > 0.0 ? total / truth.area() : 0.0;
}

/// Square root of the mean area of the mixed cells, of all cells if none is mixed.
double cellSize(const PlanarRegions& regions)
{
  double mixed = 0.0;
  double all = 0.0;
  std::int64_t count = 0;
  for (std::size_t cell = 0; cell < regions.cells.size(); ++cell)
  {
    const bool isMixed = regions.materials.mixed(static_cast<std::int64_t>(cell));
    all += regions.cells[cell].area;
    mixed += isMixed ? regions.cells[cell].area : 0.0;
    count += isMixed;
  }
  return count > 0 ? std::sqrt(mixed / static_cast<double>(count))
                   : std::sqrt(all / static_cast<double>(regions.cells.size()));
}

void measureNormals(const PlanarRegions& regions, const CellSegments& sorted, const Region& truth,
  double h, InterfaceErrors& errors)
{
  double total = 0.0;
  std::int64_t count = 0;
  for (std::int64_t cell = 0; cell < errors.summary.cells; ++cell)
  {
    double sum = 0.0;
    std::int64_t facets = 0;
    for (std::int64_t s = sorted.offsets[cell]; s < sorted.offsets[cell + 1]; ++s)
    {
      const Segment& segment = sorted.segments[s];
      if (!segment.bounds(0))
      {
        continue;
      }
      const Vec2 d = segment.inside == 0 ? segment.to - segment.from : segment.from - segment.to;
      const NearestPoint nearest = truth.nearest(0.5 * (segment.from + segment.to));
      errors.distance[segment.id] = nearest.signedDistance / h;
      sum += std::max(0.0, 1.0 - dot(1.0 / length(d) * Vec2{ d.y, -d.x }, nearest.normal));
      ++facets;
    }
    if (regions.cells[cell].missing && regions.materials.holds(0, cell))
    {
      sum = 2.0;
      facets = 1;
    }
    errors.normal[cell] = facets > 0 ? sum / static_cast<double>(facets) : 0.0;
    total += sum;
    count += facets;
  }
  errors.summary.normal = count > 0 ? total / static_cast<double>(count) : 0.0;
}

double hausdorff(const PlanarMesh& mesh, const CellSegments& sorted, const Region& truth, double h)
{
  std::vector<std::array<Vec2, 2>> segments;
  for (const Segment& s : sorted.segments)
  {
    if (s.bounds(0))
    {
      segments.push_back({ s.from, s.to });
    }
  }
  Vec2 low{ Infinity, Infinity };
  Vec2 high{ -Infinity, -Infinity };
  for (std::int64_t id : mesh.connectivity)
  {
    const Vec2 p = mesh.points[id];
    low = { std::min(low.x, p.x), std::min(low.y, p.y) };
    high = { std::max(high.x, p.x), std::max(high.y, p.y) };
  }
  return hausdorffDistance(segments, truth, low, high, SampleSpacing * h) / h;
}

} // namespace

InterfaceErrors measure(const PlanarMesh& mesh, const CellMaterials& materials,
  const InterfaceLines& lines, const Region* truth)
{
  const std::size_t cells = static_cast<std::size_t>(mesh.numberOfCells());
  if (materials.cells() != mesh.numberOfCells())
  {
    throw std::invalid_argument("a mesh of " + std::to_string(cells) + " cells has " +
      std::to_string(materials.cells()) + " volume fractions");
  }
  CellSegments sorted = sortByCell(mesh, materials, lines);
  const PlanarRegions regions = findRegions(mesh, materials, lines.oriented, sorted);
  InterfaceErrors errors;
  errors.summary.cells = mesh.numberOfCells();
  errors.conservation.assign(cells, 0.0);
  errors.continuity.assign(cells, 0.0);
  measureConservation(regions, errors);
  measureContinuity(mesh, regions, errors);
  if (truth)
  {
    const double h = cellSize(regions);
    errors.shape.assign(cells, 0.0);
    errors.normal.assign(cells, 0.0);
    errors.distance.assign(lines.segments.size(), std::numeric_limits<double>::quiet_NaN());
    measureShape(mesh, regions, *truth, errors);
    measureNormals(regions, sorted, *truth, h, errors);
    errors.summary.hausdorff = cells > 0 ? hausdorff(mesh, sorted, *truth, h) : 0.0;
  }
  return errors;
}

} // namespace mir
