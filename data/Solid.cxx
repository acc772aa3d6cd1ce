#include "data/Solid.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

using Real = long double;

struct Point2
{
  Real x;
  Real y;
};

Real cross2(Point2 a, Point2 b)
{
  return a.x * b.y - a.y * b.x;
}

/// cross2(a, b) for neighbouring points: their difference keeps the digits that products lose.
Real crossNear(Point2 a, Point2 b)
{
  return cross2(a, { b.x - a.x, b.y - a.y });
}

Real dot2(Point2 a, Point2 b)
{
  return a.x * b.x + a.y * b.y;
}

struct Point3
{
  Real x;
  Real y;
  Real z;
};

Real project(const Point3& a, const Point3& axis)
{
  return a.x * axis.x + a.y * axis.y + a.z * axis.z;
}

Point3 difference(const Point3& a, const Point3& b)
{
  return { a.x - b.x, a.y - b.y, a.z - b.z };
}

Point3 cross3(const Point3& a, const Point3& b)
{
  return { a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x };
}

Point3 unit(const Point3& a)
{
  const Real size = std::sqrt(project(a, a));
  return { a.x / size, a.y / size, a.z / size };
}

/// Solid angle of the triangle (foot, p, q) seen from the height h above the foot (van Oosterom and
/// Strackee 1983).
Real solidAngle(Point2 p, Point2 q, Real h)
{
  const Real lp = std::sqrt(dot2(p, p) + h * h);
  const Real lq = std::sqrt(dot2(q, q) + h * h);
  return 2 * std::atan2(crossNear(p, q), lp * lq + h * (lp + lq) + dot2(p, q) + h * h);
}

/// What a face's edge adds to the volume of the ball in the cone over the face. The points are
/// relative to the foot of the centre on the face's plane, which lies at the signed distance d.
Real edgeVolume(Point2 p, Point2 q, Real d, Real radius)
{
  const Real h = std::abs(d);
  const Real sign = d < 0 ? -1 : 1;
  const Real cube = radius * radius * radius;
  auto outside = [&](Point2 a, Point2 b, Real disk2) {
    const Real angle = std::atan2(crossNear(a, b), dot2(a, b));
    return d * disk2 * angle / 6 +
      sign * cube / 3 * (solidAngle(a, b, h) - angle * (1 - h / radius));
  };
  const Real disk2 = (radius - h) * (radius + h);
  if (disk2 <= 0)
  {
    return sign * cube / 3 * solidAngle(p, q, h);
  }
  const Point2 e{ q.x - p.x, q.y - p.y };
  const Real ee = dot2(e, e);
  if (ee == 0)
  {
    return 0;
  }
  const Real middle = -dot2(p, e) / ee;
  const Real distance = cross2(p, e);
  const Real half2 = (disk2 - distance * distance / ee) / ee;
  const Real half = half2 > 0 ? std::sqrt(half2) : 0;
  const Real t0 = std::clamp<Real>(middle - half, 0, 1);
  const Real t1 = std::clamp<Real>(middle + half, 0, 1);
  if (half == 0 || !(t0 < t1))
  {
    return outside(p, q, disk2);
  }
  const Point2 a{ p.x + t0 * e.x, p.y + t0 * e.y };
  const Point2 b{ p.x + t1 * e.x, p.y + t1 * e.y };
  Real sum = d * crossNear(a, b) / 6;
  if (t0 > 0)
  {
    sum += outside(p, a, disk2);
  }
  if (t1 < 1)
  {
    sum += outside(b, q, disk2);
  }
  return sum;
}

} // namespace

double Solid::fraction(const Polyhedron& cell) const
{
  const double f = this->volumeInside(cell) / volume(cell);
  constexpr double snap = 1e-13;
  return f < snap ? 0.0 : f > 1.0 - snap ? 1.0 : f;
}

Ball::Ball(Vec3 centre, double radius)
  : Centre(centre)
  , Radius(radius)
{}

