#include "plic/BoxCut.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir {

namespace {

/// The unit cube cut by m . x = alpha with 0 <= m1 <= m2 <= m3 and m1 + m2 + m3 = 1.
struct UnitCut
{
  double m1;
  double m2;
  double m3;

  UnitCut(double a, double b, double c)
  {
    const double low = std::min(a, b);
    const double high = std::max(a, b);
    const double rest = std::max(low, c);
    const double scale = 1.0 / (a + b + c);
    this->m1 = scale * std::min(low, c);
    this->m2 = scale * std::min(rest, high);
    this->m3 = scale * std::max(rest, high);
    // What is below the rounding of the others changes no volume.
    this->m1 = this->m1 < 1e-17 ? 0.0 : this->m1;
    this->m2 = this->m2 < 1e-17 ? 0.0 : this->m2;
  }

  /// Volume below alpha <= 1/2 and its derivative.
  double volume(double alpha, double& slope) const
  {
    if (alpha <= 0.0)
    {
      slope = 0.0;
      return 0.0;
    }
    if (alpha < m1)
    {
      const double q = alpha * alpha / (2.0 * m1 * m2 * m3);
      slope = q;
      return q * alpha / 3.0;
    }
    if (alpha >= m1 + m2)
    {
      // The lower side of the cube lies below as a whole.
      if (alpha < m3 || m1 + m2 == 0.0)
      {
        slope = 1.0 / m3;
        return (alpha - 0.5 * (m1 + m2)) / m3;
      }
    }
    const double scale = 0.5 / (m2 * m3);
    double value = scale * (alpha * (alpha - m1) + m1 * m1 / 3.0);
    slope = scale * (2.0 * alpha - m1);
    // Corners that stand out of the column over a side; with m1 they vanish.
    for (double m : { m2, m3 })
    {
      const double out = alpha - m;
      if (out > 0.0)
      {
        const double q = out * out / m1 * scale;
        value -= q * out / 3.0;
        slope -= q;
      }
    }
    return value;
  }

  /// The alpha below which lies the volume v <= 1/2.
  double alpha(double v) const
  {
    const double m12 = m1 + m2;
    if (m12 <= m3 && v * m3 >= 0.5 * m12)
    {
      return m3 * v + 0.5 * m12;
    }
    // Area of the lower side's corner that is cut off, were the cube a column.
    const double column = 2.0 * m2 * m3 * v;
    if (3.0 * column < m1 * m1)
    {
      return std::cbrt(3.0 * m1 * column);
    }
    const double excess = column - m1 * m1 / 3.0 - m2 * (m2 - m1);
    if (excess < 0.0)
    {
      return 0.5 * (m1 + std::sqrt(std::max(0.0, 4.0 * column - m1 * m1 / 3.0)));
    }
    if (m1 == 0.0)
    {
      return m2;
    }
    return this->cubicAlpha(v, excess / m1);
  }

