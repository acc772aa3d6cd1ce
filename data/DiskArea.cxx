// Area of a polygon inside a disk.
#include "data/Region.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

constexpr double Pi = 3.14159265358979323846;

/// angle - sin(angle), to full relative accuracy.
double angleMinusSine(double angle)
{
  if (std::abs(angle) > 0.5)
  {
    return angle - std::sin(angle);
  }
  const double square = angle * angle;
  double term = angle * square / 6.0;
  double sum = 0.0;
  for (int k = 4; k <= 20; k += 2)
  {
    sum += term;
    term *= -square / (k * (k + 1));
  }
  return sum;
}

double angleBetween(Vec2 a, Vec2 b)
{
  return std::atan2(cross(a, b - a), dot(a, b));
}

} // namespace

double areaInDisk(const Polygon& polygon, Vec2 centre, double radius)
{
  // Walk the polygon. Inside the disk the path is kept; each excursion outside becomes the arc that
  // the path sweeps, which is a chord of the kept polygon plus a circular segment.
  const std::size_t n = polygon.size();
  Polygon kept;
  double segments = 0.0;   // twice the segments' area over radius^2
  double angle = 0.0;      // swept by the current excursion
  double firstAngle = 0.0; // swept before the path first enters the disk
  bool entered = false;
  auto leave = [&](double swept) { angle += swept; };
  auto enter = [&]() {
    if (entered)
    {
      segments += angleMinusSine(angle);
    }
    else
    {
      firstAngle = angle;
      entered = true;
    }
    angle = 0.0;
  };
  for (std::size_t i = 0; i < n; ++i)
  {
    const Vec2 from = polygon[i];
    const Vec2 to = polygon[(i + 1) % n];
    const Vec2 a = from - centre;
    const Vec2 b = to - centre;
    const Vec2 d = to - from;
    const double dd = dot(d, d);
    if (dd == 0.0)
    {
      continue;
    }
    // |a + t d| = radius, about the point of the line nearest to the centre.
    const double middle = -dot(a, d) / dd;
    const double distance = cross(a, d) / std::sqrt(dd);
    const double half2 = (radius - distance) * (radius + distance) / dd;
    const double half = half2 > 0.0 ? std::sqrt(half2) : -1.0;
    const double t0 = std::clamp(middle - half, 0.0, 1.0);
    const double t1 = std::clamp(middle + half, 0.0, 1.0);
    if (half < 0.0 || !(t0 < t1))
    {
      leave(angleBetween(a, b));
      continue;
    }
    const Vec2 p = t0 > 0.0 ? a + t0 * d : a;
    const Vec2 q = t1 < 1.0 ? a + t1 * d : b;
    if (t0 > 0.0)
    {
      leave(angleBetween(a, p));
    }
    if (t0 > 0.0 || !entered || angle != 0.0)
    {
      enter();
    }
    // In the polygon's own coordinates, which have more digits than those about the centre.
    kept.push_back(t0 > 0.0 ? from + t0 * d : from);
    kept.push_back(t1 < 1.0 ? from + t1 * d : to);
    if (t1 < 1.0)
    {
      leave(angleBetween(q, b));
    }
  }
  if (!entered)
  {
    // Never inside: the polygon goes round the disk some number of times.
    return std::round(angle / (2.0 * Pi)) * Pi * radius * radius;
  }
  segments += angleMinusSine(angle + firstAngle);
  return area(kept) + 0.5 * radius * radius * segments;
}

} // namespace mir
