// Triangles and tetrahedra cut by a plane, in closed form.
#ifndef mir_plic_SimplexCut_h
#define mir_plic_SimplexCut_h

#include "plic/Vector.h"

#include <algorithm>
#include <array>

namespace mir {

/// Heights of a simplex's corners along a normal, ascending; of a triangle the first three.
using SortedHeights = std::array<double, 4>;

inline SortedHeights sortedHeights(double a, double b, double c)
{
  const double low = std::min(a, b);
  const double high = std::max(a, b);
  const double middle = std::max(low, c);
  return { std::min(low, c), std::min(middle, high), std::max(middle, high), 0.0 };
}
inline SortedHeights sortedHeights(double a, double b, double c, double d)
{
  const double ab = std::min(a, b);
  const double ba = std::max(a, b);
  const double cd = std::min(c, d);
  const double dc = std::max(c, d);
  const double x = std::max(ab, cd);
  const double y = std::min(ba, dc);
  return { std::min(ab, cd), std::min(x, y), std::max(x, y), std::max(ba, dc) };
}

/// Part of a triangle with the heights h below d, in [0, 1], and its derivative, by the formula
/// that holds on the side of `inside`, which lies in [h0, h2) (the integral of a linear B-spline).
inline double trianglePart(const SortedHeights& h, double d, double inside, double& slope)
{
  const bool first = inside < h[1];
  const double t = first ? d - h[0] : h[2] - d;
  const double k = 1.0 / ((h[2] - h[0]) * (first ? h[1] - h[0] : h[2] - h[1]));
  slope = 2.0 * t * k;
  return first ? t * t * k : 1.0 - t * t * k;
}

/// The same for a tetrahedron and `inside` in [h0, h3) (a quadratic B-spline's integral).
inline double tetrahedronPart(const SortedHeights& h, double d, double inside, double& slope)
{
  if (inside < h[1])
  {
    const double t = d - h[0];
    const double q = t * t / ((h[1] - h[0]) * (h[2] - h[0]) * (h[3] - h[0]));
    slope = 3.0 * q;
    return q * t;
  }
  if (inside >= h[2])
  {
    const double t = h[3] - d;
    const double q = t * t / ((h[3] - h[0]) * (h[3] - h[1]) * (h[3] - h[2]));
    slope = 3.0 * q;
    return 1.0 - q * t;
  }
  // Between the middle vertices: the cubic from its Bernstein coefficients, no differences taken.
  const double all = 1.0 / (h[3] - h[0]);
  const double width = h[2] - h[1];
  const double low = (h[1] - h[0]) / (h[2] - h[0]);
  const double high = (h[3] - h[2]) / (h[3] - h[1]);
  const double b0 = (h[1] - h[0]) * low * all;
  const double b3 = 1.0 - (h[3] - h[2]) * high * all;
  const double b1 = b0 + low * width * all;
  const double b2 = b3 - high * width * all;
  const double u = (d - h[1]) / width;
  const double v = (h[2] - d) / width;
  // The slope is a quadratic whose ends are `low` and `high`, and whose middle coefficient is 1.
  slope = 3.0 * all * (v * v * low + 2.0 * u * v + u * u * high);
  return v * v * (v * b0 + 3.0 * u * b1) + u * u * (3.0 * v * b2 + u * b3);
}

/// The d below which lies `fraction` of the simplex, exact to rounding of the height.
double triangleConstant(const SortedHeights& h, double fraction);
double tetrahedronConstant(const SortedHeights& h, double fraction);

/// Writes the polygon of a tetrahedron's cut at height 0 and returns its number of points, 0, 3 or
/// 4. Seen from above it turns counter-clockwise where the corners have a positive volume (b - a) x
/// (c - a) . (d - a), clockwise otherwise. A corner at height 0 counts as above.
int cutTetrahedron(const Vec3* const (&corners)[4], const double (&heights)[4], Vec3 (&points)[4]);

/// The same for a triangle: the segment of 0 or 2 points, with the part below on its left where the
/// corners turn counter-clockwise.
int cutTriangle(const Vec3* const (&corners)[3], const double (&heights)[3], Vec3 (&points)[2]);

} // namespace mir

#endif
