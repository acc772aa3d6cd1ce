// The kernels in float. Highway compiles this file once for every instruction set and picks the
// best one at run time.
#include "reconstruct/autoencoder/FusedKernels.h"

#include "reconstruct/InstructionSets.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reconstruct/autoencoder/FusedKernelsSimd.cxx"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mir {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Lanes = hn::Vec<Tag>;
constexpr Tag tag;
constexpr int lanes = static_cast<int>(hn::MaxLanes(tag));
// AVX-512 and NEON have 32 registers, the others 16.
constexpr bool manyRegisters = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM;

HWY_INLINE Lanes leaky(Lanes x)
{
  return hn::Max(x, hn::Mul(x, hn::Set(tag, autoencoderLeak)));
}

HWY_INLINE Lanes sigmoid(Lanes x)
{
  // Highway's exponential is not defined beyond 104.
  const Lanes power = hn::Exp(tag, hn::Min(hn::Neg(x), hn::Set(tag, 80.0f)));
  const Lanes one = hn::Set(tag, 1.0f);
  return hn::Div(one, hn::Add(one, power));
}

// Two rows of `outputs` maps at a time, as far apart as the kernel's rows are, so that each vector
// that is loaded serves both.
template <int kernel, int outputs, class Store>
HWY_INLINE void convolveMaps(const Convolution& convolution, const PlaneLayout& layout,
  const float* maps, int side, int first, const Store& store)
{
  constexpr int rows = 2;
  constexpr int vectors = std::min((manyRegisters ? 8 : 4) / outputs, autoencoderImageSize / lanes);
  constexpr int taps = kernel * kernel;
  const int dilation = convolution.dilation;
  const int stride = layout.stride();
  const float* const weights = convolution.weights.data() + first * convolution.inputs * taps;
  for (int group = 0; group < side / rows; ++group)
  {
    const int y = group / dilation * rows * dilation + group % dilation;
    for (int x = 0; x < side; x += vectors * lanes)
    {
      Lanes sum[outputs][rows][vectors];
#pragma GCC unroll 4
      for (int o = 0; o < outputs; ++o)
      {
#pragma GCC unroll 2
        for (int r = 0; r < rows; ++r)
        {
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v)
          {
            sum[o][r][v] = hn::Set(tag, convolution.bias[first + o]);
          }
        }
      }
      for (int i = 0; i < convolution.inputs; ++i)
      {
        const float* const corner =
          maps + layout.origin(i) + (y - convolution.padding) * stride + x - convolution.padding;
        const float* const own = weights + i * taps;
#pragma GCC unroll 6
        for (int line = 0; line < kernel + rows - 1; ++line)
        {
#pragma GCC unroll 5
          for (int b = 0; b < kernel; ++b)
          {
            Lanes in[vectors];
#pragma GCC unroll 8
            for (int v = 0; v < vectors; ++v)
            {
              in[v] = hn::LoadU(tag, corner + line * dilation * stride + b * dilation + v * lanes);
            }
#pragma GCC unroll 2
            for (int r = 0; r < rows; ++r)
            {
              const int a = line - r;
              if (a < 0 || a >= kernel)
              {
                continue;
              }
#pragma GCC unroll 4
              for (int o = 0; o < outputs; ++o)
              {
                const Lanes weight =
                  hn::Set(tag, own[o * convolution.inputs * taps + a * kernel + b]);
#pragma GCC unroll 8
                for (int v = 0; v < vectors; ++v)
                {
                  sum[o][r][v] = hn::MulAdd(in[v], weight, sum[o][r][v]);
                }
              }
            }
          }
        }
      }
#pragma GCC unroll 4
      for (int o = 0; o < outputs; ++o)
      {
#pragma GCC unroll 2
        for (int r = 0; r < rows; ++r)
        {
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v)
          {
            store(first + o, y + r * dilation, x + v * lanes, sum[o][r][v]);
          }
        }
      }
    }
  }
}

template <int kernel, class Store>
HWY_INLINE void convolveAll(const Convolution& convolution, const PlaneLayout& layout,
  const float* maps, int side, const Store& store)
{
  int o = 0;
  for (; o + 2 <= convolution.outputs; o += 2)
  {
    convolveMaps<kernel, 2>(convolution, layout, maps, side, o, store);
  }
  if (o < convolution.outputs)
  {
    convolveMaps<kernel, 1>(convolution, layout, maps, side, o, store);
  }
}

/// `side` is that of the result. Stores may go beyond it, up to whole vectors of the largest side.
template <class Store>
HWY_INLINE void convolve(const Convolution& convolution, const PlaneLayout& layout,
  const float* maps, int side, const Store& store)
{
  if (convolution.kernel == 3)
  {
    convolveAll<3>(convolution, layout, maps, side, store);
  }
  else
  {
    convolveAll<5>(convolution, layout, maps, side, store);
  }
}

