#include "reconstruct/autoencoder/AutoencoderField.h"

#include "reconstruct/autoencoder/AutoencoderDesign.h"
#include "reconstruct/neural/CanonicalFrame.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace mir {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int side = autoencoderImageSize;
constexpr int cellSize = autoencoderCellSize;
constexpr int tileCells = side / cellSize;
constexpr int stride = tileCells / 2;
constexpr std::size_t cellPixels = std::size_t(cellSize) * cellSize;
// Tiles evaluated at a time, for all threads together: some 34 MB of images and answers.
constexpr std::size_t batchSize = 1024;

static_assert(componentGap >= 2 * tileCells, "no tile may see two parts of a mesh");

// Tile (s, t) shows the columns 4 s - 4 .. 4 s + 3 and the rows 4 t - 4 .. 4 t + 3 of a grid that
// starts up to three columns and rows before the piece at hand.
struct Tile
{
  std::int32_t t;
  std::int32_t s;

  bool operator<(const Tile& other) const
  {
    return this->t != other.t ? this->t < other.t : this->s < other.s;
  }
  bool operator==(const Tile& other) const { return this->t == other.t && this->s == other.s; }
};

using TileIds = std::array<std::int64_t, tileCells * tileCells>;

// Columns or rows between the last start of a tile and the first column or row of a piece.
std::int32_t phase(std::int32_t first)
{
  return (first % stride + stride) % stride;
}

bool isKnown(std::int64_t id, const std::vector<double>& fractions)
{
  return id >= 0 && fractions[id] != double(outsideDomain);
}

// -1 where there is no cell or its fraction is not known.
TileIds cellsOf(const LogicalGrid& grid, const std::vector<double>& fractions, Tile tile)
{
  const std::int32_t column = (tile.s - 1) * stride - phase(grid.firstColumn);
  const std::int32_t row = (tile.t - 1) * stride - phase(grid.firstRow);
  TileIds ids;
  for (int j = 0; j < tileCells; ++j)
  {
    grid.rowOfCells(column, row + j, tileCells, ids.data() + j * tileCells);
  }
  for (std::int64_t& id : ids)
  {
    id = isKnown(id, fractions) ? id : -1;
  }
  return ids;
}

// The mean fraction of the tile's cells nearest to its cell (i, j).
double nearestFraction(const TileIds& ids, const std::vector<double>& fractions, int i, int j)
{
  int best = 4 * tileCells * tileCells;
  double sum = 0.0;
  int found = 0;
  for (int k = 0; k < tileCells * tileCells; ++k)
  {
    const int di = k % tileCells - i;
    const int dj = k / tileCells - j;
    const int distance = di * di + dj * dj;
    if (ids[k] < 0 || distance > best)
    {
      continue;
    }
    if (distance < best)
    {
      best = distance;
      sum = 0.0;
      found = 0;
    }
    sum += fractions[ids[k]];
    ++found;
  }
  return sum / found;
}

void drawTile(const TileIds& ids, const std::vector<double>& fractions, float* image)
{
  for (int j = 0; j < tileCells; ++j)
  {
    for (int i = 0; i < tileCells; ++i)
    {
      const std::int64_t id = ids[j * tileCells + i];
      const double f = id >= 0 ? fractions[id] : nearestFraction(ids, fractions, i, j);
      for (int q = 0; q < cellSize; ++q)
      {
        std::fill_n(
          image + (j * cellSize + q) * side + i * cellSize, cellSize, static_cast<float>(f));
      }
    }
  }
}

