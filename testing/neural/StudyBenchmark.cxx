// Throughput of the study's autoencoders: samples a second against the mini-batch.
//
// mirStudyBenchmark [--quick] [--cuda]
// Rows of CSV on the standard output; the time is the least of several runs, on one thread and on
// two. LibTorch runs as a reader of the study would (eager), as frozen TorchScript optimised for
// inference, and in channels-last bfloat16, there with separable pooling. Difference is the largest
// of a pixel from the eager network's. Without LibTorch there are our rows alone.
//
// --cuda measures on the GPU instead, with the images in its memory: our kernels launched one by
// one and as a graph, and LibTorch eager where it has CUDA, all in float and in half precision.
#include "LeastTime.h"
#include "LibTorchForward.h"
#include "RandomAutoencoder.h"
#include "Threads.h"

#include "reconstruct/autoencoder/Autoencoder.h"
#ifdef MIR_WITH_CUDA
#include "reconstruct/autoencoder/cuda/AutoencoderCuda.h"
#endif
#ifdef MIR_WITH_TORCH
#include "reconstruct/training/AutoencoderNetwork.hxx"
#include "reconstruct/training/OneThread.h"

#include <torch/script.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int side = autoencoderImageSize;
constexpr std::size_t pixels = std::size_t(side) * side;

std::vector<float> randomImages(int count)
{
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<float> images(count * pixels);
  std::generate(images.begin(), images.end(), [&] { return uniform(random); });
  return images;
}

struct Backend
{
  std::string name;
  std::string precision;
  int threads;
  std::function<void(int batch)> run;                    ///< Evaluates the first `batch` images.
  std::function<std::vector<float>(int batch)> coverage; ///< Their coverage, to compare.
};

/// The largest difference of two answers, or "" where one is missing.
std::string difference(const std::vector<float>& answer, const std::vector<float>& reference)
{
  if (answer.size() != reference.size())
  {
    return "";
  }
  float largest = 0.0f;
  for (std::size_t k = 0; k < answer.size(); ++k)
  {
    largest = std::max(largest, std::abs(answer[k] - reference[k]));
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%.2g", largest);
  return text;
}

#ifdef MIR_WITH_TORCH

std::string scriptName(std::string name)
{
  std::replace(name.begin(), name.end(), '.', '_');
  return "self." + name;
}

/// The forward pass in TorchScript, from the definition of the design.
std::string script(const AutoencoderDesign& design)
{
  const auto pair = [](int value) {
    return "[" + std::to_string(value) + ", " + std::to_string(value) + "]";
  };
  const std::string leak = "torch.leaky_relu(x, 0.2)";
  const auto parameters = [](const std::string& name) {
    return scriptName(name + ".weight") + ", " + scriptName(name + ".bias");
  };
  std::string text = "def forward(self, x):\n  x = x * 2.0 - 1.0\n";
  const auto line = [&](const std::string& expression) { text += "  x = " + expression + "\n"; };
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    line("torch.conv2d(x, " + parameters("encoder" + std::to_string(k)) + ", [1, 1], [1, 1])");
    line(leak);
    if (design.pooling > 0 && k + 1 < autoencoderLayers)
    {
      line("torch.max_pool2d(x, [5, 5], [1, 1], [0, 0], " + pair(design.pooling) + ")");
    }
  }
  const std::string features = std::to_string(design.fullyConnectedSize());
  line("torch.reshape(x, [-1, " + features + "])");
  if (design.layerNorm)
  {
    line("torch.layer_norm(x, [" + features + "], " + parameters("norm") + ")");
  }
  line("torch.linear(x, " + parameters("down") + ")");
  line(leak);
  line("torch.linear(x, " + parameters("up") + ")");
  line(leak);
  const std::string maps = std::to_string(design.featureSide());
  line(
    "torch.reshape(x, [-1, " + std::to_string(design.channels) + ", " + maps + ", " + maps + "])");
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    line("torch.conv_transpose2d(x, " + parameters("decoder" + std::to_string(k)) + ", [1, 1], " +
      pair(design.decoderPadding(k)) + ", [0, 0], 1, " + pair(design.decoderDilation(k)) + ")");
    line(k + 1 < autoencoderLayers ? leak : "torch.sigmoid(x)");
  }
  return text + "  return x\n";
}

torch::jit::Module scripted(const AutoencoderNetwork& network)
{
  torch::jit::Module module("autoencoder");
  for (const auto& [name, parameter] : network.parameters)
  {
    module.register_parameter(scriptName(name).substr(5), parameter, false);
  }
  module.define(script(network.design));
  module.eval();
  torch::jit::Module frozen = torch::jit::freeze(module);
  return torch::jit::optimize_for_inference(frozen);
}

