// The frame a stencil of fractions in space is turned into before a network sees it.
#ifndef mir_reconstruct_neural_CubeFrame_h
#define mir_reconstruct_neural_CubeFrame_h

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// In a stencil, the value of a neighbour that is not there: the stencil reaches beyond the domain.
constexpr float outsideDomain = -1.0f;

/// A symmetry of the cube, followed by the exchange of the materials when `complement` is set.
/// Axis a of the canonical frame is the cell's axis `axes[a]`, reversed when bit axes[a] of `flips`
/// is set.
struct CubeFrame
{
  std::array<std::uint8_t, 3> axes{ 0, 1, 2 };
  std::uint8_t flips = 0;
  bool complement = false;
};

/// Frames in which the centre fraction is at most 1/2 and the gradient of the inner 3^3 fractions
/// (weights 1, 2, 4 as Youngs 1984) satisfies gx >= gy >= gz >= 0. Stencils are K^3, x fastest; for
/// the gradient, what lies outside the domain counts as equal to the centre.
/// One frame is returned, or all frames that tie within 1e-5; averaging over them keeps what a
/// network answers as symmetric as its input. Sums are in whole numbers: the set of canonical
/// stencils does not depend, to the bit, on the symmetry the stencil came in.
void canonicalCubeFrames(const float* stencil, int K, std::vector<CubeFrame>& frames);

/// Number of the frame's symmetry, below 48, whatever its complement.
int symmetryNumber(const CubeFrame& frame);

/// Entry `map[k]` of an n^3 array in the cell's frame goes to entry k of the canonical one.
std::vector<int> cubeFrameMap(const CubeFrame& frame, int n);

/// The maps of all symmetries by their number.
class CubeFrameMaps
{
public:
  explicit CubeFrameMaps(int n);
  const int* of(const CubeFrame& frame) const { return this->Maps[symmetryNumber(frame)].data(); }

private:
  std::array<std::vector<int>, 48> Maps;
};

} // namespace mir

#endif
