#include "reconstruct/neural/CubeFrame.h"

#include <cstdlib>

namespace mir {

namespace {

using cubeFrames::tie;
using cubeFrames::unit;

constexpr std::array<std::array<std::uint8_t, 3>, 6> axisOrders{ { { 0, 1, 2 }, { 0, 2, 1 },
  { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } } };

} // namespace

void canonicalCubeFrames(const float* stencil, int K, std::vector<Frame>& frames)
{
  const int centre = K / 2;
  const float middle = stencil[(centre * K + centre) * K + centre];
  // Fractions are not negative: this rounds them.
  const auto rounded = [](float value) { return static_cast<std::int64_t>(unit * value + 0.5); };
  const std::int64_t own = rounded(middle);
  std::int64_t gradient[3] = { 0, 0, 0 };
  for (int dk = -1; dk <= 1; ++dk)
  {
    for (int dj = -1; dj <= 1; ++dj)
    {
      const float* const row = stencil + ((centre + dk) * K + centre + dj) * K + centre;
      const auto at = [&](int di) { return row[di] == outsideDomain ? own : rounded(row[di]); };
      const std::int64_t low = at(-1);
      const std::int64_t high = at(1);
      const int weight = (2 - std::abs(dj)) * (2 - std::abs(dk));
      const std::int64_t sum = weight * (low + 2 * at(0) + high);
      gradient[0] += weight * (high - low);
      gradient[1] += dj * sum;
      gradient[2] += dk * sum;
    }
  }
  const auto half = static_cast<std::int64_t>(0.5 * unit);
  frames.clear();
  for (int complement = 0; complement < 2; ++complement)
  {
    if ((complement ? half - own : own - half) > tie)
    {
      continue;
    }
    for (const auto& axes : axisOrders)
    {
      const std::int64_t size[3] = { std::abs(gradient[axes[0]]), std::abs(gradient[axes[1]]),
        std::abs(gradient[axes[2]]) };
      if (size[1] - size[0] > tie || size[2] - size[1] > tie || size[2] - size[0] > tie)
      {
        continue;
      }
      for (int flips = 0; flips < 8; ++flips)
      {
        bool fits = true;
        for (int axis = 0; axis < 3; ++axis)
        {
          const bool reversed = (flips >> axis & 1) != complement;
          fits = fits && (reversed ? gradient[axis] : -gradient[axis]) <= tie;
        }
        if (fits)
        {
          const CubeSymmetry symmetry{ axes, static_cast<std::uint8_t>(flips) };
          frames.push_back({ static_cast<std::uint8_t>(symmetry.number()), complement != 0 });
        }
      }
    }
  }
}

std::vector<CubeSymmetry> allCubeSymmetries()
{
  std::vector<CubeSymmetry> all(cubeSymmetries);
  for (const auto& axes : axisOrders)
  {
    for (int flips = 0; flips < 8; ++flips)
    {
      const CubeSymmetry symmetry{ axes, static_cast<std::uint8_t>(flips) };
      all[symmetry.number()] = symmetry;
    }
  }
  return all;
}

std::vector<std::vector<int>> cubeFrameMaps(int n)
{
  std::vector<std::vector<int>> maps;
  for (const CubeSymmetry& symmetry : allCubeSymmetries())
  {
    std::vector<int>& map = maps.emplace_back();
    for (int k = 0; k < n * n * n; ++k)
    {
      const int canonical[3] = { k % n, k / n % n, k / (n * n) };
      int own[3];
      for (int a = 0; a < 3; ++a)
      {
        const int axis = symmetry.axes[a];
        own[axis] = symmetry.flips >> axis & 1 ? n - 1 - canonical[a] : canonical[a];
      }
      map.push_back((own[2] * n + own[1]) * n + own[0]);
    }
  }
  return maps;
}

} // namespace mir
