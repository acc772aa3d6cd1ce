#include "reconstruct/training/SubcellTraining.h"

#include "data/RandomShapes.h"
#include "reconstruct/neural/SubcellModel.h"
#include "reconstruct/training/Adam.hxx"
#include "reconstruct/training/OneThread.h"
#include "reconstruct/training/TrainingLog.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace mir {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr std::uint64_t firstValidationShape = 1ull << 40;
constexpr std::size_t validationCells = 40000;
constexpr std::int64_t noisePool = 1 << 22;

double secondsSince(std::chrono::steady_clock::time_point start)
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// algebraicGelu with its derivative, in one pass each; torch's own operations would take eight.
class Activation : public torch::autograd::Function<Activation>
{
public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, torch::Tensor input)
  {
    context->save_for_backward({ input });
    torch::Tensor output = torch::empty_like(input);
    const float* x = input.data_ptr<float>();
    float* y = output.data_ptr<float>();
    for (std::int64_t k = 0; k < input.numel(); ++k)
    {
      y[k] = algebraicGelu(x[k]);
    }
    return output;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients)
  {
    const torch::Tensor input = context->get_saved_variables()[0];
    const torch::Tensor outer = gradients[0].contiguous();
    torch::Tensor inner = torch::empty_like(input);
    const float* x = input.data_ptr<float>();
    const float* g = outer.data_ptr<float>();
    float* result = inner.data_ptr<float>();
    for (std::int64_t k = 0; k < input.numel(); ++k)
    {
      const float t = x[k] / std::sqrt(x[k] * x[k] + 1.57079633f);
      result[k] = g[k] * (0.5f + t - 0.5f * t * t * t);
    }
    return { inner };
  }
};

torch::Tensor forward(const NamedParameters& parameters, torch::Tensor fractions)
{
  torch::Tensor x = fractions * 2.0 - 1.0;
  for (std::size_t k = 0; k < parameters.size(); k += 2)
  {
    x = torch::linear(x, parameters[k].second, parameters[k + 1].second);
    if (k + 2 < parameters.size())
    {
      x = Activation::apply(x);
    }
  }
  return x;
}

torch::Tensor lossOf(const torch::Tensor& predicted, const torch::Tensor& truth)
{
  const torch::Tensor weight = torch::reciprocal(truth.abs() + 0.15);
  return (weight * torch::smooth_l1_loss(predicted, truth, torch::Reduction::None, 0.01)).mean();
}

// Uniform in +-1 / sqrt(inputs), weights and biases.
NamedParameters startingParameters(const SubcellTraining& options)
{
  CounterRandom random(options.sampling.seed, 0x77656967ull << 32);
  const int lattice = options.sampling.subdivisions + 1;
  NamedParameters parameters;
  int inputs = options.sampling.stencilSize * options.sampling.stencilSize;
  for (int k = 0; k <= options.hidden; ++k)
  {
    const int outputs = k == options.hidden ? lattice * lattice : options.width;
    torch::Tensor weight = torch::empty({ outputs, inputs });
    torch::Tensor bias = torch::empty({ outputs });
    for (torch::Tensor& tensor :
      std::initializer_list<std::reference_wrapper<torch::Tensor>>{ weight, bias })
    {
      const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
      for (std::int64_t e = 0; e < tensor.numel(); ++e)
      {
        tensor.data_ptr<float>()[e] = static_cast<float>(random.uniform(-bound, bound));
      }
      tensor.set_requires_grad(true);
    }
    parameters.push_back({ "layer" + std::to_string(k) + ".weight", weight });
    parameters.push_back({ "layer" + std::to_string(k) + ".bias", bias });
    inputs = outputs;
  }
  return parameters;
}

// Steps with a batch size that grows as the loss settles: small batches find the way, large ones
// use the machine.
struct Schedule
{
  std::int64_t samples = 0;

  double done(std::int64_t seen) const { return std::min(1.0, double(seen) / samples); }
  std::int64_t batch(std::int64_t seen) const
  {
    const double part = this->done(seen);
    return part < 0.08 ? 512 : part < 0.4 ? 2048 : 8192;
  }
  double rate(std::int64_t seen, std::int64_t step, double peak) const
  {
    const double cosine = 0.5 * (1.0 + std::cos(pi * this->done(seen))) + 0.003;
    return peak * std::min(1.0, (step + 1) / 200.0) * cosine;
  }
};

