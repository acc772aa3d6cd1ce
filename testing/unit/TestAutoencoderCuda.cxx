// The autoencoders' CUDA kernels give the coverage of the processor; skipped where there is no GPU.
#include "RandomAutoencoder.h"
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/autoencoder/cuda/AutoencoderCuda.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;

namespace {

constexpr int pixels = autoencoderImageSize * autoencoderImageSize;

std::vector<float> randomImages(int count)
{
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<float> images(std::size_t(count) * pixels);
  for (float& value : images)
  {
    value = uniform(random);
  }
  return images;
}

class TestAutoencoderCuda : public testing::TestWithParam<AutoencoderDesign>
{
protected:
  void SetUp() override
  {
    std::string reason;
    if (!cudaAvailable(&reason))
    {
      GTEST_SKIP() << reason;
    }
  }
};

// Two batches and a part of one, by either way of launching.
TEST_P(TestAutoencoderCuda, IsTheProcessors)
{
  constexpr int count = 83;
  const TensorFile file = randomAutoencoderFile(GetParam());
  const std::vector<float> images = randomImages(count);
  const std::vector<float> expected = Autoencoder::load(file).evaluate(images.data(), count);
  for (CudaPrecision precision : { CudaPrecision::Single, CudaPrecision::Half })
  {
    const double tolerance = precision == CudaPrecision::Single ? 1e-4 : 2e-2;
    for (CudaLaunch launch : { CudaLaunch::Kernels, CudaLaunch::Graph })
    {
      const std::vector<float> coverage =
        AutoencoderCuda(file, precision, launch, 32).evaluate(images.data(), count);
      ASSERT_EQ(coverage.size(), expected.size());
      for (std::size_t k = 0; k < coverage.size(); ++k)
      {
        ASSERT_NEAR(coverage[k], expected[k], tolerance) << k;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Study, TestAutoencoderCuda,
  testing::Values(AutoencoderDesign{ 2 }, AutoencoderDesign{ 4 }, AutoencoderDesign{ 2, 128, 1 },
    AutoencoderDesign{ 2, 128, 2 }, AutoencoderDesign{ 3, 50, 0, false }));

} // namespace

TEST(TestAutoencoderCudaAnywhere, WithoutAGpuTheErrorSaysSo)
{
  std::string reason;
  if (cudaAvailable(&reason))
  {
    GTEST_SKIP() << "there is " << reason;
  }
  EXPECT_THROW(
    AutoencoderCuda(randomAutoencoderFile({ 2 }), CudaPrecision::Single, CudaLaunch::Kernels, 1),
    std::runtime_error);
}
