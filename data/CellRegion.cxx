#include "data/CellRegion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace mir {

namespace {

/// A place on the cell's boundary: edge + parameter, 0 <= place < number of edges.
double placeOnBoundary(const Polygon& cell, Vec2 point)
{
  const int n = static_cast<int>(cell.size());
  double best = 0.0;
  double least = std::numeric_limits<double>::max();
  for (int e = 0; e < n; ++e)
  {
    const Vec2 d = cell[(e + 1) % n] - cell[e];
    const double dd = dot(d, d);
    const double t = dd > 0.0 ? std::clamp(dot(point - cell[e], d) / dd, 0.0, 1.0) : 0.0;
    const double distance = length(point - cell[e] - t * d);
    if (distance < least)
    {
      least = distance;
      best = e + t;
    }
  }
  return best >= n ? 0.0 : best;
}

/// Joins segments end to start into chains of points; closed chains repeat no point.
struct Chain
{
  Polygon points;
  bool closed = false;
};

std::vector<Chain> joinSegments(const std::vector<std::array<Vec2, 2>>& segments, double tolerance)
{
  const std::size_t n = segments.size();
  std::vector<int> next(n, -1);
  std::vector<bool> hasPrevious(n, false);
  for (std::size_t i = 0; i < n; ++i)
  {
    double least = tolerance;
    for (std::size_t j = 0; j < n; ++j)
    {
      const double gap = length(segments[j][0] - segments[i][1]);
      if (j != i && !hasPrevious[j] && gap <= least)
      {
        least = gap;
        next[i] = static_cast<int>(j);
        if (gap == 0.0)
        {
          break;
        }
      }
    }
    if (next[i] >= 0)
    {
      hasPrevious[next[i]] = true;
    }
  }
  std::vector<Chain> chains;
  std::vector<bool> used(n, false);
  auto follow = [&](std::size_t start, bool closed) {
    Chain chain;
    chain.closed = closed;
    int last = -1;
    for (int i = static_cast<int>(start); i >= 0 && !used[i]; i = next[i])
    {
      used[i] = true;
      chain.points.push_back(segments[i][0]);
      last = i;
    }
    if (!closed)
    {
      chain.points.push_back(segments[last][1]);
    }
    chains.push_back(std::move(chain));
  };
  for (std::size_t i = 0; i < n; ++i)
  {
    if (!hasPrevious[i])
    {
      follow(i, false);
    }
  }
  for (std::size_t i = 0; i < n; ++i)
  {
    if (!used[i])
    {
      follow(i, true);
    }
  }
  return chains;
}

/// Walks the cell's boundary counter-clockwise from one place to another, appending the corners
/// passed to `loop` and the stretches to `traces`.
void walkBoundary(
  const Polygon& cell, double from, double to, Polygon& loop, std::vector<EdgeTrace>& traces)
{
  const int n = static_cast<int>(cell.size());
  if (to < from)
  {
    to += n;
  }
  double at = from;
  while (at < to)
  {
    const double corner = std::floor(at) + 1.0;
    const double stop = std::min(corner, to);
    const int edge = static_cast<int>(std::floor(at)) % n;
    traces.push_back({ edge, at - std::floor(at), stop - std::floor(at) });
    if (corner <= to)
    {
      loop.push_back(cell[static_cast<int>(corner) % n]);
    }
    at = stop;
  }
}

} // namespace

double CellRegion::area() const
{
  double sum = 0.0;
  for (const Polygon& loop : this->loops)
  {
    sum += mir::area(loop);
  }
  return sum;
}

CellRegion fullRegion(const Polygon& cell)
{
  CellRegion region;
  region.loops.push_back(cell);
  for (int e = 0; e < static_cast<int>(cell.size()); ++e)
  {
    region.traces.push_back({ e, 0.0, 1.0 });
  }
  return region;
}

