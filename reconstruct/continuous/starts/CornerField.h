// Where corners start: the sheets beside them prolonged until they meet.
#ifndef mir_reconstruct_continuous_starts_CornerField_h
#define mir_reconstruct_continuous_starts_CornerField_h

#include "reconstruct/continuous/starts/BentPlane.h"
#include "reconstruct/continuous/starts/StartingField.h"

#include <vector>

namespace mir {

/// A field for sharp cells (one value a cell, not zero): in those of two materials that their
/// paraboloid (`planes`, by bentPlanes()) fits badly the distances from a wedge, in all others
/// planeValues().
///
/// The sides of a wedge are planes of the cells some rings about, those that paraboloids fit best
/// first, and the cell's own by `planes` and by `normals`. Of these planes, of what two of them
/// have in common and of what they cover together it is the one whose volumes are closest to the
/// fractions in the cell and in its neighbours, by least squares. So a corner has its place and
/// angle from the sheets that meet there, where one normal a cell would cut it off, and both sides
/// of a film show at once.
///
/// Of `normals` those of least squares do well: they need no sheet, in cells of more than two
/// materials too. The same bits on any number of threads.
std::vector<double> cornerField(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals, const std::vector<BentPlane>& planes,
  const std::vector<char>& sharp, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
