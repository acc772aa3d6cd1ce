// An autoencoder's weights as its fused kernels read them. Private to this folder.
#ifndef mir_reconstruct_autoencoder_FusedNetwork_h
#define mir_reconstruct_autoencoder_FusedNetwork_h

#include "reconstruct/autoencoder/AutoencoderDesign.h"
#include "reconstruct/neural/Perceptron.h"

#include <cstddef>
#include <vector>

namespace mir {

/// out(o, y, x) = bias(o) + sum over i, a, b of weight(o, i, a, b)
/// in(i, y + dilation a - padding, x + dilation b - padding), with zeros around the input.
/// Transposed convolutions have their kernels turned around and are the same.
struct Convolution
{
  int inputs = 0;
  int outputs = 0;
  int kernel = 3; ///< 3 or 5.
  int dilation = 1;
  int padding = 1;
  std::vector<float> weights; ///< (outputs, inputs, kernel, kernel)
  std::vector<float> bias;

  /// What the side of an image grows by.
  int growth() const { return 2 * this->padding - this->dilation * (this->kernel - 1); }
};

/// Outputs of a panel, the unit in which fully connected layers are stored.
constexpr int panelWidth = 32;

/// A fully connected layer, its inputs and outputs rounded up to whole panels with zeros.
struct PanelLayer
{
  int inputs = 0;
  int outputs = 0;
  std::vector<CacheLine> panels; ///< [outputs / 32][inputs][32]
  std::vector<float> bias;
  /// The same in bfloat16: [outputs / 16][inputs / 32][16 pairs of inputs][16 outputs][2].
  std::vector<CacheLine> blocks;

  const float* panel(int first) const
  {
    return this->panels[static_cast<std::size_t>(first) * this->inputs / 16].values;
  }
};

/// The normalisation's weights and biases are part of `down`.
struct FusedNetwork
{
  AutoencoderDesign design;
  std::vector<Convolution> encoder;
  PanelLayer down;
  PanelLayer up;
  std::vector<Convolution> decoder;
};

/// The network in a file; errors as designOfFile.
FusedNetwork fusedNetwork(const TensorFile& file);

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
