// Frames of many stencils at once where nothing ties. Private to this folder.
#ifndef mir_reconstruct_neural_StencilFrames_h
#define mir_reconstruct_neural_StencilFrames_h

#include "reconstruct/neural/CanonicalFrame.h"

#include <array>
#include <cstdint>

namespace mir {

/// How far the values of neighbours along each axis lie apart in an array; 0 along axes that are
/// not there.
using StencilSteps = std::array<std::int64_t, 3>;

/// The number of a symmetry that says: there are several frames.
constexpr std::uint8_t tiedSymmetry = 0xff;

/// For each of the stencils about values[centres[m]] the only one of its canonicalFrames(), to the
/// bit, or one with tiedSymmetry.
void singlePlanarFrames(const double* values, const StencilSteps& steps,
  const std::int64_t* centres, int count, Frame* frames);
/// The same of canonicalCubeFrames().
void singleCubeFrames(const double* values, const StencilSteps& steps, const std::int64_t* centres,
  int count, Frame* frames);

} // namespace mir

#endif
