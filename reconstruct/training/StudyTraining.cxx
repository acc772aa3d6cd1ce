#include "reconstruct/training/StudyTraining.h"

#include "data/RandomShapes.h"
#include "data/Raster.h"
#include "reconstruct/training/Adam.hxx"
#include "reconstruct/training/AutoencoderNetwork.hxx"
#include "reconstruct/training/OneThread.h"
#include "reconstruct/training/TrainingLog.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace mir {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int side = autoencoderImageSize;
constexpr std::uint64_t firstValidationShape = 1ull << 40;
constexpr int validationImages = 2000;
constexpr double warmUp = 5000.0;

double secondsSince(std::chrono::steady_clock::time_point start)
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Exact coverage of shapes first .. first + count - 1, as (count, 1, 64, 64).
torch::Tensor coverageImages(std::uint64_t seed, std::uint64_t first, int count)
{
  RandomShapeRange range;
  range.minimumRadius = 0.12;
  range.maximumRadius = 0.42;
  range.minimumWidth = 0.03;
  range.maximumWidth = 0.15;
  range.cellSize = 1.0 / side;
  // The families of the study's reproduction, equally often.
  std::fill_n(range.weights, numberOfShapeFamilies, 0.0);
  std::fill_n(range.weights, static_cast<int>(ShapeFamily::Wedge) + 1, 1.0);
  const UniformGrid grid{ side, side, 1.0 / side, { 0.0, 0.0 } };
  torch::Tensor images = torch::empty({ count, 1, side, side });
  float* out = images.data_ptr<float>();
  for (int k = 0; k < count; ++k)
  {
    const RandomShape shape = randomShape(seed, first + k, range);
    for (double f : cellCoverage(shape.loops, grid))
    {
      *out++ = static_cast<float>(shape.complement ? 1.0 - f : f);
    }
  }
  return images;
}

torch::Tensor drawnCells(const torch::Tensor& truth, int cell)
{
  return torch::avg_pool2d(truth, cell).repeat_interleave(cell, 2).repeat_interleave(cell, 3);
}

// Error in the jump between the two pixels on either side of the cell faces of one direction.
torch::Tensor jumpError(const torch::Tensor& error, int cell, int dimension)
{
  const int faces = side / cell - 1;
  const torch::Tensor first = torch::arange(
    cell - 1, faces * cell, cell, torch::TensorOptions(torch::kLong).device(error.device()));
  return error.index_select(dimension, first + 1) - error.index_select(dimension, first);
}

torch::Tensor lossOf(
  const torch::Tensor& predicted, const torch::Tensor& truth, const StudyTraining& options)
{
  const int cell = options.cellSize;
  const torch::Tensor error = predicted - truth;
  const torch::Tensor conservation = torch::avg_pool2d(error, cell).square().mean();
  const torch::Tensor continuity =
    jumpError(error, cell, 2).square().mean() + jumpError(error, cell, 3).square().mean();
  return error.square().mean() + options.conservation * conservation +
    options.continuity * continuity;
}

// Convolutions start near the identity and alternate in sign where one channel meets several: from
// the usual random start a network of two channels stays at the constant answer for 70k samples.
AutoencoderNetwork startingNetwork(const StudyTraining& options)
{
  CounterRandom random(options.seed, 0x77656967ull << 32);
  AutoencoderNetwork network;
  network.design = options.design;
  for (const auto& [name, shape] : parameterShapes(options.design))
  {
    torch::Tensor tensor = torch::zeros(shape);
    float* values = tensor.data_ptr<float>();
    if (shape.size() == 4)
    {
      for (std::int64_t k = 0; k < tensor.numel(); ++k)
      {
        values[k] = static_cast<float>(0.1 * random.normal());
      }
      for (std::int64_t a = 0; a < shape[0]; ++a)
      {
        for (std::int64_t b = 0; b < shape[1]; ++b)
        {
          const bool single = shape[0] == 1 || shape[1] == 1;
          const std::int64_t widest = std::max(shape[0], shape[1]);
          const double sign = (a + b) % 2 ? -1.0 : 1.0;
          const double identity =
            single ? sign / (widest > 2 ? std::sqrt(double(widest)) : 1.0) : (a == b ? 1.0 : 0.0);
          values[((a * shape[1] + b) * shape[2] + shape[2] / 2) * shape[3] + shape[3] / 2] +=
            static_cast<float>(identity);
        }
      }
    }
    else if (name == "norm.weight")
    {
      tensor.fill_(1.0);
    }
    else if (name.rfind("down", 0) == 0 || name.rfind("up", 0) == 0)
    {
      const double inputs =
        name[0] == 'd' ? options.design.fullyConnectedSize() : options.design.latent;
      const double bound = 1.0 / std::sqrt(inputs);
      for (std::int64_t k = 0; k < tensor.numel(); ++k)
      {
        values[k] = static_cast<float>(random.uniform(-bound, bound));
      }
    }
    network.parameters.push_back({ name, tensor.set_requires_grad(true) });
  }
  return network;
}

