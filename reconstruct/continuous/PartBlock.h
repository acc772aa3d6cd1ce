// Simplices of a block of cells, before the blocks' points are merged.
#ifndef mir_reconstruct_continuous_PartBlock_h
#define mir_reconstruct_continuous_PartBlock_h

#include "reconstruct/continuous/ContinuousInterface.h"
#include "reconstruct/continuous/InterfacePoints.h"

#include <array>
#include <vector>

namespace mir {

/// ContinuousParts with the points of a block.
struct PartBlock
{
  BlockPoints points;
  std::vector<std::array<int, 4>> simplices;
  std::vector<unsigned char> materials;
  std::vector<int> cells;
};

/// Puts the blocks' simplices together in their order, with common points and none that no simplex
/// has. The blocks are emptied.
ContinuousParts assembleParts(std::vector<PartBlock>& blocks, const ParallelFor& parallelFor);

} // namespace mir

#endif
