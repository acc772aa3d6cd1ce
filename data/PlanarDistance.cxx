#include "data/PlanarDistance.h"

#include "data/SegmentLocator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace mir {

namespace {

constexpr double Pi = 3.14159265358979323846;
constexpr double Infinity = std::numeric_limits<double>::infinity();

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

} // namespace

double hausdorffDistance(const std::vector<std::array<Vec2, 2>>& segments, const Region& truth,
  Vec2 low, Vec2 high, double spacing)
{
  if (!segments.empty() && truth.outline(1).empty())
  {
    return Infinity;
  }
  double largest = 0.0;
  for (const auto& [from, to] : segments)
  {
    const Vec2 d = to - from;
    const double count = std::max(1.0, std::ceil(length(d) / spacing));
    for (double k = 0.0; k <= count; k += 1.0)
    {
      const Vec2 p = k == count ? to : from + k / count * d;
      largest = std::max(largest, std::abs(truth.nearest(p).signedDistance));
    }
  }
  const SegmentLocator locator(segments);
  sampleBoundary(truth, low, high, spacing,
    [&](Vec2 p) { largest = std::max(largest, locator.nearest(p).distance); });
  return largest;
}

} // namespace mir