// MSE over all pixels; the mean of |mean of the cell - f| over mixed cells; the mean of the
// |jump error| over faces with a mixed cell on either side.
TrainingLog::Fields validate(
  const AutoencoderNetwork& network, const torch::Tensor& truth, int cell)
{
  const torch::NoGradGuard guard;
  std::vector<torch::Tensor> parts;
  for (const torch::Tensor& part : truth.split(100))
  {
    parts.push_back(network.forward(drawnCells(part, cell)));
  }
  const torch::Tensor error = torch::cat(parts) - truth;
  const torch::Tensor f = torch::avg_pool2d(truth, cell);
  const torch::Tensor mixed = torch::logical_and(f > 1e-6, f < 1.0 - 1e-6).to(torch::kFloat32);
  const torch::Tensor cellError = torch::avg_pool2d(error, cell).abs();
  double jumps = 0.0;
  double faces = 0.0;
  for (int dimension = 2; dimension < 4; ++dimension)
  {
    const std::int64_t last = mixed.size(dimension) - 1;
    const torch::Tensor either =
      torch::maximum(mixed.narrow(dimension, 0, last), mixed.narrow(dimension, 1, last))
        .repeat_interleave(cell, dimension == 2 ? 3 : 2);
    jumps += (jumpError(error, cell, dimension).abs() * either).sum().item<double>();
    faces += either.sum().item<double>();
  }
  return { { "mse", error.square().mean().item<double>() },
    { "conservation", (cellError * mixed).sum().item<double>() / mixed.sum().item<double>() },
    { "continuity", jumps / faces } };
}

void writeModel(
  const StudyTraining& options, const AutoencoderNetwork& network, const std::string& hash)
{
  TensorFile file;
  file.name = options.out;
  addMetadata(options.design, file);
  file.metadata["data"] =
    "seed " + std::to_string(options.seed) + ", shapes 0 to " + std::to_string(options.samples - 1);
  file.metadata["log_sha256"] = hash;
  for (const auto& [name, parameter] : network.parameters)
  {
    file.tensors[name] = plainTensor(parameter);
  }
  designOfFile(file);
  writeSafetensors(options.out, file, StoredType::Float16);
}

} // namespace

void trainStudy(const StudyTraining& options)
{
  useOneThread();
  const std::string checkpointPath = options.out + ".checkpoint";
  TrainingLog log(options.out.substr(0, options.out.rfind('.')) + ".log.jsonl", options.resume);
  const AutoencoderNetwork network = startingNetwork(options);
  const torch::Tensor held = coverageImages(options.seed, firstValidationShape, validationImages);
  Adam adam(network.parameters);
  std::int64_t seen = options.resume ? adam.restore(readSafetensors(checkpointPath)) : 0;

  const auto report = [&](const std::string& event, double seconds, double loss) {
    TrainingLog::Fields fields{ { "samples", double(seen) }, { "seconds", std::round(seconds) },
      { "training_loss", loss } };
    for (const auto& field : validate(network, held, options.cellSize))
    {
      fields.push_back(field);
    }
    log.write(event, fields);
  };
  log.write("start",
    { { "seed", double(options.seed) }, { "channels", double(options.design.channels) },
      { "latent", double(options.design.latent) }, { "pooling", double(options.design.pooling) },
      { "layernorm", double(options.design.layerNorm) },
      { "fully_connected_size", double(options.design.fullyConnectedSize()) },
      { "cell_size", double(options.cellSize) }, { "conservation_weight", options.conservation },
      { "continuity_weight", options.continuity }, { "samples", double(options.samples) },
      { "seen", double(seen) },
      { "input_mse",
        (drawnCells(held, options.cellSize) - held).square().mean().item<double>() } });
  const auto start = std::chrono::steady_clock::now();
  double nextCheckpoint = 30.0;
  double smoothed = -1.0;
  while (seen < options.samples)
  {
    const int rows =
      static_cast<int>(std::min<std::int64_t>(options.batch, options.samples - seen));
    const torch::Tensor truth = coverageImages(options.seed, seen, rows);
    const torch::Tensor loss =
      lossOf(network.forward(drawnCells(truth, options.cellSize)), truth, options);
    loss.backward();
    const double done = double(seen) / options.samples;
    const double cosine = 0.98 * 0.5 * (1.0 + std::cos(pi * done)) + 0.02;
    adam.step(options.rate * std::min(1.0, (seen + 1) / warmUp) * cosine);
    seen += rows;

    const double value = loss.item<double>();
    smoothed = smoothed < 0.0 ? value : 0.98 * smoothed + 0.02 * value;
    log.progress(done, smoothed);
    if (secondsSince(start) > nextCheckpoint)
    {
      nextCheckpoint = secondsSince(start) + 60.0;
      writeSafetensors(checkpointPath, adam.checkpoint(seen), StoredType::Float32);
      report("validation", secondsSince(start), smoothed);
    }
  }
  report("end", secondsSince(start), smoothed);
  writeModel(options, network, log.hash());
  std::remove(checkpointPath.c_str());
}

} // namespace mir
