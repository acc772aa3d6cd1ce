// Starting fields from paraboloids: planes that bend as the facets about them do.
#ifndef mir_reconstruct_continuous_starts_ParaboloidField_h
#define mir_reconstruct_continuous_starts_ParaboloidField_h

#include "reconstruct/continuous/starts/BentPlane.h"
#include "reconstruct/continuous/starts/StartingField.h"

namespace mir {

/// The planes of the cells of two materials, bent: to first order the distances from them are those
/// from a paraboloid (plic/ParaboloidFit.h) through the facets of the cells that share a point with
/// the cell and hold the same materials (at the mesh's edge of more rings, EdgeCells.h), moved so
/// that its mean over the cell's own facet is that of the plane. From normals that Reconstructed
/// Distance has found, smooth interfaces come out to third order in the size of the cells. A plane
/// bends the less the worse its paraboloid fits: about corners and films planes stay.
///
/// One for each mixed cell; those of more than two materials have none.
std::vector<BentPlane> bentPlanes(const CellBand& band, const SubcellBand& mesh,
  const MaterialNormals& normals, const ParallelFor& parallelFor = runSerially);

/// Averaged paraboloids: averageOntoField() of planeValues() with bent planes. `planes` receives
/// them.
std::vector<double> averagedParaboloids(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals,
  const ParallelFor& parallelFor = runSerially, std::vector<BentPlane>* planes = nullptr);

} // namespace mir

#endif
