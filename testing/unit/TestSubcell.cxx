// Laws of the sub-division of mixed cells and of areas on its triangles.
#include "TestContinuousHelpers.h"

#include "reconstruct/continuous/TriangleArea.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace mir;
using namespace mir::testing;

namespace {

// Four points on an ellipse in order: a convex quad of any shape, far from degenerate.
PlanarMesh randomQuad(std::mt19937_64& random)
{
  std::uniform_real_distribution<double> value(0.0, 1.0);
  const double start = 2.0 * pi * value(random);
  const double aspect = std::pow(10.0, 2.0 * value(random));
  const double turn = value(random);
  PlanarMesh mesh;
  for (int k = 0; k < 4; ++k)
  {
    const double angle = start + 0.5 * pi * (k + 0.9 * value(random));
    const Vec2 p{ aspect * std::cos(angle), std::sin(angle) };
    mesh.points.push_back({ 3.0 + std::cos(turn) * p.x - std::sin(turn) * p.y,
      -5.0 + std::sin(turn) * p.x + std::cos(turn) * p.y });
  }
  mesh.connectivity = { 0, 1, 2, 3 };
  mesh.offsets = { 0, 4 };
  return mesh;
}

TEST(TestSubcell, EveryTriangleHasANodeThatTheBumpMoves)
{
  for (int r = 1; r <= 8; ++r)
  {
    const CellTemplate cell = quadTemplate(r);
    EXPECT_EQ(cell.nodes, (r + 1) * (r + 1) + r * r);
    EXPECT_EQ(cell.latticeNodes, (r + 1) * (r + 1));
    EXPECT_EQ(static_cast<int>(cell.triangles.size()), 4 * r * r);
    for (const auto& triangle : cell.triangles)
    {
      EXPECT_GT(
        std::max({ cell.bump[triangle[0]], cell.bump[triangle[1]], cell.bump[triangle[2]] }), 0.0);
    }
    for (const int n : cell.boundaryNodes)
    {
      EXPECT_EQ(cell.bump[n], 0.0);
    }
    for (const int n : cell.interiorNodes)
    {
      EXPECT_GT(cell.bump[n], 0.0);
      EXPECT_LE(cell.bump[n], 1.0);
    }
    EXPECT_EQ(cell.boundaryNodes.size() + cell.interiorNodes.size(), std::size_t(cell.nodes));
  }
}

TEST(TestSubcell, LatticeNodesAreRowMajorAndCentresAreMeans)
{
  PlanarMesh mesh;
  mesh.points = { { 0.0, 0.0 }, { 2.0, 0.25 }, { 2.5, 1.5 }, { -0.25, 1.0 } };
  mesh.connectivity = { 0, 1, 2, 3 };
  mesh.offsets = { 0, 4 };
  const int r = 4;
  const SubcellMesh subcells = subdivide(mesh, { 0.4 }, pure, r);
  ASSERT_EQ(subcells.numberOfNodes(), 41);
  const std::int64_t* nodes = subcells.nodesOf(0);
  for (int j = 0; j <= r; ++j)
  {
    for (int i = 0; i <= r; ++i)
    {
      const double u = double(i) / r;
      const double v = double(j) / r;
      const Vec2 exact = (1 - u) * (1 - v) * mesh.points[0] + u * (1 - v) * mesh.points[1] +
        u * v * mesh.points[2] + (1 - u) * v * mesh.points[3];
      EXPECT_LT(length(subcells.nodes[nodes[j * (r + 1) + i]] - exact), 1e-15);
    }
  }
  for (int j = 0; j < r; ++j)
  {
    for (int i = 0; i < r; ++i)
    {
      const int corner = j * (r + 1) + i;
      Vec2 mean;
      for (const int n : { corner, corner + 1, corner + r + 2, corner + r + 1 })
      {
        mean = mean + 0.25 * subcells.nodes[nodes[n]];
      }
      EXPECT_LT(length(subcells.nodes[nodes[(r + 1) * (r + 1) + j * r + i]] - mean), 1e-15);
    }
  }
}

TEST(TestSubcell, WeightsAreTheTrianglesAreasAndSumToOneOnRandomConvexQuads)
{
  std::mt19937_64 random(7);
  for (int repeat = 0; repeat < 1000; ++repeat)
  {
    const PlanarMesh mesh = randomQuad(random);
    const double whole = area(mesh.polygon(0));
    const int r = 2 + repeat % 4;
    const SubcellMesh subcells = subdivide(mesh, { 0.5 }, pure, r);
    const CellTemplate& cell = subcells.cellTemplate(0);
    EXPECT_NEAR(subcells.cellSizes[0], std::sqrt(whole), 1e-14 * std::sqrt(whole));
    double sum = 0.0;
    for (std::size_t t = 0; t < cell.triangles.size(); ++t)
    {
      Polygon triangle;
      for (const int n : cell.triangles[t])
      {
        triangle.push_back(subcells.nodes[subcells.nodesOf(0)[n]]);
      }
      EXPECT_GT(subcells.weightsOf(0)[t], 0.0);
      EXPECT_NEAR(subcells.weightsOf(0)[t], area(triangle) / whole, 1e-12);
      sum += subcells.weightsOf(0)[t];
    }
    EXPECT_NEAR(sum, 1.0, 1e-14);
  }
}

TEST(TestSubcell, NeighboursShareTheNodesOfTheirFace)
{
  for (const Case& sample : allCases())
  {
    const SubcellMesh subcells = sample.subdivided();
    std::map<std::int64_t, std::int64_t> mixed;
    std::set<std::pair<double, double>> places;
    for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
    {
      mixed[subcells.cells[m]] = m;
    }
    for (const Vec2 p : subcells.nodes)
    {
      places.insert({ p.x, p.y });
    }
    EXPECT_EQ(places.size(), subcells.nodes.size()) << sample.name;
    EXPECT_EQ(std::set<std::uint64_t>(subcells.hashes.begin(), subcells.hashes.end()).size(),
      subcells.hashes.size())
      << sample.name;
    for (const MeshEdge& edge : meshEdges(sample.mesh))
    {
      if (edge.right < 0 || mixed.count(edge.left) == 0 || mixed.count(edge.right) == 0)
      {
        continue;
      }
      const std::int64_t* left = subcells.nodesOf(mixed[edge.left]);
      const std::int64_t* right = subcells.nodesOf(mixed[edge.right]);
      const CellTemplate& cell = subcells.templates[0];
      for (int k = 0; k < 3; ++k)
      {
        EXPECT_EQ(
          left[cell.edgeNodes[edge.leftEdge][k]], right[cell.edgeNodes[edge.rightEdge][2 - k]]);
      }
      const std::int64_t first = left[cell.vertexNodes[edge.leftEdge]];
      EXPECT_EQ(first, right[cell.vertexNodes[(edge.rightEdge + 1) % 4]]);
      EXPECT_EQ(subcells.meshPoints[first], edge.first);
    }
  }
}

TEST(TestSubcell, HashesDependOnMeshPointsAndPositionAlone)
{
  const PlanarMesh mesh = quadMesh(6, 0.2);
  const PlanarMesh rotated = rotateCells(mesh);
  const std::vector<double> fractions(36, 0.5);
  std::vector<double> fewer = fractions;
  std::fill(fewer.begin(), fewer.begin() + 10, 0.0);
  const auto byHash = [](const SubcellMesh& subcells) {
    std::map<std::uint64_t, Vec2> result;
    for (std::size_t n = 0; n < subcells.nodes.size(); ++n)
    {
      result[subcells.hashes[n]] = subcells.nodes[n];
    }
    return result;
  };
  const auto all = byHash(subdivide(mesh, fractions, pure, 4));
  for (const auto& other :
    { byHash(subdivide(rotated, fractions, pure, 4)), byHash(subdivide(mesh, fewer, pure, 4)) })
  {
    for (const auto& [hash, position] : other)
    {
      ASSERT_EQ(all.count(hash), 1u);
      EXPECT_LT(length(all.at(hash) - position), 1e-15);
    }
  }
}

TEST(TestSubcell, PureCellsBoundTheNodesTheyTouchFacesAndVertices)
{
  for (const Case& sample : allCases())
  {
    const SubcellMesh subcells = sample.subdivided();
    std::vector<std::int64_t> node(sample.mesh.points.size(), -1);
    for (std::int64_t n = 0; n < subcells.numberOfNodes(); ++n)
    {
      if (subcells.meshPoints[n] >= 0)
      {
        node[subcells.meshPoints[n]] = n;
      }
    }
    std::vector<int> touch(subcells.nodes.size(), 0);
    for (std::int64_t c = 0; c < sample.mesh.numberOfCells(); ++c)
    {
      const double f = sample.fractions[c];
      const int phase = f <= pure ? 2 : f >= 1.0 - pure ? 1 : 0;
      if (phase == 0)
      {
        continue;
      }
      // A node touches a convex cell when no edge has it strictly outside.
      const Polygon polygon = sample.mesh.polygon(c);
      const double slack = 1e-12 * area(polygon);
      for (std::size_t n = 0; n < touch.size(); ++n)
      {
        bool inside = length(subcells.nodes[n] - polygon[0]) < 0.2;
        for (std::size_t v = 0; inside && v < 4; ++v)
        {
          inside =
            cross(polygon[(v + 1) % 4] - polygon[v], subcells.nodes[n] - polygon[v]) >= -slack;
        }
        touch[n] |= inside ? phase : 0;
      }
    }
    for (std::size_t n = 0; n < touch.size(); ++n)
    {
      const double infinity = std::numeric_limits<double>::infinity();
      EXPECT_EQ(subcells.lower[n], touch[n] == 3 ? 0.0 : touch[n] == 1 ? 1e-3 : -infinity);
      EXPECT_EQ(subcells.upper[n], touch[n] == 3 ? 0.0 : touch[n] == 2 ? -1e-3 : infinity);
    }
  }
}

TEST(TestSubcell, BadInputThrowsAndNamesTheCell)
{
  const auto message = [](const PlanarMesh& mesh, const std::vector<double>& f, double tolerance,
                         int r) -> std::string {
    try
    {
      subdivide(mesh, f, tolerance, r);
    }
    catch (const std::invalid_argument& error)
    {
      return error.what();
    }
    return "";
  };
  const PlanarMesh good = quadMesh(2);
  const std::vector<double> half(4, 0.5);
  EXPECT_EQ(message(good, half, pure, 2), "");
  EXPECT_NE(message(good, half, pure, 1), "");
  EXPECT_NE(message(good, half, 0.5, 4), "");
  EXPECT_NE(message(good, half, std::nan(""), 4), "");
  EXPECT_NE(message(good, { 0.5 }, pure, 4), "");
  EXPECT_NE(
    message(good, { 0.0, 1.0, std::nan(""), 0.5 }, pure, 4).find("cell 2"), std::string::npos);

  PlanarMesh concave = good;
  concave.points[8] = { 0.4, 0.45 };
  EXPECT_NE(message(concave, half, pure, 4).find("cell 3"), std::string::npos);
  EXPECT_EQ(message(concave, { 0.5, 0.5, 0.5, 1.0 }, pure, 4), "");
  PlanarMesh flat = good;
  flat.points[7] = flat.points[4];
  flat.points[8] = flat.points[5];
  EXPECT_NE(message(flat, { 0.0, 0.0, 0.0, 0.5 }, pure, 4).find("cell 3"), std::string::npos);
  PlanarMesh clockwise = good;
  std::reverse(clockwise.connectivity.begin() + 4, clockwise.connectivity.begin() + 8);
  EXPECT_NE(message(clockwise, half, pure, 4).find("cell 1"), std::string::npos);
  PlanarMesh twice = good;
  twice.connectivity[5] = twice.connectivity[4];
  EXPECT_NE(message(twice, half, pure, 4).find("cell 1"), std::string::npos);

  PlanarMesh triangle = good;
  triangle.points.push_back({ 1.5, 0.25 });
  triangle.connectivity.insert(triangle.connectivity.end(), { 2, 9, 5 });
  triangle.offsets.push_back(19);
  EXPECT_NE(
    message(triangle, { 0.5, 0.5, 0.5, 0.5, 0.5 }, pure, 4).find("cell 4"), std::string::npos);
  EXPECT_EQ(message(triangle, { 0.5, 0.5, 0.5, 0.5, 1.0 }, pure, 4), "");
}

TEST(TestSubcell, TriangleAreaIsThatOfTheClippedTriangle)
{
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> value(-1.0, 1.0);
  for (int repeat = 0; repeat < 20000; ++repeat)
  {
    const double a = value(random);
    const double b = value(random);
    const double c = value(random);
    // On the triangle (0, 0), (1, 0), (0, 1) the function is a + (b - a) x + (c - a) y.
    const double clipped = 2.0 * areaBelow({ { 0, 0 }, { 1, 0 }, { 0, 1 } }, { a - b, a - c }, a);
    EXPECT_NEAR(triangleArea(a, b, c), clipped, 1e-13);
  }
}

TEST(TestSubcell, TriangleAreaGradientMatchesFiniteDifferences)
{
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> value(-1.0, 1.0);
  int compared = 0;
  for (int repeat = 0; repeat < 20000; ++repeat)
  {
    std::array<double, 3> x = { value(random), value(random), value(random) };
    const double step = 1e-5;
    // The third derivative is unbounded where two values meet 0 together.
    if (std::min({ std::fabs(x[0]), std::fabs(x[1]), std::fabs(x[2]) }) < 0.05)
    {
      continue;
    }
    std::array<double, 3> gradient;
    triangleArea(x[0], x[1], x[2], &gradient);
    for (int i = 0; i < 3; ++i)
    {
      std::array<double, 3> up = x;
      std::array<double, 3> down = x;
      up[i] += step;
      down[i] -= step;
      const double difference =
        (triangleArea(up[0], up[1], up[2]) - triangleArea(down[0], down[1], down[2])) / (2 * step);
      EXPECT_NEAR(gradient[i], difference, 1e-6 * (1.0 + std::fabs(difference)));
      EXPECT_GE(gradient[i], 0.0);
      ++compared;
    }
  }
  EXPECT_GT(compared, 30000);
}

TEST(TestSubcell, TriangleAreaIsMonotoneComplementaryAndScaleFreeZerosIncluded)
{
  const double levels[] = { -3.0, -1.0, -1e-9, -1e-300, 0.0, 1e-300, 1e-9, 0.5, 1.0, 7.0 };
  for (const double a : levels)
  {
    for (const double b : levels)
    {
      for (const double c : levels)
      {
        std::array<double, 3> gradient;
        const double whole = triangleArea(a, b, c, &gradient);
        EXPECT_GE(whole, 0.0);
        EXPECT_LE(whole, 1.0);
        EXPECT_NEAR(whole + triangleArea(-a, -b, -c), 1.0, 1e-15);
        EXPECT_EQ(whole, triangleArea(4.0 * a, 4.0 * b, 4.0 * c));
        EXPECT_NEAR(whole, triangleArea(b, c, a), 1e-15);
        EXPECT_NEAR(whole, triangleArea(c, b, a), 1e-15);
        EXPECT_EQ(whole, triangleArea(a, b, c));
        for (const double higher : levels)
        {
          if (higher > a)
          {
            EXPECT_GE(triangleArea(higher, b, c), whole * (1.0 - 1e-15));
          }
        }
      }
    }
  }
  EXPECT_EQ(triangleArea(0, 0, 1), 1.0);
  EXPECT_EQ(triangleArea(0, 0, -1), 0.0);
  EXPECT_EQ(triangleArea(0, 1, -1), 0.5);
  EXPECT_EQ(triangleArea(0, 0, 0), 0.5);
}

TEST(TestSubcell, CellAreaGradientMatchesFiniteDifferences)
{
  const PlanarMesh mesh = quadMesh(4, 0.25);
  const SubcellMesh subcells = subdivide(mesh, std::vector<double>(16, 0.5), pure, 4);
  const std::vector<double> phi = noiseStart(subcells, 5);
  for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
  {
    const CellTemplate& cell = subcells.cellTemplate(m);
    std::vector<double> values;
    for (int i = 0; i < cell.nodes; ++i)
    {
      values.push_back(phi[subcells.nodesOf(m)[i]]);
    }
    std::vector<double> gradient(cell.nodes);
    cellArea(cell, subcells.weightsOf(m), values.data(), gradient.data());
    for (int i = 0; i < cell.nodes; ++i)
    {
      const double step = 1e-7;
      std::vector<double> up = values;
      std::vector<double> down = values;
      up[i] += step;
      down[i] -= step;
      const double difference = (cellArea(cell, subcells.weightsOf(m), up.data(), nullptr) -
                                  cellArea(cell, subcells.weightsOf(m), down.data(), nullptr)) /
        (2 * step);
      EXPECT_NEAR(gradient[i], difference, 1e-6);
    }
  }
}

TEST(TestSubcell, AveragesReproduceAFieldThatTheCellsAgreeOn)
{
  const PlanarMesh mesh = rotateCells(quadMesh(5, 0.2));
  const SubcellMesh subcells = subdivide(mesh, std::vector<double>(25, 0.5), pure, 4);
  const std::vector<double> field = noiseStart(subcells, 9);
  std::vector<double> values;
  for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
  {
    for (int i = 0; i < subcells.cellTemplate(m).latticeNodes; ++i)
    {
      const std::int64_t n = subcells.nodesOf(m)[i];
      values.push_back(field[n] * subcells.nodeSizes[n] / subcells.cellSizes[m]);
    }
  }
  const std::vector<double> mean = averageOntoNodes(subcells, values.data());
  EXPECT_EQ(mean, averageOntoNodes(subcells, values.data()));
  for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
  {
    const CellTemplate& cell = subcells.cellTemplate(m);
    const std::int64_t* nodes = subcells.nodesOf(m);
    for (int i = 0; i < cell.latticeNodes; ++i)
    {
      EXPECT_NEAR(mean[nodes[i]], field[nodes[i]], 1e-15);
    }
    for (int k = 0; k < 16; ++k)
    {
      const auto& corners = cell.triangles[4 * k];
      const auto& opposite = cell.triangles[4 * k + 2];
      double sum = 0.0;
      for (const int i : { corners[0], corners[1], opposite[0], opposite[1] })
      {
        sum += mean[nodes[i]] * subcells.nodeSizes[nodes[i]];
      }
      EXPECT_NEAR(mean[nodes[25 + k]] * subcells.cellSizes[m], 0.25 * sum, 1e-15);
    }
  }
}

TEST(TestSubcell, APlaneIsReproducedWhereverTheMeshLies)
{
  for (const double shift : { 0.0, 1e6 })
  {
    const PlanarMesh mesh = quadMesh(8, 0.25, 1.0, shift);
    const SubcellMesh subcells = subdivide(mesh, std::vector<double>(64, 0.5), pure, 4);
    const Vec2 normal{ 0.6, -0.8 };
    const double constant = 0.03 + dot(normal, { shift, shift });
    const std::vector<double> phi = averageOntoNodes(subcells,
      planeField(
        subcells, std::vector<Vec2>(64, 2.0 * normal), std::vector<double>(64, 2 * constant))
        .data());
    for (std::int64_t n = 0; n < subcells.numberOfNodes(); ++n)
    {
      const double exact = 0.03 - dot(normal, subcells.nodes[n] - Vec2{ shift, shift });
      EXPECT_NEAR(phi[n] * subcells.nodeSizes[n], exact, shift == 0.0 ? 1e-15 : 1e-9);
    }
  }
}

} // namespace
