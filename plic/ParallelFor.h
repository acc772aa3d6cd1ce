// How the caller's threads reach loops of this layer, which knows none itself.
#ifndef mir_plic_ParallelFor_h
#define mir_plic_ParallelFor_h

#include <functional>

namespace mir {

/// Calls body(begin, end) for ranges that together are [0, count), on any threads, and returns when
/// all are done. Bodies write to their own range only, so that results do not depend on the ranges.
using ParallelFor = std::function<void(int count, const std::function<void(int, int)>& body)>;

/// One range on the calling thread.
inline void runSerially(int count, const std::function<void(int, int)>& body)
{
  if (count > 0)
  {
    body(0, count);
  }
}

} // namespace mir

#endif
