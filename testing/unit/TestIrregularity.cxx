// Laws of the irregularity of logical grids.
#include "reconstruct/neural/Irregularity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

using namespace mir;

namespace {

constexpr int n = 12;

/// Where the points (i, j, k) of a grid lie.
using Map = std::function<Vec3(Vec3 index)>;

Vec3 same(Vec3 index)
{
  return index;
}

/// Points moved at random, the same ones every time.
Vec3 jittered(Vec3 index, double deviation)
{
  static const std::vector<Vec3> shifts = [] {
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    std::vector<Vec3> result(16 * 16 * 16);
    for (Vec3& shift : result)
    {
      shift = { normal(random), normal(random), normal(random) };
    }
    return result;
  }();
  return index + deviation * shifts[static_cast<int>(index.x + 16.0 * index.y + 256.0 * index.z)];
}

/// Smooth, of derivatives of every order.
Vec3 curved(Vec3 index, double cells)
{
  const Vec3 x = 1.0 / cells * index;
  return cells *
    (x + 0.05 * Vec3{ std::sin(5.0 * x.y), std::sin(4.0 * x.z + x.x), std::sin(3.0 * x.x) });
}

template <typename Grid>
std::vector<double> irregularityOf(const Grid& grid, int dimension, const Map& map)
{
  // Corners in VTK's order.
  static const std::array<Vec3, 8> corners{ { { 0, 0, 0 }, { 1, 0, 0 }, { 1, 1, 0 }, { 0, 1, 0 },
    { 0, 0, 1 }, { 1, 0, 1 }, { 1, 1, 1 }, { 0, 1, 1 } } };
  std::vector<std::int64_t> cells(grid.numberOfCells());
  std::iota(cells.begin(), cells.end(), 0);
  return irregularity(
    grid,
    [&](std::int64_t cell, Vec3* points) {
      const Vec3 at{ static_cast<double>(cell % n), static_cast<double>(cell / n % n),
        static_cast<double>(cell / (n * n)) };
      for (int i = 0; i < 1 << dimension; ++i)
      {
        points[i] = map(at + corners[i]);
        points[i].z = dimension == 2 ? 0.0 : points[i].z;
      }
    },
    cells);
}

std::vector<double> irregularityOf(int dimension, const Map& map)
{
  return dimension == 2 ? irregularityOf(logicalGrid(n, n), 2, map)
                        : irregularityOf(SolidGrid(n, n, n), 3, map);
}

double rootMeanSquare(const std::vector<double>& values)
{
  double sum = 0.0;
  for (double value : values)
  {
    sum += value * value;
  }
  return std::sqrt(sum / static_cast<double>(values.size()));
}

double largest(const std::vector<double>& values)
{
  return *std::max_element(values.begin(), values.end());
}

class Irregularity : public ::testing::TestWithParam<int>
{};

TEST_P(Irregularity, VanishesOnMapsOfSecondOrder)
{
  EXPECT_LT(largest(irregularityOf(this->GetParam(), same)), 1e-14);
  const auto quadratic = [](Vec3 x) {
    return Vec3{ 3.0 * x.x + 0.02 * x.y * x.y - 0.01 * x.x * x.y, 0.3 * x.y - 0.01 * x.x * x.z,
      x.z + 0.4 * x.y + 0.02 * x.x * x.x };
  };
  EXPECT_LT(largest(irregularityOf(this->GetParam(), quadratic)), 1e-12);
}

TEST_P(Irregularity, IsThatOfTheMapInIndexSpace)
{
  const auto rough = [](Vec3 index) { return jittered(index, 0.1); };
  const auto stretched = [&](Vec3 index) {
    const Vec3 x = rough(index);
    return Vec3{ 10.0 * x.x + 0.5 * x.y, 0.1 * x.y, 3.0 * x.z - x.x };
  };
  const std::vector<double> own = irregularityOf(this->GetParam(), rough);
  const std::vector<double> others = irregularityOf(this->GetParam(), stretched);
  for (std::size_t cell = 0; cell < own.size(); ++cell)
  {
    ASSERT_NEAR(own[cell], others[cell], 1e-12 * own[cell] + 1e-14);
  }
}

/// Of 4^d points the maps of second order take 6 of 16 and 10 of 64 degrees of freedom.
TEST_P(Irregularity, IsThePartOfTheDeviationThatNoSmoothMapTakes)
{
  const double left = this->GetParam() == 2 ? 10.0 / 16.0 : 54.0 / 64.0;
  const double deviation = 0.01;
  const auto rough = [&](Vec3 index) { return jittered(index, deviation); };
  EXPECT_NEAR(rootMeanSquare(irregularityOf(this->GetParam(), rough)), std::sqrt(left) * deviation,
    0.1 * deviation);
}

TEST_P(Irregularity, FallsWithTheSquareOfTheCellsOnSmoothMaps)
{
  // A step in index space of the finer grid is half of a step of the coarser one.
  const auto coarse = [](Vec3 index) { return curved(index, 12.0); };
  const auto fine = [](Vec3 index) { return curved(index, 24.0); };
  const double ratio = largest(irregularityOf(this->GetParam(), coarse)) /
    largest(irregularityOf(this->GetParam(), fine));
  EXPECT_GT(ratio, 3.0);
}

INSTANTIATE_TEST_SUITE_P(InThePlaneAndInSpace, Irregularity, ::testing::Values(2, 3));

TEST(Irregularities, DoNotDependOnHowCellsAreTurned)
{
  std::mt19937 random(3);
  PlanarMesh mesh;
  for (int j = 0; j <= n; ++j)
  {
    for (int i = 0; i <= n; ++i)
    {
      const Vec3 x = jittered({ double(i), double(j), 0.0 }, 0.1);
      mesh.points.push_back({ x.x, x.y });
    }
  }
  for (std::int64_t cell = 0; cell < n * n; ++cell)
  {
    const std::int64_t first = cell % n + (n + 1) * (cell / n);
    const std::int64_t quad[4] = { first, first + 1, first + n + 2, first + n + 1 };
    const auto turn = random() % 4;
    for (std::size_t i = 0; i < 4; ++i)
    {
      mesh.connectivity.push_back(quad[(i + turn) % 4]);
    }
    mesh.offsets.push_back(static_cast<std::int64_t>(mesh.connectivity.size()));
  }
  std::vector<std::int64_t> cells(n * n);
  std::iota(cells.begin(), cells.end(), 0);
  const std::vector<double> found = irregularity(
    logicalGrid(mesh),
    [&](std::int64_t cell, Vec3* points) {
      for (int i = 0; i < 4; ++i)
      {
        const Vec2 x = mesh.points[mesh.cellPoints(cell)[i]];
        points[i] = { x.x, x.y, 0.0 };
      }
    },
    cells);
  const std::vector<double> wanted =
    irregularityOf(2, [](Vec3 index) { return jittered(index, 0.1); });
  for (std::size_t cell = 0; cell < found.size(); ++cell)
  {
    ASSERT_NEAR(found[cell], wanted[cell], 1e-13);
  }
}

} // namespace
