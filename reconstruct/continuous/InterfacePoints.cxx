#include "reconstruct/continuous/InterfacePoints.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace mir {

void CellPoints::start(const int* sharedNodes, int sharedCount, int nodes, const Vec3* positions)
{
  this->SharedNodes = sharedNodes;
  this->SharedCount = sharedCount;
  this->Positions = positions;
  this->UsedEdges = 0;
  this->UsedFaces = 0;
  ++this->Stamp;
  if (this->NodePoints.size() < static_cast<std::size_t>(nodes))
  {
    this->NodePoints.resize(nodes);
    this->NodeStamps.resize(nodes, 0);
  }
}

void CellPoints::addNode(int node)
{
  this->NodeStamps[node] = this->Stamp;
  std::uint32_t global;
  this->NodePoints[node] = this->globalNodes(&node, 1, &global)
    ? this->Block.addShared(this->Positions[node], true, PointKey::ofNode(global))
    : this->Block.add(this->Positions[node], true);
}

int CellPoints::addEdge(int node0, int node1, double value0, double value1, unsigned a, unsigned b)
{
  if (this->before(node1, node0))
  {
    std::swap(node0, node1);
    std::swap(value0, value1);
  }
  const Vec3 position = edgePoint(value0, value1, this->Positions[node0], this->Positions[node1]);
  const int nodes[2] = { node0, node1 };
  std::uint32_t global[2];
  return this->globalNodes(nodes, 2, global)
    ? this->Block.addShared(position, false, PointKey::ofEdge(global[0], global[1], a, b))
    : this->Block.add(position);
}

bool CellPoints::globalNodes(const int* nodes, int count, std::uint32_t* global) const
{
  for (int i = 0; i < count; ++i)
  {
    if (nodes[i] >= this->SharedCount)
    {
      return false;
    }
    global[i] = static_cast<std::uint32_t>(this->SharedNodes[nodes[i]]);
  }
  return true;
}

namespace {

/// Which block's point is the first of its key.
struct FirstPoint
{
  PointKey key;
  int block = -1;
  int point = -1;
};

/// Points the later ones of a key to the first: entries of `first` get block and point.
void matchShare(const std::vector<BlockPoints*>& blocks, int share,
  std::vector<std::vector<std::pair<int, int>>>& first)
{
  std::size_t count = 0;
  for (const BlockPoints* block : blocks)
  {
    count += block->shared[share].size();
  }
  std::size_t size = 16;
  while (size < 2 * count)
  {
    size *= 2;
  }
  std::vector<FirstPoint> table(size);
  for (int b = 0; b < static_cast<int>(blocks.size()); ++b)
  {
    const auto& shared = blocks[b]->shared[share];
    first[b].resize(shared.size());
    for (std::size_t i = 0; i < shared.size(); ++i)
    {
      std::size_t at = shared[i].key.hash() & (size - 1);
      while (table[at].block >= 0 && !(table[at].key == shared[i].key))
      {
        at = (at + 1) & (size - 1);
      }
      if (table[at].block < 0)
      {
        table[at] = { shared[i].key, b, shared[i].point };
      }
      first[b][i] = { table[at].block, table[at].point };
    }
  }
}

} // namespace

MergedPoints mergePoints(const std::vector<BlockPoints*>& blocks, const ParallelFor& parallelFor)
{
  const int count = static_cast<int>(blocks.size());
  std::vector<std::vector<std::vector<std::pair<int, int>>>> first(BlockPoints::shares);
  parallelFor(BlockPoints::shares, [&](int begin, int end) {
    for (int share = begin; share < end; ++share)
    {
      first[share].resize(count);
      matchShare(blocks, share, first[share]);
    }
  });
  // Points that are the first of their key, or know none, are numbered block after block.
  MergedPoints merged;
  merged.numbers.resize(count);
  std::vector<std::int64_t> offsets(count + 1, 0);
  const auto eachLater = [&](int b, const auto& body) {
    for (int share = 0; share < BlockPoints::shares; ++share)
    {
      const auto& shared = blocks[b]->shared[share];
      for (std::size_t i = 0; i < shared.size(); ++i)
      {
        const auto [block, point] = first[share][b][i];
        if (block != b || point != shared[i].point)
        {
          body(shared[i].point, block, point);
        }
      }
    }
  };
  parallelFor(count, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      std::vector<int>& numbers = merged.numbers[b];
      numbers.assign(blocks[b]->positions.size(), 0);
      eachLater(b, [&numbers](int later, int, int) { numbers[later] = -1; });
      offsets[b + 1] = std::count(numbers.begin(), numbers.end(), 0);
    }
  });
  for (int b = 0; b < count; ++b)
  {
    offsets[b + 1] += offsets[b];
  }
  if (offsets[count] > std::numeric_limits<int>::max())
  {
    throw std::length_error("the interface has more points than an int can number");
  }
  merged.positions.resize(offsets[count]);
  parallelFor(count, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      int next = static_cast<int>(offsets[b]);
      for (std::size_t p = 0; p < blocks[b]->positions.size(); ++p)
      {
        if (merged.numbers[b][p] == 0)
        {
          merged.positions[next] = blocks[b]->positions[p];
          merged.numbers[b][p] = next++;
        }
      }
    }
  });
  parallelFor(count, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      eachLater(b, [&](int later, int block, int point) {
        merged.numbers[b][later] = merged.numbers[block][point];
      });
    }
  });
  return merged;
}

} // namespace mir
