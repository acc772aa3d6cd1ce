#include "data/Measures.h"

#include "data/CellRegion.h"
#include "data/SegmentLocator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

constexpr double Pi = 3.14159265358979323846;
constexpr double Infinity = std::numeric_limits<double>::infinity();
/// Distance of sampled points on interface and truth, in cell sizes.
constexpr double SampleSpacing = 0.125;
/// Segments this near to a pure cell's boundary, relative to its perimeter, lie on it.
constexpr double OnBoundary = 1e-9;
/// Differences of traces below this part of an edge are rounding.
constexpr double TraceRounding = 1e-13;

bool finite(Vec2 p)
{
  return std::isfinite(p.x) && std::isfinite(p.y);
}

[[noreturn]] void fail(const char* what, std::int64_t id, const char* why)
{
  throw std::invalid_argument(std::string(what) + " " + std::to_string(id) + " " + why);
}

struct Segment
{
  Vec2 from;
  Vec2 to;
  std::int64_t id;
};

/// Segments by cell, those of no length left out.
struct CellSegments
{
  std::vector<std::int64_t> offsets;
  std::vector<Segment> segments;
};

CellSegments sortByCell(const PlanarMesh& mesh, const InterfaceLines& lines)
{
  const std::int64_t cells = mesh.numberOfCells();
  const std::int64_t points = static_cast<std::int64_t>(lines.points.size());
  if (lines.cells.size() != lines.segments.size())
  {
    throw std::invalid_argument("interface lines need one cell a segment");
  }
  CellSegments sorted;
  sorted.offsets.assign(cells + 1, 0);
  auto segment = [&lines](std::size_t s) {
    const auto [from, to] = lines.segments[s];
    return Segment{ lines.points[from], lines.points[to], static_cast<std::int64_t>(s) };
  };
  auto empty = [](const Segment& s) { return s.from.x == s.to.x && s.from.y == s.to.y; };
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
    if (lines.cells[s] < 0 || lines.cells[s] >= cells)
    {
      fail("interface segment", id, "has a cell id out of range");
    }
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

double distanceToBoundary(const Polygon& cell, Vec2 point)
{
  double least = Infinity;
  for (std::size_t i = 0; i < cell.size(); ++i)
  {
    const Vec2 d = cell[(i + 1) % cell.size()] - cell[i];
    const double dd = dot(d, d);
    const double t = dd > 0.0 ? std::clamp(dot(point - cell[i], d) / dd, 0.0, 1.0) : 0.0;
    least = std::min(least, length(point - cell[i] - t * d));
  }
  return least;
}

bool liesOnBoundary(const Polygon& cell, const std::array<Vec2, 2>& segment)
{
  const double tolerance = OnBoundary * perimeter(cell);
  return distanceToBoundary(cell, segment[0]) <= tolerance &&
    distanceToBoundary(cell, segment[1]) <= tolerance &&
    distanceToBoundary(cell, 0.5 * (segment[0] + segment[1])) <= tolerance;
}

/// A cell and the region that the interface makes of it. Cells that are neither mixed nor crossed
/// by the interface (nearly all) keep no region of their own.
struct CellState
{
  double area = 0.0;
  std::int64_t region = -1;
  bool full = false;
  bool mixed = false;
  bool missing = false;
};

struct Regions
{
  std::vector<CellState> cells;
  /// In coordinates relative to the cell's first vertex.
  std::vector<CellRegion> own;

  double area(std::int64_t cell) const
  {
    const CellState& state = this->cells[cell];
    return state.region >= 0 ? this->own[state.region].area() : state.full ? state.area : 0.0;
  }
};

void localPolygon(const PlanarMesh& mesh, std::int64_t cell, Polygon& polygon)
{
  polygon.clear();
  const std::int64_t* ids = mesh.cellPoints(cell);
  for (int i = 0; i < mesh.cellSize(cell); ++i)
  {
    polygon.push_back(mesh.points[ids[i]] - mesh.points[ids[0]]);
  }
}

Regions findRegions(const PlanarMesh& mesh, const std::vector<double>& fractions, double tolerance,
  const CellSegments& sorted)
{
  Regions regions;
  regions.cells.resize(mesh.numberOfCells());
  Polygon polygon;
  std::vector<std::array<Vec2, 2>> segments;
  for (std::int64_t cell = 0; cell < mesh.numberOfCells(); ++cell)
  {
    CellState& state = regions.cells[cell];
    localPolygon(mesh, cell, polygon);
    state.area = area(polygon);
    if (!(state.area > 0.0) || !std::isfinite(state.area))
    {
      fail("cell", cell, "has no positive, finite area");
    }
    const double f = fractions[cell];
    if (!std::isfinite(f))
    {
      fail("cell", cell, "has a volume fraction that is not finite");
    }
    state.mixed = f > tolerance && f < 1.0 - tolerance;
    state.full = f >= 0.5;
    const Vec2 origin = mesh.points[mesh.cellPoints(cell)[0]];
    segments.clear();
    for (std::int64_t s = sorted.offsets[cell]; s < sorted.offsets[cell + 1]; ++s)
    {
      const Segment& segment = sorted.segments[s];
      segments.push_back({ segment.from - origin, segment.to - origin });
      if (!state.mixed && liesOnBoundary(polygon, segments.back()))
      {
        segments.pop_back();
      }
    }
    if (!segments.empty())
    {
      state.region = static_cast<std::int64_t>(regions.own.size());
      regions.own.push_back(closeRegion(polygon, segments));
    }
    else if (state.mixed)
    {
      state.missing = true;
      state.full = !state.full;
    }
  }
  return regions;
}

void measureConservation(
  const Regions& regions, const std::vector<double>& fractions, PlanarErrors& errors)
{
  ErrorSummary& summary = errors.summary;
  double sum = 0.0;
  for (std::size_t cell = 0; cell < regions.cells.size(); ++cell)
  {
    const CellState& state = regions.cells[cell];
    const double f = pureFraction(fractions[cell], state.mixed);
    const double error = std::abs(regions.area(cell) / state.area - f);
    errors.conservation[cell] = error;
    summary.conservationMax = std::max(summary.conservationMax, error);
    summary.mixed += state.mixed;
    summary.missing += state.missing;
    sum += state.mixed ? error : 0.0;
  }
  summary.conservationMean = summary.mixed > 0 ? sum / static_cast<double>(summary.mixed) : 0.0;
}

void measureContinuity(const PlanarMesh& mesh, const Regions& regions, PlanarErrors& errors)
{
  CellRegion whole;
  whole.traces.push_back({ 0, 0.0, 1.0 });
  const CellRegion none;
  std::int64_t count = 0;
  double sum = 0.0;
  for (const MeshEdge& edge : meshEdges(mesh))
  {
    if (edge.right < 0 || length(mesh.points[edge.second] - mesh.points[edge.first]) == 0.0)
    {
      continue;
    }
    const CellState& left = regions.cells[edge.left];
    const CellState& right = regions.cells[edge.right];
    const bool plain = left.region < 0 && right.region < 0;
    if (plain && (left.full == right.full || (!left.mixed && !right.mixed)))
    {
      continue;
    }
    auto region = [&](const CellState& state) -> const CellRegion& {
      return state.region >= 0 ? regions.own[state.region] : state.full ? whole : none;
    };
    const CellRegion& a = region(left);
    const CellRegion& b = region(right);
    const int edgeOfA = left.region >= 0 ? edge.leftEdge : 0;
    const int edgeOfB = right.region >= 0 ? edge.rightEdge : 0;
    const double mismatch = traceMismatch(a, edgeOfA, b, edgeOfB);
    auto isCut = [](double trace) { return trace > TraceRounding && trace < 1.0 - TraceRounding; };
    if (mismatch == 0.0 && !isCut(traceLength(a, edgeOfA)) && !isCut(traceLength(b, edgeOfB)))
    {
      continue;
    }
    ++count;
    sum += mismatch;
    for (std::int64_t cell : { edge.left, edge.right })
    {
      errors.continuity[cell] = std::max(errors.continuity[cell], mismatch);
    }
    errors.summary.continuityMax = std::max(errors.summary.continuityMax, mismatch);
  }
  errors.summary.continuityMean = count > 0 ? sum / static_cast<double>(count) : 0.0;
}

void measureShape(
  const PlanarMesh& mesh, const Regions& regions, const Region& truth, PlanarErrors& errors)
{
  double total = 0.0;
  Polygon polygon;
  for (std::int64_t cell = 0; cell < mesh.numberOfCells(); ++cell)
  {
    const CellState& state = regions.cells[cell];
    const std::int64_t* ids = mesh.cellPoints(cell);
    polygon.clear();
    for (int i = 0; i < mesh.cellSize(cell); ++i)
    {
      polygon.push_back(mesh.points[ids[i]]);
    }
    const double inside = truth.areaInside(polygon);
    double difference = state.full ? state.area - inside : inside;
    if (state.region >= 0)
    {
      double both = 0.0;
      for (const Polygon& loop : regions.own[state.region].loops)
      {
        polygon.clear();
        for (const Vec2& point : loop)
        {
          polygon.push_back(mesh.points[ids[0]] + point);
        }
        both += truth.areaInside(polygon);
      }
      difference = regions.area(cell) + inside - 2.0 * both;
    }
    difference = std::max(0.0, difference);
    errors.shape[cell] = difference / state.area;
    total += difference;
  }
  errors.summary.shape = total > 0.0 ? total / truth.area() : 0.0;
}

/// Square root of the mean area of the mixed cells, of all cells if none is mixed.
double cellSize(const Regions& regions)
{
  double mixed = 0.0;
  double all = 0.0;
  std::int64_t count = 0;
  for (const CellState& state : regions.cells)
  {
    all += state.area;
    mixed += state.mixed ? state.area : 0.0;
    count += state.mixed;
  }
  return count > 0 ? std::sqrt(mixed / static_cast<double>(count))
                   : std::sqrt(all / static_cast<double>(regions.cells.size()));
}

void measureNormals(const Regions& regions, const CellSegments& sorted, const Region& truth,
  double h, PlanarErrors& errors)
{
  double total = 0.0;
  std::int64_t count = 0;
  for (std::size_t cell = 0; cell < regions.cells.size(); ++cell)
  {
    double sum = 0.0;
    std::int64_t facets = 0;
    for (std::int64_t s = sorted.offsets[cell]; s < sorted.offsets[cell + 1]; ++s)
    {
      const Segment& segment = sorted.segments[s];
      const Vec2 d = segment.to - segment.from;
      const NearestPoint nearest = truth.nearest(segment.from + 0.5 * d);
      errors.distance[segment.id] = nearest.signedDistance / h;
      sum += std::max(0.0, 1.0 - dot(1.0 / length(d) * Vec2{ d.y, -d.x }, nearest.normal));
      ++facets;
    }
    if (regions.cells[cell].missing)
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

/// Part of the segment from a to b inside a box, as a range of its parameter; empty if first >
/// second.
std::pair<double, double> clipToBox(Vec2 a, Vec2 b, Vec2 low, Vec2 high)
{
  double begin = 0.0;
  double end = 1.0;
  auto clip = [&](double from, double to, double least, double most) {
    if (from == to)
    {
      end = from < least || from > most ? -1.0 : end;
      return;
    }
    const double t0 = (least - from) / (to - from);
    const double t1 = (most - from) / (to - from);
    begin = std::max(begin, std::min(t0, t1));
    end = std::min(end, std::max(t0, t1));
  };
  clip(a.x, b.x, low.x, high.x);
  clip(a.y, b.y, low.y, high.y);
  return { begin, end };
}

/// Calls `visit` with points of the true boundary inside a box, at most `spacing` apart.
template <typename Visit>
void sampleBoundary(const Region& truth, Vec2 low, Vec2 high, double spacing, Visit visit)
{
  // Arcs come as dense as asked for, so that all points lie on them; straight pieces are divided
  // here. Where arcs are too large for that, points between are projected onto the truth.
  constexpr int coarse = 64;
  constexpr double most = 1 << 18;
  double radius = 0.0;
  for (const Polygon& polygon : truth.outline(coarse))
  {
    for (std::size_t i = 0; i < polygon.size(); ++i)
    {
      radius = std::max(radius, length(polygon[i] - polygon[0]));
    }
  }
  const int resolution =
    static_cast<int>(std::clamp(std::ceil(2.0 * Pi * radius / spacing), 1.0 * coarse, most));
  auto inBox = [&](
                 Vec2 p) { return p.x >= low.x && p.x <= high.x && p.y >= low.y && p.y <= high.y; };
  auto visitInBox = [&](Vec2 p) {
    if (inBox(p))
    {
      visit(p);
    }
  };
  for (const Polygon& polygon : truth.outline(resolution))
  {
    for (std::size_t i = 0; i < polygon.size(); ++i)
    {
      const Vec2 a = polygon[i];
      const Vec2 b = polygon[(i + 1) % polygon.size()];
      const double whole = length(b - a);
      visitInBox(a);
      if (whole <= spacing)
      {
        continue;
      }
      const Vec2 reach{ whole, whole };
      const auto [near, far] = clipToBox(a, b, low - reach, high + reach);
      if (near > far)
      {
        continue;
      }
      const bool straight = std::abs(truth.nearest(0.5 * (a + b)).signedDistance) <= 1e-9 * spacing;
      const auto [begin, end] =
        straight ? clipToBox(a, b, low, high) : std::pair<double, double>{ near, far };
      if (begin > end)
      {
        continue;
      }
      const double count = std::ceil((end - begin) * whole / spacing);
      for (double k = 0.0; k <= count; k += 1.0)
      {
        const double t = begin + (count > 0.0 ? k / count : 0.0) * (end - begin);
        const Vec2 p = a + t * (b - a);
        if (straight)
        {
          // Clipping may leave the ends outside by rounding.
          visit(Vec2{ std::clamp(p.x, low.x, high.x), std::clamp(p.y, low.y, high.y) });
        }
        else
        {
          visitInBox(truth.nearest(p).point);
        }
      }
    }
  }
}

double hausdorff(
  const PlanarMesh& mesh, const std::vector<Segment>& segments, const Region& truth, double h)
{
  const double spacing = SampleSpacing * h;
  double largest = 0.0;
  std::vector<std::array<Vec2, 2>> ends;
  for (const Segment& segment : segments)
  {
    const Vec2 d = segment.to - segment.from;
    const double count = std::max(1.0, std::ceil(length(d) / spacing));
    for (double k = 0.0; k <= count; k += 1.0)
    {
      const Vec2 p = k == count ? segment.to : segment.from + k / count * d;
      largest = std::max(largest, std::abs(truth.nearest(p).signedDistance));
    }
    ends.push_back({ segment.from, segment.to });
  }
  if (!segments.empty() && truth.outline(1).empty())
  {
    return Infinity;
  }
  Vec2 low{ Infinity, Infinity };
  Vec2 high{ -Infinity, -Infinity };
  for (std::int64_t id : mesh.connectivity)
  {
    const Vec2 p = mesh.points[id];
    low = { std::min(low.x, p.x), std::min(low.y, p.y) };
    high = { std::max(high.x, p.x), std::max(high.y, p.y) };
  }
  const SegmentLocator locator(std::move(ends));
  sampleBoundary(truth, low, high, spacing,
    [&](Vec2 p) { largest = std::max(largest, locator.nearest(p).distance); });
  return largest / h;
}

} // namespace

PlanarErrors measure(const PlanarMesh& mesh, const std::vector<double>& fractions, double tolerance,
  const InterfaceLines& lines, const Region* truth)
{
  const std::size_t cells = static_cast<std::size_t>(mesh.numberOfCells());
  if (fractions.size() != cells)
  {
    throw std::invalid_argument("a mesh of " + std::to_string(cells) + " cells has " +
      std::to_string(fractions.size()) + " volume fractions");
  }
  const CellSegments sorted = sortByCell(mesh, lines);
  const Regions regions = findRegions(mesh, fractions, tolerance, sorted);
  PlanarErrors errors;
  errors.summary.cells = mesh.numberOfCells();
  errors.conservation.assign(cells, 0.0);
  errors.continuity.assign(cells, 0.0);
  measureConservation(regions, fractions, errors);
  measureContinuity(mesh, regions, errors);
  if (truth)
  {
    const double h = cellSize(regions);
    errors.shape.assign(cells, 0.0);
    errors.normal.assign(cells, 0.0);
    errors.distance.assign(lines.segments.size(), std::numeric_limits<double>::quiet_NaN());
    measureShape(mesh, regions, *truth, errors);
    measureNormals(regions, sorted, *truth, h, errors);
    errors.summary.hausdorff = cells > 0 ? hausdorff(mesh, sorted.segments, *truth, h) : 0.0;
  }
  return errors;
}

} // namespace mir
