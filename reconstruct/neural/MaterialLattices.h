// What a network of one material against the rest says of the materials of every cell.
#ifndef mir_reconstruct_neural_MaterialLattices_h
#define mir_reconstruct_neural_MaterialLattices_h

#include "plic/UninitializedVector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <functional>
#include <vector>

namespace mir {

/// Signed distances from a material's boundary, positive in it, at the lattice nodes of sub-divided
/// cells ("cell c" of SubcellBand), cell after cell, in units of the cell's size.
using MaterialDistances =
  std::function<UninitializedVector<double>(int material, const std::vector<int>& cells)>;

/// Values for latticeField(). Where all cells hold the same two materials, the distances from the
/// lower one. Else every material has a field of its own: a cell of two takes half the difference
/// of their distances, one of more half the distance from each. Each material is asked for once.
UninitializedVector<double> materialLattices(
  const SubcellBand& mesh, int latticeNodes, const MaterialDistances& distances);

} // namespace mir

#endif
