#include "reconstruct/neural/Irregularity.h"

#include "plic/AllProcessors.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir {

namespace {

/// Corners along an axis of three cells.
constexpr int across = 4;

/// The coordinates of a block's corners one after the other, the first index fastest.
using BlockValues = std::array<double, std::size_t(3) * across * across * across>;

/// Replaces the values along an axis, `stride` apart, by their coefficients of the orthonormal
/// polynomials of degree 0 to 3 on four points.
template <int stride>
void transform(double* values, int count)
{
  const double root = 1.0 / std::sqrt(20.0);
  for (double* first = values; first != values + count; first += across * stride)
  {
    for (double* v = first; v != first + stride; ++v)
    {
      const double outer = v[0] + v[3 * stride];
      const double inner = v[stride] + v[2 * stride];
      const double outerStep = v[3 * stride] - v[0];
      const double innerStep = v[2 * stride] - v[stride];
      v[0] = 0.5 * (outer + inner);
      v[stride] = root * (3.0 * outerStep + innerStep);
      v[2 * stride] = 0.5 * (outer - inner);
      v[3 * stride] = root * (outerStep - 3.0 * innerStep);
    }
  }
}

/// The misfit of a block of corners, whose coordinates are overwritten.
template <int dimension>
MIR_FOR_ALL_PROCESSORS double misfitOf(double* values)
{
  constexpr int corners = dimension == 2 ? across * across : across * across * across;
  transform<3>(values, 3 * corners);
  transform<3 * across>(values, 3 * corners);
  if (dimension == 3)
  {
    transform<3 * across * across>(values, 3 * corners);
  }
  const auto coefficient = [values](int term) {
    return Vec3{ values[3 * term], values[3 * term + 1], values[3 * term + 2] };
  };
  // Those of degree 1 are the axes: along one, corners one apart have the sum 10 / sqrt(20),
  // times .5 across for each of the corners of a layer. The rest goes to index space.
  const double scale = std::sqrt(0.2 * across / corners);
  const Vec3 u = scale * coefficient(1);
  const Vec3 v = scale * coefficient(across);
  const Vec3 w = dimension == 3 ? scale * coefficient(across * across) : Vec3{ 0.0, 0.0, 1.0 };
  const double inverse = 1.0 / dot(cross(u, v), w);
  const Vec3 rows[3] = { inverse * cross(v, w), inverse * cross(w, u), inverse * cross(u, v) };
  double squares = 0.0;
  for (int term = 0; term < corners; ++term)
  {
    const int degree = term % across + term / across % across + term / (across * across);
    if (degree > 2)
    {
      const Vec3 rest = coefficient(term);
      for (const Vec3& row : rows)
      {
        squares += dot(row, rest) * dot(row, rest);
      }
    }
  }
  return std::sqrt(squares / (dimension * corners));
}

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
  const std::int32_t column = grid.column[cell] - 1 + shift[0];
  const std::int32_t firstRow = grid.row[cell] - 1 + shift[1];
  for (int b = 0; b < 3; ++b)
  {
    std::int64_t* const to = cells.data() + static_cast<std::ptrdiff_t>(3) * b;
    if (const std::int64_t* const row = grid.unbrokenRow(column, firstRow + b, 3))
    {
      std::copy_n(row, 3, to);
    }
    else
    {
      grid.rowOfCells(column, firstRow + b, 3, to);
    }
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

template <typename Grid>
class Measure
{
public:
  Measure(const Grid& grid, const CellCorners& cornersOf)
    : OnGrid(grid)
    , CornersOf(cornersOf)
    , Dimension(pointsOf(grid) == 4 ? 2 : 3)
    , Cells(Dimension == 2 ? 9 : 27)
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
    if (shift != std::array<int, 3>{})
    {
      about = cellsAbout(this->OnGrid, cell, shift);
    }
    const auto end = about.begin() + this->Cells;
    return std::find(about.begin(), end, -1) == end ? this->ofBlock(about) : 0.0;
  }

private:
  double ofBlock(const std::array<std::int64_t, 27>& about) const
  {
    BlockValues values;
    this->gatherCorners(about, values);
    return this->Dimension == 2 ? misfitOf<2>(values.data()) : misfitOf<3>(values.data());
  }

  /// The block's corners are those of its outermost cells; relative to one of them.
  void gatherCorners(const std::array<std::int64_t, 27>& about, BlockValues& values) const
  {
    std::array<Vec3, 8> own;
    Vec3 origin;
    for (int outermost = 0; outermost < 1 << this->Dimension; ++outermost)
    {
      const int u = outermost & 1;
      const int v = outermost >> 1 & 1;
      const int w = outermost >> 2;
      const std::int64_t cell = about[2 * (u + 3 * (v + 3 * w))];
      this->CornersOf(cell, own.data());
      origin = outermost == 0 ? own[0] : origin;
      for (int corner = 0; corner < pointsOf(this->OnGrid); ++corner)
      {
        const int i = 2 * u + (corner & 1);
        const int j = 2 * v + (corner >> 1 & 1);
        const int k = 2 * w + (corner >> 2);
        const Vec3 x = own[this->OnGrid.vertexAt(cell, corner)] - origin;
        double* to = values.data() + 3 * (i + across * (j + across * k));
        to[0] = x.x;
        to[1] = x.y;
        to[2] = x.z;
      }
    }
  }

  const Grid& OnGrid;
  const CellCorners& CornersOf;
  int Dimension;
  int Cells;
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
