// Threads for the loops of the layers that know none themselves.
#ifndef mir_testing_continuous_Threads_h
#define mir_testing_continuous_Threads_h

#include "plic/ParallelFor.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace mir::testing {

/// Threads that wait for loops, the calling one among them. One loop at a time, from one thread.
class Threads
{
public:
  /// 1: everything on the calling thread.
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// Refers to this object.
  ParallelFor parallelFor();

private:
  void run(int count, const std::function<void(int, int)>& body);
  /// Takes ranges until none is left.
  void help();
  void wait();

  std::vector<std::thread> Workers;
  std::mutex Lock;
  std::condition_variable Begin;
  std::condition_variable End;
  int Loop = 0;
  int Busy = 0;
  bool Stop = false;
  const std::function<void(int, int)>* Body = nullptr;
  int Count = 0;
  int Step = 1;
  std::atomic<int> Next{ 0 };
};

} // namespace mir::testing

#endif
