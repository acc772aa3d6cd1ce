// The few cells of a band that something is to be done with. Private to this folder.
#ifndef mir_reconstruct_continuous_subdivision_CellSelection_h
#define mir_reconstruct_continuous_subdivision_CellSelection_h

#include "plic/ParallelFor.h"

#include <algorithm>
#include <vector>

namespace mir {

/// The numbers below `count` for which isWanted(number) holds, ascending.
template <typename Predicate>
std::vector<int> selectCells(int count, const ParallelFor& parallelFor, const Predicate& isWanted)
{
  constexpr int blockSize = 4096;
  std::vector<std::vector<int>> found((count + blockSize - 1) / blockSize);
  forBlocks(parallelFor, count, blockSize, [&](int first, int last) {
    for (int block = first; block < last; ++block)
    {
      const int end = std::min(count, (block + 1) * blockSize);
      for (int cell = block * blockSize; cell < end; ++cell)
      {
        if (isWanted(cell))
        {
          found[block].push_back(cell);
        }
      }
    }
  });
  std::vector<int> result;
  for (const std::vector<int>& some : found)
  {
    result.insert(result.end(), some.begin(), some.end());
  }
  return result;
}

} // namespace mir

#endif
