// What remains to be done to the facets of all blocks once they have common points.
#ifndef mir_reconstruct_continuous_extraction_FacetCleaning_h
#define mir_reconstruct_continuous_extraction_FacetCleaning_h

#include "reconstruct/continuous/extraction/FacetBlock.h"

#include <utility>
#include <vector>

namespace mir {

/// Leaves out points that repeat their neighbour; returns how many are left.
int withoutRepeats(int* corners, int count);

/// The area times the normal; in 2D the segment turned to the right.
Vec3 areaVector(const Vec3* points, const int* corners, int count, int dimension);

/// Repairs to the facets of an interface, in the order of the functions. All but the first are
/// rare.
class FacetCleaning
{
public:
  FacetCleaning(std::vector<FacetBlock>& blocks, const MergedPoints& merged, int dimension,
    const ParallelFor& parallelFor);

  /// Gives the facets the common numbers of their points, of which the pairs that blocks want to
  /// join are one. Facets that lose their extent go.
  void numberPoints();
  /// Takes together those facets with all points on nodes, and those with joined points, that have
  /// the same points: what lies between the outermost materials has no thickness.
  void combine();
  /// Whether there may be points left that no facet has.
  bool leavesPoints() const;

  /// Of the blocks' facets put together: adds points to those on whose edges they lie, on an edge
  /// of two shared nodes, where cells about it hold different materials or tie, and on crossings
  /// that the blocks know of.
  void splitEdges(ContinuousFacets& facets) const;

private:
  /// A facet of a block.
  using FacetPlace = std::pair<int, int>;

  int* pointsOf(FacetPlace place) const;
  int countOf(FacetPlace place) const;
  int find(int point) const { return this->Root.empty() ? point : this->Root[point]; }
  void findRoots();
  void numberBlock(int block);
  bool turnsLike(FacetPlace first, FacetPlace other) const;
  void combineGroup(const std::vector<FacetPlace>& group, std::vector<FacetPlace>& removed);
  void remove(const std::vector<FacetPlace>& facets);

  std::vector<FacetBlock>& Blocks;
  const MergedPoints& Merged;
  const int Dimension;
  const ParallelFor& Parallel;
  /// Of points the one that they are joined to, and whether others are; empty when there are none.
  std::vector<int> Root;
  std::vector<char> Joined;
};

/// Leaves out points that no facet has.
void removePoints(ContinuousFacets& facets, const ParallelFor& parallelFor);

} // namespace mir

#endif
