#include "reconstruct/neural/CanonicalFrame.h"

#include <cstddef>

namespace mir {

std::vector<int> frameMap(const Frame& frame, int n)
{
  std::vector<int> map(static_cast<std::size_t>(n) * n);
  for (int k = 0; k < n * n; ++k)
  {
    map[k] = frameIndex(frame.symmetry, n, k);
  }
  return map;
}

} // namespace mir
