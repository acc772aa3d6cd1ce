// The closed forms of triangles and tetrahedra against ratios of edges in extended precision.
#include "RandomCells.h"

#include "plic/SimplexCut.h"

#include <gtest/gtest.h>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int Trials = 200000;

/// Heights at random, some equal, some a rounding or little more apart.
SortedHeights randomHeights(Dice& dice, int count)
{
  SortedHeights h{};
  do
  {
    for (int i = 0; i < count; ++i)
    {
      h[i] = dice.uniform(-1.0, 1.0);
      if (i > 0 && dice.below(3) == 0)
      {
        const double near = h[i - 1];
        const int kind = dice.below(3);
        h[i] = kind == 0 ? near
          : kind == 1    ? std::nextafter(near, 2.0)
                         : near + dice.logUniform(1e-16, 1e-3);
      }
    }
    std::sort(h.begin(), h.begin() + count);
  } while (!(h[count - 1] - h[0] > 1e-3));
  const double scale = dice.logUniform(1e-9, 1e9);
  for (double& height : h)
  {
    height *= scale;
  }
  return h;
}

double partBelow(const SortedHeights& h, int dimension, double d, double& slope)
{
  return dimension == 2 ? trianglePart(h, d, d, slope) : tetrahedronPart(h, d, d, slope);
}

Real independentPart(const SortedHeights& h, int dimension, double d)
{
  return dimension == 2 ? triangleFractionBelow({ h[0], h[1], h[2] }, d)
                        : tetrahedronFractionBelow({ h[0], h[1], h[2], h[3] }, d);
}

TEST(TestSimplexCut, HeightsAreSorted)
{
  int order[4] = { 0, 1, 2, 3 };
  do
  {
    const SortedHeights h = sortedHeights(order[0], order[1], order[2], order[3]);
    ASSERT_TRUE(std::is_sorted(h.begin(), h.end()));
    ASSERT_EQ(h[0] + 10.0 * h[1] + 100.0 * h[2] + 1000.0 * h[3], 3210.0);
  } while (std::next_permutation(order, order + 4));
  do
  {
    const SortedHeights h = sortedHeights(order[0], order[1], order[2]);
    ASSERT_EQ(h[0] + 10.0 * h[1] + 100.0 * h[2], 210.0);
  } while (std::next_permutation(order, order + 3));
}

TEST(TestSimplexCut, PartsBelowEqualAnIndependentComputation)
{
  Dice dice(81);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const SortedHeights h = randomHeights(dice, dimension + 1);
    const double all = h[dimension] - h[0];
    const double d = h[0] + dice.uniform(0.0, 1.0) * all;
    if (d >= h[dimension])
    {
      continue;
    }
    double slope;
    ASSERT_NEAR(partBelow(h, dimension, d, slope),
      static_cast<double>(independentPart(h, dimension, d)), 1e-15)
      << trial;
    // The slope is the part's derivative: Simpson's rule is exact within one piece.
    double room = std::min(d - h[0], h[dimension] - d);
    for (int i = 1; i < dimension; ++i)
    {
      room = std::min(room, std::abs(d - h[i]));
    }
    const double step = 0.5 * room;
    if (step > 1e-4 * all)
    {
      double low;
      double high;
      const double rise = static_cast<double>(
        independentPart(h, dimension, d + step) - independentPart(h, dimension, d - step));
      partBelow(h, dimension, d - step, low);
      partBelow(h, dimension, d + step, high);
      // Both ends are rounded, which moves the part by as much as the slope says.
      const double rounding = 1e-15 * std::max(std::abs(h[0]), std::abs(h[dimension]));
      ASSERT_NEAR((low + 4.0 * slope + high) * step / 3.0, rise, 1e-14 + rounding * (low + high))
        << trial;
    }
  }
}

TEST(TestSimplexCut, ConstantsCutOffTheirFraction)
{
  Dice dice(82);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const SortedHeights h = randomHeights(dice, dimension + 1);
    const double f = dice.fraction();
    const double d = dimension == 2 ? triangleConstant(h, f) : tetrahedronConstant(h, f);
    ASSERT_GE(d, h[0]);
    ASSERT_LE(d, h[dimension]);
    // The height is known to its rounding, which where two corners coincide is worth a slope of 4.
    const double rounding = 1e-15 * std::max(std::abs(h[0]), std::abs(h[dimension]));
    ASSERT_NEAR(static_cast<double>(independentPart(h, dimension, d)), f,
      1e-15 + 4.0 * rounding / (h[dimension] - h[0]))
      << trial;
  }
}

