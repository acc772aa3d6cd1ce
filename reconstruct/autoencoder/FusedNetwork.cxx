#include "reconstruct/autoencoder/FusedNetwork.h"

namespace mir {

namespace {

int wholePanels(int count)
{
  return (count + panelWidth - 1) / panelWidth * panelWidth;
}

PanelLayer panelLayer(const DenseWeights& dense)
{
  PanelLayer layer;
  layer.inputs = wholePanels(dense.inputs);
  layer.outputs = wholePanels(dense.outputs);
  layer.panels.resize(static_cast<std::size_t>(layer.inputs) * layer.outputs / 16);
  layer.bias = dense.bias;
  layer.bias.resize(layer.outputs, 0.0f);
  float* const panels = layer.panels.data()->values;
  for (std::size_t o = 0; o < static_cast<std::size_t>(dense.outputs); ++o)
  {
    for (std::size_t i = 0; i < static_cast<std::size_t>(dense.inputs); ++i)
    {
      panels[(o / panelWidth * layer.inputs + i) * panelWidth + o % panelWidth] =
        dense.weights[o * dense.inputs + i];
    }
  }
  return layer;
}

} // namespace

FusedNetwork::FusedNetwork(const AutoencoderWeights& weights)
  : design(weights.design)
  , encoder(weights.encoder)
  , down(panelLayer(weights.down))
  , up(panelLayer(weights.up))
  , decoder(weights.decoder)
{}

} // namespace mir
