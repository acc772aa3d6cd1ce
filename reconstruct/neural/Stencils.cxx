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

// A stencil all of whose cells are there; false when they are not.
bool gatherWhole(
  const LogicalGrid& grid, const double* fractions, std::int64_t cell, int K, float* out)
{
  const std::int32_t column = grid.column[cell] - K / 2;
  const std::int32_t row = grid.row[cell] - K / 2;
  for (int b = 0; b < K; ++b)
  {
    const std::int64_t* const ids = grid.unbrokenRow(column, row + b, K);
    if (ids == nullptr)
    {
      return false;
    }
    for (int a = 0; a < K; ++a)
    {
      out[a] = static_cast<float>(fractions[ids[a]]);
    }
    out += K;
  }
  return true;
}

// One with gaps.
class GapFiller
{
public:
  explicit GapFiller(int K)
    : Size(K)
    , Ids(static_cast<std::size_t>(K) * K)
    , Known(Ids.size())
  {}

  void gather(const LogicalGrid& grid, const double* fractions, std::int64_t cell, float* out)
  {
    const int reach = this->Size / 2;
    for (int b = 0; b < this->Size; ++b)
    {
      grid.rowOfCells(grid.column[cell] - reach, grid.row[cell] - reach + b, this->Size,
        this->Ids.data() + static_cast<std::size_t>(b) * this->Size);
    }
    for (std::size_t k = 0; k < this->Ids.size(); ++k)
    {
      this->Known[k] = this->Ids[k] >= 0 ? static_cast<float>(fractions[this->Ids[k]]) : 0.0f;
    }
    for (int k = 0; k < this->Size * this->Size; ++k)
    {
      out[k] = this->Ids[k] >= 0 ? this->Known[k]
                                 : nearestValue(this->Ids.data(), this->Known.data(), this->Size,
                                     k % this->Size - reach, k / this->Size - reach);
    }
  }

private:
  int Size;
  std::vector<std::int64_t> Ids;
  std::vector<float> Known;
};

} // namespace

void gatherStencils(const LogicalGrid& grid, const std::vector<double>& fractions,
  const std::int64_t* cells, std::size_t count, int K, float* stencils)
{
  GapFiller withGaps(K);
  for (std::size_t c = 0; c < count; ++c)
  {
    float* const out = stencils + c * K * K;
    if (!gatherWhole(grid, fractions.data(), cells[c], K, out))
    {
      withGaps.gather(grid, fractions.data(), cells[c], out);
    }
  }
}

} // namespace mir
