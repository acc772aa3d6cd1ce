#include "reconstruct/neural/LogicalGrid.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

[[noreturn]] void fail(std::int64_t cell, const std::string& what)
{
  throw std::runtime_error(
    "not a logically rectangular grid: cell " + std::to_string(cell) + " " + what);
}

// The cell across edge e of cell c and its own number for that edge; cell -1 at the boundary.
struct Neighbour
{
  std::int64_t cell = -1;
  int edge = -1;
};

std::vector<Neighbour> neighboursAcrossEdges(const PlanarMesh& mesh)
{
  std::vector<Neighbour> neighbours(4 * static_cast<std::size_t>(mesh.numberOfCells()));
  for (const MeshEdge& edge : meshEdges(mesh))
  {
    if (edge.right < 0)
    {
      continue;
    }
    if (mesh.cellPoints(edge.right)[edge.rightEdge] != edge.second)
    {
      fail(edge.right,
        "runs the other way round than its neighbour cell " + std::to_string(edge.left));
    }
    neighbours[4 * edge.left + edge.leftEdge] = { edge.right, edge.rightEdge };
    neighbours[4 * edge.right + edge.rightEdge] = { edge.left, edge.leftEdge };
  }
  return neighbours;
}

// Steps across the lower, right, upper and left edge.
constexpr int stepColumn[4] = { 0, 1, 0, -1 };
constexpr int stepRow[4] = { -1, 0, 1, 0 };

// Gives every cell reached from `first` its index relative to it, and its rotation.
std::vector<std::int64_t> walk(std::int64_t first, const std::vector<Neighbour>& neighbours,
  std::vector<bool>& reached, LogicalGrid& grid)
{
  std::vector<std::int64_t> part{ first };
  reached[first] = true;
  for (std::size_t next = 0; next < part.size(); ++next)
  {
    const std::int64_t cell = part[next];
    for (int direction = 0; direction < 4; ++direction)
    {
      const int edge = (grid.rotation[cell] + direction) % 4;
      const Neighbour across = neighbours[4 * cell + edge];
      if (across.cell < 0)
      {
        continue;
      }
      const std::int32_t column = grid.column[cell] + stepColumn[direction];
      const std::int32_t row = grid.row[cell] + stepRow[direction];
      // The shared edge faces back in the neighbour.
      const auto rotation = static_cast<std::uint8_t>((across.edge - direction + 6) % 4);
      if (!reached[across.cell])
      {
        reached[across.cell] = true;
        grid.column[across.cell] = column;
        grid.row[across.cell] = row;
        grid.rotation[across.cell] = rotation;
        part.push_back(across.cell);
      }
      else if (grid.column[across.cell] != column || grid.row[across.cell] != row)
      {
        fail(across.cell, "is reached with two different indices");
      }
      else if (grid.rotation[across.cell] != rotation)
      {
        fail(across.cell, "is reached with two different orientations");
      }
    }
  }
  return part;
}

// Moves a part to columns from 0 and rows from `firstRow`; returns the first row above it.
std::int64_t place(const std::vector<std::int64_t>& part, std::int64_t firstRow, LogicalGrid& grid)
{
  std::int32_t lowColumn = 0;
  std::int32_t lowRow = 0;
  std::int32_t highRow = 0;
  for (std::int64_t cell : part)
  {
    lowColumn = std::min(lowColumn, grid.column[cell]);
    lowRow = std::min(lowRow, grid.row[cell]);
    highRow = std::max(highRow, grid.row[cell]);
  }
  const std::int64_t end = firstRow + highRow - lowRow + 1;
  if (end > std::numeric_limits<std::int32_t>::max() - componentGap)
  {
    throw std::runtime_error("not a logically rectangular grid: too many separate parts");
  }
  for (std::int64_t cell : part)
  {
    grid.column[cell] -= lowColumn;
    grid.row[cell] += static_cast<std::int32_t>(firstRow) - lowRow;
  }
  return end;
}

