// What remains to be done to facets once all blocks have common points.
#ifndef mir_reconstruct_continuous_FacetCleaning_h
#define mir_reconstruct_continuous_FacetCleaning_h

#include "reconstruct/continuous/ContinuousInterface.h"

#include <utility>
#include <vector>

namespace mir {

struct FacetBlock;

/// Leaves out points that repeat their neighbour; returns how many are left.
int withoutRepeats(int* corners, int count);

/// The area times the normal; in 2D the segment turned to the right.
Vec3 areaVector(const std::vector<Vec3>& points, const int* corners, int count, int dimension);

/// Repairs to the facets of an interface, in the order of the functions. All are rare.
class FacetCleaning
{
public:
  FacetCleaning(ContinuousFacets& facets, int dimension);

  /// Makes each pair of points one; facets that lose their extent go.
  void join(const std::vector<std::pair<int, int>>& pairs);
  /// Takes together those of the facets `candidates`, and of those with joined points, that have
  /// the same points: what lies between the outermost materials has no thickness.
  void combine(const std::vector<std::int64_t>& candidates);
  void removeFacets();
  /// Adds points to facets on whose edges they lie: on an edge of two shared nodes, where cells
  /// about it hold different materials or tie, and on crossings that the blocks know of.
  void splitEdges(
    const std::vector<FacetBlock>& blocks, const std::vector<std::vector<int>>& numbers);
  /// Leaves out points that no facet has.
  void removePoints();

private:
  int find(int point);
  void dropRepeats();
  bool turnsLike(std::int64_t first, std::int64_t other) const;
  void combineGroup(const std::vector<std::int64_t>& group);

  ContinuousFacets& Facets;
  const int Dimension;
  std::vector<char> Kept;
  /// Of joined points the way to the first; empty when there are none.
  std::vector<int> Root;
};

} // namespace mir

#endif
