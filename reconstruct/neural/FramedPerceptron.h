// A network seen through the symmetries of its stencil, in the plane or in space.
#ifndef mir_reconstruct_neural_FramedPerceptron_h
#define mir_reconstruct_neural_FramedPerceptron_h

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/Perceptron.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace mir {

/// What every symmetry does to stencils and to lattice nodes: entry k in the frame is entry map[k]
/// in the cell's own order, where map is stencilMaps[symmetry] or nodeMaps[symmetry].
struct FrameTable
{
  std::vector<std::vector<int>> stencilMaps;
  std::vector<std::vector<int>> nodeMaps;
};

/// Finds the frames of a stencil, at least one, in place of what is in `frames`.
using FrameFinder = std::function<void(const float* stencil, std::vector<Frame>& frames)>;

/// Evaluates a network on `count` stencils of fractions in [0, 1] or outsideDomain, in their own
/// frames, into rows of network.outputs() signed distances: positive in the material. Where a
/// stencil has several frames, the distances are the mean over them, which does not depend on their
/// order, to the bit.
/// The network sees 2 f - 1 for every value of the stencil, 0 for those outside the domain; and
/// when it has twice as many inputs as the stencil has values, then 1 for those outside, 0 for the
/// others.
void evaluateInFrames(const Perceptron& network, const FrameTable& table, const FrameFinder& frames,
  const float* stencils, std::size_t count, double* nodes, Precision precision);

} // namespace mir

#endif