AutoencoderNetwork inHalfPrecision(AutoencoderNetwork network)
{
  for (auto& [name, parameter] : network.parameters)
  {
    parameter = parameter.to(torch::kBFloat16);
    if (parameter.dim() == 4)
    {
      parameter = parameter.contiguous(torch::MemoryFormat::ChannelsLast);
    }
  }
  return network;
}

std::vector<float> coverageOf(const torch::Tensor& answer)
{
  const torch::Tensor single = answer.to(torch::kCPU, torch::kFloat).contiguous();
  const float* const values = single.data_ptr<float>();
  return std::vector<float>(values, values + single.numel());
}

torch::Tensor tensorOf(const std::vector<float>& images)
{
  return torch::from_blob(const_cast<float*>(images.data()),
    { static_cast<std::int64_t>(images.size() / pixels), 1, side, side });
}

std::vector<Backend> torchBackends(const TensorFile& file, const std::vector<float>& images)
{
  AutoencoderNetwork network = autoencoderFromFile(file);
  const AutoencoderNetwork half = inHalfPrecision(network.gathering());
  network.poolsSeparably = false;
  const torch::Tensor all = tensorOf(images);
  const torch::Tensor halfAll =
    all.to(torch::kBFloat16).contiguous(torch::MemoryFormat::ChannelsLast);
  torch::jit::Module module = scripted(network);
  const std::string blas = "LibTorch with " + torchBlas();
  std::vector<Backend> backends;
  const auto add = [&](const char* name, const char* precision,
                     std::function<torch::Tensor(int)> forward) {
    for (int threads : { 1, 2 })
    {
      backends.push_back({ blas + ", " + name, precision, threads,
        [=](int batch) {
          useTorchThreads(threads);
          forward(batch);
        },
        [=](int batch) { return coverageOf(forward(batch)); } });
    }
  };
  add("eager", "single", [=](int batch) { return network.forward(all.narrow(0, 0, batch)); });
  add("frozen TorchScript", "single",
    [=](int batch) mutable { return module.forward({ all.narrow(0, 0, batch) }).toTensor(); });
  add("channels last", "bfloat16",
    [=](int batch) { return half.forward(halfAll.narrow(0, 0, batch)); });
  return backends;
}

std::vector<Backend> torchCudaBackends(const TensorFile& file, const std::vector<float>& images)
{
  std::vector<Backend> backends;
  if (!torch::cuda::is_available())
  {
    return backends;
  }
  for (const bool single : { true, false })
  {
    const auto type = single ? torch::kFloat : torch::kHalf;
    AutoencoderNetwork network = autoencoderFromFile(file);
    network.poolsSeparably = false;
    for (auto& [name, parameter] : network.parameters)
    {
      parameter = parameter.to(torch::kCUDA, type);
    }
    const torch::Tensor all = tensorOf(images).to(torch::kCUDA, type);
    const auto forward = [=](int batch) { return network.forward(all.narrow(0, 0, batch)); };
    backends.push_back({ "LibTorch with CUDA, eager", single ? "single" : "half", 1,
      [=](int batch) {
        forward(batch);
        torch::cuda::synchronize();
      },
      [=](int batch) { return coverageOf(forward(batch)); } });
  }
  return backends;
}

#endif

std::vector<Backend> ourBackends(const TensorFile& file, const std::vector<float>& images)
{
  const Autoencoder model = Autoencoder::load(file);
  std::vector<Backend> backends;
  for (int threads : { 1, 2 })
  {
    const auto pool = std::make_shared<Threads>(threads);
    for (Precision precision : { Precision::Single, Precision::BFloat16 })
    {
      const bool single = precision == Precision::Single;
      if (!single && !hasMatrixUnit())
      {
        continue;
      }
      const auto evaluate = [=, &images](int batch) {
        return model.evaluate(images.data(), batch, precision, pool->parallelFor());
      };
      backends.push_back({ single ? instructionSets().front() : "AMX",
        single ? "single" : "bfloat16", threads, evaluate, evaluate });
    }
  }
  return backends;
}

#ifdef MIR_WITH_CUDA

