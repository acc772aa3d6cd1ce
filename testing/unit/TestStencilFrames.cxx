// The law of frames found for many stencils at once: they are those found for each alone.
#include "ModelStencils.h"

#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/neural/Perceptron.h"
#include "reconstruct/neural/StencilFrames.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int K = 5;

/// `found` holds the frame of each of `stencils`, or a tie where they have several, of which there
/// are both.
template <typename AllFrames>
void expectSingleFrames(const std::vector<std::vector<float>>& stencils,
  const std::vector<Frame>& found, const AllFrames& allFrames)
{
  std::size_t ties = 0;
  std::vector<Frame> frames;
  for (std::size_t m = 0; m < stencils.size(); ++m)
  {
    allFrames(stencils[m].data(), frames);
    if (found[m].symmetry == tiedSymmetry)
    {
      EXPECT_GT(frames.size(), 1u) << m;
      ++ties;
    }
    else
    {
      ASSERT_EQ(frames.size(), 1u) << m;
      EXPECT_EQ(frames[0].symmetry, found[m].symmetry) << m;
      EXPECT_EQ(frames[0].complement, found[m].complement) << m;
    }
  }
  EXPECT_GT(ties, 0u);
  EXPECT_LT(ties, stencils.size());
}

template <typename SingleFrames, typename AllFrames>
void expectTheSameOnEveryInstructionSet(
  int dimension, const SingleFrames& singleFrames, const AllFrames& allFrames)
{
  const std::vector<std::vector<float>> stencils = stencilsToTry(dimension, K, 50);
  std::vector<double> values;
  std::vector<std::int64_t> centres;
  for (const std::vector<float>& stencil : stencils)
  {
    centres.push_back(static_cast<std::int64_t>(values.size() + stencil.size() / 2));
    values.insert(values.end(), stencil.begin(), stencil.end());
  }
  for (const std::string& name : instructionSets())
  {
    SCOPED_TRACE(name);
    useInstructionSet(name);
    std::vector<Frame> found(stencils.size());
    singleFrames(values.data(), centres, found.data());
    expectSingleFrames(stencils, found, allFrames);
  }
  useInstructionSet(instructionSets().front());
}

TEST(TestStencilFrames, InThePlaneTheyAreThoseOfEachStencilAlone)
{
  expectTheSameOnEveryInstructionSet(
    2,
    [](const double* values, const std::vector<std::int64_t>& centres, Frame* found) {
      singlePlanarFrames(
        values, { 1, K, 0 }, centres.data(), static_cast<int>(centres.size()), found);
    },
    [](const float* stencil, std::vector<Frame>& frames) { canonicalFrames(stencil, K, frames); });
}

TEST(TestStencilFrames, InSpaceTheyAreThoseOfEachStencilAlone)
{
  expectTheSameOnEveryInstructionSet(
    3,
    [](const double* values, const std::vector<std::int64_t>& centres, Frame* found) {
      singleCubeFrames(
        values, { 1, K, K * K }, centres.data(), static_cast<int>(centres.size()), found);
    },
    [](const float* stencil, std::vector<Frame>& frames) {
      canonicalCubeFrames(stencil, K, frames);
    });
}

} // namespace
