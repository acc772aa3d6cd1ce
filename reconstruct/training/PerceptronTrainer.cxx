#include "reconstruct/training/PerceptronTrainer.h"

#include "data/RandomShapes.h"
#include "plic/ThreadTeam.h"
#include "reconstruct/neural/Perceptron.h"
#include "reconstruct/training/AdamStep.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

// Loops are compiled for several instruction sets; their vectors are passed to what is inlined
// alone.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define MIR_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MIR_VECTORISED
#endif

namespace mir {

namespace {

constexpr float smoothness = 0.01f;
constexpr float offset = 0.15f;

constexpr int lanes = 16;
typedef float Lanes __attribute__((vector_size(lanes * sizeof(float))));

int padded(int count)
{
  return (count + lanes - 1) / lanes * lanes;
}

/// A matrix whose entry (i, k) is values[i * rowStep + k * columnStep].
struct MatrixView
{
  const float* values;
  std::ptrdiff_t rowStep;
  std::ptrdiff_t columnStep;
};

/// `rows` rows and `parts` registers of columns of a product, summed in registers.
template <int rows, int parts>
inline __attribute__((always_inline)) void productBlock(
  const MatrixView& a, const float* b, int columns, int depth, const float* start, float* c)
{
  Lanes sum[rows][parts];
  for (int r = 0; r < rows; ++r)
  {
    for (int p = 0; p < parts; ++p)
    {
      sum[r][p] = Lanes{};
      if (start)
      {
        std::memcpy(&sum[r][p], start + p * lanes, sizeof(Lanes));
      }
    }
  }
  for (int k = 0; k < depth; ++k)
  {
    Lanes right[parts];
    for (int p = 0; p < parts; ++p)
    {
      std::memcpy(
        &right[p], b + static_cast<std::ptrdiff_t>(k) * columns + p * lanes, sizeof(Lanes));
    }
    for (int r = 0; r < rows; ++r)
    {
      const float left = a.values[r * a.rowStep + k * a.columnStep];
      for (int p = 0; p < parts; ++p)
      {
        sum[r][p] += left * right[p];
      }
    }
  }
  for (int r = 0; r < rows; ++r)
  {
    for (int p = 0; p < parts; ++p)
    {
      std::memcpy(
        c + static_cast<std::ptrdiff_t>(r) * columns + p * lanes, &sum[r][p], sizeof(Lanes));
    }
  }
}

template <int parts>
inline __attribute__((always_inline)) void productColumns(const MatrixView& a, const float* b,
  int rows, int columns, int depth, const float* start, float* c)
{
  constexpr int blockRows = 8;
  int row = 0;
  for (; row + blockRows <= rows; row += blockRows)
  {
    productBlock<blockRows, parts>({ a.values + row * a.rowStep, a.rowStep, a.columnStep }, b,
      columns, depth, start, c + static_cast<std::ptrdiff_t>(row) * columns);
  }
  for (; row < rows; ++row)
  {
    productBlock<1, parts>({ a.values + row * a.rowStep, a.rowStep, a.columnStep }, b, columns,
      depth, start, c + static_cast<std::ptrdiff_t>(row) * columns);
  }
}

/// c = a b, and `start` added to every row where it is given: `rows` x `depth` times the row-major
/// `depth` x `columns`, a multiple of 16.
MIR_VECTORISED
void product(const MatrixView& a, const float* b, int rows, int columns, int depth,
  const float* start, float* c)
{
  int column = 0;
  for (; column + 2 * lanes <= columns; column += 2 * lanes)
  {
    productColumns<2>(
      a, b + column, rows, columns, depth, start ? start + column : nullptr, c + column);
  }
  if (column < columns)
  {
    productColumns<1>(
      a, b + column, rows, columns, depth, start ? start + column : nullptr, c + column);
  }
}

MIR_VECTORISED
void activate(const float* sums, std::size_t count, float* values)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    values[i] = algebraicGelu(sums[i]);
  }
}

MIR_VECTORISED
void sumRows(const float* values, std::size_t rows, int columns, float* sums)
{
  std::fill_n(sums, columns, 0.0f);
  for (std::size_t row = 0; row < rows; ++row)
  {
    for (int column = 0; column < columns; ++column)
    {
      sums[column] += values[row * columns + column];
    }
  }
}

/// Multiplies gradients by the slope of algebraicGelu.
MIR_VECTORISED
void throughActivation(const float* sums, std::size_t count, float* gradients)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    const float t = sums[i] / std::sqrt(sums[i] * sums[i] + 1.57079633f);
    gradients[i] *= 0.5f + t - 0.5f * t * t * t;
  }
}

/// The loss of one row of outputs, whose gradients replace them.
MIR_VECTORISED
float lossOf(const float* targets, int count, float* outputs)
{
  float sum = 0.0f;
  for (int i = 0; i < count; ++i)
  {
    const float weight = 1.0f / (std::fabs(targets[i]) + offset);
    const float error = outputs[i] - targets[i];
    const float size = std::fabs(error);
    const float within = size < smoothness ? size : smoothness;
    sum += weight * (size - within + 0.5f * within * within / smoothness);
    const float slope = within / smoothness;
    outputs[i] = weight * (error < 0.0f ? -slope : slope);
  }
  return sum;
}

} // namespace

