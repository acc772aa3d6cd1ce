#include "reconstruct/neural/SubcellModel.h"

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/EmbeddedFile.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace mir {

namespace {

const char* const activationName = "algebraic-gelu";

} // namespace

FramedPerceptron SubcellModel::inFrames(Precision precision) const
{
  FrameTable table;
  for (int code = 0; code < squareSymmetries; ++code)
  {
    const Frame frame{ static_cast<std::uint8_t>(code), false };
    table.stencilMaps.push_back(frameMap(frame, this->stencilSize));
    table.nodeMaps.push_back(frameMap(frame, this->subdivisions + 1));
  }
  const int K = this->stencilSize;
  return { this->network, std::move(table),
    [K](const float* stencil, std::vector<Frame>& frames) { canonicalFrames(stencil, K, frames); },
    precision };
}

void SubcellModel::evaluate(
  const float* stencils, std::size_t count, double* nodes, Precision precision) const
{
  this->inFrames(precision).evaluate(stencils, count, nodes);
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
  if (boundOfValues(model.network) > 1e18)
  {
    throw std::runtime_error(file.name + ": the weights are so large that distances may overflow");
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
    weight.values = layer.weights;
    const std::string prefix = "layer" + std::to_string(k);
    file.tensors[prefix + ".weight"] = std::move(weight);
    file.tensors[prefix + ".bias"] = { { layer.outputs }, layer.bias };
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
