#include "plic/EdgeCells.h"

#include <cmath>

namespace mir {

double oneSidedness(const CellBand& band, int cell)
{
  const auto first = band.neighbourOffsets[cell];
  const auto last = band.neighbourOffsets[cell + 1];
  Vec3 sum;
  double squares = 0.0;
  for (auto i = first; i < last; ++i)
  {
    const Vec3 offset = band.centroids[band.neighbours[i]] - band.centroids[cell];
    sum = sum + offset;
    squares += dot(offset, offset);
  }
  return squares > 0.0 ? length(sum) / std::sqrt(squares * static_cast<double>(last - first)) : 1.0;
}

} // namespace mir
