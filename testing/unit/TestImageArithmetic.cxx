// The arithmetic of the autoencoders' CUDA kernels, by one thread of the processor: it is theirs.
#include "RandomAutoencoder.h"
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/autoencoder/cuda/ImageArithmetic.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

using namespace mir;

namespace {

constexpr int pixels = autoencoderImageSize * autoencoderImageSize;

image::Filter viewOf(const Convolution& convolution)
{
  return { convolution.inputs, convolution.outputs, convolution.kernel, convolution.dilation,
    convolution.padding, convolution.weights.data(), convolution.bias.data() };
}

// The weights as the kernels see them.
image::Model viewOf(const AutoencoderWeights& weights)
{
  const AutoencoderDesign& design = weights.design;
  image::Model model{};
  model.channels = design.channels;
  model.pooling = design.pooling;
  model.featureSide = design.featureSide();
  model.layerNorm = design.layerNorm;
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    model.encoder[k] = viewOf(weights.encoder[k]);
    model.decoder[k] = viewOf(weights.decoder[k]);
  }
  model.downBias = weights.down.bias.data();
  model.upBias = weights.up.bias.data();
  return model;
}

template <class Value>
std::vector<Value> products(const DenseWeights& layer, const std::vector<Value>& inputs)
{
  std::vector<Value> outputs(layer.outputs);
  for (int o = 0; o < layer.outputs; ++o)
  {
    double sum = 0.0;
    for (int i = 0; i < layer.inputs; ++i)
    {
      sum += double(layer.weights[std::size_t(o) * layer.inputs + i]) * load(inputs[i]);
    }
    store(static_cast<float>(sum), outputs[o]);
  }
  return outputs;
}

template <class Value>
std::vector<float> evaluated(const TensorFile& file, const std::vector<float>& fractions)
{
  const AutoencoderWeights weights = autoencoderWeights(file);
  const image::Model model = viewOf(weights);
  std::vector<Value> maps(model.channels * image::mapSize);
  std::vector<Value> other(maps.size());
  std::vector<Value> features(model.features());
  image::encode(
    SingleThread(), model, fractions.data(), maps.data(), other.data(), features.data());
  std::vector<Value> latent = products(weights.down, features);
  for (std::size_t k = 0; k < latent.size(); ++k)
  {
    store(image::leaky(load(latent[k]) + model.downBias[k]), latent[k]);
  }
  features = products(weights.up, latent);
  std::vector<float> coverage(pixels);
  image::decode(SingleThread(), model, features.data(), maps.data(), other.data(), coverage.data());
  return coverage;
}

class ImageArithmetic : public testing::TestWithParam<AutoencoderDesign>
{
protected:
  TensorFile File = randomAutoencoderFile(GetParam());
  std::vector<float> Fractions;
  std::vector<float> Expected;

  void SetUp() override
  {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
    for (int k = 0; k < pixels; ++k)
    {
      this->Fractions.push_back(uniform(random));
    }
    this->Expected = Autoencoder::load(this->File).evaluate(this->Fractions.data(), 1);
  }

  void expectNear(const std::vector<float>& coverage, double tolerance) const
  {
    for (int k = 0; k < pixels; ++k)
    {
      ASSERT_NEAR(coverage[k], this->Expected[k], tolerance) << k;
    }
  }
};

TEST_P(ImageArithmetic, IsTheAutoencoder)
{
  expectNear(evaluated<float>(this->File, this->Fractions), 1e-5);
}

TEST_P(ImageArithmetic, HalfPrecisionMovesCoverageLittle)
{
  expectNear(evaluated<Half>(this->File, this->Fractions), 2e-2);
}

INSTANTIATE_TEST_SUITE_P(Study, ImageArithmetic,
  testing::Values(AutoencoderDesign{ 2 }, AutoencoderDesign{ 4 }, AutoencoderDesign{ 2, 128, 1 },
    AutoencoderDesign{ 2, 128, 2 }, AutoencoderDesign{ 3, 50, 0, false }));

} // namespace
