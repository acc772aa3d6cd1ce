// Conservation in the small: one cell's area made exact without touching its faces.
#ifndef mir_reconstruct_continuous_CellBump_h
#define mir_reconstruct_continuous_CellBump_h

#include "reconstruct/continuous/CellTemplate.h"

namespace mir {

struct BumpResult
{
  /// Factor of the bump that was added; 0 when the cell was within the tolerance already.
  double factor = 0.0;
  /// |area - fraction| of the values left.
  double residual = 0.0;
  int evaluations = 0;
};

/// Adds the multiple of the template's bump to the local node `values` with which their positive
/// part has the area fraction `fraction` of the cell, in (0, 1), by a safeguarded Newton method.
/// Every triangle has a node that the bump moves, so the area runs from 0 to 1 monotonically and
/// the solution exists; it jumps only where the values are a multiple of the bump on a whole
/// triangle. Stops at a residual of `tolerance`, or else at neighbouring floating-point numbers.
/// Values where the bump is 0 are not written. `scratch` holds `cell.nodes` values.
BumpResult solveBump(const CellTemplate& cell, const double* weights, double fraction,
  double tolerance, double* values, double* scratch);

} // namespace mir

#endif
