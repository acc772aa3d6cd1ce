#include "plic/PlaneConstant.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mir {

namespace {

struct Cut
{
  double volume;
  double slope;
};

/// Root in [0, 1] of the cubic with the given values and slopes at 0 and 1, monotone there.
double hermiteRoot(Cut a, Cut b, double target)
{
  const double c2 = 3.0 * (b.volume - a.volume) - 2.0 * a.slope - b.slope;
  const double c3 = 2.0 * (a.volume - b.volume) + a.slope + b.slope;
  double low = 0.0;
  double high = 1.0;
  // Between vertices that differ by rounding the volumes may not.
  const double rise = b.volume - a.volume;
  double t = rise > 0.0 ? std::clamp((target - a.volume) / rise, 0.0, 1.0) : 0.5;
  for (int iteration = 0; iteration < 100; ++iteration)
  {
    const double value = ((c3 * t + c2) * t + a.slope) * t + a.volume - target;
    const double slope = (3.0 * c3 * t + 2.0 * c2) * t + a.slope;
    (value < 0.0 ? low : high) = t;
    const double next = t - value / slope;
    const double safe = next > low && next < high ? next : 0.5 * (low + high);
    if (std::abs(safe - t) <= 1e-16)
    {
      break;
    }
    t = safe;
  }
  return t;
}

/// `evaluate` gives the volume below a constant and its derivative; `heights` are the vertices'.
template <typename Evaluate>
double solve(std::vector<double> heights, double total, double fraction, Evaluate evaluate)
{
  std::sort(heights.begin(), heights.end());
  const double target = fraction * total;
  std::size_t low = 0;
  std::size_t high = heights.size() - 1;
  Cut below{ 0.0, 0.0 };
  Cut above{ total, 0.0 };
  while (high - low > 1)
  {
    const std::size_t middle = (low + high) / 2;
    const Cut value = evaluate(heights[middle]);
    if (value.volume <= target)
    {
      low = middle;
      below = value;
    }
    else
    {
      high = middle;
      above = value;
    }
  }
  double a = heights[low];
  double b = heights[high];
  const double width = b - a;
  if (!(width > 0.0) || !(above.volume > below.volume))
  {
    return a;
  }
  // Slopes at the ends of the bracket belong to this bracket: a jump of the cut's area there (a
  // face parallel to the plane) is seen only from inside.
  const double inside = 1e-9 * width;
  below = evaluate(a + inside);
  above = evaluate(b - inside);
  double d = a +
    width *
      hermiteRoot({ below.volume - inside * below.slope, below.slope * width },
        { above.volume + inside * above.slope, above.slope * width }, target);
  d = std::clamp(d, a, b);
  double best = d;
  double bestError = 2.0 * total;
  for (int iteration = 0; iteration < 60; ++iteration)
  {
    const Cut value = evaluate(d);
    const double error = value.volume - target;
    if (std::abs(error) < bestError)
    {
      bestError = std::abs(error);
      best = d;
    }
    if (std::abs(error) <= 2e-16 * total || b - a <= 0.0)
    {
      break;
    }
    (error < 0.0 ? a : b) = d;
    const double next = d - error / value.slope;
    const double safe = next > a && next < b ? next : 0.5 * (a + b);
    if (safe == d)
    {
      break;
    }
    d = safe;
  }
  return best;
}

} // namespace

double planeConstant(const Polygon& cell, Vec2 normal, double fraction)
{
  std::vector<double> heights(cell.size());
  std::transform(
    cell.begin(), cell.end(), heights.begin(), [normal](Vec2 point) { return dot(normal, point); });
  const double norm2 = dot(normal, normal);
  Polygon below;
  auto evaluate = [&](double d) {
    clip(cell, normal, d, below);
    double chord = 0.0;
    for (const auto& piece : cut(cell, normal, d))
    {
      chord += length(piece[1] - piece[0]);
    }
    return Cut{ area(below), chord / std::sqrt(norm2) };
  };
  return solve(std::move(heights), area(cell), fraction, evaluate);
}

double planeConstant(const Polyhedron& cell, Vec3 normal, double fraction)
{
  std::vector<double> heights(cell.points.size());
  std::transform(cell.points.begin(), cell.points.end(), heights.begin(),
    [normal](Vec3 point) { return dot(normal, point); });
  auto evaluate = [&](double d) {
    Cut value{};
    value.volume = volumeBelow(cell, normal, d, &value.slope);
    return value;
  };
  return solve(std::move(heights), volume(cell), fraction, evaluate);
}

} // namespace mir
