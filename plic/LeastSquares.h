#ifndef mir_plic_LeastSquares_h
#define mir_plic_LeastSquares_h

#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "plic/ParallelFor.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// A neighbour as seen from a cell: the vector between the centroids and the difference of the
/// fractions, neighbour minus cell.
struct NeighbourDifference
{
  Vec3 offset;
  double difference = 0.0;
};

/// The negative gradient of the fractions by least squares over the neighbours, weighted by the
/// inverse square of their distance (Barth 1993). `dimension` 2 leaves z out. Points out of the
/// material, not normalised; zero where all differences vanish. Directions that the neighbours do
/// not span get no component.
Vec3 leastSquaresNormal(const std::vector<NeighbourDifference>& neighbours, int dimension);

/// The same for all mixed cells of a band over their band.neighbours, as unit normals. Zero where
/// the differences vanish or cancel to rounding. No memory is taken per cell.
NormalField leastSquares(
  const CellBand& band, const MaterialField& field, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
