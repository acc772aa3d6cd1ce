#include "plic/CutSums.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

/// The plane m . x = alpha in the unit box, m ascending and not negative, alpha at most half of
/// their sum. `axes` tells where the components come from.
struct UnitBoxCut
{
  double m[3];
  int axes[3];
  double alpha = 0.0;
  bool upper = false;
  double sum = 0.0;
};

UnitBoxCut unitBoxCut(Vec3 low, Vec3 widths, Vec3 normal, double constant)
{
  UnitBoxCut c;
  const double signedM[3] = { normal.x * widths.x, normal.y * widths.y, normal.z * widths.z };
  c.alpha = constant - dot(normal, low);
  for (int i = 0; i < 3; ++i)
  {
    c.m[i] = std::abs(signedM[i]);
    c.alpha += signedM[i] < 0.0 ? c.m[i] : 0.0;
    c.axes[i] = i;
  }
  auto order = [&c](int i, int j) {
    if (c.m[j] < c.m[i])
    {
      std::swap(c.m[i], c.m[j]);
      std::swap(c.axes[i], c.axes[j]);
    }
  };
  order(0, 1);
  order(1, 2);
  order(0, 1);
  c.sum = c.m[0] + c.m[1] + c.m[2];
  c.upper = c.alpha > 0.5 * c.sum;
  c.alpha = c.upper ? c.sum - c.alpha : c.alpha;
  return c;
}

} // namespace

CutSums cutBox(Vec3 low, Vec3 widths, Vec3 normal, double constant)
{
  const double volume = widths.x * widths.y * widths.z;
  CutSums sums;
  const UnitBoxCut c = unitBoxCut(low, widths, normal, constant);
  if (!(c.alpha > 0.0))
  {
    sums.volume = c.upper ? volume : 0.0;
    return sums;
  }
  // The cut in units of d alpha: its measure s0 and first moments s[], as the part over the face
  // x1 = 0 .. 1 less the corners beyond x2 = 1 and x3 = 1.
  const double* m = c.m;
  const double alpha = c.alpha;
  double fraction;
  double s0;
  double s[3];
  if (alpha >= m[0] + m[1])
  {
    s0 = 1.0 / m[2];
    fraction = (alpha - 0.5 * (m[0] + m[1])) * s0;
    s[0] = 0.5 * s0;
    s[1] = 0.5 * s0;
    s[2] = fraction * s0;
  }
  else if (alpha < m[0])
  {
    const double area = alpha * alpha / (2.0 * m[0] * m[1] * m[2]);
    s0 = area;
    fraction = area * alpha / 3.0;
    for (int i = 0; i < 3; ++i)
    {
      s[i] = fraction / m[i];
    }
  }
  else
  {
    const double inverse = 1.0 / (m[1] * m[2]);
    s0 = (alpha - 0.5 * m[0]) * inverse;
    fraction = 0.5 * (alpha * (alpha - m[0]) + m[0] * m[0] / 3.0) * inverse;
    s[0] = (0.5 * alpha - m[0] / 3.0) * inverse;
    s[1] = fraction / m[1];
    s[2] = fraction / m[2];
    for (int corner = 1; corner < 3; ++corner)
    {
      const double beta = alpha - m[corner];
      if (beta > 0.0)
      {
        const double area = 0.5 * beta * beta * inverse / m[0];
        const double part = area * beta / 3.0;
        s0 -= area;
        fraction -= part;
        for (int i = 0; i < 3; ++i)
        {
          s[i] -= part / m[i];
        }
        s[corner] -= area;
      }
    }
  }
  sums.volume = volume * (c.upper ? 1.0 - fraction : fraction);
  sums.area = volume * s0;
  double moment[3];
  const double signs[3] = { normal.x, normal.y, normal.z };
  for (int i = 0; i < 3; ++i)
  {
    const bool flip = c.upper != (signs[c.axes[i]] < 0.0);
    moment[c.axes[i]] = flip ? s0 - s[i] : s[i];
  }
  sums.moment = volume *
    Vec3{ low.x * s0 + widths.x * moment[0], low.y * s0 + widths.y * moment[1],
      low.z * s0 + widths.z * moment[2] };
  return sums;
}

