// The designs of the study's autoencoders, and what their weight files hold.
#ifndef mir_reconstruct_autoencoder_AutoencoderDesign_h
#define mir_reconstruct_autoencoder_AutoencoderDesign_h

#include "reconstruct/neural/Safetensors.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mir {

/// Side of the images, in pixels.
constexpr int autoencoderImageSize = 64;
/// Side of a cell, in pixels: an image shows 8 x 8 cells.
constexpr int autoencoderCellSize = 8;
/// Convolutions, and transposed convolutions after the latent layer.
constexpr int autoencoderLayers = 5;
/// Slope of the leaky ReLU for negative values.
constexpr float autoencoderLeak = 0.2f;

/// Five 3x3 convolutions of stride 1, a latent vector, five transposed convolutions (Yamamoto 2021,
/// "Optimizing Deep Learning Material Interface Reconstruction"). The input is centred (2 f - 1);
/// leaky ReLU follows every layer but the last, which ends in a sigmoid.
///
/// With pooling, a 5x5 maximum of stride 1 without padding follows each of the first four
/// convolutions; the first four transposed convolutions are then 5x5 without padding, dilated as
/// the pooling is, and give the image its size back. The study says nothing of its decoder there.
struct AutoencoderDesign
{
  int channels = 2;      ///< Feature maps of every layer.
  int latent = 128;      ///< Size of the latent vector, which the study does not tell.
  int pooling = 0;       ///< Dilation of the maximum, 1 or 2; 0: no pooling.
  bool layerNorm = true; ///< The features are normalised before the fully connected layer.

  /// Side of the feature maps at the fully connected layer: 64, 48 or 32.
  int featureSide() const { return autoencoderImageSize - 16 * this->pooling; }
  /// Size of the fully connected layer.
  int fullyConnectedSize() const
  {
    return this->channels * this->featureSide() * this->featureSide();
  }
  /// Side and dilation of the kernels of transposed convolution `layer`, and its padding as
  /// torch::conv_transpose2d defines it.
  int decoderKernel(int layer) const { return this->enlarges(layer) ? 5 : 3; }
  int decoderDilation(int layer) const { return this->enlarges(layer) ? this->pooling : 1; }
  int decoderPadding(int layer) const { return this->enlarges(layer) ? 0 : 1; }
  bool enlarges(int layer) const { return this->pooling > 0 && layer + 1 < autoencoderLayers; }

  /// "autoencoder 2 channels", "autoencoder 2 channels, pooling d1".
  std::string description() const;
};

/// A model of the study.
struct StudyModel
{
  const char* name; ///< As mir-train and Neural Interface call it.
  AutoencoderDesign design;
};

/// The five models of the study's Table 1, in its order.
const std::vector<StudyModel>& studyModels();

/// Names and shapes of the parameters: encoder0.weight, encoder0.bias, ..., norm.weight, norm.bias,
/// down.weight, down.bias, up.weight, up.bias, decoder0.weight, ... Weights are laid out as in
/// LibTorch: (outputs, inputs, rows, columns), transposed convolutions (inputs, outputs, ...).
using ParameterShapes = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;
ParameterShapes parameterShapes(const AutoencoderDesign& design);

/// Metadata of a file of this design: `architecture` autoencoder, `activation`, `channels`,
/// `latent`, `pooling` and `layernorm`.
void addMetadata(const AutoencoderDesign& design, TensorFile& file);

/// The design of a file with exactly its parameters; `pooling` and `layernorm` may be missing, then
/// they are 0 and 1. Throws std::runtime_error naming the file and what does not fit.
AutoencoderDesign designOfFile(const TensorFile& file);

} // namespace mir

#endif
