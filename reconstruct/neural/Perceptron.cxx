#include "reconstruct/neural/Perceptron.h"

#include <algorithm>
#include <cstring>

// Kernels are compiled for several instruction sets, and the best that the machine has is picked.
// Lanes are different outputs, never parts of one sum, so that all give the same bits.
#if defined(__GNUC__) && defined(__x86_64__)
#define MIR_X86_KERNELS
#endif

namespace mir {

namespace {

// Rows evaluated together: their activations stay in the first-level cache.
constexpr std::size_t chunkRows = 32;

// A register of `width` floats (GCC's and Clang's vector type).
template <int width>
struct Register
{
  typedef float Type __attribute__((vector_size(width * sizeof(float))));
};

// `rows` rows of inputs times one block of columns of the weights, summed in registers.
template <int width, int rows>
inline __attribute__((always_inline)) void multiplyBlock(
  const DenseLayer& layer, int block, const float* inputs, std::size_t inputStride, float* outputs)
{
  using Lanes = typename Register<width>::Type;
  constexpr int parts = denseBlock / width;
  // Part by part: copied as a whole, the arrays would end up in memory instead of registers.
  Lanes sum[rows][parts];
  for (int r = 0; r < rows; ++r)
  {
    for (int p = 0; p < parts; ++p)
    {
      std::memcpy(&sum[r][p], layer.bias.data() + block + p * width, sizeof(Lanes));
    }
  }
  for (int i = 0; i < layer.inputs; ++i)
  {
    const float* weights =
      layer.weights.data() + static_cast<std::size_t>(i) * layer.stride + block;
    Lanes weight[parts];
    for (int p = 0; p < parts; ++p)
    {
      std::memcpy(&weight[p], weights + p * width, sizeof(Lanes));
    }
    for (int r = 0; r < rows; ++r)
    {
      for (int p = 0; p < parts; ++p)
      {
        sum[r][p] += inputs[r * inputStride + i] * weight[p];
      }
    }
  }
  for (int r = 0; r < rows; ++r)
  {
    float* row = outputs + static_cast<std::size_t>(r) * layer.stride + block;
    for (int p = 0; p < parts; ++p)
    {
      std::memcpy(row + p * width, &sum[r][p], sizeof(Lanes));
    }
  }
}

template <int width, int blockRows>
inline __attribute__((always_inline)) void multiplyRows(
  const DenseLayer& layer, const float* inputs, std::size_t inputStride, int rows, float* outputs)
{
  int row = 0;
  for (; row + blockRows <= rows; row += blockRows)
  {
    for (int block = 0; block < layer.stride; block += denseBlock)
    {
      multiplyBlock<width, blockRows>(layer, block, inputs + row * inputStride, inputStride,
        outputs + static_cast<std::size_t>(row) * layer.stride);
    }
  }
  for (; row < rows; ++row)
  {
    for (int block = 0; block < layer.stride; block += denseBlock)
    {
      multiplyBlock<width, 1>(layer, block, inputs + row * inputStride, inputStride,
        outputs + static_cast<std::size_t>(row) * layer.stride);
    }
  }
}

inline __attribute__((always_inline)) void activateAll(float* values, std::size_t count)
{
  for (std::size_t k = 0; k < count; ++k)
  {
    values[k] = algebraicGelu(values[k]);
  }
}

struct Kernels
{
  void (*multiply)(const DenseLayer&, const float*, std::size_t, int, float*);
  void (*activate)(float*, std::size_t);
};

#define MIR_KERNELS(name, attribute, width, rows)                                                  \
  attribute void multiply##name(                                                                   \
    const DenseLayer& layer, const float* inputs, std::size_t stride, int count, float* outputs)   \
  {                                                                                                \
    multiplyRows<width, rows>(layer, inputs, stride, count, outputs);                              \
  }                                                                                                \
  attribute void activate##name(float* values, std::size_t count)                                  \
  {                                                                                                \
    activateAll(values, count);                                                                    \
  }

MIR_KERNELS(Portable, , 4, 2)
#ifdef MIR_X86_KERNELS
MIR_KERNELS(Avx2, __attribute__((target("avx2"))), 8, 4)
MIR_KERNELS(Avx512, __attribute__((target("avx512f,prefer-vector-width=512"))), 16, 8)
#endif

Kernels bestKernels()
{
#ifdef MIR_X86_KERNELS
  if (__builtin_cpu_supports("avx512f"))
  {
    return { multiplyAvx512, activateAvx512 };
  }
  if (__builtin_cpu_supports("avx2"))
  {
    return { multiplyAvx2, activateAvx2 };
  }
#endif
  return { multiplyPortable, activatePortable };
}

} // namespace

DenseLayer denseLayer(int inputs, int outputs, const float* weight, const float* bias)
{
  DenseLayer layer;
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.stride = (outputs + denseBlock - 1) / denseBlock * denseBlock;
  layer.weights.assign(static_cast<std::size_t>(inputs) * layer.stride, 0.0f);
  layer.bias.assign(layer.stride, 0.0f);
  std::copy(bias, bias + outputs, layer.bias.begin());
  for (int o = 0; o < outputs; ++o)
  {
    for (int i = 0; i < inputs; ++i)
    {
      layer.weights[static_cast<std::size_t>(i) * layer.stride + o] =
        weight[static_cast<std::size_t>(o) * inputs + i];
    }
  }
  return layer;
}

void evaluate(const Perceptron& network, const float* inputs, std::size_t count, float* outputs)
{
  static const Kernels kernels = bestKernels();
  const std::vector<DenseLayer>& layers = network.layers;
  int widest = 0;
  for (const DenseLayer& layer : layers)
  {
    widest = std::max(widest, layer.stride);
  }
  std::vector<float> from(chunkRows * widest);
  std::vector<float> to(chunkRows * widest);
  const std::size_t outputCount = layers.back().outputs;

  for (std::size_t start = 0; start < count; start += chunkRows)
  {
    const int rows = static_cast<int>(std::min(chunkRows, count - start));
    const float* current = inputs + start * layers.front().inputs;
    std::size_t stride = layers.front().inputs;
    for (const DenseLayer& layer : layers)
    {
      kernels.multiply(layer, current, stride, rows, to.data());
      if (&layer != &layers.back())
      {
        kernels.activate(to.data(), static_cast<std::size_t>(rows) * layer.stride);
      }
      std::swap(from, to);
      current = from.data();
      stride = layer.stride;
    }
    for (int row = 0; row < rows; ++row)
    {
      std::copy_n(current + row * stride, outputCount, outputs + (start + row) * outputCount);
    }
  }
}

} // namespace mir
