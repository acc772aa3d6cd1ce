#ifndef mir_plic_ReconstructedDistance_h
#define mir_plic_ReconstructedDistance_h

#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "plic/ParallelFor.h"

namespace mir {

/// What reconstructedDistance() did.
struct ReconstructedDistanceCounts
{
  int iterations = 0;
  /// Normals found in all: fewer than iterations times mixed cells, as those that rest are left.
  long long fits = 0;
  /// Cells that still moved when the iterations ended.
  int moving = 0;
};

/// Normals from the distances of the facets about each mixed cell, found anew in turns: facets from
/// normals, normals from facets (Scheufler and Roenby 2019). Where that method takes the gradient
/// of the distance to the facets' planes, this one takes the normal of a paraboloid through the
/// facets (fitParaboloid()), which planes leave exact and curved interfaces to third order.
/// Cells whose surroundings rest are left alone; ones that swing to and fro are damped.
///
/// Starts from given normals, of which zero means none; needs band.neighbours of all mixed cells,
/// of which it reads the mixed ones alone, in any mesh of any cells. Planes come back to 1e-3
/// degrees in at most `maximumIterations` where the starts face as they do and neighbours are not
/// too few (Surroundings). The same bits on any number of threads. Zero where neither the
/// differences of the fractions nor the neighbours' normals tell a direction.
NormalField reconstructedDistance(const CellBand& band, const MaterialField& field,
  NormalField start, const ParallelFor& parallelFor = runSerially, int maximumIterations = 10,
  ReconstructedDistanceCounts* counts = nullptr);

/// The same from the normals of leastSquares(), and of lvira() in the few cells where least squares
/// may point anywhere, as at a mesh's edge: reads the pure neighbours too. Planes come back to 1e-3
/// degrees in all cells, those at the edge too, unless more planes than one explain the fractions.
NormalField reconstructedDistance(const CellBand& band, const MaterialField& field,
  const ParallelFor& parallelFor = runSerially, int maximumIterations = 10,
  ReconstructedDistanceCounts* counts = nullptr);

} // namespace mir

#endif
