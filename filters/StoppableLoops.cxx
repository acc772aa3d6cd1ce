#include "StoppableLoops.h"

#include "ThreadedLoops.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

/// Of a loop's items; cells take up to a few hundred microseconds each.
constexpr int LeastSlice = 2048;
constexpr int MostSlices = 32;

} // namespace

StoppableLoops::StoppableLoops(Progress tell)
  : Tell(std::move(tell))
  , Asked(std::chrono::steady_clock::now())
{}

void StoppableLoops::reach(double progress)
{
  this->Reached = progress;
  this->Asked = std::chrono::steady_clock::now();
  this->Stopped = this->Stopped || !this->Tell(progress);
  if (this->Stopped)
  {
    throw WorkStopped();
  }
}

Progress StoppableLoops::part(double from, double to)
{
  return [this, from, to](double done) {
    this->Reached = from + done * (to - from);
    this->Stopped = this->Stopped || !this->Tell(this->Reached);
    return !this->Stopped;
  };
}

ParallelFor StoppableLoops::loops()
{
  return [this](int count, const std::function<void(int, int)>& body) {
    const int slice = std::max(LeastSlice, (count + MostSlices - 1) / MostSlices);
    for (int first = 0; first < count; first += slice)
    {
      runThreaded(std::min(slice, count - first),
        [&body, first](int begin, int end) { body(first + begin, first + end); });
      if (std::chrono::steady_clock::now() - this->Asked > std::chrono::milliseconds(100))
      {
        this->reach(this->Reached);
      }
    }
  };
}

} // namespace mir
