// Training samples of the sub-cell model: stencils of exact fractions and true signed distances.
#ifndef mir_reconstruct_training_SubcellSamples_h
#define mir_reconstruct_training_SubcellSamples_h

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mir {

struct SubcellSampling
{
  std::uint64_t seed = 1;
  int stencilSize = 7;  ///< K.
  int subdivisions = 4; ///< r.
  /// Of the cells whose stencil reaches beyond the grid, this part is kept; there the outermost
  /// cells are repeated, as gatherStencils does at the edge of a domain.
  double edgeFraction = 0.15;
};

/// Rows of K * K fractions and of (r + 1)^2 distances (cell units, clipped to +-1.6), both in the
/// canonical frame of the stencil (CanonicalFrame.h).
struct SubcellSamples
{
  std::vector<float> stencils;
  std::vector<float> nodes;
};

/// Appends the mixed cells (1e-7 < f < 1 - 1e-7) of shape `index` on a 16 x 16 grid: radii from 1.2
/// to 48 cells, filaments from .32 to 2.6 cells wide. Depends on (seed, index) alone.
void appendSubcellSamples(
  const SubcellSampling& sampling, std::uint64_t index, SubcellSamples& samples);

} // namespace mir

#endif
