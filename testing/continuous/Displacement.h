// How far the regions of a field are from the truth.
#ifndef mir_testing_continuous_Displacement_h
#define mir_testing_continuous_Displacement_h

#include "Problem.h"

#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <vector>

namespace mir::testing {

/// The mean displacement in cells: the measure of all points of the mixed cells whose material,
/// that of the largest value among those present, is wrong, over (cell size times measure of the
/// true interface). 2D: exact to rounding. 3D: from `samples` points in every simplex that the
/// interface or the truth crosses.
double displacement(const Problem& problem, const SubcellBand& mesh,
  const std::vector<double>& field, int samples = 64);

/// The same, one a cell of the sub-division, as parts of the cell.
std::vector<double> wrongParts(const Problem& problem, const SubcellBand& mesh,
  const std::vector<double>& field, int samples = 64);

} // namespace mir::testing

#endif
