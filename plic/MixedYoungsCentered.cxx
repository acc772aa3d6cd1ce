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

/// How much the largest component dominates, or that of `axis`: |m_a| / |m|_1, of a normal counted
/// in stencils, so that stretching the mesh changes nothing.
double dominance(const AxisStencil& stencil, const std::array<double, 3>& m, int axis = -1)
{
  double largest = 0.0;
  double sum = 0.0;
  for (int a = 0; a < stencil.dimension; ++a)
  {
    const double* widths = stencil.widths[a];
    const double size = std::abs(m[a]) * (widths[0] + widths[1] + widths[2]);
    largest = std::max(largest, a == axis || axis < 0 ? size : 0.0);
    sum += size;
  }
  return largest / sum;
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
    const double own = dominance(stencil, m, axis);
    if (own > bestOwn)
    {
      bestOwn = own;
      best = m;
    }
  }
  const Vec3 y = youngsNormal(stencil);
  const std::array<double, 3> youngs{ y.x, y.y, y.z };
  const bool youngsVanishes = y.x == 0.0 && y.y == 0.0 && y.z == 0.0;
  if (bestOwn < 0.0 || (!youngsVanishes && dominance(stencil, youngs) < bestOwn))
  {
    return y;
  }
  return { best[0], best[1], best[2] };
}

} // namespace mir
