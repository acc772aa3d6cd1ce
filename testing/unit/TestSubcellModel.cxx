// Laws of the sub-cell model: symmetries, independence of the batch, and what a file must hold.
#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/SubcellModel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;

namespace {

// The square's symmetries as maps of n x n arrays: entry k of the result is entry map[k].
std::vector<std::vector<int>> symmetries(int n)
{
  std::vector<std::vector<int>> maps;
  for (int code = 0; code < 8; ++code)
  {
    std::vector<int> map;
    for (int j = 0; j < n; ++j)
    {
      for (int i = 0; i < n; ++i)
      {
        int a = code & 4 ? j : i;
        int b = code & 4 ? i : j;
        a = code & 1 ? n - 1 - a : a;
        b = code & 2 ? n - 1 - b : b;
        map.push_back(b * n + a);
      }
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

std::vector<double> evaluated(const SubcellModel& model, const std::vector<float>& stencil)
{
  std::vector<double> nodes(model.nodesPerCell());
  model.evaluate(stencil.data(), 1, nodes.data());
  return nodes;
}

// Random fractions, some of them cut by a domain's edge, and fractions that tie: invariant under a
// symmetry, or half full everywhere.
std::vector<std::vector<float>> stencilsToTry(int K)
{
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<std::vector<float>> stencils;
  for (int round = 0; round < 200; ++round)
  {
    std::vector<float> stencil(static_cast<std::size_t>(K) * K);
    for (float& f : stencil)
    {
      f = uniform(random);
    }
    stencils.push_back(stencil);
    stencils.push_back(stencil);
    for (int k = 0; k < K * (1 + round % (K / 2)); ++k)
    {
      stencils.back()[round % 2 ? k : k % K * K + k / K] = outsideDomain;
    }
    const std::vector<int> map = symmetries(K)[round % 8];
    std::vector<float> tied(stencil.size());
    for (std::size_t k = 0; k < stencil.size(); ++k)
    {
      // The largest value over the orbit of the entry is the same all along it.
      std::size_t at = k;
      tied[k] = stencil[k];
      for (int step = 0; step < 4; ++step)
      {
        at = map[at];
        tied[k] = std::max(tied[k], stencil[at]);
      }
    }
    stencils.push_back(tied);
    tied[tied.size() / 2] = 0.5f;
    stencils.push_back(tied);
  }
  stencils.push_back(std::vector<float>(static_cast<std::size_t>(K) * K, 0.5f));
  std::vector<float> drop(static_cast<std::size_t>(K) * K, 0.0f);
  drop[drop.size() / 2] = 0.3f;
  stencils.push_back(drop);
  return stencils;
}

class TestSubcellModels : public ::testing::TestWithParam<const SubcellModel& (*)()>
{};
INSTANTIATE_TEST_SUITE_P(
  Shipped, TestSubcellModels, ::testing::Values(&shippedSubcellModel, &shippedFastSubcellModel));

TEST_P(TestSubcellModels, CommuteWithTheSymmetriesOfTheSquareToTheBit)
{
  const SubcellModel& model = GetParam()();
  const auto stencilMaps = symmetries(model.stencilSize);
  const auto nodeMaps = symmetries(model.subdivisions + 1);
  for (const std::vector<float>& stencil : stencilsToTry(model.stencilSize))
  {
    const std::vector<double> nodes = evaluated(model, stencil);
    for (std::size_t s = 0; s < stencilMaps.size(); ++s)
    {
      EXPECT_EQ(evaluated(model, mapped(stencil, stencilMaps[s])), mapped(nodes, nodeMaps[s]));
    }
  }
}

TEST_P(TestSubcellModels, NegateTheDistancesWhenTheMaterialsAreExchanged)
{
  const SubcellModel& model = GetParam()();
  for (const std::vector<float>& stencil : stencilsToTry(model.stencilSize))
  {
    std::vector<float> other;
    for (float f : stencil)
    {
      other.push_back(f == outsideDomain ? f : 1.0f - f);
    }
    const std::vector<double> nodes = evaluated(model, stencil);
    const std::vector<double> otherNodes = evaluated(model, other);
    for (std::size_t k = 0; k < nodes.size(); ++k)
    {
      EXPECT_NEAR(nodes[k], -otherNodes[k], 2e-6);
    }
  }
}

TEST(TestSubcellModel, ARowDoesNotDependOnTheOthers)
{
  const SubcellModel& model = shippedSubcellModel();
  const auto stencils = stencilsToTry(model.stencilSize);
  std::vector<float> batch;
  for (const std::vector<float>& stencil : stencils)
  {
    batch.insert(batch.end(), stencil.begin(), stencil.end());
  }
  const std::size_t n = model.nodesPerCell();
  std::vector<double> nodes(stencils.size() * n);
  model.evaluate(batch.data(), stencils.size(), nodes.data());
  for (std::size_t k = 0; k < stencils.size(); ++k)
  {
    const std::vector<double> alone = evaluated(model, stencils[k]);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), nodes.begin() + k * n)) << k;
  }
}

TEST(TestSubcellModel, CanonicalFramesAreCanonicalAndMapBack)
{
  constexpr int K = 7;
  std::vector<Frame> frames;
  for (const std::vector<float>& stencil : stencilsToTry(K))
  {
    canonicalFrames(stencil.data(), K, frames);
    ASSERT_FALSE(frames.empty());
    for (const Frame& frame : frames)
    {
      const std::vector<int> map = frameMap(frame, K);
      std::vector<int> sorted = map;
      std::sort(sorted.begin(), sorted.end());
      for (int k = 0; k < K * K; ++k)
      {
        ASSERT_EQ(sorted[k], k);
      }
      const auto f = [&](int i, int j) {
        const double own = stencil[map[(K / 2 + j) * K + K / 2 + i]];
        const double value = own == outsideDomain ? stencil[K * K / 2] : own;
        return frame.complement ? 1.0 - value : value;
      };
      double gx = 0.0;
      double gy = 0.0;
      for (int k = -1; k <= 1; ++k)
      {
        gx += (2 - k * k) * (f(1, k) - f(-1, k));
        gy += (2 - k * k) * (f(k, 1) - f(k, -1));
      }
      EXPECT_LE(f(0, 0), 0.5 + 2e-5);
      EXPECT_GE(gy, -2e-5);
      EXPECT_GE(gx, gy - 4e-5);
    }
  }
}

TEST(TestSubcellModel, ThePerceptronIsTheSumItIsDefinedAs)
{
  const Perceptron& network = shippedSubcellModel().network;
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> inputs(network.layers.front().inputs);
  for (float& x : inputs)
  {
    x = uniform(random);
  }
  std::vector<double> exact(inputs.begin(), inputs.end());
  for (const DenseLayer& layer : network.layers)
  {
    std::vector<double> next;
    for (int o = 0; o < layer.outputs; ++o)
    {
      double sum = layer.bias[o];
      for (int i = 0; i < layer.inputs; ++i)
      {
        sum += exact[i] * layer.weights[static_cast<std::size_t>(o) * layer.inputs + i];
      }
      const bool last = &layer == &network.layers.back();
      next.push_back(last ? sum : 0.5 * sum * (1.0 + sum / std::sqrt(sum * sum + std::acos(0.0))));
    }
    exact = next;
  }
  std::vector<float> outputs(exact.size());
  evaluate(network, inputs.data(), 1, outputs.data());
  for (std::size_t k = 0; k < exact.size(); ++k)
  {
    EXPECT_NEAR(outputs[k], exact[k], 1e-5);
  }
}

// A straight interface: the distances are known. The bound is the model's accuracy, with a margin.
TEST_P(TestSubcellModels, GiveAStraightInterfaceBackAsItsDistances)
{
  const SubcellModel& model = GetParam()();
  const int K = model.stencilSize;
  const int r = model.subdivisions;
  std::vector<float> stencil(static_cast<std::size_t>(K) * K);
  for (double height : { 0.2, 0.35, 0.65, 0.8 })
  {
    for (int k = 0; k < K * K; ++k)
    {
      const int row = k / K - K / 2;
      stencil[k] = row < 0 ? 1.0f : row > 0 ? 0.0f : static_cast<float>(height);
    }
    const std::vector<double> nodes = evaluated(model, stencil);
    for (int k = 0; k < model.nodesPerCell(); ++k)
    {
      EXPECT_NEAR(nodes[k], height - static_cast<double>(k / (r + 1)) / r, 0.02);
    }
  }
}

TEST(TestSubcellModel, AFileThatDoesNotFitIsRefused)
{
  const TensorFile good = subcellModelFile(shippedSubcellModel());
  EXPECT_EQ(evaluated(loadSubcellModel(good), std::vector<float>(49, 0.25f)),
    evaluated(shippedSubcellModel(), std::vector<float>(49, 0.25f)));
  const auto refused = [](const TensorFile& file) {
    EXPECT_THROW(loadSubcellModel(file), std::runtime_error);
  };
  const char* const wrong[][2] = { { "architecture", "autoencoder" }, { "activation", "relu" },
    { "K", "6" }, { "K", "5" }, { "K", "1000000" }, { "r", "0" }, { "r", "5" }, { "width", "111" },
    { "width", "-1" }, { "hidden", "2" }, { "hidden", "17" } };
  for (const auto& [key, value] : wrong)
  {
    TensorFile file = good;
    file.metadata[key] = value;
    refused(file);
    file.metadata.erase(key);
    refused(file);
  }
  TensorFile file = good;
  file.tensors.erase("layer1.bias");
  refused(file);
  file.tensors["other"] = good.tensors.at("layer1.bias");
  refused(file);
  file = good;
  file.tensors["layer1.bias"].shape = { 1, 112 };
  refused(file);
  // Found by fuzzing: sums that overflow, though small weights follow.
  file = good;
  file.tensors["layer0.weight"].values[0] = 1e30f;
  for (float& weight : file.tensors["layer1.weight"].values)
  {
    weight = 1e-30f;
  }
  refused(file);
}

} // namespace
