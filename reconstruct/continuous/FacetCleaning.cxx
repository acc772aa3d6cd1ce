#include "reconstruct/continuous/FacetCleaning.h"

#include <algorithm>
#include <array>
#include <map>

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

FacetCleaning::FacetCleaning(ContinuousFacets& facets, int dimension)
  : Facets(facets)
  , Dimension(dimension)
  , Kept(facets.areas.size(), 1)
{}

int FacetCleaning::find(int point)
{
  if (this->Root.empty())
  {
    return point;
  }
  while (this->Root[point] != point)
  {
    point = this->Root[point] = this->Root[this->Root[point]];
  }
  return point;
}

void FacetCleaning::join(const std::vector<std::pair<int, int>>& pairs)
{
  if (pairs.empty())
  {
    return;
  }
  this->Root.resize(this->Facets.points.size());
  for (std::size_t p = 0; p < this->Root.size(); ++p)
  {
    this->Root[p] = static_cast<int>(p);
  }
  for (const auto& [a, b] : pairs)
  {
    const auto [low, high] = std::minmax({ this->find(a), this->find(b) });
    this->Root[high] = low;
  }
  for (int& point : this->Facets.facetPoints)
  {
    point = this->find(point);
  }
  this->dropRepeats();
}

void FacetCleaning::dropRepeats()
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

void FacetCleaning::combine(const std::vector<std::int64_t>& candidates)
{
  std::map<std::vector<int>, std::vector<std::int64_t>> same;
  const auto consider = [&](std::int64_t facet) {
    std::vector<int> outline(this->Facets.facetPoints.begin() + this->Facets.facetOffsets[facet],
      this->Facets.facetPoints.begin() + this->Facets.facetOffsets[facet + 1]);
    std::sort(outline.begin(), outline.end());
    same[outline].push_back(facet);
  };
  std::vector<char> joined(this->Root.empty() ? 0 : this->Facets.points.size(), 0);
  for (std::size_t p = 0; p < joined.size(); ++p)
  {
    const int root = this->find(static_cast<int>(p));
    if (root != static_cast<int>(p))
    {
      joined[root] = 1;
    }
  }
  std::vector<char> listed(this->Kept.size(), 0);
  for (const std::int64_t facet : candidates)
  {
    listed[facet] = 1;
  }
  for (std::size_t facet = 0; facet < this->Kept.size(); ++facet)
  {
    bool wanted = listed[facet] != 0;
    for (auto i = this->Facets.facetOffsets[facet];
         i < this->Facets.facetOffsets[facet + 1] && !wanted && !joined.empty(); ++i)
    {
      wanted = joined[this->Facets.facetPoints[i]] != 0;
    }
    if (wanted && this->Kept[facet] != 0)
    {
      consider(static_cast<std::int64_t>(facet));
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

// The side of a facet is told by whether its points turn like those of the first.
bool FacetCleaning::turnsLike(std::int64_t first, std::int64_t other) const
{
  const int* a = this->Facets.facetPoints.data() + this->Facets.facetOffsets[first];
  const int* b = this->Facets.facetPoints.data() + this->Facets.facetOffsets[other];
  const int count =
    static_cast<int>(this->Facets.facetOffsets[first + 1] - this->Facets.facetOffsets[first]);
  const int start = static_cast<int>(std::find(b, b + count, a[0]) - b);
  return this->Dimension == 2 ? start == 0 : b[(start + 1) % count] == a[1];
}

void FacetCleaning::combineGroup(const std::vector<std::int64_t>& group)
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

void FacetCleaning::removeFacets()
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

void FacetCleaning::removePoints()
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

} // namespace mir
