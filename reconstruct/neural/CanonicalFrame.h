// The frame a stencil of fractions is turned into before a network sees it.
#ifndef mir_reconstruct_neural_CanonicalFrame_h
#define mir_reconstruct_neural_CanonicalFrame_h

#include "reconstruct/neural/Activation.h"

#include <cmath>
#include <cstdint>
#include <vector>

namespace mir {

/// In a stencil, the value of a neighbour that is not there: the stencil reaches beyond the domain.
constexpr float outsideDomain = -1.0f;

/// A symmetry of the stencil, followed by the exchange of the materials when `complement` is set.
/// Of the square's 8, number flipX + 2 flipY + 4 transpose mirrors x, then y, then transposes.
struct Frame
{
  std::uint8_t symmetry = 0;
  bool complement = false;
};
constexpr int squareSymmetries = 8;
constexpr int mostSquareFrames = 2 * squareSymmetries;

namespace frames {

constexpr double tie = 1e-5;

/// The choices for a quantity that should be positive: keep (0), change (1), or both when it ties.
struct Choices
{
  int first;
  int last;
};

MIR_HOST_DEVICE inline Choices choicesFor(double value)
{
  return { value < -tie ? 1 : 0, value <= tie ? 1 : 0 };
}

} // namespace frames

/// Frames in which the centre fraction is at most 1/2 and the Youngs gradient (gx, gy) of the
/// inner 3x3 fractions satisfies gx >= gy >= 0 (Youngs 1984: weights 1, 2, 1).
/// Stencils are K x K row-major, [j][i]; for the gradient, what lies outside the domain counts as
/// equal to the centre. One frame is found, or all frames that tie within 1e-5; averaging over
/// them keeps what a network answers as symmetric as its input. Returns how many.
/// The set of canonical stencils does not depend, to the bit, on the symmetry the stencil came in.
MIR_HOST_DEVICE inline int canonicalFrames(
  const float* stencil, int K, Frame (&found)[mostSquareFrames])
{
  const float* const centre = stencil + K / 2 * K + K / 2;
  const float* const above = centre + K;
  const float* const below = centre - K;
  const auto value = [centre](float f) -> double { return f == outsideDomain ? *centre : f; };
  // Corners are added pairwise first: mirror images then give the same bits.
  const double gx = (value(below[1]) + value(above[1]) + 2.0 * value(centre[1])) -
    (value(below[-1]) + value(above[-1]) + 2.0 * value(centre[-1]));
  const double gy = (value(above[-1]) + value(above[1]) + 2.0 * value(above[0])) -
    (value(below[-1]) + value(below[1]) + 2.0 * value(below[0]));
  const double excess = *centre - 0.5;
  const double steeper = std::fabs(gx) - std::fabs(gy);
  // Nearly always nothing ties; no branch then depends on the direction, which is hard to predict.
  if ((std::fabs(excess) > frames::tie) & (std::fabs(gx) > frames::tie) &
    (std::fabs(gy) > frames::tie) & (std::fabs(steeper) > frames::tie))
  {
    const int c = excess > 0.0;
    found[0].symmetry =
      static_cast<std::uint8_t>(((gx < 0.0) ^ c) + 2 * ((gy < 0.0) ^ c) + 4 * (steeper < 0.0));
    found[0].complement = c != 0;
    return 1;
  }
  const frames::Choices complement = frames::choicesFor(-excess);
  const frames::Choices transpose = frames::choicesFor(steeper);
  int count = 0;
  for (int c = complement.first; c <= complement.last; ++c)
  {
    const frames::Choices flipX = frames::choicesFor(c ? -gx : gx);
    const frames::Choices flipY = frames::choicesFor(c ? -gy : gy);
    for (int t = transpose.first; t <= transpose.last; ++t)
    {
      for (int y = flipY.first; y <= flipY.last; ++y)
      {
        for (int x = flipX.first; x <= flipX.last; ++x)
        {
          found[count].symmetry = static_cast<std::uint8_t>(x + 2 * y + 4 * t);
          found[count].complement = c != 0;
          ++count;
        }
      }
    }
  }
  return count;
}

/// The same, in place of what is in `found`.
inline void canonicalFrames(const float* stencil, int K, std::vector<Frame>& found)
{
  Frame frames[mostSquareFrames];
  const int count = canonicalFrames(stencil, K, frames);
  found.clear();
  for (int k = 0; k < count; ++k)
  {
    found.push_back(frames[k]);
  }
}

/// Entry frameIndex(..., k) of an n x n array in the cell's frame goes to entry k of the canonical
/// one.
MIR_HOST_DEVICE inline int frameIndex(int symmetry, int n, int k)
{
  const int a = k % n;
  const int b = k / n;
  const int i = symmetry & 4 ? b : a;
  const int j = symmetry & 4 ? a : b;
  return (symmetry & 2 ? n - 1 - j : j) * n + (symmetry & 1 ? n - 1 - i : i);
}

/// All of them.
std::vector<int> frameMap(const Frame& frame, int n);

} // namespace mir

#endif
