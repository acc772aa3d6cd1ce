// One cell's part in the variational method: its nodes moved for the least energy about it.
#ifndef mir_reconstruct_continuous_SmoothnessPatch_h
#define mir_reconstruct_continuous_SmoothnessPatch_h

#include "reconstruct/continuous/SmoothnessTerms.h"
#include "reconstruct/continuous/SubcellBand.h"

#include <vector>

namespace mir {

/// The energy of a facet's jump j and of a simplex's slope s.
///
/// Smooth cells: (measure / width) j^2 / 2 + slopeWeight (s - 1)^2 / 2. Sharp ones, in which a few
/// large jumps cost less than many small ones: measure sqrt(j^2 + epsilon^2) and a larger weight of
/// the slope. Both count near the interface: times 1 / (1 + (value / reach)^2).
struct SmoothnessOptions
{
  double smoothSlopeWeight = 1.0;
  double sharpSlopeWeight = 10.0;
  double epsilon = 0.01;
  /// In cell sizes.
  double reach = 0.3;
  double otherReach = 0.1;
  /// Largest change of a value in a step, in cell sizes.
  double maximumStep = 0.3;
  double softness = 0.0;
};

/// Newton's step for the values at the nodes of one cell, all others at rest, subject to the
/// fractions of the cell and of all cells about it to first order; shortened until energy and
/// fractions together improve. Keeps its memory: use one object a thread.
class SmoothnessPatch
{
public:
  SmoothnessPatch(const SubcellBand& mesh, const SmoothnessTerms& terms, SmoothnessOptions options);

  /// Moves the field; returns the largest change in cell sizes. `sharp` has one value a cell.
  double step(int cell, const std::vector<char>& sharp, std::vector<double>& field);

  /// The largest jump of the gradient at the interface in a cell.
  double largestJump(int cell, const std::vector<double>& field) const;

private:
  void collect(int cell, const std::vector<double>& field);
  void assemble(const std::vector<char>& sharp, const std::vector<double>& field);
  void constrain(const std::vector<double>& field);
  bool solve();
  double energy(const std::vector<char>& sharp, const std::vector<double>& field) const;
  double misfit(const std::vector<double>& field);
  double jumpWeight(const JumpTerm& term, const std::vector<double>& field) const;
  void applyPresence(std::vector<double>& field) const;

  const SubcellBand& Mesh;
  const SmoothnessTerms& Terms;
  SmoothnessOptions Options;

  int Cell = 0;
  double Size = 1.0;
  double Multiplier = 0.0;
  std::vector<int> Position;
  std::vector<int> Unknowns, Seen;
  std::vector<double> Low, High;
  std::vector<double> JumpWeights;
  std::vector<double> Hessian, Factor, Gradient;
  std::vector<double> Rows, Solved, Schur, Residual, Lambda;
  int RowCount = 0;
  std::vector<double> Step;
  std::vector<char> Held;
  std::vector<double> Values, CellGradient, Volumes;
  std::vector<double> Start;
};

} // namespace mir

#endif
