// Sorts the cut simplices of a cell by their closed form, many clusters of simplices at once.
#ifndef mir_reconstruct_continuous_volumes_CutSorting_h
#define mir_reconstruct_continuous_volumes_CutSorting_h

#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <cstdint>

namespace mir {
namespace detail {

/// Entries simplex << 4 | set of its vertices that are not negative. Appending writes whole
/// vectors: `slack` entries after the last one must be there to be overwritten.
struct CutEntries
{
  static constexpr int slack = 16;
  unsigned int* entries = nullptr;
  int count = 0;
};

struct SortedCuts
{
  CutEntries corners, wedges, unsteady;
  /// Room for those that are always full, and the sum of their weights.
  CutEntries fullOnes;
  double full = 0.0;
};

/// Appends the simplices of a cell; `codes` are those of findSteadySigns(), `signs` has room for as
/// many words. The order depends on the sub-division alone.
void sortCuts(const CellSubdivision& cell, const SimplexWeights& weights,
  const std::uint32_t* codes, std::uint64_t* signs, SortedCuts& sorted);

} // namespace detail
} // namespace mir

#endif
