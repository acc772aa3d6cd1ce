// The frame a stencil of fractions in space is turned into before a network sees it.
#ifndef mir_reconstruct_neural_CubeFrame_h
#define mir_reconstruct_neural_CubeFrame_h

#include "reconstruct/neural/CanonicalFrame.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// A symmetry of the cube: axis a of the frame is the cell's axis axes[a], reversed when bit
/// axes[a] of `flips` is set.
struct CubeSymmetry
{
  std::array<std::uint8_t, 3> axes{ 0, 1, 2 };
  std::uint8_t flips = 0;

  /// Below cubeSymmetries; what Frame::symmetry means in space.
  int number() const
  {
    return 8 * (2 * this->axes[0] + (this->axes[1] > this->axes[2] ? 1 : 0)) + this->flips;
  }
};
constexpr int cubeSymmetries = 48;

namespace cubeFrames {

/// Gradients are summed of fractions in these units, rounded to whole numbers: in any order then.
constexpr double unit = 1099511627776.0;
constexpr auto tie = static_cast<std::int64_t>(1e-5 * unit);

} // namespace cubeFrames

inline bool operator==(const CubeSymmetry& a, const CubeSymmetry& b)
{
  return a.axes == b.axes && a.flips == b.flips;
}

/// Frames in which the centre fraction is at most 1/2 and the gradient of the inner 3^3 fractions
/// (weights 1, 2, 4 as Youngs 1984) satisfies gx >= gy >= gz >= 0, in place of what is in `frames`.
/// Stencils are K^3, x fastest; for the gradient, what lies outside the domain counts as equal to
/// the centre. One frame is found, or all frames that tie within 1e-5; averaging over them keeps
/// what a network answers as symmetric as its input. Sums are in whole numbers: the set of
/// canonical stencils does not depend, to the bit, on the symmetry the stencil came in.
void canonicalCubeFrames(const float* stencil, int K, std::vector<Frame>& frames);

/// All of them by their numbers.
std::vector<CubeSymmetry> allCubeSymmetries();

/// For every symmetry by its number: entry map[k] of an n^3 array in the cell's frame goes to entry
/// k of the canonical one.
std::vector<std::vector<int>> cubeFrameMaps(int n);

} // namespace mir

#endif
