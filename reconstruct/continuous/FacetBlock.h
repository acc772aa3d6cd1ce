// Facets of a block of cells, before the blocks' points are merged.
#ifndef mir_reconstruct_continuous_FacetBlock_h
#define mir_reconstruct_continuous_FacetBlock_h

#include "reconstruct/continuous/ContinuousInterface.h"
#include "reconstruct/continuous/InterfacePoints.h"

#include <array>
#include <utility>
#include <vector>

namespace mir {

/// Facets with the points of a block, as they are found.
struct FacetBlock
{
  BlockPoints points;
  /// Facet i ends before facetPoints[facetEnds[i]].
  std::vector<int> facetEnds;
  std::vector<int> facetPoints;
  std::vector<unsigned char> inside;
  std::vector<unsigned char> outside;
  std::vector<int> cells;
  std::vector<Vec3> normals;
  std::vector<double> areas;
  /// Pairs of points to be joined: they lie closer than rounding tells apart.
  std::vector<std::pair<int, int>> joins;
  /// Facets with all points on nodes: another one may lie on the same.
  std::vector<int> onNodes;
  /// Points that lie between two others on a facet's edge without being among its points: from, to
  /// and the point.
  std::vector<std::array<int, 3>> crossings;
  /// Whether points may be left that no facet has.
  bool dropped = false;
  /// Whether an edge of a facet may lie along that of two nodes, where other points may lie.
  bool alongEdges = false;

  /// Adds a facet whose points are in order, without repeated ones, unless it has no extent. The
  /// points closer than `tolerance` are joined.
  void add(const int* corners, int count, unsigned char insideMaterial,
    unsigned char outsideMaterial, int cell, int dimension, double tolerance);
};

/// Puts the blocks' facets together in their order, with common points: joins points, drops what
/// has no extent then, takes facets on the same nodes together (a material between two others that
/// has no thickness leaves the facet between these, or none) and leaves out points without facets.
/// With `manyMaterials`, in 3D, points that lie on edges of others' facets are added to these.
ContinuousFacets assembleFacets(std::vector<FacetBlock>& blocks, int dimension, bool manyMaterials,
  const ParallelFor& parallelFor);

} // namespace mir

#endif
