// Laws of the sub-cell model in space: its frames, and what a file must hold.
#include "ModelStencils.h"

#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/neural/SolidModel.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

TEST(CubeFrame, FramesAreTheSymmetriesAndTheirStencilsDoNotDependOnTheOneThatAStencilCameIn)
{
  constexpr int K = 5;
  const std::vector<std::vector<int>> frameMaps = cubeFrameMaps(K);
  const auto maps = symmetries(3, K);
  std::vector<Frame> frames;
  const auto canonical = [&](const std::vector<float>& stencil) {
    std::set<std::vector<float>> result;
    canonicalCubeFrames(stencil.data(), K, frames);
    for (const Frame& frame : frames)
    {
      const std::vector<int>& map = frameMaps[frame.symmetry];
      std::vector<float> turned;
      for (std::size_t k = 0; k < stencil.size(); ++k)
      {
        const float f = stencil[map[k]];
        turned.push_back(frame.complement && f != outsideDomain ? 1.0f - f : f);
      }
      EXPECT_LE(turned[turned.size() / 2], 0.5f + 1e-5f);
      result.insert(turned);
    }
    return result;
  };
  for (const std::vector<float>& stencil : stencilsToTry(3, K, 10))
  {
    const std::set<std::vector<float>> own = canonical(stencil);
    EXPECT_FALSE(own.empty());
    for (const std::vector<int>& map : maps)
    {
      EXPECT_EQ(own, canonical(mapped(stencil, map)));
    }
  }
  EXPECT_EQ(std::set<std::vector<int>>(maps.begin(), maps.end()),
    std::set<std::vector<int>>(frameMaps.begin(), frameMaps.end()));
}

TEST(SolidModel, AFileThatIsNoSuchModelIsRefused)
{
  TensorFile file =
    readSafetensors(std::string(MIR_SOURCE_DIR) + "/data/weights/subcell3d.safetensors");
  loadSolidModel(file);
  TensorFile other = file;
  other.metadata["architecture"] = "subcell";
  EXPECT_THROW(loadSolidModel(other), std::runtime_error);
  other = file;
  other.metadata["K"] = "4";
  EXPECT_THROW(loadSolidModel(other), std::runtime_error);
  other = file;
  other.tensors.erase("layer1.bias");
  EXPECT_THROW(loadSolidModel(other), std::runtime_error);
  other = file;
  other.metadata["r"] = "2";
  EXPECT_THROW(loadSolidModel(other), std::runtime_error);
}