// Adds normal noise to the fractions of mixed cells, of another size in every sample.
// All of it follows from (seed, step).
void addNoise(torch::Tensor fractions, const torch::Tensor& pool, double noisyFraction,
  std::uint64_t seed, std::int64_t step)
{
  CounterRandom random(seed ^ 0x6e6f6973ull, static_cast<std::uint64_t>(step));
  const std::int64_t rows = fractions.size(0);
  const std::int64_t columns = fractions.size(1);
  const float* normal = pool.data_ptr<float>();
  float* values = fractions.data_ptr<float>();
  for (std::int64_t row = 0; row < rows; ++row)
  {
    if (random.uniform() >= noisyFraction)
    {
      continue;
    }
    const float sigma = static_cast<float>(3e-4 * std::pow(100.0, random.uniform()));
    const float* noise =
      normal + static_cast<std::int64_t>(random.uniform() * double(noisePool - columns));
    float* f = values + row * columns;
    for (std::int64_t k = 0; k < columns; ++k)
    {
      const bool mixed = f[k] > 1e-6f && f[k] < 1.0f - 1e-6f;
      const float noisy = std::min(1.0f, std::max(0.0f, f[k] + sigma * noise[k]));
      f[k] = mixed ? noisy : f[k];
    }
  }
}

torch::Tensor asRows(std::vector<float>& values, std::int64_t columns)
{
  return torch::from_blob(values.data(), { std::int64_t(values.size()) / columns, columns });
}

std::uint64_t fill(
  const SubcellSampling& sampling, std::uint64_t first, std::size_t cells, SubcellSamples& samples)
{
  const std::size_t wanted = cells * sampling.stencilSize * sampling.stencilSize;
  std::uint64_t index = first;
  while (samples.stencils.size() < wanted)
  {
    appendSubcellSamples(sampling, index++, samples);
  }
  return index;
}

struct Validation
{
  double loss = 0.0;
  double nearError = 0.0; ///< Mean |error| of nodes within .2 cells of the interface.
};

Validation validate(
  const NamedParameters& parameters, const torch::Tensor& stencils, const torch::Tensor& nodes)
{
  const torch::NoGradGuard guard;
  const torch::Tensor predicted = forward(parameters, stencils);
  const torch::Tensor near = nodes.abs() < 0.2;
  return { lossOf(predicted, nodes).item<double>(),
    (predicted - nodes).abs().masked_select(near).mean().item<double>() };
}

void writeModel(const SubcellTraining& options, const Adam& adam, std::uint64_t shapes,
  const std::string& logHash)
{
  TensorFile file;
  file.name = options.out;
  const std::string seed = std::to_string(options.sampling.seed);
  file.metadata = { { "architecture", "subcell" }, { "activation", "algebraic-gelu" },
    { "K", std::to_string(options.sampling.stencilSize) },
    { "r", std::to_string(options.sampling.subdivisions) },
    { "width", std::to_string(options.width) }, { "hidden", std::to_string(options.hidden) },
    { "data", "seed " + seed + ", shapes 0 to " + std::to_string(shapes - 1) },
    { "log_sha256", logHash } };
  for (const auto& [name, parameter] : adam.parameters())
  {
    file.tensors[name] = plainTensor(parameter);
  }
  loadSubcellModel(file);
  writeSafetensors(options.out, file, StoredType::Float32);
}

} // namespace

