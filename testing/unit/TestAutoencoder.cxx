// Laws of the autoencoder: it is the network it says it is, and tiles join without a seam.
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/autoencoder/AutoencoderField.h"
#include "reconstruct/neural/SubcellModel.h"

// Not every LibTorch is where the compiler looks by itself.
#if __has_include(<ATen/ATen.h>)
#include <ATen/ATen.h>
#define HAVE_ATEN
#endif

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;

namespace {

constexpr int side = autoencoderImageSize;

TensorFile shippedFile()
{
  return readSafetensors(std::string(MIR_SOURCE_DIR) + "/data/weights/autoencoder-2ch.safetensors");
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

using Maps = std::vector<std::vector<double>>;

// weight[(o * inputs + i) * 9 + tap]; `transposed` as torch stores transposed convolutions.
Maps convolved(const Maps& in, const TensorFile& file, const std::string& name, bool transposed)
{
  const Tensor& weight = file.tensors.at(name + ".weight");
  const Tensor& bias = file.tensors.at(name + ".bias");
  const int inputs = static_cast<int>(in.size());
  const int outputs = static_cast<int>(bias.values.size());
  Maps out(outputs, std::vector<double>(side * side));
  for (int o = 0; o < outputs; ++o)
  {
    for (int y = 0; y < side; ++y)
    {
      for (int x = 0; x < side; ++x)
      {
        double sum = bias.values[o];
        for (int i = 0; i < inputs; ++i)
        {
          for (int tap = 0; tap < 9; ++tap)
          {
            // A transposed convolution scatters: the flipped kernel gathers the same.
            const int dy = transposed ? 1 - tap / 3 : tap / 3 - 1;
            const int dx = transposed ? 1 - tap % 3 : tap % 3 - 1;
            const int k = transposed ? i * outputs + o : o * inputs + i;
            if (y + dy >= 0 && y + dy < side && x + dx >= 0 && x + dx < side)
            {
              sum += weight.values[k * 9 + tap] * in[i][(y + dy) * side + x + dx];
            }
          }
        }
        out[o][y * side + x] = sum;
      }
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
  for (auto& map : maps)
  {
    for (double& x : map)
    {
      x = leaky(x);
    }
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

TEST(TestAutoencoder, IsTheNetworkItsDescriptionDefines)
{
  const TensorFile file = shippedFile();
  const std::vector<float> image = diskImage();
  Maps x(1);
  for (float f : image)
  {
    x[0].push_back(2.0 * f - 1.0);
  }
  for (int k = 0; k < 5; ++k)
  {
    x = convolved(x, file, "encoder" + std::to_string(k), false);
    activate(x);
  }
  std::vector<double> features;
  for (const auto& map : x)
  {
    features.insert(features.end(), map.begin(), map.end());
  }
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
  features = dense(dense(features, file, "down"), file, "up");
  x.assign(2, {});
  x[0].assign(features.begin(), features.begin() + side * side);
  x[1].assign(features.begin() + side * side, features.end());
  for (int k = 0; k < 5; ++k)
  {
    x = convolved(x, file, "decoder" + std::to_string(k), true);
    if (k < 4)
    {
      activate(x);
    }
  }
  const Autoencoder model = Autoencoder::load(file, Device::CPU);
  EXPECT_EQ(model.fullyConnectedSize(), 8192);
  const std::vector<float> answer = model.evaluate(image.data(), 1);
  for (int k = 0; k < side * side; ++k)
  {
    EXPECT_NEAR(answer[k], 1.0 / (1.0 + std::exp(-x[0][k])), 1e-4);
  }
}

TEST(TestAutoencoder, TheShippedModelIsTheFile)
{
  const std::vector<float> image = diskImage();
  EXPECT_EQ(Autoencoder::shipped(Device::CPU).evaluate(image.data(), 1),
    Autoencoder::load(shippedFile(), Device::Auto).evaluate(image.data(), 1));
}

// Youngs' planes have .0085 and the input .0233 on the training family; a disk is easy.
TEST(TestAutoencoder, ADiskComesBackSharper)
{
  const std::vector<float> image = diskImage();
  const std::vector<float> answer = Autoencoder::shipped(Device::CPU).evaluate(image.data(), 1);
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
  const TensorFile good = shippedFile();
  const char* const wrong[][2] = { { "architecture", "subcell" }, { "activation", "relu" },
    { "channels", "4" }, { "channels", "0" }, { "latent", "64" } };
  for (const auto& [key, value] : wrong)
  {
    TensorFile file = good;
    file.metadata[key] = value;
    EXPECT_THROW(Autoencoder::load(file, Device::CPU), std::runtime_error) << key;
  }
  TensorFile file = good;
  file.tensors.erase("up.bias");
  EXPECT_THROW(Autoencoder::load(file, Device::CPU), std::runtime_error);
}

PlanarMesh rectangle(int nx, int ny)
{
  PlanarMesh mesh;
  for (int j = 0; j <= ny; ++j)
  {
    for (int i = 0; i <= nx; ++i)
    {
      mesh.points.push_back({ double(i), double(j) });
    }
  }
  for (int j = 0; j < ny; ++j)
  {
    for (int i = 0; i < nx; ++i)
    {
      const std::int64_t p = j * (nx + 1) + i;
      for (std::int64_t point : { p, p + 1, p + nx + 2, p + nx + 1 })
      {
        mesh.connectivity.push_back(point);
      }
      mesh.offsets.push_back(mesh.connectivity.size());
    }
  }
  return mesh;
}

TEST(TestAutoencoder, NeighboursAgreeOnTheNodesTheyShare)
{
  constexpr int nx = 21;
  constexpr int ny = 13;
  constexpr int r = autoencoderSubdivisions;
  const LogicalGrid grid = logicalGrid(rectangle(nx, ny));
  std::vector<double> fractions;
  std::vector<std::int64_t> cells;
  for (int c = 0; c < nx * ny; ++c)
  {
    const double distance = 4.7 - std::hypot(c % nx + 0.5 - 10.2, c / nx + 0.5 - 6.1);
    fractions.push_back(std::min(1.0, std::max(0.0, 0.5 + distance)));
    cells.push_back(c);
  }
  const auto values =
    autoencoderNodeValues(grid, fractions, cells, Autoencoder::shipped(Device::CPU));
  const auto at = [&](int i, int j, int a, int b) {
    return values[((j * nx + i) * (r + 1) + b) * (r + 1) + a];
  };
  for (int j = 0; j < ny; ++j)
  {
    for (int i = 0; i < nx; ++i)
    {
      for (int k = 0; k <= r; ++k)
      {
        EXPECT_GE(at(i, j, k, 0), -0.5);
        EXPECT_LE(at(i, j, k, 0), 0.5);
        if (i + 1 < nx)
        {
          EXPECT_NEAR(at(i, j, r, k), at(i + 1, j, 0, k), 1e-12);
        }
        if (j + 1 < ny)
        {
          EXPECT_NEAR(at(i, j, k, r), at(i, j + 1, k, 0), 1e-12);
        }
      }
    }
  }
  EXPECT_GT(at(10, 6, 2, 2), 0.3);
  EXPECT_LT(at(0, 0, 2, 2), -0.3);
}

#ifndef MIR_WITH_CUDA
TEST(TestAutoencoder, AskingForAMissingDeviceIsAnError)
{
  EXPECT_FALSE(Autoencoder::shipped(Device::Auto).onCuda());
  EXPECT_THROW(Autoencoder::shipped(Device::CUDA), std::runtime_error);
}
#endif

#ifdef HAVE_ATEN
TEST(TestAutoencoder, ThePerceptronAgreesWithLibTorch)
{
  const SubcellModel& model = shippedSubcellModel();
  const TensorFile file = subcellModelFile(model);
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  constexpr int rows = 500;
  std::vector<float> inputs(static_cast<std::size_t>(rows) * model.stencilValues());
  for (float& x : inputs)
  {
    x = uniform(random);
  }
  at::Tensor x = at::from_blob(inputs.data(), { rows, model.stencilValues() }).clone();
  const std::size_t layers = model.network.layers.size();
  for (std::size_t k = 0; k < layers; ++k)
  {
    const Tensor& weight = file.tensors.at("layer" + std::to_string(k) + ".weight");
    const Tensor& bias = file.tensors.at("layer" + std::to_string(k) + ".bias");
    x = at::linear(x, at::from_blob(const_cast<float*>(weight.values.data()), weight.shape),
      at::from_blob(const_cast<float*>(bias.values.data()), bias.shape));
    if (k + 1 < layers)
    {
      x = 0.5 * x * (1.0 + x / at::sqrt(x * x + std::acos(0.0)));
    }
  }
  std::vector<float> outputs(static_cast<std::size_t>(rows) * model.nodesPerCell());
  evaluate(model.network, inputs.data(), rows, outputs.data());
  const at::Tensor ours = at::from_blob(outputs.data(), { rows, model.nodesPerCell() });
  EXPECT_LT((ours - x).abs().max().item<double>(), 1e-5);
}
#endif

} // namespace
