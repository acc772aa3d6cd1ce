#include "plic/PartTetrahedra.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

using Triangle = std::array<Vec2, 3>;

double twiceArea(const Triangle& t)
{
  return cross(t[1] - t[0], t[2] - t[0]);
}

/// The largest distance from the first vertex.
double extent(const Polygon& polygon)
{
  double size = 0.0;
  for (const Vec2& point : polygon)
  {
    size = std::max(size, length(point - polygon[0]));
  }
  return size;
}

/// Appends the triangles from `apex` to the edges. False when one is inverted by more than
/// rounding.
bool fan(const Polygon& polygon, Vec2 apex, double size, std::vector<Triangle>& result)
{
  const double rounding = 1e-13 * std::abs(area(polygon)) + 1e-15 * size * size;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    const Triangle triangle{ polygon[i], polygon[(i + 1) % polygon.size()], apex };
    const double twice = twiceArea(triangle);
    if (twice < -rounding)
    {
      return false;
    }
    if (twice > 0.0)
    {
      result.push_back(triangle);
    }
  }
  return true;
}

/// Splits a convex region by the lines of the edges inside it until none is left, and keeps the
/// pieces inside the outline, as PartTetrahedra.cxx does in space.
class PolygonSplitter
{
public:
  PolygonSplitter(const Polygon& polygon, double size, std::vector<Triangle>& result)
    : Outline(polygon)
    , Size(size)
    , Result(result)
  {}

  void run()
  {
    Vec2 low = this->Outline[0];
    Vec2 high = this->Outline[0];
    std::vector<Edge> edges;
    for (std::size_t i = 0; i < this->Outline.size(); ++i)
    {
      const Vec2 p = this->Outline[i];
      low = { std::min(low.x, p.x), std::min(low.y, p.y) };
      high = { std::max(high.x, p.x), std::max(high.y, p.y) };
      edges.push_back({ p, this->Outline[(i + 1) % this->Outline.size()] });
    }
    const Vec2 margin{ 0.1 * this->Size, 0.1 * this->Size };
    low = low - margin;
    high = high + margin;
    this->visit({ low, { high.x, low.y }, high, { low.x, high.y } }, edges);
  }

private:
  using Edge = std::array<Vec2, 2>;

  void visit(const Polygon& region, std::vector<Edge>& edges)
  {
    const auto longest = std::max_element(edges.begin(), edges.end(),
      [](const Edge& a, const Edge& b) { return length(a[1] - a[0]) < length(b[1] - b[0]); });
    const double size = longest == edges.end() ? 0.0 : length((*longest)[1] - (*longest)[0]);
    if (size <= 1e-14 * this->Size)
    {
      if (this->inside(centroid(region)))
      {
        fan(region, region[0], this->Size, this->Result);
      }
      return;
    }
    const Vec2 along = 1.0 / size * ((*longest)[1] - (*longest)[0]);
    const Vec2 normal{ along.y, -along.x };
    const double constant = dot(normal, (*longest)[0]);
    const double tolerance = 2e-12 * this->Size;
    std::vector<Edge> sides[2];
    for (auto edge = edges.begin(); edge != edges.end(); ++edge)
    {
      if (edge == longest)
      {
        continue;
      }
      const Vec2 a = (*edge)[0];
      const Vec2 b = (*edge)[1];
      const double ha = dot(normal, a) - constant;
      const double hb = dot(normal, b) - constant;
      const bool below = std::min(ha, hb) < -tolerance;
      const bool above = std::max(ha, hb) > tolerance;
      if (below && above)
      {
        const Vec2 crossing = a + ha / (ha - hb) * (b - a);
        sides[ha > 0.0].push_back({ a, crossing });
        sides[hb > 0.0].push_back({ crossing, b });
      }
      else if (below || above)
      {
        sides[above].push_back(*edge);
      }
    }
    Polygon half;
    for (int side = 0; side < 2; ++side)
    {
      const double sign = side == 0 ? 1.0 : -1.0;
      clip(region, sign * normal, sign * constant, half);
      if (area(half) > 1e-18 * this->Size * this->Size)
      {
        this->visit(half, sides[side]);
      }
    }
  }

  /// Whether the outline winds about a point.
  bool inside(Vec2 point) const
  {
    double angle = 0.0;
    for (std::size_t i = 0; i < this->Outline.size(); ++i)
    {
      const Vec2 a = this->Outline[i] - point;
      const Vec2 b = this->Outline[(i + 1) % this->Outline.size()] - point;
      angle += std::atan2(cross(a, b), dot(a, b));
    }
    return angle > 3.141592653589793;
  }

  const Polygon& Outline;
  const double Size;
  std::vector<Triangle>& Result;
};

} // namespace

void triangles(const Polygon& part, std::vector<Triangle>& result)
{
  result.clear();
  if (part.empty())
  {
    return;
  }
  const double size = extent(part);
  if (fan(part, part[0], size, result))
  {
    return;
  }
  result.clear();
  if (fan(part, centroid(part), size, result))
  {
    return;
  }
  result.clear();
  PolygonSplitter(part, size, result).run();
}

bool isConvex(const Polygon& part)
{
  const double size = part.empty() ? 0.0 : extent(part);
  for (std::size_t i = 0; i < part.size(); ++i)
  {
    const Vec2 a = part[i];
    const Vec2 along = part[(i + 1) % part.size()] - a;
    const double norm = length(along);
    for (std::size_t j = 0; norm > 1e-12 * size && j < part.size(); ++j)
    {
      if (cross(along, part[j] - a) < -1e-9 * size * norm)
      {
        return false;
      }
    }
  }
  return true;
}

} // namespace mir
