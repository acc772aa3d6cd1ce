// Laws of the edges of a planar mesh.
#include "RandomCells.h"

#include "plic/PlanarMesh.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <stdexcept>

using namespace mir;
using namespace mir::testing;

namespace {

struct RandomMesh
{
  PlanarMesh mesh;
  /// Vertices - edges + faces of the surface: components - holes.
  int characteristic = 0;
  double boundaryLength = 0.0;
};

/// n x n squares, some split into two triangles, some joined in pairs to hexagons, and single
/// squares left out as holes; cells in random order, each starting at a random vertex.
RandomMesh randomMesh(Dice& dice, int n)
{
  RandomMesh result;
  PlanarMesh& mesh = result.mesh;
  for (int j = 0; j <= n; ++j)
  {
    for (int i = 0; i <= n; ++i)
    {
      mesh.points.push_back({ static_cast<double>(i), static_cast<double>(j) });
    }
  }
  std::vector<std::vector<std::int64_t>> cells;
  int holes = 0;
  auto point = [n](int i, int j) { return static_cast<std::int64_t>(j) * (n + 1) + i; };
  for (int j = 0; j < n; ++j)
  {
    for (int i = 0; i < n; ++i)
    {
      const std::int64_t a = point(i, j);
      const std::int64_t b = point(i + 1, j);
      const std::int64_t c = point(i + 1, j + 1);
      const std::int64_t d = point(i, j + 1);
      const int kind = dice.below(4);
      if (i % 3 == 1 && j % 3 == 1 && i + 1 < n && j + 1 < n && kind == 0)
      {
        ++holes;
      }
      else if (kind == 1)
      {
        cells.push_back({ a, b, c });
        cells.push_back({ a, c, d });
      }
      else if (kind == 2 && i + 1 < n && i % 3 == 2)
      {
        cells.push_back({ a, b, point(i + 2, j), point(i + 2, j + 1), c, d });
        ++i;
      }
      else
      {
        cells.push_back({ a, b, c, d });
      }
    }
  }
  for (std::size_t i = cells.size(); i > 1; --i)
  {
    std::swap(cells[i - 1], cells[dice.below(static_cast<int>(i))]);
  }
  for (auto& cell : cells)
  {
    std::rotate(cell.begin(), cell.begin() + dice.below(static_cast<int>(cell.size())), cell.end());
    mesh.connectivity.insert(mesh.connectivity.end(), cell.begin(), cell.end());
    mesh.offsets.push_back(static_cast<std::int64_t>(mesh.connectivity.size()));
  }
  result.characteristic = 1 - holes;
  result.boundaryLength = 4.0 * n + 4.0 * holes;
  return result;
}

TEST(TestPlanarMesh, EdgesObeyEulersFormula)
{
  Dice dice(71);
  for (int trial = 0; trial < 100; ++trial)
  {
    const RandomMesh random = randomMesh(dice, 3 + dice.below(20));
    const PlanarMesh& mesh = random.mesh;
    const auto edges = meshEdges(mesh);
    const std::set<std::int64_t> used(mesh.connectivity.begin(), mesh.connectivity.end());
    EXPECT_EQ(static_cast<std::int64_t>(used.size()) - static_cast<std::int64_t>(edges.size()) +
        mesh.numberOfCells(),
      random.characteristic);
  }
}

TEST(TestPlanarMesh, EdgesRunCounterClockwiseOnTheLeftAndClockwiseOnTheRight)
{
  Dice dice(72);
  for (int trial = 0; trial < 100; ++trial)
  {
    const RandomMesh random = randomMesh(dice, 3 + dice.below(20));
    const PlanarMesh& mesh = random.mesh;
    std::int64_t sides = 0;
    double boundary = 0.0;
    std::set<std::pair<std::int64_t, int>> seen;
    for (const MeshEdge& edge : meshEdges(mesh))
    {
      auto corner = [&](std::int64_t cell, int i) {
        return mesh.cellPoints(cell)[i % mesh.cellSize(cell)];
      };
      ASSERT_EQ(corner(edge.left, edge.leftEdge), edge.first);
      ASSERT_EQ(corner(edge.left, edge.leftEdge + 1), edge.second);
      ASSERT_TRUE(seen.insert({ edge.left, edge.leftEdge }).second);
      ++sides;
      if (edge.right >= 0)
      {
        ASSERT_NE(edge.right, edge.left);
        ASSERT_EQ(corner(edge.right, edge.rightEdge), edge.second);
        ASSERT_EQ(corner(edge.right, edge.rightEdge + 1), edge.first);
        ASSERT_TRUE(seen.insert({ edge.right, edge.rightEdge }).second);
        ++sides;
      }
      else
      {
        ASSERT_EQ(edge.right, -1);
        ASSERT_EQ(edge.rightEdge, -1);
        boundary += length(mesh.points[edge.second] - mesh.points[edge.first]);
      }
    }
    EXPECT_EQ(sides, static_cast<std::int64_t>(mesh.connectivity.size()));
    EXPECT_DOUBLE_EQ(boundary, random.boundaryLength);
  }
}

TEST(TestPlanarMesh, EdgesAreUniqueAndOrderedByTheirPoints)
{
  Dice dice(73);
  const RandomMesh random = randomMesh(dice, 20);
  std::pair<std::int64_t, std::int64_t> before{ -1, -1 };
  for (const MeshEdge& edge : meshEdges(random.mesh))
  {
    const std::pair<std::int64_t, std::int64_t> points = std::minmax(edge.first, edge.second);
    ASSERT_LT(before, points);
    before = points;
  }
}

TEST(TestPlanarMesh, AnEdgeOfThreeCellsIsAnErrorThatNamesTheFirst)
{
  PlanarMesh mesh;
  mesh.points = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 0, -1 }, { 1, 1 }, { 5, 5 }, { 6, 5 }, { 5, 6 } };
  mesh.connectivity = { 5, 6, 7, 0, 1, 2, 1, 0, 3, 0, 1, 4 };
  mesh.offsets = { 0, 3, 6, 9, 12 };
  try
  {
    meshEdges(mesh);
    FAIL() << "three cells on an edge were accepted";
  }
  catch (const std::runtime_error& error)
  {
    EXPECT_NE(std::string(error.what()).find("cell 1 "), std::string::npos) << error.what();
  }
}

