// Memory for the large arrays that every update takes and gives back.
#ifndef mir_plic_LargeBlocks_h
#define mir_plic_LargeBlocks_h

#include <cstddef>

namespace mir {

/// At least so many bytes of any contents, aligned to blockAlignment. A page that the system hands
/// out anew costs more than what is written to it, so large blocks come from those that were given
/// back lately, and very large ones lie on huge pages where the system has them. From any thread.
/// Throws std::bad_alloc.
void* takeBlock(std::size_t bytes);

/// Gives back what takeBlock() returned for as many bytes; null is allowed. From any thread. At
/// most keptBytes stay in the process.
void giveBlock(void* block, std::size_t bytes) noexcept;

constexpr std::size_t blockAlignment = 64; ///< A cache line.
constexpr std::size_t keptBytes = std::size_t{ 64 } << 20;

} // namespace mir

#endif
