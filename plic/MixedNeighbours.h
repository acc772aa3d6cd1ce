// Which mixed cells lie about each mixed cell.
#ifndef mir_plic_MixedNeighbours_h
#define mir_plic_MixedNeighbours_h

#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "plic/ParallelFor.h"

#include <cstdint>
#include <vector>

namespace mir {

/// The mixed cells about every mixed cell, as slots (places in field.mixed).
struct MixedNeighbours
{
  const std::int64_t* offsets;
  const int* slots;
  /// What these point to, unless to the band's own lists.
  std::vector<std::int64_t> ownOffsets;
  std::vector<int> ownSlots;
};

/// Those that share a point with it; of the slots that `atEdge` marks those in ringsAtEdge rings of
/// mixed cells (EdgeCells.h). The result may point into the band.
MixedNeighbours mixedNeighbours(const CellBand& band, const MaterialField& field,
  const std::vector<char>& atEdge, const ParallelFor& parallelFor);

} // namespace mir

#endif
