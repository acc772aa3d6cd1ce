#include "reconstruct/neural/CanonicalFrame.h"

#include <cstddef>

namespace mir {

void canonicalFrames(const float* stencil, int K, std::vector<Frame>& found)
{
  Frame frames[mostSquareFrames];
  found.assign(frames, frames + canonicalFrames(stencil, K, frames));
}

std::vector<int> frameMap(const Frame& frame, int n)
{
  const bool flipX = frame.symmetry & 1;
  const bool flipY = frame.symmetry & 2;
  const bool transpose = frame.symmetry & 4;
  std::vector<int> map(static_cast<std::size_t>(n) * n);
  for (int b = 0; b < n; ++b)
  {
    for (int a = 0; a < n; ++a)
    {
      int i = transpose ? b : a;
      int j = transpose ? a : b;
      i = flipX ? n - 1 - i : i;
      j = flipY ? n - 1 - j : j;
      map[static_cast<std::size_t>(b) * n + a] = j * n + i;
    }
  }
  return map;
}

} // namespace mir