PerceptronTrainer::PerceptronTrainer(std::vector<int> sizes, std::uint64_t seed)
{
  CounterRandom random(seed, 0x77656967ull << 32);
  for (std::size_t k = 0; k + 1 < sizes.size(); ++k)
  {
    Layer layer;
    layer.inputs = k == 0 ? sizes[0] : this->Layers.back().outputs;
    layer.outputs = padded(sizes[k + 1]);
    layer.usedInputs = sizes[k];
    layer.usedOutputs = sizes[k + 1];
    layer.weights = this->Parameters.size();
    layer.bias = layer.weights + static_cast<std::size_t>(layer.inputs) * layer.outputs;
    this->Parameters.resize(layer.bias + layer.outputs, 0.0f);
    const double bound = 1.0 / std::sqrt(static_cast<double>(layer.usedInputs));
    for (int i = 0; i <= layer.usedInputs; ++i)
    {
      // The last row is the bias.
      float* row = this->Parameters.data() +
        (i < layer.usedInputs ? layer.weights + static_cast<std::size_t>(i) * layer.outputs
                              : layer.bias);
      std::generate_n(
        row, layer.usedOutputs, [&] { return static_cast<float>(random.uniform(-bound, bound)); });
    }
    this->Layers.push_back(layer);
  }
  this->First.assign(this->Parameters.size(), 0.0f);
  this->Second.assign(this->Parameters.size(), 0.0f);
}

double PerceptronTrainer::forward(
  const float* inputs, const float* targets, std::size_t rows, Part& part) const
{
  part.sums.resize(this->Layers.size());
  part.values.resize(this->Layers.size());
  const float* from = inputs;
  for (std::size_t k = 0; k < this->Layers.size(); ++k)
  {
    const Layer& layer = this->Layers[k];
    std::vector<float>& sums = part.sums[k];
    sums.resize(rows * layer.outputs);
    product({ from, layer.inputs, 1 }, this->Parameters.data() + layer.weights,
      static_cast<int>(rows), layer.outputs, layer.inputs, this->Parameters.data() + layer.bias,
      sums.data());
    if (k + 1 < this->Layers.size())
    {
      part.values[k].resize(sums.size());
      activate(sums.data(), sums.size(), part.values[k].data());
      from = part.values[k].data();
    }
  }
  const Layer& last = this->Layers.back();
  part.gradient = part.sums.back();
  double loss = 0.0;
  for (std::size_t row = 0; row < rows; ++row)
  {
    float* outputs = part.gradient.data() + row * last.outputs;
    loss += lossOf(targets + row * last.usedOutputs, last.usedOutputs, outputs);
    std::fill(outputs + last.usedOutputs, outputs + last.outputs, 0.0f);
  }
  return loss;
}

void PerceptronTrainer::backward(const float* inputs, std::size_t rows, Part& part) const
{
  const int count = static_cast<int>(rows);
  part.parameters.resize(this->Parameters.size());
  for (std::size_t k = this->Layers.size(); k-- > 0;)
  {
    const Layer& layer = this->Layers[k];
    const float* from = k == 0 ? inputs : part.values[k - 1].data();
    const float* gradient = part.gradient.data();
    product({ from, 1, layer.inputs }, gradient, layer.inputs, layer.outputs, count, nullptr,
      part.parameters.data() + layer.weights);
    sumRows(gradient, rows, layer.outputs, part.parameters.data() + layer.bias);
    if (k > 0)
    {
      part.previous.resize(rows * layer.inputs);
      product({ gradient, layer.outputs, 1 }, this->Transposed.data() + layer.weights, count,
        layer.inputs, layer.outputs, nullptr, part.previous.data());
      throughActivation(part.sums[k - 1].data(), part.previous.size(), part.previous.data());
      std::swap(part.gradient, part.previous);
    }
  }
}

void PerceptronTrainer::transposeWeights()
{
  this->Transposed.resize(this->Parameters.size());
  for (const Layer& layer : this->Layers)
  {
    const float* from = this->Parameters.data() + layer.weights;
    float* to = this->Transposed.data() + layer.weights;
    for (int i = 0; i < layer.inputs; ++i)
    {
      for (int o = 0; o < layer.outputs; ++o)
      {
        to[static_cast<std::size_t>(o) * layer.inputs + i] = *from++;
      }
    }
  }
}