TEST(TestPlanarMesh, PolygonsAreTheCellsInOrder)
{
  Dice dice(74);
  const PlanarMesh mesh = randomMesh(dice, 12).mesh;
  double sum = 0.0;
  for (std::int64_t c = 0; c < mesh.numberOfCells(); ++c)
  {
    const Polygon polygon = mesh.polygon(c);
    ASSERT_EQ(static_cast<int>(polygon.size()), mesh.cellSize(c));
    for (int i = 0; i < mesh.cellSize(c); ++i)
    {
      ASSERT_EQ(polygon[i].x, mesh.points[mesh.cellPoints(c)[i]].x);
      ASSERT_EQ(polygon[i].y, mesh.points[mesh.cellPoints(c)[i]].y);
    }
    ASSERT_GT(area(polygon), 0.0);
    sum += area(polygon);
  }
  // What the mesh covers, by Green's theorem along its boundary edges.
  double enclosed = 0.0;
  for (const MeshEdge& edge : meshEdges(mesh))
  {
    if (edge.right < 0)
    {
      enclosed += 0.5 * cross(mesh.points[edge.first], mesh.points[edge.second]);
    }
  }
  EXPECT_DOUBLE_EQ(sum, enclosed);
}

TEST(TestPlanarMesh, NoCellsNoEdges)
{
  EXPECT_TRUE(meshEdges(PlanarMesh{}).empty());
}

} // namespace
