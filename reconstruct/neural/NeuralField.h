// The sub-cell model applied to the mixed cells of a mesh.
#ifndef mir_reconstruct_neural_NeuralField_h
#define mir_reconstruct_neural_NeuralField_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "reconstruct/neural/LogicalGrid.h"
#include "reconstruct/neural/SubcellModel.h"

#include <cstdint>
#include <vector>

namespace mir {

/// Signed distances (cell units, positive inside) at the (r + 1)^2 lattice nodes of every mixed
/// cell, in the cell's own order: value (m * (r + 1) + b) * (r + 1) + a belongs to mixed cell m at
/// (a, b) / r, where (0, 0) is the cell's vertex 0, a runs to its vertex 1 and b to its vertex 3.
///
/// Neighbours answer independently: average the values of cells that share a node to make the
/// field continuous (reconstruct/continuous). The result does not depend on the order of cells or
/// on threads.
UninitializedVector<double> subcellNodeValues(const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells,
  const SubcellModel& model, const ParallelFor& parallelFor = runSerially,
  Precision precision = Precision::Single);

} // namespace mir

#endif
