// Laws of the logical grid: numbering, stencils and node values do not depend on how a mesh of
// quadrilaterals is written down.
#include "reconstruct/neural/LogicalGrid.h"

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/NeuralField.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;

namespace {

struct Block
{
  PlanarMesh mesh;
  /// Column and row of every cell as built.
  std::vector<int> i;
  std::vector<int> j;
};

// nx x ny unit cells less those that `hole` removes.
template <typename Hole>
Block block(int nx, int ny, Hole hole)
{
  Block result;
  for (int j = 0; j <= ny; ++j)
  {
    for (int i = 0; i <= nx; ++i)
    {
      result.mesh.points.push_back({ double(i), double(j) });
    }
  }
  for (int j = 0; j < ny; ++j)
  {
    for (int i = 0; i < nx; ++i)
    {
      if (hole(i, j))
      {
        continue;
      }
      const std::int64_t p = j * (nx + 1) + i;
      for (std::int64_t point : { p, p + 1, p + nx + 2, p + nx + 1 })
      {
        result.mesh.connectivity.push_back(point);
      }
      result.mesh.offsets.push_back(result.mesh.connectivity.size());
      result.i.push_back(i);
      result.j.push_back(j);
    }
  }
  return result;
}

// The same mesh with its cells in another order, each starting at another vertex.
Block shuffled(const Block& from, unsigned seed)
{
  std::mt19937 random(seed);
  std::vector<std::int64_t> order(from.mesh.numberOfCells());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), random);
  Block result;
  result.mesh.points = from.mesh.points;
  for (std::int64_t cell : order)
  {
    const int turn = static_cast<int>(random() % 4);
    for (int k = 0; k < 4; ++k)
    {
      result.mesh.connectivity.push_back(from.mesh.cellPoints(cell)[(k + turn) % 4]);
    }
    result.mesh.offsets.push_back(result.mesh.connectivity.size());
    result.i.push_back(from.i[cell]);
    result.j.push_back(from.j[cell]);
  }
  return result;
}

bool holeInTheMiddle(int i, int j)
{
  return i >= 4 && i < 7 && j >= 3 && j < 5;
}

double smoothFraction(int i, int j)
{
  return 0.5 + 0.45 * std::sin(1.3 * i + 0.4) * std::cos(0.9 * j - 0.2);
}

std::vector<double> fractionsOf(const Block& block)
{
  std::vector<double> fractions;
  for (std::size_t c = 0; c < block.i.size(); ++c)
  {
    fractions.push_back(smoothFraction(block.i[c], block.j[c]));
  }
  return fractions;
}

std::vector<std::int64_t> allCells(const Block& block)
{
  std::vector<std::int64_t> cells(block.i.size());
  std::iota(cells.begin(), cells.end(), 0);
  return cells;
}

TEST(TestLogicalGrid, NumbersAShuffledMeshWithAHoleUpToARotation)
{
  for (unsigned seed = 0; seed < 20; ++seed)
  {
    const Block mesh = shuffled(block(11, 8, holeInTheMiddle), seed);
    const LogicalGrid grid = logicalGrid(mesh.mesh);
    // The first cell's first edge is the grid's lower one: this is the rotation.
    const std::int64_t* first = mesh.mesh.cellPoints(0);
    const Vec2 right = mesh.mesh.points[first[1]] - mesh.mesh.points[first[0]];
    for (std::int64_t c = 1; c < mesh.mesh.numberOfCells(); ++c)
    {
      const Vec2 step{ double(mesh.i[c] - mesh.i[0]), double(mesh.j[c] - mesh.j[0]) };
      EXPECT_EQ(grid.column[c] - grid.column[0], dot(step, right));
      EXPECT_EQ(grid.row[c] - grid.row[0], cross(right, step));
      EXPECT_EQ(grid.cellAt(grid.column[c], grid.row[c]), c);
      const std::int64_t* points = mesh.mesh.cellPoints(c);
      const Vec2 lower = mesh.mesh.points[points[(grid.rotation[c] + 1) % 4]] -
        mesh.mesh.points[points[grid.rotation[c]]];
      EXPECT_EQ(dot(lower, right), 1.0);
    }
    EXPECT_EQ(grid.cellAt(-1, 0), -1);
    EXPECT_EQ(grid.cellAt(0, 1000), -1);
  }
}

TEST(TestLogicalGrid, StencilsMarkWhatLiesOutsideOfARectangle)
{
  constexpr int K = 7;
  const Block mesh = block(5, 4, [](int, int) { return false; });
  const LogicalGrid grid = logicalGrid(mesh.mesh);
  const auto cells = allCells(mesh);
  std::vector<float> stencils(cells.size() * K * K);
  gatherStencils(grid, fractionsOf(mesh), cells.data(), cells.size(), K, stencils.data());
  for (std::size_t c = 0; c < cells.size(); ++c)
  {
    for (int k = 0; k < K * K; ++k)
    {
      const int i = mesh.i[c] + k % K - K / 2;
      const int j = mesh.j[c] + k / K - K / 2;
      const bool outside = i < 0 || i > 4 || j < 0 || j > 3;
      EXPECT_EQ(stencils[c * K * K + k],
        outside ? outsideDomain : static_cast<float>(smoothFraction(i, j)));
    }
  }
}

