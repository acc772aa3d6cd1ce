// LibTorch, the reference, computes what our kernels do.
#include "RandomAutoencoder.h"
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/neural/SubcellModel.h"
#include "reconstruct/training/AutoencoderNetwork.hxx"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace mir;

namespace {

std::vector<float> uniformValues(std::size_t count, float low)
{
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(low, 1.0f);
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(), [&] { return uniform(random); });
  return values;
}

TEST(TestLibTorch, AgreesOnTheSubcellModel)
{
  const SubcellModel& model = shippedSubcellModel();
  const TensorFile file = subcellModelFile(model);
  constexpr int rows = 500;
  const int width = model.network.inputs();
  std::vector<float> inputs = uniformValues(static_cast<std::size_t>(rows) * width, -1.0f);
  torch::Tensor x = torch::from_blob(inputs.data(), { rows, width }).clone();
  const std::size_t layers = model.network.layers.size();
  for (std::size_t k = 0; k < layers; ++k)
  {
    const Tensor& weight = file.tensors.at("layer" + std::to_string(k) + ".weight");
    const Tensor& bias = file.tensors.at("layer" + std::to_string(k) + ".bias");
    x = torch::linear(x, torch::from_blob(const_cast<float*>(weight.values.data()), weight.shape),
      torch::from_blob(const_cast<float*>(bias.values.data()), bias.shape));
    if (k + 1 < layers)
    {
      x = 0.5 * x * (1.0 + x / torch::sqrt(x * x + std::acos(0.0)));
    }
  }
  std::vector<float> outputs(static_cast<std::size_t>(rows) * model.nodesPerCell());
  evaluate(model.network, inputs.data(), rows, outputs.data());
  const torch::Tensor ours = torch::from_blob(outputs.data(), { rows, model.nodesPerCell() });
  EXPECT_LT((ours - x).abs().max().item<double>(), 1e-5);
}

// The bounds are those of the study's throughput table: 1e-4, and 2e-2 on the matrix unit.
TEST(TestLibTorch, AgreesOnTheStudysModels)
{
  const torch::NoGradGuard guard;
  for (const StudyModel& model : studyModels())
  {
    const TensorFile file = randomAutoencoderFile(model.design);
    const int count = model.design.channels > 8 ? 2 : 40;
    std::vector<float> images = uniformValues(std::size_t(4096) * count, 0.0f);
    const torch::Tensor input = torch::from_blob(images.data(), { count, 1, 64, 64 });
    const AutoencoderNetwork network = autoencoderFromFile(file);
    const torch::Tensor expected = network.forward(input);
    EXPECT_LT((network.gathering().forward(input) - expected).abs().max().item<double>(), 1e-5)
      << model.name;
    const Autoencoder ours = Autoencoder::load(file);
    for (Precision precision : { Precision::Single, Precision::BFloat16 })
    {
      std::vector<float> answer = ours.evaluate(images.data(), count, precision);
      const torch::Tensor difference =
        torch::from_blob(answer.data(), { count, 1, 64, 64 }) - expected;
      EXPECT_LT(difference.abs().max().item<double>(), precision == Precision::Single ? 1e-4 : 2e-2)
        << model.name;
    }
  }
}

} // namespace
