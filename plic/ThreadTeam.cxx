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

} // namespace

struct ThreadTeam::Loop
{
  const Body& body;
  std::int64_t count;
  std::int64_t grain;
  std::vector<Share>& shares;
  std::atomic<int> helpers{ 0 };
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
  {
    const std::lock_guard<std::mutex> lock(this->Mutex);
    this->Ended = true;
    ++this->Started;
  }
  this->Wake.notify_all();
  for (std::thread& helper : this->Helpers)
  {
    helper.join();
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
  {
    const std::lock_guard<std::mutex> lock(this->Mutex);
    this->Current = &loop;
    ++this->Started;
  }
  this->Wake.notify_all();
  for (int i = static_cast<int>(this->Helpers.size()); i < this->NumberOfHelpers; ++i)
  {
    this->Helpers.emplace_back([this, i] { this->help(i + 1); });
  }
  loop.work(0);
  {
    std::unique_lock<std::mutex> lock(this->Mutex);
    this->Current = nullptr;
    lock.unlock();
    waitAwake([&loop] { return loop.helpers == 0; });
    lock.lock();
    this->Done.wait(lock, [&loop] { return loop.helpers == 0; });
  }
  this->Running = false;
  if (loop.error)
  {
    std::rethrow_exception(loop.error);
  }
}

void ThreadTeam::help(int thread)
{
  std::uint64_t joined = 0;
  auto started = [&] { return this->Started != joined; };
  for (;;)
  {
    waitAwake(started);
    std::unique_lock<std::mutex> lock(this->Mutex);
    this->Wake.wait(lock, started);
    joined = this->Started;
    if (this->Ended)
    {
      return;
    }
    Loop* loop = this->Current;
    if (!loop)
    {
      continue; // done without this thread
    }
    ++loop->helpers;
    lock.unlock();
    loop->work(thread);
    lock.lock();
    if (--loop->helpers == 0)
    {
      this->Done.notify_one();
    }
  }
}

} // namespace mir
