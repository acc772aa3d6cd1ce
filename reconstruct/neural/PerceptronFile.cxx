#include "reconstruct/neural/PerceptronFile.h"

#include <stdexcept>
#include <string>

namespace mir {

const char* const perceptronActivation = "algebraic-gelu";

int stencilSizeOf(const TensorFile& file)
{
  const int size = file.integer("K", 3, 9);
  if (size % 2 == 0)
  {
    throw std::runtime_error(file.name + ": the stencil size K is even");
  }
  return size;
}

void checkPerceptronFile(const TensorFile& file, const char* architecture)
{
  const auto expect = [&file](const char* key, const std::string& value) {
    if (file.text(key) != value)
    {
      throw std::runtime_error(
        file.name + ": the " + key + " is '" + file.text(key) + "', not '" + value + "'");
    }
  };
  expect("architecture", architecture);
  expect("activation", perceptronActivation);
}

Perceptron loadPerceptron(const TensorFile& file, int inputs, int outputs)
{
  const int width = file.integer("width", 1, 4096);
  const int hidden = file.integer("hidden", 1, 16);
  if (file.tensors.size() != 2u * (hidden + 1))
  {
    throw std::runtime_error(file.name + ": there are " + std::to_string(file.tensors.size()) +
      " tensors, not the two of each of " + std::to_string(hidden + 1) + " layers");
  }
  Perceptron network;
  for (int k = 0; k <= hidden; ++k)
  {
    const int from = k == 0 ? inputs : width;
    const int to = k == hidden ? outputs : width;
    const std::string prefix = "layer" + std::to_string(k);
    const Tensor& weight = file.tensor(prefix + ".weight", { to, from });
    const Tensor& bias = file.tensor(prefix + ".bias", { to });
    network.layers.push_back(denseLayer(from, to, weight.values.data(), bias.values.data()));
  }
  if (boundOfValues(network) > 1e18)
  {
    throw std::runtime_error(file.name + ": the weights are so large that distances may overflow");
  }
  return network;
}

} // namespace mir
