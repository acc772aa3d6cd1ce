#include "reconstruct/continuous/PartBlock.h"

#include <algorithm>
#include <utility>

namespace mir {

ContinuousParts assembleParts(std::vector<PartBlock>& blocks, const ParallelFor& parallelFor)
{
  const int count = static_cast<int>(blocks.size());
  std::vector<BlockPoints*> points;
  std::vector<std::int64_t> first{ 0 };
  for (PartBlock& block : blocks)
  {
    points.push_back(&block.points);
    first.push_back(first.back() + static_cast<std::int64_t>(block.simplices.size()));
  }
  MergedPoints merged = mergePoints(points, parallelFor);
  ContinuousParts parts;
  parts.simplices.resize(first[count]);
  parts.materials.resize(first[count]);
  parts.cells.resize(first[count]);
  parallelFor(count, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      const PartBlock& block = blocks[b];
      for (std::size_t i = 0; i < block.simplices.size(); ++i)
      {
        std::array<int, 4>& simplex = parts.simplices[first[b] + i];
        for (int v = 0; v < 4; ++v)
        {
          const int point = block.simplices[i][v];
          simplex[v] = point < 0 ? -1 : merged.numbers[b][point];
        }
      }
      std::copy(block.materials.begin(), block.materials.end(), parts.materials.begin() + first[b]);
      std::copy(block.cells.begin(), block.cells.end(), parts.cells.begin() + first[b]);
    }
  });
  blocks.clear();
  // Points of simplices without measure may be left over.
  std::vector<int> number(merged.positions.size(), -1);
  for (const std::array<int, 4>& simplex : parts.simplices)
  {
    for (const int point : simplex)
    {
      if (point >= 0)
      {
        number[point] = 0;
      }
    }
  }
  int kept = 0;
  for (std::size_t p = 0; p < number.size(); ++p)
  {
    if (number[p] == 0)
    {
      merged.positions[kept] = merged.positions[p];
      number[p] = kept++;
    }
  }
  if (static_cast<std::size_t>(kept) < number.size())
  {
    merged.positions.resize(kept);
    for (std::array<int, 4>& simplex : parts.simplices)
    {
      for (int& point : simplex)
      {
        point = point < 0 ? -1 : number[point];
      }
    }
  }
  parts.points = std::move(merged.positions);
  return parts;
}

} // namespace mir
