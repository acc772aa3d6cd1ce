#include "reconstruct/neural/Irregularity.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir {

namespace {

/// Corners along an axis of three cells, and the orthonormal polynomials on them, by degree.
constexpr int across = 4;
const double polynomials[across][across] = { { 0.5, 0.5, 0.5, 0.5 },
  { -3.0 / std::sqrt(20.0), -1.0 / std::sqrt(20.0), 1.0 / std::sqrt(20.0), 3.0 / std::sqrt(20.0) },
  { 0.5, -0.5, -0.5, 0.5 },
  { -1.0 / std::sqrt(20.0), 3.0 / std::sqrt(20.0), -3.0 / std::sqrt(20.0),
    1.0 / std::sqrt(20.0) } };

int pointsOf(const LogicalGrid&)
{
  return 4;
}
int pointsOf(const SolidGrid&)
{
  return 8;
}

/// The 3^dimension cells about one, the first coordinate fastest, -1 where there is none; moved by
/// `shift`.
std::array<std::int64_t, 27> cellsAbout(
  const LogicalGrid& grid, std::int64_t cell, const std::array<int, 3>& shift)
{
  std::array<std::int64_t, 27> cells;
  for (int b = 0; b < 3; ++b)
  {
    grid.rowOfCells(grid.column[cell] - 1 + shift[0], grid.row[cell] - 1 + b + shift[1], 3,
      cells.data() + static_cast<std::ptrdiff_t>(3) * b);
  }
  return cells;
}
std::array<std::int64_t, 27> cellsAbout(
  const SolidGrid& grid, std::int64_t cell, const std::array<int, 3>& shift)
{
  std::array<std::int64_t, 27> cells;
  const SolidGrid::Place at = grid.place(cell);
  for (int row = 0; row < 9; ++row)
  {
    grid.rowOfCells(
      { at.i - 1 + shift[0], at.j - 1 + row % 3 + shift[1], at.k - 1 + row / 3 + shift[2] }, 3,
      cells.data() + static_cast<std::ptrdiff_t>(3) * row);
  }
  return cells;
}

/// Solves the system whose columns are the axes: a vector in index space.
Vec3 inIndexSpace(const std::array<Vec3, 3>& axes, Vec3 x)
{
  const double volume = dot(cross(axes[0], axes[1]), axes[2]);
  return { dot(cross(axes[1], axes[2]), x) / volume, dot(cross(axes[2], axes[0]), x) / volume,
    dot(cross(axes[0], axes[1]), x) / volume };
}

template <typename Grid>
class Measure
{
public:
  Measure(const Grid& grid, const CellCorners& cornersOf)
    : OnGrid(grid)
    , CornersOf(cornersOf)
    , Dimension(pointsOf(grid) == 4 ? 2 : 3)
    , Cells(Dimension == 2 ? 9 : 27)
    , Corners(Dimension == 2 ? 16 : 64)
  {}

  double ofCell(std::int64_t cell) const
  {
    std::array<std::int64_t, 27> about = cellsAbout(this->OnGrid, cell, {});
    const int strides[3] = { 1, 3, 9 };
    const int middle = this->Cells / 2;
    std::array<int, 3> shift{};
    for (int d = 0; d < this->Dimension; ++d)
    {
      shift[d] = (about[middle - strides[d]] < 0) - (about[middle + strides[d]] < 0);
    }
    about = cellsAbout(this->OnGrid, cell, shift);
    const auto end = about.begin() + this->Cells;
    return std::find(about.begin(), end, -1) == end ? this->ofBlock(about) : 0.0;
  }

private:
  double ofBlock(const std::array<std::int64_t, 27>& about) const
  {
    std::array<Vec3, 64> points;
    std::array<Vec3, 8> own;
    for (int c = 0; c < this->Cells; ++c)
    {
      this->CornersOf(about[c], own.data());
      for (int corner = 0; corner < pointsOf(this->OnGrid); ++corner)
      {
        const int i = c % 3 + (corner & 1);
        const int j = c / 3 % 3 + (corner >> 1 & 1);
        const int k = c / 9 + (corner >> 2);
        points[i + across * (j + across * k)] = own[this->OnGrid.vertexAt(about[c], corner)];
      }
    }
    // By products of polynomials: of degrees (1, 0, 0), ... the axes, of sums above 2 the rest.
    std::array<Vec3, 3> axes{ Vec3{}, Vec3{}, Vec3{ 0.0, 0.0, 1.0 } };
    std::array<Vec3, 64> rest;
    int count = 0;
    for (int term = 0; term < this->Corners; ++term)
    {
      const int degrees[3] = { term % across, term / across % across, term / (across * across) };
      const int degree = degrees[0] + degrees[1] + degrees[2];
      if (degree != 1 && degree <= 2)
      {
        continue;
      }
      Vec3 sum;
      for (int point = 0; point < this->Corners; ++point)
      {
        double weight = polynomials[degrees[0]][point % across] *
          polynomials[degrees[1]][point / across % across];
        weight *= this->Dimension == 3 ? polynomials[degrees[2]][point / (across * across)] : 1.0;
        sum = sum + weight * (points[point] - points[0]);
      }
      if (degree == 1)
      {
        // Along an axis, corners one apart have the sum 10 / sqrt(20), times .5 across for each of
        // the corners of a layer.
        axes[degrees[0] ? 0 : degrees[1] ? 1 : 2] = std::sqrt(0.2 * across / this->Corners) * sum;
      }
      else
      {
        rest[count++] = sum;
      }
    }
    double squares = 0.0;
    for (int i = 0; i < count; ++i)
    {
      const Vec3 moved = inIndexSpace(axes, rest[i]);
      squares += dot(moved, moved);
    }
    return std::sqrt(squares / (this->Dimension * this->Corners));
  }

  const Grid& OnGrid;
  const CellCorners& CornersOf;
  int Dimension;
  int Cells;
  int Corners;
};

template <typename Grid>
std::vector<double> measured(const Grid& grid, const CellCorners& cornersOf,
  const std::vector<std::int64_t>& cells, const ParallelFor& parallelFor)
{
  std::vector<double> result(cells.size());
  const Measure<Grid> measure(grid, cornersOf);
  parallelFor(static_cast<int>(cells.size()), [&](int begin, int end) {
    for (int m = begin; m < end; ++m)
    {
      result[m] = measure.ofCell(cells[m]);
    }
  });
  return result;
}

} // namespace

std::vector<double> irregularity(const LogicalGrid& grid, const CellCorners& cornersOf,
  const std::vector<std::int64_t>& cells, const ParallelFor& parallelFor)
{
  return measured(grid, cornersOf, cells, parallelFor);
}

std::vector<double> irregularity(const SolidGrid& grid, const CellCorners& cornersOf,
  const std::vector<std::int64_t>& cells, const ParallelFor& parallelFor)
{
  return measured(grid, cornersOf, cells, parallelFor);
}

} // namespace mir
