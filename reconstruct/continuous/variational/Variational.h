// The smoothest interface with the cells' volume fractions.
#ifndef mir_reconstruct_continuous_variational_Variational_h
#define mir_reconstruct_continuous_variational_Variational_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/starts/BentPlane.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mir {

struct VariationalOptions
{
  /// At most so many steps with the smooth energy everywhere, then with the sharp one about
  /// corners; without sharp steps these stay as the smooth ones leave them.
  int smoothSteps = 8;
  int sharpSteps = 20;
  /// The field with which sharp cells (one value a cell, not zero) start anew, such as
  /// cornerField(); none: where all starts. Planes that are as good as can be in smooth parts are
  /// not so about corners.
  std::function<std::vector<double>(const std::vector<char>& sharp)> sharpStart;
  /// The planes that the field starts with; null: not known. Cells of small misfits, which are as
  /// they should be, wait until a neighbour moves.
  const std::vector<BentPlane>* planes = nullptr;
  /// For noisy fractions: volumes may differ from them by about this part of a cell. 0: exact.
  double tolerance = 0.0;
  /// Called with values from 0 to 1; the work stops when it returns false.
  std::function<bool(double)> progress = [](double) { return true; };
  ParallelFor parallelFor = runSerially;
};

struct VariationalReport
{
  int smoothSteps = 0;
  int sharpSteps = 0;
  /// Iterations of the linear solver in all.
  int linearIterations = 0;
  /// Cells about corners and junctions, which took the sharp energy.
  std::int64_t sharpCells = 0;
};

/// Moves a field to where its energy is least subject to the cells' volume fractions; conserve()
/// makes them exact afterwards. The start need not conserve: averagedPlanes() of normals
/// by Reconstructed Distance does well, of least squares about corners, and so does a network's
/// field.
///
/// The energy sums the squared jumps of the gradient across the facets of the sub-division, near
/// the interface, and keeps the gradient near 1 (SmoothnessOptions). It is blind to straight
/// interfaces and nearly so to arcs. Where the interface then turns more than its curvature
/// explains (CornerCells.h), and where three materials meet, its square rounds what is sharp: there
/// the method starts anew with the sum of the jumps themselves. Of several materials each pair
/// counts where no third one is larger, by the difference of its two values, so that films thinner
/// than a cell and junctions need nothing of their own.
///
/// Newton's steps (SmoothnessSystem) whose lengths each cell finds for itself; cells rest while
/// neither their interface nor their neighbours' moves. The same bits on any number of threads.
/// Throws std::invalid_argument when the size is wrong.
VariationalReport smooth(const CellBand& band, const SubcellBand& mesh, std::vector<double>& field,
  const VariationalOptions& options);

} // namespace mir

#endif
