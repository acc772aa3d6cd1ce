// Threads that stay from loop to loop take every index once, whatever the bodies do.
#include "plic/ParallelFor.h"
#include "plic/ThreadTeam.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using mir::ThreadTeam;

namespace {

/// How often a loop of the team visits each index; ranges are checked against the grain.
std::vector<int> visits(ThreadTeam& team, std::int64_t count, std::int64_t grain)
{
  std::vector<int> times(count, 0);
  team.run(count, grain, [&](std::int64_t begin, std::int64_t end) {
    EXPECT_LT(begin, end);
    for (std::int64_t i = begin; i < end; ++i)
    {
      ++times[i];
    }
  });
  return times;
}

TEST(TestThreadTeam, VisitsEveryIndexOnce)
{
  for (int threads : { 1, 2, 3, 8 })
  {
    ThreadTeam team(threads);
    for (int loop = 0; loop < 200; ++loop)
    {
      for (std::int64_t count : { 0, 1, 7, 100, 1001 })
      {
        for (std::int64_t grain : { 1, 10, 1000 })
        {
          const std::vector<int> times = visits(team, count, grain);
          ASSERT_EQ(std::count(times.begin(), times.end(), 1), count)
            << threads << " threads, grain " << grain;
        }
      }
    }
  }
}

TEST(TestThreadTeam, RangesHoldNoMoreThanTheGrain)
{
  ThreadTeam team(3);
  team.run(1000, 30, [](std::int64_t begin, std::int64_t end) {
    EXPECT_EQ(begin % 30, 0);
    EXPECT_EQ(end, std::min<std::int64_t>(1000, begin + 30));
  });
}

TEST(TestThreadTeam, LoopsOverBlocksVisitEachOnce)
{
  ThreadTeam team(3);
  for (int grain : { 1, 5, 16, 100 })
  {
    const mir::ParallelFor loops = [&](int count, const std::function<void(int, int)>& body) {
      team.run(count, grain, [&](std::int64_t begin, std::int64_t end) {
        body(static_cast<int>(begin), static_cast<int>(end));
      });
    };
    for (int items : { 0, 1, 16, 17, 160, 333 })
    {
      std::vector<int> times((items + 15) / 16, 0);
      mir::forBlocks(loops, items, 16, [&](int begin, int end) {
        for (int block = begin; block < end; ++block)
        {
          ++times[block];
        }
      });
      EXPECT_EQ(std::count(times.begin(), times.end(), 1), std::ptrdiff_t(times.size()))
        << items << " items, grain " << grain;
    }
  }
}

TEST(TestThreadTeam, AllThreadsTakePart)
{
  // Each range waits for the others, so that no thread can take two.
  ThreadTeam team(4);
  for (int loop = 0; loop < 20; ++loop)
  {
    std::mutex mutex;
    std::set<std::thread::id> seen;
    team.run(4, 1, [&](std::int64_t, std::int64_t) {
      std::unique_lock<std::mutex> lock(mutex);
      seen.insert(std::this_thread::get_id());
      while (seen.size() < 4)
      {
        lock.unlock();
        std::this_thread::yield();
        lock.lock();
      }
    });
    EXPECT_EQ(seen.size(), 4u);
    EXPECT_EQ(seen.count(std::this_thread::get_id()), 1u);
  }
}

TEST(TestThreadTeam, WakesThreadsThatFellAsleep)
{
  ThreadTeam team(2);
  for (int loop = 0; loop < 5; ++loop)
  {
    const std::vector<int> times = visits(team, 100, 1);
    EXPECT_EQ(std::count(times.begin(), times.end(), 1), 100);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST(TestThreadTeam, ServesOneThreadAfterAnother)
{
  ThreadTeam team(3);
  for (int caller = 0; caller < 20; ++caller)
  {
    std::thread([&] {
      const std::vector<int> times = visits(team, 1001, 10);
      EXPECT_EQ(std::count(times.begin(), times.end(), 1), 1001);
    }).join();
  }
}

TEST(TestThreadTeam, ThrowsWhatABodyThrowsAndGoesOn)
{
  for (int threads : { 1, 3 })
  {
    ThreadTeam team(threads);
    for (int loop = 0; loop < 50; ++loop)
    {
      auto body = [](std::int64_t begin, std::int64_t end) {
        if (begin <= 40 && 40 < end)
        {
          throw std::runtime_error("at 40");
        }
      };
      try
      {
        team.run(100, 7, body);
        ADD_FAILURE() << "nothing was thrown";
      }
      catch (const std::runtime_error& error)
      {
        EXPECT_STREQ(error.what(), "at 40");
      }
      const std::vector<int> times = visits(team, 100, 7);
      ASSERT_EQ(std::count(times.begin(), times.end(), 1), 100);
    }
  }
}

TEST(TestThreadTeam, LoopsWithinABodyRunOnItsThread)
{
  ThreadTeam team(2);
  const auto self = std::this_thread::get_id();
  team.run(64, 1, [&](std::int64_t, std::int64_t) {
    // Only the thread that made the team may call it.
    if (std::this_thread::get_id() == self)
    {
      const std::vector<int> times = visits(team, 50, 1);
      EXPECT_EQ(std::count(times.begin(), times.end(), 1), 50);
    }
  });
}

} // namespace
