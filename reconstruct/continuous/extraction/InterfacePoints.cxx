#include "reconstruct/continuous/extraction/InterfacePoints.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace mir {

void BlockPoints::keep(std::vector<int>& numbers)
{
  int kept = 0;
  for (std::size_t point = 0; point < numbers.size(); ++point)
  {
    if (numbers[point] >= 0)
    {
      this->positions[kept] = this->positions[point];
      this->onNode[kept] = this->onNode[point];
      numbers[point] = kept++;
    }
  }
  this->positions.resize(kept);
  this->onNode.resize(kept);
  const auto keepIn = [&numbers](auto& list) {
    list.erase(std::remove_if(list.begin(), list.end(),
                 [&numbers](const auto& entry) { return numbers[entry.point] < 0; }),
      list.end());
    for (auto& entry : list)
    {
      entry.point = numbers[entry.point];
    }
  };
  for (int share = 0; share < shares; ++share)
  {
    keepIn(this->shared[share]);
    keepIn(this->sharedNodes[share]);
  }
}

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
  const Vec3 position = this->Positions[node];
  this->NodePoints[node] = node < this->SharedCount
    ? this->Block.addNode(position, this->SharedNodes[node])
    : this->Block.add(position, true);
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
    ? this->Block.addShared(position, PointKey::ofEdge(global[0], global[1], a, b))
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

/// A point of a block.
struct PlacedPoint
{
  int block = -1;
  int point = -1;
};

struct FirstPoint
{
  PointKey key;
  PlacedPoint place;
};

/// For the points of a share of each block, those at nodes and then those of keys, which one is the
/// first of the same.
using FirstPoints = std::vector<std::vector<PlacedPoint>>;

void matchNodes(const std::vector<BlockPoints*>& blocks, int share, FirstPoints& first)
{
  std::vector<PlacedPoint> table;
  for (int b = 0; b < static_cast<int>(blocks.size()); ++b)
  {
    for (const BlockPoints::SharedNode& entry : blocks[b]->sharedNodes[share])
    {
      const std::size_t at = entry.node / BlockPoints::shares;
      if (at >= table.size())
      {
        table.resize(std::max(at + 1, 2 * table.size()));
      }
      if (table[at].block < 0)
      {
        table[at] = { b, entry.point };
      }
      first[b].push_back(table[at]);
    }
  }
}

void matchKeys(const std::vector<BlockPoints*>& blocks, int share, FirstPoints& first)
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
    for (const BlockPoints::Shared& entry : blocks[b]->shared[share])
    {
      std::size_t at = entry.key.hash() & (size - 1);
      while (table[at].place.block >= 0 && !(table[at].key == entry.key))
      {
        at = (at + 1) & (size - 1);
      }
      if (table[at].place.block < 0)
      {
        table[at] = { entry.key, { b, entry.point } };
      }
      first[b].push_back(table[at].place);
    }
  }
}

} // namespace

MergedPoints mergePoints(const std::vector<BlockPoints*>& blocks, const ParallelFor& parallelFor)
{
  const int count = static_cast<int>(blocks.size());
  std::vector<FirstPoints> first(BlockPoints::shares);
  parallelFor(BlockPoints::shares, [&](int begin, int end) {
    for (int share = begin; share < end; ++share)
    {
      first[share].resize(count);
      for (int b = 0; b < count; ++b)
      {
        first[share][b].reserve(
          blocks[b]->sharedNodes[share].size() + blocks[b]->shared[share].size());
      }
      matchNodes(blocks, share, first[share]);
      matchKeys(blocks, share, first[share]);
    }
  });
  // Points that are the first of the same, or have none, are numbered block after block.
  MergedPoints merged;
  merged.numbers.resize(count);
  std::vector<std::int64_t> offsets(count + 1, 0);
  const auto eachLater = [&](int b, const auto& body) {
    for (int share = 0; share < BlockPoints::shares; ++share)
    {
      const PlacedPoint* same = first[share][b].data();
      const auto each = [&](const auto& list) {
        for (const auto& entry : list)
        {
          if (same->block != b || same->point != entry.point)
          {
            body(entry.point, same->block, same->point);
          }
          ++same;
        }
      };
      each(blocks[b]->sharedNodes[share]);
      each(blocks[b]->shared[share]);
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
