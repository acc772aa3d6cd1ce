// Error measures of an interface in the plane, against the fractions and the ground truth.
#ifndef mir_data_Measures_h
#define mir_data_Measures_h

#include "data/CellMaterials.h"
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
  /// ||R| / |c| - f| of the worst material: largest over all cells, mean over mixed cells.
  double conservationMax = 0.0;
  double conservationMean = 0.0;
  /// Part of a face p whose two sides hold different materials, |trace(R_a) xor trace(R_b)| / |p|:
  /// largest, and mean over the faces that the interface cuts.
  double continuityMax = 0.0;
  double continuityMean = 0.0;
  /// Sum of |R xor T| over all cells / |T|.
  double shape = std::numeric_limits<double>::quiet_NaN();
  /// Hausdorff distance of interface and true boundary, in cell sizes.
  double hausdorff = std::numeric_limits<double>::quiet_NaN();
  /// Mean of 1 - n . n_exact, in [0, 2].
  double normal = std::numeric_limits<double>::quiet_NaN();
};

struct InterfaceErrors
{
  /// One value a cell. Continuity is the largest over the cell's faces (2D: edges); normal the mean
  /// over the cell's facets, 0 without any. Shape and normal are empty without a truth.
  std::vector<double> conservation;
  std::vector<double> continuity;
  std::vector<double> shape;
  std::vector<double> normal;
  /// One value a facet (2D: segment): signed distance of its midpoint to the true boundary, in cell
  /// sizes, positive outside; NaN for facets of no extent and those that do not bound the first
  /// material. Empty without a truth.
  std::vector<double> distance;
  ErrorSummary summary;
};

/// Measures an interface on a mesh with volume fractions, and with the true region of the first
/// material where given (else a null pointer).
///
/// The region R of a material in a cell c is what its segments enclose, see closeRegion(): those
/// with the material inside, and reversed those with it outside. Segments along the cell's boundary
/// (to 1e-11 of its size: an interface on the face between cells without a common material) enclose
/// nothing, and pure cells are full or empty; but other segments in a pure cell count like those of
/// a mixed one, so that a wrong interface is not forgiven. A mixed cell without a facet counts in
/// full: as one of the material that it holds least of, and as a reversed normal (2). A segment of
/// no length is no facet. Where segments are not oriented, those of a cell are turned together the
/// way that conserves better.
///
/// - Conservation: the largest | |R| / |c| - f | of all materials; a pure cell's f counts as the 0
///   or 1 that it is taken for.
/// - Continuity: the part of a shared edge whose sides hold different materials, by
///   traceMismatch(). An edge counts in the mean where a region of either cell ends on it, or where
///   the regions differ. Where segments between the materials of the two sides lie on an edge, it
///   is the interface and not an error; nor is a face between cells without a common material,
///   unless there are segments inside of a pure one.
/// - Shape: |R xor T| / |c| of the first material, exact to rounding for any number of loops:
///   |R| + |T| - 2 |R and T|. The sum runs over all cells and is divided by the area of the whole
///   truth.
/// - Cell size h: square root of the mean area of the mixed cells, of all cells if none is mixed.
/// - Hausdorff distance: hausdorffDistance() of the first material's segments, h / 8 apart, and the
///   true boundary inside the mesh's bounding box.
/// - Normal: 1 - n . n_exact at the midpoint of a segment of the first material; its mean is over
///   segments (every one the same weight) and missing facets.
///
/// Results do not depend on units, and the digits lost far from the origin are those of the input.
/// Throws std::invalid_argument, naming the first such cell or segment, for sizes that do not fit,
/// coordinates that are not finite, cells without positive area and segments with ids or materials
/// out of range; std::runtime_error as meshEdges() does.
InterfaceErrors measure(const PlanarMesh& mesh, const CellMaterials& materials,
  const InterfaceLines& lines, const Region* truth);

} // namespace mir

#endif
