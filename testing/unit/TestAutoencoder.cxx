// Laws of the autoencoder: it is the network it says it is, and tiles join without a seam.
#include "RandomAutoencoder.h"
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/autoencoder/AutoencoderField.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;

namespace {

constexpr int side = autoencoderImageSize;

std::string weightsOf(const std::string& name)
{
  return std::string(MIR_SOURCE_DIR) + "/data/weights/autoencoder-" + name + ".safetensors";
}

// Ranges from the last to the first, one by one.
void runReversed(int count, const std::function<void(int, int)>& body)
{
  for (int k = count; k-- > 0;)
  {
    body(k, k + 1);
  }
}

// A disk's fractions, by sampling, drawn as constant cells.
std::vector<float> diskImage()
{
  std::vector<float> image(side * side);
  for (int k = 0; k < side * side; ++k)
  {
    const int i = k % side / 8;
    const int j = k / side / 8;
    int inside = 0;
    for (int s = 0; s < 256; ++s)
    {
      inside += std::hypot(i + (s % 16 + 0.5) / 16 - 4.3, j + (s / 16 + 0.5) / 16 - 3.8) < 2.6;
    }
    image[k] = inside / 256.0f;
  }
  return image;
}

// The network once more, in double precision and from its definition.
struct Maps
{
  int side = 0;
  std::vector<std::vector<double>> values;

