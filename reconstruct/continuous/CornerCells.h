// Cells in which an interface turns too fast to be smooth.
#ifndef mir_reconstruct_continuous_CornerCells_h
#define mir_reconstruct_continuous_CornerCells_h

#include "reconstruct/continuous/SmoothnessTerms.h"
#include "reconstruct/continuous/SubcellBand.h"

#include <vector>

namespace mir {

/// The largest angle, in radians, by which the interface turns from a cell to one that shares a
/// node with it and holds the same two materials; 4 in cells of more materials.
std::vector<double> largestTurns(
  const SubcellBand& mesh, const SmoothnessTerms& terms, const std::vector<double>& field);

} // namespace mir

#endif
