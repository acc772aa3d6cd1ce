#include "reconstruct/training/PlanarKernels.h"

#include "plic/AllProcessors.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace mir {

namespace {

constexpr int lanes = 16;
typedef float Lanes __attribute__((vector_size(lanes * sizeof(float))));
typedef int IntegerLanes __attribute__((vector_size(lanes * sizeof(int))));

int roundedUp(int count)
{
  return (count + lanes - 1) / lanes * lanes;
}

inline Lanes loaded(const float* from)
{
  Lanes values;
  std::memcpy(&values, from, sizeof(Lanes));
  return values;
}

inline void store(const Lanes& values, float* to)
{
  std::memcpy(to, &values, sizeof(Lanes));
}

/// `parts` vectors of every output of one row, summed in registers.
template <int outputs, int parts>
inline __attribute__((always_inline)) void convolveRow(const PlanarShape& shape,
  const float* weights, const float* bias, float leak, const PaddedPlanes& inputs, int y,
  float (*row)[64])
{
  Lanes sum[outputs][parts];
  for (int o = 0; o < outputs; ++o)
  {
    for (int p = 0; p < parts; ++p)
    {
      sum[o][p] = Lanes{} + bias[o];
    }
  }
  const int kernel = shape.kernel;
  const int dilation = shape.dilation;
  const int fromOutputToOutput = shape.inputs * shape.taps();
  for (int i = 0; i < shape.inputs; ++i)
  {
    for (int a = 0; a < kernel; ++a)
    {
      const float* from = inputs.corner(i) + (y + dilation * a) * inputs.stride();
      const float* weight = weights + (i * kernel + a) * kernel;
      for (int b = 0; b < kernel; ++b)
      {
        Lanes value[parts];
        for (int p = 0; p < parts; ++p)
        {
          value[p] = loaded(from + dilation * b + p * lanes);
        }
        for (int o = 0; o < outputs; ++o)
        {
          const float factor = weight[o * fromOutputToOutput + b];
          for (int p = 0; p < parts; ++p)
          {
            sum[o][p] += factor * value[p];
          }
        }
      }
    }
  }
  for (int o = 0; o < outputs; ++o)
  {
    for (int p = 0; p < parts; ++p)
    {
      store(sum[o][p] < 0.0f ? leak * sum[o][p] : sum[o][p], row[o] + p * lanes);
    }
  }
}

template <int outputs, int parts>
inline __attribute__((always_inline)) void convolveRows(const PlanarShape& shape,
  const float* weights, const float* bias, float leak, const PaddedPlanes& inputs, float* out)
{
  const int side = shape.outputSide();
  for (int y = 0; y < side; ++y)
  {
    float row[outputs][64];
    convolveRow<outputs, parts>(shape, weights, bias, leak, inputs, y, row);
    for (int o = 0; o < outputs; ++o)
    {
      std::copy_n(row[o], side, out + (o * side + y) * side);
    }
  }
}

template <int outputs>
inline __attribute__((always_inline)) void convolveOutputs(const PlanarShape& shape,
  const float* weights, const float* bias, float leak, const PaddedPlanes& inputs, float* out)
{
  switch (roundedUp(shape.outputSide()) / lanes)
  {
    case 2:
      return convolveRows<outputs, 2>(shape, weights, bias, leak, inputs, out);
    case 3:
      return convolveRows<outputs, 3>(shape, weights, bias, leak, inputs, out);
    default:
      return convolveRows<outputs, 4>(shape, weights, bias, leak, inputs, out);
  }
}

/// Products of a row of the kernel, for one input.
template <int outputs, int kernel>
inline __attribute__((always_inline)) void addProducts(const PlanarShape& shape, int input, int a,
  const PaddedPlanes& inputs, const PaddedPlanes& gradients, float* products)
{
  Lanes sum[outputs][kernel];
  for (int k = 0; k < outputs * kernel; ++k)
  {
    sum[k / kernel][k % kernel] = loaded(products + k * lanes);
  }
  const int side = shape.outputSide();
  for (int y = 0; y < side; ++y)
  {
    const float* from = inputs.corner(input) + (y + shape.dilation * a) * inputs.stride();
    for (int x = 0; x < side; x += lanes)
    {
      Lanes gradient[outputs];
      for (int o = 0; o < outputs; ++o)
      {
        gradient[o] = loaded(gradients.first(o) + y * gradients.stride() + x);
      }
      for (int b = 0; b < kernel; ++b)
      {
        const Lanes value = loaded(from + x + shape.dilation * b);
        for (int o = 0; o < outputs; ++o)
        {
          sum[o][b] += gradient[o] * value;
        }
      }
    }
  }
  for (int k = 0; k < outputs * kernel; ++k)
  {
    store(sum[k / kernel][k % kernel], products + k * lanes);
  }
}

template <int outputs>
inline __attribute__((always_inline)) void addAllProducts(const PlanarShape& shape,
  const PaddedPlanes& inputs, const PaddedPlanes& gradients, float* products)
{
  for (int i = 0; i < shape.inputs; ++i)
  {
    for (int a = 0; a < shape.kernel; ++a)
    {
      float* own = products + (i * shape.kernel + a) * outputs * shape.kernel * lanes;
      if (shape.kernel == 3)
      {
        addProducts<outputs, 3>(shape, i, a, inputs, gradients, own);
      }
      else
      {
        addProducts<outputs, 5>(shape, i, a, inputs, gradients, own);
      }
    }
  }
}

MIR_FOR_ALL_PROCESSORS
void addGradientProducts(const PlanarShape& shape, const PaddedPlanes& inputs,
  const PaddedPlanes& gradients, float* products)
{
  switch (shape.outputs)
  {
    case 1:
      return addAllProducts<1>(shape, inputs, gradients, products);
    case 2:
      return addAllProducts<2>(shape, inputs, gradients, products);
    default:
      return addAllProducts<4>(shape, inputs, gradients, products);
  }
}

MIR_FOR_ALL_PROCESSORS
void addGradients(const PlanarShape& shape, const PaddedPlanes& gradients, float* sums)
{
  const int side = shape.outputSide();
  for (int o = 0; o < shape.outputs; ++o)
  {
    Lanes sum = loaded(sums + o * lanes);
    for (int y = 0; y < side; ++y)
    {
      for (int x = 0; x < side; x += lanes)
      {
        sum += loaded(gradients.first(o) + y * gradients.stride() + x);
      }
    }
    store(sum, sums + o * lanes);
  }
}

double totalOf(const float* values)
{
  return std::accumulate(values, values + lanes, 0.0);
}

/// The maximum of five values `step` apart, and the first that equals it, at `count` places, at
/// least 16. The last vector reaches back into the one before.
inline __attribute__((always_inline)) void firstMaxima(
  const float* values, int step, int count, float* maxima, int* taps)
{
  for (int x = 0; x < count; x += lanes)
  {
    const int place = std::min(x, count - lanes);
    Lanes best = loaded(values + place);
    IntegerLanes tap{};
    for (int b = 1; b < 5; ++b)
    {
      const Lanes value = loaded(values + place + b * step);
      const IntegerLanes higher = value > best;
      best = higher ? value : best;
      tap = higher ? IntegerLanes{} + b : tap;
    }
    store(best, maxima + place);
    std::memcpy(taps + place, &tap, sizeof(tap));
  }
}

/// Hands gradients to the places that the maxima came from.
inline __attribute__((always_inline)) void scatter(
  const float* gradients, const int* taps, int step, int count, float* to)
{
  for (int b = 0; b < 5; ++b)
  {
    float* own = to + b * step;
    for (int x = 0; x < count; ++x)
    {
      own[x] += taps[x] == b ? gradients[x] : 0.0f;
    }
  }
}

MIR_FOR_ALL_PROCESSORS
void poolPlane(
  int side, int dilation, const float* input, float* rows, int* rowTaps, float* output, int* taps)
{
  const int small = side - 4 * dilation;
  for (int y = 0; y < side; ++y)
  {
    firstMaxima(input + y * side, dilation, small, rows + y * small, rowTaps + y * small);
  }
  firstMaxima(rows, dilation * small, small * small, output, taps);
}

MIR_FOR_ALL_PROCESSORS
void scatterPlane(int side, int dilation, const float* gradients, const int* taps,
  const int* rowTaps, float* rowGradients, float* inputGradients)
{
  const int small = side - 4 * dilation;
  std::fill_n(rowGradients, side * small, 0.0f);
  scatter(gradients, taps, dilation * small, small * small, rowGradients);
  std::fill_n(inputGradients, side * side, 0.0f);
  for (int y = 0; y < side; ++y)
  {
    scatter(
      rowGradients + y * small, rowTaps + y * small, dilation, small, inputGradients + y * side);
  }
}

} // namespace

