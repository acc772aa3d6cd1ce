// Threaded loops of a long work that follow its progress and can be stopped.
#ifndef mir_filters_StoppableLoops_h
#define mir_filters_StoppableLoops_h

#include "Progress.h"

#include "plic/ParallelFor.h"

#include <chrono>

namespace mir {

/// Thrown between the slices of a loop when the work is to stop.
struct WorkStopped
{};

/// Tells the progress of a work in parts, and asks ten times a second whether it shall go on.
class StoppableLoops
{
public:
  /// `tell` is called on the thread that owns the object.
  explicit StoppableLoops(Progress tell);

  /// Says how far the work has come. Throws WorkStopped.
  void reach(double progress);

  /// For parts of the work that tell their own progress, from 0 to 1: the part of the whole between
  /// two values.
  Progress part(double from, double to);

  /// runThreaded() in slices, between which WorkStopped may be thrown.
  ParallelFor loops();

private:
  Progress Tell;
  double Reached = 0.0;
  bool Stopped = false;
  std::chrono::steady_clock::time_point Asked;
};

} // namespace mir

#endif
