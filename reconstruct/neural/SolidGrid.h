// Integer coordinates of the cells of a logical grid of hexahedra, and stencils gathered on it.
#ifndef mir_reconstruct_neural_SolidGrid_h
#define mir_reconstruct_neural_SolidGrid_h

#include "reconstruct/neural/CubeFrame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mir {

/// Where every hexahedron of a mesh lies on one integer grid.
class SolidGrid
{
public:
  /// A grid of nx ny nz cells, all there, cell (i, j, k) at i + nx (j + ny k), whose vertices 0, 1,
  /// 3 and 4 lie at (i, j, k), (i + 1, j, k), (i, j + 1, k) and (i, j, k + 1).
  SolidGrid(std::int64_t nx, std::int64_t ny, std::int64_t nz);

  /// Numbers hexahedra, given by the ids of their points in VTK's order, by walking across shared
  /// faces, breadth first from the first cell of every connected part. Any mesh of hexahedra that
  /// is a piece of a grid will do: obstacles, several parts, cells in any order and with any first
  /// vertex. Throws std::runtime_error with "not a logical grid of hexahedra" and the cell's id
  /// when a cell is reached with two different indices or orientations, shares its index with
  /// another, or has two points in one.
  explicit SolidGrid(const std::vector<std::array<std::int64_t, 8>>& hexahedra);

  std::int64_t numberOfCells() const
  {
    return this->Whole[2] > 0 ? this->Whole[0] * this->Whole[1] * this->Whole[2]
                              : static_cast<std::int64_t>(this->Places.size());
  }

  struct Place
  {
    std::int32_t i;
    std::int32_t j;
    std::int32_t k;
  };
  Place place(std::int64_t cell) const
  {
    if (this->Whole[2] == 0)
    {
      return this->Places[cell];
    }
    const std::int64_t row = cell / this->Whole[0];
    const std::int64_t layer = row / this->Whole[1];
    return { static_cast<std::int32_t>(cell - row * this->Whole[0]),
      static_cast<std::int32_t>(row - layer * this->Whole[1]), static_cast<std::int32_t>(layer) };
  }
  /// Whether cells may be turned in the grid.
  bool turned() const { return !this->Turns.empty(); }
  /// How the grid lies in the cell, whose own axes run from vertex 0 to 1, 3 and 4.
  CubeSymmetry turn(std::int64_t cell) const
  {
    return this->Turns.empty() ? CubeSymmetry() : this->Turns[cell];
  }
  /// Which of the cell's points, in VTK's order, lies at the corner (u, v, w) of the cell in the
  /// grid, given as u + 2 v + 4 w.
  int vertexAt(std::int64_t cell, int corner) const;
  /// The first of the consecutive cells (i .. i + count - 1, j, k), or -1 where they are not known
  /// to be: then rowOfCells() finds those that are there.
  std::int64_t wholeRow(Place first, int count) const
  {
    const bool inside = first.i >= 0 && first.i + count <= this->Whole[0] && first.j >= 0 &&
      first.j < this->Whole[1] && first.k >= 0 && first.k < this->Whole[2];
    return inside ? first.i + this->Whole[0] * (first.j + this->Whole[1] * first.k) : -1;
  }
  /// Whether the K^3 cells about one are known to be there and at stencilSteps() from it.
  bool holdsStencil(std::int64_t cell, int K) const
  {
    if (this->Whole[2] == 0)
    {
      return false;
    }
    const Place at = this->place(cell);
    const int reach = K / 2;
    return at.i >= reach && at.i + reach < this->Whole[0] && at.j >= reach &&
      at.j + reach < this->Whole[1] && at.k >= reach && at.k + reach < this->Whole[2];
  }
  /// How far the ids of neighbours along each axis lie apart there.
  std::array<std::int64_t, 3> stencilSteps() const
  {
    return { 1, this->Whole[0], this->Whole[0] * this->Whole[1] };
  }
  /// Cells (i .. i + count - 1, j, k), -1 where there is none.
  void rowOfCells(Place first, int count, std::int64_t* cells) const;

private:
  struct Faces;
  void walk(std::int64_t first, const std::vector<std::array<std::int64_t, 8>>& hexahedra,
    const Faces& faces, std::vector<char>& reached, std::vector<std::int64_t>& part);
  void orderCells();
  void findWhole();

  /// Cells along each axis of a grid whose cells are all there, in order; 0 of others, which need
  /// what follows.
  std::array<std::int64_t, 3> Whole{ 0, 0, 0 };
  std::vector<Place> Places;
  std::vector<CubeSymmetry> Turns; ///< Empty when no cell is turned.
  /// Cells ordered by k, j and i: those of row (j, k) from RowStart[j + RowsPerLayer k].
  std::vector<std::int64_t> Ordered;
  std::vector<std::int64_t> RowStart;
  std::int32_t RowsPerLayer = 0;
  std::int32_t Layers = 0;
};

/// Gathers the K^3 fractions (K odd) around each of `cells` into rows of K^3 floats, along the
/// grid's axes, the first fastest. Neighbours that are not there are outsideDomain.
void gatherStencils(const SolidGrid& grid, const std::vector<double>& fractions,
  const std::int64_t* cells, std::size_t count, int K, float* stencils);

} // namespace mir

#endif
