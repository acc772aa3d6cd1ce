// What a sub-cell model learns from, in the plane or in space.
#ifndef mir_reconstruct_training_TrainingSamples_h
#define mir_reconstruct_training_TrainingSamples_h

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mir {

/// Rows of K^d fractions, or outsideDomain, and of (r + 1)^d signed distances (cell units, positive
/// in the material, clipped to +-1.6) at the lattice nodes of the cell in the middle; both in the
/// canonical frame of the stencil.
///
/// Distances are those in the index space of the grid, where cells are unit squares and cubes: a
/// body in stretched cells is a stretched body there. The zero level, which is what counts, is the
/// same in both.
struct TrainingSamples
{
  std::vector<float> stencils;
  std::vector<float> nodes;
};

/// An endless sequence of samples.
struct SampleSource
{
  std::string architecture; ///< Of the models that learn from it: `subcell` or `subcell3d`.
  std::uint64_t seed = 1;
  int dimension = 2;    ///< d.
  int stencilSize = 7;  ///< K, odd.
  int subdivisions = 4; ///< r.
  /// Appends the mixed cells of body `index`, which depend on (seed, index) alone. May be called
  /// from several threads at once.
  std::function<void(std::uint64_t index, TrainingSamples& samples)> append;

  int stencilValues() const { return this->power(this->stencilSize); }
  int nodesPerCell() const { return this->power(this->subdivisions + 1); }

private:
  int power(int n) const { return this->dimension == 2 ? n * n : n * n * n; }
};

} // namespace mir

#endif