void trainSubcell(const SubcellTraining& options)
{
  useOneThread();
  const std::string checkpointPath = options.out + ".checkpoint";
  TrainingLog log(options.out.substr(0, options.out.rfind('.')) + ".log.jsonl", options.resume);
  auto start = std::chrono::steady_clock::now();
  const std::uint64_t seed = options.sampling.seed;

  SubcellSamples training;
  SubcellSamples held;
  const std::uint64_t shapes = fill(options.sampling, 0, options.cells, training);
  fill(options.sampling, firstValidationShape, validationCells, held);
  const std::int64_t K2 = options.sampling.stencilSize * options.sampling.stencilSize;
  const std::int64_t lattice = options.sampling.subdivisions + 1;
  const torch::Tensor stencils = asRows(training.stencils, K2);
  const torch::Tensor nodes = asRows(training.nodes, lattice * lattice);
  const torch::Tensor heldStencils = asRows(held.stencils, K2);
  const torch::Tensor heldNodes = asRows(held.nodes, lattice * lattice);
  const std::int64_t count = stencils.size(0);
  log.write("data",
    { { "seed", double(seed) }, { "shapes", double(shapes) }, { "cells", double(count) },
      { "seconds", secondsSince(start) } });

  std::vector<float> poolValues(noisePool);
  CounterRandom poolRandom(seed, 0x706f6f6cull << 32);
  std::generate(
    poolValues.begin(), poolValues.end(), [&] { return static_cast<float>(poolRandom.normal()); });
  const torch::Tensor pool = torch::from_blob(poolValues.data(), { noisePool });

  Adam adam(startingParameters(options));
  std::int64_t seen = 0;
  std::int64_t step = 0;
  if (options.resume)
  {
    const TensorFile file = readSafetensors(checkpointPath);
    step = adam.restore(file);
    seen = std::stoll(file.text("seen"));
  }

  Schedule schedule;
  schedule.samples = static_cast<std::int64_t>(options.epochs * double(count));
  std::vector<std::int64_t> order(count);
  std::int64_t orderedEpoch = -1;
  const auto trainStep = [&](std::int64_t batch, double rate) {
    const std::int64_t epoch = seen / count;
    if (epoch != orderedEpoch)
    {
      std::iota(order.begin(), order.end(), 0);
      CounterRandom shuffle(seed ^ 0x73687566ull, static_cast<std::uint64_t>(epoch));
      for (std::int64_t k = count - 1; k > 0; --k)
      {
        std::swap(order[k], order[static_cast<std::int64_t>(shuffle.uniform() * double(k + 1))]);
      }
      orderedEpoch = epoch;
    }
    const std::int64_t first = seen % count;
    const std::int64_t rows = std::min(batch, count - first);
    const torch::Tensor pick = torch::from_blob(order.data() + first, { rows }, torch::kInt64);
    torch::Tensor x = stencils.index_select(0, pick);
    addNoise(x, pool, options.noisyFraction, seed, step);
    const torch::Tensor loss = lossOf(forward(adam.parameters(), x), nodes.index_select(0, pick));
    loss.backward();
    adam.step(rate);
    seen += rows;
    ++step;
    return loss.item<double>();
  };

  if (schedule.samples == 0)
  {
    // The pace of a batch of 2048 after warming up stands for all; then start over.
    const TensorFile beginning = adam.checkpoint(0);
    start = std::chrono::steady_clock::now();
    for (int k = 0; k < 60; ++k)
    {
      trainStep(2048, 0.0);
      if (k == 9)
      {
        start = std::chrono::steady_clock::now();
      }
    }
    schedule.samples =
      static_cast<std::int64_t>(options.minutes * 60.0 * 50.0 * 2048.0 / secondsSince(start));
    adam.restore(beginning);
    seen = step = 0;
  }
  log.write("start",
    { { "epochs", double(schedule.samples) / double(count) },
      { "samples", double(schedule.samples) }, { "resumed_at_step", double(step) } });

  start = std::chrono::steady_clock::now();
  double nextCheckpoint = 20.0;
  double smoothed = -1.0;
  while (seen < schedule.samples)
  {
    const double loss = trainStep(schedule.batch(seen), schedule.rate(seen, step, options.rate));
    smoothed = smoothed < 0.0 ? loss : 0.98 * smoothed + 0.02 * loss;
    log.progress(schedule.done(seen), smoothed);
    if (secondsSince(start) > nextCheckpoint)
    {
      nextCheckpoint = secondsSince(start) + 60.0;
      TensorFile file = adam.checkpoint(step);
      file.metadata["seen"] = std::to_string(seen);
      writeSafetensors(checkpointPath, file, StoredType::Float32);
      const Validation held = validate(adam.parameters(), heldStencils, heldNodes);
      log.write("validation",
        { { "step", double(step) }, { "samples", double(seen) },
          { "seconds", std::round(secondsSince(start)) }, { "training_loss", smoothed },
          { "loss", held.loss }, { "near_error_cells", held.nearError } });
    }
  }
  const Validation last = validate(adam.parameters(), heldStencils, heldNodes);
  log.write("end",
    { { "step", double(step) }, { "samples", double(seen) },
      { "seconds", std::round(secondsSince(start)) }, { "training_loss", smoothed },
      { "loss", last.loss }, { "near_error_cells", last.nearError } });
  writeModel(options, adam, shapes, log.hash());
  std::remove(checkpointPath.c_str());
}

} // namespace mir
