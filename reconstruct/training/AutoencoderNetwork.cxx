#include "reconstruct/training/AutoencoderNetwork.hxx"

#include "reconstruct/training/PlanarLayers.hxx"

namespace mir {

namespace {

// A kernel that gathers what the other one scatters, and the reverse.
torch::Tensor turned(const torch::Tensor& kernel)
{
  return kernel.flip({ 2, 3 }).transpose(0, 1).contiguous();
}

} // namespace

torch::Tensor AutoencoderNetwork::pooled(const torch::Tensor& x) const
{
  const std::int64_t dilation = this->design.pooling;
  if (this->usesPlanarLayers)
  {
    return planarPooling(x, dilation);
  }
  if (!this->poolsSeparably)
  {
    return torch::max_pool2d(x, { 5, 5 }, 1, 0, { dilation, dilation });
  }
  const torch::Tensor alongRows = torch::max_pool2d(x, { 1, 5 }, 1, 0, { 1, dilation });
  return torch::max_pool2d(alongRows, { 5, 1 }, 1, 0, { dilation, 1 });
}

torch::Tensor AutoencoderNetwork::forward(const torch::Tensor& images) const
{
  std::size_t next = 0;
  const auto parameter = [&]() -> const torch::Tensor& { return this->parameters[next++].second; };
  const std::int64_t count = images.size(0);
  const std::int64_t features = this->design.fullyConnectedSize();
  const std::int64_t side = this->design.featureSide();
  const bool planar = this->usesPlanarLayers && isPlanar(1, this->design.channels);

  torch::Tensor x = images * 2.0 - 1.0;
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const torch::Tensor weight = parameter();
    x = planar ? planarConvolution(x, weight, parameter(), 1, 1, autoencoderLeak)
               : torch::leaky_relu(torch::conv2d(x, weight, parameter(), 1, 1), autoencoderLeak);
    if (this->design.pooling > 0 && k + 1 < autoencoderLayers)
    {
      x = this->pooled(x);
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
    const bool last = k + 1 == autoencoderLayers;
    const torch::Tensor weight = parameter();
    const std::int64_t dilation = this->design.decoderDilation(k);
    const std::int64_t padding = this->design.decoderPadding(k);
    const std::int64_t gathering = dilation * (this->design.decoderKernel(k) - 1) - padding;
    if (planar)
    {
      x = planarConvolution(
        x, turned(weight), parameter(), gathering, dilation, last ? 1.0 : autoencoderLeak);
      continue;
    }
    x = this->gathers ? torch::conv2d(x, weight, parameter(), 1, gathering, dilation)
                      : torch::conv_transpose2d(x, weight, parameter(), 1, padding, 0, 1, dilation);
    x = last ? x : torch::leaky_relu(x, autoencoderLeak);
  }
  return torch::sigmoid(x);
}

AutoencoderNetwork AutoencoderNetwork::gathering() const
{
  AutoencoderNetwork result = *this;
  result.gathers = true;
  for (auto& [name, parameter] : result.parameters)
  {
    if (name.rfind("decoder", 0) == 0 && parameter.dim() == 4)
    {
      parameter = turned(parameter);
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
