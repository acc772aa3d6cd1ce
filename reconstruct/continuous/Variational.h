// The smoothest interface with the cells' volume fractions.
#ifndef mir_reconstruct_continuous_Variational_h
#define mir_reconstruct_continuous_Variational_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/SubcellBand.h"

#include <functional>
#include <vector>

namespace mir {

struct VariationalOptions
{
  int maximumSweeps = 12;
  /// 0 for exact fractions; with noisy ones the weight of the soft constraint.
  double softness = 0.0;
  /// Called with values from 0 to 1; the work stops when it returns false.
  std::function<bool(double)> progress = [](double) { return true; };
  ParallelFor parallelFor = runSerially;
};

struct VariationalReport
{
  int sweeps = 0;
  /// Cells solved in all sweeps together; cells that took the sharp energy.
  long long solves = 0;
  long long sharp = 0;
};

/// Moves a field that conserves nearly to where the energy is least subject to the cells'
/// fractions; conserve() makes them exact afterwards.
VariationalReport smooth(const CellBand& band, const SubcellBand& mesh, std::vector<double>& field,
  const VariationalOptions& options);

} // namespace mir

#endif