void orderCells(LogicalGrid& grid)
{
  const std::int64_t count = grid.numberOfCells();
  std::int32_t rows = 0;
  for (std::int32_t row : grid.row)
  {
    rows = std::max(rows, row + 1);
  }
  grid.rowStart.assign(static_cast<std::size_t>(rows) + 1, 0);
  for (std::int32_t row : grid.row)
  {
    ++grid.rowStart[static_cast<std::size_t>(row) + 1];
  }
  for (std::int32_t row = 0; row < rows; ++row)
  {
    grid.rowStart[row + 1] += grid.rowStart[row];
  }
  grid.orderedCells.resize(count);
  grid.rowColumn.assign(rows, LogicalGrid::brokenRow);
  std::vector<std::int64_t> end(grid.rowStart.begin(), grid.rowStart.end() - 1);
  for (std::int64_t cell = 0; cell < count; ++cell)
  {
    grid.orderedCells[end[grid.row[cell]]++] = cell;
  }
  for (std::int32_t row = 0; row < rows; ++row)
  {
    const auto first = grid.orderedCells.begin() + grid.rowStart[row];
    const auto last = grid.orderedCells.begin() + grid.rowStart[row + 1];
    std::sort(
      first, last, [&](std::int64_t a, std::int64_t b) { return grid.column[a] < grid.column[b]; });
    const auto twice = std::adjacent_find(first, last,
      [&](std::int64_t a, std::int64_t b) { return grid.column[a] == grid.column[b]; });
    if (twice != last)
    {
      fail(twice[1], "has the same index as cell " + std::to_string(twice[0]));
    }
    if (first != last && grid.column[last[-1]] - grid.column[*first] + 1 == last - first)
    {
      grid.rowColumn[row] = grid.column[*first];
    }
  }
}

// The columns of a rectangle whose cells are all there, in order; else 0.
std::int32_t wholeColumns(const LogicalGrid& grid)
{
  const auto columns = static_cast<std::int32_t>(grid.rowStart[1]);
  for (std::int64_t cell = 0; cell < grid.numberOfCells(); ++cell)
  {
    if (columns == 0 || grid.column[cell] != cell % columns || grid.row[cell] != cell / columns)
    {
      return 0;
    }
  }
  return grid.numberOfCells() % columns == 0 ? columns : 0;
}

// Cells around a grid corner must share one mesh point there. It suffices to look at the cells
// that meet the corner from below and from above in turn.
void checkCorners(const PlanarMesh& mesh, const LogicalGrid& grid)
{
  struct Corner
  {
    std::int32_t row;
    std::int32_t column;
    std::int64_t point;
    std::int64_t cell;
  };
  std::vector<Corner> corners;
  const auto check = [&](std::int32_t gridRow) {
    corners.clear();
    for (std::int32_t side = 0; side < 2; ++side)
    {
      const std::int32_t row = gridRow - 1 + side;
      if (row < 0 || row >= grid.numberOfRows())
      {
        continue;
      }
      for (std::int64_t k = grid.rowStart[row]; k < grid.rowStart[row + 1]; ++k)
      {
        const std::int64_t cell = grid.orderedCells[k];
        const std::int64_t* points = mesh.cellPoints(cell);
        const int low = grid.rotation[cell] + (side ? 0 : 3);
        const int high = grid.rotation[cell] + (side ? 1 : 2);
        corners.push_back({ gridRow, grid.column[cell], points[low % 4], cell });
        corners.push_back({ gridRow, grid.column[cell] + 1, points[high % 4], cell });
      }
    }
    std::sort(corners.begin(), corners.end(), [](const Corner& a, const Corner& b) {
      return a.column != b.column ? a.column < b.column : a.cell < b.cell;
    });
    for (std::size_t k = 1; k < corners.size(); ++k)
    {
      const Corner& a = corners[k - 1];
      const Corner& b = corners[k];
      if (a.column == b.column && a.point != b.point)
      {
        fail(b.cell,
          "has point " + std::to_string(b.point) + " at the grid corner where cell " +
            std::to_string(a.cell) + " has point " + std::to_string(a.point));
      }
    }
  };
  for (std::int32_t row = 0; row <= grid.numberOfRows(); ++row)
  {
    check(row);
  }
}

} // namespace

