// The arithmetic of the CUDA kernels, by one thread of the processor: it is the model's.
#include "reconstruct/neural/cuda/TileArithmetic.h"
#include "reconstruct/neural/SubcellModel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace mir;

namespace {

// A model's network as the kernels see it.
tile::Model viewOf(const SubcellModel& model)
{
  tile::Model view{};
  view.stencilSize = model.stencilSize;
  view.subdivisions = model.subdivisions;
  view.layerCount = static_cast<int>(model.network.layers.size());
  for (int k = 0; k < view.layerCount; ++k)
  {
    const DenseLayer& layer = model.network.layers[k];
    view.layers[k] = { layer.inputs, layer.outputs, layer.panels.data(), layer.paddedBias.data(),
      nullptr };
  }
  return view;
}

int widest(const SubcellModel& model)
{
  int width = 0;
  for (const DenseLayer& layer : model.network.layers)
  {
    width = std::max({ width, layer.inputs, layer.outputs });
  }
  return width;
}

// Random fractions; every third stencil is symmetric, so that its frames tie, every fourth cut by
// the edge of the domain.
std::vector<float> stencilsToTry(int K, int count)
{
  std::mt19937 random(13);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<float> stencils;
  for (int c = 0; c < count; ++c)
  {
    for (int k = 0; k < K * K; ++k)
    {
      const int row = k / K;
      const bool mirrored = c % 3 == 0 && row > K / 2;
      stencils.push_back(
        mirrored ? stencils[stencils.size() - (2 * row - (K - 1)) * K] : uniform(random));
    }
    for (int k = 0; c % 4 == 0 && k < K; ++k)
    {
      stencils[stencils.size() - 1 - k] = outsideDomain;
    }
  }
  return stencils;
}

template <class Value>
std::vector<double> evaluatedByTile(
  const SubcellModel& model, const std::vector<float>& stencils, int count)
{
  std::vector<double> nodes(static_cast<std::size_t>(count) * model.nodesPerCell());
  std::vector<Value> x(static_cast<std::size_t>(widest(model)) * tile::cells);
  std::vector<Value> y(x.size());
  tile::TileFrames frames;
  for (int first = 0; first < count; first += tile::cells)
  {
    tile::evaluate(SingleThread(), viewOf(model),
      stencils.data() + static_cast<std::size_t>(first) * model.stencilValues(),
      std::min(tile::cells, count - first), frames, x.data(), y.data(),
      nodes.data() + static_cast<std::size_t>(first) * model.nodesPerCell());
  }
  return nodes;
}

TEST(TestTileArithmetic, TilesAreTheModel)
{
  const SubcellModel& model = shippedSubcellModel();
  constexpr int count = 2 * tile::cells + 7;
  const std::vector<float> stencils = stencilsToTry(model.stencilSize, count);
  const std::vector<double> tiles = evaluatedByTile<float>(model, stencils, count);
  std::vector<double> nodes(tiles.size());
  model.evaluate(stencils.data(), count, nodes.data());
  for (std::size_t k = 0; k < nodes.size(); ++k)
  {
    EXPECT_NEAR(tiles[k], nodes[k], 1e-5);
  }
}

TEST(TestTileArithmetic, HalfPrecisionMovesDistancesLittle)
{
  const SubcellModel& model = shippedSubcellModel();
  constexpr int count = tile::cells;
  const std::vector<float> stencils = stencilsToTry(model.stencilSize, count);
  const std::vector<double> tiles = evaluatedByTile<Half>(model, stencils, count);
  std::vector<double> nodes(tiles.size());
  model.evaluate(stencils.data(), count, nodes.data());
  for (std::size_t k = 0; k < nodes.size(); ++k)
  {
    EXPECT_NEAR(tiles[k], nodes[k], 0.01);
  }
}

} // namespace
