// Error measures of an interface in the plane, against the fractions and the ground truth.
#ifndef mir_data_Measures_h
#define mir_data_Measures_h

#include "data/Region.h"
#include "plic/PlanarMesh.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace mir {

/// The measures of a whole interface. What needs a truth is NaN without one.
struct ErrorSummary
{
  std::int64_t cells = 0;
  std::int64_t mixed = 0;
  /// Mixed cells without a facet.
  std::int64_t missing = 0;
  /// ||R| / |c| - f|: largest over all cells, mean over mixed cells.
  double conservationMax = 0.0;
  double conservationMean = 0.0;
  /// |trace(R_a) xor trace(R_b)| / |p|: largest, and mean over the faces p that the interface cuts.
  double continuityMax = 0.0;
  double continuityMean = 0.0;
  /// Sum of |R xor T| over all cells / |T|.
  double shape = std::numeric_limits<double>::quiet_NaN();
  /// Hausdorff distance of interface and true boundary, in cell sizes.
  double hausdorff = std::numeric_limits<double>::quiet_NaN();
  /// Mean of 1 - n . n_exact, in [0, 2].
  double normal = std::numeric_limits<double>::quiet_NaN();
};

/// What a cell's fraction counts as: itself in a mixed cell, else the 0 or 1 that it is taken for.
inline double pureFraction(double fraction, bool mixed)
{
  return mixed ? fraction : fraction >= 0.5 ? 1.0 : 0.0;
}

struct PlanarErrors
{
  /// One value a cell. Continuity is the largest over the cell's edges; normal the mean over the
  /// cell's segments, 0 without any. Shape and normal are empty without a truth.
  std::vector<double> conservation;
  std::vector<double> continuity;
  std::vector<double> shape;
  std::vector<double> normal;
  /// One value a segment: signed distance of its midpoint to the true boundary, in cell sizes,
  /// positive outside; NaN for segments of no length. Empty without a truth.
  std::vector<double> distance;
  ErrorSummary summary;
};

/// Measures an interface on a mesh with the inside's volume fraction (one value a cell), and with
/// the true region where given (else a null pointer).
///
/// The region R of a cell c is what its segments enclose, see closeRegion(). Fractions within
/// `tolerance` of 0 or 1 make a pure cell, full or empty: there segments along the cell's boundary
/// (to 1e-9 of its size: an interface on the face between a full and an empty cell) enclose
/// nothing, and others count like those of a mixed cell, so that a wrong interface is not forgiven.
/// A mixed cell without a facet counts in full: as empty from f = 1/2 up, else as full, and as a
/// reversed normal (2). A segment of no length is no facet.
///
/// - Conservation: | |R| / |c| - f |; a pure cell's f counts as the 0 or 1 that it is taken for.
/// - Continuity: traceMismatch() on shared edges. An edge counts in the mean where either cell's
///   region ends on it, or where the regions differ; but a face between a full and an empty pure
///   cell without segments inside is where the interface belongs, not an error.
/// - Shape: |R xor T| / |c|, exact to rounding for any number of loops: |R| + |T| - 2 |R and T|.
///   The sum runs over all cells and is divided by the area of the whole truth.
/// - Cell size h: square root of the mean area of the mixed cells, of all cells if none is mixed.
/// - Hausdorff distance: the larger of both sides' largest distance. Segments are sampled at their
///   ends and at most h / 8 apart; the true boundary alike, inside the mesh's bounding box.
///   Infinite where one of them has no points and the other has.
/// - Normal: 1 - n . n_exact at a segment's midpoint; its mean is over segments (every one the same
///   weight) and missing facets.
///
/// Results do not depend on units, and the digits lost far from the origin are those of the input.
/// Throws std::invalid_argument, naming the first such cell or segment, for sizes that do not fit,
/// fractions or coordinates that are not finite, cells without positive area and segments with
/// ids out of range; std::runtime_error as meshEdges() does.
PlanarErrors measure(const PlanarMesh& mesh, const std::vector<double>& fractions, double tolerance,
  const InterfaceLines& lines, const Region* truth);

} // namespace mir

#endif