CutSums cutTriangle(const Vec3* points, const double* heights, double volume)
{
  const bool below[3] = { heights[0] < 0.0, heights[1] < 0.0, heights[2] < 0.0 };
  const int count = below[0] + below[1] + below[2];
  CutSums sums;
  if (count == 0 || count == 3)
  {
    sums.volume = count == 0 ? 0.0 : volume;
    return sums;
  }
  const bool apexBelow = count == 1;
  const int apex = below[0] == apexBelow ? 0 : below[1] == apexBelow ? 1 : 2;
  const int i = (apex + 1) % 3;
  const int j = (apex + 2) % 3;
  const double ti = heights[apex] / (heights[apex] - heights[i]);
  const double tj = heights[apex] / (heights[apex] - heights[j]);
  const Vec3 a = points[apex] + ti * (points[i] - points[apex]);
  const Vec3 b = points[apex] + tj * (points[j] - points[apex]);
  const double part = volume * ti * tj;
  sums.volume = apexBelow ? part : volume - part;
  sums.area = heights[apex] != 0.0 ? 2.0 * part / std::abs(heights[apex]) : 0.0;
  sums.moment = 0.5 * sums.area * (a + b);
  return sums;
}

CutSums cutTetrahedron(const Vec3* points, const double* heights, Vec3 normal, double volume)
{
  int low[4];
  int high[4];
  int lows = 0;
  int highs = 0;
  for (int i = 0; i < 4; ++i)
  {
    if (heights[i] < 0.0)
    {
      low[lows++] = i;
    }
    else
    {
      high[highs++] = i;
    }
  }
  CutSums sums;
  if (lows == 0 || highs == 0)
  {
    sums.volume = lows == 0 ? 0.0 : volume;
    return sums;
  }
  auto ratio = [heights](int i, int j) { return heights[i] / (heights[i] - heights[j]); };
  auto between = [points](
                   int i, int j, double t) { return points[i] + t * (points[j] - points[i]); };
  if (lows != 2)
  {
    const int apex = lows == 1 ? low[0] : high[0];
    const int* others = lows == 1 ? high : low;
    const double height = heights[apex];
    const double t[3] = { ratio(apex, others[0]), ratio(apex, others[1]), ratio(apex, others[2]) };
    const Vec3 sum = between(apex, others[0], t[0]) + between(apex, others[1], t[1]) +
      between(apex, others[2], t[2]);
    const double part = volume * t[0] * t[1] * t[2];
    sums.volume = lows == 1 ? part : volume - part;
    sums.area = height != 0.0 ? 3.0 * part / std::abs(height) : 0.0;
    sums.moment = sums.area / 3.0 * sum;
    return sums;
  }
  const double ac = ratio(low[0], high[0]);
  const double ad = ratio(low[0], high[1]);
  const double bc = ratio(low[1], high[0]);
  const double bd = ratio(low[1], high[1]);
  sums.volume = volume * (ac * ad + ac * (1.0 - ad) * bd + (1.0 - ac) * bc * bd);
  const Vec3 p = between(low[0], high[0], ac);
  const Vec3 q = between(low[0], high[1], ad);
  const Vec3 r = between(low[1], high[1], bd);
  const Vec3 s = between(low[1], high[0], bc);
  const double first = 0.5 * std::abs(dot(cross(q - p, r - p), normal));
  const double second = 0.5 * std::abs(dot(cross(r - p, s - p), normal));
  sums.area = first + second;
  sums.moment = first / 3.0 * (p + q + r) + second / 3.0 * (p + r + s);
  return sums;
}

} // namespace mir
