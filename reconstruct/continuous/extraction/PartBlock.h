// Simplices of a block of cells, before the blocks' points are merged.
#ifndef mir_reconstruct_continuous_extraction_PartBlock_h
#define mir_reconstruct_continuous_extraction_PartBlock_h

#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/continuous/extraction/InterfacePoints.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mir {

/// The regions of a block of cells: what is whole of the sub-division stays as runs of its
/// simplices, which are many, until their place in the result is known.
struct PartBlock
{
  /// Simplices first .. last - 1 of the cell's sub-division, of one material.
  struct Run
  {
    int first;
    int last;
    unsigned char material;
  };
  /// A cell, and where its runs, pieces and points of nodes end.
  struct Cell
  {
    int bandCell;
    const CellSubdivision* subdivision;
    std::size_t runsEnd;
    std::size_t piecesEnd;
    std::size_t nodesEnd;
  };

  BlockPoints points;
  std::vector<Cell> cells;
  std::vector<Run> runs;
  /// What cut simplices consist of.
  std::vector<std::array<int, 4>> pieces;
  std::vector<unsigned char> pieceMaterials;
  /// The point of each node of each cell, -1 where it has none.
  std::vector<int> nodePoints;
  /// Whether pieces without measure were left out: points may be left that nothing has.
  bool dropped = false;

  std::int64_t numberOfSimplices() const;
  /// Leaves out points that no simplex has.
  void removePoints();
};

/// Puts the blocks' simplices together, cell after cell, with common points. The blocks are
/// emptied.
ContinuousParts assembleParts(std::vector<PartBlock>& blocks, const ParallelFor& parallelFor);

} // namespace mir

#endif
