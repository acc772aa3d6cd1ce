#ifndef mir_plic_ReconstructedDistance_h
#define mir_plic_ReconstructedDistance_h

#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "plic/ParallelFor.h"

#include <vector>

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
/// Cells whose surroundings rest are left alone; ones that swing to and fro are damped, and what
/// has found no rest after six rounds turns by at most half as much in each further one. Checked
/// cells at the edge of the mesh take ten rounds if they need them, more than
/// `maximumIterations` or not.
///
/// Starts from given normals, of which zero means none; those of `checked` cells, places in
/// field.mixed in any order, give way to those of lvira() where they may point anywhere, as at a
/// mesh's edge; of checked cells there, the facets of more rings of cells count (EdgeCells.h).
/// Needs band.neighbours of all mixed cells, of which it reads the mixed ones alone
/// but about the checked cells: there the pure ones should be in the band too. Planes come back to
/// 1e-3 degrees in at most `maximumIterations`, in all cells of any mesh that are checked or start
/// nearly right and have neighbours on all sides, unless more planes than one explain the
/// fractions. The same bits on any number of threads. Zero where neither the differences of the
/// fractions nor the neighbours' normals tell a direction.
NormalField reconstructedDistance(const CellBand& band, const MaterialField& field,
  NormalField start, const std::vector<int>& checked, const ParallelFor& parallelFor = runSerially,
  int maximumIterations = 10, ReconstructedDistanceCounts* counts = nullptr);

/// The same from the normals of leastSquares(), all of them checked.
NormalField reconstructedDistance(const CellBand& band, const MaterialField& field,
  const ParallelFor& parallelFor = runSerially, int maximumIterations = 10,
  ReconstructedDistanceCounts* counts = nullptr);

} // namespace mir

#endif
