#include "reconstruct/training/SubcellTraining.h"

#include "reconstruct/neural/PerceptronFile.h"
#include "reconstruct/training/PerceptronTrainer.h"
#include "reconstruct/training/SampleBatches.h"
#include "reconstruct/training/TrainingLog.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace mir {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr std::uint64_t firstHeldBody = 1ull << 40;
constexpr std::int64_t heldCells = 20000;

double secondsSince(std::chrono::steady_clock::time_point start)
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Batches grow as the loss settles: small ones find the way, large ones use the machine.
struct Schedule
{
  std::int64_t samples = 0;

  double done(std::int64_t seen) const
  {
    return std::min(1.0, static_cast<double>(seen) / static_cast<double>(this->samples));
  }
  std::int64_t batch(std::int64_t seen) const
  {
    const double part = this->done(seen);
    return part < 0.08 ? 512 : part < 0.5 ? 2048 : 4096;
  }
  double rate(std::int64_t seen, std::int64_t step, double peak) const
  {
    const double cosine = 0.5 * (1.0 + std::cos(pi * this->done(seen))) + 0.003;
    return peak * std::min(1.0, static_cast<double>(step + 1) / 200.0) * cosine;
  }
};

/// What the network has not learnt from, without noise.
struct HeldOut
{
  HeldOut(const SampleSource& source, const ParallelFor& parallelFor)
  {
    SampleSet set = drawSamples(source, firstHeldBody, heldCells, parallelFor);
    this->rows = set.size(source);
    const std::size_t values = source.stencilValues();
    this->inputs.resize(this->rows * 2 * values);
    for (std::size_t row = 0; row < this->rows; ++row)
    {
      networkInputs(
        set.inputs.data() + row * values, values, this->inputs.data() + row * 2 * values);
    }
    this->targets = std::move(set.targets);
  }

  std::size_t rows = 0;
  std::vector<float> inputs;
  std::vector<float> targets;
};

void writeModel(const SampleSource& source, const SubcellTraining& options,
  const PerceptronTrainer& trainer, std::uint64_t bodies, const std::string& logHash)
{
  TensorFile file;
  file.name = options.out;
  file.metadata = { { "architecture", source.architecture }, { "activation", perceptronActivation },
    { "K", std::to_string(source.stencilSize) }, { "r", std::to_string(source.subdivisions) },
    { "width", std::to_string(options.width) }, { "hidden", std::to_string(options.hidden) },
    { "data",
      "seed " + std::to_string(source.seed) + ", bodies 0 to " + std::to_string(bodies - 1) },
    { "log_sha256", logHash } };
  trainer.addWeights(file);
  writeSafetensors(options.out, file, StoredType::Float32);
}

} // namespace

void trainSubcell(const SampleSource& source, const SubcellTraining& options)
{
  const ParallelFor threads = runOnThreads(options.threads);
  const std::string checkpointPath = options.out + ".checkpoint";
  TrainingLog log(options.out.substr(0, options.out.rfind('.')) + ".log.jsonl", options.resume);
  auto start = std::chrono::steady_clock::now();
  const SampleSet training = drawSamples(source, 0, options.cells, threads);
  const HeldOut held(source, threads);
  const std::int64_t count = training.size(source);
  log.write("data",
    { { "seed", double(source.seed) }, { "bodies", double(training.bodies) },
      { "cells", double(count) }, { "seconds", std::round(secondsSince(start)) } });

  std::vector<int> sizes(options.hidden + 2, options.width);
  sizes.front() = 2 * source.stencilValues();
  sizes.back() = source.nodesPerCell();
  PerceptronTrainer trainer(sizes, source.seed);
  SampleBatches batches(source, training, options.noisyPart);
  const Schedule schedule{ static_cast<std::int64_t>(options.epochs * double(count)) };
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
  const auto validate = [&](const std::string& event) {
    const PerceptronTrainer::Errors errors =
      trainer.errors(held.inputs.data(), held.targets.data(), held.rows, threads);
    log.write(event,
      { { "step", double(trainer.steps()) }, { "samples", double(seen) },
        { "seconds", std::round(secondsSince(start)) }, { "training_loss", smoothed },
        { "loss", errors.loss }, { "near_error_cells", errors.near } });
  };
  while (seen < schedule.samples)
  {
    const std::int64_t rows = batches.next(seen, schedule.batch(seen), threads);
    const double loss = trainer.step(batches.inputs.data(), batches.targets.data(), rows,
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
      validate("validation");
    }
  }
  validate("end");
  writeModel(source, options, trainer, training.bodies, log.hash());
  std::remove(checkpointPath.c_str());
}

} // namespace mir
