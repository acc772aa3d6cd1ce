#include "reconstruct/continuous/extraction/FacetBlock.h"

#include "reconstruct/continuous/extraction/FacetCleaning.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

double squaredDistance(const std::vector<Vec3>& points, int a, int b)
{
  const Vec3 difference = points[a] - points[b];
  return dot(difference, difference);
}

} // namespace

void FacetBlock::addCarefully(
  std::size_t begin, int insideMaterial, int outsideMaterial, const Owner& owner)
{
  const std::vector<Vec3>& positions = this->points.positions;
  const int dimension = owner.dimension;
  int* facet = this->facetPoints.data() + begin;
  int count = static_cast<int>(this->facetPoints.size() - begin);
  for (int i = 0; i < count; ++i)
  {
    const int next = facet[i + 1 < count ? i + 1 : 0];
    if (facet[i] != next &&
      squaredDistance(positions, facet[i], next) <= owner.tolerance * owner.tolerance)
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
    area = areaVector(positions.data(), facet, count, dimension);
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
  int onNode = 0;
  for (int i = 0; i < count; ++i)
  {
    onNode += this->points.onNode[this->facetPoints[begin + i]];
  }
  this->alongEdges = this->alongEdges || onNode > 1;
  if (onNode == count)
  {
    this->onNodes.push_back(static_cast<int>(this->facets.size()));
  }
  this->facets.push_back(
    { static_cast<int>(begin) + count, owner.cell, static_cast<unsigned char>(insideMaterial),
      static_cast<unsigned char>(outsideMaterial), size, 1.0 / size * area });
}

ContinuousFacets assembleFacets(std::vector<FacetBlock>& blocks, int dimension, bool manyMaterials,
  const ParallelFor& parallelFor)
{
  const int count = static_cast<int>(blocks.size());
  std::vector<BlockPoints*> points;
  bool alongEdges = false;
  for (FacetBlock& block : blocks)
  {
    points.push_back(&block.points);
    alongEdges = alongEdges || block.alongEdges;
  }
  MergedPoints merged = mergePoints(points, parallelFor);
  FacetCleaning cleaning(blocks, merged, dimension, parallelFor);
  cleaning.numberPoints();
  cleaning.combine();

  std::vector<std::int64_t> firstFacet{ 0 };
  std::vector<std::int64_t> firstPoint{ 0 };
  for (const FacetBlock& block : blocks)
  {
    firstFacet.push_back(firstFacet.back() + static_cast<std::int64_t>(block.facets.size()));
    firstPoint.push_back(firstPoint.back() + static_cast<std::int64_t>(block.facetPoints.size()));
  }
  ContinuousFacets facets;
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
      std::copy(block.facetPoints.begin(), block.facetPoints.end(),
        facets.facetPoints.begin() + firstPoint[b]);
      std::int64_t at = firstFacet[b];
      for (const FacetBlock::Facet& facet : block.facets)
      {
        facets.inside[at] = facet.inside;
        facets.outside[at] = facet.outside;
        facets.cells[at] = facet.cell;
        facets.normals[at] = facet.normal;
        facets.areas[at] = facet.area;
        facets.facetOffsets[++at] = firstPoint[b] + facet.end;
      }
    }
  });
  facets.points = std::move(merged.positions);
  const bool seams = dimension == 3 && manyMaterials && alongEdges;
  if (seams)
  {
    cleaning.splitEdges(facets);
  }
  if (seams || cleaning.leavesPoints())
  {
    removePoints(facets, parallelFor);
  }
  blocks.clear();
  return facets;
}

} // namespace mir
