#include "plic/SimplexCut.h"

#include <cmath>

namespace mir {

namespace {

/// Root u in [0, 1] of 3 p u + 3 (1 - p) u^2 - (2 - p - q) u^3 = goal, where the sum of the goals
/// at both ends is 1 + p + q; 1 - p = r and 1 - q = s are given to all their digits.
double middleRoot(double p, double q, double r, double s, double goal)
{
  // From the end on this side of the turning point, where the cubic term is the lesser part.
  const double turn = r / (r + s);
  const bool mirrored = goal > turn * (3.0 * p + 2.0 * r * turn);
  if (mirrored)
  {
    std::swap(p, q);
    std::swap(r, s);
    goal = 1.0 + p + q - goal;
  }
  if (!(goal > 0.0))
  {
    return mirrored ? 1.0 : 0.0;
  }
  const double cubic = r + s;
  double u = 2.0 * goal / (3.0 * p + std::sqrt(9.0 * p * p + 12.0 * r * goal));
  for (int iteration = 0; iteration < 8; ++iteration)
  {
    // Halley's method.
    const double error = ((3.0 * r - cubic * u) * u + 3.0 * p) * u - goal;
    const double slope = (6.0 * r - 3.0 * cubic * u) * u + 3.0 * p;
    const double bend = 3.0 * r - 3.0 * cubic * u;
    const double step = error * slope / (slope * slope - error * bend);
    u -= step;
    if (!(std::abs(step) > 1e-5 * u))
    {
      break;
    }
  }
  u = std::clamp(u, 0.0, 1.0);
  return mirrored ? 1.0 - u : u;
}

/// Corners of the cut's edges, the one below first, by the corners below as bits.
struct TetrahedronEdges
{
  int count;
  int edges[4][2];
};

const TetrahedronEdges tetrahedronEdges[16] = {
  { 0, {} },
  { 3, { { 0, 1 }, { 0, 2 }, { 0, 3 } } },
  { 3, { { 1, 0 }, { 1, 3 }, { 1, 2 } } },
  { 4, { { 0, 2 }, { 0, 3 }, { 1, 3 }, { 1, 2 } } },
  { 3, { { 2, 0 }, { 2, 1 }, { 2, 3 } } },
  { 4, { { 0, 3 }, { 0, 1 }, { 2, 1 }, { 2, 3 } } },
  { 4, { { 1, 0 }, { 1, 3 }, { 2, 3 }, { 2, 0 } } },
  { 3, { { 0, 3 }, { 1, 3 }, { 2, 3 } } },
  { 3, { { 3, 0 }, { 3, 2 }, { 3, 1 } } },
  { 4, { { 0, 1 }, { 0, 2 }, { 3, 2 }, { 3, 1 } } },
  { 4, { { 1, 0 }, { 3, 0 }, { 3, 2 }, { 1, 2 } } },
  { 3, { { 0, 2 }, { 3, 2 }, { 1, 2 } } },
  { 4, { { 2, 0 }, { 2, 1 }, { 3, 1 }, { 3, 0 } } },
  { 3, { { 0, 1 }, { 2, 1 }, { 3, 1 } } },
  { 3, { { 1, 0 }, { 3, 0 }, { 2, 0 } } },
  { 0, {} },
};

Vec3 crossing(const Vec3& a, const Vec3& b, double heightOfA, double heightOfB)
{
  return a + heightOfA / (heightOfA - heightOfB) * (b - a);
}

} // namespace

double triangleConstant(const SortedHeights& h, double fraction)
{
  const double all = h[2] - h[0];
  const double low = h[1] - h[0];
  if (fraction * all < low)
  {
    return h[0] + std::sqrt(fraction * (low * all));
  }
  return h[2] - std::sqrt((1.0 - fraction) * ((h[2] - h[1]) * all));
}

double tetrahedronConstant(const SortedHeights& h, double fraction)
{
  // In units of the height, so that scales change no digit of the roots.
  const double all = h[3] - h[0];
  const double low = h[1] - h[0];
  const double high = h[3] - h[2];
  if (fraction * ((h[2] - h[0]) * all) < low * low)
  {
    return h[0] + all * std::cbrt(fraction * (low / all) * ((h[2] - h[0]) / all));
  }
  if ((1.0 - fraction) * ((h[3] - h[1]) * all) <= high * high)
  {
    return h[3] - all * std::cbrt((1.0 - fraction) * (high / all) * ((h[3] - h[1]) / all));
  }
  const double width = h[2] - h[1];
  const double below = 1.0 / (h[2] - h[0]);
  const double above = 1.0 / (h[3] - h[1]);
  const double p = low * below;
  const double goal = (fraction * all - low * p) / width;
  const double u = middleRoot(p, high * above, width * below, width * above, goal);
  return u < 0.5 ? h[1] + u * width : h[2] - (1.0 - u) * width;
}

int cutTetrahedron(const Vec3* const (&corners)[4], const double (&heights)[4], Vec3 (&points)[4])
{
  const int mask = (heights[0] < 0.0 ? 1 : 0) | (heights[1] < 0.0 ? 2 : 0) |
    (heights[2] < 0.0 ? 4 : 0) | (heights[3] < 0.0 ? 8 : 0);
  const TetrahedronEdges& cut = tetrahedronEdges[mask];
  for (int i = 0; i < cut.count; ++i)
  {
    const int a = cut.edges[i][0];
    const int b = cut.edges[i][1];
    points[i] = crossing(*corners[a], *corners[b], heights[a], heights[b]);
  }
  return cut.count;
}

int cutTriangle(const Vec3* const (&corners)[3], const double (&heights)[3], Vec3 (&points)[2])
{
  int count = 0;
  for (int a = 0; a < 3; ++a)
  {
    const int b = a == 2 ? 0 : a + 1;
    const bool below = heights[a] < 0.0;
    if (below == (heights[b] < 0.0))
    {
      continue;
    }
    // The boundary leaves the part below where the segment starts.
    points[below ? 0 : 1] = below ? crossing(*corners[a], *corners[b], heights[a], heights[b])
                                  : crossing(*corners[b], *corners[a], heights[b], heights[a]);
    ++count;
  }
  return count;
}

} // namespace mir
