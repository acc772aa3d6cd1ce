// Starting fields without a network: what planes in the mixed cells say at the shared nodes.
#ifndef mir_reconstruct_continuous_StartingField_h
#define mir_reconstruct_continuous_StartingField_h

#include "plic/ParallelFor.h"
#include "plic/Vector.h"
#include "reconstruct/continuous/SubcellBand.h"

#include <vector>

namespace mir {

/// A unit normal out of each material of each mixed cell, in the order of
/// SubcellBand::cellMaterials; of two materials they are opposite. Zero where none can be told.
using MaterialNormals = std::vector<Vec3>;

/// Averaged planes: in every mixed cell of two materials the plane with its fraction, as a signed
/// distance; in cells of more, the planes of nested cuts in the order that fits the neighbours best
/// (plic/MaterialOrder.h): layers as sums of the distances to the planes between them, which keeps
/// films thinner than the sub-division straight, other nested cuts as half signed distances. Then
/// averageOntoField(). The band must know the neighbours of its mixed cells.
std::vector<double> averagedPlanes(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals,
  const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
