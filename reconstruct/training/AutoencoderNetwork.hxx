// The study's autoencoders in LibTorch: what is trained, and the reference for the fused kernels.
#ifndef mir_reconstruct_training_AutoencoderNetwork_hxx
#define mir_reconstruct_training_AutoencoderNetwork_hxx

#include "reconstruct/autoencoder/AutoencoderDesign.h"
#include "reconstruct/neural/Safetensors.h"

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

namespace mir {

struct AutoencoderNetwork
{
  AutoencoderDesign design;
  /// Named as in the file, in the order of parameterShapes().
  std::vector<std::pair<std::string, torch::Tensor>> parameters;
  /// The decoder's kernels are those of gathering(), not those of a file.
  bool gathers = false;
  /// Maximum pooling first along rows, then along columns: many times faster, with the same values.
  bool poolsSeparably = true;

  /// Convolutions of few channels and maximum pooling by PlanarLayers, for training on a processor:
  /// many times faster again, equal to rounding.
  bool usesPlanarLayers = false;

  /// (count, 1, 64, 64) fractions to (count, 1, 64, 64) coverage.
  torch::Tensor forward(const torch::Tensor& images) const;

  /// The same network with convolutions in place of the transposed ones, their kernels turned
  /// around: LibTorch 1.13 has no transposed convolutions in bfloat16.
  AutoencoderNetwork gathering() const;

private:
  torch::Tensor pooled(const torch::Tensor& x) const;
};

/// The network in a file of architecture `autoencoder`; errors as designOfFile.
AutoencoderNetwork autoencoderFromFile(const TensorFile& file);

} // namespace mir

#endif
