#include "reconstruct/autoencoder/OnnxModel.h"

#include "reconstruct/autoencoder/AutoencoderDesign.h"
#include "reconstruct/autoencoder/ProtocolBuffer.h"

#include <cstring>
#include <utility>
#include <vector>

namespace mir {

namespace {

// Field numbers and values of onnx.proto, version 1.12.
constexpr int elementFloat = 1;
constexpr int elementInt64 = 7;
constexpr int attributeFloat = 1;
constexpr int attributeInteger = 2;
constexpr int attributeIntegers = 7;
constexpr int irVersion = 8;
constexpr int operatorSet = 17;

using Names = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;

ProtocolBuffer attribute(const std::string& name, float value)
{
  return ProtocolBuffer().text(1, name).real(2, value).integer(20, attributeFloat);
}

ProtocolBuffer attribute(const std::string& name, std::int64_t value)
{
  return ProtocolBuffer().text(1, name).integer(3, value).integer(20, attributeInteger);
}

ProtocolBuffer attribute(const std::string& name, const Integers& values)
{
  ProtocolBuffer result;
  result.text(1, name);
  for (std::int64_t value : values)
  {
    result.integer(8, value);
  }
  return result.integer(20, attributeIntegers);
}

template <class Value>
ProtocolBuffer constant(
  const std::string& name, int elementType, const Integers& shape, const std::vector<Value>& values)
{
  ProtocolBuffer result;
  for (std::int64_t size : shape)
  {
    result.integer(1, size);
  }
  std::string bytes(values.size() * sizeof(Value), '\0');
  std::memcpy(&bytes[0], values.data(), bytes.size());
  return result.integer(2, elementType).text(8, name).text(9, bytes);
}

// A value (batch, 1, 64, 64).
ProtocolBuffer images(const std::string& name)
{
  ProtocolBuffer shape;
  shape.message(1, ProtocolBuffer().text(2, "batch"));
  for (std::int64_t size : { 1, autoencoderImageSize, autoencoderImageSize })
  {
    shape.message(1, ProtocolBuffer().integer(1, size));
  }
  const ProtocolBuffer type = ProtocolBuffer().integer(1, elementFloat).message(2, shape);
  return ProtocolBuffer().text(1, name).message(2, ProtocolBuffer().message(1, type));
}

/// A chain of operators: each takes what the last one gave.
class Graph
{
public:
  explicit Graph(std::string input)
    : Last(std::move(input))
  {}

  void apply(const std::string& type, const std::string& output, const Names& parameters = {},
    const std::vector<ProtocolBuffer>& attributes = {})
  {
    ProtocolBuffer node;
    node.text(1, this->Last);
    for (const std::string& name : parameters)
    {
      node.text(1, name);
    }
    node.text(2, output).text(3, output).text(4, type);
    for (const ProtocolBuffer& own : attributes)
    {
      node.message(5, own);
    }
    this->Nodes.push_back(node);
    this->Last = output;
  }
  void add(const ProtocolBuffer& own) { this->Constants.push_back(own); }

  ProtocolBuffer finish(const ProtocolBuffer& input, const ProtocolBuffer& output) const
  {
    ProtocolBuffer graph;
    for (const ProtocolBuffer& node : this->Nodes)
    {
      graph.message(1, node);
    }
    graph.text(2, "autoencoder");
    for (const ProtocolBuffer& own : this->Constants)
    {
      graph.message(5, own);
    }
    return graph.message(11, input).message(12, output);
  }

private:
  std::string Last;
  std::vector<ProtocolBuffer> Nodes;
  std::vector<ProtocolBuffer> Constants;
};

void encode(const AutoencoderDesign& design, Graph& graph)
{
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const std::string name = "encoder" + std::to_string(k);
    graph.apply("Conv", name, { name + ".weight", name + ".bias" },
      { attribute("kernel_shape", Integers{ 3, 3 }), attribute("pads", Integers{ 1, 1, 1, 1 }) });
    graph.apply("LeakyRelu", name + ".active", {}, { attribute("alpha", autoencoderLeak) });
    if (design.pooling > 0 && k + 1 < autoencoderLayers)
    {
      graph.apply("MaxPool", name + ".pooled", {},
        { attribute("kernel_shape", Integers{ 5, 5 }),
          attribute("dilations", Integers{ design.pooling, design.pooling }),
          attribute("strides", Integers{ 1, 1 }) });
    }
  }
}

void connect(const AutoencoderDesign& design, Graph& graph)
{
  graph.apply("Flatten", "features", {}, { attribute("axis", std::int64_t(1)) });
  if (design.layerNorm)
  {
    graph.apply("LayerNormalization", "norm", { "norm.weight", "norm.bias" },
      { attribute("axis", std::int64_t(1)), attribute("epsilon", 1e-5f) });
  }
  for (const std::string name : { "down", "up" })
  {
    graph.apply(
      "Gemm", name, { name + ".weight", name + ".bias" }, { attribute("transB", std::int64_t(1)) });
    graph.apply("LeakyRelu", name + ".active", {}, { attribute("alpha", autoencoderLeak) });
  }
  const std::int64_t side = design.featureSide();
  graph.add(constant("maps", elementInt64, { 4 }, Integers{ -1, design.channels, side, side }));
  graph.apply("Reshape", "unflattened", { "maps" });
}

void decode(const AutoencoderDesign& design, Graph& graph)
{
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const std::string name = "decoder" + std::to_string(k);
    const std::int64_t kernel = design.decoderKernel(k);
    const std::int64_t dilation = design.decoderDilation(k);
    const std::int64_t padding = design.decoderPadding(k);
    graph.apply("ConvTranspose", name, { name + ".weight", name + ".bias" },
      { attribute("kernel_shape", Integers{ kernel, kernel }),
        attribute("dilations", Integers{ dilation, dilation }),
        attribute("pads", Integers(4, padding)) });
    if (k + 1 < autoencoderLayers)
    {
      graph.apply("LeakyRelu", name + ".active", {}, { attribute("alpha", autoencoderLeak) });
    }
  }
  graph.apply("Sigmoid", "coverage");
}

} // namespace

std::string onnxModel(const TensorFile& file)
{
  const AutoencoderDesign design = designOfFile(file);
  Graph graph("fractions");
  graph.add(constant("two", elementFloat, {}, std::vector<float>{ 2.0f }));
  graph.add(constant("one", elementFloat, {}, std::vector<float>{ 1.0f }));
  for (const auto& [name, shape] : parameterShapes(design))
  {
    graph.add(constant(name, elementFloat, shape, file.tensors.at(name).values));
  }
  graph.apply("Mul", "doubled", { "two" });
  graph.apply("Sub", "centred", { "one" });
  encode(design, graph);
  connect(design, graph);
  decode(design, graph);

  return ProtocolBuffer()
    .integer(1, irVersion)
    .text(2, "MIR")
    .message(7, graph.finish(images("fractions"), images("coverage")))
    .message(8, ProtocolBuffer().text(1, "").integer(2, operatorSet))
    .bytes();
}

} // namespace mir
