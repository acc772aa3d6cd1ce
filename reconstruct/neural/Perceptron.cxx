#include "reconstruct/neural/Perceptron.h"

#include <algorithm>

// The kernels are compiled for several instruction sets and picked when the library loads. Lanes
// are different outputs, never parts of one sum, so that all give the same bits.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define MIR_VECTORISED __attribute__((target_clones("default", "avx2", "arch=skylake-avx512")))
#else
#define MIR_VECTORISED
#endif

namespace mir {

namespace {

constexpr int blockRows = 4;
constexpr int blockOutputs = 16;
// Rows evaluated together: their activations stay in the first-level cache.
constexpr std::size_t chunkRows = 32;

MIR_VECTORISED
void dense(const float* inputs, int inputCount, const float* weights, const float* bias,
  int outputCount, int rows, float* outputs)
{
  int row = 0;
  for (; row + blockRows <= rows; row += blockRows)
  {
    const float* x = inputs + static_cast<std::size_t>(row) * inputCount;
    float* y = outputs + static_cast<std::size_t>(row) * outputCount;
    int o = 0;
    for (; o + blockOutputs <= outputCount; o += blockOutputs)
    {
      float sum[blockRows][blockOutputs];
      for (int r = 0; r < blockRows; ++r)
      {
        for (int k = 0; k < blockOutputs; ++k)
        {
          sum[r][k] = bias[o + k];
        }
      }
      for (int i = 0; i < inputCount; ++i)
      {
        const float* w = weights + static_cast<std::size_t>(i) * outputCount + o;
        for (int r = 0; r < blockRows; ++r)
        {
          const float value = x[static_cast<std::size_t>(r) * inputCount + i];
          for (int k = 0; k < blockOutputs; ++k)
          {
            sum[r][k] += value * w[k];
          }
        }
      }
      for (int r = 0; r < blockRows; ++r)
      {
        for (int k = 0; k < blockOutputs; ++k)
        {
          y[static_cast<std::size_t>(r) * outputCount + o + k] = sum[r][k];
        }
      }
    }
    for (; o < outputCount; ++o)
    {
      for (int r = 0; r < blockRows; ++r)
      {
        float sum = bias[o];
        for (int i = 0; i < inputCount; ++i)
        {
          sum += x[static_cast<std::size_t>(r) * inputCount + i] *
            weights[static_cast<std::size_t>(i) * outputCount + o];
        }
        y[static_cast<std::size_t>(r) * outputCount + o] = sum;
      }
    }
  }
  for (; row < rows; ++row)
  {
    const float* x = inputs + static_cast<std::size_t>(row) * inputCount;
    float* y = outputs + static_cast<std::size_t>(row) * outputCount;
    std::copy(bias, bias + outputCount, y);
    for (int i = 0; i < inputCount; ++i)
    {
      const float* w = weights + static_cast<std::size_t>(i) * outputCount;
      for (int o = 0; o < outputCount; ++o)
      {
        y[o] += x[i] * w[o];
      }
    }
  }
}

MIR_VECTORISED
void activate(float* values, std::size_t count)
{
  for (std::size_t k = 0; k < count; ++k)
  {
    values[k] = algebraicGelu(values[k]);
  }
}

} // namespace

void evaluate(const Perceptron& network, const float* inputs, std::size_t count, float* outputs)
{
  const std::vector<DenseLayer>& layers = network.layers;
  int widest = 0;
  for (const DenseLayer& layer : layers)
  {
    widest = std::max(widest, layer.outputs);
  }
  std::vector<float> buffers[2];
  buffers[0].resize(chunkRows * widest);
  buffers[1].resize(chunkRows * widest);

  const int inputCount = layers.front().inputs;
  const int outputCount = layers.back().outputs;
  for (std::size_t start = 0; start < count; start += chunkRows)
  {
    const int rows = static_cast<int>(std::min(chunkRows, count - start));
    const float* from = inputs + start * inputCount;
    for (std::size_t k = 0; k < layers.size(); ++k)
    {
      const DenseLayer& layer = layers[k];
      const bool last = k + 1 == layers.size();
      float* to = last ? outputs + start * outputCount : buffers[k % 2].data();
      dense(from, layer.inputs, layer.weights.data(), layer.bias.data(), layer.outputs, rows, to);
      if (!last)
      {
        activate(to, static_cast<std::size_t>(rows) * layer.outputs);
      }
      from = to;
    }
  }
}

} // namespace mir
