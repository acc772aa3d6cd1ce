// Gives every mixed cell of a field its volume fraction, faces kept continuous.
#ifndef mir_reconstruct_continuous_Conserve_h
#define mir_reconstruct_continuous_Conserve_h

#include "reconstruct/continuous/NodeField.h"
#include "reconstruct/continuous/SubcellMesh.h"

#include <cstdint>
#include <vector>

namespace mir {

/// How closely the region phi > 0 keeps the volume fractions. Continuity and pure cells are exact
/// in all three.
enum class Conserve
{
  /// Every mixed cell to 1e-12 of its area.
  Exact,
  /// A soft constraint, for noisy fractions: cells within ConserveOptions::tolerance of their
  /// fraction are not asked to move, the others are pulled to the edge of that band by the least
  /// change of all nodes. The mean of what the residuals exceed the tolerance by never grows. No
  /// single cell is guaranteed: one that the pull does not reach within maximumIterations (an
  /// island, a film) stays outside and is reported.
  Relaxed,
  /// The bounds by pure cells alone; areas come out as they do.
  Off
};

struct ConserveOptions
{
  Conserve mode = Conserve::Exact;
  /// Band of Relaxed about the fraction; also what the report counts as failed there.
  double tolerance = 1e-3;
  /// Gauss-Newton steps on all nodes; two give nearly all of the gain.
  int maximumIterations = 6;
};

struct ConserveReport
{
  /// Gauss-Newton steps on all nodes.
  int iterations = 0;
  /// Cells that had lost the material (or its complement) and were given a first piece of it.
  std::int64_t seeded = 0;
  /// Cells whose last part came from their bump: more than 1e-6 of their area (Exact).
  std::int64_t bumped = 0;
  /// Largest |area - fraction| of the mixed cells in the result.
  double maxResidual = 0.0;
  /// Cells beyond 1e-12 (Exact) or the tolerance (Relaxed, Off), and the mesh cell of the first.
  std::int64_t failed = 0;
  std::int64_t firstFailed = -1;
};

/// Moves phi (one value a node, in cell sizes) so that in every mixed cell the part of its area
/// with phi > 0 is its fraction. `fractions` has one value a mixed cell, or one a cell of the mesh.
///
/// First phi goes into its bounds, and triangles on which it is flat, or parallel to the bump, are
/// tilted by up to 1e-4 hashed from their nodes: on those the area would jump. A cell without
/// material gets its best free node set to 0.1. Then all nodes move by Gauss-Newton
/// (SharedNodes.h), and last the nodes inside each cell by its bump (CellBump.h), which leaves the
/// faces alone. Should the area of a cell still jump, its nodes are tilted again.
///
/// The result depends on no order of threads. -phi with 1 - fractions gives the negative result,
/// to rounding (amplified where phi is nearly flat), except where a flat phi is exactly 0 among
/// fractions that average to exactly 1/2.
/// Throws std::invalid_argument when a size is wrong, phi is not finite (naming the cell), or, in
/// mode Exact, a fraction is not in (0, 1).
ConserveReport conserve(const SubcellMesh& mesh, const std::vector<double>& fractions,
  std::vector<double>& phi, const ConserveOptions& options);

} // namespace mir

#endif
