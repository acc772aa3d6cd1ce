// An autoencoder's convolutions on one image by a group of threads: a block of a GPU, or one thread
// of the processor, which is how it is tested where there is no GPU. Maps are numbers in float or
// half precision; every sum is in float.
#ifndef mir_reconstruct_autoencoder_cuda_ImageArithmetic_h
#define mir_reconstruct_autoencoder_cuda_ImageArithmetic_h

#include "reconstruct/autoencoder/AutoencoderWeights.h"
#include "reconstruct/neural/cuda/ThreadGroup.h"

namespace mir {
namespace image {

/// Feature maps lie one after another, rows this far apart, whatever side they have.
constexpr int stride = autoencoderImageSize;
constexpr int mapSize = stride * autoencoderImageSize;

/// A Convolution whose numbers lie where the group can read them.
struct Filter
{
  int inputs;
  int outputs;
  int kernel;
  int dilation;
  int padding;
  const float* weights; ///< (outputs, inputs, kernel, kernel)
  const float* bias;
};

/// An autoencoder but for its fully connected layers' weights.
struct Model
{
  int channels;
  int pooling;
  int featureSide;
  bool layerNorm;
  Filter encoder[autoencoderLayers];
  Filter decoder[autoencoderLayers];
  const float* downBias;
  const float* upBias;

