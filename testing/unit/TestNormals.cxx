// Laws of the normals that PLIC takes from volume fractions.
#include "RandomCells.h"

#include "plic/LeastSquares.h"
#include "plic/MixedYoungsCentered.h"
#include "plic/Youngs.h"

#include <gtest/gtest.h>

using namespace mir;
using namespace mir::testing;

namespace {

using Method = Vec3 (*)(const AxisStencil&);

double component(Vec3 v, int axis)
{
  return axis == 0 ? v.x : axis == 1 ? v.y : v.z;
}

/// Low end of cell i along an axis; the middle cell starts at 0.
double lowEnd(const AxisStencil& s, int axis, int i)
{
  return i == 0 ? -s.widths[axis][0] : i == 1 ? 0.0 : s.widths[axis][1];
}

Vec3 cellLow(const AxisStencil& s, int i, int j, int k)
{
  return { lowEnd(s, 0, i), lowEnd(s, 1, j), s.dimension == 3 ? lowEnd(s, 2, k) : 0.0 };
}
Vec3 cellHigh(const AxisStencil& s, int i, int j, int k)
{
  return cellLow(s, i, j, k) +
    Vec3{ s.widths[0][i], s.widths[1][j], s.dimension == 3 ? s.widths[2][k] : 1.0 };
}

template <typename Function>
void fill(AxisStencil& s, Function function)
{
  for (int i = 0; i < 3; ++i)
  {
    for (int j = 0; j < 3; ++j)
    {
      for (int k = s.dimension == 3 ? 0 : 1; k < (s.dimension == 3 ? 3 : 2); ++k)
      {
        s.fractions[i][j][k] = function(i, j, k);
      }
    }
  }
}

/// Fractions of the half-space normal . x <= constant, by the tests' own formulas.
void fillHalfSpace(AxisStencil& s, Vec3 normal, double constant)
{
  fill(s, [&](int i, int j, int k) {
    const Polyhedron cell = box(cellLow(s, i, j, k), cellHigh(s, i, j, k));
    return static_cast<double>(
      independentVolumeBelow(cell, normal, constant) / independentVolume(cell));
  });
}

void randomWidths(Dice& dice, AxisStencil& s)
{
  for (auto& axis : s.widths)
  {
    for (double& width : axis)
    {
      width = dice.logUniform(0.2, 5.0);
    }
  }
}

/// Multiples of 2^-30, whose sums are exact in any order, and among which no two axes tie.
AxisStencil dyadicStencil(Dice& dice, int dimension)
{
  AxisStencil s;
  s.dimension = dimension;
  for (auto& axis : s.widths)
  {
    axis[0] = axis[1] = axis[2] = std::ldexp(1.0, dice.below(5) - 2);
  }
  fill(s, [&](int, int, int) { return dice.below(1 << 30) * 0x1p-30; });
  return s;
}

/// The stencil seen in a mirror across an axis.
AxisStencil mirror(AxisStencil s, int axis)
{
  const AxisStencil original = s;
  std::swap(s.widths[axis][0], s.widths[axis][2]);
  fill(s, [&](int i, int j, int k) {
    std::array<int, 3> index{ i, j, k };
    index[axis] = 2 - index[axis];
    return original.at(index);
  });
  return s;
}

/// The stencil with two axes exchanged.
AxisStencil exchange(AxisStencil s, int a, int b)
{
  const AxisStencil original = s;
  std::swap(s.widths[a], s.widths[b]);
  fill(s, [&](int i, int j, int k) {
    std::array<int, 3> index{ i, j, k };
    std::swap(index[a], index[b]);
    return original.at(index);
  });
  return s;
}

/// 1 - cosine of the angle between two vectors, exact for small angles.
double misalignment(Vec3 a, Vec3 b)
{
  const double scale = length(a) * length(b);
  const double sine = length(cross(a, b)) / scale;
  return dot(a, b) > 0.0 ? 0.5 * sine * sine : 2.0;
}

TEST(TestNormals, YoungsIsTheGradientOfALinearFieldOnStretchedCells)
{
  Dice dice(61);
  for (int trial = 0; trial < 5000; ++trial)
  {
    AxisStencil s;
    s.dimension = 2 + trial % 2;
    randomWidths(dice, s);
    Vec3 gradient = dice.logUniform(1e-3, 1e3) * dice.direction3();
    if (s.dimension == 2)
    {
      gradient.z = 0.0;
    }
    fill(s, [&](int i, int j, int k) {
      return 0.3 + 0.5 * dot(gradient, cellLow(s, i, j, k) + cellHigh(s, i, j, k));
    });
    const Vec3 normal = youngsNormal(s);
    ASSERT_LT(length(normal + gradient), 1e-13 * (1.0 + 10.0 * length(gradient)));
    ASSERT_TRUE(s.dimension == 3 || normal.z == 0.0);
  }
}

/// Widths that grow along each axis by a factor of at most `growth` from cell to cell.
void gradedWidths(Dice& dice, AxisStencil& s, double growth)
{
  for (auto& axis : s.widths)
  {
    const double ratio = dice.logUniform(1.0 / growth, growth);
    axis[0] = dice.logUniform(0.1, 10.0);
    axis[1] = ratio * axis[0];
    axis[2] = ratio * axis[1];
  }
}

/// Misalignment of the Mixed Youngs-Centered normal over planes that leave each of the three (nine)
/// columns along one axis through its sides only, so that their contents are heights, averages of a
/// linear function.
double worstOnPlanesThroughColumns(unsigned seed, int dimension, double growth)
{
  Dice dice(seed);
  double worst = 0.0;
  int compared = 0;
  for (int trial = 0; trial < 20000; ++trial)
  {
    AxisStencil s;
    s.dimension = dimension;
    gradedWidths(dice, s, growth);
    const int axis = dice.below(dimension);
    const Vec3 low = cellLow(s, 0, 0, 0);
    const Vec3 high = cellHigh(s, 2, 2, 2);
    const Vec3 size = high - low;
    // Drawn in units of the block, where every direction is as likely.
    const Vec3 d = dice.direction3();
    const Vec3 normal{ d.x / size.x, d.y / size.y, dimension == 3 ? d.z / size.z : 0.0 };
    const double constant = dot(normal, low) + d.x * dice.uniform(0.4, 0.6) +
      d.y * dice.uniform(0.4, 0.6) + (dimension == 3 ? d.z * dice.uniform(0.4, 0.6) : 0.0);
    // Heights of the plane at the corners of the block's base.
    const double own = component(normal, axis);
    bool through = true;
    for (int corner = 0; corner < 8 && through; ++corner)
    {
      Vec3 p{ corner & 1 ? high.x : low.x, corner & 2 ? high.y : low.y,
        corner & 4 ? high.z : low.z };
      (axis == 0 ? p.x : axis == 1 ? p.y : p.z) = 0.0;
      const double height = (constant - dot(normal, p)) / own;
      through = height > component(low, axis) && height < component(high, axis);
    }
    if (through)
    {
      ++compared;
      fillHalfSpace(s, normal, constant);
      worst = std::max(worst, misalignment(mixedYoungsCenteredNormal(s), normal));
    }
  }
  EXPECT_GT(compared, 1000);
  return worst;
}

TEST(TestNormals, MixedYoungsCenteredIsExactForPlanesThroughAllColumns)
{
  // Cells of any aspect ratio, as an affine map of the mesh changes no fraction.
  for (int dimension = 2; dimension <= 3; ++dimension)
  {
    EXPECT_LT(worstOnPlanesThroughColumns(62, dimension, 1.0), 1e-24) << dimension << "D";
  }
}

TEST(TestNormals, MixedYoungsCenteredIsExactForPlanesThroughAllColumnsOfGradedMeshes)
{
  for (int dimension = 2; dimension <= 3; ++dimension)
  {
    EXPECT_LT(worstOnPlanesThroughColumns(63, dimension, 1.2), 1e-24) << dimension << "D";
  }
}

TEST(TestNormals, PointOutOfEveryHalfSpaceThatCutsTheCell)
{
  Dice dice(60);
  for (const Method method : { &youngsNormal, &mixedYoungsCenteredNormal })
  {
    for (int trial = 0; trial < 4000; ++trial)
    {
      AxisStencil s;
      s.dimension = 2 + trial % 2;
      gradedWidths(dice, s, 1.5);
      const Vec3 size = cellHigh(s, 1, 1, 1) - cellLow(s, 1, 1, 1);
      const Vec3 d = dice.direction3();
      const Vec3 normal{ d.x / size.x, d.y / size.y, s.dimension == 3 ? d.z / size.z : 0.0 };
      const Vec3 inside{ dice.uniform() * size.x, dice.uniform() * size.y,
        dice.uniform() * size.z };
      fillHalfSpace(s, normal, dot(normal, inside));
      const Vec3 found = method(s);
      for (int axis = 0; axis < s.dimension; ++axis)
      {
        // No component has the wrong sign.
        ASSERT_GE(component(found, axis) * component(normal, axis), 0.0);
      }
      ASSERT_GT(dot(found, normal), 0.0);
    }
  }
}

TEST(TestNormals, MirrorsExchangesAndComplementsAreFollowedBitForBit)
{
  Dice dice(64);
  for (const Method method : { &youngsNormal, &mixedYoungsCenteredNormal })
  {
    for (int trial = 0; trial < 4000; ++trial)
    {
      const AxisStencil s = dyadicStencil(dice, 2 + trial % 2);
      const Vec3 normal = method(s);
      for (int axis = 0; axis < s.dimension; ++axis)
      {
        const Vec3 other = method(mirror(s, axis));
        for (int c = 0; c < 3; ++c)
        {
          ASSERT_EQ(component(other, c), (c == axis ? -1.0 : 1.0) * component(normal, c));
        }
        for (int second = 0; second < axis; ++second)
        {
          const Vec3 turned = method(exchange(s, axis, second));
          for (int c = 0; c < 3; ++c)
          {
            const int from = c == axis ? second : c == second ? axis : c;
            ASSERT_EQ(component(turned, c), component(normal, from));
          }
        }
      }
      AxisStencil complement = s;
      fill(complement, [&](int i, int j, int k) { return 1.0 - s.fractions[i][j][k]; });
      const Vec3 other = method(complement);
      for (int c = 0; c < 3; ++c)
      {
        ASSERT_EQ(component(other, c), -component(normal, c));
      }
    }
  }
}

TEST(TestNormals, UnitsDoNotTurnTheNormal)
{
  Dice dice(65);
  for (const Method method : { &youngsNormal, &mixedYoungsCenteredNormal })
  {
    for (int trial = 0; trial < 2000; ++trial)
    {
      AxisStencil s;
      s.dimension = 2 + trial % 2;
      randomWidths(dice, s);
      fill(s, [&](int, int, int) { return dice.uniform(); });
      const Vec3 normal = method(s);
      for (const double scale : { 1e-9, 1e9 })
      {
        AxisStencil other = s;
        for (auto& axis : other.widths)
        {
          for (double& width : axis)
          {
            width *= scale;
          }
        }
        ASSERT_LT(misalignment(method(other), normal), 1e-24);
      }
    }
  }
}

TEST(TestNormals, ExtrudedFractionsHaveThePlanarNormal)
{
  Dice dice(66);
  for (const Method method : { &youngsNormal, &mixedYoungsCenteredNormal })
  {
    for (int trial = 0; trial < 2000; ++trial)
    {
      AxisStencil flat;
      flat.dimension = 2;
      const Vec2 d = dice.direction2();
      const Vec3 direction{ d.x, d.y, 0.0 };
      fillHalfSpace(
        flat, direction, dot(direction, Vec3{ 0.5, 0.5, 0.0 }) + dice.uniform(-0.3, 0.3));
      // On multiples of 2^-20 sums are exact in any order.
      fill(flat, [&](int i, int j, int k) {
        return std::round(flat.fractions[i][j][k] * 1048576.0) / 1048576.0;
      });
      AxisStencil solid = flat;
      solid.dimension = 3;
      fill(solid, [&](int i, int j, int) { return flat.fractions[i][j][1]; });
      const Vec3 a = method(flat);
      const Vec3 b = method(solid);
      ASSERT_EQ(a.x, b.x);
      ASSERT_EQ(a.y, b.y);
      ASSERT_EQ(b.z, 0.0);
    }
  }
}

TEST(TestNormals, UniformFractionsHaveNoNormal)
{
  for (int dimension = 2; dimension <= 3; ++dimension)
  {
    for (const double f : { 0.0, 0.3, 0.5, 1.0 })
    {
      AxisStencil s;
      s.dimension = dimension;
      fill(s, [&](int, int, int) { return f; });
      EXPECT_EQ(length(youngsNormal(s)), 0.0);
      EXPECT_EQ(length(mixedYoungsCenteredNormal(s)), 0.0);
    }
  }
}

std::vector<NeighbourDifference> linearNeighbours(
  Dice& dice, Vec3 gradient, int count, int dimension)
{
  std::vector<NeighbourDifference> neighbours(count);
  for (NeighbourDifference& n : neighbours)
  {
    n.offset = dice.logUniform(0.3, 3.0) * dice.direction3();
    if (dimension == 2)
    {
      n.offset.z = 0.0;
    }
    n.difference = dot(gradient, n.offset);
  }
  return neighbours;
}

TEST(TestNormals, LeastSquaresIsTheGradientOfALinearField)
{
  Dice dice(67);
  for (int trial = 0; trial < 20000; ++trial)
  {
    const int dimension = 2 + trial % 2;
    Vec3 gradient = dice.direction3();
    if (dimension == 2)
    {
      gradient.z = 0.0;
    }
    const auto neighbours = linearNeighbours(dice, gradient, 12 + dice.below(16), dimension);
    const Vec3 normal = leastSquaresNormal(neighbours, dimension);
    ASSERT_LT(length(normal + gradient), 1e-12);
  }
}

TEST(TestNormals, LeastSquaresFollowsMirrorsBitForBitAndRotationsAndScales)
{
  Dice dice(68);
  for (int trial = 0; trial < 4000; ++trial)
  {
    auto neighbours = linearNeighbours(dice, {}, 12 + dice.below(16), 3);
    for (NeighbourDifference& n : neighbours)
    {
      n.difference = dice.uniform(-1.0, 1.0);
    }
    const Vec3 normal = leastSquaresNormal(neighbours, 3);
    const Map3 rotation = randomRotation(dice);
    auto mirrored = neighbours;
    auto rotated = neighbours;
    auto scaled = neighbours;
    for (std::size_t i = 0; i < neighbours.size(); ++i)
    {
      mirrored[i].offset.y = -neighbours[i].offset.y;
      rotated[i].offset = rotation.vector(neighbours[i].offset);
      scaled[i].offset = 1e-9 * neighbours[i].offset;
    }
    const Vec3 image = leastSquaresNormal(mirrored, 3);
    ASSERT_EQ(image.x, normal.x);
    ASSERT_EQ(image.y, -normal.y);
    ASSERT_EQ(image.z, normal.z);
    ASSERT_LT(length(leastSquaresNormal(rotated, 3) - rotation.vector(normal)), 1e-12);
    ASSERT_LT(length(1e-9 * leastSquaresNormal(scaled, 3) - normal), 1e-12);
  }
}

TEST(TestNormals, LeastSquaresLeavesOutDirectionsThatNeighboursDoNotSpan)
{
  Dice dice(69);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const Vec3 gradient = dice.direction3();
    // In a row along `u`: only that component is seen. In the plane across `u`: all but that one.
    const Vec3 u = dice.direction3();
    std::vector<NeighbourDifference> row(4);
    std::vector<NeighbourDifference> plane(9);
    for (NeighbourDifference& n : row)
    {
      n.offset = dice.uniform(0.5, 2.0) * (dice.below(2) ? u : -u);
      n.difference = dot(gradient, n.offset);
    }
    for (NeighbourDifference& n : plane)
    {
      const Vec3 d = cross(u, dice.direction3());
      n.offset = dice.uniform(0.5, 2.0) / length(d) * d;
      n.difference = dot(gradient, n.offset);
    }
    const Vec3 along = dot(gradient, u) * u;
    ASSERT_LT(length(leastSquaresNormal(row, 3) + along), 1e-12);
    ASSERT_LT(length(leastSquaresNormal(plane, 3) + (gradient - along)), 1e-12);
  }
}

TEST(TestNormals, LeastSquaresOfNothingIsNothing)
{
  EXPECT_EQ(length(leastSquaresNormal({}, 2)), 0.0);
  EXPECT_EQ(length(leastSquaresNormal({}, 3)), 0.0);
  EXPECT_EQ(length(leastSquaresNormal({ { { 0.0, 0.0, 0.0 }, 0.5 } }, 3)), 0.0);
  EXPECT_EQ(length(leastSquaresNormal({ { { 1.0, 2.0, 0.5 }, 0.0 } }, 3)), 0.0);
}

TEST(TestNormals, LeastSquaresInThePlaneIgnoresHeights)
{
  Dice dice(70);
  for (int trial = 0; trial < 1000; ++trial)
  {
    const auto flat = linearNeighbours(dice, { 0.3, -0.7, 0.0 }, 8, 2);
    const Vec3 normal = leastSquaresNormal(flat, 2);
    EXPECT_EQ(normal.z, 0.0);
    ASSERT_LT(length(normal + Vec3{ 0.3, -0.7, 0.0 }), 1e-12);
  }
}

} // namespace
