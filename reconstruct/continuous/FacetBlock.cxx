#include "reconstruct/continuous/FacetBlock.h"

#include <algorithm>
#include <array>
#include <map>

namespace mir {

namespace {

/// Leaves out points that repeat their neighbour; returns how many are left.
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

/// The area times the normal; in 2D the segment turned to the right.
Vec3 areaVector(const std::vector<Vec3>& points, const int* corners, int count, int dimension)
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

double squaredDistance(const std::vector<Vec3>& points, int a, int b)
{
  const Vec3 difference = points[a] - points[b];
  return dot(difference, difference);
}

} // namespace

void FacetBlock::add(const int* corners, int count, unsigned char insideMaterial,
  unsigned char outsideMaterial, int cell, int dimension, double tolerance)
{
  const std::vector<Vec3>& positions = this->points.positions;
  const std::size_t begin = this->facetPoints.size();
  this->facetPoints.insert(this->facetPoints.end(), corners, corners + count);
  int* facet = this->facetPoints.data() + begin;
  for (int i = 0; i < count; ++i)
  {
    const int next = facet[i + 1 < count ? i + 1 : 0];
    if (facet[i] != next && squaredDistance(positions, facet[i], next) <= tolerance * tolerance)
    {
      this->joins.emplace_back(facet[i], next);
      std::replace(facet, facet + count, std::max(facet[i], next), std::min(facet[i], next));
    }
  }
  count = withoutRepeats(facet, count);
  Vec3 area;
  double size = 0.0;
  while (count >= dimension)
  {
    area = areaVector(positions, facet, count, dimension);
    size = length(area);
    if (size > 0.0)
    {
      break;
    }
    // All in one line: the closest two become one.
    int closest = 0;
    const auto gap = [&](int i) {
      return squaredDistance(positions, facet[i], facet[i + 1 < count ? i + 1 : 0]);
    };
    for (int i = 1; i < count; ++i)
    {
      closest = gap(i) < gap(closest) ? i : closest;
    }
    const int next = facet[closest + 1 < count ? closest + 1 : 0];
    this->joins.emplace_back(facet[closest], next);
    std::replace(
      facet, facet + count, std::max(facet[closest], next), std::min(facet[closest], next));
    count = withoutRepeats(facet, count);
  }
  if (count < dimension)
  {
    this->facetPoints.resize(begin);
    this->dropped = true;
    return;
  }
  this->facetPoints.resize(begin + count);
  bool allOnNodes = true;
  for (int i = 0; i < count && allOnNodes; ++i)
  {
    allOnNodes = this->points.onNode[this->facetPoints[begin + i]] != 0;
  }
  if (allOnNodes)
  {
    this->onNodes.push_back(static_cast<int>(this->areas.size()));
  }
  this->facetEnds.push_back(static_cast<int>(begin) + count);
  this->inside.push_back(insideMaterial);
  this->outside.push_back(outsideMaterial);
  this->cells.push_back(cell);
  this->normals.push_back(1.0 / size * area);
  this->areas.push_back(size);
}

namespace {

class Cleaning
{
public:
  Cleaning(ContinuousFacets& facets, int dimension)
    : Facets(facets)
    , Dimension(dimension)
    , Kept(facets.areas.size(), 1)
  {}

  void join(const std::vector<std::pair<int, int>>& pairs)
  {
    std::vector<int> root(this->Facets.points.size());
    for (std::size_t p = 0; p < root.size(); ++p)
    {
      root[p] = static_cast<int>(p);
    }
    const auto find = [&root](int p) {
      while (root[p] != p)
      {
        p = root[p] = root[root[p]];
      }
      return p;
    };
    for (const auto& [a, b] : pairs)
    {
      const auto [low, high] = std::minmax({ find(a), find(b) });
      root[high] = low;
    }
    for (int& point : this->Facets.facetPoints)
    {
      point = find(point);
    }
    this->dropRepeats();
  }

