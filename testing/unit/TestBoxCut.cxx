// The closed forms of boxes against simplices in extended precision, the general kernel, and
// themselves under mirrors and turns.
#include "RandomCells.h"

#include "plic/BoxCut.h"
#include "plic/PlaneConstant.h"

#include <gtest/gtest.h>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int Trials = 100000;

/// Aspects up to 1e4, sizes from 1e-9 to 1e9.
Vec3 randomWidths(Dice& dice, int dimension)
{
  const double size = dice.logUniform(1e-9, 1e9);
  Vec3 w{ size * dice.logUniform(1e-2, 1e2), size * dice.logUniform(1e-2, 1e2),
    size * dice.logUniform(1e-2, 1e2) };
  w.z = dimension == 2 ? 1.0 : w.z;
  return w;
}

/// Each component of order 1, tiny, or zero.
Vec3 randomNormal(Dice& dice, int dimension)
{
  for (;;)
  {
    double c[3];
    for (double& component : c)
    {
      const double sign = dice.below(2) ? 1.0 : -1.0;
      const int kind = dice.below(6);
      component = sign *
        (kind == 0      ? 0.0
            : kind == 1 ? dice.logUniform(1e-17, 1e-8)
            : kind == 2 ? 1.0
                        : dice.uniform(0.0, 1.0));
    }
    const Vec3 n{ c[0], c[1], dimension == 2 ? 0.0 : c[2] };
    if (length(n) > 1e-3)
    {
      return 1.0 / length(n) * n;
    }
  }
}

Polygon rectangle(Vec3 w)
{
  return { { 0.0, 0.0 }, { w.x, 0.0 }, { w.x, w.y }, { 0.0, w.y } };
}

Real independentFraction(Vec3 w, Vec3 n, double d, int dimension)
{
  if (dimension == 2)
  {
    return independentAreaBelow(rectangle(w), { n.x, n.y }, d) / (Real(w.x) * w.y);
  }
  return independentVolumeBelow(box({ 0.0, 0.0, 0.0 }, w), n, d) / (Real(w.x) * w.y * w.z);
}

double sizeOfCut(const Vec3* points, int count, Vec3 n)
{
  return count == 0 ? 0.0
    : count == 2    ? length(points[1] - points[0])
                    : dot(vectorArea({ points, points + count }), n);
}

/// Height of the box along the normal.
double extent(Vec3 w, Vec3 n)
{
  return std::abs(n.x) * w.x + std::abs(n.y) * w.y + std::abs(n.z) * w.z;
}

TEST(TestBoxCut, PlaneConstantCutsOffTheFractionAndTheCutIsThere)
{
  Dice dice(71);
  double worst = 0.0;
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const Vec3 w = randomWidths(dice, dimension);
    const Vec3 n = randomNormal(dice, dimension);
    const double f = dice.fraction();
    const double d = boxPlaneConstant(w, n, f);
    const double error = static_cast<double>(independentFraction(w, n, d, dimension) - f);
    worst = std::max(worst, std::abs(error));
    ASSERT_LE(std::abs(error), 1e-13) << trial;
    ASSERT_NEAR(boxFractionBelow(w, n, d), f, 1e-13) << trial;
    Vec3 points[6];
    const int count = boxCut(w, n, d, dimension, points);
    ASSERT_GT(sizeOfCut(points, count, n), 0.0) << trial;
  }
  RecordProperty("worst", std::to_string(worst));
}

TEST(TestBoxCut, PlanesThroughCornersAndEdgesAreFound)
{
  Dice dice(72);
  int compared = 0;
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const Vec3 w = trial % 4 < 2 ? Vec3{ 1.0, 1.0, 1.0 } : randomWidths(dice, dimension);
    const Vec3 n = randomNormal(dice, dimension);
    const Vec3 corner{ dice.below(2) * w.x, dice.below(2) * w.y, dice.below(2) * w.z };
    const double through = dot(n, corner);
    const double f = static_cast<double>(independentFraction(w, n, through, dimension));
    if (f > 1e-8 && f < 1.0 - 1e-8)
    {
      ++compared;
      const double d = boxPlaneConstant(w, n, f);
      ASSERT_NEAR(static_cast<double>(independentFraction(w, n, d, dimension)), f, 1e-13) << trial;
      Vec3 points[6];
      const int count = boxCut(w, n, d, dimension, points);
      ASSERT_GT(sizeOfCut(points, count, n), 0.0) << trial;
    }
  }
  EXPECT_GT(compared, Trials / 4);
}

