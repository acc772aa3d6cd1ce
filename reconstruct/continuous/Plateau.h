// Tilts the triangles on which a cell's area would jump instead of vary.
#ifndef mir_reconstruct_continuous_Plateau_h
#define mir_reconstruct_continuous_Plateau_h

#include "reconstruct/continuous/SubcellMesh.h"

#include <cstdint>
#include <vector>

namespace mir {

/// Largest change by tiltPlateaus(), in cell sizes.
constexpr double plateauTilt = 1e-4;

/// Value in [-1, 1) from a node's hash; `round` gives independent ones.
double hashedValue(std::uint64_t hash, int round);

/// Adds up to plateauTilt, hashed from the node, to the nodes of every triangle on which some
/// multiple of the bump brings all of phi within 10 plateauTilt of 0, then restores the bounds.
/// There the area of a cell would jump as its bump grows. Fields with a gradient near 1 are not
/// touched but where they run along a face. The sign follows phi, where that is 0 the fractions
/// about the node, so that the complement is tilted alike.
void tiltPlateaus(
  const SubcellMesh& mesh, const std::vector<double>& fractions, std::vector<double>& phi);

} // namespace mir

#endif
