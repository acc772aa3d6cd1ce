// The CUDA kernels give the distances of the processor; skipped where there is no GPU.
#include "reconstruct/neural/NeuralField.h"
#include "reconstruct/neural/cuda/SubcellCuda.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

using namespace mir;

namespace {

class TestSubcellCuda : public testing::Test
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

// More than two batches, a third of them symmetric, so that frames tie.
std::vector<float> stencilsToTry(int K, int count)
{
  std::mt19937 random(13);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<float> stencils;
  for (int k = 0; k < count * K * K; ++k)
  {
    const int row = k / K % K;
    const bool mirrored = k / (K * K) % 3 == 0 && row > K / 2;
    stencils.push_back(
      mirrored ? stencils[stencils.size() - (2 * row - (K - 1)) * K] : uniform(random));
  }
  return stencils;
}

void expectAgreement(CudaPrecision precision, double tolerance)
{
  const SubcellModel& model = shippedSubcellModel();
  constexpr int count = 40000;
  const std::vector<float> stencils = stencilsToTry(model.stencilSize, count);
  std::vector<double> expected(static_cast<std::size_t>(count) * model.nodesPerCell());
  std::vector<double> nodes(expected.size());
  model.evaluate(stencils.data(), count, expected.data());
  SubcellCuda(model, precision).evaluate(stencils.data(), count, nodes.data());
  for (std::size_t k = 0; k < nodes.size(); ++k)
  {
    ASSERT_NEAR(nodes[k], expected[k], tolerance) << k;
  }
}

TEST_F(TestSubcellCuda, SinglePrecisionIsTheProcessors)
{
  expectAgreement(CudaPrecision::Single, 1e-5);
}

TEST_F(TestSubcellCuda, HalfPrecisionMovesDistancesLittle)
{
  expectAgreement(CudaPrecision::Half, 0.01);
}

} // namespace

TEST(TestSubcellCudaAnywhere, WithoutAGpuTheErrorSaysSo)
{
  std::string reason;
  if (cudaAvailable(&reason))
  {
    GTEST_SKIP() << "there is " << reason;
  }
  EXPECT_THROW(SubcellCuda(shippedSubcellModel(), CudaPrecision::Single), std::runtime_error);
}
