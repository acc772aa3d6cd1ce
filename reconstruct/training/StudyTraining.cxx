#include "reconstruct/training/StudyTraining.h"

#include "reconstruct/training/Adam.hxx"
#include "reconstruct/training/AutoencoderNetwork.hxx"
#include "reconstruct/training/OneThread.h"
#include "reconstruct/training/StudyImages.h"
#include "reconstruct/training/TrainingLog.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace mir {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double warmUp = 5000.0;

double secondsSince(std::chrono::steady_clock::time_point start)
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// (count, 1, 64, 64) over values that outlive it.
torch::Tensor imageTensor(std::vector<float>& images)
{
  constexpr std::int64_t side = autoencoderImageSize;
  const auto count = static_cast<std::int64_t>(images.size()) / (side * side);
  return torch::from_blob(images.data(), { count, 1, side, side });
}

// Convolutions start near the identity and alternate in sign where one channel meets several: from
// the usual random start a network of two channels stays at the constant answer for 70k samples.
AutoencoderNetwork startingNetwork(const StudyTraining& options)
{
  CounterRandom random(options.seed, 0x77656967ull << 32);
  AutoencoderNetwork network;
  network.design = options.design;
  network.usesPlanarLayers = true;
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

TrainingLog::Fields validate(
  const AutoencoderNetwork& network, const std::vector<float>& truth, int cell)
{
  const torch::NoGradGuard guard;
  std::vector<float> drawn = drawnCells(truth, cell);
  std::vector<float> predicted;
  for (const torch::Tensor& part : imageTensor(drawn).split(100))
  {
    const torch::Tensor answer = network.forward(part).contiguous();
    predicted.insert(
      predicted.end(), answer.data_ptr<float>(), answer.data_ptr<float>() + answer.numel());
  }
  const StudyErrors errors = studyErrors(truth, cell, predicted);
  return { { "mse", errors.squared }, { "conservation", errors.conservation },
    { "continuity", errors.continuity } };
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
  const std::vector<float> held = studyImages(options.seed, firstHeldOutShape, heldOutImages);
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
      { "cell_size", double(options.cellSize) },
      { "conservation_weight", options.penalties.conservation },
      { "continuity_weight", options.penalties.continuity }, { "samples", double(options.samples) },
      { "seen", double(seen) },
      { "input_mse",
        studyErrors(held, options.cellSize, drawnCells(held, options.cellSize)).squared } });
  const auto start = std::chrono::steady_clock::now();
  double nextCheckpoint = 30.0;
  double smoothed = -1.0;
  while (seen < options.samples)
  {
    const int rows =
      static_cast<int>(std::min<std::int64_t>(options.batch, options.samples - seen));
    const std::vector<float> truth = studyImages(options.seed, seen, rows);
    std::vector<float> drawn = drawnCells(truth, options.cellSize);
    const torch::Tensor predicted = network.forward(imageTensor(drawn)).contiguous();
    torch::Tensor gradient = torch::empty_like(predicted);
    const double loss = studyLoss(truth, options.cellSize, options.penalties,
      predicted.data_ptr<float>(), gradient.data_ptr<float>());
    predicted.backward(gradient);
    const double done = double(seen) / options.samples;
    const double cosine = 0.98 * 0.5 * (1.0 + std::cos(pi * done)) + 0.02;
    adam.step(options.rate * std::min(1.0, (seen + 1) / warmUp) * cosine);
    seen += rows;

    smoothed = smoothed < 0.0 ? loss : 0.98 * smoothed + 0.02 * loss;
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
