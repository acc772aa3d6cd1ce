// The autoencoder's parameters and forward pass in LibTorch, shared by inference and training.
#ifndef mir_reconstruct_autoencoder_AutoencoderNetwork_hxx
#define mir_reconstruct_autoencoder_AutoencoderNetwork_hxx

#include "reconstruct/neural/Safetensors.h"

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

namespace mir {

/// Layers of `channels` feature maps around a latent vector. The input is centred (2 f - 1); leaky
/// ReLU of slope .2 follows every layer but the last, which ends in a sigmoid; the features are
/// layer-normalised before the fully connected layer.
struct AutoencoderNetwork
{
  static constexpr int layers = 5;
  static constexpr int side = 64;

  int channels = 2;
  int latent = 128;
  /// Named as in the file, in the order of `shapes`.
  std::vector<std::pair<std::string, torch::Tensor>> parameters;

  int fullyConnectedSize() const { return this->channels * side * side; }
  /// (count, 1, 64, 64) fractions to (count, 1, 64, 64) coverage.
  torch::Tensor forward(const torch::Tensor& images) const;

  /// Names and shapes of the parameters.
  static std::vector<std::pair<std::string, std::vector<std::int64_t>>> shapes(
    int channels, int latent);
};

/// The network in a file of architecture `autoencoder`; std::runtime_error when it does not fit.
AutoencoderNetwork autoencoderFromFile(const TensorFile& file);

} // namespace mir

#endif
