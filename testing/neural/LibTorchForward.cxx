#include "LibTorchForward.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <cmath>
#include <fstream>
#include <vector>

namespace mir::testing {

struct LibTorchForward::Tensors
{
  at::Tensor inputs;
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> bias;
};

bool haveLibTorch()
{
  return true;
}

void useTorchThreads(int threads)
{
  at::set_num_threads(threads);
  // OpenBLAS has threads of its own, which LibTorch does not know.
  if (void* const symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))
  {
    reinterpret_cast<void (*)(int)>(symbol)(threads);
  }
}

LibTorchForward::LibTorchForward(const Perceptron& network, std::size_t rows, int threads)
  : Parts(std::make_unique<Tensors>())
{
  useTorchThreads(threads);
  this->Parts->inputs = at::full({ static_cast<std::int64_t>(rows), network.inputs() }, 0.3f);
  for (const DenseLayer& layer : network.layers)
  {
    this->Parts->weights.push_back(
      at::from_blob(const_cast<float*>(layer.weights.data()), { layer.outputs, layer.inputs })
        .clone());
    this->Parts->bias.push_back(
      at::from_blob(const_cast<float*>(layer.bias.data()), { layer.outputs }).clone());
  }
}

LibTorchForward::~LibTorchForward() = default;

void LibTorchForward::run()
{
  at::Tensor x = this->Parts->inputs;
  const std::size_t layers = this->Parts->weights.size();
  for (std::size_t k = 0; k < layers; ++k)
  {
    x = at::linear(x, this->Parts->weights[k], this->Parts->bias[k]);
    if (k + 1 < layers)
    {
      // x/2 (1 + x / sqrt(x^2 + pi/2)) with as few passes over memory as its operations allow.
      const at::Tensor gate = x.square().add_(std::acos(0.0)).rsqrt_().mul_(x).add_(1.0);
      x.mul_(gate).mul_(0.5);
    }
  }
}

std::string torchBlas()
{
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
  {
    const std::string name = line.substr(line.rfind('/') + 1);
    if (name.find("blas") != std::string::npos || name.find("mkl") != std::string::npos)
    {
      // OpenBLAS chooses kernels by processor, or as OPENBLAS_CORETYPE says.
      void* const symbol = dlsym(RTLD_DEFAULT, "openblas_get_corename");
      return symbol ? std::string("OpenBLAS for ") + reinterpret_cast<const char* (*)()>(symbol)()
                    : name.substr(0, name.find(".so"));
    }
  }
  return "its own BLAS";
}

} // namespace mir::testing