double Ball::volumeInside(const Polyhedron& polyhedron) const
{
  // Far cells take a short cut: wholly inside or outside of the ball.
  double nearest = 0.0;
  double farthest = 0.0;
  Vec3 low{ 1e300, 1e300, 1e300 };
  Vec3 high{ -1e300, -1e300, -1e300 };
  for (const Vec3& point : polyhedron.points)
  {
    const Vec3 r = point - this->Centre;
    farthest = std::max(farthest, length(r));
    low = { std::min(low.x, r.x), std::min(low.y, r.y), std::min(low.z, r.z) };
    high = { std::max(high.x, r.x), std::max(high.y, r.y), std::max(high.z, r.z) };
  }
  auto gap = [](double a, double b) { return a > 0.0 ? a : b < 0.0 ? -b : 0.0; };
  nearest = length(Vec3{ gap(low.x, high.x), gap(low.y, high.y), gap(low.z, high.z) });
  if (farthest <= this->Radius)
  {
    return volume(polyhedron);
  }
  if (nearest >= this->Radius)
  {
    return 0.0;
  }
  Real sum = 0;
  for (int face = 0; face < polyhedron.numberOfFaces(); ++face)
  {
    const int begin = polyhedron.faceOffsets[face];
    const int count = polyhedron.faceOffsets[face + 1] - begin;
    auto vertex = [&](int i) {
      const Vec3& p = polyhedron.points[polyhedron.faceVertices[begin + i % count]];
      return Point3{ Real(p.x) - this->Centre.x, Real(p.y) - this->Centre.y,
        Real(p.z) - this->Centre.z };
    };
    // An orthonormal frame in the face, counter-clockwise seen from outside.
    const Point3 origin = vertex(0);
    Point3 normal{ 0, 0, 0 };
    Point3 longest{ 0, 0, 0 };
    for (int i = 1; i < count; ++i)
    {
      const Point3 a = difference(vertex(i), origin);
      const Point3 twice = cross3(a, difference(vertex(i + 1), origin));
      normal = { normal.x + twice.x, normal.y + twice.y, normal.z + twice.z };
      if (project(a, a) > project(longest, longest))
      {
        longest = a;
      }
    }
    if (project(normal, normal) == 0)
    {
      continue;
    }
    const Point3 u = unit(longest);
    const Point3 v = unit(cross3(normal, u));
    const Point3 n = cross3(u, v);
    const Real d = project(origin, n);
    for (int i = 0; i < count; ++i)
    {
      const Point3 a = vertex(i);
      const Point3 b = vertex(i + 1);
      sum += edgeVolume({ project(a, u), project(a, v) }, { project(b, u), project(b, v) }, d,
        static_cast<Real>(this->Radius));
    }
  }
  return static_cast<double>(sum);
}

NearestSurfacePoint Ball::nearest(Vec3 point) const
{
  const Vec3 r = point - this->Centre;
  const double distance = length(r);
  const Vec3 normal = distance > 0.0 ? 1.0 / distance * r : Vec3{ 0.0, 0.0, 1.0 };
  return { this->Centre + this->Radius * normal, normal, distance - this->Radius };
}

HalfSpace::HalfSpace(Vec3 point, Vec3 normal)
  : Point(point)
  , Normal(1.0 / length(normal) * normal)
{}

double HalfSpace::volumeInside(const Polyhedron& polyhedron) const
{
  if (polyhedron.points.empty())
  {
    return 0.0;
  }
  // Relative to a point of the cell.
  Polyhedron local = polyhedron;
  const Vec3 origin = polyhedron.points[0];
  for (Vec3& point : local.points)
  {
    point = point - origin;
  }
  return volumeBelow(local, this->Normal, dot(this->Normal, this->Point - origin));
}

NearestSurfacePoint HalfSpace::nearest(Vec3 point) const
{
  const double distance = dot(this->Normal, point - this->Point);
  return { point - distance * this->Normal, this->Normal, distance };
}

} // namespace mir
