#include "reconstruct/training/SubcellSamples.h"

#include "data/RandomShapes.h"
#include "data/Raster.h"
#include "reconstruct/neural/CanonicalFrame.h"

#include <algorithm>

namespace mir {

namespace {

constexpr int gridSize = 16;
constexpr double pure = 1e-7;
constexpr double distanceLimit = 1.6;

} // namespace

void appendSubcellSamples(
  const SubcellSampling& sampling, std::uint64_t index, SubcellSamples& samples)
{
  RandomShapeRange range;
  range.cellSize = 1.0 / gridSize;
  const RandomShape shape = randomShape(sampling.seed, index, range);
  const UniformGrid grid{ gridSize, gridSize, 1.0 / gridSize, { 0.0, 0.0 } };
  std::vector<double> fractions = cellCoverage(shape.loops, grid);
  if (shape.complement)
  {
    for (double& f : fractions)
    {
      f = 1.0 - f;
    }
  }

  const int reach = sampling.stencilSize / 2;
  CounterRandom keep(sampling.seed ^ 0x65646765ull, index);
  std::vector<int> cells;
  for (int j = 0; j < gridSize; ++j)
  {
    for (int i = 0; i < gridSize; ++i)
    {
      const double f = fractions[static_cast<std::size_t>(j) * gridSize + i];
      if (f <= pure || f >= 1.0 - pure)
      {
        continue;
      }
      const bool edge = std::min(i, j) < reach || std::max(i, j) >= gridSize - reach;
      if (!edge || keep.uniform() < sampling.edgeFraction)
      {
        cells.push_back(j * gridSize + i);
      }
    }
  }
  std::vector<float> distances;
  latticeDistances(shape.loops, grid, cells, sampling.subdivisions, distanceLimit, distances);

  const int K = sampling.stencilSize;
  const int lattice = sampling.subdivisions + 1;
  std::vector<float> stencil(static_cast<std::size_t>(K) * K);
  std::vector<Frame> frames;
  for (std::size_t c = 0; c < cells.size(); ++c)
  {
    for (int b = 0; b < K; ++b)
    {
      for (int a = 0; a < K; ++a)
      {
        const int i = std::clamp(cells[c] % gridSize + a - reach, 0, gridSize - 1);
        const int j = std::clamp(cells[c] / gridSize + b - reach, 0, gridSize - 1);
        stencil[static_cast<std::size_t>(b) * K + a] =
          static_cast<float>(fractions[static_cast<std::size_t>(j) * gridSize + i]);
      }
    }
    canonicalFrames(stencil.data(), K, frames);
    const Frame& frame = frames.front();
    for (int k : frameMap(frame, K))
    {
      samples.stencils.push_back(frame.complement ? 1.0f - stencil[k] : stencil[k]);
    }
    const bool negate = frame.complement != shape.complement;
    const float* own = distances.data() + c * lattice * lattice;
    for (int k : frameMap(frame, lattice))
    {
      samples.nodes.push_back(negate ? -own[k] : own[k]);
    }
  }
}

} // namespace mir
