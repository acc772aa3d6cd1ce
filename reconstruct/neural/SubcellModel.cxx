#include "reconstruct/neural/SubcellModel.h"

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/EmbeddedFile.h"
#include "reconstruct/neural/PerceptronFile.h"

#include <string>
#include <utility>
#include <vector>

namespace mir {

std::shared_ptr<const FrameTable> SubcellModel::frames() const
{
  std::vector<CubeSymmetry> symmetries;
  std::vector<std::vector<int>> nodeMaps;
  for (int code = 0; code < squareSymmetries; ++code)
  {
    const bool transposed = (code & 4) != 0;
    symmetries.push_back({ { static_cast<std::uint8_t>(transposed ? 1 : 0),
                             static_cast<std::uint8_t>(transposed ? 0 : 1), 2 },
      static_cast<std::uint8_t>(code & 3) });
    nodeMaps.push_back(
      frameMap({ static_cast<std::uint8_t>(code), false }, this->subdivisions + 1));
  }
  return std::make_shared<const FrameTable>(2, this->stencilSize, std::move(symmetries), nodeMaps,
    static_cast<FrameTable::AllFrames>(canonicalFrames), singlePlanarFrames);
}

void SubcellModel::evaluate(
  const float* stencils, std::size_t count, double* nodes, Precision precision) const
{
  FramedPerceptron(this->network, this->frames(), precision).evaluate(stencils, count, nodes);
}

SubcellModel loadSubcellModel(const TensorFile& file)
{
  // What the file is comes before what it holds.
  checkPerceptronFile(file, "subcell");
  SubcellModel model;
  model.stencilSize = stencilSizeOf(file);
  model.subdivisions = file.integer("r", 1, 8);
  model.network = loadPerceptron(file, 2 * model.stencilValues(), model.nodesPerCell());
  return model;
}

TensorFile subcellModelFile(const SubcellModel& model)
{
  TensorFile file;
  file.name = "subcell model";
  const std::vector<DenseLayer>& layers = model.network.layers;
  file.metadata = { { "architecture", "subcell" }, { "activation", perceptronActivation },
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
MIR_EMBEDDED_FILE(mirFastSubcellWeights)

const SubcellModel& shippedSubcellModel()
{
  static const SubcellModel model = loadSubcellModel(parseSafetensors(
    mirSubcellWeights, embeddedSize(mirSubcellWeights, mirSubcellWeightsEnd), "subcell (shipped)"));
  return model;
}

const SubcellModel& shippedFastSubcellModel()
{
  static const SubcellModel model = loadSubcellModel(parseSafetensors(mirFastSubcellWeights,
    embeddedSize(mirFastSubcellWeights, mirFastSubcellWeightsEnd), "subcell-fast (shipped)"));
  return model;
}

} // namespace mir
