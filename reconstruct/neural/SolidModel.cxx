#include "reconstruct/neural/SolidModel.h"

#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/neural/EmbeddedFile.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

const char* const activationName = "algebraic-gelu";

// Rows put before the perceptron at once; more when the stencils among them tie.
constexpr std::size_t batchSize = 256;

} // namespace

void SolidModel::evaluate(const float* stencils, std::size_t count, double* nodes) const
{
  const CubeFrameMaps stencilMaps(this->stencilSize);
  const CubeFrameMaps nodeMaps(this->subdivisions + 1);
  const int values = this->stencilValues();
  const int outputs = this->nodesPerCell();
  std::vector<CubeFrame> frames;
  std::vector<CubeFrame> batchFrames;
  std::vector<std::size_t> firstFrame;
  std::vector<float> x;
  std::vector<float> y;
  std::vector<double> tied;
  for (std::size_t start = 0; start < count; start += batchSize)
  {
    const std::size_t rows = std::min(batchSize, count - start);
    batchFrames.clear();
    firstFrame.clear();
    x.clear();
    for (std::size_t row = 0; row < rows; ++row)
    {
      const float* stencil = stencils + (start + row) * values;
      canonicalCubeFrames(stencil, this->stencilSize, frames);
      firstFrame.push_back(batchFrames.size());
      for (const CubeFrame& frame : frames)
      {
        const int* map = stencilMaps.of(frame);
        for (int k = 0; k < values; ++k)
        {
          const float f = stencil[map[k]];
          const float centred = f == outsideDomain ? 0.0f : 2.0f * f - 1.0f;
          x.push_back(frame.complement ? -centred : centred);
        }
        for (int k = 0; k < values; ++k)
        {
          x.push_back(stencil[map[k]] == outsideDomain ? 1.0f : 0.0f);
        }
        batchFrames.push_back(frame);
      }
    }
    firstFrame.push_back(batchFrames.size());
    y.resize(batchFrames.size() * outputs);
    mir::evaluate(this->network, x.data(), batchFrames.size(), y.data());

    for (std::size_t row = 0; row < rows; ++row)
    {
      double* out = nodes + (start + row) * outputs;
      const std::size_t tiedFrames = firstFrame[row + 1] - firstFrame[row];
      tied.resize(tiedFrames * outputs);
      for (std::size_t f = 0; f < tiedFrames; ++f)
      {
        const CubeFrame& frame = batchFrames[firstFrame[row] + f];
        const int* map = nodeMaps.of(frame);
        const float* own = y.data() + (firstFrame[row] + f) * outputs;
        for (int k = 0; k < outputs; ++k)
        {
          const double value = own[k];
          tied[map[k] * tiedFrames + f] = frame.complement ? -value : value;
        }
      }
      // Summed in the order of size, the mean does not depend on the order of the frames.
      for (int k = 0; k < outputs; ++k)
      {
        const auto begin = tied.begin() + static_cast<std::ptrdiff_t>(k * tiedFrames);
        std::sort(begin, begin + static_cast<std::ptrdiff_t>(tiedFrames));
        double sum = 0.0;
        for (std::size_t f = 0; f < tiedFrames; ++f)
        {
          sum += begin[f];
        }
        out[k] = sum / static_cast<double>(tiedFrames);
      }
    }
  }
}

SolidModel loadSolidModel(const TensorFile& file)
{
  const auto expect = [&file](const char* key, const std::string& value) {
    if (file.text(key) != value)
    {
      throw std::runtime_error(
        file.name + ": the " + key + " is '" + file.text(key) + "', not '" + value + "'");
    }
  };
  expect("architecture", "subcell3d");
  expect("activation", activationName);
  SolidModel model;
  model.stencilSize = file.integer("K", 3, 9);
  if (model.stencilSize % 2 == 0)
  {
    throw std::runtime_error(file.name + ": the stencil size K is even");
  }
  model.subdivisions = file.integer("r", 1, 8);
  const int width = file.integer("width", 1, 4096);
  const int hidden = file.integer("hidden", 1, 16);
  if (file.tensors.size() != 2u * (hidden + 1))
  {
    throw std::runtime_error(file.name + ": there are " + std::to_string(file.tensors.size()) +
      " tensors, not the two of each of " + std::to_string(hidden + 1) + " layers");
  }
  for (int k = 0; k <= hidden; ++k)
  {
    const int inputs = k == 0 ? 2 * model.stencilValues() : width;
    const int outputs = k == hidden ? model.nodesPerCell() : width;
    const std::string prefix = "layer" + std::to_string(k);
    const Tensor& weight = file.tensor(prefix + ".weight", { outputs, inputs });
    const Tensor& bias = file.tensor(prefix + ".bias", { outputs });
    model.network.layers.push_back(
      denseLayer(inputs, outputs, weight.values.data(), bias.values.data()));
  }
  return model;
}

MIR_EMBEDDED_FILE(mirSolidWeights)

const SolidModel& shippedSolidModel()
{
  static const SolidModel model = loadSolidModel(parseSafetensors(
    mirSolidWeights, embeddedSize(mirSolidWeights, mirSolidWeightsEnd), "subcell3d (shipped)"));
  return model;
}

std::vector<double> solidNodeValues(const SolidGrid& grid, const std::vector<double>& fractions,
  const std::vector<std::int64_t>& cells, const SolidModel& model, int refinement,
  const ParallelFor& parallelFor)
{
  if (refinement < 1 || model.subdivisions % refinement != 0)
  {
    throw std::invalid_argument("the model's lattice of " + std::to_string(model.subdivisions) +
      " holds none of " + std::to_string(refinement));
  }
  constexpr std::size_t cellsAtOnce = 512;
  const int n = refinement + 1;
  const int step = model.subdivisions / refinement;
  const std::size_t nodes = static_cast<std::size_t>(n) * n * n;
  const CubeFrameMaps ownNodes(n);
  std::vector<double> values(cells.size() * nodes);
  parallelFor(static_cast<int>(cells.size()), [&](int begin, int end) {
    std::vector<float> stencils(cellsAtOnce * model.stencilValues());
    std::vector<double> inGrid(cellsAtOnce * model.nodesPerCell());
    for (std::size_t start = begin; start < static_cast<std::size_t>(end); start += cellsAtOnce)
    {
      const std::size_t count = std::min(cellsAtOnce, end - start);
      gatherSolidStencils(
        grid, fractions, cells.data() + start, count, model.stencilSize, stencils.data());
      model.evaluate(stencils.data(), count, inGrid.data());
      for (std::size_t m = 0; m < count; ++m)
      {
        const int* own = ownNodes.of(grid.frame(cells[start + m]));
        const double* from = inGrid.data() + m * model.nodesPerCell();
        double* to = values.data() + (start + m) * nodes;
        for (int k = 0; k < n * n * n; ++k)
        {
          const int a = step * (k % n);
          const int b = step * (k / n % n);
          const int c = step * (k / (n * n));
          const int fine = model.subdivisions + 1;
          to[own[k]] = from[a + fine * (b + fine * c)];
        }
      }
    }
  });
  return values;
}

} // namespace mir