CellRegion closeRegion(const Polygon& cell, const std::vector<std::array<Vec2, 2>>& segments)
{
  CellRegion region;
  const double tolerance = 1e-9 * perimeter(cell);
  std::vector<Chain> chains = joinSegments(segments, tolerance);

  // Chains that close within the cell.
  double largest = 0.0;
  std::vector<Chain> open;
  for (Chain& chain : chains)
  {
    if (!chain.closed)
    {
      open.push_back(std::move(chain));
      continue;
    }
    const double a = area(chain.points);
    largest = std::abs(a) > std::abs(largest) ? a : largest;
    region.loops.push_back(std::move(chain.points));
  }
  if (open.empty())
  {
    if (largest < 0.0)
    {
      CellRegion full = fullRegion(cell);
      full.loops.insert(full.loops.end(), region.loops.begin(), region.loops.end());
      return full;
    }
    return region;
  }

  // Chains that cross the cell: from each end along the boundary to the next start.
  struct Start
  {
    double place;
    std::size_t chain;
  };
  std::vector<Start> starts;
  std::vector<double> ends;
  for (std::size_t i = 0; i < open.size(); ++i)
  {
    starts.push_back({ placeOnBoundary(cell, open[i].points.front()), i });
    ends.push_back(placeOnBoundary(cell, open[i].points.back()));
  }
  std::stable_sort(
    starts.begin(), starts.end(), [](const Start& a, const Start& b) { return a.place < b.place; });
  std::vector<bool> done(open.size(), false);
  for (std::size_t first = 0; first < open.size(); ++first)
  {
    if (done[first])
    {
      continue;
    }
    Polygon loop;
    std::size_t chain = first;
    do
    {
      done[chain] = true;
      loop.insert(loop.end(), open[chain].points.begin(), open[chain].points.end());
      const double end = ends[chain];
      auto next = std::find_if(starts.begin(), starts.end(), [end, &done, first](const Start& s) {
        return s.place >= end && (!done[s.chain] || s.chain == first);
      });
      if (next == starts.end())
      {
        next = std::find_if(starts.begin(), starts.end(),
          [&done, first](const Start& s) { return !done[s.chain] || s.chain == first; });
      }
      walkBoundary(cell, end, next->place, loop, region.traces);
      chain = next->chain;
    } while (chain != first);
    region.loops.push_back(std::move(loop));
  }
  return region;
}

double traceLength(const CellRegion& region, int edge)
{
  double sum = 0.0;
  for (const EdgeTrace& trace : region.traces)
  {
    if (trace.edge == edge)
    {
      sum += trace.end - trace.begin;
    }
  }
  return sum;
}

double traceMismatch(const CellRegion& a, int edgeOfA, const CellRegion& b, int edgeOfB)
{
  // Sweep over the ends of all stretches.
  constexpr double rounding = 1e-13;
  struct Event
  {
    double at;
    int a;
    int b;
  };
  std::vector<Event> events;
  for (const EdgeTrace& trace : a.traces)
  {
    if (trace.edge == edgeOfA)
    {
      events.push_back({ trace.begin, 1, 0 });
      events.push_back({ trace.end, -1, 0 });
    }
  }
  for (const EdgeTrace& trace : b.traces)
  {
    if (trace.edge == edgeOfB)
    {
      events.push_back({ 1.0 - trace.end, 0, 1 });
      events.push_back({ 1.0 - trace.begin, 0, -1 });
    }
  }
  std::sort(
    events.begin(), events.end(), [](const Event& x, const Event& y) { return x.at < y.at; });
  double mismatch = 0.0;
  double last = 0.0;
  int inA = 0;
  int inB = 0;
  for (const Event& event : events)
  {
    if ((inA > 0) != (inB > 0) && event.at - last > rounding)
    {
      mismatch += event.at - last;
    }
    last = event.at;
    inA += event.a;
    inB += event.b;
  }
  return mismatch;
}

} // namespace mir
