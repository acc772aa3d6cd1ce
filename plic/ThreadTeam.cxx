#include "plic/ThreadTeam.h"

#include <algorithm>
#include <chrono>
#include <exception>

namespace mir {

namespace {

/// Waits awake until the condition holds, but no longer than the work between two loops may take.
/// Does not yield: what else runs on the processor might keep it for longer than all loops take.
template <typename Condition>
void waitAwake(Condition condition)
{
  constexpr std::chrono::microseconds longest{ 200 };
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!condition() && std::chrono::steady_clock::now() < end)
  {}
}

// The parts of ThreadTeam::State.
constexpr std::uint64_t isOpen = std::uint64_t{ 1 } << 31;
constexpr int loopShift = 32;

std::uint64_t loopOf(std::uint64_t state)
{
  return state >> loopShift;
}

std::uint64_t helpersOf(std::uint64_t state)
{
  return state & (isOpen - 1);
}

} // namespace

struct ThreadTeam::Loop
{
  const Body& body;
  std::int64_t count;
  std::int64_t grain;
  std::vector<Share>& shares;
  std::atomic<bool> failed{ false };
  std::exception_ptr error;

  Loop(const Body& what, std::int64_t items, std::int64_t range, std::vector<Share>& threads)
    : body(what)
    , count(items)
    , grain(range)
    , shares(threads)
  {
    const std::int64_t ranges = (count + grain - 1) / grain;
    const auto number = static_cast<std::int64_t>(this->shares.size());
    for (std::int64_t i = 0; i < number; ++i)
    {
      this->shares[i].next = ranges * i / number;
      this->shares[i].end = ranges * (i + 1) / number;
    }
  }

  /// Takes ranges until none are left, those of `thread` first.
  void work(std::size_t thread)
  {
    for (std::size_t i = 0; i < this->shares.size(); ++i)
    {
      Share& share = this->shares[(thread + i) % this->shares.size()];
      std::int64_t range;
      while (!this->failed && (range = share.next.fetch_add(1)) < share.end)
      {
        this->take(range * this->grain);
      }
    }
  }

private:
  void take(std::int64_t begin)
  {
    try
    {
      this->body(begin, std::min(this->count, begin + this->grain));
    }
    catch (...)
    {
      if (!this->failed.exchange(true))
      {
        this->error = std::current_exception();
      }
    }
  }
};

ThreadTeam::ThreadTeam(int threads)
  : NumberOfHelpers(std::max(0, threads - 1))
  , Shares(std::max(1, threads))
{}

ThreadTeam::~ThreadTeam()
{
  this->Ended = true;
  this->wakeHelpers();
  for (std::thread& helper : this->Helpers)
  {
    helper.join();
  }
}

void ThreadTeam::wakeHelpers()
{
  // A helper counts itself before it looks for the last time whether there is work.
  if (this->Asleep > 0)
  {
    // Until it has fallen asleep.
    std::unique_lock<std::mutex>(this->Mutex).unlock();
    this->Wake.notify_all();
  }
}

void ThreadTeam::run(std::int64_t count, std::int64_t grain, const Body& body)
{
  if (this->NumberOfHelpers == 0 || count <= grain || this->Running)
  {
    if (count > 0)
    {
      body(0, count);
    }
    return;
  }
  Loop loop(body, count, std::max<std::int64_t>(1, grain), this->Shares);
  this->Running = true;
  this->Current = &loop;
  this->State = (loopOf(this->State) + 1) << loopShift | isOpen;
  this->wakeHelpers();
  for (int i = static_cast<int>(this->Helpers.size()); i < this->NumberOfHelpers; ++i)
  {
    this->Helpers.emplace_back([this, i] { this->help(i + 1); });
  }
  loop.work(0);
  this->State &= ~isOpen;
  const auto done = [this] { return helpersOf(this->State) == 0; };
  waitAwake(done);
  if (!done())
  {
    std::unique_lock<std::mutex> lock(this->Mutex);
    this->CallerAsleep = true;
    this->Done.wait(lock, done);
    this->CallerAsleep = false;
  }
  this->Running = false;
  if (loop.error)
  {
    std::rethrow_exception(loop.error);
  }
}

// Joins the loop at hand unless that is closed, and notes its number.
bool ThreadTeam::join(std::uint64_t& seen)
{
  std::uint64_t state = this->State;
  do
  {
    seen = loopOf(state);
    if ((state & isOpen) == 0)
    {
      return false;
    }
  } while (!this->State.compare_exchange_weak(state, state + 1));
  return true;
}

// The loop may be gone as soon as the state says so.
void ThreadTeam::leave()
{
  if (helpersOf(--this->State) == 0 && this->CallerAsleep)
  {
    std::unique_lock<std::mutex>(this->Mutex).unlock();
    this->Done.notify_one();
  }
}

void ThreadTeam::help(int thread)
{
  std::uint64_t seen = 0;
  const auto called = [&] { return this->Ended || loopOf(this->State) != seen; };
  while (!this->Ended)
  {
    waitAwake(called);
    if (!called())
    {
      std::unique_lock<std::mutex> lock(this->Mutex);
      ++this->Asleep;
      this->Wake.wait(lock, called);
      --this->Asleep;
    }
    if (this->join(seen))
    {
      this->Current->work(thread);
      this->leave();
    }
  }
}

} // namespace mir
