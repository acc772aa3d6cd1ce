// What sub-division a cell of a band gets, and the measures of its simplices.
#ifndef mir_reconstruct_continuous_CellMeasures_h
#define mir_reconstruct_continuous_CellMeasures_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/SubcellBand.h"

namespace mir {

/// Fills subdivisions, cellSubdivisions, vertexOffsets, cellVertices, measures, sizes,
/// weightOffsets and weights of a mesh whose dimension, refinement and cells are given. Throws
/// std::invalid_argument naming the band's cell where a simplex has no positive measure.
void measureCells(const CellBand& band, SubcellBand& mesh, const ParallelFor& parallelFor);

/// Positions of the anchors of cell c relative to its first vertex.
void anchorPositions(const CellBand& band, const SubcellBand& mesh, int c, Vec3* anchors);

} // namespace mir

#endif
