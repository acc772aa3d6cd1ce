#include "reconstruct/continuous/extraction/FacetBlock.h"
#include "reconstruct/continuous/extraction/FacetCleaning.h"

#include <algorithm>
#include <array>
#include <map>

namespace mir {

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

void FacetCleaning::splitEdges(ContinuousFacets& facets) const
{
  const std::vector<FacetBlock>& blocks = this->Blocks;
  const std::vector<std::vector<int>>& numbers = this->Merged.numbers;
  std::vector<char> used(facets.points.size(), 0);
  for (const int point : facets.facetPoints)
  {
    used[point] = 1;
  }
  std::vector<Place> places(facets.points.size());
  Insertions insertions;
  for (std::size_t b = 0; b < blocks.size(); ++b)
  {
    const BlockPoints& points = blocks[b].points;
    for (int share = 0; share < BlockPoints::shares; ++share)
    {
      for (const BlockPoints::SharedNode& shared : points.sharedNodes[share])
      {
        const auto node = static_cast<std::uint32_t>(shared.node);
        places[numbers[b][shared.point]] = { { node, node }, true };
      }
      for (const BlockPoints::Shared& shared : points.shared[share])
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