  // Facets on the same nodes: what lies between the outermost materials has no thickness.
  void combine(const std::vector<std::int64_t>& candidates)
  {
    std::map<std::array<int, 3>, std::vector<std::int64_t>> same;
    for (const std::int64_t facet : candidates)
    {
      const std::int64_t begin = this->Facets.facetOffsets[facet];
      if (this->Kept[facet] != 0 && this->Facets.facetOffsets[facet + 1] - begin == this->Dimension)
      {
        std::array<int, 3> nodes{ -1, -1, -1 };
        std::copy_n(this->Facets.facetPoints.begin() + begin, this->Dimension, nodes.begin());
        std::sort(nodes.begin(), nodes.end());
        same[nodes].push_back(facet);
      }
    }
    for (const auto& entry : same)
    {
      if (entry.second.size() > 1)
      {
        this->combineGroup(entry.second);
      }
    }
  }

  void finish()
  {
    this->removeFacets();
    this->removePoints();
  }

private:
  void dropRepeats()
  {
    std::vector<int>& points = this->Facets.facetPoints;
    std::int64_t filled = 0;
    std::int64_t begin = 0;
    for (std::size_t facet = 0; facet < this->Facets.areas.size(); ++facet)
    {
      const std::int64_t end = this->Facets.facetOffsets[facet + 1];
      const int count = withoutRepeats(points.data() + begin, static_cast<int>(end - begin));
      std::copy(points.begin() + begin, points.begin() + begin + count, points.begin() + filled);
      filled += count;
      begin = end;
      this->Facets.facetOffsets[facet + 1] = filled;
      if (count < this->Dimension)
      {
        this->Kept[facet] = 0;
        continue;
      }
      const Vec3 area =
        areaVector(this->Facets.points, points.data() + filled - count, count, this->Dimension);
      const double size = length(area);
      if (size > 0.0)
      {
        this->Facets.normals[facet] = 1.0 / size * area;
        this->Facets.areas[facet] = size;
      }
    }
    points.resize(filled);
  }

  // The side of a facet is told by whether its points turn like those of the first.
  bool turnsLike(std::int64_t first, std::int64_t other) const
  {
    const int* a = this->Facets.facetPoints.data() + this->Facets.facetOffsets[first];
    const int* b = this->Facets.facetPoints.data() + this->Facets.facetOffsets[other];
    const int start = static_cast<int>(std::find(b, b + this->Dimension, a[0]) - b);
    return b[(start + 1) % this->Dimension] == a[1] && (this->Dimension == 3 || start == 0);
  }

  void combineGroup(const std::vector<std::int64_t>& group)
  {
    // Of the materials in front of and behind the facets all but the outermost cancel.
    std::map<int, int> sides;
    for (const std::int64_t facet : group)
    {
      const int sign = this->turnsLike(group[0], facet) ? 1 : -1;
      sides[this->Facets.inside[facet]] -= sign;
      sides[this->Facets.outside[facet]] += sign;
    }
    int behind = -1;
    int front = -1;
    for (const auto& [material, balance] : sides)
    {
      behind = balance < 0 ? material : behind;
      front = balance > 0 ? material : front;
    }
    for (std::size_t i = 1; i < group.size(); ++i)
    {
      this->Kept[group[i]] = 0;
    }
    const std::int64_t facet = group[0];
    if (behind < 0 || front < 0)
    {
      this->Kept[facet] = 0;
      return;
    }
    if (behind > front)
    {
      std::swap(behind, front);
      std::reverse(this->Facets.facetPoints.begin() + this->Facets.facetOffsets[facet],
        this->Facets.facetPoints.begin() + this->Facets.facetOffsets[facet + 1]);
      this->Facets.normals[facet] = -this->Facets.normals[facet];
    }
    this->Facets.inside[facet] = static_cast<unsigned char>(behind);
    this->Facets.outside[facet] = static_cast<unsigned char>(front);
  }

  void removeFacets()
  {
    std::size_t kept = 0;
    std::int64_t filled = 0;
    std::int64_t begin = 0;
    ContinuousFacets& facets = this->Facets;
    for (std::size_t facet = 0; facet < facets.areas.size(); ++facet)
    {
      const std::int64_t end = facets.facetOffsets[facet + 1];
      if (this->Kept[facet] != 0)
      {
        std::copy(facets.facetPoints.begin() + begin, facets.facetPoints.begin() + end,
          facets.facetPoints.begin() + filled);
        filled += end - begin;
        facets.inside[kept] = facets.inside[facet];
        facets.outside[kept] = facets.outside[facet];
        facets.cells[kept] = facets.cells[facet];
        facets.normals[kept] = facets.normals[facet];
        facets.areas[kept] = facets.areas[facet];
        facets.facetOffsets[++kept] = filled;
      }
      begin = end;
    }
    facets.facetPoints.resize(filled);
    facets.facetOffsets.resize(kept + 1);
    facets.inside.resize(kept);
    facets.outside.resize(kept);
    facets.cells.resize(kept);
    facets.normals.resize(kept);
    facets.areas.resize(kept);
  }

