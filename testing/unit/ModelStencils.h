// Stencils to try the sub-cell models with, and the symmetries of square and cube as maps: they
// share no code with the frames.
#ifndef mir_testing_unit_ModelStencils_h
#define mir_testing_unit_ModelStencils_h

#include "reconstruct/neural/CanonicalFrame.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

namespace mir::testing {

/// The 8 symmetries of the square or the 48 of the cube as maps of n^dimension arrays: entry k of
/// the result is entry map[k].
inline std::vector<std::vector<int>> symmetries(int dimension, int n)
{
  static const int orders[6][3] = { { 0, 1, 2 }, { 1, 0, 2 }, { 0, 2, 1 }, { 1, 2, 0 }, { 2, 0, 1 },
    { 2, 1, 0 } };
  const int flips = 1 << dimension;
  std::vector<std::vector<int>> maps;
  for (int code = 0; code < flips * (dimension == 2 ? 2 : 6); ++code)
  {
    std::vector<int> map;
    for (int k = 0; k < (dimension == 2 ? n * n : n * n * n); ++k)
    {
      const int place[3] = { k % n, k / n % n, k / (n * n) };
      int image[3] = { 0, 0, 0 };
      for (int axis = 0; axis < dimension; ++axis)
      {
        const int x = place[orders[code / flips][axis]];
        image[axis] = code >> axis & 1 ? n - 1 - x : x;
      }
      map.push_back(image[0] + n * (image[1] + n * image[2]));
    }
    maps.push_back(map);
  }
  return maps;
}

template <typename T>
std::vector<T> mapped(const std::vector<T>& values, const std::vector<int>& map)
{
  std::vector<T> result;
  for (int k : map)
  {
    result.push_back(values[k]);
  }
  return result;
}

template <typename Model>
std::vector<double> evaluated(const Model& model, const std::vector<float>& stencil)
{
  std::vector<double> nodes(model.nodesPerCell());
  model.evaluate(stencil.data(), 1, nodes.data());
  return nodes;
}

/// Random fractions; the same with layers of cells beyond the domain's edge; fractions that tie, as
/// they are the same along the orbits of a symmetry; these with a cell that is half full; a drop;
/// and half full everywhere.
inline std::vector<std::vector<float>> stencilsToTry(int dimension, int K, int rounds)
{
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  const std::vector<std::vector<int>> maps = symmetries(dimension, K);
  const std::size_t size = maps.front().size();
  std::vector<std::vector<float>> stencils;
  for (int round = 0; round < rounds; ++round)
  {
    std::vector<float> stencil(size);
    std::generate(stencil.begin(), stencil.end(), [&] { return uniform(random); });
    stencils.push_back(stencil);
    stencils.push_back(stencil);
    for (std::size_t k = 0; k < size; ++k)
    {
      const int at = static_cast<int>(k);
      const int place[3] = { at % K, at / K % K, at / (K * K) };
      // Up to K / 2 layers on one side, and every other time one of another side.
      const bool outside = place[round % dimension] < 1 + round % (K / 2) ||
        (round % 2 && place[(round + 1) % dimension] == K - 1);
      stencils.back()[k] = outside ? outsideDomain : stencil[k];
    }
    // The largest value over the orbit of an entry is the same all along it.
    const std::vector<int>& map = maps[5 * round % maps.size()];
    std::vector<float> tied = stencil;
    for (std::size_t k = 0; k < size; ++k)
    {
      std::size_t at = k;
      for (int step = 0; step < 6; ++step)
      {
        at = map[at];
        tied[k] = std::max(tied[k], stencil[at]);
      }
    }
    stencils.push_back(tied);
    tied[size / 2] = 0.5f;
    stencils.push_back(tied);
  }
  std::vector<float> drop(size, 0.0f);
  drop[size / 2] = 0.3f;
  stencils.push_back(drop);
  if (dimension == 2)
  {
    // In space it has 96 frames.
    stencils.emplace_back(size, 0.5f);
  }
  return stencils;
}

} // namespace mir::testing

#endif