  double at(int channel, int y, int x) const
  {
    const bool inside = y >= 0 && y < this->side && x >= 0 && x < this->side;
    return inside ? this->values[channel][y * this->side + x] : 0.0;
  }
};

// A transposed convolution scatters: input (y, x) adds to output (y + dilation a - padding, ...).
Maps convolved(const Maps& in, const TensorFile& file, const std::string& name, bool transposed,
  int dilation = 1, int padding = 1)
{
  const Tensor& weight = file.tensors.at(name + ".weight");
  const Tensor& bias = file.tensors.at(name + ".bias");
  const int kernel = static_cast<int>(weight.shape[2]);
  const int inputs = static_cast<int>(in.values.size());
  const int outputs = static_cast<int>(bias.values.size());
  const int growth = dilation * (kernel - 1) - 2 * padding;
  Maps out;
  out.side = transposed ? in.side + growth : in.side - growth;
  for (int o = 0; o < outputs; ++o)
  {
    out.values.push_back(std::vector<double>(out.side * out.side, bias.values[o]));
    for (int i = 0; i < inputs; ++i)
    {
      const int first = (transposed ? i * outputs + o : o * inputs + i) * kernel * kernel;
      for (int tap = 0; tap < kernel * kernel; ++tap)
      {
        const int dy = dilation * (tap / kernel) - padding;
        const int dx = dilation * (tap % kernel) - padding;
        for (int y = 0; y < out.side; ++y)
        {
          for (int x = 0; x < out.side; ++x)
          {
            out.values[o][y * out.side + x] += weight.values[first + tap] *
              (transposed ? in.at(i, y - dy, x - dx) : in.at(i, y + dy, x + dx));
          }
        }
      }
    }
  }
  return out;
}

Maps pooled(const Maps& in, int dilation)
{
  Maps out;
  out.side = in.side - 4 * dilation;
  for (std::size_t c = 0; c < in.values.size(); ++c)
  {
    out.values.push_back({});
    for (int k = 0; k < out.side * out.side; ++k)
    {
      double largest = -1e300;
      for (int tap = 0; tap < 25; ++tap)
      {
        largest = std::max(largest,
          in.at(c, k / out.side + dilation * (tap / 5), k % out.side + dilation * (tap % 5)));
      }
      out.values[c].push_back(largest);
    }
  }
  return out;
}

double leaky(double x)
{
  return x > 0.0 ? x : 0.2 * x;
}

void activate(Maps& maps)
{
  for (auto& map : maps.values)
  {
    std::transform(map.begin(), map.end(), map.begin(), leaky);
  }
}

std::vector<double> dense(
  const std::vector<double>& in, const TensorFile& file, const std::string& name)
{
  const Tensor& weight = file.tensors.at(name + ".weight");
  std::vector<double> out;
  for (std::size_t o = 0; o < file.tensors.at(name + ".bias").values.size(); ++o)
  {
    double sum = file.tensors.at(name + ".bias").values[o];
    for (std::size_t i = 0; i < in.size(); ++i)
    {
      sum += in[i] * weight.values[o * in.size() + i];
    }
    out.push_back(leaky(sum));
  }
  return out;
}

void normalise(std::vector<double>& features, const TensorFile& file)
{
  double mean = 0.0;
  double variance = 0.0;
  for (double v : features)
  {
    mean += v / features.size();
  }
  for (double v : features)
  {
    variance += (v - mean) * (v - mean) / features.size();
  }
  for (std::size_t k = 0; k < features.size(); ++k)
  {
    features[k] =
      (features[k] - mean) / std::sqrt(variance + 1e-5) * file.tensors.at("norm.weight").values[k] +
      file.tensors.at("norm.bias").values[k];
  }
}

std::vector<double> defined(
  const AutoencoderDesign& design, const TensorFile& file, const std::vector<float>& image)
{
  Maps x;
  x.side = side;
  x.values.resize(1);
  for (float f : image)
  {
    x.values[0].push_back(2.0 * f - 1.0);
  }
  for (int k = 0; k < 5; ++k)
  {
    x = convolved(x, file, "encoder" + std::to_string(k), false);
    activate(x);
    if (design.pooling > 0 && k < 4)
    {
      x = pooled(x, design.pooling);
    }
  }
  std::vector<double> features;
  for (const auto& map : x.values)
  {
    features.insert(features.end(), map.begin(), map.end());
  }
  if (design.layerNorm)
  {
    normalise(features, file);
  }
  features = dense(dense(features, file, "down"), file, "up");
  for (std::size_t c = 0; c < x.values.size(); ++c)
  {
    const auto first = features.begin() + c * x.side * x.side;
    x.values[c].assign(first, first + x.side * x.side);
  }
  for (int k = 0; k < 5; ++k)
  {
    const bool enlarges = design.pooling > 0 && k < 4;
    x = convolved(x, file, "decoder" + std::to_string(k), true, enlarges ? design.pooling : 1,
      enlarges ? 0 : 1);
    if (k < 4)
    {
      activate(x);
    }
  }
  for (double& v : x.values[0])
  {
    v = 1.0 / (1.0 + std::exp(-v));
  }
  return x.values[0];
}

// Sizes of the fully connected layer in Table 1 of the study, which prints 4604 for 4608.
TEST(TestAutoencoder, TheStudysModelsHaveItsSizes)
{
  const std::map<std::string, int> sizes = { { "32ch", 131072 }, { "4ch", 16384 }, { "2ch", 8192 },
    { "pooling-d1", 4608 }, { "pooling-d2", 2048 } };
  ASSERT_EQ(studyModels().size(), sizes.size());
  for (const StudyModel& model : studyModels())
  {
    EXPECT_EQ(model.design.fullyConnectedSize(), sizes.at(model.name)) << model.name;
  }
}

class AutoencoderDesigns : public testing::TestWithParam<AutoencoderDesign>
{};

TEST_P(AutoencoderDesigns, AreTheNetworksTheirDescriptionDefines)
{
  const TensorFile file = randomAutoencoderFile(GetParam());
  const std::vector<float> image = diskImage();
  const std::vector<double> expected = defined(GetParam(), file, image);
  const Autoencoder model = Autoencoder::load(file);
  for (Precision precision : { Precision::Single, Precision::BFloat16 })
  {
    const std::vector<float> answer = model.evaluate(image.data(), 1, precision);
    const double tolerance = precision == Precision::Single ? 1e-5 : 2e-2;
    for (int k = 0; k < side * side; ++k)
    {
      ASSERT_NEAR(answer[k], expected[k], tolerance) << k;
    }
  }
}

// Far from the interface a network may be very sure.
TEST_P(AutoencoderDesigns, AreEmptyOrFullWhereTheLastLayerSaysSo)
{
  const std::vector<float> image = diskImage();
  for (float bias : { -1e4f, -200.0f, 200.0f, 1e4f })
  {
    TensorFile file = randomAutoencoderFile(GetParam());
    file.tensors.at("decoder4.bias").values[0] = bias;
    const Autoencoder model = Autoencoder::load(file);
    for (Precision precision : { Precision::Single, Precision::BFloat16 })
    {
      for (float f : model.evaluate(image.data(), 1, precision))
      {
        ASSERT_NEAR(f, bias > 0.0f ? 1.0f : 0.0f, 1e-6f);
      }
    }
  }
}

// Images in two batches and more, none like another.
TEST_P(AutoencoderDesigns, AnImageDoesNotDependOnTheOthersOrOnThreads)
{
  const Autoencoder model = Autoencoder::load(randomAutoencoderFile(GetParam()));
  constexpr int count = 70;
  constexpr int pixels = side * side;
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<float> images(count * pixels);
  std::generate(images.begin(), images.end(), [&] { return uniform(random); });
  for (Precision precision : { Precision::Single, Precision::BFloat16 })
  {
    const std::vector<float> all = model.evaluate(images.data(), count, precision);
    EXPECT_EQ(all, model.evaluate(images.data(), count, precision, runReversed));
    for (int k : { 0, 15, 16, 64, count - 1 })
    {
      const std::vector<float> alone = model.evaluate(images.data() + k * pixels, 1, precision);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), all.begin() + k * pixels)) << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Study, AutoencoderDesigns,
  testing::Values(AutoencoderDesign{ 2 }, AutoencoderDesign{ 4 }, AutoencoderDesign{ 2, 128, 1 },
    AutoencoderDesign{ 2, 128, 2 }, AutoencoderDesign{ 3, 50, 0, false },
    AutoencoderDesign{ 5, 33, 2, false }));