  void removePoints()
  {
    std::vector<int> number(this->Facets.points.size(), 0);
    for (const int point : this->Facets.facetPoints)
    {
      number[point] = 1;
    }
    int kept = 0;
    for (std::size_t p = 0; p < number.size(); ++p)
    {
      if (number[p] != 0)
      {
        this->Facets.points[kept] = this->Facets.points[p];
        number[p] = kept++;
      }
    }
    this->Facets.points.resize(kept);
    for (int& point : this->Facets.facetPoints)
    {
      point = number[point];
    }
  }

  ContinuousFacets& Facets;
  const int Dimension;
  std::vector<char> Kept;
};

} // namespace

ContinuousFacets assembleFacets(
  std::vector<FacetBlock>& blocks, int dimension, const ParallelFor& parallelFor)
{
  const int count = static_cast<int>(blocks.size());
  std::vector<BlockPoints*> points;
  std::vector<std::int64_t> firstFacet{ 0 };
  std::vector<std::int64_t> firstPoint{ 0 };
  for (FacetBlock& block : blocks)
  {
    points.push_back(&block.points);
    firstFacet.push_back(firstFacet.back() + static_cast<std::int64_t>(block.areas.size()));
    firstPoint.push_back(firstPoint.back() + static_cast<std::int64_t>(block.facetPoints.size()));
  }
  MergedPoints merged = mergePoints(points, parallelFor);
  ContinuousFacets facets;
  facets.points = std::move(merged.positions);
  facets.facetOffsets.resize(firstFacet[count] + 1);
  facets.facetPoints.resize(firstPoint[count]);
  facets.inside.resize(firstFacet[count]);
  facets.outside.resize(firstFacet[count]);
  facets.cells.resize(firstFacet[count]);
  facets.normals.resize(firstFacet[count]);
  facets.areas.resize(firstFacet[count]);
  parallelFor(count, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      const FacetBlock& block = blocks[b];
      const std::int64_t first = firstFacet[b];
      for (std::size_t i = 0; i < block.facetPoints.size(); ++i)
      {
        facets.facetPoints[firstPoint[b] + i] = merged.numbers[b][block.facetPoints[i]];
      }
      for (std::size_t i = 0; i < block.facetEnds.size(); ++i)
      {
        facets.facetOffsets[first + i + 1] = firstPoint[b] + block.facetEnds[i];
      }
      std::copy(block.inside.begin(), block.inside.end(), facets.inside.begin() + first);
      std::copy(block.outside.begin(), block.outside.end(), facets.outside.begin() + first);
      std::copy(block.cells.begin(), block.cells.end(), facets.cells.begin() + first);
      std::copy(block.normals.begin(), block.normals.end(), facets.normals.begin() + first);
      std::copy(block.areas.begin(), block.areas.end(), facets.areas.begin() + first);
    }
  });

  std::vector<std::pair<int, int>> joins;
  std::vector<std::int64_t> onNodes;
  bool dropped = false;
  for (int b = 0; b < count; ++b)
  {
    for (const auto& [p, q] : blocks[b].joins)
    {
      joins.emplace_back(merged.numbers[b][p], merged.numbers[b][q]);
    }
    for (const int facet : blocks[b].onNodes)
    {
      onNodes.push_back(firstFacet[b] + facet);
    }
    dropped = dropped || blocks[b].dropped;
  }
  blocks.clear();
  if (!joins.empty() || !onNodes.empty() || dropped)
  {
    Cleaning cleaning(facets, dimension);
    if (!joins.empty())
    {
      cleaning.join(joins);
    }
    cleaning.combine(onNodes);
    cleaning.finish();
  }
  return facets;
}

} // namespace mir