  MIR_HOST_DEVICE int features() const
  {
    return this->channels * this->featureSide * this->featureSide;
  }
};

MIR_HOST_DEVICE inline float leaky(float x)
{
  return x > 0.0f ? x : autoencoderLeak * x;
}

/// Maps first .. first + outputs - 1 of a convolution, given to put(map, y, x, value). A thread has
/// four rows of a column at a time, so that neighbours read neighbouring columns.
template <int outputs, int kernel, int dilation, class Group, class Value, class Put>
MIR_HOST_DEVICE void convolveMaps(
  const Group& group, const Filter& filter, const Value* maps, int side, int first, const Put& put)
{
  constexpr int rows = 4;
  constexpr int window = rows + (kernel - 1) * dilation;
  constexpr int taps = kernel * kernel;
  const int resultSide = side + 2 * filter.padding - dilation * (kernel - 1);
  for (int item = group.rank(); item < resultSide * resultSide / rows; item += group.size())
  {
    const int x = item % resultSide;
    const int y = item / resultSide * rows;
    float sums[outputs][rows];
    for (int o = 0; o < outputs; ++o)
    {
      for (int r = 0; r < rows; ++r)
      {
        sums[o][r] = filter.bias[first + o];
      }
    }
    for (int i = 0; i < filter.inputs; ++i)
    {
      const Value* const map = maps + i * mapSize;
      const float* const weights = filter.weights + (first * filter.inputs + i) * taps;
      for (int b = 0; b < kernel; ++b)
      {
        const int column = x + b * dilation - filter.padding;
        if (column < 0 || column >= side)
        {
          continue;
        }
        float values[window];
        for (int k = 0; k < window; ++k)
        {
          const int row = y + k - filter.padding;
          values[k] = row >= 0 && row < side ? load(map[row * stride + column]) : 0.0f;
        }
        for (int o = 0; o < outputs; ++o)
        {
          for (int a = 0; a < kernel; ++a)
          {
            const float weight = weights[o * filter.inputs * taps + a * kernel + b];
            for (int r = 0; r < rows; ++r)
            {
              sums[o][r] = std::fma(weight, values[r + a * dilation], sums[o][r]);
            }
          }
        }
      }
    }
    for (int o = 0; o < outputs; ++o)
    {
      for (int r = 0; r < rows; ++r)
      {
        put(first + o, y + r, x, sums[o][r]);
      }
    }
  }
}

template <int kernel, int dilation, class Group, class Value, class Put>
MIR_HOST_DEVICE void convolveAll(
  const Group& group, const Filter& filter, const Value* maps, int side, const Put& put)
{
  int first = 0;
  for (; first + 2 <= filter.outputs; first += 2)
  {
    convolveMaps<2, kernel, dilation>(group, filter, maps, side, first, put);
  }
  if (first < filter.outputs)
  {
    convolveMaps<1, kernel, dilation>(group, filter, maps, side, first, put);
  }
}

/// The convolution of maps of this side, given to put(map, y, x, value).
template <class Group, class Value, class Put>
MIR_HOST_DEVICE void convolve(
  const Group& group, const Filter& filter, const Value* maps, int side, const Put& put)
{
  if (filter.kernel == 3)
  {
    convolveAll<3, 1>(group, filter, maps, side, put);
  }
  else if (filter.dilation == 1)
  {
    convolveAll<5, 1>(group, filter, maps, side, put);
  }
  else
  {
    convolveAll<5, 2>(group, filter, maps, side, put);
  }
  group.wait();
}

/// leaky ReLU of the convolution, in maps.
template <class Group, class Value>
MIR_HOST_DEVICE void convolveActive(
  const Group& group, const Filter& filter, const Value* from, int side, Value* to)
{
  convolve(group, filter, from, side, [to](int map, int y, int x, float value) {
    store(leaky(value), to[map * mapSize + y * stride + x]);
  });
}

/// The largest of five values in a row or a column, so many of them apart, in maps of height rows
/// and width columns.
template <class Group, class Value>
MIR_HOST_DEVICE void largestOfFive(
  const Group& group, int channels, const Value* from, int height, int width, int step, Value* to)
{
  for (int item = group.rank(); item < channels * height * width; item += group.size())
  {
    const int place =
      item / (height * width) * mapSize + item / width % height * stride + item % width;
    float largest = load(from[place]);
    for (int k = 1; k < 5; ++k)
    {
      const float value = load(from[place + k * step]);
      largest = value > largest ? value : largest;
    }
    store(largest, to[place]);
  }
  group.wait();
}

/// Features as the fully connected layer takes them, to mean 0 and variance 1 where the model says
/// so.
template <class Group, class Value>
MIR_HOST_DEVICE void writeFeatures(
  const Group& group, const Model& model, const Value* maps, Value* features)
{
  const int side = model.featureSide;
  const int count = model.features();
  const auto at = [=](int k) {
    return load(maps[k / (side * side) * mapSize + k / side % side * stride + k % side]);
  };
  float mean = 0.0f;
  float scale = 1.0f;
  if (model.layerNorm)
  {
    float sum = 0.0f;
    for (int k = group.rank(); k < count; k += group.size())
    {
      sum += at(k);
    }
    mean = group.sum(sum) / count;
    float squares = 0.0f;
    for (int k = group.rank(); k < count; k += group.size())
    {
      const float centred = at(k) - mean;
      squares = std::fma(centred, centred, squares);
    }
    scale = 1.0f / std::sqrt(group.sum(squares) / count + 1e-5f);
  }
  for (int k = group.rank(); k < count; k += group.size())
  {
    store((at(k) - mean) * scale, features[k]);
  }
}

/// The features of a 64 x 64 image of fractions. `maps` and `other` have room for all channels'
/// maps.
template <class Group, class Value>
MIR_HOST_DEVICE void encode(const Group& group, const Model& model, const float* fractions,
  Value* maps, Value* other, Value* features)
{
  for (int k = group.rank(); k < mapSize; k += group.size())
  {
    store(2.0f * fractions[k] - 1.0f, maps[k]);
  }
  group.wait();
  int side = autoencoderImageSize;
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    convolveActive(group, model.encoder[k], maps, side, other);
    if (model.pooling > 0 && k + 1 < autoencoderLayers)
    {
      const int pooledSide = side - 4 * model.pooling;
      largestOfFive(group, model.channels, other, side, pooledSide, model.pooling, maps);
      side = pooledSide;
      largestOfFive(group, model.channels, maps, side, side, model.pooling * stride, other);
    }
    Value* const swapped = maps;
    maps = other;
    other = swapped;
  }
  writeFeatures(group, model, maps, features);
}

/// The image that `features` stand for, products of the fully connected layer before its bias.
template <class Group, class Value>
MIR_HOST_DEVICE void decode(const Group& group, const Model& model, const Value* features,
  Value* maps, Value* other, float* coverage)
{
  int side = model.featureSide;
  for (int k = group.rank(); k < model.features(); k += group.size())
  {
    store(leaky(load(features[k]) + model.upBias[k]),
      maps[k / (side * side) * mapSize + k / side % side * stride + k % side]);
  }
  group.wait();
  for (int k = 0; k + 1 < autoencoderLayers; ++k)
  {
    const Filter& filter = model.decoder[k];
    convolveActive(group, filter, maps, side, other);
    side += 2 * filter.padding - filter.dilation * (filter.kernel - 1);
    Value* const swapped = maps;
    maps = other;
    other = swapped;
  }
  convolve(group, model.decoder[autoencoderLayers - 1], maps, side,
    [coverage](int, int y, int x, float value) {
      coverage[y * autoencoderImageSize + x] = 1.0f / (1.0f + std::exp(-value));
    });
}

} // namespace image
} // namespace mir

#endif
