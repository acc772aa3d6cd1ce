#include "reconstruct/autoencoder/AutoencoderNetwork.hxx"

#include <stdexcept>

namespace mir {

namespace {

constexpr double leak = 0.2;

} // namespace

std::vector<std::pair<std::string, std::vector<std::int64_t>>> AutoencoderNetwork::shapes(
  int channels, int latent)
{
  const std::int64_t features = std::int64_t(channels) * side * side;
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> shapes;
  for (int k = 0; k < layers; ++k)
  {
    const std::string name = "encoder" + std::to_string(k);
    shapes.push_back({ name + ".weight", { channels, k == 0 ? 1 : channels, 3, 3 } });
    shapes.push_back({ name + ".bias", { channels } });
  }
  shapes.push_back({ "norm.weight", { features } });
  shapes.push_back({ "norm.bias", { features } });
  shapes.push_back({ "down.weight", { latent, features } });
  shapes.push_back({ "down.bias", { latent } });
  shapes.push_back({ "up.weight", { features, latent } });
  shapes.push_back({ "up.bias", { features } });
  for (int k = 0; k < layers; ++k)
  {
    const std::string name = "decoder" + std::to_string(k);
    const int outputs = k + 1 == layers ? 1 : channels;
    shapes.push_back({ name + ".weight", { channels, outputs, 3, 3 } });
    shapes.push_back({ name + ".bias", { outputs } });
  }
  return shapes;
}

torch::Tensor AutoencoderNetwork::forward(const torch::Tensor& images) const
{
  std::size_t next = 0;
  const auto parameter = [&]() -> const torch::Tensor& { return this->parameters[next++].second; };
  const std::int64_t count = images.size(0);
  const std::int64_t features = this->fullyConnectedSize();

  torch::Tensor x = images * 2.0 - 1.0;
  for (int k = 0; k < layers; ++k)
  {
    const torch::Tensor weight = parameter();
    x = torch::leaky_relu(torch::conv2d(x, weight, parameter(), 1, 1), leak);
  }
  x = x.reshape({ count, -1 });
  TORCH_CHECK(x.size(1) == features, "the fully connected layer has size ", x.size(1),
    " instead of ", features);
  const torch::Tensor normWeight = parameter();
  x = torch::layer_norm(x, { features }, normWeight, parameter());
  const torch::Tensor down = parameter();
  x = torch::leaky_relu(torch::linear(x, down, parameter()), leak);
  const torch::Tensor up = parameter();
  x = torch::leaky_relu(torch::linear(x, up, parameter()), leak);
  x = x.view({ count, this->channels, side, side });
  for (int k = 0; k < layers; ++k)
  {
    const torch::Tensor weight = parameter();
    x = torch::conv_transpose2d(x, weight, parameter(), 1, 1);
    x = k + 1 == layers ? torch::sigmoid(x) : torch::leaky_relu(x, leak);
  }
  return x;
}

AutoencoderNetwork autoencoderFromFile(const TensorFile& file)
{
  if (file.text("architecture") != "autoencoder")
  {
    throw std::runtime_error(
      file.name + ": the architecture is '" + file.text("architecture") + "', not 'autoencoder'");
  }
  if (file.text("activation") != "leaky-relu-0.2")
  {
    throw std::runtime_error(
      file.name + ": the activation is '" + file.text("activation") + "', not 'leaky-relu-0.2'");
  }
  AutoencoderNetwork network;
  network.channels = file.integer("channels", 1, 64);
  network.latent = file.integer("latent", 1, 4096);
  const auto shapes = AutoencoderNetwork::shapes(network.channels, network.latent);
  if (file.tensors.size() != shapes.size())
  {
    throw std::runtime_error(file.name + ": there are " + std::to_string(file.tensors.size()) +
      " tensors instead of " + std::to_string(shapes.size()));
  }
  for (const auto& [name, shape] : shapes)
  {
    const Tensor& tensor = file.tensor(name, shape);
    network.parameters.push_back(
      { name, torch::from_blob(const_cast<float*>(tensor.values.data()), shape).clone() });
  }
  return network;
}

} // namespace mir
