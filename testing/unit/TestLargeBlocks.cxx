#include "plic/LargeBlocks.h"
#include "plic/UninitializedVector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

using namespace mir;

namespace {

struct Taken
{
  unsigned char* place;
  std::size_t bytes;
};

Taken take(std::size_t bytes, unsigned char mark)
{
  auto* place = static_cast<unsigned char*>(takeBlock(bytes));
  std::memset(place, mark, bytes);
  return { place, bytes };
}

bool isMarked(const Taken& block, unsigned char mark)
{
  return std::all_of(
    block.place, block.place + block.bytes, [mark](unsigned char byte) { return byte == mark; });
}

} // namespace

// Blocks in use do not overlap and are aligned, of all sizes, used before or not.
TEST(LargeBlocks, AreApartAndAligned)
{
  const std::size_t sizes[] = { 1, 100, 65535, 65536, 65537, 100000, 131072, 1000003, 8388607,
    8388608, 10000001 };
  for (int round = 0; round < 3; ++round)
  {
    std::vector<Taken> blocks;
    for (const std::size_t bytes : sizes)
    {
      for (int copy = 0; copy < 2; ++copy)
      {
        blocks.push_back(take(bytes, static_cast<unsigned char>(blocks.size())));
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(blocks.back().place) % blockAlignment, 0u);
      }
    }
    for (std::size_t i = 0; i < blocks.size(); ++i)
    {
      EXPECT_TRUE(isMarked(blocks[i], static_cast<unsigned char>(i))) << blocks[i].bytes;
    }
    for (const Taken& block : blocks)
    {
      giveBlock(block.place, block.bytes);
    }
  }
  giveBlock(nullptr, 100000);
}

// Threads that give and take at once never hold the same block.
TEST(LargeBlocks, ServeAllThreads)
{
  std::vector<std::thread> threads;
  std::vector<char> right(4, 1);
  for (unsigned char t = 0; t < 4; ++t)
  {
    threads.emplace_back([t, &right] {
      for (int round = 0; round < 200; ++round)
      {
        const Taken a = take(70000 + 1000 * (round % 7), t);
        const Taken b = take(150000, t);
        right[t] = right[t] && isMarked(a, t) && isMarked(b, t);
        giveBlock(a.place, a.bytes);
        giveBlock(b.place, b.bytes);
      }
    });
  }
  for (std::thread& thread : threads)
  {
    thread.join();
  }
  EXPECT_EQ(right, std::vector<char>(4, 1));
}

TEST(LargeBlocks, VectorsKeepWhatTheyHold)
{
  UninitializedVector<int> values;
  for (int i = 0; i < 3000000; ++i)
  {
    values.push_back(i);
  }
  UninitializedVector<int> copy = values;
  values.resize(100000);
  values.shrink_to_fit();
  for (int i = 0; i < 100000; ++i)
  {
    ASSERT_EQ(values[i], i);
  }
  EXPECT_EQ(copy.back(), 2999999);
}
