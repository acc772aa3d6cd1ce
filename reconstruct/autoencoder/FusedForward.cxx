#include "reconstruct/autoencoder/FusedForward.h"

#include "reconstruct/autoencoder/FusedKernels.h"

#include <algorithm>

namespace mir {

namespace {

constexpr int pixels = autoencoderImageSize * autoencoderImageSize;

std::size_t lines(std::size_t floats)
{
  return (floats + 15) / 16;
}

} // namespace

int FusedForward::batchSize(const AutoencoderDesign& design)
{
  constexpr int featuresAtOnce = 1 << 19;
  return std::max(16, std::min(64, featuresAtOnce / design.fullyConnectedSize() / 16 * 16));
}

FusedForward::FusedForward(const FusedNetwork& network)
  : Network(network)
{
  const AutoencoderDesign& design = network.design;
  const std::size_t rows = batchSize(design);
  for (std::vector<CacheLine>& maps : this->Maps)
  {
    maps.resize(lines(PlaneLayout(design).size() * design.channels) + 1);
  }
  this->Features.resize(lines(rows * network.down.inputs));
  this->Latent.resize(lines(rows * network.down.outputs));
}

void FusedForward::evaluate(const float* images, int count, float* coverage)
{
  const int batch = batchSize(this->Network.design);
  const std::size_t features = this->Network.down.inputs;
  float* const maps = this->Maps[0].data()->values;
  float* const other = this->Maps[1].data()->values;
  float* const rows = this->Features.data()->values;
  float* const latent = this->Latent.data()->values;
  for (int first = 0; first < count; first += batch)
  {
    const int last = std::min(count, first + batch);
    for (int k = first; k < last; ++k)
    {
      encode(this->Network, images + static_cast<std::size_t>(k) * pixels, maps, other,
        rows + (k - first) * features);
    }
    multiply(this->Network.down, rows, last - first, latent);
    multiply(this->Network.up, latent, last - first, rows);
    for (int k = first; k < last; ++k)
    {
      decode(this->Network, rows + (k - first) * features, maps, other,
        coverage + static_cast<std::size_t>(k) * pixels);
    }
  }
}

} // namespace mir