  /// The parts where corners stand out of the column: alpha = m2 + m1 b with
  /// goal = (2 m2 - m1) b + m1 b^2 - m1 b^3 / 3 up to m3, and beyond it alpha = 1/2 - m1 g with
  /// 4 m2 m3 (1/2 - v) / m1 = (4 m2 - e^2 / m1) g - 4 m1 g^3 / 3 where e = m1 + m2 - m3, because
  /// the volume is odd about the middle. Both nearly straight: Halley's method.
  double cubicAlpha(double v, double goal) const
  {
    const double end = std::min(1.0, (m3 - m2) / m1);
    const double linear = 2.0 * m2 - m1;
    const double e = m1 + m2 - m3;
    if (e > 0.0 && goal >= end * (linear + m1 * end * (1.0 - end / 3.0)))
    {
      const double target = 4.0 * m2 * m3 * (0.5 - v) / m1;
      const double slope0 = 4.0 * m2 - e * (e / m1);
      const double cubic = 4.0 / 3.0 * m1;
      double g = target / slope0;
      for (int iteration = 0; iteration < 6; ++iteration)
      {
        const double error = g * (slope0 - cubic * g * g) - target;
        const double slope = slope0 - 3.0 * cubic * g * g;
        const double step = error * slope / (slope * slope + 3.0 * cubic * g * error);
        g -= step;
        if (!(std::abs(step) > 1e-5))
        {
          break;
        }
      }
      return 0.5 - m1 * std::clamp(g, 0.0, 0.5);
    }
    // A quadratic that is right at both ends.
    double b = 2.0 * goal / (linear + std::sqrt(linear * linear + 8.0 / 3.0 * m1 * goal));
    for (int iteration = 0; iteration < 6; ++iteration)
    {
      const double error = b * (linear + m1 * b * (1.0 - b / 3.0)) - goal;
      const double slope = linear + m1 * b * (2.0 - b);
      const double step = error * slope / (slope * slope - error * m1 * (1.0 - b));
      b -= step;
      if (!(std::abs(step) > 1e-5))
      {
        break;
      }
    }
    return m2 + m1 * std::clamp(b, 0.0, 1.0);
  }
};

bool coincide(Vec3 a, Vec3 b)
{
  return a.x == b.x && a.y == b.y && a.z == b.z;
}

/// The sum of the negative components of normal * widths: m . x = d - shift in mirrored axes.
double negativePart(Vec3 m)
{
  return std::min(m.x, 0.0) + std::min(m.y, 0.0) + std::min(m.z, 0.0);
}

/// Edges of the cube (by their corners, bit i of a corner its place along axis i) that the cut
/// crosses, in the order of the cut's polygon seen from above, where the corners below are such
/// that with a corner all those under it are below.
struct CutEdges
{
  int count = 0;
  int below[6] = {};
  int above[6] = {};
};

std::array<CutEdges, 256> makeCutEdges()
{
  // Faces counter-clockwise seen from outside.
  static const int faces[6][4] = { { 0, 4, 6, 2 }, { 1, 3, 7, 5 }, { 0, 1, 5, 4 }, { 2, 6, 7, 3 },
    { 0, 2, 3, 1 }, { 4, 5, 7, 6 } };
  std::array<CutEdges, 256> table;
  for (int mask = 0; mask < 256; ++mask)
  {
    auto isBelow = [mask](int corner) { return (mask >> corner & 1) != 0; };
    bool closed = true;
    for (int corner = 0; corner < 8; ++corner)
    {
      for (int bit = 1; bit < 8; bit *= 2)
      {
        closed = closed && (!isBelow(corner) || isBelow(corner & ~bit));
      }
    }
    if (!closed || mask == 0 || mask == 255)
    {
      continue;
    }
    // Within a face the cut leads from the edge that falls to the one that rises.
    int from[6][2];
    int to[6][2];
    int pieces = 0;
    for (const auto& face : faces)
    {
      bool crosses = false;
      for (int i = 0; i < 4; ++i)
      {
        const int a = face[i];
        const int b = face[(i + 1) % 4];
        if (isBelow(a) && !isBelow(b))
        {
          to[pieces][0] = a;
          to[pieces][1] = b;
          crosses = true;
        }
        if (!isBelow(a) && isBelow(b))
        {
          from[pieces][0] = b;
          from[pieces][1] = a;
        }
      }
      pieces += crosses ? 1 : 0;
    }
    CutEdges& edges = table[mask];
    for (int piece = 0; edges.count < pieces;)
    {
      edges.below[edges.count] = from[piece][0];
      edges.above[edges.count] = from[piece][1];
      ++edges.count;
      for (int next = 0; next < pieces; ++next)
      {
        if (from[next][0] == to[piece][0] && from[next][1] == to[piece][1])
        {
          piece = next;
          break;
        }
      }
    }
  }
  return table;
}

} // namespace

double boxPlaneConstant(Vec3 widths, Vec3 normal, double fraction)
{
  const Vec3 m{ normal.x * widths.x, normal.y * widths.y, normal.z * widths.z };
  const double sum = std::abs(m.x) + std::abs(m.y) + std::abs(m.z);
  const UnitCut cut(std::abs(m.x), std::abs(m.y), std::abs(m.z));
  const double low = negativePart(m);
  if (fraction <= 0.5)
  {
    return low + sum * cut.alpha(fraction);
  }
  // From the other side, so that both agree to the last digit.
  return -negativePart(-m) - sum * cut.alpha(1.0 - fraction);
}

