// How far the cells of a logical grid are from the image of a regular grid under a smooth map.
#ifndef mir_reconstruct_neural_Irregularity_h
#define mir_reconstruct_neural_Irregularity_h

#include "plic/ParallelFor.h"
#include "plic/Vector.h"
#include "reconstruct/neural/LogicalGrid.h"
#include "reconstruct/neural/SolidGrid.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mir {

/// Writes the four or eight points of a cell in its own order (of hexahedra VTK's).
using CellCorners = std::function<void(std::int64_t cell, Vec3* corners)>;

/// Networks are trained on regular grids: they hold for smooth images of these, as an interface is
/// then a smooth image of one, but not where points lie at random.
///
/// One a cell of `cells`: the root mean square distance of the grid's corners in the 3 x 3 (x 3)
/// cells about it from the best map of second order, in index space, so that linear maps do not
/// change it. 0 on regular and on uniformly stretched grids, of second order in the cells' size on
/// smooth curvilinear ones, some .8 (.9) of the deviation of points that are moved at random. At
/// edges of the domain the cells next to them are taken, and where not even these are there it is
/// 0.
std::vector<double> irregularity(const LogicalGrid& grid, const CellCorners& cornersOf,
  const std::vector<std::int64_t>& cells, const ParallelFor& parallelFor = runSerially);
std::vector<double> irregularity(const SolidGrid& grid, const CellCorners& cornersOf,
  const std::vector<std::int64_t>& cells, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
