// The forward pass of an autoencoder in float. Private to this folder.
#ifndef mir_reconstruct_autoencoder_FusedForward_h
#define mir_reconstruct_autoencoder_FusedForward_h

#include "reconstruct/autoencoder/FusedNetwork.h"

#include <vector>

namespace mir {

/// Evaluates images in batches: convolutions image by image in the caches, fully connected layers
/// for a batch at once. Its storage is allocated once. One is for one thread, and the network must
/// outlive it.
class FusedForward
{
public:
  explicit FusedForward(const FusedNetwork& network);

  /// `count` row-major images of fractions into as many images of coverage. An image's result does
  /// not depend on the others, to the bit.
  void evaluate(const float* images, int count, float* coverage);

  /// Images of a batch: so many that their features stay in the second-level cache.
  static int batchSize(const AutoencoderDesign& design);

private:
  const FusedNetwork& Network;
  std::vector<CacheLine> Maps[2];
  std::vector<CacheLine> Features;
  std::vector<CacheLine> Latent;
};

} // namespace mir

#endif