PaddedPlanes::PaddedPlanes(int planes, int side, int padding)
  : Planes(planes)
  , Side(side)
  , Padding(padding)
  , Rows(side + 2 * padding)
  , Stride(roundedUp(side + 2 * padding + lanes))
  , Values(static_cast<std::size_t>(planes) * this->Rows * this->Stride, 0.0f)
{}

MIR_FOR_ALL_PROCESSORS
void PaddedPlanes::assign(const float* values)
{
  for (int row = 0; row < this->Planes * this->Side; ++row)
  {
    std::copy_n(values + row * this->Side, this->Side, this->row(row));
  }
}

MIR_FOR_ALL_PROCESSORS
void PaddedPlanes::assign(const float* gradients, const float* outputs, float leak)
{
  for (int row = 0; row < this->Planes * this->Side; ++row)
  {
    float* own = this->row(row);
    const float* from = gradients + row * this->Side;
    const float* output = outputs + row * this->Side;
    for (int x = 0; x < this->Side; ++x)
    {
      own[x] = from[x] * (output[x] < 0.0f ? leak : 1.0f);
    }
  }
}

MIR_FOR_ALL_PROCESSORS
void convolve(const PlanarShape& shape, const float* weights, const float* bias, float leak,
  const PaddedPlanes& inputs, float* outputs)
{
  switch (shape.outputs)
  {
    case 1:
      return convolveOutputs<1>(shape, weights, bias, leak, inputs, outputs);
    case 2:
      return convolveOutputs<2>(shape, weights, bias, leak, inputs, outputs);
    default:
      return convolveOutputs<4>(shape, weights, bias, leak, inputs, outputs);
  }
}

