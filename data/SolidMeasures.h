// Error measures of a piecewise planar interface in space, at most one plane a cell.
#ifndef mir_data_SolidMeasures_h
#define mir_data_SolidMeasures_h

#include "data/Measures.h"
#include "data/Solid.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mir {

/// The plane in a cell, in the mesh's coordinates: inside is normal . x <= constant.
struct PlanarFacet3
{
  bool present = false;
  /// Unit, from inside to outside.
  Vec3 normal;
  double constant = 0.0;
  Vec3 centroid;
  double area = 0.0;
};

/// The face common to the cells a and b; the polygon may run either way round.
struct SharedFace
{
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::vector<Vec3> polygon;
};

/// A mesh of polyhedra as the measures see it.
struct SolidMeshView
{
  std::int64_t cells = 0;
  /// Fills an empty polyhedron with a cell, in the mesh's coordinates. Not called for pure cells
  /// without a facet where there is no truth.
  std::function<void(std::int64_t, Polyhedron&)> cell;
  /// Faces between two cells; those of two pure cells without facets may be left out.
  std::vector<SharedFace> faces;
};

struct SolidErrors
{
  /// One value a cell, as in PlanarErrors.
  std::vector<double> conservation;
  std::vector<double> continuity;
  std::vector<double> shape;
  std::vector<double> normal;
  /// One value a cell: signed distance of its facet's centroid to the true boundary, in cell sizes,
  /// positive outside; NaN in cells without a facet. Empty without a truth.
  std::vector<double> distance;
  ErrorSummary summary;
};

/// The measures of measure(const PlanarMesh&, ...) in space; `facets` holds one value a cell.
///
/// The region of a cell is its part in the facet's half-space. In a pure cell a facet that cuts off
/// less than 1e-9 of the cell lies on the boundary and encloses nothing. What differs:
/// - continuity is measured in area; a warped face is split into triangles about the mean of its
///   vertices, as addFace() does. Less than 1e-13 of a face is rounding and counts as 0;
/// - the total shape error is divided by the sum over all cells of |T in c|;
/// - the cell size h is the cube root of the mean volume of the mixed cells;
/// - the Hausdorff distance is one-sided: the largest distance to the true boundary over the
///   corners and centroids of the facets, in cell sizes. True boundary that no facet comes near
///   does not show in it (infinite only when there are mixed cells and no facets at all);
/// - normals are compared at the facets' centroids.
///
/// Throws std::invalid_argument, naming the first such cell or face, for sizes that do not fit,
/// fractions or planes that are not finite, vanishing normals, cells without positive volume and
/// ids out of range.
SolidErrors measure(const SolidMeshView& mesh, const std::vector<double>& fractions,
  double tolerance, const std::vector<PlanarFacet3>& facets, const Solid* truth);

} // namespace mir

#endif
