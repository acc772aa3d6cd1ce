#include "reconstruct/autoencoder/AutoencoderWeights.h"

#include <utility>

namespace mir {

namespace {

Convolution convolution(const TensorFile& file, const std::string& name, int kernel, int dilation,
  int padding, bool transposed)
{
  const Tensor& weight = file.tensors.at(name + ".weight");
  Convolution result;
  result.inputs = static_cast<int>(weight.shape[transposed ? 0 : 1]);
  result.outputs = static_cast<int>(weight.shape[transposed ? 1 : 0]);
  result.kernel = kernel;
  result.dilation = dilation;
  result.padding = transposed ? dilation * (kernel - 1) - padding : padding;
  result.bias = file.tensors.at(name + ".bias").values;
  const int taps = kernel * kernel;
  for (int o = 0; o < result.outputs; ++o)
  {
    for (int i = 0; i < result.inputs; ++i)
    {
      for (int tap = 0; tap < taps; ++tap)
      {
        // What scatters with a kernel gathers with the kernel turned around.
        result.weights.push_back(transposed
            ? weight.values[(i * result.outputs + o) * taps + taps - 1 - tap]
            : weight.values[(o * result.inputs + i) * taps + tap]);
      }
    }
  }
  return result;
}

} // namespace

AutoencoderWeights autoencoderWeights(const TensorFile& file)
{
  AutoencoderWeights network;
  network.design = designOfFile(file);
  const AutoencoderDesign& design = network.design;
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    network.encoder.push_back(convolution(file, "encoder" + std::to_string(k), 3, 1, 1, false));
    network.decoder.push_back(convolution(file, "decoder" + std::to_string(k),
      design.decoderKernel(k), design.decoderDilation(k), design.decoderPadding(k), true));
  }

  // W (g x + b) + c = (W g) x + (W b + c).
  const int features = design.fullyConnectedSize();
  std::vector<float> down = file.tensors.at("down.weight").values;
  std::vector<float> downBias = file.tensors.at("down.bias").values;
  if (design.layerNorm)
  {
    const std::vector<float>& scale = file.tensors.at("norm.weight").values;
    const std::vector<float>& shift = file.tensors.at("norm.bias").values;
    for (int o = 0; o < design.latent; ++o)
    {
      float* const row = down.data() + static_cast<std::size_t>(o) * features;
      double sum = downBias[o];
      for (int i = 0; i < features; ++i)
      {
        sum += double(row[i]) * shift[i];
        row[i] *= scale[i];
      }
      downBias[o] = static_cast<float>(sum);
    }
  }
  network.down = { features, design.latent, std::move(down), std::move(downBias) };
  network.up = { design.latent, features, file.tensors.at("up.weight").values,
    file.tensors.at("up.bias").values };
  return network;
}

} // namespace mir
