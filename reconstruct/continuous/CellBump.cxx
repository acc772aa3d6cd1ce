#include "reconstruct/continuous/CellBump.h"

#include "reconstruct/continuous/TriangleArea.h"

#include <cmath>
#include <limits>

namespace mir {

namespace {

// Area of values + factor bump and its derivative with respect to the factor. A triangle of zeros
// only is no part of any interface: the area is then not a number.
double areaAt(const CellTemplate& cell, const double* weights, const double* values, double factor,
  double* moved, double& slope)
{
  for (int i = 0; i < cell.nodes; ++i)
  {
    moved[i] = values[i] + factor * cell.bump[i];
  }
  double sum = 0.0;
  slope = 0.0;
  std::array<double, 3> gradient;
  for (std::size_t t = 0; t < cell.triangles.size(); ++t)
  {
    const std::array<int, 3>& nodes = cell.triangles[t];
    const double a = moved[nodes[0]];
    const double b = moved[nodes[1]];
    const double c = moved[nodes[2]];
    const int positive = (a > 0.0) + (b > 0.0) + (c > 0.0);
    if (positive == 3)
    {
      sum += weights[t];
    }
    else if (positive != 0)
    {
      sum += weights[t] * triangleArea(a, b, c, &gradient);
      slope += weights[t] *
        (gradient[0] * cell.bump[nodes[0]] + gradient[1] * cell.bump[nodes[1]] +
          gradient[2] * cell.bump[nodes[2]]);
    }
    else if (a == 0.0 && b == 0.0 && c == 0.0)
    {
      return std::numeric_limits<double>::quiet_NaN();
    }
  }
  return sum;
}

// A point between two bounds that halves the interval, by orders of magnitude where it spans some.
double middle(double low, double high)
{
  if (low > 0.0 && high > 16.0 * low)
  {
    return std::sqrt(low) * std::sqrt(high);
  }
  if (high < 0.0 && low < 16.0 * high)
  {
    return -std::sqrt(-low) * std::sqrt(-high);
  }
  return 0.5 * (low + high);
}

} // namespace

BumpResult solveBump(const CellTemplate& cell, const double* weights, double fraction,
  double tolerance, double* values, double* scratch)
{
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr int limit = 200;
  BumpResult result;
  result.residual = infinity;
  double low = -infinity;
  double high = infinity;
  double factor = 0.0;
  double reach = 0.01;
  double lastError = infinity;
  while (result.evaluations < limit)
  {
    double slope = 0.0;
    const double area = areaAt(cell, weights, values, factor, scratch, slope);
    ++result.evaluations;
    if (std::isnan(area))
    {
      // Step off the plateau by a hair; the sign does not matter.
      factor = std::nextafter(factor, infinity);
      continue;
    }
    const double missing = fraction - area;
    if (std::fabs(missing) < result.residual)
    {
      result.residual = std::fabs(missing);
      result.factor = factor;
    }
    if (result.residual <= tolerance)
    {
      break;
    }
    (missing > 0.0 ? low : high) = factor;
    // Newton as long as it halves the error, bisection otherwise.
    const bool slow = std::fabs(missing) > 0.5 * lastError;
    lastError = std::fabs(missing);
    double next = slope > 0.0 ? factor + missing / slope : infinity;
    if (low == -infinity || high == infinity)
    {
      const double furthest = factor + std::copysign(reach, missing);
      const bool usable = std::fabs(next - factor) <= reach;
      reach *= 8.0;
      next = usable && !slow ? next : furthest;
    }
    else if (slow || !(next > low && next < high))
    {
      next = middle(low, high);
    }
    if (!(next > low && next < high) || !std::isfinite(next))
    {
      break;
    }
    factor = next;
  }
  if (result.factor != 0.0)
  {
    for (const int i : cell.interiorNodes)
    {
      values[i] += result.factor * cell.bump[i];
    }
  }
  return result;
}

} // namespace mir
