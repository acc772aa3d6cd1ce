#include "reconstruct/neural/PerceptronKernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mir {

namespace {

// The nearest bfloat16 number to a finite value, ties to even.
std::uint16_t bfloat16(float value)
{
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

constexpr int lineValues = sizeof(CacheLine) / sizeof(float);

std::vector<CacheLine> blocksOf(const DenseLayer& layer)
{
  const int blocksOfInputs = roundedUp(layer.inputs, blockInputs) / blockInputs;
  const int lines = roundedUp(layer.outputs, blockOutputs) * blocksOfInputs;
  std::vector<CacheLine> blocks(lines, CacheLine{});
  for (int o = 0; o < layer.outputs; ++o)
  {
    for (int i = 0; i < layer.inputs; ++i)
    {
      const int block = o / blockOutputs * blocksOfInputs + i / blockInputs;
      CacheLine& line = blocks[static_cast<std::size_t>(block) * blockOutputs + o % blockOutputs];
      const std::uint16_t weight =
        bfloat16(layer.weights[static_cast<std::size_t>(o) * layer.inputs + i]);
      std::memcpy(reinterpret_cast<char*>(line.values) + i % blockInputs * sizeof weight, &weight,
        sizeof weight);
    }
  }
  return blocks;
}

} // namespace

DenseLayer denseLayer(int inputs, int outputs, const float* weights, const float* bias)
{
  DenseLayer layer;
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.weights.assign(weights, weights + static_cast<std::size_t>(outputs) * inputs);
  layer.bias.assign(bias, bias + outputs);

  layer.paddedBias = layer.bias;
  layer.paddedBias.resize(roundedUp(outputs, blockOutputs), 0.0f);
  layer.panels.assign(static_cast<std::size_t>(roundedUp(outputs, panelOutputs)) * inputs, 0.0f);
  for (int o = 0; o < outputs; ++o)
  {
    float* const panel =
      layer.panels.data() + static_cast<std::size_t>(o / panelOutputs) * inputs * panelOutputs;
    for (int i = 0; i < inputs; ++i)
    {
      panel[static_cast<std::size_t>(i) * panelOutputs + o % panelOutputs] =
        weights[static_cast<std::size_t>(o) * inputs + i];
    }
  }
  layer.blocks = blocksOf(layer);
  return layer;
}

double boundOfValues(const Perceptron& network)
{
  double bound = 1.0;
  double largest = 1.0;
  for (const DenseLayer& layer : network.layers)
  {
    double next = 0.0;
    for (int o = 0; o < layer.outputs; ++o)
    {
      double sum = std::fabs(layer.bias[o]);
      for (int i = 0; i < layer.inputs; ++i)
      {
        sum += bound * std::fabs(layer.weights[static_cast<std::size_t>(o) * layer.inputs + i]);
      }
      next = std::max(next, sum);
    }
    bound = next;
    largest = std::max(largest, bound);
  }
  return largest;
}

TileEvaluator::TileEvaluator(const Perceptron& network, Precision precision)
  : Network(network)
  , OnMatrixUnit(precision == Precision::BFloat16 && hasMatrixUnit())
{
  int features = 0;
  for (const DenseLayer& layer : network.layers)
  {
    features = std::max(
      { features, roundedUp(layer.inputs, blockInputs), roundedUp(layer.outputs, blockInputs) });
  }
  this->LinesOfBuffer = static_cast<std::size_t>(features) * (tileRows / lineValues);
  this->Storage.resize(2 * this->LinesOfBuffer);
}

float* TileEvaluator::buffer(int which)
{
  return this->Storage[which * this->LinesOfBuffer].values;
}

const float* TileEvaluator::evaluate(int rows, int inputs)
{
  float* const values = this->buffer(0);
  float* const scratch = this->buffer(1);
  if (!this->OnMatrixUnit)
  {
    return evaluateTileSimd(this->Network, rows, inputs, values, scratch);
  }
  // Numbers of half the size: the scratch holds two buffers of them.
  auto* const pairs = reinterpret_cast<std::uint16_t*>(scratch);
  const std::size_t room = this->LinesOfBuffer * lineValues;
  evaluateTileAmx(this->Network, inputs, values, pairs, pairs + room);
  return values;
}

void evaluate(const Perceptron& network, const float* inputs, std::size_t count, float* outputs,
  Precision precision)
{
  TileEvaluator tile(network, precision);
  const int inputCount = network.inputs();
  const int outputCount = network.outputs();
  for (std::size_t start = 0; start < count; start += tileRows)
  {
    const int rows = static_cast<int>(std::min<std::size_t>(tileRows, count - start));
    float* const x = tile.inputs();
    for (int row = 0; row < rows; ++row)
    {
      for (int k = 0; k < inputCount; ++k)
      {
        x[k * tileRows + row] = inputs[(start + row) * inputCount + k];
      }
    }
    const float* const y = tile.evaluate(rows, inputCount);
    for (int row = 0; row < rows; ++row)
    {
      for (int k = 0; k < outputCount; ++k)
      {
        outputs[(start + row) * outputCount + k] = y[k * tileRows + row];
      }
    }
  }
}

} // namespace mir
