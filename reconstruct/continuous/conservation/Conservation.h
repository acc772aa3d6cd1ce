// Gives every mixed cell its volume fractions, faces kept continuous.
#ifndef mir_reconstruct_continuous_conservation_Conservation_h
#define mir_reconstruct_continuous_conservation_Conservation_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mir {

/// How closely regions keep the volume fractions. Continuity and pure cells are exact in all three.
enum class Conservation
{
  /// Every material of every mixed cell to 1e-12 of the cell.
  Exact,
  /// A soft constraint, for noisy fractions: materials within ConservationOptions::tolerance of
  /// their fraction are not asked to move, the others are pulled to the edge of that band by the
  /// least change of all nodes. No single cell is guaranteed.
  Relaxed,
  /// The rules of presence alone; volumes come out as they do.
  Off
};

struct ConservationOptions
{
  Conservation mode = Conservation::Exact;
  /// Band of Relaxed about the fraction; also what the report counts as failed there.
  double tolerance = 1e-3;
  /// Gauss-Newton steps on all nodes, at most: one that starts from a mean residual below 1e-3 is
  /// the last. Two give nearly all of the gain.
  int sharedIterations = 2;
  /// Called with values from 0 to 1; the work stops when it returns false.
  std::function<bool(double)> progress = [](double) { return true; };
  ParallelFor parallelFor = runSerially;
};

struct ConservationReport
{
  /// Gauss-Newton steps on all nodes, and iterations of their linear solver in all.
  int sharedIterations = 0;
  int linearIterations = 0;
  /// Materials that a cell had lost and was given a first piece of.
  std::int64_t seeded = 0;
  /// Cells whose last part came from within: more than 1e-6 after the steps on all nodes.
  std::int64_t adjusted = 0;
  /// Evaluations of cells' volumes in the last stage, in all and at most for a cell; cells in which
  /// Newton's method needed the search along one material.
  std::int64_t evaluations = 0;
  int mostEvaluations = 0;
  std::int64_t fallbacks = 0;
  /// Largest |volume - fraction| of a material in a cell.
  double maxResidual = 0.0;
  /// Cells beyond 1e-12 (Exact) or the tolerance, and the band's cell of the first.
  std::int64_t failed = 0;
  int firstFailed = -1;
  /// Largest |volume - fraction| of the materials, one a cell.
  std::vector<double> residuals;
};

/// Moves the values of a field so that in every cell each material's region has its fraction of
/// the cell.
///
/// First the rules of presence; ties along faces are broken by a tilt of up to 1e-4 of the node's
/// size hashed from node and material (in the last stage, where a volume jumps all the same, by
/// tilts of the cell's interior nodes), and materials that a cell has lost get their best free node
/// (seeds). Then all nodes move by the least change (Gauss-Newton, least norm in units of the
/// node's size), and last the interior nodes of every cell by a weight for each material times a
/// bump: the volumes are the gradient of a convex function of the weights (a power diagram), so
/// that a damped Newton with a search along single materials always ends (Kitagawa, Merigot and
/// Thibert 2019). Faces are left alone there.
///
/// The same bits on any number of threads. Throws std::invalid_argument when the size is wrong or a
/// value is not finite, naming the band's cell.
ConservationReport conserve(
  const SubcellBand& mesh, std::vector<double>& field, const ConservationOptions& options);

} // namespace mir

#endif
