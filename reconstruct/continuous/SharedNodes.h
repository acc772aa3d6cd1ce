// Conservation in the large: the least change of all nodes that gives the cells their areas.
#ifndef mir_reconstruct_continuous_SharedNodes_h
#define mir_reconstruct_continuous_SharedNodes_h

#include "reconstruct/continuous/SubcellMesh.h"

#include <vector>

namespace mir {

struct SharedNodesOptions
{
  /// Cells within this much of their fraction are not asked to move.
  double tolerance = 0.0;
  /// Ends when the mean of what the residuals exceed the tolerance by is at most this.
  double meanResidual = 1e-7;
  int maximumIterations = 6;
  /// Largest move of a node in an iteration, in cell sizes.
  double maximumStep = 0.3;
  /// Relative residual of the linear solves.
  double linearTolerance = 1e-2;
};

/// Gauss-Newton on the areas A(phi) of the mixed cells: each iteration moves all nodes, shared and
/// interior, by the least-norm step J^T (J J^T + eps)^-1 (f - A), found by conjugate gradients
/// with a Jacobi preconditioner without forming J J^T, clipped, within the bounds of the nodes. A
/// node at its bound is held only in the iterations whose step would push it outwards.
/// `fractions` has one value a mixed cell; phi must respect the bounds. Leaves in phi the iterate
/// of the least mean residual, never worse than the start, and returns the number of steps taken.
int projectOntoAreas(const SubcellMesh& mesh, const std::vector<double>& fractions,
  const SharedNodesOptions& options, std::vector<double>& phi);

} // namespace mir

#endif
