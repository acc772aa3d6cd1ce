// How the caller's threads reach loops of this layer, which knows none itself.
#ifndef mir_plic_ParallelFor_h
#define mir_plic_ParallelFor_h

#include <functional>

namespace mir {

/// Calls body(begin, end) for ranges that together are [0, count), on any threads, and returns when
/// all are done. Bodies write to their own range only, so that results do not depend on the ranges.
using ParallelFor = std::function<void(int count, const std::function<void(int, int)>& body)>;

/// The same for blocks of `size` items, of which the last one may hold fewer: body(begin, end)
/// comes with blocks. What a loop is worth is told by its items.
template <class Body>
void forBlocks(const ParallelFor& parallelFor, int items, int size, const Body& body)
{
  // A block belongs to the range that holds its first item.
  const auto blockFrom = [size](int item) { return item / size + (item % size != 0 ? 1 : 0); };
  parallelFor(items, [&](int begin, int end) {
    const int first = blockFrom(begin);
    const int last = blockFrom(end);
    if (first < last)
    {
      body(first, last);
    }
  });
}

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
