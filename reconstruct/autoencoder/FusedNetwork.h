// An autoencoder's weights as the kernels in float read them. Private to this folder.
#ifndef mir_reconstruct_autoencoder_FusedNetwork_h
#define mir_reconstruct_autoencoder_FusedNetwork_h

#include "reconstruct/autoencoder/AutoencoderWeights.h"
#include "reconstruct/neural/Perceptron.h"

#include <cstddef>
#include <vector>

namespace mir {

/// Outputs of a panel, the unit in which fully connected layers are stored.
constexpr int panelWidth = 32;

/// A fully connected layer, its inputs and outputs rounded up to whole panels with zeros.
struct PanelLayer
{
  int inputs = 0;
  int outputs = 0;
  std::vector<CacheLine> panels; ///< [outputs / 32][inputs][32]
  std::vector<float> bias;

  const float* panel(int first) const
  {
    return this->panels[static_cast<std::size_t>(first) * this->inputs / 16].values;
  }
};

struct FusedNetwork
{
  explicit FusedNetwork(const AutoencoderWeights& weights);

  AutoencoderDesign design;
  std::vector<Convolution> encoder;
  PanelLayer down;
  PanelLayer up;
  std::vector<Convolution> decoder;
};

/// Feature maps one after another, with zeros around each.
struct PlaneLayout
{
  explicit PlaneLayout(const AutoencoderDesign& design)
    : Halo(design.pooling > 0 ? 4 * design.pooling : 1)
  {}

  /// Zeros on every side of a map.
  int halo() const { return this->Halo; }
  int stride() const { return 80; }
  std::size_t size() const
  {
    return static_cast<std::size_t>(this->stride()) * (autoencoderImageSize + 2 * this->Halo);
  }
  /// Pixel (0, 0) of map `channel`.
  std::size_t origin(int channel) const
  {
    return channel * this->size() + this->Halo * (this->stride() + 1);
  }

private:
  int Halo;
};

} // namespace mir

#endif
