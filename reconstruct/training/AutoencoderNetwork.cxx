#include "reconstruct/training/AutoencoderNetwork.hxx"

namespace mir {

namespace {

torch::Tensor pooled(const torch::Tensor& x, std::int64_t dilation)
{
  const torch::Tensor alongRows = torch::max_pool2d(x, { 1, 5 }, 1, 0, { 1, dilation });
  return torch::max_pool2d(alongRows, { 5, 1 }, 1, 0, { dilation, 1 });
}

} // namespace

torch::Tensor AutoencoderNetwork::forward(const torch::Tensor& images) const
{
  std::size_t next = 0;
  const auto parameter = [&]() -> const torch::Tensor& { return this->parameters[next++].second; };
  const std::int64_t count = images.size(0);
  const std::int64_t features = this->design.fullyConnectedSize();
  const std::int64_t side = this->design.featureSide();

  torch::Tensor x = images * 2.0 - 1.0;
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const torch::Tensor weight = parameter();
    x = torch::leaky_relu(torch::conv2d(x, weight, parameter(), 1, 1), autoencoderLeak);
    if (this->design.pooling > 0 && k + 1 < autoencoderLayers)
    {
      const std::int64_t dilation = this->design.pooling;
      x = this->poolsSeparably ? pooled(x, dilation)
                               : torch::max_pool2d(x, { 5, 5 }, 1, 0, { dilation, dilation });
    }
  }
  x = x.reshape({ count, -1 });
  TORCH_CHECK(x.size(1) == features, "the fully connected layer has size ", x.size(1),
    " instead of ", features);
  if (this->design.layerNorm)
  {
    const torch::Tensor weight = parameter();
    x = torch::layer_norm(x, { features }, weight, parameter());
  }
  const torch::Tensor down = parameter();
  x = torch::leaky_relu(torch::linear(x, down, parameter()), autoencoderLeak);
  const torch::Tensor up = parameter();
  x = torch::leaky_relu(torch::linear(x, up, parameter()), autoencoderLeak);
  x = x.view({ count, this->design.channels, side, side });
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const torch::Tensor weight = parameter();
    const std::int64_t dilation = this->design.decoderDilation(k);
    const std::int64_t padding = this->design.decoderPadding(k);
    x = this->gathers ? torch::conv2d(x, weight, parameter(), 1,
                          dilation * (this->design.decoderKernel(k) - 1) - padding, dilation)
                      : torch::conv_transpose2d(x, weight, parameter(), 1, padding, 0, 1, dilation);
    x = k + 1 == autoencoderLayers ? torch::sigmoid(x) : torch::leaky_relu(x, autoencoderLeak);
  }
  return x;
}

AutoencoderNetwork AutoencoderNetwork::gathering() const
{
  AutoencoderNetwork result = *this;
  result.gathers = true;
  for (auto& [name, parameter] : result.parameters)
  {
    if (name.rfind("decoder", 0) == 0 && parameter.dim() == 4)
    {
      parameter = parameter.flip({ 2, 3 }).transpose(0, 1).contiguous();
    }
  }
  return result;
}

AutoencoderNetwork autoencoderFromFile(const TensorFile& file)
{
  AutoencoderNetwork network;
  network.design = designOfFile(file);
  for (const auto& [name, shape] : parameterShapes(network.design))
  {
    const Tensor& tensor = file.tensors.at(name);
    network.parameters.push_back(
      { name, torch::from_blob(const_cast<float*>(tensor.values.data()), shape).clone() });
  }
  return network;
}

} // namespace mir
