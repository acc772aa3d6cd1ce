// Threaded loops over cells and points.
#ifndef mir_filters_ThreadedLoops_h
#define mir_filters_ThreadedLoops_h

#include "plic/ThreadTeam.h"

#include "vtkType.h" // for vtkIdType

#include <functional>
#include <memory>

namespace mir {

/// While it lives the loops below share its threads, as many as vtkSMPTools takes, when its own
/// thread runs them. vtkSMPTools may start new ones for every loop, which short ones do not earn.
/// Threads are kept, asleep, for the next to come.
class SharedThreads
{
public:
  SharedThreads();
  ~SharedThreads();
  SharedThreads(const SharedThreads&) = delete;
  SharedThreads& operator=(const SharedThreads&) = delete;

private:
  std::unique_ptr<ThreadTeam> Team;
  ThreadTeam* Outer;
};

/// Calls body(begin, end) for ranges of `grain` ids that together are [0, count), and returns when
/// all are done: by the SharedThreads of this thread, or else by vtkSMPTools.
void runRanges(
  vtkIdType count, vtkIdType grain, const std::function<void(vtkIdType, vtkIdType)>& body);

/// The same as the kernel's loops take it (ParallelFor), over cells about the interface.
void runThreaded(int count, const std::function<void(int, int)>& body);

} // namespace mir

#endif
