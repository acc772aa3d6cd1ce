#include "reconstruct/autoencoder/AutoencoderDesign.h"

#include <stdexcept>

namespace mir {

namespace {

constexpr const char* architecture = "autoencoder";
constexpr const char* activation = "leaky-relu-0.2";

void expect(const TensorFile& file, const char* key, const std::string& value)
{
  if (file.text(key) != value)
  {
    throw std::runtime_error(
      file.name + ": the " + key + " is '" + file.text(key) + "', not '" + value + "'");
  }
}

} // namespace

std::string AutoencoderDesign::description() const
{
  std::string text = "autoencoder " + std::to_string(this->channels) + " channels";
  if (this->pooling > 0)
  {
    text += ", pooling d" + std::to_string(this->pooling);
  }
  return this->layerNorm ? text : text + ", no layernorm";
}

const std::vector<StudyModel>& studyModels()
{
  static const std::vector<StudyModel> models = { { "32ch", { 32 } }, { "2ch", { 2 } },
    { "4ch", { 4 } }, { "pooling-d1", { 2, 128, 1 } }, { "pooling-d2", { 2, 128, 2 } } };
  return models;
}

ParameterShapes parameterShapes(const AutoencoderDesign& design)
{
  const std::int64_t features = design.fullyConnectedSize();
  const std::int64_t channels = design.channels;
  ParameterShapes shapes;
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const std::string name = "encoder" + std::to_string(k);
    shapes.push_back({ name + ".weight", { channels, k == 0 ? 1 : channels, 3, 3 } });
    shapes.push_back({ name + ".bias", { channels } });
  }
  if (design.layerNorm)
  {
    shapes.push_back({ "norm.weight", { features } });
    shapes.push_back({ "norm.bias", { features } });
  }
  shapes.push_back({ "down.weight", { design.latent, features } });
  shapes.push_back({ "down.bias", { design.latent } });
  shapes.push_back({ "up.weight", { features, design.latent } });
  shapes.push_back({ "up.bias", { features } });
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const std::string name = "decoder" + std::to_string(k);
    const std::int64_t outputs = k + 1 == autoencoderLayers ? 1 : channels;
    const std::int64_t kernel = design.decoderKernel(k);
    shapes.push_back({ name + ".weight", { channels, outputs, kernel, kernel } });
    shapes.push_back({ name + ".bias", { outputs } });
  }
  return shapes;
}

void addMetadata(const AutoencoderDesign& design, TensorFile& file)
{
  file.metadata["architecture"] = architecture;
  file.metadata["activation"] = activation;
  file.metadata["channels"] = std::to_string(design.channels);
  file.metadata["latent"] = std::to_string(design.latent);
  file.metadata["pooling"] = std::to_string(design.pooling);
  file.metadata["layernorm"] = design.layerNorm ? "1" : "0";
}

AutoencoderDesign designOfFile(const TensorFile& file)
{
  expect(file, "architecture", architecture);
  expect(file, "activation", activation);
  AutoencoderDesign design;
  design.channels = file.integer("channels", 1, 64);
  design.latent = file.integer("latent", 1, 4096);
  if (file.metadata.count("pooling"))
  {
    design.pooling = file.integer("pooling", 0, 2);
  }
  if (file.metadata.count("layernorm"))
  {
    design.layerNorm = file.integer("layernorm", 0, 1) == 1;
  }
  const ParameterShapes shapes = parameterShapes(design);
  if (file.tensors.size() != shapes.size())
  {
    throw std::runtime_error(file.name + ": there are " + std::to_string(file.tensors.size()) +
      " tensors instead of " + std::to_string(shapes.size()));
  }
  for (const auto& [name, shape] : shapes)
  {
    file.tensor(name, shape);
  }
  return design;
}

} // namespace mir