std::vector<Backend> ourCudaBackends(const TensorFile& file, const std::vector<float>& images)
{
  std::vector<Backend> backends;
  for (CudaPrecision precision : { CudaPrecision::Single, CudaPrecision::Half })
  {
    for (CudaLaunch launch : { CudaLaunch::Kernels, CudaLaunch::Graph })
    {
      // A model is for batches of one size.
      struct Sized
      {
        int batch = 0;
        std::unique_ptr<AutoencoderCuda> model;
      };
      const auto sized = std::make_shared<Sized>();
      const auto evaluate = [=, &file, &images](int batch) {
        sized->batch = batch;
        sized->model.reset();
        sized->model = std::make_unique<AutoencoderCuda>(file, precision, launch, batch);
        return sized->model->evaluate(images.data(), batch);
      };
      const auto run = [=](int batch) {
        if (sized->batch != batch)
        {
          evaluate(batch);
        }
        sized->model->run();
      };
      backends.push_back({ launch == CudaLaunch::Graph ? "CUDA, graph" : "CUDA, kernels",
        precision == CudaPrecision::Single ? "single" : "half", 1, run, evaluate });
    }
  }
  return backends;
}

#endif

/// Those of the processor, or of the GPU.
std::vector<Backend> backendsOf(const TensorFile& file, const AutoencoderDesign& design,
  const std::vector<float>& images, bool cuda)
{
  std::vector<Backend> backends;
#ifdef MIR_WITH_TORCH
  backends = cuda ? torchCudaBackends(file, images) : torchBackends(file, images);
#endif
  std::vector<Backend> ours;
  if (!cuda)
  {
    ours = ourBackends(file, images);
  }
#ifdef MIR_WITH_CUDA
  // The maps of more channels do not fit into a block's memory.
  else if (design.channels <= 4)
  {
    ours = ourCudaBackends(file, images);
  }
#else
  static_cast<void>(design);
#endif
  backends.insert(backends.end(), ours.begin(), ours.end());
  return backends;
}

} // namespace

int main(int argc, char** argv)
{
  bool quick = false;
  bool cuda = false;
  for (int k = 1; k < argc; ++k)
  {
    const bool known = std::strcmp(argv[k], "--quick") == 0 || std::strcmp(argv[k], "--cuda") == 0;
    if (!known)
    {
      std::fprintf(stderr, "usage: mirStudyBenchmark [--quick] [--cuda]\n");
      return 2;
    }
    (argv[k][2] == 'q' ? quick : cuda) = true;
  }
  std::string reason = "this build has no CUDA";
#ifdef MIR_WITH_CUDA
  const bool haveCuda = cudaAvailable(&reason);
#else
  constexpr bool haveCuda = false;
#endif
  if (cuda && !haveCuda)
  {
    std::fprintf(stderr, "nothing to measure: %s\n", reason.c_str());
    return 1;
  }
#ifdef MIR_WITH_TORCH
  const torch::NoGradGuard guard;
  useOneThread();
#endif
  std::vector<StudyModel> models = studyModels();
  models.push_back({ "2ch, no layernorm", { 2, 128, 0, false } });
  const std::vector<float> images = randomImages(quick ? 64 : 32768);
  std::printf("Model,FullyConnected,Backend,Precision,Threads,Difference,Batch,SamplesPerSecond\n");
  for (const StudyModel& model : models)
  {
    const TensorFile file = randomAutoencoderFile(model.design);
    const std::vector<Backend> backends = backendsOf(file, model.design, images, cuda);
    std::vector<float> reference;
#ifdef MIR_WITH_TORCH
    reference = coverageOf(autoencoderFromFile(file).forward(tensorOf(images).narrow(0, 0, 64)));
#endif
    for (const Backend& backend : backends)
    {
      const std::string off = difference(backend.coverage(64), reference);
      double expected = 0.0; // seconds of the next batch
      for (int batch = 1; batch <= static_cast<int>(images.size() / pixels); batch *= 8)
      {
        // Larger batches of what is slow would take minutes and memory, and are not faster.
        constexpr double mostBytes = 8e9;
        if (expected > 6.0 || 4.0 * pixels * batch * model.design.channels > mostBytes)
        {
          break;
        }
        if (expected < 1.0)
        {
          backend.run(batch); // to warm up
        }
        const double time = leastTime(quick ? 0.02 : 0.4, [&] { backend.run(batch); });
        expected = 8.0 * time;
        std::printf("\"%s\",%d,\"%s\",%s,%d,%s,%d,%.5g\n", model.name,
          model.design.fullyConnectedSize(), backend.name.c_str(), backend.precision.c_str(),
          backend.threads, off.c_str(), batch, batch / time);
        std::fflush(stdout);
      }
    }
  }
  return 0;
}