// The cells whose pixels are asked for: the mixed ones and the eight around each.
std::vector<std::int64_t> cellsToDraw(const LogicalGrid& grid, const std::vector<double>& fractions,
  const std::vector<std::int64_t>& mixedCells)
{
  std::vector<std::int64_t> cells;
  std::int64_t around[3];
  for (std::int64_t cell : mixedCells)
  {
    for (int dj = -1; dj <= 1; ++dj)
    {
      grid.rowOfCells(grid.column[cell] - 1, grid.row[cell] + dj, 3, around);
      for (std::int64_t id : around)
      {
        if (isKnown(id, fractions))
        {
          cells.push_back(id);
        }
      }
    }
  }
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

std::vector<Tile> tilesOver(const LogicalGrid& grid, const std::vector<std::int64_t>& cells)
{
  std::vector<Tile> tiles;
  for (std::int64_t cell : cells)
  {
    const std::int32_t row = (grid.row[cell] + phase(grid.firstRow)) / stride;
    const std::int32_t column = (grid.column[cell] + phase(grid.firstColumn)) / stride;
    for (int k = 0; k < 4; ++k)
    {
      tiles.push_back({ row + k / 2, column + k % 2 });
    }
  }
  std::sort(tiles.begin(), tiles.end());
  tiles.erase(std::unique(tiles.begin(), tiles.end()), tiles.end());
  return tiles;
}

// Coverage of the pixels of some cells, blended from all tiles.
class PixelField
{
public:
  PixelField(const LogicalGrid& grid, const std::vector<double>& fractions,
    const std::vector<std::int64_t>& mixedCells, const ImageEvaluation& evaluate)
    : Cells(cellsToDraw(grid, fractions, mixedCells))
    , Pixels(this->Cells.size() * cellPixels, 0.0)
  {
    for (int p = 0; p < side; ++p)
    {
      const double sine = std::sin(pi * (p + 0.5) / side);
      this->Window[p] = sine * sine;
    }
    const std::vector<Tile> tiles = tilesOver(grid, this->Cells);
    const std::size_t most = std::min(batchSize, tiles.size());
    std::vector<TileIds> ids(most);
    std::vector<float> images(most * side * side);
    for (std::size_t start = 0; start < tiles.size(); start += batchSize)
    {
      const std::size_t count = std::min(batchSize, tiles.size() - start);
      for (std::size_t k = 0; k < count; ++k)
      {
        ids[k] = cellsOf(grid, fractions, tiles[start + k]);
        drawTile(ids[k], fractions, images.data() + k * side * side);
      }
      const std::vector<float> answers = evaluate(images.data(), static_cast<int>(count));
      for (std::size_t k = 0; k < count; ++k)
      {
        this->blend(ids[k], answers.data() + k * side * side);
      }
    }
  }

  /// The pixels of a cell, row-major, or null for one that was not drawn.
  const double* pixels(std::int64_t cell) const
  {
    const auto found = std::lower_bound(this->Cells.begin(), this->Cells.end(), cell);
    return found != this->Cells.end() && *found == cell
      ? this->Pixels.data() + (found - this->Cells.begin()) * cellPixels
      : nullptr;
  }

private:
  void blend(const TileIds& ids, const float* answer)
  {
    for (int k = 0; k < tileCells * tileCells; ++k)
    {
      double* pixels = ids[k] < 0 ? nullptr : const_cast<double*>(this->pixels(ids[k]));
      if (!pixels)
      {
        continue;
      }
      const int x = k % tileCells * cellSize;
      const int y = k / tileCells * cellSize;
      for (int q = 0; q < cellSize; ++q)
      {
        for (int p = 0; p < cellSize; ++p)
        {
          pixels[q * cellSize + p] +=
            this->Window[y + q] * this->Window[x + p] * answer[(y + q) * side + x + p];
        }
      }
    }
  }

  std::vector<std::int64_t> Cells;
  std::vector<double> Pixels;
  std::array<double, side> Window;
};

} // namespace

UninitializedVector<double> autoencoderNodeValues(const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells,
  const ImageEvaluation& evaluate)
{
  constexpr int r = autoencoderSubdivisions;
  constexpr int pixelsPerNode = cellSize / r;
  constexpr std::size_t nodes = std::size_t(r + 1) * (r + 1);
  const PixelField field(grid, fractions, mixedCells, evaluate);
  UninitializedVector<double> values(mixedCells.size() * nodes);
  for (std::size_t m = 0; m < mixedCells.size(); ++m)
  {
    const std::int64_t cell = mixedCells[m];
    const double* around[3][3];
    for (int j = 0; j < 3; ++j)
    {
      std::int64_t ids[3];
      grid.rowOfCells(grid.column[cell] - 1, grid.row[cell] + j - 1, 3, ids);
      for (int i = 0; i < 3; ++i)
      {
        around[j][i] = ids[i] < 0 ? nullptr : field.pixels(ids[i]);
      }
    }
    for (int b = 0; b <= r; ++b)
    {
      for (int a = 0; a <= r; ++a)
      {
        double sum = 0.0;
        int found = 0;
        for (int k = 0; k < 4; ++k)
        {
          // Pixel coordinates that start one cell to the lower left.
          const int p = cellSize + pixelsPerNode * a - 1 + k % 2;
          const int q = cellSize + pixelsPerNode * b - 1 + k / 2;
          const double* pixels = around[q / cellSize][p / cellSize];
          if (pixels)
          {
            sum += pixels[q % cellSize * cellSize + p % cellSize];
            ++found;
          }
        }
        // The tiles' weights sum to 1 but for rounding.
        const double coverage = std::clamp(sum / found, 0.0, 1.0);
        values[m * nodes + ownLatticeNode(grid.rotation[cell], r, a, b)] = coverage - 0.5;
      }
    }
  }
  return values;
}

} // namespace mir
