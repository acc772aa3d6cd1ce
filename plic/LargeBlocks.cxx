#include "plic/LargeBlocks.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace mir {

namespace {

/// What is smaller the allocator of the C library keeps itself.
constexpr std::size_t least = std::size_t{ 64 } << 10;
/// From here on blocks are not kept: huge pages make new ones cheap.
constexpr std::size_t veryLarge = std::size_t{ 8 } << 20;
constexpr std::size_t hugePage = std::size_t{ 2 } << 20;

constexpr std::align_val_t alignment{ blockAlignment };

#if defined(__SANITIZE_ADDRESS__)
// The sanitizer sees what is used after it was given back only when it is given back.
constexpr bool keepsBlocks = false;
#else
constexpr bool keepsBlocks = true;
#endif

/// Rounded up to a quarter of a power of two, so that blocks of nearly the same size are alike.
std::size_t sizeOf(std::size_t bytes)
{
  std::size_t step = least / 4;
  while (8 * step <= bytes)
  {
    step *= 2;
  }
  return (bytes + step - 1) / step * step;
}

/// Blocks that were given back, the latest last.
class KeptBlocks
{
public:
  /// Null: there is none of the size.
  void* take(std::size_t size)
  {
    const std::lock_guard<std::mutex> lock(this->Mutex);
    const auto found = std::find_if(this->Blocks.rbegin(), this->Blocks.rend(),
      [size](const Block& block) { return block.size == size; });
    if (found == this->Blocks.rend())
    {
      return nullptr;
    }
    void* place = found->place;
    this->Bytes -= size;
    this->Blocks.erase(std::next(found).base());
    return place;
  }

  void keep(void* place, std::size_t size)
  {
    const std::lock_guard<std::mutex> lock(this->Mutex);
    this->Blocks.push_back({ place, size });
    this->Bytes += size;
    while (this->Bytes > keptBytes)
    {
      this->Bytes -= this->Blocks.front().size;
      ::operator delete(this->Blocks.front().place, alignment);
      this->Blocks.pop_front();
    }
  }

private:
  struct Block
  {
    void* place;
    std::size_t size;
  };

  std::mutex Mutex;
  std::deque<Block> Blocks;
  std::size_t Bytes = 0;
};

KeptBlocks& keptBlocks()
{
  // Never destroyed: arrays with static storage may be given back later than anything here.
  static auto* const blocks = new KeptBlocks;
  return *blocks;
}

} // namespace

void* takeBlock(std::size_t bytes)
{
  if (bytes < least || !keepsBlocks)
  {
    return ::operator new(bytes, alignment);
  }
  if (bytes < veryLarge)
  {
    const std::size_t size = sizeOf(bytes);
    void* kept = keptBlocks().take(size);
    return kept ? kept : ::operator new(size, alignment);
  }
  void* block = ::operator new (bytes, std::align_val_t{ hugePage });
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Without huge pages all is as before.
  madvise(block, bytes / hugePage * hugePage, MADV_HUGEPAGE);
#endif
  return block;
}

void giveBlock(void* block, std::size_t bytes) noexcept
{
  if (bytes < least || !keepsBlocks || !block)
  {
    ::operator delete(block, alignment);
  }
  else if (bytes < veryLarge)
  {
    try
    {
      keptBlocks().keep(block, sizeOf(bytes));
    }
    catch (...)
    {
      ::operator delete(block, alignment);
    }
  }
  else
  {
    ::operator delete (block, std::align_val_t{ hugePage });
  }
}

} // namespace mir
