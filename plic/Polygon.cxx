#include "plic/Polygon.h"

#include <algorithm>
#include <utility>

namespace mir {

double area(const Polygon& polygon)
{
  // Relative to the first vertex, so that a small cell far from the origin loses no digits.
  double twice = 0.0;
  for (std::size_t i = 2; i < polygon.size(); ++i)
  {
    twice += cross(polygon[i - 1] - polygon[0], polygon[i] - polygon[0]);
  }
  return 0.5 * twice;
}

Vec2 centroid(const Polygon& polygon)
{
  if (polygon.empty())
  {
    return {};
  }
  double twice = 0.0;
  Vec2 moment;
  Vec2 mean;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    mean = mean + polygon[i] - polygon[0];
    if (i >= 2)
    {
      const Vec2 a = polygon[i - 1] - polygon[0];
      const Vec2 b = polygon[i] - polygon[0];
      const double weight = cross(a, b);
      twice += weight;
      moment = moment + weight / 3.0 * (a + b);
    }
  }
  const double scale = perimeter(polygon);
  if (std::abs(twice) <= 1e-14 * scale * scale)
  {
    return polygon[0] + 1.0 / static_cast<double>(polygon.size()) * mean;
  }
  return polygon[0] + 1.0 / twice * moment;
}

double perimeter(const Polygon& polygon)
{
  double sum = 0.0;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    sum += length(polygon[(i + 1) % polygon.size()] - polygon[i]);
  }
  return sum;
}

void clip(const Polygon& polygon, Vec2 normal, double constant, Polygon& result,
  std::vector<int>* sourceEdges)
{
  result.clear();
  if (sourceEdges)
  {
    sourceEdges->clear();
  }
  auto add = [&](Vec2 point, int source) {
    result.push_back(point);
    if (sourceEdges)
    {
      sourceEdges->push_back(source);
    }
  };
  const std::size_t n = polygon.size();
  for (std::size_t i = 0; i < n; ++i)
  {
    const Vec2 a = polygon[i];
    const Vec2 b = polygon[(i + 1) % n];
    const double da = dot(normal, a) - constant;
    const double db = dot(normal, b) - constant;
    const int edge = static_cast<int>(i);
    if (da <= 0.0)
    {
      add(a, da == 0.0 && db > 0.0 ? -1 : edge);
    }
    if ((da < 0.0 && db > 0.0) || (da > 0.0 && db < 0.0))
    {
      add(a + da / (da - db) * (b - a), da < 0.0 ? -1 : edge);
    }
  }
}

double areaBelow(const Polygon& polygon, Vec2 normal, double constant)
{
  Polygon below;
  clip(polygon, normal, constant, below);
  return area(below);
}

std::vector<std::array<Vec2, 2>> cut(const Polygon& polygon, Vec2 normal, double constant)
{
  // Crossings of the boundary, by position along the line's direction with `below` on its left.
  const Vec2 direction{ -normal.y, normal.x };
  std::vector<std::pair<double, Vec2>> crossings;
  const std::size_t n = polygon.size();
  for (std::size_t i = 0; i < n; ++i)
  {
    const Vec2 a = polygon[i];
    const Vec2 b = polygon[(i + 1) % n];
    const double da = dot(normal, a) - constant;
    const double db = dot(normal, b) - constant;
    if ((da < 0.0) != (db < 0.0))
    {
      const Vec2 point = a + da / (da - db) * (b - a);
      crossings.emplace_back(dot(direction, point - polygon[0]), point);
    }
  }
  std::stable_sort(crossings.begin(), crossings.end(),
    [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::array<Vec2, 2>> pieces;
  for (std::size_t i = 0; i + 1 < crossings.size(); i += 2)
  {
    pieces.push_back({ crossings[i].second, crossings[i + 1].second });
  }
  return pieces;
}

} // namespace mir