// Zeros beyond maps of this side, where larger ones have been.
void clearBeyond(const PlaneLayout& layout, int channels, int side, float* maps)
{
  const int stride = layout.stride();
  const int lastRow = std::min(autoencoderImageSize, side + layout.halo());
  for (int c = 0; c < channels; ++c)
  {
    float* const map = maps + layout.origin(c);
    for (int y = 0; y < side; ++y)
    {
      std::fill(map + y * stride + side, map + y * stride + autoencoderImageSize, 0.0f);
    }
    for (int y = side; y < lastRow; ++y)
    {
      std::fill_n(map + y * stride, autoencoderImageSize, 0.0f);
    }
  }
}

// The largest of five values in a row, `step` floats apart.
HWY_INLINE Lanes largestOfFive(const float* values, int step)
{
  const Lanes ends = hn::Max(hn::LoadU(tag, values), hn::LoadU(tag, values + 4 * step));
  const Lanes inner = hn::Max(hn::LoadU(tag, values + step), hn::LoadU(tag, values + 3 * step));
  return hn::Max(hn::LoadU(tag, values + 2 * step), hn::Max(ends, inner));
}

// The largest of 5 x 5 values is the largest of five rows' largest. `side` is that of the result.
void pool(
  const PlaneLayout& layout, int channels, int dilation, int side, const float* from, float* to)
{
  const int stride = layout.stride();
  for (int c = 0; c < channels; ++c)
  {
    const float* const in = from + layout.origin(c);
    float* const out = to + layout.origin(c);
    for (int y = 0; y < side + 4 * dilation; ++y)
    {
      for (int x = 0; x < side; x += lanes)
      {
        hn::StoreU(largestOfFive(in + y * stride + x, dilation), tag, out + y * stride + x);
      }
    }
    for (int y = 0; y < side; ++y)
    {
      for (int x = 0; x < side; x += lanes)
      {
        float* const place = out + y * stride + x;
        hn::StoreU(largestOfFive(place, dilation * stride), tag, place);
      }
    }
  }
}

// To mean 0 and variance 1, as torch::layer_norm.
void normalise(int count, float* features)
{
  Lanes sum = hn::Zero(tag);
  for (int k = 0; k < count; k += lanes)
  {
    sum = hn::Add(sum, hn::LoadU(tag, features + k));
  }
  const Lanes mean = hn::Set(tag, hn::GetLane(hn::SumOfLanes(tag, sum)) / count);
  Lanes squares = hn::Zero(tag);
  for (int k = 0; k < count; k += lanes)
  {
    const Lanes centred = hn::Sub(hn::LoadU(tag, features + k), mean);
    squares = hn::MulAdd(centred, centred, squares);
  }
  const float variance = hn::GetLane(hn::SumOfLanes(tag, squares)) / count;
  const Lanes scale = hn::Set(tag, 1.0f / std::sqrt(variance + 1e-5f));
  for (int k = 0; k < count; k += lanes)
  {
    const Lanes centred = hn::Sub(hn::LoadU(tag, features + k), mean);
    hn::StoreU(hn::Mul(centred, scale), tag, features + k);
  }
}

void encode(
  const FusedNetwork& network, const float* image, float* maps, float* other, float* features)
{
  const AutoencoderDesign& design = network.design;
  const PlaneLayout layout(design);
  const int stride = layout.stride();
  int side = autoencoderImageSize;
  for (int y = 0; y < side; ++y)
  {
    for (int x = 0; x < side; x += lanes)
    {
      const Lanes f = hn::LoadU(tag, image + y * side + x);
      hn::StoreU(
        hn::Sub(hn::Add(f, f), hn::Set(tag, 1.0f)), tag, maps + layout.origin(0) + y * stride + x);
    }
  }
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    convolve(network.encoder[k], layout, maps, side, [&](int o, int y, int x, Lanes value) {
      hn::StoreU(leaky(value), tag, other + layout.origin(o) + y * stride + x);
    });
    if (design.pooling > 0 && k + 1 < autoencoderLayers)
    {
      side -= 4 * design.pooling;
      pool(layout, design.channels, design.pooling, side, other, maps);
      clearBeyond(layout, design.channels, side, maps);
    }
    else
    {
      std::swap(maps, other);
    }
  }
  for (int c = 0; c < design.channels; ++c)
  {
    for (int y = 0; y < side; ++y)
    {
      std::copy_n(maps + layout.origin(c) + y * stride, side, features + (c * side + y) * side);
    }
  }
  // No trace of larger maps for the next image.
  clearBeyond(layout, design.channels, side, maps);
  if (design.layerNorm)
  {
    normalise(design.fullyConnectedSize(), features);
  }
}

