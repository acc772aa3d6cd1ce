#include "plic/Polygon.h"

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
  std::vector<std::array<Vec2, 2>> pieces;
  cut(polygon, normal, constant, pieces);
  return pieces;
}

void cut(
  const Polygon& polygon, Vec2 normal, double constant, std::vector<std::array<Vec2, 2>>& pieces)
{
  pieces.clear();
  if (polygon.empty())
  {
    return;
  }
  // Crossings of the boundary, by position along the line's direction with `below` on its left.
  const Vec2 direction{ -normal.y, normal.x };
  thread_local std::vector<std::pair<double, Vec2>> crossings;
  crossings.clear();
  Vec2 a = polygon.back();
  double da = dot(normal, a) - constant;
  for (const Vec2 b : polygon)
  {
    const double db = dot(normal, b) - constant;
    if ((da < 0.0) != (db < 0.0))
    {
      const Vec2 point = a + da / (da - db) * (b - a);
      const std::pair<double, Vec2> found(dot(direction, point - polygon[0]), point);
      // By insertion, which keeps the order of equals.
      std::size_t at = crossings.size();
      crossings.push_back(found);
      for (; at > 0 && crossings[at - 1].first > found.first; --at)
      {
        crossings[at] = crossings[at - 1];
      }
      crossings[at] = found;
    }
    a = b;
    da = db;
  }
  for (std::size_t i = 0; i + 1 < crossings.size(); i += 2)
  {
    pieces.push_back({ crossings[i].second, crossings[i + 1].second });
  }
}

CutMoments cutMoments(const Polygon& polygon, Vec2 normal, double constant)
{
  thread_local std::vector<std::array<Vec2, 2>> pieces;
  cut(polygon, normal, constant, pieces);
  if (pieces.empty())
  {
    return {};
  }
  MomentSum sum({ pieces[0][0].x, pieces[0][0].y, 0.0 });
  for (const std::array<Vec2, 2>& piece : pieces)
  {
    sum.addSegment({ piece[0].x, piece[0].y, 0.0 }, { piece[1].x, piece[1].y, 0.0 });
  }
  return sum.result();
}

} // namespace mir
