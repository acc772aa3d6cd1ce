// LibTorch, the reference, computes what our kernels do.
#include "RandomAutoencoder.h"
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/neural/SubcellModel.h"
#include "reconstruct/training/AutoencoderNetwork.hxx"
#include "reconstruct/training/StudyTraining.h"

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

// The gradients of every parameter for a random direction of the outputs.
std::vector<torch::Tensor> gradients(
  AutoencoderNetwork network, const torch::Tensor& input, const torch::Tensor& direction)
{
  for (auto& [name, parameter] : network.parameters)
  {
    parameter = parameter.to(input.scalar_type(), false, true).set_requires_grad(true);
  }
  network.forward(input).backward(direction);
  std::vector<torch::Tensor> result;
  for (const auto& [name, parameter] : network.parameters)
  {
    result.push_back(parameter.grad().to(torch::kFloat64));
  }
  return result;
}

// Sums that nearly vanish (biases before the normalisation) are rounding alone: they may be as far
// from double precision as LibTorch's.
TEST(TestLibTorch, AgreesOnTheLayersOfTraining)
{
  for (const StudyModel& model : studyModels())
  {
    AutoencoderNetwork network = autoencoderFromFile(randomAutoencoderFile(model.design));
    network.poolsSeparably = false;
    const int count = model.design.channels > 8 ? 1 : 3;
    std::vector<float> images = uniformValues(std::size_t(4096) * count, 0.0f);
    std::vector<float> weights = uniformValues(images.size(), -1.0f);
    const torch::Tensor input = torch::from_blob(images.data(), { count, 1, 64, 64 });
    const torch::Tensor direction = torch::from_blob(weights.data(), { count, 1, 64, 64 });
    const torch::Tensor output = network.forward(input);
    const std::vector<torch::Tensor> theirs = gradients(network, input, direction);
    const std::vector<torch::Tensor> exact =
      gradients(network, input.to(torch::kFloat64), direction.to(torch::kFloat64));
    network.usesPlanarLayers = true;
    EXPECT_LT((network.forward(input) - output).abs().max().item<double>(), 1e-5) << model.name;
    const std::vector<torch::Tensor> ours = gradients(network, input, direction);
    for (std::size_t k = 0; k < ours.size(); ++k)
    {
      const auto distance = [&](const std::vector<torch::Tensor>& from) {
        return (from[k] - exact[k]).norm().item<double>();
      };
      EXPECT_LT(distance(ours), 1e-4 * exact[k].norm().item<double>() + 2.0 * distance(theirs))
        << model.name << " " << network.parameters[k].first;
    }
  }
}

TEST(TestLibTorch, TrainsTheSameModelEveryTime)
{
  const auto trained = [](const std::string& name) {
    StudyTraining options;
    options.out = std::string(MIR_TESTING_TEMPORARY) + "/" + name + ".safetensors";
    options.design.latent = 8;
    options.samples = 200;
    trainStudy(options);
    return readSafetensors(options.out);
  };
  const TensorFile first = trained("study-first");
  const TensorFile again = trained("study-again");
  ASSERT_EQ(first.tensors.size(), again.tensors.size());
  for (const auto& [name, tensor] : first.tensors)
  {
    EXPECT_EQ(tensor.values, again.tensors.at(name).values) << name;
  }
}

} // namespace
