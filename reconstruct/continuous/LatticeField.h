// Starting fields from networks, which answer on a lattice of every quadrilateral cell.
#ifndef mir_reconstruct_continuous_LatticeField_h
#define mir_reconstruct_continuous_LatticeField_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/SubcellBand.h"

#include <array>
#include <vector>

namespace mir {

/// A field of two materials from values at the (r + 1)^2 lattice nodes of every cell of a
/// sub-divided band of quadrilaterals, averaged where cells share nodes.
///
/// `quads` are the band's points at the corners (0, 0), (1, 0), (1, 1), (0, 1) of each cell's
/// lattice, in any order of the cell's own. `values` hold cell after cell, node (i, j) / r at
/// j (r + 1) + i, distances in units of the cell's size, positive in the lower material. Nodes of
/// the sub-division that are none of the lattice get the bilinear value between those about them.
///
/// Throws std::invalid_argument when sizes differ, and naming the band's cell when its corners are
/// not those of the lattice or it does not hold two materials.
std::vector<double> latticeField(const SubcellBand& mesh,
  const std::vector<std::array<int, 4>>& quads, const std::vector<double>& values, int r,
  const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