TEST(TestBoxCut, FractionBelowEqualsAnIndependentComputationAndItsDerivativeIsTheCut)
{
  Dice dice(73);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const Vec3 w = randomWidths(dice, dimension);
    const Vec3 n = randomNormal(dice, dimension);
    const double low =
      std::min(n.x, 0.0) * w.x + std::min(n.y, 0.0) * w.y + std::min(n.z, 0.0) * w.z;
    const double d = low + dice.uniform(-0.1, 1.1) * extent(w, n);
    double slope;
    const double f = boxFractionBelow(w, n, d, &slope);
    ASSERT_NEAR(f, static_cast<double>(independentFraction(w, n, d, dimension)), 1e-14) << trial;
    Vec3 points[6];
    const int count = boxCut(w, n, d, dimension, points);
    const double whole = w.x * w.y * w.z;
    // A cut along a face is as large from one side as it is nothing from the other.
    if (f > 1e-12 && f < 1.0 - 1e-12)
    {
      ASSERT_NEAR(sizeOfCut(points, count, n) * extent(w, n) / whole, slope * extent(w, n),
        1e-11 * (1.0 + slope * extent(w, n)))
        << trial;
    }
  }
}

TEST(TestBoxCut, EqualsTheGeneralKernel)
{
  Dice dice(74);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const Vec3 w = randomWidths(dice, dimension);
    const Vec3 n = randomNormal(dice, dimension);
    const double f = dice.fraction();
    const double d = boxPlaneConstant(w, n, f);
    const double general = dimension == 2 ? planeConstant(rectangle(w), Vec2{ n.x, n.y }, f)
                                          : planeConstant(box({ 0.0, 0.0, 0.0 }, w), n, f);
    // Where the cut is small its place is as unsure as volumes are.
    double slope;
    boxFractionBelow(w, n, d, &slope);
    ASSERT_LE(std::abs(d - general) * slope, 1e-13) << trial;
  }
}

TEST(TestBoxCut, TheOtherSideHasTheSamePlaneToTheLastDigit)
{
  Dice dice(75);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const Vec3 w = randomWidths(dice, 3);
    const Vec3 n = randomNormal(dice, 3);
    // 1 - f is exact.
    const double f = (1 + dice.below((1 << 20) - 1)) * 0x1p-20;
    const double d = boxPlaneConstant(w, n, f);
    const double back = -boxPlaneConstant(w, -n, 1.0 - f);
    if (f == 0.5)
    {
      ASSERT_NEAR(d, back, 1e-15 * extent(w, n)) << trial;
    }
    else
    {
      ASSERT_EQ(d, back) << trial;
    }
  }
}

TEST(TestBoxCut, FollowsTheBoxThroughMirrorsTurnsAndScales)
{
  Dice dice(76);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const Vec3 w = randomWidths(dice, 3);
    const Vec3 n = randomNormal(dice, 3);
    const double f = dice.fraction();
    const double d = boxPlaneConstant(w, n, f);
    const double unit = 1e-14 * extent(w, n);
    // The low corner of the mirrored box lies at -w.x.
    ASSERT_NEAR(boxPlaneConstant(w, { -n.x, n.y, n.z }, f), d - n.x * w.x, unit) << trial;
    // A quarter turn about z, (x, y) to (-y, x), and a third of a turn about the diagonal.
    ASSERT_NEAR(boxPlaneConstant({ w.y, w.x, w.z }, { -n.y, n.x, n.z }, f), d - n.y * w.y, unit)
      << trial;
    ASSERT_NEAR(boxPlaneConstant({ w.z, w.x, w.y }, { n.z, n.x, n.y }, f), d, unit) << trial;
    ASSERT_EQ(boxPlaneConstant(0x1p20 * w, n, f), 0x1p20 * d) << trial;
    ASSERT_EQ(boxPlaneConstant(w, 4.0 * n, f), 4.0 * d) << trial;
  }
}

TEST(TestBoxCut, CutsAreConvexPolygonsInThePlaneAndTheBox)
{
  Dice dice(77);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const Vec3 w = randomWidths(dice, 3);
    const Vec3 n = randomNormal(dice, 3);
    const double d = boxPlaneConstant(w, n, dice.fraction());
    Vec3 points[6];
    const int count = boxCut(w, n, d, 3, points);
    ASSERT_GE(count, 3);
    ASSERT_LE(count, 6);
    for (int i = 0; i < count; ++i)
    {
      const Vec3 x = points[i];
      ASSERT_NEAR(dot(n, x), d, 1e-15 * extent(w, n) * 4.0) << trial;
      ASSERT_TRUE(x.x >= 0.0 && x.x <= w.x && x.y >= 0.0 && x.y <= w.y && x.z >= 0.0 && x.z <= w.z)
        << trial;
      const Vec3 a = points[(i + 1) % count] - x;
      const Vec3 b = points[(i + 2) % count] - x;
      ASSERT_GE(dot(cross(a, b), n), -1e-14 * length(a) * length(b)) << trial;
    }
  }
}

} // namespace
