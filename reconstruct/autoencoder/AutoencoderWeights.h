// An autoencoder's weights in one form for all kernels. Private to this folder.
#ifndef mir_reconstruct_autoencoder_AutoencoderWeights_h
#define mir_reconstruct_autoencoder_AutoencoderWeights_h

#include "reconstruct/autoencoder/AutoencoderDesign.h"

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

/// outputs = weights inputs + bias.
struct DenseWeights
{
  int inputs = 0;
  int outputs = 0;
  std::vector<float> weights; ///< (outputs, inputs)
  std::vector<float> bias;
};

/// The normalisation's weights and biases are part of `down`.
struct AutoencoderWeights
{
  AutoencoderDesign design;
  std::vector<Convolution> encoder;
  DenseWeights down;
  DenseWeights up;
  std::vector<Convolution> decoder;
};

/// The weights in a file; errors as designOfFile.
AutoencoderWeights autoencoderWeights(const TensorFile& file);

} // namespace mir

#endif
