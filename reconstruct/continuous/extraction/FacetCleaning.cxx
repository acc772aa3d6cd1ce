#include "reconstruct/continuous/extraction/FacetCleaning.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace mir {

int withoutRepeats(int* corners, int count)
{
  int kept = 0;
  for (int i = 0; i < count; ++i)
  {
    if (kept == 0 || corners[i] != corners[kept - 1])
    {
      corners[kept++] = corners[i];
    }
  }
  while (kept > 1 && corners[kept - 1] == corners[0])
  {
    --kept;
  }
  return kept;
}

Vec3 areaVector(const Vec3* points, const int* corners, int count, int dimension)
{
  const Vec3 origin = points[corners[0]];
  if (dimension == 2)
  {
    const Vec3 along = points[corners[1]] - origin;
    return { along.y, -along.x, 0.0 };
  }
  if (count == 4)
  {
    return 0.5 * cross(points[corners[2]] - origin, points[corners[3]] - points[corners[1]]);
  }
  Vec3 sum;
  for (int i = 1; i + 1 < count; ++i)
  {
    sum = sum + cross(points[corners[i]] - origin, points[corners[i + 1]] - origin);
  }
  return 0.5 * sum;
}

FacetCleaning::FacetCleaning(std::vector<FacetBlock>& blocks, const MergedPoints& merged,
  int dimension, const ParallelFor& parallelFor)
  : Blocks(blocks)
  , Merged(merged)
  , Dimension(dimension)
  , Parallel(parallelFor)
{}

int* FacetCleaning::pointsOf(FacetPlace place) const
{
  FacetBlock& block = this->Blocks[place.first];
  return block.facetPoints.data() + block.begin(place.second);
}

int FacetCleaning::countOf(FacetPlace place) const
{
  const FacetBlock& block = this->Blocks[place.first];
  return block.facets[place.second].end - block.begin(place.second);
}

void FacetCleaning::findRoots()
{
  std::vector<std::pair<int, int>> pairs;
  for (std::size_t b = 0; b < this->Blocks.size(); ++b)
  {
    for (const auto& [p, q] : this->Blocks[b].joins)
    {
      pairs.emplace_back(this->Merged.numbers[b][p], this->Merged.numbers[b][q]);
    }
  }
  if (pairs.empty())
  {
    return;
  }
  this->Root.resize(this->Merged.positions.size());
  std::iota(this->Root.begin(), this->Root.end(), 0);
  this->Joined.assign(this->Root.size(), 0);
  const auto rootOf = [this](int point) {
    while (this->Root[point] != point)
    {
      point = this->Root[point] = this->Root[this->Root[point]];
    }
    return point;
  };
  for (const auto& [a, b] : pairs)
  {
    const auto [low, high] = std::minmax({ rootOf(a), rootOf(b) });
    this->Root[high] = low;
  }
  // One step from each point to its root: whatever is joined is in a pair.
  for (const auto& [a, b] : pairs)
  {
    this->Root[a] = rootOf(a);
    this->Root[b] = rootOf(b);
    this->Joined[this->Root[a]] = 1;
  }
}

void FacetCleaning::numberPoints()
{
  this->findRoots();
  this->Parallel(static_cast<int>(this->Blocks.size()), [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      this->numberBlock(b);
    }
  });
}

void FacetCleaning::numberBlock(int b)
{
  FacetBlock& block = this->Blocks[b];
  const std::vector<int>& numbers = this->Merged.numbers[b];
  if (this->Root.empty())
  {
    for (int& point : block.facetPoints)
    {
      point = numbers[point];
    }
    return;
  }
  std::vector<int> candidates;
  auto onNodes = block.onNodes.begin();
  int begin = 0;
  int filled = 0;
  int kept = 0;
  for (int f = 0; f < static_cast<int>(block.facets.size()); ++f)
  {
    FacetBlock::Facet facet = block.facets[f];
    int* points = block.facetPoints.data() + filled;
    int count = facet.end - begin;
    bool joined = false;
    for (int i = 0; i < count; ++i)
    {
      points[i] = this->Root[numbers[block.facetPoints[begin + i]]];
      joined = joined || this->Joined[points[i]] != 0;
    }
    begin = facet.end;
    const bool listed = onNodes != block.onNodes.end() && *onNodes == f;
    onNodes += listed ? 1 : 0;
    if (joined)
    {
      count = withoutRepeats(points, count);
      if (count < this->Dimension)
      {
        block.dropped = true;
        continue;
      }
      const Vec3 area = areaVector(this->Merged.positions.data(), points, count, this->Dimension);
      const double size = length(area);
      if (size > 0.0)
      {
        facet.normal = 1.0 / size * area;
        facet.area = size;
      }
    }
    if (joined || listed)
    {
      candidates.push_back(kept);
    }
    filled += count;
    facet.end = filled;
    block.facets[kept++] = facet;
  }
  block.facets.resize(kept);
  block.facetPoints.resize(filled);
  block.onNodes.swap(candidates);
}

