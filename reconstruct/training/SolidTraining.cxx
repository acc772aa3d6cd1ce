#include "reconstruct/training/SolidTraining.h"

#include "data/RandomShapes.h"
#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/training/PerceptronTrainer.h"
#include "reconstruct/training/TrainingLog.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace mir {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr std::uint64_t firstValidationSolid = 1ull << 40;
constexpr std::size_t validationCells = 20000;
constexpr std::size_t noisePool = 1 << 22;
/// Solids drawn at once, and their share for a thread.
constexpr int solidsAtOnce = 256;

double secondsSince(std::chrono::steady_clock::time_point start)
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct SampleSet
{
  std::vector<float> inputs; ///< 2 f - 1, outside the domain 0.
  std::vector<float> targets;
  std::uint64_t solids = 0;
};

SampleSet draw(const SolidSampling& sampling, std::uint64_t first, std::size_t cells,
  const ParallelFor& parallelFor)
{
  const std::size_t inputs =
    static_cast<std::size_t>(sampling.stencilSize) * sampling.stencilSize * sampling.stencilSize;
  SampleSet set;
  set.inputs.reserve(inputs * (cells + cells / 50));
  while (set.inputs.size() < cells * inputs)
  {
    std::vector<SolidSamples> samples(solidsAtOnce);
    parallelFor(solidsAtOnce, [&](int begin, int end) {
      for (int s = begin; s < end; ++s)
      {
        appendSolidSamples(sampling, first + set.solids + s, samples[s]);
      }
    });
    for (const SolidSamples& own : samples)
    {
      for (float f : own.stencils)
      {
        set.inputs.push_back(f == outsideDomain ? 0.0f : 2.0f * f - 1.0f);
      }
      set.targets.insert(set.targets.end(), own.nodes.begin(), own.nodes.end());
    }
    set.solids += solidsAtOnce;
  }
  return set;
}

// Batches grow as the loss settles: small ones find the way, large ones use the machine.
struct Schedule
{
  std::int64_t samples = 0;

  double done(std::int64_t seen) const { return std::min(1.0, double(seen) / samples); }
  std::int64_t batch(std::int64_t seen) const
  {
    const double part = this->done(seen);
    return part < 0.08 ? 512 : part < 0.5 ? 2048 : 4096;
  }
  double rate(std::int64_t seen, std::int64_t step, double peak) const
  {
    const double cosine = 0.5 * (1.0 + std::cos(pi * this->done(seen))) + 0.003;
    return peak * std::min(1.0, (step + 1) / 200.0) * cosine;
  }
};

/// Normal noise for the fractions of mixed cells of one row of inputs, of another size in every
/// row. Missing cells, whose input is 0, and pure ones stay.
void addNoise(CounterRandom& random, const std::vector<float>& pool, double noisyFraction,
  std::size_t count, float* inputs)
{
  if (random.uniform() >= noisyFraction)
  {
    return;
  }
  const float sigma = static_cast<float>(6e-4 * std::pow(100.0, random.uniform()));
  const float* noise =
    pool.data() + static_cast<std::size_t>(random.uniform() * double(pool.size() - count));
  for (std::size_t i = 0; i < count; ++i)
  {
    const bool mixed = inputs[i] > -0.999998f && inputs[i] < 0.999998f && inputs[i] != 0.0f;
    const float noisy = std::min(1.0f, std::max(-1.0f, inputs[i] + sigma * noise[i]));
    inputs[i] = mixed ? noisy : inputs[i];
  }
}

/// As many values again as the network has them: 1 outside the domain, 0 within.
void addOutside(std::size_t count, float* inputs)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    inputs[count + i] = inputs[i] == 0.0f ? 1.0f : 0.0f;
  }
}

/// The rows of every step: shuffled passes over the set, with noise. All follows from (seed, seen).
class Batches
{
public:
  Batches(
    const SampleSet& set, const SolidTraining& options, std::size_t inputs, std::size_t outputs)
    : Set(set)
    , Options(options)
    , Inputs(inputs)
    , Outputs(outputs)
    , Pool(noisePool)
    , Order(set.targets.size() / outputs)
  {
    CounterRandom random(options.sampling.seed, 0x706f6f6cull << 32);
    std::generate(
      this->Pool.begin(), this->Pool.end(), [&] { return static_cast<float>(random.normal()); });
  }

  /// Fills x and y; returns the number of rows, fewer at the end of a pass.
  std::int64_t next(std::int64_t seen, std::int64_t batch, const ParallelFor& parallelFor)
  {
    const auto count = static_cast<std::int64_t>(this->Order.size());
    const std::uint64_t seed = this->Options.sampling.seed;
    if (seen / count != this->Pass)
    {
      this->Pass = seen / count;
      std::iota(this->Order.begin(), this->Order.end(), 0);
      CounterRandom shuffle(seed ^ 0x73687566ull, static_cast<std::uint64_t>(this->Pass));
      for (std::int64_t k = count - 1; k > 0; --k)
      {
        std::swap(this->Order[k],
          this->Order[static_cast<std::int64_t>(shuffle.uniform() * double(k + 1))]);
      }
    }
    const std::int64_t first = seen % count;
    const std::int64_t rows = std::min(batch, count - first);
    x.resize(rows * 2 * this->Inputs);
    y.resize(rows * this->Outputs);
    parallelFor(static_cast<int>(rows), [&](int begin, int end) {
      for (int row = begin; row < end; ++row)
      {
        const std::int64_t sample = this->Order[first + row];
        float* own = x.data() + row * 2 * this->Inputs;
        std::copy_n(this->Set.inputs.data() + sample * this->Inputs, this->Inputs, own);
        std::copy_n(this->Set.targets.data() + sample * this->Outputs, this->Outputs,
          y.data() + row * this->Outputs);
        CounterRandom random(seed ^ 0x6e6f6973ull, static_cast<std::uint64_t>(seen + row));
        addNoise(random, this->Pool, this->Options.noisyFraction, this->Inputs, own);
        addOutside(this->Inputs, own);
      }
    });
    return rows;
  }

