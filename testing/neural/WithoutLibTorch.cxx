#include "LibTorchForward.h"

#include <stdexcept>

namespace mir::testing {

struct LibTorchForward::Tensors
{};

bool haveLibTorch()
{
  return false;
}

LibTorchForward::LibTorchForward(const Perceptron&, std::size_t, int)
{
  throw std::runtime_error("this build is without LibTorch");
}

LibTorchForward::~LibTorchForward() = default;

void LibTorchForward::run() {}

std::string torchBlas()
{
  return {};
}

} // namespace mir::testing