TEST(TestSimplexCut, TheOtherSideHasTheSamePlane)
{
  Dice dice(83);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const SortedHeights h = randomHeights(dice, dimension + 1);
    const SortedHeights back = dimension == 2 ? sortedHeights(-h[0], -h[1], -h[2])
                                              : sortedHeights(-h[0], -h[1], -h[2], -h[3]);
    const double f = (1 + dice.below((1 << 20) - 1)) * 0x1p-20;
    const double d = dimension == 2 ? triangleConstant(h, f) : tetrahedronConstant(h, f);
    const double other =
      dimension == 2 ? triangleConstant(back, 1.0 - f) : tetrahedronConstant(back, 1.0 - f);
    double slope = 0.0;
    partBelow(h, dimension, d, slope);
    const double rounding = 1e-15 * std::max(std::abs(h[0]), std::abs(h[dimension]));
    ASSERT_LE(std::abs(d + other) * slope, 1e-14 + rounding * slope) << trial;
  }
}

TEST(TestSimplexCut, PolygonsLieInThePlaneTurnAboutTheNormalAndHaveTheSlopeAsArea)
{
  Dice dice(84);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const Vec3 p[4] = { dice.point3(1.0), dice.point3(1.0), dice.point3(1.0), dice.point3(1.0) };
    const Vec3 n = dice.direction3();
    const double d = dice.uniform(-1.5, 1.5);
    const double h[4] = { dot(n, p[0]) - d, dot(n, p[1]) - d, dot(n, p[2]) - d, dot(n, p[3]) - d };
    Vec3 points[4];
    const int count =
      cutTetrahedron({ p, p + 1, p + 2, p + 3 }, { h[0], h[1], h[2], h[3] }, points);
    const SortedHeights sorted = sortedHeights(h[0], h[1], h[2], h[3]);
    if (sorted[0] >= 0.0 || sorted[3] < 0.0)
    {
      ASSERT_EQ(count, 0);
      continue;
    }
    ASSERT_EQ(count, sorted[1] < 0.0 && sorted[2] >= 0.0 ? 4 : 3) << trial;
    const double volume = dot(cross(p[1] - p[0], p[2] - p[0]), p[3] - p[0]) / 6.0;
    for (int i = 0; i < count; ++i)
    {
      ASSERT_NEAR(dot(n, points[i]), d, 1e-14) << trial;
    }
    double slope;
    tetrahedronPart(sorted, 0.0, 0.0, slope);
    // Signed: positive volumes have their polygon counter-clockwise seen from above.
    ASSERT_NEAR(dot(vectorArea({ points, points + count }), n), volume * slope, 1e-13) << trial;
  }
}

TEST(TestSimplexCut, SegmentsHaveThePartBelowOnTheirLeft)
{
  Dice dice(85);
  for (int trial = 0; trial < Trials; ++trial)
  {
    Vec3 p[3];
    for (Vec3& point : p)
    {
      const Vec2 x = dice.point2(1.0);
      point = { x.x, x.y, 0.0 };
    }
    const Vec2 u = dice.direction2();
    const Vec3 n{ u.x, u.y, 0.0 };
    const double d = dice.uniform(-1.0, 1.0);
    const double h[3] = { dot(n, p[0]) - d, dot(n, p[1]) - d, dot(n, p[2]) - d };
    Vec3 points[2];
    const int count = cutTriangle({ p, p + 1, p + 2 }, { h[0], h[1], h[2] }, points);
    const SortedHeights sorted = sortedHeights(h[0], h[1], h[2]);
    if (sorted[0] >= 0.0 || sorted[2] < 0.0)
    {
      ASSERT_EQ(count, 0);
      continue;
    }
    ASSERT_EQ(count, 2);
    const double area = 0.5 * cross(p[1] - p[0], p[2] - p[0]).z;
    double slope;
    trianglePart(sorted, 0.0, 0.0, slope);
    // The normal turned by a quarter leads along the segment of a counter-clockwise triangle.
    ASSERT_NEAR(dot(points[1] - points[0], Vec3{ -n.y, n.x, 0.0 }), area * slope, 1e-13) << trial;
  }
}

} // namespace
