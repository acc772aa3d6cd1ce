#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/LogicalGrid.h"

#include <algorithm>

namespace mir {

void gatherStencils(const LogicalGrid& grid, const std::vector<double>& fractions,
  const std::int64_t* cells, std::size_t count, int K, float* stencils)
{
  std::vector<std::int64_t> found(K);
  for (std::size_t c = 0; c < count; ++c)
  {
    const std::int32_t column = grid.column[cells[c]] - K / 2;
    const std::int32_t row = grid.row[cells[c]] - K / 2;
    for (int b = 0; b < K; ++b)
    {
      const std::int64_t* ids = grid.unbrokenRow(column, row + b, K);
      if (ids == nullptr)
      {
        grid.rowOfCells(column, row + b, K, found.data());
        ids = found.data();
      }
      else if (grid.wholeColumns > 0)
      {
        stencils = std::copy_n(fractions.data() + (ids - grid.orderedCells.data()), K, stencils);
        continue;
      }
      for (int a = 0; a < K; ++a)
      {
        *stencils++ = ids[a] < 0 ? outsideDomain : static_cast<float>(fractions[ids[a]]);
      }
    }
  }
}

} // namespace mir
