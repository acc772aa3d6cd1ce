#include "reconstruct/neural/CanonicalFrame.h"

#include <cmath>
#include <cstddef>

namespace mir {

namespace {

constexpr double tie = 1e-5;

// The choices for a quantity that should be positive: keep, change, or both when it ties.
struct Choices
{
  bool first;
  bool last;
};

Choices choicesFor(double value)
{
  return { value < -tie, value <= tie };
}

} // namespace

void canonicalFrames(const float* stencil, int K, std::vector<StencilFrame>& frames)
{
  const int centre = K / 2;
  const auto at = [&](int di, int dj) -> double {
    return stencil[static_cast<std::size_t>(centre + dj) * K + centre + di];
  };
  // Corners are added pairwise first: mirror images then give the same bits.
  const double gx =
    (at(1, -1) + at(1, 1) + 2.0 * at(1, 0)) - (at(-1, -1) + at(-1, 1) + 2.0 * at(-1, 0));
  const double gy =
    (at(-1, 1) + at(1, 1) + 2.0 * at(0, 1)) - (at(-1, -1) + at(1, -1) + 2.0 * at(0, -1));
  const Choices complement = choicesFor(0.5 - at(0, 0));
  const Choices transpose = choicesFor(std::fabs(gx) - std::fabs(gy));

  frames.clear();
  for (int c = complement.first; c <= int(complement.last); ++c)
  {
    const Choices flipX = choicesFor(c ? -gx : gx);
    const Choices flipY = choicesFor(c ? -gy : gy);
    for (int t = transpose.first; t <= int(transpose.last); ++t)
    {
      for (int y = flipY.first; y <= int(flipY.last); ++y)
      {
        for (int x = flipX.first; x <= int(flipX.last); ++x)
        {
          frames.push_back({ x != 0, y != 0, t != 0, c != 0 });
        }
      }
    }
  }
}

std::vector<int> frameMap(const StencilFrame& frame, int n)
{
  std::vector<int> map(static_cast<std::size_t>(n) * n);
  for (int b = 0; b < n; ++b)
  {
    for (int a = 0; a < n; ++a)
    {
      int i = frame.transpose ? b : a;
      int j = frame.transpose ? a : b;
      i = frame.flipX ? n - 1 - i : i;
      j = frame.flipY ? n - 1 - j : j;
      map[static_cast<std::size_t>(b) * n + a] = j * n + i;
    }
  }
  return map;
}

} // namespace mir