TEST(TestLogicalGrid, NodeValuesDoNotDependOnOrderOrFirstVertexToTheBit)
{
  const SubcellModel& model = shippedSubcellModel();
  const int r = model.subdivisions;
  const Block plain = block(11, 8, holeInTheMiddle);
  const UninitializedVector<double> expected =
    subcellNodeValues(logicalGrid(plain.mesh), fractionsOf(plain), allCells(plain), model);
  for (unsigned seed = 0; seed < 8; ++seed)
  {
    const Block mesh = shuffled(plain, seed);
    const UninitializedVector<double> values =
      subcellNodeValues(logicalGrid(mesh.mesh), fractionsOf(mesh), allCells(mesh), model);
    for (std::size_t c = 0; c < mesh.i.size(); ++c)
    {
      std::size_t same = 0;
      while (plain.i[same] != mesh.i[c] || plain.j[same] != mesh.j[c])
      {
        ++same;
      }
      // Lattice node (a, b) lies at vertex 0 + a/r (vertex 1 - vertex 0) + b/r (vertex 3 - ...).
      const std::int64_t* points = mesh.mesh.cellPoints(c);
      const Vec2 origin = mesh.mesh.points[points[0]];
      const Vec2 u = mesh.mesh.points[points[1]] - origin;
      const Vec2 v = mesh.mesh.points[points[3]] - origin;
      for (int b = 0; b <= r; ++b)
      {
        for (int a = 0; a <= r; ++a)
        {
          const Vec2 p = double(r) * (origin - Vec2{ double(mesh.i[c]), double(mesh.j[c]) }) +
            double(a) * u + double(b) * v;
          const std::size_t node = static_cast<std::size_t>(p.y * (r + 1) + p.x);
          EXPECT_EQ(
            values[(c * (r + 1) + b) * (r + 1) + a], expected[same * (r + 1) * (r + 1) + node]);
        }
      }
    }
  }
}

TEST(TestLogicalGrid, SeparatePartsSeeNothingOfEachOther)
{
  constexpr int K = 9;
  const auto gap = [](int i, int) { return i == 5; };
  const Block both = shuffled(block(11, 6, gap), 5);
  const Block left = block(5, 6, [](int, int) { return false; });
  const std::vector<double> fractions = fractionsOf(both);
  const LogicalGrid grid = logicalGrid(both.mesh);
  const LogicalGrid leftGrid = logicalGrid(left.mesh);
  const SubcellModel& model = shippedSubcellModel();
  const auto values = subcellNodeValues(grid, fractions, allCells(both), model);
  const auto leftValues = subcellNodeValues(leftGrid, fractionsOf(left), allCells(left), model);
  const std::size_t n = model.nodesPerCell();
  for (std::size_t c = 0; c < both.i.size(); ++c)
  {
    if (both.i[c] < 5)
    {
      // Compared without regard to the order of nodes.
      std::vector<double> a(values.begin() + c * n, values.begin() + (c + 1) * n);
      const std::size_t same = static_cast<std::size_t>(both.j[c]) * 5 + both.i[c];
      std::vector<double> b(leftValues.begin() + same * n, leftValues.begin() + (same + 1) * n);
      std::sort(a.begin(), a.end());
      std::sort(b.begin(), b.end());
      EXPECT_EQ(a, b);
    }
  }
  std::vector<std::int64_t> row(K);
  EXPECT_GE(grid.numberOfRows(), 2 * 6 + componentGap - 1);
}

void expectRefused(const PlanarMesh& mesh)
{
  try
  {
    logicalGrid(mesh);
    ADD_FAILURE() << "accepted";
  }
  catch (const std::runtime_error& error)
  {
    EXPECT_NE(
      std::string(error.what()).find("not a logically rectangular grid: cell"), std::string::npos)
      << error.what();
  }
}

TEST(TestLogicalGrid, OtherMeshesAreRefused)
{
  PlanarMesh triangle;
  triangle.points = { { 0, 0 }, { 1, 0 }, { 0, 1 } };
  triangle.connectivity = { 0, 1, 2 };
  triangle.offsets = { 0, 3 };
  expectRefused(triangle);

  // A ring of quads that closes, and quads around a vertex of three.
  for (int around : { 3, 5, 8 })
  {
    PlanarMesh ring;
    for (int k = 0; k < around; ++k)
    {
      const double angle = 2.0 * std::acos(-1.0) * k / around;
      ring.points.push_back({ std::cos(angle), std::sin(angle) });
      ring.points.push_back({ 2.0 * std::cos(angle), 2.0 * std::sin(angle) });
    }
    for (int k = 0; k < around; ++k)
    {
      const int next = (k + 1) % around;
      for (int point : { 2 * k, 2 * k + 1, 2 * next + 1, 2 * next })
      {
        ring.connectivity.push_back(point);
      }
      ring.offsets.push_back(ring.connectivity.size());
    }
    expectRefused(ring);
  }
  PlanarMesh star;
  star.points.push_back({ 0, 0 });
  for (int k = 0; k < 6; ++k)
  {
    const double angle = std::acos(-1.0) * k / 3.0;
    star.points.push_back({ std::cos(angle), std::sin(angle) });
  }
  for (int k = 0; k < 3; ++k)
  {
    for (int point : { 0, 1 + 2 * k, 2 + 2 * k, 1 + (2 * k + 2) % 6 })
    {
      star.connectivity.push_back(point);
    }
    star.offsets.push_back(star.connectivity.size());
  }
  expectRefused(star);
}

TEST(TestLogicalGrid, AGridCornerWithTwoPointsIsRefused)
{
  // A wall without thickness between two cells that are joined around it.
  Block wall = block(2, 3, [](int, int) { return false; });
  const std::int64_t middle = 1;
  wall.mesh.points.push_back(wall.mesh.points[middle]);
  const auto twin = static_cast<std::int64_t>(wall.mesh.points.size()) - 1;
  std::replace(
    wall.mesh.connectivity.begin() + 4, wall.mesh.connectivity.begin() + 8, middle, twin);
  expectRefused(wall.mesh);
}

} // namespace
