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
/// multiple of the bump brings all of phi within plateauTilt / 10 of 0, then restores the bounds.
/// There the area of a cell would jump as its bump grows. Of a field with a gradient near 1 that is
/// where it vanishes along a face. Nodes move away from 0; those at 0 to the side of the material
/// that holds more of the cells about the node, so that the complement is tilted alike.
void tiltPlateaus(
  const SubcellMesh& mesh, const std::vector<double>& fractions, std::vector<double>& phi);

/// Adds up to plateauTilt, times the largest |phi| of a cell where that is above 1, to all nodes of
/// the mixed cells given, hashed from the node and `round`, then restores the bounds.
void tiltCells(const SubcellMesh& mesh, const std::vector<double>& fractions,
  const std::vector<std::int64_t>& cells, int round, std::vector<double>& phi);

} // namespace mir

#endif
