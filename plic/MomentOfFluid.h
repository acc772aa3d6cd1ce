#ifndef mir_plic_MomentOfFluid_h
#define mir_plic_MomentOfFluid_h

#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "plic/ParallelFor.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// Moment of fluid (Dyadechko and Shashkov 2005): in every mixed cell the normal of the plane that
/// has the cell's fraction below it and the centroid of that part nearest to the material's own.
/// No neighbours are asked. `centroids` are those of the material, one for each of field.mixed, in
/// the coordinates of band.points; `start` gives directions to look from besides that from the
/// centroid to the cell's.
///
/// Newton steps, halved where they miss: with the fraction kept, the centroid moves with the normal
/// by minus the cut's second moments about its own centroid over the part's volume. The smaller of
/// the material and its complement is fitted, so that exchanging them changes signs only. Planes
/// come back to rounding, less than 1e-6 degrees, in every cell, convex or not, where the centroids
/// have their digits: a part's size is f^(1/dimension) of the cell's, and the complement's centroid
/// comes from the material's with its rounding over 1 - f. Normals follow turns and mirrors of mesh
/// and centroids to 1e-14 divided by both.
///
/// Where no plane has the fraction and the centroid together, as with centroids that are not of
/// these fractions, several planes may come about as near: which of them is found may then change
/// with turns of the mesh.
///
/// The same bits on any number of threads. Unit normals out of the material; zero where a centroid
/// is not finite, or where it is the cell's own and `start` is zero.
NormalField momentOfFluid(const CellBand& band, const MaterialField& field,
  const std::vector<Vec3>& centroids, const NormalField& start,
  const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
