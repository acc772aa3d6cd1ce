// Error measures of an interface in space, against the fractions and the ground truth.
#ifndef mir_data_SolidMeasures_h
#define mir_data_SolidMeasures_h

#include "data/CellMaterials.h"
#include "data/Measures.h"
#include "data/Solid.h"
#include "data/SolidFacets.h"
#include "plic/ParallelFor.h"

namespace mir {

/// The measures of measure(const PlanarMesh&, ...) in space. What differs:
/// - the region of a material in a cell is what its facets enclose, see closeSolidRegion();
/// - continuity is measured in area, by differenceArea() on the planar parts of faces. Where facets
///   between the materials of the two sides lie on a face, it is the interface and not an error.
///   Less than 1e-13 of a face is rounding and counts as 0;
/// - the total shape error is divided by the sum over all cells of |T in c|;
/// - the cell size h is the cube root of the mean volume of the mixed cells;
/// - the Hausdorff distance is one-sided: the largest distance to the true boundary over the
///   corners and centroids of the facets, in cell sizes. True boundary that no facet comes near
///   does not show in it (infinite only when there are mixed cells and no facets at all);
/// - normals are those of the facets' loops, compared at their centroids.
///
/// The same values on any threads. Throws std::invalid_argument, naming the first such cell, face
/// or facet, for sizes that do not fit, coordinates that are not finite, cells without positive
/// volume and ids and materials out of range.
InterfaceErrors measure(const SolidMeshView& mesh, const CellMaterials& materials,
  const SolidFacets& facets, const Solid* truth, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
