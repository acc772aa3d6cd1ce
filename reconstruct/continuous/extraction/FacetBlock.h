// Facets of a block of cells, before the blocks' points are merged.
#ifndef mir_reconstruct_continuous_extraction_FacetBlock_h
#define mir_reconstruct_continuous_extraction_FacetBlock_h

#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/continuous/extraction/InterfacePoints.h"

#include <array>
#include <utility>
#include <vector>

namespace mir {

/// Facets with the points of a block, as they are found.
struct FacetBlock
{
  struct Facet
  {
    /// Ends before facetPoints[end].
    int end;
    int cell;
    unsigned char inside;
    unsigned char outside;
    double area;
    Vec3 normal;
  };

  BlockPoints points;
  std::vector<int> facetPoints;
  std::vector<Facet> facets;
  /// Pairs of points to be joined: they lie closer than rounding tells apart.
  std::vector<std::pair<int, int>> joins;
  /// Facets with all points on nodes, ascending: another one may lie on the same.
  std::vector<int> onNodes;
  /// Points that lie between two others on a facet's edge without being among its points: from, to
  /// and the point.
  std::vector<std::array<int, 3>> crossings;
  /// Whether points may be left that no facet has.
  bool dropped = false;
  /// Whether an edge of a facet may lie along that of two nodes, where other points may lie.
  bool alongEdges = false;

  /// Where the points of a facet begin.
  int begin(int facet) const { return facet == 0 ? 0 : this->facets[facet - 1].end; }

  /// Makes room for `times` what there is.
  void reserve(int times)
  {
    this->facets.reserve(this->facets.size() * times);
    this->facetPoints.reserve(this->facetPoints.size() * times);
    this->points.positions.reserve(this->points.positions.size() * times);
    this->points.onNode.reserve(this->points.onNode.size() * times);
  }

  /// What facets of one cell have in common. Points closer than `tolerance` are joined; `size` is
  /// that of the cell.
  struct Owner
  {
    int cell = 0;
    int dimension = 2;
    double size = 0.0;
    double tolerance = 0.0;
  };
  /// Adds a facet whose points are in order, unless it has no extent.
  void add(
    const int* corners, int count, int insideMaterial, int outsideMaterial, const Owner& owner)
  {
    const std::size_t begin = this->facetPoints.size();
    this->facetPoints.insert(this->facetPoints.end(), corners, corners + count);
    const std::vector<Vec3>& x = this->points.positions;
    if (count > 2)
    {
      // What is this large has no short edge; of repeated points each lies on a node.
      Vec3 area = cross(x[corners[1]] - x[corners[0]], x[corners[2]] - x[corners[0]]);
      int onNode = 0;
      for (int i = 0; i < count; ++i)
      {
        onNode += this->points.onNode[corners[i]];
      }
      if (count == 4)
      {
        area = cross(x[corners[2]] - x[corners[0]], x[corners[3]] - x[corners[1]]);
      }
      const double size = 0.5 * length(area);
      if (count <= 4 && onNode < 2 && size > 1e6 * owner.tolerance * owner.size)
      {
        this->facets.push_back({ static_cast<int>(this->facetPoints.size()), owner.cell,
          static_cast<unsigned char>(insideMaterial), static_cast<unsigned char>(outsideMaterial),
          size, 0.5 / size * area });
        return;
      }
    }
    this->addCarefully(begin, insideMaterial, outsideMaterial, owner);
  }

private:
  void addCarefully(std::size_t begin, int insideMaterial, int outsideMaterial, const Owner& owner);
};

/// Puts the blocks' facets together in their order, with common points: joins points, drops what
/// has no extent then, takes facets on the same nodes together (a material between two others that
/// has no thickness leaves the facet between these, or none) and leaves out points without facets.
/// With `manyMaterials`, in 3D, points that lie on edges of others' facets are added to these.
ContinuousFacets assembleFacets(std::vector<FacetBlock>& blocks, int dimension, bool manyMaterials,
  const ParallelFor& parallelFor);

} // namespace mir

#endif
