#include "reconstruct/continuous/FacetCleaning.h"

#include "reconstruct/continuous/FacetBlock.h"

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

bool FacetCleaning::turnsLike(std::int64_t first, std::int64_t other) const
{
  const int* a = this->Facets.facetPoints.data() + this->Facets.facetOffsets[first];
  const int* b = this->Facets.facetPoints.data() + this->Facets.facetOffsets[other];
  const int start = static_cast<int>(std::find(b, b + this->Dimension, a[0]) - b);
  return b[(start + 1) % this->Dimension] == a[1] && (this->Dimension == 3 || start == 0);
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

namespace {

/// Points to add between two others, by these in ascending order.
using Insertions = std::map<std::pair<int, int>, std::vector<int>>;

/// Two shared nodes, the same one twice at a node, or none.
struct Place
{
  std::uint32_t nodes[2] = { 0, 0 };
  bool known = false;
};

/// The edge of two nodes on which both places lie.
bool commonEdge(const Place& a, const Place& b, std::pair<std::uint32_t, std::uint32_t>& edge)
{
  if (!a.known || !b.known)
  {
    return false;
  }
  edge = { std::min(a.nodes[0], b.nodes[0]), std::max(a.nodes[1], b.nodes[1]) };
  const auto on = [&edge](const Place& place) {
    return (place.nodes[0] == edge.first || place.nodes[0] == edge.second) &&
      (place.nodes[1] == edge.first || place.nodes[1] == edge.second);
  };
  return edge.first != edge.second && on(a) && on(b);
}

/// Calls body(p, q) for the edges of all facets.
template <typename Body>
void forEdges(const ContinuousFacets& facets, const Body& body)
{
  for (std::size_t facet = 0; facet < facets.areas.size(); ++facet)
  {
    const std::int64_t begin = facets.facetOffsets[facet];
    const std::int64_t end = facets.facetOffsets[facet + 1];
    for (std::int64_t i = begin; i < end; ++i)
    {
      body(facets.facetPoints[i], facets.facetPoints[i + 1 < end ? i + 1 : begin]);
    }
  }
}

/// Adds to `insertions` what lies on edges of nodes.
void findOnEdges(const ContinuousFacets& facets, const std::vector<Place>& places,
  const std::vector<char>& used, Insertions& insertions)
{
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<int>> onEdges;
  std::pair<std::uint32_t, std::uint32_t> edge;
  forEdges(facets, [&](int p, int q) {
    if (commonEdge(places[p], places[q], edge))
    {
      onEdges[edge];
    }
  });
  for (std::size_t p = 0; p < places.size() && !onEdges.empty(); ++p)
  {
    if (places[p].known && used[p] != 0 && places[p].nodes[0] != places[p].nodes[1])
    {
      const auto found = onEdges.find({ places[p].nodes[0], places[p].nodes[1] });
      if (found != onEdges.end())
      {
        found->second.push_back(static_cast<int>(p));
      }
    }
  }
  forEdges(facets, [&](int p, int q) {
    if (!commonEdge(places[p], places[q], edge) || onEdges[edge].empty())
    {
      return;
    }
    const Vec3 along = facets.points[q] - facets.points[p];
    for (const int point : onEdges[edge])
    {
      const double at = dot(facets.points[point] - facets.points[p], along);
      if (point != p && point != q && at > 0.0 && at < dot(along, along))
      {
        insertions[std::minmax({ p, q })].push_back(point);
      }
    }
  });
}

} // namespace

void FacetCleaning::splitEdges(
  const std::vector<FacetBlock>& blocks, const std::vector<std::vector<int>>& numbers)
{
  ContinuousFacets& facets = this->Facets;
  std::vector<char> used(facets.points.size(), 0);
  for (const int point : facets.facetPoints)
  {
    used[point] = 1;
  }
  std::vector<Place> places(facets.points.size());
  Insertions insertions;
  for (std::size_t b = 0; b < blocks.size(); ++b)
  {
    for (const auto& share : blocks[b].points.shared)
    {
      for (const BlockPoints::Shared& shared : share)
      {
        Place& place = places[numbers[b][shared.point]];
        place.known = shared.key.edge(place.nodes);
      }
    }
    for (const std::array<int, 3>& crossing : blocks[b].crossings)
    {
      const int from = this->find(numbers[b][crossing[0]]);
      const int to = this->find(numbers[b][crossing[1]]);
      const int point = this->find(numbers[b][crossing[2]]);
      if (from != to && point != from && point != to)
      {
        insertions[std::minmax({ from, to })].push_back(point);
      }
    }
  }
  findOnEdges(facets, places, used, insertions);
  if (insertions.empty())
  {
    return;
  }
  // From the lower of the two to the higher.
  for (auto& [ends, points] : insertions)
  {
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    const Vec3 origin = facets.points[ends.first];
    const Vec3 along = facets.points[ends.second] - origin;
    std::stable_sort(points.begin(), points.end(), [&](int a, int b) {
      return dot(facets.points[a] - origin, along) < dot(facets.points[b] - origin, along);
    });
  }
  std::vector<int> facetPoints;
  std::int64_t begin = 0;
  for (std::size_t facet = 0; facet < facets.areas.size(); ++facet)
  {
    const std::int64_t end = facets.facetOffsets[facet + 1];
    for (std::int64_t i = begin; i < end; ++i)
    {
      const int p = facets.facetPoints[i];
      const int q = facets.facetPoints[i + 1 < end ? i + 1 : begin];
      facetPoints.push_back(p);
      const auto found = insertions.find(std::minmax(p, q));
      if (found != insertions.end())
      {
        const std::vector<int>& points = found->second;
        p < q ? facetPoints.insert(facetPoints.end(), points.begin(), points.end())
              : facetPoints.insert(facetPoints.end(), points.rbegin(), points.rend());
      }
    }
    facets.facetOffsets[facet + 1] = static_cast<std::int64_t>(facetPoints.size());
    begin = end;
  }
  facets.facetPoints = std::move(facetPoints);
}

} // namespace mir
