#include "reconstruct/training/SampleBatches.h"

#include "data/RandomShapes.h"
#include "reconstruct/neural/CanonicalFrame.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mir {

namespace {

constexpr int bodiesAtOnce = 256;
constexpr std::size_t noiseValues = 1 << 22;
/// 2 f - 1 of mixed cells is nearer to 0.
constexpr float pure = 0.999998f;

} // namespace

SampleSet drawSamples(const SampleSource& source, std::uint64_t first, std::int64_t cells,
  const ParallelFor& parallelFor)
{
  const std::int64_t someMore = cells + cells / 50;
  SampleSet set;
  set.inputs.reserve(someMore * source.stencilValues());
  set.targets.reserve(someMore * source.nodesPerCell());
  while (set.size(source) < cells)
  {
    std::vector<TrainingSamples> samples(bodiesAtOnce);
    parallelFor(bodiesAtOnce, [&](int begin, int end) {
      for (int body = begin; body < end; ++body)
      {
        source.append(first + set.bodies + body, samples[body]);
      }
    });
    for (const TrainingSamples& own : samples)
    {
      for (float f : own.stencils)
      {
        set.inputs.push_back(f == outsideDomain ? 0.0f : 2.0f * f - 1.0f);
      }
      set.targets.insert(set.targets.end(), own.nodes.begin(), own.nodes.end());
    }
    set.bodies += bodiesAtOnce;
  }
  return set;
}

void networkInputs(const float* row, std::size_t count, float* inputs)
{
  std::copy_n(row, count, inputs);
  for (std::size_t i = 0; i < count; ++i)
  {
    inputs[count + i] = row[i] == 0.0f ? 1.0f : 0.0f;
  }
}

SampleBatches::SampleBatches(const SampleSource& source, const SampleSet& set, double noisyPart)
  : Set(set)
  , Seed(source.seed)
  , NoisyPart(noisyPart)
  , Values(source.stencilValues())
  , Nodes(source.nodesPerCell())
  , Noise(noiseValues)
  , Order(set.size(source))
{
  CounterRandom random(this->Seed, 0x706f6f6cull << 32);
  std::generate(
    this->Noise.begin(), this->Noise.end(), [&] { return static_cast<float>(random.normal()); });
}

void SampleBatches::shuffle(std::int64_t pass)
{
  this->Pass = pass;
  std::iota(this->Order.begin(), this->Order.end(), 0);
  CounterRandom random(this->Seed ^ 0x73687566ull, static_cast<std::uint64_t>(pass));
  for (auto k = static_cast<std::int64_t>(this->Order.size()) - 1; k > 0; --k)
  {
    const auto other = static_cast<std::int64_t>(random.uniform() * static_cast<double>(k + 1));
    std::swap(this->Order[k], this->Order[other]);
  }
}

std::int64_t SampleBatches::next(
  std::int64_t seen, std::int64_t rows, const ParallelFor& parallelFor)
{
  const auto count = static_cast<std::int64_t>(this->Order.size());
  if (seen / count != this->Pass)
  {
    this->shuffle(seen / count);
  }
  const std::int64_t first = seen % count;
  rows = std::min(rows, count - first);
  this->inputs.resize(rows * 2 * this->Values);
  this->targets.resize(rows * this->Nodes);
  parallelFor(static_cast<int>(rows), [&](int begin, int end) {
    for (int row = begin; row < end; ++row)
    {
      const std::int64_t sample = this->Order[first + row];
      float* own = this->inputs.data() + row * 2 * this->Values;
      networkInputs(this->Set.inputs.data() + sample * this->Values, this->Values, own);
      this->addNoise(seen + row, own);
      std::copy_n(this->Set.targets.data() + sample * this->Nodes, this->Nodes,
        this->targets.data() + row * this->Nodes);
    }
  });
  return rows;
}

void SampleBatches::addNoise(std::int64_t row, float* fractions) const
{
  CounterRandom random(this->Seed ^ 0x6e6f6973ull, static_cast<std::uint64_t>(row));
  if (random.uniform() >= this->NoisyPart)
  {
    return;
  }
  const float sigma = static_cast<float>(6e-4 * std::pow(100.0, random.uniform()));
  const auto choices = static_cast<double>(this->Noise.size() - this->Values);
  const float* noise = this->Noise.data() + static_cast<std::size_t>(random.uniform() * choices);
  for (std::size_t i = 0; i < this->Values; ++i)
  {
    // The cells outside the domain, whose value is 0, and pure ones stay.
    const float value = fractions[i];
    const bool mixed = std::fabs(value) < pure && value != 0.0f;
    const float noisy = std::min(1.0f, std::max(-1.0f, value + sigma * noise[i]));
    fractions[i] = mixed ? noisy : value;
  }
}

} // namespace mir
