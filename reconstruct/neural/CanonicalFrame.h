// The frame a stencil of fractions is turned into before a network sees it.
#ifndef mir_reconstruct_neural_CanonicalFrame_h
#define mir_reconstruct_neural_CanonicalFrame_h

#include <vector>

namespace mir {

/// A symmetry of the square, followed by the exchange of the materials when `complement` is set.
/// The symmetry mirrors x when `flipX` is set, then y when `flipY` is set, then transposes.
struct StencilFrame
{
  bool flipX = false;
  bool flipY = false;
  bool transpose = false;
  bool complement = false;
};

/// Frames in which the centre fraction is at most 1/2 and the Youngs gradient (gx, gy) of the
/// inner 3x3 fractions satisfies gx >= gy >= 0 (Youngs 1984: weights 1, 2, 1).
/// Stencils are K x K row-major, [j][i]. One frame is returned, or all frames that tie within
/// 1e-5; averaging over them keeps what a network answers as symmetric as its input.
/// The set of canonical stencils does not depend, to the bit, on the symmetry the stencil came in.
void canonicalFrames(const float* stencil, int K, std::vector<StencilFrame>& frames);

/// Entry `map[k]` of an n x n array in the cell's frame goes to entry k of the canonical one.
std::vector<int> frameMap(const StencilFrame& frame, int n);

} // namespace mir

#endif
