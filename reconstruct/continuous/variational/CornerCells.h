// Cells in which an interface turns more than its curvature explains.
#ifndef mir_reconstruct_continuous_variational_CornerCells_h
#define mir_reconstruct_continuous_variational_CornerCells_h

#include "plic/CellBand.h"
#include "plic/ParallelFor.h"
#include "reconstruct/continuous/variational/SmoothnessTerms.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <vector>

namespace mir {

/// How far the interface's normal in some cell about cell c is from the one that the curvature
/// about cell c lets expect: next to nothing on planes, arcs and spheres however coarse the mesh,
/// and a quarter to a half of the turn beside a corner that has been smoothed over some cells,
/// whose normals are no linear function of where they are.
///
/// The mean normals of the cells about c that share a node with it and hold the same two materials,
/// less that of c, are fitted by a linear function of the middles of their pieces of interface less
/// that of c, all in the plane across c's normal; the result is the length of the largest residual.
/// Pieces that face away are of another sheet or beyond a sharp corner: for those it is 2. It is 2
/// as well in cells of more than two materials, and 0 where the piece is too short to tell.
std::vector<double> unexplainedTurns(const CellBand& band, const SubcellBand& mesh,
  const SmoothnessTerms& terms, const std::vector<double>& field,
  const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
