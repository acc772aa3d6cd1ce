#include "ThreadedLoops.h"

#include "vtkSMPTools.h"

#include <algorithm>

namespace mir {

namespace {

thread_local ThreadTeam* sharedTeam = nullptr;

} // namespace

SharedThreads::SharedThreads()
  : Team(vtkSMPTools::IsParallelScope() ? 1 : vtkSMPTools::GetEstimatedNumberOfThreads())
  , Outer(sharedTeam)
{
  sharedTeam = &this->Team;
}

SharedThreads::~SharedThreads()
{
  sharedTeam = this->Outer;
}

void runRanges(
  vtkIdType count, vtkIdType grain, const std::function<void(vtkIdType, vtkIdType)>& body)
{
  if (sharedTeam)
  {
    sharedTeam->run(count, grain, body);
  }
  else
  {
    vtkSMPTools::For(0, count, grain, body);
  }
}

void runThreaded(int count, const std::function<void(int, int)>& body)
{
  // Fewer items cost less than the loop's start.
  const int least = sharedTeam ? 256 : 1024;
  runRanges(count, count < least ? least : std::max(least / 4, count / 64),
    [&](vtkIdType begin, vtkIdType end) { body(static_cast<int>(begin), static_cast<int>(end)); });
}

} // namespace mir
