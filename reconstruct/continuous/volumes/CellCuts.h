// Which simplices of a cell the zero set of a piecewise linear function cuts, and how.
#ifndef mir_reconstruct_continuous_volumes_CellCuts_h
#define mir_reconstruct_continuous_volumes_CellCuts_h

#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <cstdint>
#include <vector>

namespace mir {
namespace detail {

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