void FacetCleaning::combine()
{
  std::map<std::vector<int>, std::vector<FacetPlace>> same;
  for (int b = 0; b < static_cast<int>(this->Blocks.size()); ++b)
  {
    for (const int facet : this->Blocks[b].onNodes)
    {
      const int* points = this->pointsOf({ b, facet });
      std::vector<int> outline(points, points + this->countOf({ b, facet }));
      std::sort(outline.begin(), outline.end());
      same[outline].emplace_back(b, facet);
    }
  }
  std::vector<FacetPlace> removed;
  for (const auto& entry : same)
  {
    if (entry.second.size() > 1)
    {
      this->combineGroup(entry.second, removed);
    }
  }
  this->remove(removed);
}

// The side of a facet is told by whether its points turn like those of the first.
bool FacetCleaning::turnsLike(FacetPlace first, FacetPlace other) const
{
  const int* a = this->pointsOf(first);
  const int* b = this->pointsOf(other);
  const int count = this->countOf(first);
  const int start = static_cast<int>(std::find(b, b + count, a[0]) - b);
  return this->Dimension == 2 ? start == 0 : b[(start + 1) % count] == a[1];
}

void FacetCleaning::combineGroup(
  const std::vector<FacetPlace>& group, std::vector<FacetPlace>& removed)
{
  // Of the materials in front of and behind the facets all but the outermost cancel.
  std::map<int, int> sides;
  for (const FacetPlace& place : group)
  {
    const FacetBlock::Facet& facet = this->Blocks[place.first].facets[place.second];
    const int sign = this->turnsLike(group[0], place) ? 1 : -1;
    sides[facet.inside] -= sign;
    sides[facet.outside] += sign;
  }
  int behind = -1;
  int front = -1;
  for (const auto& [material, balance] : sides)
  {
    behind = balance < 0 ? material : behind;
    front = balance > 0 ? material : front;
  }
  const bool stays = behind >= 0 && front >= 0;
  removed.insert(removed.end(), group.begin() + (stays ? 1 : 0), group.end());
  if (!stays)
  {
    return;
  }
  FacetBlock::Facet& facet = this->Blocks[group[0].first].facets[group[0].second];
  if (behind > front)
  {
    std::swap(behind, front);
    int* points = this->pointsOf(group[0]);
    std::reverse(points, points + this->countOf(group[0]));
    facet.normal = -facet.normal;
  }
  facet.inside = static_cast<unsigned char>(behind);
  facet.outside = static_cast<unsigned char>(front);
}

void FacetCleaning::remove(const std::vector<FacetPlace>& facets)
{
  std::map<int, std::set<int>> byBlock;
  for (const auto& [block, facet] : facets)
  {
    byBlock[block].insert(facet);
  }
  for (const auto& [b, removed] : byBlock)
  {
    FacetBlock& block = this->Blocks[b];
    block.dropped = true;
    int begin = 0;
    int filled = 0;
    int kept = 0;
    for (int f = 0; f < static_cast<int>(block.facets.size()); ++f)
    {
      FacetBlock::Facet facet = block.facets[f];
      const int end = facet.end;
      if (removed.count(f) == 0)
      {
        std::copy(block.facetPoints.begin() + begin, block.facetPoints.begin() + end,
          block.facetPoints.begin() + filled);
        filled += end - begin;
        facet.end = filled;
        block.facets[kept++] = facet;
      }
      begin = end;
    }
    block.facets.resize(kept);
    block.facetPoints.resize(filled);
  }
}

bool FacetCleaning::leavesPoints() const
{
  return !this->Root.empty() ||
    std::any_of(this->Blocks.begin(), this->Blocks.end(),
      [](const FacetBlock& block) { return block.dropped; });
}

void removePoints(ContinuousFacets& facets, const ParallelFor& parallelFor)
{
  std::vector<int> number(facets.points.size(), 0);
  for (const int point : facets.facetPoints)
  {
    number[point] = 1;
  }
  int kept = 0;
  for (std::size_t p = 0; p < number.size(); ++p)
  {
    if (number[p] != 0)
    {
      facets.points[kept] = facets.points[p];
      number[p] = kept++;
    }
  }
  facets.points.resize(kept);
  parallelFor(static_cast<int>(facets.areas.size()), [&](int begin, int end) {
    for (std::int64_t i = facets.facetOffsets[begin]; i < facets.facetOffsets[end]; ++i)
    {
      facets.facetPoints[i] = number[facets.facetPoints[i]];
    }
  });
}

} // namespace mir
