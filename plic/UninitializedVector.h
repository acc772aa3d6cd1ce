// Vectors that threads fill.
#ifndef mir_plic_UninitializedVector_h
#define mir_plic_UninitializedVector_h

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace mir {

/// Leaves elements that are asked for without a value alone.
template <typename T>
struct UninitializedAllocator : std::allocator<T>
{
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  template <typename U>
  struct rebind
  {
    using other = UninitializedAllocator<U>;
  };

  template <typename U>
  void construct(U*)
  {}
  template <typename U, typename... Arguments>
  void construct(U* place, Arguments&&... arguments)
  {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
};

/// A vector whose resize() gives the elements that it adds no value: each must be assigned before
/// it is read. Threads that assign them share the first touch of the memory, too, which costs more
/// than the assignment.
template <typename T>
using UninitializedVector = std::vector<T, UninitializedAllocator<T>>;

} // namespace mir

#endif
