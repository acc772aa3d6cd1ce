// The least time of several runs.
#ifndef mir_testing_neural_LeastTime_h
#define mir_testing_neural_LeastTime_h

#include <algorithm>
#include <chrono>
#include <functional>

namespace mir::testing {

/// The least time of a run of `body` in seconds, over as many as begin within `budget` seconds.
inline double leastTime(double budget, const std::function<void()>& body)
{
  using Clock = std::chrono::steady_clock;
  const auto secondsSince = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  double best = 1e300;
  const Clock::time_point begin = Clock::now();
  do
  {
    const Clock::time_point before = Clock::now();
    body();
    best = std::min(best, secondsSince(before));
  } while (secondsSince(begin) < budget);
  return best;
}

} // namespace mir::testing

#endif
