// Which simplices of a cell the zero set of a piecewise linear function cuts, and how.
#ifndef mir_reconstruct_continuous_CellCuts_h
#define mir_reconstruct_continuous_CellCuts_h

#include "reconstruct/continuous/SimplexWeights.h"

#include <cstdint>
#include <vector>

namespace mir {
namespace detail {

/// Sum of the weights [begin, end); the order depends on the range alone.
inline double sumOfWeights(const double* weights, int begin, int end)
{
  double sums[4] = { 0.0, 0.0, 0.0, 0.0 };
  int i = begin;
  for (; i + 4 <= end; i += 4)
  {
    sums[0] += weights[i];
    sums[1] += weights[i + 1];
    sums[2] += weights[i + 2];
    sums[3] += weights[i + 3];
  }
  for (; i < end; ++i)
  {
    sums[0] += weights[i];
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// The weights of a cell's clusters from those of its simplices.
inline void findClusterWeights(
  const CellSubdivision& cell, const double* simplices, double* clusters)
{
  for (int cluster = 0; cluster < cell.numberOfClusters(); ++cluster)
  {
    clusters[cluster] = sumOfWeights(simplices, cell.clusters[cluster], cell.clusters[cluster + 1]);
  }
}

/// The simplices of a cell that are cut, sorted by their closed form: computing them one kind after
/// the other leaves no branch that depends on the data. Keeps its memory from cell to cell.
class CellCuts
{
public:
  /// Simplices as entries simplex << 4 | set of its vertices that are not negative.
  struct List
  {
    std::vector<unsigned int> entries;
    int count = 0;
  };

  /// For the values, one a local node, plus any multiple from `low` to `high` of the sub-division's
  /// bump. Simplices without a negative value are full, so that ties belong to the positive side.
  void sort(const CellSubdivision& cell, const SimplexWeights& weights, const double* values,
    double low = 0.0, double high = 0.0);

  /// Sum of the weights of the simplices that are always full.
  double full() const { return this->Full; }
  /// Those with a single vertex of its sign, and tetrahedra with two of each, for all multiples.
  const List& corners() const { return this->Corners; }
  const List& wedges() const { return this->Wedges; }
  /// Those with vertices that change their sign; sets are those at `low`.
  const List& unsteady() const { return this->Unsteady; }

private:
  std::vector<std::uint32_t> Codes;
  std::vector<std::uint64_t> Signs;
  double Full = 0.0;
  List Corners, Wedges, Unsteady;
  /// Always full, in clusters that are not.
  List FullOnes;
};

} // namespace detail
} // namespace mir

#endif
