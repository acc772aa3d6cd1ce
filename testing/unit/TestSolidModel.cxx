// Laws of the sub-cell model in space: symmetries, independence of the batch, what a file must
// hold.
#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/neural/SolidModel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;

namespace {

/// The cube's symmetries as maps of n^3 arrays: entry k of the result is entry map[k].
std::vector<std::vector<int>> symmetries(int n)
{
  static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
    { 2, 1, 0 } };
  std::vector<std::vector<int>> maps;
  for (int code = 0; code < 48; ++code)
  {
    std::vector<int> map;
    for (int k = 0; k < n * n * n; ++k)
    {
      const int place[3] = { k % n, k / n % n, k / (n * n) };
      int image[3];
      for (int axis = 0; axis < 3; ++axis)
      {
        const int x = place[orders[code / 8][axis]];
        image[axis] = code >> axis & 1 ? n - 1 - x : x;
      }
      map.push_back(image[0] + n * (image[1] + n * image[2]));
    }
    maps.push_back(map);
  }
  return maps;
}

template <typename T>
std::vector<T> mapped(const std::vector<T>& values, const std::vector<int>& map)
{
  std::vector<T> result;
  for (int k : map)
  {
    result.push_back(values[k]);
  }
  return result;
}

std::vector<double> evaluated(const SolidModel& model, const std::vector<float>& stencil)
{
  std::vector<double> nodes(model.nodesPerCell());
  model.evaluate(stencil.data(), 1, nodes.data());
  return nodes;
}

/// Random fractions; some that tie, with the same value along the orbits of a symmetry; and some
/// that reach beyond the domain.
std::vector<std::vector<float>> stencilsToTry(int K)
{
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  const auto maps = symmetries(K);
  const std::size_t size = static_cast<std::size_t>(K) * K * K;
  std::vector<std::vector<float>> stencils;
  for (int round = 0; round < 48; round += 5)
  {
    std::vector<float> stencil(size);
    std::generate(stencil.begin(), stencil.end(), [&] { return uniform(random); });
    stencils.push_back(stencil);
    std::vector<float> tied(size);
    for (std::size_t k = 0; k < size; ++k)
    {
      std::size_t at = k;
      tied[k] = stencil[k];
      for (int step = 0; step < 6; ++step)
      {
        at = maps[round][at];
        tied[k] = std::max(tied[k], stencil[at]);
      }
    }
    stencils.push_back(tied);
    tied[size / 2] = 0.5f;
    stencils.push_back(tied);
    for (std::size_t k = 0; k < size; ++k)
    {
      const int place[3] = { int(k) % K, int(k) / K % K, int(k) / (K * K) };
      stencil[k] = place[round % 3] > K / 2 || place[round % 2] == 0 ? outsideDomain : stencil[k];
    }
    stencils.push_back(stencil);
  }
  std::vector<float> drop(size, 0.0f);
  drop[size / 2] = 0.3f;
  stencils.push_back(drop);
  return stencils;
}

} // namespace

TEST(SolidModel, SymmetriesOfTheCubeCommuteWithTheModelToTheBit)
{
  const SolidModel& model = shippedSolidModel();
  const auto stencilMaps = symmetries(model.stencilSize);
  const auto nodeMaps = symmetries(model.subdivisions + 1);
  for (const std::vector<float>& stencil : stencilsToTry(model.stencilSize))
  {
    const std::vector<double> nodes = evaluated(model, stencil);
    for (std::size_t s = 0; s < stencilMaps.size(); ++s)
    {
      EXPECT_EQ(evaluated(model, mapped(stencil, stencilMaps[s])), mapped(nodes, nodeMaps[s]));
    }
  }
}

TEST(SolidModel, ExchangingTheMaterialsNegatesTheDistances)
{
  const SolidModel& model = shippedSolidModel();
  for (const std::vector<float>& stencil : stencilsToTry(model.stencilSize))
  {
    std::vector<float> other;
    for (float f : stencil)
    {
      other.push_back(f == outsideDomain ? f : 1.0f - f);
    }
    const std::vector<double> nodes = evaluated(model, stencil);
    const std::vector<double> otherNodes = evaluated(model, other);
    for (std::size_t k = 0; k < nodes.size(); ++k)
    {
      EXPECT_NEAR(nodes[k], -otherNodes[k], 2e-6);
    }
  }
}

TEST(SolidModel, ARowDoesNotDependOnTheOthers)
{
  const SolidModel& model = shippedSolidModel();
  const auto stencils = stencilsToTry(model.stencilSize);
  std::vector<float> batch;
  for (const std::vector<float>& stencil : stencils)
  {
    batch.insert(batch.end(), stencil.begin(), stencil.end());
  }
  const std::size_t nodesPerCell = model.nodesPerCell();
  std::vector<double> nodes(stencils.size() * nodesPerCell);
  model.evaluate(batch.data(), stencils.size(), nodes.data());
  for (std::size_t k = 0; k < stencils.size(); ++k)
  {
    const std::vector<double> alone = evaluated(model, stencils[k]);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), nodes.begin() + k * nodesPerCell)) << k;
  }
}

TEST(CubeFrame, FramesAreTheSymmetriesAndTheirStencilsDoNotDependOnTheOneThatAStencilCameIn)
{
  constexpr int K = 5;
  const std::vector<std::vector<int>> frameMaps = cubeFrameMaps(K);
  const auto maps = symmetries(K);
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
  for (const std::vector<float>& stencil : stencilsToTry(K))
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
