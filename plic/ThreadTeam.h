// Threads that stay from loop to loop.
#ifndef mir_plic_ThreadTeam_h
#define mir_plic_ThreadTeam_h

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mir {

/// Runs many short loops one after the other on the same threads. Between loops these wait awake
/// for a fraction of a millisecond, then asleep, so that a loop costs a few microseconds where
/// starting threads for it would cost ten times as much. The thread that calls run() takes part;
/// another one may call it next.
///
/// Each thread begins with its own share of the indices, the same in all loops of as many, so that
/// what it wrote is still at hand, and helps the others when that is done.
///
/// Threads that are awake meet without a lock: two of them that come to one at the same time would
/// cost more than a short loop.
class ThreadTeam
{
public:
  /// Calls come with [begin, end).
  using Body = std::function<void(std::int64_t, std::int64_t)>;

  /// `threads` counts the calling one. The others start with the first loop that has work for them.
  explicit ThreadTeam(int threads);
  ~ThreadTeam();

  /// With the calling one.
  int numberOfThreads() const { return this->NumberOfHelpers + 1; }

  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  /// Calls body(begin, end) for ranges of at most `grain` indices that together are [0, count), on
  /// any threads, and returns when all are done; in one range where the team has one thread, where
  /// the grain holds them all, and within a body. The first exception of a body leaves out the
  /// ranges not yet begun and is thrown again.
  void run(std::int64_t count, std::int64_t grain, const Body& body);

private:
  struct Loop;
  /// The ranges of a thread that nobody has taken yet.
  struct alignas(64) Share
  {
    std::atomic<std::int64_t> next{ 0 };
    std::int64_t end = 0;
  };
  void help(int thread);
  bool join(std::uint64_t& seen);
  void leave();
  void wakeHelpers();

  int NumberOfHelpers;
  bool Running = false;
  std::vector<std::thread> Helpers;
  std::vector<Share> Shares;
  /// For those that sleep: helpers for a loop, the caller for the end of the last body.
  std::mutex Mutex;
  std::condition_variable Wake;
  std::condition_variable Done;
  std::atomic<int> Asleep{ 0 };
  std::atomic<bool> CallerAsleep{ false };
  /// The loop at hand, which helpers may touch once they have joined it.
  Loop* Current = nullptr;
  /// In one word, as it must change as one: bits 32 .. the number of the loop, so that helpers join
  /// each once; bit 31 whether it is open; below, the helpers in it.
  std::atomic<std::uint64_t> State{ 0 };
  std::atomic<bool> Ended{ false };
};

} // namespace mir

#endif
