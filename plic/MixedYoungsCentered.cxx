#include "plic/MixedYoungsCentered.h"

#include "plic/Youngs.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Height of the column along `axis` through the neighbour `index` (its entry at `axis` is unused).
double columnHeight(const AxisStencil& stencil, int axis, std::array<int, 3> index)
{
  double height = 0.0;
  for (int i = 0; i < 3; ++i)
  {
    index[axis] = i;
    height += stencil.widths[axis][i] * stencil.at(index);
  }
  return height;
}

/// Fractions in a layer: the cell at the axis and its face neighbours within the layer.
double layerSum(const AxisStencil& stencil, int axis, int layer)
{
  std::array<int, 3> index{ 1, 1, 1 };
  index[axis] = layer;
  double sum = stencil.at(index);
  for (int other = 0; other < stencil.dimension; ++other)
  {
    if (other != axis)
    {
      for (int side : { 0, 2 })
      {
        index[other] = side;
        sum += stencil.at(index);
      }
      index[other] = 1;
    }
  }
  return sum;
}

double norm1(const std::array<double, 3>& m)
{
  return std::abs(m[0]) + std::abs(m[1]) + std::abs(m[2]);
}

} // namespace

Vec3 mixedYoungsCenteredNormal(const AxisStencil& stencil)
{
  std::array<double, 3> best{ 0.0, 0.0, 0.0 };
  double bestOwn = -1.0;
  for (int axis = 0; axis < stencil.dimension; ++axis)
  {
    const double difference = layerSum(stencil, axis, 0) - layerSum(stencil, axis, 2);
    if (difference == 0.0)
    {
      continue;
    }
    std::array<double, 3> m{ 0.0, 0.0, 0.0 };
    m[axis] = difference > 0.0 ? 1.0 : -1.0;
    for (int other = 0; other < stencil.dimension; ++other)
    {
      if (other != axis)
      {
        std::array<int, 3> index{ 1, 1, 1 };
        index[other] = 0;
        const double before = columnHeight(stencil, axis, index);
        index[other] = 2;
        m[other] = (before - columnHeight(stencil, axis, index)) / stencil.span(other);
      }
    }
    const double own = 1.0 / norm1(m);
    if (own > bestOwn)
    {
      bestOwn = own;
      best = m;
    }
  }
  const Vec3 y = youngsNormal(stencil);
  const std::array<double, 3> youngs{ y.x, y.y, y.z };
  const double youngsNorm = norm1(youngs);
  if (bestOwn < 0.0)
  {
    return y;
  }
  if (youngsNorm > 0.0)
  {
    const double youngsOwn = std::max({ std::abs(y.x), std::abs(y.y), std::abs(y.z) }) / youngsNorm;
    if (youngsOwn < bestOwn)
    {
      return y;
    }
  }
  return { best[0], best[1], best[2] };
}

} // namespace mir
