// Laws of the training data: reproducible samples, exact coverage, true distances.
#include "data/RandomShapes.h"
#include "data/Raster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

using namespace mir;

namespace {

bool same(const RandomShape& a, const RandomShape& b)
{
  bool equal =
    a.family == b.family && a.complement == b.complement && a.loops.size() == b.loops.size();
  for (std::size_t l = 0; equal && l < a.loops.size(); ++l)
  {
    equal = std::equal(a.loops[l].begin(), a.loops[l].end(), b.loops[l].begin(), b.loops[l].end(),
      [](Vec2 p, Vec2 q) { return p.x == q.x && p.y == q.y; });
  }
  return equal;
}

TEST(TestRandomShapes, ASampleDependsOnSeedAndIndexAlone)
{
  const RandomShapeRange range;
  std::vector<RandomShape> forward;
  for (std::uint64_t k = 0; k < 300; ++k)
  {
    forward.push_back(randomShape(11, k, range));
  }
  for (std::uint64_t k = 300; k-- > 0;)
  {
    EXPECT_TRUE(same(randomShape(11, k, range), forward[k])) << k;
  }
  EXPECT_FALSE(same(randomShape(12, 0, range), forward[0]));
}

TEST(TestRandomShapes, AllFamiliesComeAndHalfAreComplements)
{
  const RandomShapeRange range;
  std::set<ShapeFamily> families;
  int complements = 0;
  for (std::uint64_t k = 0; k < 4000; ++k)
  {
    const RandomShape shape = randomShape(3, k, range);
    families.insert(shape.family);
    complements += shape.complement;
    for (std::size_t l = 0; l < shape.loops.size(); ++l)
    {
      const bool hole = shape.family == ShapeFamily::Ring && l == 1;
      EXPECT_EQ(area(shape.loops[l]) > 0.0, !hole) << shapeFamilyName(shape.family);
    }
  }
  EXPECT_EQ(families.size(), std::size_t(numberOfShapeFamilies));
  // Four standard deviations of the binomial distribution.
  EXPECT_NEAR(complements, 2000, 4.0 * std::sqrt(1000.0));
}

TEST(TestRandomShapes, CoverageSumsToTheArea)
{
  RandomShapeRange range;
  range.minimumRadius = 0.05;
  range.maximumRadius = 0.4;
  // Large enough for every shape.
  const UniformGrid grid{ 53, 61, 20.0 / 53.0, { -9.3, -11.1 } };
  for (std::uint64_t k = 0; k < 500; ++k)
  {
    const RandomShape shape = randomShape(5, k, range);
    double exact = 0.0;
    for (const Polygon& loop : shape.loops)
    {
      exact += area(loop);
    }
    double sum = 0.0;
    for (double f : cellCoverage(shape.loops, grid))
    {
      EXPECT_GE(f, 0.0);
      EXPECT_LE(f, 1.0);
      sum += f * grid.cellSize * grid.cellSize;
    }
    EXPECT_NEAR(sum, exact, 1e-12 * std::max(1.0, exact)) << shapeFamilyName(shape.family);
  }
}

// An independent computation: the polygon clipped by the four sides of the cell.
TEST(TestRandomShapes, CoverageOfEveryCellIsTheClippedArea)
{
  const RandomShapeRange range;
  const UniformGrid grid{ 9, 7, 1.0 / 9.0, { 0.0, 0.1 } };
  Polygon once;
  Polygon twice;
  for (std::uint64_t k = 0; k < 200; ++k)
  {
    const RandomShape shape = randomShape(8, k, range);
    const std::vector<double> coverage = cellCoverage(shape.loops, grid);
    for (int cell = 0; cell < grid.nx * grid.ny; ++cell)
    {
      const double x = grid.origin.x + grid.cellSize * (cell % grid.nx);
      const double y = grid.origin.y + grid.cellSize * (cell / grid.nx);
      double sum = 0.0;
      for (const Polygon& loop : shape.loops)
      {
        clip(loop, { 1.0, 0.0 }, x + grid.cellSize, once);
        clip(once, { -1.0, 0.0 }, -x, twice);
        clip(twice, { 0.0, 1.0 }, y + grid.cellSize, once);
        sum += areaBelow(once, { 0.0, -1.0 }, -y);
      }
      EXPECT_NEAR(coverage[cell], sum / (grid.cellSize * grid.cellSize), 1e-10)
        << shapeFamilyName(shape.family) << ' ' << k << ' ' << cell;
    }
  }
}

TEST(TestRandomShapes, DistancesOfARectangleAreItsFormula)
{
  const Polygon rectangle{ { 0.21, 0.33 }, { 0.74, 0.33 }, { 0.74, 0.58 }, { 0.21, 0.58 } };
  const UniformGrid grid{ 10, 10, 0.1, { 0.0, 0.0 } };
  std::vector<int> cells;
  for (int cell = 0; cell < 100; ++cell)
  {
    cells.push_back(cell);
  }
  std::vector<float> nodes;
  latticeDistances({ rectangle }, grid, cells, 4, 1.6, nodes);
  for (std::size_t k = 0; k < nodes.size(); ++k)
  {
    const int cell = cells[k / 25];
    const double x = 0.1 * (cell % 10 + (k % 5) / 4.0);
    const double y = 0.1 * (cell / 10 + (k / 5 % 5) / 4.0);
    const double dx = std::max(0.21 - x, x - 0.74);
    const double dy = std::max(0.33 - y, y - 0.58);
    const double outside = std::hypot(std::max(dx, 0.0), std::max(dy, 0.0));
    const double distance = -(outside + std::min(std::max(dx, dy), 0.0)) / 0.1;
    EXPECT_NEAR(nodes[k], std::clamp(distance, -1.6, 1.6), 1e-6) << k;
  }
}

} // namespace
