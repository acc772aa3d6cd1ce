#include "reconstruct/training/SolidSamples.h"

#include "data/RandomShapes.h"
#include "data/RandomSolids.h"
#include "data/SolidCoverage.h"
#include "reconstruct/neural/CubeFrame.h"

#include <algorithm>

namespace mir {

namespace {

constexpr int gridSize = 12;
constexpr double pure = 1e-6;
constexpr double distanceLimit = 1.6;
constexpr double boundaryPart = 0.35;

/// Signed distances, positive inside the bodies, at the lattice nodes of cells, x fastest.
std::vector<double> latticeDistances(const RandomSolid& solid, const std::vector<int>& cells, int r)
{
  std::vector<double> axes[3];
  for (int cell : cells)
  {
    for (int c = 0; c <= r; ++c)
    {
      for (int b = 0; b <= r; ++b)
      {
        for (int a = 0; a <= r; ++a)
        {
          axes[0].push_back(cell % gridSize + double(a) / r);
          axes[1].push_back(cell / gridSize % gridSize + double(b) / r);
          axes[2].push_back(cell / (gridSize * gridSize) + double(c) / r);
        }
      }
    }
  }
  std::vector<double> distances(axes[0].size());
  unionDistances(solid.bodies,
    { axes[0].data(), axes[1].data(), axes[2].data(), static_cast<int>(distances.size()) },
    distances.data());
  for (double& d : distances)
  {
    d = std::clamp(-d, -distanceLimit, distanceLimit);
  }
  return distances;
}

void appendSamples(std::uint64_t seed, int K, int r, std::uint64_t index, TrainingSamples& samples)
{
  const RandomSolid solid = randomSolid(seed, index, gridSize);
  std::vector<double> fractions = solidFractions(solid.bodies, gridSize);
  const int reach = K / 2;
  CounterRandom keep(seed ^ 0x65646765ull, index);
  std::vector<int> cells;
  for (int cell = 0; cell < static_cast<int>(fractions.size()); ++cell)
  {
    double& f = fractions[cell];
    f = solid.complement ? 1.0 - f : f;
    if (f <= pure || f >= 1.0 - pure)
    {
      continue;
    }
    const int place[3] = { cell % gridSize, cell / gridSize % gridSize,
      cell / (gridSize * gridSize) };
    const bool edge =
      std::any_of(place, place + 3, [&](int p) { return p < reach || p >= gridSize - reach; });
    if (!edge || keep.uniform() < boundaryPart)
    {
      cells.push_back(cell);
    }
  }
  const std::vector<double> distances = latticeDistances(solid, cells, r);

  const int n = r + 1;
  const std::vector<std::vector<int>> stencilMaps = cubeFrameMaps(K);
  const std::vector<std::vector<int>> nodeMaps = cubeFrameMaps(n);
  std::vector<float> stencil(static_cast<std::size_t>(K) * K * K);
  std::vector<Frame> frames;
  for (std::size_t m = 0; m < cells.size(); ++m)
  {
    std::size_t entry = 0;
    for (int c = -reach; c <= reach; ++c)
    {
      for (int b = -reach; b <= reach; ++b)
      {
        for (int a = -reach; a <= reach; ++a)
        {
          const int i = cells[m] % gridSize + a;
          const int j = cells[m] / gridSize % gridSize + b;
          const int k = cells[m] / (gridSize * gridSize) + c;
          const bool missing = std::min({ i, j, k }) < 0 || std::max({ i, j, k }) >= gridSize;
          stencil[entry++] = missing
            ? outsideDomain
            : static_cast<float>(
                fractions[(static_cast<std::size_t>(k) * gridSize + j) * gridSize + i]);
        }
      }
    }
    canonicalCubeFrames(stencil.data(), K, frames);
    const Frame& frame = frames.front();
    const int* map = stencilMaps[frame.symmetry].data();
    for (std::size_t e = 0; e < stencil.size(); ++e)
    {
      const float f = stencil[map[e]];
      samples.stencils.push_back(frame.complement && f != outsideDomain ? 1.0f - f : f);
    }
    const bool negate = frame.complement != solid.complement;
    const std::size_t nodes = static_cast<std::size_t>(n) * n * n;
    map = nodeMaps[frame.symmetry].data();
    for (std::size_t e = 0; e < nodes; ++e)
    {
      const auto d = static_cast<float>(distances[m * nodes + map[e]]);
      samples.nodes.push_back(negate ? -d : d);
    }
  }
}

} // namespace

SampleSource solidSamples(std::uint64_t seed, int stencilSize, int subdivisions)
{
  return { "subcell3d", seed, 3, stencilSize, subdivisions,
    [=](std::uint64_t index, TrainingSamples& samples) {
      appendSamples(seed, stencilSize, subdivisions, index, samples);
    } };
}

} // namespace mir