TEST(TestAutoencoder, EveryModelOfTheStudyWithWeightsIsShipped)
{
  std::vector<std::string> names;
  for (const StudyModel& model : studyModels())
  {
    if (std::ifstream(weightsOf(model.name)))
    {
      names.push_back(model.name);
    }
  }
  EXPECT_EQ(Autoencoder::shippedNames(), names);
  EXPECT_THROW(Autoencoder::shipped("64ch"), std::runtime_error);
}

class ShippedAutoencoders : public testing::TestWithParam<std::string>
{};

TEST_P(ShippedAutoencoders, AreTheFilesAndOfTheDesignTheyAreNamedAfter)
{
  const std::vector<float> image = diskImage();
  const Autoencoder model = Autoencoder::shipped(GetParam());
  EXPECT_EQ(model.evaluate(image.data(), 1),
    Autoencoder::load(readSafetensors(weightsOf(GetParam()))).evaluate(image.data(), 1));
  const auto study = std::find_if(studyModels().begin(), studyModels().end(),
    [](const StudyModel& known) { return known.name == GetParam(); });
  EXPECT_EQ(model.design().description(), study->design.description());
}

// Youngs' planes have .0085 and the input .0233 on the training family; a disk is easy.
TEST_P(ShippedAutoencoders, ADiskComesBackSharper)
{
  const std::vector<float> image = diskImage();
  const std::vector<float> answer = Autoencoder::shipped(GetParam()).evaluate(image.data(), 1);
  double before = 0.0;
  double after = 0.0;
  for (int k = 0; k < side * side; ++k)
  {
    const double truth = std::hypot(k % side + 0.5 - 34.4, k / side + 0.5 - 30.4) < 20.8;
    before += (image[k] - truth) * (image[k] - truth);
    after += (answer[k] - truth) * (answer[k] - truth);
  }
  EXPECT_LT(after, 0.5 * before);
}

TEST(TestAutoencoder, AFileThatDoesNotFitIsRefused)
{
  const TensorFile good = readSafetensors(weightsOf("2ch"));
  const char* const wrong[][2] = { { "architecture", "subcell" }, { "activation", "relu" },
    { "channels", "4" }, { "channels", "0" }, { "latent", "64" }, { "pooling", "1" },
    { "pooling", "3" }, { "layernorm", "0" } };
  for (const auto& [key, value] : wrong)
  {
    TensorFile file = good;
    file.metadata[key] = value;
    EXPECT_THROW(Autoencoder::load(file), std::runtime_error) << key;
  }
  TensorFile file = good;
  file.tensors.erase("up.bias");
  EXPECT_THROW(Autoencoder::load(file), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(
  Study, ShippedAutoencoders, testing::ValuesIn(Autoencoder::shippedNames()));

} // namespace