void decode(
  const FusedNetwork& network, const float* features, float* maps, float* other, float* image)
{
  const AutoencoderDesign& design = network.design;
  const PlaneLayout layout(design);
  const int stride = layout.stride();
  int side = design.featureSide();
  for (int c = 0; c < design.channels; ++c)
  {
    for (int y = 0; y < side; ++y)
    {
      std::copy_n(features + (c * side + y) * side, side, maps + layout.origin(c) + y * stride);
    }
  }
  clearBeyond(layout, design.channels, side, maps);
  for (int k = 0; k + 1 < autoencoderLayers; ++k)
  {
    side += network.decoder[k].growth();
    convolve(network.decoder[k], layout, maps, side, [&](int o, int y, int x, Lanes value) {
      hn::StoreU(leaky(value), tag, other + layout.origin(o) + y * stride + x);
    });
    clearBeyond(layout, design.channels, side, other);
    std::swap(maps, other);
  }
  convolve(network.decoder.back(), layout, maps, side,
    [&](int, int y, int x, Lanes value) { hn::StoreU(sigmoid(value), tag, image + y * side + x); });
}

// Inputs first .. last - 1 of some rows times one panel: the sums start from the bias, and leaky
// ReLU follows the last input; in between they lie in `outputs`.
template <int rows>
HWY_INLINE void multiplyPanel(
  const PanelLayer& layer, int panel, int first, int last, const float* inputs, float* outputs)
{
  constexpr int vectors = panelWidth / lanes;
  const float* const weights = layer.panel(panel);
  Lanes sum[rows][vectors];
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r)
  {
    const float* const start =
      first == 0 ? layer.bias.data() : outputs + std::size_t(r) * layer.outputs;
#pragma GCC unroll 32
    for (int v = 0; v < vectors; ++v)
    {
      sum[r][v] = hn::LoadU(tag, start + panel + v * lanes);
    }
  }
  for (int i = first; i < last; ++i)
  {
    Lanes weight[vectors];
#pragma GCC unroll 32
    for (int v = 0; v < vectors; ++v)
    {
      weight[v] = hn::LoadU(tag, weights + i * panelWidth + v * lanes);
    }
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r)
    {
      const Lanes x = hn::Set(tag, inputs[std::size_t(r) * layer.inputs + i]);
#pragma GCC unroll 32
      for (int v = 0; v < vectors; ++v)
      {
        sum[r][v] = hn::MulAdd(x, weight[v], sum[r][v]);
      }
    }
  }
  const bool done = last == layer.inputs;
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r)
  {
    float* const end = outputs + std::size_t(r) * layer.outputs + panel;
#pragma GCC unroll 32
    for (int v = 0; v < vectors; ++v)
    {
      hn::StoreU(done ? leaky(sum[r][v]) : sum[r][v], tag, end + v * lanes);
    }
  }
}

void multiply(const PanelLayer& layer, const float* inputs, int rows, float* outputs)
{
  // So many inputs of one panel stay in the first-level cache for all rows.
  constexpr int inputsAtOnce = 256;
  constexpr int rowsAtOnce = std::max(1, (manyRegisters ? 16 : 12) * lanes / panelWidth);
  const auto in = [&](int row) { return inputs + std::size_t(row) * layer.inputs; };
  const auto out = [&](int row) { return outputs + std::size_t(row) * layer.outputs; };
  for (int first = 0; first < layer.inputs; first += inputsAtOnce)
  {
    const int last = std::min(layer.inputs, first + inputsAtOnce);
    for (int panel = 0; panel < layer.outputs; panel += panelWidth)
    {
      int row = 0;
      for (; row + rowsAtOnce <= rows; row += rowsAtOnce)
      {
        multiplyPanel<rowsAtOnce>(layer, panel, first, last, in(row), out(row));
      }
      for (; row < rows; ++row)
      {
        multiplyPanel<1>(layer, panel, first, last, in(row), out(row));
      }
    }
  }
}

} // namespace HWY_NAMESPACE
} // namespace mir
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace mir {

HWY_EXPORT(encode);
HWY_EXPORT(decode);
HWY_EXPORT(multiply);

void encode(
  const FusedNetwork& network, const float* image, float* maps, float* other, float* features)
{
  HWY_DYNAMIC_DISPATCH(encode)(network, image, maps, other, features);
}

void decode(
  const FusedNetwork& network, const float* features, float* maps, float* other, float* image)
{
  HWY_DYNAMIC_DISPATCH(decode)(network, features, maps, other, image);
}

void multiply(const PanelLayer& layer, const float* inputs, int rows, float* outputs)
{
  HWY_DYNAMIC_DISPATCH(multiply)(layer, inputs, rows, outputs);
}

} // namespace mir

#endif
