// Training samples of the sub-cell model in space: stencils of fractions and true distances.
#ifndef mir_reconstruct_training_SolidSamples_h
#define mir_reconstruct_training_SolidSamples_h

#include <cstdint>
#include <vector>

namespace mir {

struct SolidSampling
{
  std::uint64_t seed = 1;
  int stencilSize = 5;  ///< K, odd.
  int subdivisions = 4; ///< r.
  /// Of the cells whose stencil reaches beyond the grid, this part is kept; there the cells that
  /// are missing have the fraction 1/2, as gatherSolidStencils() gives them at the edge of a
  /// domain.
  double edgeFraction = 0.35;
};

/// Rows of K^3 fractions and of (r + 1)^3 distances (cell units, positive inside, clipped to
/// +-1.6), both in the canonical frame of the stencil (CubeFrame.h).
///
/// Distances are those in the index space of the grid, where cells are unit cubes: a body in
/// stretched cells is a stretched body there, of which the network's families hold enough
/// (ellipsoids, parallelepipeds, wedges of all angles). The zero level, which is what counts, is
/// the same in both.
struct SolidSamples
{
  std::vector<float> stencils;
  std::vector<float> nodes;
};

/// Appends the mixed cells (1e-6 < f < 1 - 1e-6) of body `index` on a grid of 12^3 cells. Depends
/// on (seed, index) alone.
void appendSolidSamples(const SolidSampling& sampling, std::uint64_t index, SolidSamples& samples);

} // namespace mir

#endif
