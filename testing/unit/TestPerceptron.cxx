// Laws of the perceptron: every instruction set agrees, and rows and batches do not matter.
#include "reconstruct/neural/Perceptron.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace mir;

namespace {

// Weights as large as a trained network's: outputs are of size 1.
Perceptron randomPerceptron(const std::vector<int>& sizes)
{
  std::mt19937 random(11);
  Perceptron network;
  for (std::size_t k = 0; k + 1 < sizes.size(); ++k)
  {
    const float width = 2.4f / std::sqrt(static_cast<float>(sizes[k]));
    std::uniform_real_distribution<float> uniform(-width, width);
    std::vector<float> weights(static_cast<std::size_t>(sizes[k]) * sizes[k + 1]);
    std::vector<float> bias(sizes[k + 1]);
    for (float& weight : weights)
    {
      weight = uniform(random);
    }
    for (float& value : bias)
    {
      value = 0.2f * uniform(random);
    }
    network.layers.push_back(denseLayer(sizes[k], sizes[k + 1], weights.data(), bias.data()));
  }
  return network;
}

// Shapes of models in the plane and in space, and one that fills no block of any kernel.
const std::vector<int> shapes[] = { { 25, 64, 64, 64, 25 }, { 98, 112, 112, 25 },
  { 125, 96, 96, 125 }, { 3, 7, 33, 2 }, { 9, 1 } };

std::vector<float> randomInputs(const Perceptron& network, std::size_t rows)
{
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> inputs(rows * network.inputs());
  std::generate(inputs.begin(), inputs.end(), [&] { return uniform(random); });
  return inputs;
}

std::vector<float> evaluated(const Perceptron& network, const std::vector<float>& inputs,
  Precision precision = Precision::Single)
{
  const std::size_t rows = inputs.size() / network.inputs();
  std::vector<float> outputs(rows * network.outputs());
  evaluate(network, inputs.data(), rows, outputs.data(), precision);
  return outputs;
}

// The definition, in the order that Precision::Single promises.
std::vector<float> evaluatedByDefinition(const Perceptron& network, const float* inputs)
{
  std::vector<float> values(inputs, inputs + network.inputs());
  for (const DenseLayer& layer : network.layers)
  {
    std::vector<float> next;
    for (int o = 0; o < layer.outputs; ++o)
    {
      float sum = layer.bias[o];
      for (int i = 0; i < layer.inputs; ++i)
      {
        sum =
          std::fma(layer.weights[static_cast<std::size_t>(o) * layer.inputs + i], values[i], sum);
      }
      next.push_back(&layer == &network.layers.back() ? sum : algebraicGelu(sum));
    }
    values = next;
  }
  return values;
}

// Every instruction set in turn; the best one is in use again afterwards.
template <typename Body>
void onEveryInstructionSet(const Body& body)
{
  for (const std::string& name : instructionSets())
  {
    SCOPED_TRACE(name);
    useInstructionSet(name);
    body(name);
  }
  useInstructionSet(instructionSets().front());
}

bool fusesMultiplyAdd(const std::string& name)
{
  return name.compare(0, 3, "AVX") == 0 || name.compare(0, 4, "NEON") == 0;
}

TEST(TestPerceptron, TheActivationIsItsFormula)
{
  for (int k = -40000; k <= 40000; ++k)
  {
    const double x = std::sinh(k / 1000.0);
    const auto rounded = static_cast<float>(x);
    const double exact = 0.5 * rounded *
      (1.0 + rounded / std::sqrt(static_cast<double>(rounded) * rounded + std::acos(0.0)));
    // The gate is near 0 on the left, where it is the difference of two numbers near 1.
    EXPECT_NEAR(algebraicGelu(rounded), exact, 2e-7 * std::fabs(rounded)) << x;
  }
}

TEST(TestPerceptron, EveryInstructionSetIsTheDefinition)
{
  for (const std::vector<int>& shape : shapes)
  {
    const Perceptron network = randomPerceptron(shape);
    const std::size_t rows = 2 * tileRows + 5;
    const std::vector<float> inputs = randomInputs(network, rows);
    std::vector<float> exact;
    for (std::size_t row = 0; row < rows; ++row)
    {
      const std::vector<float> one =
        evaluatedByDefinition(network, inputs.data() + row * network.inputs());
      exact.insert(exact.end(), one.begin(), one.end());
    }
    onEveryInstructionSet([&](const std::string& name) {
      const std::vector<float> outputs = evaluated(network, inputs);
      for (std::size_t k = 0; k < exact.size(); ++k)
      {
        ASSERT_NEAR(outputs[k], exact[k], fusesMultiplyAdd(name) ? 0.0 : 1e-5);
      }
    });
  }
}

TEST(TestPerceptron, ARowIsTheSameInAnyBatch)
{
  const Perceptron network = randomPerceptron(shapes[0]);
  const std::vector<float> inputs = randomInputs(network, 3 * tileRows);
  for (Precision precision : { Precision::Single, Precision::BFloat16 })
  {
    onEveryInstructionSet([&](const std::string&) {
      const std::vector<float> all = evaluated(network, inputs, precision);
      for (std::size_t row : { 0, 17, tileRows, 3 * tileRows - 1 })
      {
        const auto first = inputs.begin() + static_cast<std::ptrdiff_t>(row * network.inputs());
        const std::vector<float> alone =
          evaluated(network, { first, first + network.inputs() }, precision);
        EXPECT_TRUE(std::equal(alone.begin(), alone.end(), all.begin() + row * network.outputs()));
      }
    });
  }
}

TEST(TestPerceptron, InputsLeftOutAreZeros)
{
  const Perceptron network = randomPerceptron(shapes[1]);
  const int kept = network.inputs() / 2;
  for (Precision precision : { Precision::Single, Precision::BFloat16 })
  {
    std::vector<float> inputs = randomInputs(network, 1);
    std::fill(inputs.begin() + kept, inputs.end(), 0.0f);
    const std::vector<float> outputs = evaluated(network, inputs, precision);
    TileEvaluator tile(network, precision);
    for (int k = 0; k < network.inputs(); ++k)
    {
      tile.inputs()[k * tileRows] = k < kept ? inputs[k] : 1.0f;
    }
    const float* const fromTile = tile.evaluate(1, kept);
    for (int k = 0; k < network.outputs(); ++k)
    {
      EXPECT_EQ(fromTile[k * tileRows], outputs[k]);
    }
  }
}

// Rounding to 8 bits moves a product by up to 2^-8; sums of many average that out.
TEST(TestPerceptron, TheMatrixUnitAgreesToItsPrecision)
{
  if (!hasMatrixUnit())
  {
    GTEST_SKIP() << "this machine has no matrix unit";
  }
  for (const std::vector<int>& shape : shapes)
  {
    const Perceptron network = randomPerceptron(shape);
    const std::vector<float> inputs = randomInputs(network, 1000);
    const std::vector<float> exact = evaluated(network, inputs);
    const std::vector<float> rounded = evaluated(network, inputs, Precision::BFloat16);
    double sum = 0.0;
    double size = 0.0;
    for (std::size_t k = 0; k < exact.size(); ++k)
    {
      EXPECT_NEAR(rounded[k], exact[k], 0.05);
      sum += std::pow(rounded[k] - exact[k], 2);
      size += std::pow(exact[k], 2);
    }
    EXPECT_LT(std::sqrt(sum / size), 1.0 / 128);
  }
}

TEST(TestPerceptron, NothingExceedsTheBound)
{
  const Perceptron network = randomPerceptron(shapes[3]);
  std::vector<float> inputs = randomInputs(network, 100);
  for (float& x : inputs)
  {
    x = x < 0.0f ? -1.0f : 1.0f;
  }
  for (float y : evaluated(network, inputs))
  {
    EXPECT_LE(std::fabs(y), boundOfValues(network));
  }
}

TEST(TestPerceptron, AnUnknownInstructionSetIsAnError)
{
  EXPECT_THROW(useInstructionSet("Z80"), std::runtime_error);
}

} // namespace
