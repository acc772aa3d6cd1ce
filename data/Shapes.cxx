#include "data/Shapes.h"

#include <cmath>
#include <utility>

namespace mir {

namespace {

constexpr double Pi = 3.14159265358979323846;

Vec2 polar(double radius, double angle)
{
  return { radius * std::cos(angle), radius * std::sin(angle) };
}

BoundaryLoop closedPolyline(const Polygon& polygon)
{
  BoundaryLoop loop;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    BoundaryPiece piece;
    piece.from = polygon[i];
    piece.to = polygon[(i + 1) % polygon.size()];
    loop.push_back(piece);
  }
  return loop;
}

BoundaryPiece arc(Vec2 from, Vec2 to, Vec2 centre, double radius)
{
  return { from, to, centre, radius, true };
}

BoundaryLoop circle(Vec2 centre, double radius)
{
  const Vec2 bottom = centre + Vec2{ 0.0, -radius };
  const Vec2 top = centre + Vec2{ 0.0, radius };
  return { arc(bottom, top, centre, radius), arc(top, bottom, centre, radius) };
}

BoundaryLoop star()
{
  Polygon polygon;
  for (int i = 0; i < 10; ++i)
  {
    polygon.push_back(polar(i % 2 == 0 ? 1.0 : 0.45, 0.5 * Pi + i * Pi / 5.0));
  }
  return closedPolyline(polygon);
}

BoundaryLoop gear()
{
  constexpr int teeth = 8;
  constexpr double quarter = 2.0 * Pi / (4 * teeth);
  Polygon polygon;
  for (int i = 0; i < 4 * teeth; ++i)
  {
    polygon.push_back(polar(i % 4 < 2 ? 1.0 : 0.8, (i - 0.5) * quarter));
  }
  return closedPolyline(polygon);
}

BoundaryLoop zalesakDisk()
{
  constexpr double half = 1.0 / 6.0;
  constexpr double top = 2.0 / 3.0;
  const double bottom = -std::sqrt(1.0 - half * half);
  BoundaryLoop loop =
    closedPolyline({ { -half, bottom }, { -half, top }, { half, top }, { half, bottom } });
  loop.back() = arc({ half, bottom }, { -half, bottom }, {}, 1.0);
  return loop;
}

BoundaryLoop spiral()
{
  constexpr int steps = 512;
  constexpr double halfWidth = 0.075;
  constexpr double inner = 0.1;
  constexpr double outer = 1.0 - halfWidth;
  constexpr double turns = 2.25;
  constexpr double growth = (outer - inner) / (turns * 2.0 * Pi);
  Polygon polygon(2 * (steps + 1));
  for (int i = 0; i <= steps; ++i)
  {
    const double angle = turns * 2.0 * Pi * i / steps;
    const double radius = inner + growth * angle;
    const Vec2 tangent =
      growth * polar(1.0, angle) + radius * Vec2{ -std::sin(angle), std::cos(angle) };
    const Vec2 outward = 1.0 / length(tangent) * Vec2{ tangent.y, -tangent.x };
    // Outside going out, inside coming back: counter-clockwise.
    polygon[i] = polar(radius, angle) + halfWidth * outward;
    polygon[2 * steps + 1 - i] = polar(radius, angle) - halfWidth * outward;
  }
  return closedPolyline(polygon);
}

std::vector<BoundaryLoop> definition(Shape shape)
{
  switch (shape)
  {
    case Shape::Square:
    {
      const double half = std::sqrt(0.5);
      return { closedPolyline(
        { { -half, -half }, { half, -half }, { half, half }, { -half, half } }) };
    }
    case Shape::Star:
      return { star() };
    case Shape::Gear:
      return { gear() };
    case Shape::ZalesakDisk:
      return { zalesakDisk() };
    case Shape::Spiral:
      return { spiral() };
    case Shape::TwoBodies:
      return { circle({ -0.56, 0.0 }, 0.42), circle({ 0.56, 0.0 }, 0.42) };
    case Shape::Circle:
    case Shape::Ellipse:
      break;
  }
  return { circle({}, 1.0) };
}

} // namespace

Region makeShape(Shape shape, Vec2 centre, double radius, double angle)
{
  AffineFrame frame;
  frame.origin = centre;
  frame.xAxis = polar(radius, angle);
  frame.yAxis = polar(radius, angle + 0.5 * Pi);
  if (shape == Shape::Ellipse)
  {
    frame.yAxis = 0.6 * frame.yAxis;
  }
  return Region(definition(shape), frame);
}

Region makePolygonRegion(const std::vector<Polygon>& loops)
{
  std::vector<BoundaryLoop> boundary;
  for (const Polygon& polygon : loops)
  {
    boundary.push_back(closedPolyline(polygon));
  }
  return Region(std::move(boundary), AffineFrame{});
}

} // namespace mir
