// Conservation in the large: the least change of all nodes that gives the cells their volumes.
#ifndef mir_reconstruct_continuous_conservation_SharedProjection_h
#define mir_reconstruct_continuous_conservation_SharedProjection_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"
#include "reconstruct/continuous/conservation/VolumeRows.h"

#include <memory>
#include <vector>

namespace mir {

struct SharedProjectionOptions
{
  /// Materials within this much of their fraction are not asked to move.
  double tolerance = 0.0;
  /// Ends when the mean of what the cells' residuals exceed the tolerance by is at most this.
  double meanResidual = 1e-7;
  /// A step from a mean below this leaves so little that no second one pays.
  double lastStepFrom = 1e-3;
  int maximumIterations = 2;
  /// Whether the volumes after the last step are found, and the step taken back should it be no
  /// better; else the caller does that.
  bool evaluatesLast = true;
  /// Largest move of a node in an iteration, in units of its size.
  double maximumStep = 0.3;
  /// Relative residual of the linear solves, and their most iterations.
  double linearTolerance = 3e-2;
  int linearIterations = 50;
  ParallelFor parallelFor = runSerially;
};

/// Gauss-Newton on the volumes A(u) of all materials in all cells: each iteration moves all nodes,
/// shared and interior, by the least-norm step J^T (J J^T + eps)^-1 (f - A) in units of the nodes'
/// sizes, found by conjugate gradients with a Jacobi preconditioner without forming J J^T, clipped,
/// within the rules of presence. A value at its bound, or a lowered one at its margin, is held only
/// in the iterations whose step would push it outwards; tied nodes are held.
class SharedProjection
{
public:
  SharedProjection(const SubcellBand& mesh, const SharedProjectionOptions& options);

  /// Volumes and derivatives of all cells at a field that obeys the rules.
  void linearise(const std::vector<double>& field, const std::vector<char>& changed = {});
  /// Moves a field from where it was linearised last to the iterate of the least mean residual,
  /// never worse than the start. Volumes are then those of the result, unless the last step is left
  /// to the caller.
  void run(std::vector<double>& field);
  /// Of the last step left to the caller: takes the field back to the best one before it, of which
  /// this is the mean residual.
  void restoreBest(std::vector<double>& field) const;
  double leastExcess() const { return this->LeastExcess; }

  /// Volumes of the materials of each cell in the order of SubcellBand::fractions.
  const std::vector<double>& volumes() const { return this->Rows.volumes(); }
  /// Mean over the cells of half the sum of what their materials' residuals exceed the tolerance by
  /// (of two materials: what one does).
  double meanExcess() const { return this->MeanExcess; }
  int iterations() const { return this->Iterations; }
  int linearIterations() const { return this->LinearIterations; }

private:
  template <class Term>
  double sumOverRows(const Term& term);
  void setResiduals();
  void copyField(const double* from, double* to) const;
  void findStep(const std::vector<double>& field);
  bool clipAndHold(const std::vector<double>& field);
  bool holdLowered(int node, const std::vector<double>& field);
  template <class Body>
  void forTouchedNodes(const Body& body) const;
  void move(std::vector<double>& field);
  void solve(bool fromZero);
  double multiply(const std::vector<double>& x);

  const SubcellBand& Mesh;
  SharedProjectionOptions Options;
  VolumeRows Rows;
  double MeanExcess = 0.0;
  double LeastExcess = 0.0;
  /// Of a whole field. Not a vector, which would write zeros on one thread first.
  std::unique_ptr<double[]> Best;
  int Iterations = 0;
  int LinearIterations = 0;
  /// One value a touched slot: what stops its step, and whether it is held.
  std::vector<unsigned char> Stops;
  std::vector<unsigned char> Held;
  std::vector<double> Steps;
  /// One value a row.
  std::vector<double> Residual, Multipliers, Inverse, Regular, Image;
  std::vector<double> Remainder, Scaled, Direction, DirectionImage;
  /// One a block of rows.
  std::vector<double> Partial;
};

/// Mean over the cells of half the sum of what their materials' volumes differ from the fractions
/// by, less the tolerance.
double meanExcess(const SubcellBand& mesh, const std::vector<double>& volumes, double tolerance);

} // namespace mir

#endif