double PerceptronTrainer::step(const float* inputs, const float* targets, std::size_t rows,
  double rate, const ParallelFor& parallelFor)
{
  const std::size_t parts = (rows + partRows - 1) / partRows;
  this->transposeWeights();
  this->Parts.resize(std::max(this->Parts.size(), parts));
  std::vector<double> losses(parts);
  parallelFor(static_cast<int>(parts), [&](int begin, int end) {
    for (int p = begin; p < end; ++p)
    {
      const std::size_t first = p * partRows;
      const std::size_t count = std::min(partRows, rows - first);
      const float* own = inputs + first * this->Layers.front().inputs;
      const float* truth = targets + first * this->Layers.back().usedOutputs;
      losses[p] = this->forward(own, truth, count, this->Parts[p]);
      this->backward(own, count, this->Parts[p]);
    }
  });
  const double terms = static_cast<double>(rows) * this->Layers.back().usedOutputs;
  std::vector<float>& gradient = this->Parts[0].parameters;
  double loss = losses[0];
  for (std::size_t p = 1; p < parts; ++p)
  {
    loss += losses[p];
    for (std::size_t i = 0; i < gradient.size(); ++i)
    {
      gradient[i] += this->Parts[p].parameters[i];
    }
  }
  for (float& g : gradient)
  {
    g /= static_cast<float>(terms);
  }
  ++this->Steps;
  const double correction1 = 1.0 - std::pow(0.9, this->Steps);
  const double correction2 = 1.0 - std::pow(0.999, this->Steps);
  adamStep(gradient.data(), gradient.size(), static_cast<float>(rate / correction1),
    static_cast<float>(1.0 / correction2), this->First.data(), this->Second.data(),
    this->Parameters.data());
  return loss / terms;
}

PerceptronTrainer::Errors PerceptronTrainer::errors(
  const float* inputs, const float* targets, std::size_t rows, const ParallelFor& parallelFor) const
{
  const std::size_t parts = (rows + partRows - 1) / partRows;
  const int outputs = this->Layers.back().usedOutputs;
  const int stride = this->Layers.back().outputs;
  std::vector<double> losses(parts);
  std::vector<double> near(parts);
  std::vector<std::size_t> counts(parts);
  parallelFor(static_cast<int>(parts), [&](int begin, int end) {
    Part part;
    for (int p = begin; p < end; ++p)
    {
      const std::size_t first = p * partRows;
      const std::size_t count = std::min(partRows, rows - first);
      const float* truth = targets + first * outputs;
      losses[p] = this->forward(inputs + first * this->Layers.front().inputs, truth, count, part);
      for (std::size_t i = 0; i < count * outputs; ++i)
      {
        if (std::fabs(truth[i]) < 0.2f)
        {
          const float answer = part.sums.back()[i / outputs * stride + i % outputs];
          near[p] += std::fabs(answer - truth[i]);
          ++counts[p];
        }
      }
    }
  });
  Errors result;
  std::size_t count = 0;
  for (std::size_t p = 0; p < parts; ++p)
  {
    result.loss += losses[p];
    result.near += near[p];
    count += counts[p];
  }
  result.loss /= static_cast<double>(rows) * outputs;
  result.near /= static_cast<double>(std::max<std::size_t>(count, 1));
  return result;
}

void PerceptronTrainer::addWeights(TensorFile& file) const
{
  for (std::size_t k = 0; k < this->Layers.size(); ++k)
  {
    const Layer& layer = this->Layers[k];
    Tensor weight;
    weight.shape = { layer.usedOutputs, layer.usedInputs };
    for (int o = 0; o < layer.usedOutputs; ++o)
    {
      for (int i = 0; i < layer.usedInputs; ++i)
      {
        weight.values.push_back(
          this->Parameters[layer.weights + static_cast<std::size_t>(i) * layer.outputs + o]);
      }
    }
    const float* bias = this->Parameters.data() + layer.bias;
    file.tensors["layer" + std::to_string(k) + ".weight"] = std::move(weight);
    file.tensors["layer" + std::to_string(k) + ".bias"] = { { layer.usedOutputs },
      { bias, bias + layer.usedOutputs } };
  }
}

TensorFile PerceptronTrainer::checkpoint() const
{
  TensorFile file;
  file.name = "checkpoint";
  file.metadata = { { "architecture", "checkpoint" }, { "steps", std::to_string(this->Steps) } };
  const auto count = static_cast<std::int64_t>(this->Parameters.size());
  file.tensors["parameters"] = { { count }, this->Parameters };
  file.tensors["first"] = { { count }, this->First };
  file.tensors["second"] = { { count }, this->Second };
  return file;
}

void PerceptronTrainer::restore(const TensorFile& file)
{
  const auto count = static_cast<std::int64_t>(this->Parameters.size());
  this->Steps = file.integer("steps", 0, 999999999);
  this->Parameters = file.tensor("parameters", { count }).values;
  this->First = file.tensor("first", { count }).values;
  this->Second = file.tensor("second", { count }).values;
}

ParallelFor runOnThreads(int threads)
{
  const int count =
    threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const auto team = std::make_shared<ThreadTeam>(count);
  return [team, count](int size, const std::function<void(int, int)>& body) {
    // Several ranges a thread: another program may keep one of them waiting.
    const int grain = std::max(1, size / (8 * count));
    team->run(size, grain, [&body](std::int64_t begin, std::int64_t end) {
      body(static_cast<int>(begin), static_cast<int>(end));
    });
  };
}

} // namespace mir
