// Integer coordinates of the cells of a logically rectangular mesh, and stencils gathered on them.
#ifndef mir_reconstruct_neural_LogicalGrid_h
#define mir_reconstruct_neural_LogicalGrid_h

#include "plic/PlanarMesh.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace mir {

/// Where every quadrilateral of a mesh lies on one integer grid.
struct LogicalGrid
{
  /// Column and row of every cell.
  std::vector<std::int32_t> column;
  std::vector<std::int32_t> row;
  /// Which of the cell's own vertices lies at the grid corner (column, row); the vertices after
  /// it lie at (column + 1, row), (column + 1, row + 1) and (column, row + 1).
  std::vector<std::uint8_t> rotation;
  /// Where column 0 and row 0 lie in the whole grid of which this is a piece.
  std::int32_t firstColumn = 0;
  std::int32_t firstRow = 0;

  /// Cells ordered by row, then by column: those of row j are orderedCells[rowStart[j]] ..
  /// orderedCells[rowStart[j + 1] - 1]. Row numbers start at 0.
  std::vector<std::int64_t> orderedCells;
  /// The columns of a rectangle whose cells are all there and are 0, 1, 2, ... in this order; else
  /// 0.
  std::int32_t wholeColumns = 0;
  std::vector<std::int64_t> rowStart;
  /// The column of a row's first cell when none is missing up to its last one, else brokenRow.
  std::vector<std::int32_t> rowColumn;
  static constexpr std::int32_t brokenRow = std::numeric_limits<std::int32_t>::max();

  std::int64_t numberOfCells() const { return static_cast<std::int64_t>(this->column.size()); }
  std::int32_t numberOfRows() const
  {
    return this->rowStart.empty() ? 0 : static_cast<std::int32_t>(this->rowStart.size()) - 1;
  }
  /// Which of the cell's points lies at the corner (u, v) of the cell in the grid, given as u + 2
  /// v.
  int vertexAt(std::int64_t cell, int corner) const
  {
    return (this->rotation[cell] + (corner < 2 ? corner : 5 - corner)) % 4;
  }
  /// Whether the K x K cells about one are known to be there and at stencilSteps() from it.
  bool holdsStencil(std::int64_t cell, int K) const
  {
    if (this->wholeColumns == 0)
    {
      return false;
    }
    const std::int64_t reach = K / 2;
    const std::int64_t cellRow = cell / this->wholeColumns;
    const std::int64_t cellColumn = cell - cellRow * this->wholeColumns;
    return cellColumn >= reach && cellColumn + reach < this->wholeColumns && cellRow >= reach &&
      cellRow + reach < this->numberOfRows();
  }
  /// How far the ids of neighbours along a row and along a column lie apart there.
  std::array<std::int64_t, 3> stencilSteps() const { return { 1, this->wholeColumns, 0 }; }
  /// The cell at (column, row), or -1 where there is none.
  std::int64_t cellAt(std::int32_t column, std::int32_t row) const;
  /// The ids of cells (column .. column + count - 1, row), or nullptr when one is not there or the
  /// row is broken: then rowOfCells() finds those that are there.
  const std::int64_t* unbrokenRow(std::int32_t column, std::int32_t row, int count) const;
  /// Cells (column .. column + count - 1, row), -1 where there is none.
  void rowOfCells(std::int32_t column, std::int32_t row, int count, std::int64_t* cells) const;
};

inline const std::int64_t* LogicalGrid::unbrokenRow(
  std::int32_t first, std::int32_t wantedRow, int count) const
{
  if (wantedRow < 0 || wantedRow >= this->numberOfRows())
  {
    return nullptr;
  }
  const std::int64_t offset = std::int64_t(first) - this->rowColumn[wantedRow];
  const std::int64_t size = this->rowStart[wantedRow + 1] - this->rowStart[wantedRow];
  return offset >= 0 && offset + count <= size
    ? this->orderedCells.data() + this->rowStart[wantedRow] + offset
    : nullptr;
}

/// Rows left empty between two parts of a mesh that share no edge, so that no stencil or tile
/// sees both.
constexpr std::int32_t componentGap = 16;

/// Numbers the cells by walking across shared edges, breadth first from the first cell of every
/// connected part. Any mesh of quadrilaterals that is a piece of a grid will do: obstacles, several
/// blocks, cells in any order and with any first vertex.
///
/// Throws std::runtime_error with "not a logically rectangular grid" and the cell's id when a cell
/// is not a quadrilateral, is reached with two different indices or orientations, shares its index
/// with another cell, or when a grid corner is two different mesh points.
LogicalGrid logicalGrid(const PlanarMesh& mesh);

/// A grid of columns x rows cells, all there, cell (i, j) at i + columns j, whose vertices 0, 1, 2
/// and 3 lie at (i, j), (i + 1, j), (i + 1, j + 1) and (i, j + 1).
LogicalGrid logicalGrid(std::int32_t columns, std::int32_t rows);

/// Gathers K x K fractions (K odd, at most 9) around each of `cells` into rows of K * K floats,
/// row-major [j][i] along the grid's rows and columns.
///
/// A neighbour that is not there is outsideDomain (CanonicalFrame.h). Commutes with the grid's 8
/// symmetries to the bit.
void gatherStencils(const LogicalGrid& grid, const std::vector<double>& fractions,
  const std::int64_t* cells, std::size_t count, int K, float* stencils);

/// Position of grid lattice node (a, b) of an (n + 1)^2 lattice in the cell's own order, where node
/// (0, 0) is the cell's vertex 0, the first coordinate runs to vertex 1 and the second to vertex 3.
int ownLatticeNode(int rotation, int n, int a, int b);

/// The (n + 1)^2 values of a lattice from the grid's order to the cell's own.
void turnLattice(int rotation, int n, const double* inGrid, double* own);

} // namespace mir

#endif