double boxFractionBelow(Vec3 widths, Vec3 normal, double constant, double* derivative)
{
  const Vec3 m{ normal.x * widths.x, normal.y * widths.y, normal.z * widths.z };
  const double sum = std::abs(m.x) + std::abs(m.y) + std::abs(m.z);
  const UnitCut cut(std::abs(m.x), std::abs(m.y), std::abs(m.z));
  const double below = (constant - negativePart(m)) / sum;
  const double above = (-negativePart(-m) - constant) / sum;
  double slope;
  const double value = below <= above ? cut.volume(below, slope) : 1.0 - cut.volume(above, slope);
  if (derivative)
  {
    *derivative = slope / sum;
  }
  return value;
}

int boxCut(Vec3 widths, Vec3 normal, double constant, int dimension, Vec3 (&points)[6])
{
  static const std::array<CutEdges, 256> table = makeCutEdges();
  // Mirrored so that heights rise along every axis, which rounding does not change.
  const double n[3] = { normal.x, normal.y, normal.z };
  const double w[3] = { widths.x, widths.y, dimension == 2 ? 1.0 : widths.z };
  const double m[3] = { std::abs(n[0]) * w[0], std::abs(n[1]) * w[1],
    dimension == 2 ? 0.0 : std::abs(n[2]) * w[2] };
  double start = -constant;
  bool mirrored = false;
  for (int axis = 0; axis < dimension; ++axis)
  {
    if (n[axis] < 0.0)
    {
      start += n[axis] * w[axis];
      mirrored = !mirrored;
    }
  }
  double heights[8] = { start, start + m[0], start + m[1] };
  heights[3] = heights[1] + m[1];
  for (int corner = 0; corner < 4; ++corner)
  {
    heights[corner + 4] = heights[corner] + m[2];
  }
  int mask = 0;
  for (int corner = 0; corner < 8; ++corner)
  {
    mask |= (heights[corner] < 0.0 ? 1 : 0) << corner;
  }
  auto crossing = [&](int below, int above) {
    // An edge leads up along one axis.
    const double t = heights[below] / (heights[below] - heights[above]);
    const int along = (above - below) >> 1;
    double x[3];
    for (int axis = 0; axis < 3; ++axis)
    {
      const bool high = (below >> axis & 1) != 0;
      x[axis] = high != (n[axis] < 0.0) ? w[axis] : 0.0;
    }
    x[along] = w[along] * (n[along] < 0.0 ? 1.0 - t : t);
    return Vec3{ x[0], x[1], dimension == 2 ? 0.0 : x[2] };
  };
  const CutEdges& edges = table[mask];
  if (dimension == 2)
  {
    // Of the cut through the column the two edges at its foot.
    int count = 0;
    for (int i = 0; i < edges.count; ++i)
    {
      if (edges.below[i] < 4 && edges.above[i] < 4 && count < 2)
      {
        points[count++] = crossing(edges.below[i], edges.above[i]);
      }
    }
    if (count == 2)
    {
      const Vec3 along = points[1] - points[0];
      if (normal.x * along.y - normal.y * along.x < 0.0)
      {
        std::swap(points[0], points[1]);
      }
    }
    return count == 2 ? 2 : 0;
  }
  int count = 0;
  for (int i = 0; i < edges.count; ++i)
  {
    const int at = mirrored ? edges.count - 1 - i : i;
    const Vec3 x = crossing(edges.below[at], edges.above[at]);
    // Several edges meet the plane in the same corner.
    if (count == 0 || !coincide(x, points[count - 1]))
    {
      points[count++] = x;
    }
  }
  while (count > 1 && coincide(points[count - 1], points[0]))
  {
    --count;
  }
  return count >= 3 ? count : 0;
}

} // namespace mir
