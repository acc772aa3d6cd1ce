#include "reconstruct/neural/SubcellModel.h"

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/EmbeddedFile.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace mir {

namespace {

const char* const activationName = "algebraic-gelu";

// The 16 frames' maps, looked up by frameCode.
struct FrameMaps
{
  explicit FrameMaps(int n)
  {
    for (int code = 0; code < 8; ++code)
    {
      this->Maps[code] = frameMap({ (code & 1) != 0, (code & 2) != 0, (code & 4) != 0, false }, n);
    }
  }
  const int* of(const StencilFrame& frame) const
  {
    return this->Maps[frame.flipX + 2 * frame.flipY + 4 * frame.transpose].data();
  }

private:
  std::array<std::vector<int>, 8> Maps;
};

// Rows put before the perceptron at once; more when the stencils among them tie.
constexpr std::size_t batchSize = 256;

} // namespace

void SubcellModel::evaluate(const float* stencils, std::size_t count, double* nodes) const
{
  const FrameMaps stencilMaps(this->stencilSize);
  const FrameMaps nodeMaps(this->subdivisions + 1);
  const int inputs = this->stencilValues();
  const int outputs = this->nodesPerCell();
  std::vector<StencilFrame> frames;
  std::vector<StencilFrame> batchFrames;
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
      const float* stencil = stencils + (start + row) * inputs;
      canonicalFrames(stencil, this->stencilSize, frames);
      firstFrame.push_back(batchFrames.size());
      for (const StencilFrame& frame : frames)
      {
        const int* map = stencilMaps.of(frame);
        for (int k = 0; k < inputs; ++k)
        {
          const float centred = 2.0f * stencil[map[k]] - 1.0f;
          x.push_back(frame.complement ? -centred : centred);
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
        const StencilFrame& frame = batchFrames[firstFrame[row] + f];
        const int* map = nodeMaps.of(frame);
        const float* values = y.data() + (firstFrame[row] + f) * outputs;
        for (int k = 0; k < outputs; ++k)
        {
          const double value = values[k];
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

SubcellModel loadSubcellModel(const TensorFile& file)
{
  if (file.text("architecture") != "subcell")
  {
    throw std::runtime_error(
      file.name + ": the architecture is '" + file.text("architecture") + "', not 'subcell'");
  }
  if (file.text("activation") != activationName)
  {
    throw std::runtime_error(file.name + ": the activation is '" + file.text("activation") +
      "', not '" + activationName + "'");
  }
  SubcellModel model;
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
    const int inputs = k == 0 ? model.stencilValues() : width;
    const int outputs = k == hidden ? model.nodesPerCell() : width;
    const std::string prefix = "layer" + std::to_string(k);
    const Tensor& weight = file.tensor(prefix + ".weight", { outputs, inputs });
    const Tensor& bias = file.tensor(prefix + ".bias", { outputs });
    model.network.layers.push_back(
      denseLayer(inputs, outputs, weight.values.data(), bias.values.data()));
  }
  return model;
}

TensorFile subcellModelFile(const SubcellModel& model)
{
  TensorFile file;
  file.name = "subcell model";
  const std::vector<DenseLayer>& layers = model.network.layers;
  file.metadata = { { "architecture", "subcell" }, { "activation", activationName },
    { "K", std::to_string(model.stencilSize) }, { "r", std::to_string(model.subdivisions) },
    { "width", std::to_string(layers.front().outputs) },
    { "hidden", std::to_string(layers.size() - 1) } };
  for (std::size_t k = 0; k < layers.size(); ++k)
  {
    const DenseLayer& layer = layers[k];
    Tensor weight;
    weight.shape = { layer.outputs, layer.inputs };
    weight.values.resize(static_cast<std::size_t>(layer.outputs) * layer.inputs);
    for (int o = 0; o < layer.outputs; ++o)
    {
      for (int i = 0; i < layer.inputs; ++i)
      {
        weight.values[static_cast<std::size_t>(o) * layer.inputs + i] =
          layer.weights[static_cast<std::size_t>(i) * layer.stride + o];
      }
    }
    const std::string prefix = "layer" + std::to_string(k);
    file.tensors[prefix + ".weight"] = std::move(weight);
    file.tensors[prefix + ".bias"] = { { layer.outputs },
      { layer.bias.begin(), layer.bias.begin() + layer.outputs } };
  }
  return file;
}

MIR_EMBEDDED_FILE(mirSubcellWeights)

const SubcellModel& shippedSubcellModel()
{
  static const SubcellModel model = loadSubcellModel(parseSafetensors(
    mirSubcellWeights, embeddedSize(mirSubcellWeights, mirSubcellWeightsEnd), "subcell (shipped)"));
  return model;
}

} // namespace mir