  std::vector<float> x;
  std::vector<float> y;

private:
  const SampleSet& Set;
  const SolidTraining& Options;
  std::size_t Inputs;
  std::size_t Outputs;
  std::vector<float> Pool;
  std::vector<std::int64_t> Order;
  std::int64_t Pass = -1;
};

void writeModel(const std::string& path, const SolidTraining& options,
  const PerceptronTrainer& trainer, std::uint64_t solids, const std::string& logHash)
{
  TensorFile file;
  file.name = path;
  file.metadata = { { "architecture", "subcell3d" }, { "activation", "algebraic-gelu" },
    { "K", std::to_string(options.sampling.stencilSize) },
    { "r", std::to_string(options.sampling.subdivisions) },
    { "width", std::to_string(options.width) }, { "hidden", std::to_string(options.hidden) },
    { "data",
      "seed " + std::to_string(options.sampling.seed) + ", solids 0 to " +
        std::to_string(solids - 1) },
    { "log_sha256", logHash } };
  trainer.addWeights(file);
  writeSafetensors(path, file, StoredType::Float32);
}

} // namespace

void trainSolid(const SolidTraining& options)
{
  const ParallelFor threads = runOnThreads(options.threads);
  const std::string stem = options.out.substr(0, options.out.rfind('.'));
  const std::string checkpointPath = options.out + ".checkpoint";
  const std::string partialPath = stem + ".partial.safetensors";
  TrainingLog log(stem + ".log.jsonl", options.resume);
  auto start = std::chrono::steady_clock::now();

  const int K = options.sampling.stencilSize;
  const int n = options.sampling.subdivisions + 1;
  const int inputs = K * K * K;
  const int outputs = n * n * n;
  const SampleSet training =
    draw(options.sampling, 0, static_cast<std::size_t>(options.cells), threads);
  const SampleSet held = draw(options.sampling, firstValidationSolid, validationCells, threads);
  const std::size_t heldRows = held.targets.size() / outputs;
  std::vector<float> heldInputs(heldRows * 2 * inputs);
  for (std::size_t row = 0; row < heldRows; ++row)
  {
    float* own = heldInputs.data() + row * 2 * inputs;
    std::copy_n(held.inputs.data() + row * inputs, inputs, own);
    addOutside(inputs, own);
  }
  const auto count = static_cast<std::int64_t>(training.targets.size()) / outputs;
  log.write("data",
    { { "seed", double(options.sampling.seed) }, { "solids", double(training.solids) },
      { "cells", double(count) }, { "seconds", std::round(secondsSince(start)) } });

  std::vector<int> sizes(options.hidden + 2, options.width);
  sizes.front() = 2 * inputs;
  sizes.back() = outputs;
  PerceptronTrainer trainer(sizes, options.sampling.seed);
  Batches batches(training, options, inputs, outputs);
  Schedule schedule{ static_cast<std::int64_t>(options.epochs * double(count)) };
  std::int64_t seen = 0;
  if (options.resume)
  {
    const TensorFile file = readSafetensors(checkpointPath);
    trainer.restore(file);
    seen = std::stoll(file.text("seen"));
  }
  log.write("start",
    { { "epochs", options.epochs }, { "samples", double(schedule.samples) },
      { "resumed_at_step", double(trainer.steps()) } });

  start = std::chrono::steady_clock::now();
  double nextCheckpoint = 60.0;
  double smoothed = -1.0;
  const auto validation = [&](const std::string& event) {
    const PerceptronTrainer::Errors errors =
      trainer.errors(heldInputs.data(), held.targets.data(), heldRows, threads);
    log.write(event,
      { { "step", double(trainer.steps()) }, { "samples", double(seen) },
        { "seconds", std::round(secondsSince(start)) }, { "training_loss", smoothed },
        { "loss", errors.loss }, { "near_error_cells", errors.near } });
  };
  while (seen < schedule.samples)
  {
    const std::int64_t rows = batches.next(seen, schedule.batch(seen), threads);
    const double loss = trainer.step(batches.x.data(), batches.y.data(), rows,
      schedule.rate(seen, trainer.steps(), options.rate), threads);
    smoothed = smoothed < 0.0 ? loss : 0.98 * smoothed + 0.02 * loss;
    seen += rows;
    log.progress(schedule.done(seen), smoothed);
    if (secondsSince(start) > nextCheckpoint)
    {
      nextCheckpoint = secondsSince(start) + 60.0;
      TensorFile file = trainer.checkpoint();
      file.metadata["seen"] = std::to_string(seen);
      writeSafetensors(checkpointPath, file, StoredType::Float32);
      writeModel(partialPath, options, trainer, training.solids, "");
      validation("validation");
    }
  }
  validation("end");
  writeModel(options.out, options, trainer, training.solids, log.hash());
  std::remove(checkpointPath.c_str());
  std::remove(partialPath.c_str());
}

} // namespace mir
