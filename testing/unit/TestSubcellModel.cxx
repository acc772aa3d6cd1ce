// Laws of the sub-cell model in the plane: its frames, its accuracy, and what a file must hold.
#include "ModelStencils.h"

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/LogicalGrid.h"
#include "reconstruct/neural/NeuralField.h"
#include "reconstruct/neural/SubcellModel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

class TestSubcellModels : public ::testing::TestWithParam<const SubcellModel& (*)()>
{};
INSTANTIATE_TEST_SUITE_P(
  Shipped, TestSubcellModels, ::testing::Values(&shippedSubcellModel, &shippedFastSubcellModel));

TEST(TestSubcellModel, CanonicalFramesAreCanonicalAndMapBack)
{
  constexpr int K = 7;
  std::vector<Frame> frames;
  for (const std::vector<float>& stencil : stencilsToTry(2, K, 200))
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

TEST_P(TestSubcellModels, AnswerCellsOfAGridAsTheirStencils)
{
  const SubcellModel& model = GetParam()();
  const LogicalGrid grid = logicalGrid(13, 11);
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform;
  std::vector<double> fractions(grid.numberOfCells());
  std::generate(fractions.begin(), fractions.end(), [&] { return uniform(random); });
  std::vector<std::int64_t> cells(fractions.size());
  std::iota(cells.begin(), cells.end(), 0);
  std::vector<float> stencils(cells.size() * model.stencilValues());
  gatherStencils(grid, fractions, cells.data(), cells.size(), model.stencilSize, stencils.data());
  UninitializedVector<double> wanted(cells.size() * model.nodesPerCell());
  model.evaluate(stencils.data(), cells.size(), wanted.data());
  EXPECT_EQ(subcellNodeValues(grid, fractions, cells, model), wanted);
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
