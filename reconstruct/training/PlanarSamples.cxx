#include "reconstruct/training/PlanarSamples.h"

#include "data/RandomShapes.h"
#include "data/Raster.h"
#include "reconstruct/neural/CanonicalFrame.h"

#include <cmath>

namespace mir {

namespace {

constexpr int gridSize = 16;
constexpr double pure = 1e-7;
constexpr double distanceLimit = 1.6;
constexpr double stretchedPart = 0.15;
constexpr double boundaryPart = 0.2;

/// Stretches a shape about the middle of the unit square, as much as it shrinks it the other way.
void stretch(CounterRandom& random, RandomShape& shape)
{
  const double ratio = std::pow(10.0, random.uniform(-0.5, 0.5));
  for (Polygon& loop : shape.loops)
  {
    for (Vec2& x : loop)
    {
      x = { 0.5 + ratio * (x.x - 0.5), 0.5 + (x.y - 0.5) / ratio };
    }
  }
}

/// Marks what lies beyond an edge of the domain, a corner of it, or a re-entrant corner.
void cutStencil(CounterRandom& random, int K, std::vector<float>& stencil)
{
  const int reach = K / 2;
  const bool flipX = random.below(2) != 0;
  const bool flipY = random.below(2) != 0;
  const bool transpose = random.below(2) != 0;
  const int kind = random.below(8);
  const int first = 1 + random.below(reach);
  const int second = 1 + random.below(reach);
  for (int b = -reach; b <= reach; ++b)
  {
    for (int a = -reach; a <= reach; ++a)
    {
      const int u = flipX ? -a : a;
      const int v = flipY ? -b : b;
      const bool beyondFirst = (transpose ? v : u) >= first;
      const bool beyondSecond = (transpose ? u : v) >= second;
      const bool beyond = kind < 5 ? beyondFirst
        : kind < 7                 ? beyondFirst || beyondSecond
                                   : beyondFirst && beyondSecond;
      if (beyond)
      {
        stencil[static_cast<std::size_t>(b + reach) * K + a + reach] = outsideDomain;
      }
    }
  }
}

void appendSamples(std::uint64_t seed, int K, int r, std::uint64_t index, TrainingSamples& samples)
{
  RandomShapeRange range;
  range.cellSize = 1.0 / gridSize;
  RandomShape shape = randomShape(seed, index, range);
  CounterRandom random(seed ^ 0x65646765ull, index);
  if (random.uniform() < stretchedPart)
  {
    stretch(random, shape);
  }
  const int reach = K / 2;
  const int wide = gridSize + 2 * reach;
  const double size = 1.0 / gridSize;
  const UniformGrid grid{ wide, wide, size, { -reach * size, -reach * size } };
  const std::vector<double> fractions = cellCoverage(shape.loops, grid);
  std::vector<int> cells;
  for (int j = reach; j < reach + gridSize; ++j)
  {
    for (int i = reach; i < reach + gridSize; ++i)
    {
      const double f = fractions[static_cast<std::size_t>(j) * wide + i];
      if (f > pure && f < 1.0 - pure)
      {
        cells.push_back(j * wide + i);
      }
    }
  }
  std::vector<float> distances;
  latticeDistances(shape.loops, grid, cells, r, distanceLimit, distances);

  const int lattice = r + 1;
  std::vector<float> stencil(static_cast<std::size_t>(K) * K);
  std::vector<Frame> frames;
  for (std::size_t c = 0; c < cells.size(); ++c)
  {
    const int corner = cells[c] - reach * (wide + 1);
    for (int k = 0; k < K * K; ++k)
    {
      const double f = fractions[static_cast<std::size_t>(corner) + k / K * wide + k % K];
      stencil[k] = static_cast<float>(shape.complement ? 1.0 - f : f);
    }
    if (random.uniform() < boundaryPart)
    {
      cutStencil(random, K, stencil);
    }
    canonicalFrames(stencil.data(), K, frames);
    const Frame& frame = frames.front();
    for (int k : frameMap(frame, K))
    {
      const float f = stencil[k];
      samples.stencils.push_back(frame.complement && f != outsideDomain ? 1.0f - f : f);
    }
    const bool negate = frame.complement != shape.complement;
    const float* own = distances.data() + c * lattice * lattice;
    for (int k : frameMap(frame, lattice))
    {
      samples.nodes.push_back(negate ? -own[k] : own[k]);
    }
  }
}

} // namespace

SampleSource planarSamples(std::uint64_t seed, int stencilSize, int subdivisions)
{
  return { "subcell", seed, 2, stencilSize, subdivisions,
    [=](std::uint64_t index, TrainingSamples& samples) {
      appendSamples(seed, stencilSize, subdivisions, index, samples);
    } };
}

} // namespace mir
