// What sub-division a cell of a band gets, and the measures of its simplices.
#ifndef mir_reconstruct_continuous_subdivision_CellMeasures_h
#define mir_reconstruct_continuous_subdivision_CellMeasures_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <vector>

namespace mir {

/// Fills subdivisions, cellSubdivisions, vertexOffsets, cellVertices, measures, sizes,
/// weightOffsets and weights of a mesh whose dimension, refinement and cells are given. Where a
/// cell cannot be split into simplices of positive measure it throws std::invalid_argument naming
/// the band's cell, or, where `collect` is set, returns the band's numbers of such cells; the mesh
/// is then of no use.
std::vector<int> measureCells(
  const CellBand& band, SubcellBand& mesh, const ParallelFor& parallelFor, bool collect);

/// Positions of the anchors of cell c relative to its first vertex.
void anchorPositions(const CellBand& band, const SubcellBand& mesh, int c, Vec3* anchors);

} // namespace mir

#endif
