// Threads for the loops of the layers that know none themselves.
#ifndef mir_testing_continuous_Threads_h
#define mir_testing_continuous_Threads_h

#include "plic/ParallelFor.h"
#include "plic/ThreadTeam.h"

#include <algorithm>
#include <cstdint>

namespace mir::testing {

/// Threads that wait for loops, the calling one among them, which share loops as the filters do.
class Threads
{
public:
  /// 1: everything on the calling thread.
  explicit Threads(int count)
    : Team(count)
  {}

  /// Refers to this object.
  ParallelFor parallelFor()
  {
    return [this](int count, const std::function<void(int, int)>& body) {
      constexpr int least = 256;
      this->Team.run(count, count < least ? least : std::max(least / 4, count / 64),
        [&body](std::int64_t begin, std::int64_t end) {
          body(static_cast<int>(begin), static_cast<int>(end));
        });
    };
  }

private:
  ThreadTeam Team;
};

} // namespace mir::testing

#endif
