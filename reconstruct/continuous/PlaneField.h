// The start that needs no network: the planes of the mixed cells as values on their lattices.
#ifndef mir_reconstruct_continuous_PlaneField_h
#define mir_reconstruct_continuous_PlaneField_h

#include "plic/Vector.h"
#include "reconstruct/continuous/SubcellMesh.h"

#include <vector>

namespace mir {

/// Signed distances to one plane a mixed cell, phi = (constant - normal . x) / h with
/// h = sqrt(cell area), positive inside the material, at the lattice nodes of every mixed cell in
/// the order that averageOntoNodes() takes. `normals` point from inside to outside and are
/// normalised here, `constants` are in mesh units; both have one value a mixed cell. A normal of
/// length 0 or not finite tells nothing: its cell gets 0.
/// Throws std::invalid_argument when the sizes differ from the number of mixed cells.
std::vector<double> planeField(
  const SubcellMesh& mesh, const std::vector<Vec2>& normals, const std::vector<double>& constants);

} // namespace mir

#endif
