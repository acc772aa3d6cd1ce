#include "reconstruct/neural/LogicalGrid.h"

#include <algorithm>
#include <cstdlib>

namespace mir {

namespace {

// Value at `offset` steps from the centre of a K x K stencil with gaps; see gatherStencils.
float nearestValue(const std::int64_t* ids, const float* values, int K, int di, int dj)
{
  const int centre = K / 2;
  const int stepI = di < 0 ? -1 : 1;
  const int stepJ = dj < 0 ? -1 : 1;
  int best = 2 * K * K;
  // The rectangle holds at most two cells at the same distance for K <= 9.
  float nearest[2] = { 0.0f, 0.0f };
  int found = 0;
  for (int q = 0; q <= std::abs(dj); ++q)
  {
    for (int p = 0; p <= std::abs(di); ++p)
    {
      const int k = (centre + dj - q * stepJ) * K + centre + di - p * stepI;
      const int distance = p * p + q * q;
      if (ids[k] < 0 || distance > best)
      {
        continue;
      }
      found = distance < best ? 0 : found;
      best = distance;
      nearest[std::min(found++, 1)] = values[k];
    }
  }
  return found > 1 ? 0.5f * (nearest[0] + nearest[1]) : nearest[0];
}

} // namespace

void gatherStencils(const LogicalGrid& grid, const std::vector<double>& fractions,
  const std::int64_t* cells, std::size_t count, int K, float* stencils)
{
  const int reach = K / 2;
  std::vector<std::int64_t> ids(static_cast<std::size_t>(K) * K);
  std::vector<float> filled(ids.size());
  for (std::size_t c = 0; c < count; ++c)
  {
    float* out = stencils + c * ids.size();
    const std::int32_t column = grid.column[cells[c]] - reach;
    const std::int32_t row = grid.row[cells[c]] - reach;
    bool complete = true;
    for (int b = 0; b < K; ++b)
    {
      grid.rowOfCells(column, row + b, K, ids.data() + static_cast<std::size_t>(b) * K);
    }
    for (std::size_t k = 0; k < ids.size(); ++k)
    {
      complete = complete && ids[k] >= 0;
      out[k] = ids[k] >= 0 ? static_cast<float>(fractions[ids[k]]) : 0.0f;
    }
    if (complete)
    {
      continue;
    }
    std::copy(out, out + ids.size(), filled.begin());
    for (int b = 0; b < K; ++b)
    {
      for (int a = 0; a < K; ++a)
      {
        const std::size_t k = static_cast<std::size_t>(b) * K + a;
        if (ids[k] < 0)
        {
          filled[k] = nearestValue(ids.data(), out, K, a - reach, b - reach);
        }
      }
    }
    std::copy(filled.begin(), filled.end(), out);
  }
}

} // namespace mir