std::int64_t LogicalGrid::cellAt(std::int32_t wantedColumn, std::int32_t wantedRow) const
{
  std::int64_t cell;
  this->rowOfCells(wantedColumn, wantedRow, 1, &cell);
  return cell;
}

void LogicalGrid::rowOfCells(
  std::int32_t first, std::int32_t wantedRow, int count, std::int64_t* cells) const
{
  std::fill(cells, cells + count, -1);
  if (wantedRow < 0 || wantedRow >= this->numberOfRows())
  {
    return;
  }
  const auto end = this->orderedCells.begin() + this->rowStart[wantedRow + 1];
  auto next = std::lower_bound(this->orderedCells.begin() + this->rowStart[wantedRow], end, first,
    [&](std::int64_t cell, std::int32_t value) { return this->column[cell] < value; });
  for (; next != end && this->column[*next] - first < count; ++next)
  {
    cells[this->column[*next] - first] = *next;
  }
}

LogicalGrid logicalGrid(const PlanarMesh& mesh)
{
  const std::int64_t count = mesh.numberOfCells();
  for (std::int64_t cell = 0; cell < count; ++cell)
  {
    if (mesh.cellSize(cell) != 4)
    {
      fail(cell, "has " + std::to_string(mesh.cellSize(cell)) + " vertices");
    }
  }
  const std::vector<Neighbour> neighbours = neighboursAcrossEdges(mesh);
  LogicalGrid grid;
  grid.column.assign(count, 0);
  grid.row.assign(count, 0);
  grid.rotation.assign(count, 0);
  std::vector<bool> reached(count, false);
  std::int64_t firstRow = 0;
  for (std::int64_t cell = 0; cell < count; ++cell)
  {
    if (!reached[cell])
    {
      firstRow = place(walk(cell, neighbours, reached, grid), firstRow, grid) + componentGap;
    }
  }
  if (count > 0)
  {
    orderCells(grid);
    grid.wholeColumns = wholeColumns(grid);
    checkCorners(mesh, grid);
  }
  return grid;
}

LogicalGrid logicalGrid(std::int32_t columns, std::int32_t rows)
{
  const std::int64_t count = static_cast<std::int64_t>(columns) * rows;
  LogicalGrid grid;
  grid.column.reserve(count);
  grid.row.reserve(count);
  for (std::int32_t row = 0; row < rows; ++row)
  {
    for (std::int32_t column = 0; column < columns; ++column)
    {
      grid.column.push_back(column);
      grid.row.push_back(row);
    }
    grid.rowStart.push_back(static_cast<std::int64_t>(row) * columns);
  }
  grid.rowStart.push_back(count);
  grid.rowColumn.assign(rows, 0);
  grid.rotation.assign(count, 0);
  grid.orderedCells.resize(count);
  std::iota(grid.orderedCells.begin(), grid.orderedCells.end(), 0);
  grid.wholeColumns = columns;
  return grid;
}

int ownLatticeNode(int rotation, int n, int a, int b)
{
  int u = a;
  int v = b;
  switch (rotation)
  {
    case 1:
      u = n - b;
      v = a;
      break;
    case 2:
      u = n - a;
      v = n - b;
      break;
    case 3:
      u = b;
      v = n - a;
      break;
    default:
      break;
  }
  return v * (n + 1) + u;
}

void turnLattice(int rotation, int n, const double* inGrid, double* own)
{
  for (int b = 0; b <= n; ++b)
  {
    for (int a = 0; a <= n; ++a)
    {
      own[ownLatticeNode(rotation, n, a, b)] = inGrid[b * (n + 1) + a];
    }
  }
}

} // namespace mir
