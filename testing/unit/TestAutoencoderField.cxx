// Laws of the autoencoders on a mesh: their tiles join without a seam, wherever they lie.
#include "reconstruct/autoencoder/AutoencoderField.h"

#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/neural/CanonicalFrame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace mir;

namespace {

constexpr int r = autoencoderSubdivisions;
constexpr int nodes = (r + 1) * (r + 1);

class AutoencoderFields : public testing::TestWithParam<std::string>
{
protected:
  Autoencoder Model = Autoencoder::shipped(GetParam());

  // Of every cell of a grid.
  UninitializedVector<double> valuesOf(
    const LogicalGrid& grid, const std::vector<double>& fractions) const
  {
    std::vector<std::int64_t> cells;
    for (std::int64_t c = 0; c < grid.numberOfCells(); ++c)
    {
      cells.push_back(c);
    }
    return this->valuesOf(grid, fractions, cells);
  }
  UninitializedVector<double> valuesOf(const LogicalGrid& grid,
    const std::vector<double>& fractions, const std::vector<std::int64_t>& cells) const
  {
    return autoencoderNodeValues(grid, fractions, cells,
      [this](const float* images, int count) { return this->Model.evaluate(images, count); });
  }
};

std::vector<double> randomFractions(int count)
{
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<double> fractions(count);
  for (double& f : fractions)
  {
    f = uniform(random);
  }
  return fractions;
}

TEST_P(AutoencoderFields, NeighboursAgreeOnTheNodesTheyShare)
{
  constexpr int nx = 21;
  constexpr int ny = 13;
  const UninitializedVector<double> values =
    valuesOf(logicalGrid(nx, ny), randomFractions(nx * ny));
  const auto at = [&](int i, int j, int a, int b) {
    return values[(j * nx + i) * nodes + b * (r + 1) + a];
  };
  for (int j = 0; j < ny; ++j)
  {
    for (int i = 0; i < nx; ++i)
    {
      for (int k = 0; k <= r; ++k)
      {
        if (i + 1 < nx)
        {
          EXPECT_NEAR(at(i, j, r, k), at(i + 1, j, 0, k), 1e-12);
        }
        if (j + 1 < ny)
        {
          EXPECT_NEAR(at(i, j, k, r), at(i, j + 1, k, 0), 1e-12);
        }
      }
    }
  }
}

// By the definition: four tiles, weighted, at the four pixels about the middle of a cell.
TEST_P(AutoencoderFields, ANodeIsTheBlendOfTheTilesItsCellLiesIn)
{
  constexpr int n = 12;
  constexpr int column = 5;
  constexpr int row = 6;
  constexpr int side = autoencoderImageSize;
  const std::vector<double> fractions = randomFractions(n * n);
  const UninitializedVector<double> values = valuesOf(logicalGrid(n, n), fractions);
  const auto weight = [](int p) {
    return std::pow(std::sin(std::acos(-1.0) * (p + 0.5) / side), 2);
  };
  double mean = 0.0;
  for (int corner : { 0, 4, 4 * n, 4 * n + 4 })
  {
    std::vector<float> image(side * side);
    for (int p = 0; p < side * side; ++p)
    {
      image[p] = static_cast<float>(fractions[corner + p / side / 8 * n + p % side / 8]);
    }
    const std::vector<float> answer = this->Model.evaluate(image.data(), 1);
    const int left = (column - corner % n) * 8 + 3;
    const int lower = (row - corner / n) * 8 + 3;
    for (int k = 0; k < 4; ++k)
    {
      const int x = left + k % 2;
      const int y = lower + k / 2;
      mean += weight(x) * weight(y) * answer[y * side + x] / 4.0;
    }
  }
  EXPECT_NEAR(values[(row * n + column) * nodes + nodes / 2], mean - 0.5, 1e-12);
}

TEST_P(AutoencoderFields, RowsAndColumnsAddedByFoursChangeNothing)
{
  constexpr int n = 20;
  constexpr int m = 28;
  const std::vector<double> fractions = randomFractions(n * n);
  std::vector<double> more = randomFractions(m * m);
  for (int c = 0; c < n * n; ++c)
  {
    more[(c / n + 8) * m + c % n + 4] = fractions[c];
  }
  const UninitializedVector<double> values = valuesOf(logicalGrid(n, n), fractions);
  const UninitializedVector<double> moved = valuesOf(logicalGrid(m, m), more);
  // No tile over these cells or their neighbours reaches beyond the smaller grid.
  for (int c = 0; c < n * n; ++c)
  {
    const int edge = std::min(std::min(c % n, c / n), n - 1 - std::max(c % n, c / n));
    for (int k = 0; edge >= 5 && k < nodes; ++k)
    {
      ASSERT_EQ(values[c * nodes + k], moved[((c / n + 8) * m + c % n + 4) * nodes + k]);
    }
  }
}

TEST_P(AutoencoderFields, APieceOfAGridHasTheValuesOfTheWhole)
{
  constexpr int n = 30;
  const std::vector<double> fractions = randomFractions(n * n);
  const UninitializedVector<double> values = valuesOf(logicalGrid(n, n), fractions);
  constexpr int columns = 21;
  constexpr int rows = 22;
  for (int shift = 0; shift < 8; ++shift)
  {
    LogicalGrid piece = logicalGrid(columns, rows);
    piece.firstColumn = shift;
    piece.firstRow = 8 - shift;
    std::vector<double> known(columns * rows);
    const auto inWhole = [&](int c) {
      return (piece.firstRow + c / columns) * n + piece.firstColumn + c % columns;
    };
    for (int c = 0; c < columns * rows; ++c)
    {
      known[c] = fractions[inWhole(c)];
    }
    const UninitializedVector<double> own = valuesOf(piece, known);
    int compared = 0;
    for (int c = 0; c < columns * rows; ++c)
    {
      const int edge =
        std::min({ c % columns, c / columns, columns - 1 - c % columns, rows - 1 - c / columns });
      for (int k = 0; edge >= autoencoderReach && k < nodes; ++k, ++compared)
      {
        ASSERT_EQ(own[c * nodes + k], values[inWhole(c) * nodes + k]) << shift;
      }
    }
    EXPECT_GT(compared, 0);
  }
}

TEST_P(AutoencoderFields, CellsThatTellNothingAreAsIfTheyWereNotThere)
{
  constexpr int nx = 11;
  constexpr int ny = 9;
  constexpr int missing = 17;
  std::vector<double> fractions = randomFractions(nx * ny - missing);
  LogicalGrid whole = logicalGrid(nx, ny);
  PlanarMesh mesh;
  for (int p = 0; p < (nx + 1) * (ny + 1); ++p)
  {
    mesh.points.push_back({ double(p % (nx + 1)), double(p / (nx + 1)) });
  }
  for (int c = 0; c < nx * ny - missing; ++c)
  {
    const std::int64_t p = c / nx * (nx + 1) + c % nx;
    mesh.connectivity.insert(mesh.connectivity.end(), { p, p + 1, p + nx + 2, p + nx + 1 });
    mesh.offsets.push_back(mesh.connectivity.size());
  }
  const UninitializedVector<double> without = valuesOf(logicalGrid(mesh), fractions);
  fractions.resize(nx * ny, double(outsideDomain));
  std::vector<std::int64_t> cells;
  for (int c = 0; c < nx * ny - missing; ++c)
  {
    cells.push_back(c);
  }
  EXPECT_EQ(this->valuesOf(whole, fractions, cells), without);
}

TEST_P(AutoencoderFields, GridsSmallerThanATileHaveValues)
{
  for (const auto& [nx, ny] : { std::pair<int, int>{ 1, 1 }, { 2, 1 }, { 3, 5 }, { 1, 9 } })
  {
    for (double value : valuesOf(logicalGrid(nx, ny), randomFractions(nx * ny)))
    {
      EXPECT_GE(value, -0.5);
      EXPECT_LE(value, 0.5);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
  Shipped, AutoencoderFields, testing::ValuesIn(Autoencoder::shippedNames()));

} // namespace
