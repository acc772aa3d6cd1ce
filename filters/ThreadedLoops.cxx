#include "ThreadedLoops.h"

#include "vtkSMPTools.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace mir {

namespace {

thread_local ThreadTeam* sharedTeam = nullptr;

/// Teams at rest. Never destroyed: at the end of the process threads asleep do no harm, but to wait
/// for them would in a process forked from the one that started them.
struct IdleTeams
{
  std::mutex mutex;
  std::vector<std::unique_ptr<ThreadTeam>> teams;

  static IdleTeams& ofProcess()
  {
    static auto* idle = new IdleTeams;
    return *idle;
  }

  std::unique_ptr<ThreadTeam> take(int threads)
  {
    const std::lock_guard<std::mutex> lock(this->mutex);
    const auto found = std::find_if(this->teams.begin(), this->teams.end(),
      [threads](const auto& team) { return team->numberOfThreads() == threads; });
    if (found == this->teams.end())
    {
      return std::make_unique<ThreadTeam>(threads);
    }
    std::unique_ptr<ThreadTeam> team = std::move(*found);
    this->teams.erase(found);
    return team;
  }

  void giveBack(std::unique_ptr<ThreadTeam> team)
  {
    const std::lock_guard<std::mutex> lock(this->mutex);
    this->teams.push_back(std::move(team));
  }
};

} // namespace

SharedThreads::SharedThreads()
  : Team(IdleTeams::ofProcess().take(
      vtkSMPTools::IsParallelScope() ? 1 : vtkSMPTools::GetEstimatedNumberOfThreads()))
  , Outer(sharedTeam)
{
  sharedTeam = this->Team.get();
}

SharedThreads::~SharedThreads()
{
  sharedTeam = this->Outer;
  IdleTeams::ofProcess().giveBack(std::move(this->Team));
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