WeightGradients::WeightGradients(const PlanarShape& shape)
  : Shape(shape)
  , Products(static_cast<std::size_t>(shape.inputs) * shape.outputs * shape.taps() * lanes, 0.0f)
  , Sums(static_cast<std::size_t>(shape.outputs) * lanes, 0.0f)
{}

void WeightGradients::add(const PaddedPlanes& inputs, const PaddedPlanes& gradients)
{
  addGradientProducts(this->Shape, inputs, gradients, this->Products.data());
  addGradients(this->Shape, gradients, this->Sums.data());
}

void WeightGradients::total(float* weights, float* bias) const
{
  const int kernel = this->Shape.kernel;
  const int rows = this->Shape.inputs * kernel;
  const float* products = this->Products.data();
  for (int row = 0; row < rows; ++row)
  {
    for (int o = 0; o < this->Shape.outputs; ++o)
    {
      for (int b = 0; b < kernel; ++b, products += lanes)
      {
        weights[(o * rows + row) * kernel + b] = static_cast<float>(totalOf(products));
      }
    }
  }
  for (int o = 0; o < this->Shape.outputs; ++o)
  {
    bias[o] = static_cast<float>(totalOf(this->Sums.data() + o * lanes));
  }
}

PlanarPooling::PlanarPooling(int side, int dilation)
  : Side(side)
  , Dilation(dilation)
{
  const std::size_t small = side - 4 * dilation;
  this->RowMaxima.resize(side * small);
  this->RowTaps.resize(side * small);
  this->RowGradients.resize(side * small);
  this->Maxima.resize(small * small);
  this->Taps.resize(small * small);
}

void PlanarPooling::forward(const float* input, float* output)
{
  poolPlane(this->Side, this->Dilation, input, this->RowMaxima.data(), this->RowTaps.data(), output,
    this->Taps.data());
}

void PlanarPooling::backward(const float* input, const float* outputGradient, float* inputGradient)
{
  this->forward(input, this->Maxima.data());
  scatterPlane(this->Side, this->Dilation, outputGradient, this->Taps.data(), this->RowTaps.data(),
    this->RowGradients.data(), inputGradient);
}

} // namespace mir
