// Starting fields without a network: what planes in the mixed cells say at the shared nodes.
#ifndef mir_reconstruct_continuous_starts_StartingField_h
#define mir_reconstruct_continuous_starts_StartingField_h

#include "plic/ParallelFor.h"
#include "plic/Vector.h"
#include "reconstruct/continuous/starts/BentPlane.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <vector>

namespace mir {

/// A unit normal out of each material of each mixed cell, in the order of
/// SubcellBand::cellMaterials; of two materials they are opposite. Zero where none can be told.
using MaterialNormals = std::vector<Vec3>;

/// What every cell says at its own nodes: cell after cell from offsets[c], each in the order of
/// gatherValues().
struct CellValues
{
  std::vector<std::int64_t> offsets;
  std::vector<double> values;
};

/// In every mixed cell of two materials the plane with its fraction, as a signed distance; in cells
/// of more, the planes of nested cuts in the order that fits the neighbours best
/// (plic/MaterialOrder.h): layers as sums of the distances to the planes between them, which keeps
/// films thinner than the sub-division straight, other nested cuts as half signed distances. Where
/// they are given, one for each mixed cell, `bent` planes stand for those of two materials. The
/// band must know the neighbours of its mixed cells. Throws std::invalid_argument when there is not
/// one normal for each material of each mixed cell.
CellValues planeValues(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals,
  const ParallelFor& parallelFor = runSerially, const std::vector<BentPlane>* bent = nullptr);

/// Averaged planes: averageOntoField() of planeValues().
std::vector<double> averagedPlanes(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals,
  const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
