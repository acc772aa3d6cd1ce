// The forward pass of an autoencoder on the matrix unit. Private to this folder.
#ifndef mir_reconstruct_autoencoder_TiledForward_h
#define mir_reconstruct_autoencoder_TiledForward_h

#include "reconstruct/autoencoder/TiledNetwork.h"

#include <vector>

namespace mir {

/// Evaluates images in groups of 16, with everything between the layers in bfloat16. Its storage is
/// allocated once. One is for one thread, and the network must outlive it. Only where
/// hasMatrixUnit().
class TiledForward
{
public:
  explicit TiledForward(const TiledNetwork& network);

  /// `count` row-major images of fractions into as many images of coverage. An image's result does
  /// not depend on the others, to the bit.
  void evaluate(const float* images, int count, float* coverage);

  /// Groups whose fully connected layers are evaluated together, as their weights fill the caches.
  static constexpr int groups = 4;

private:
  const TiledNetwork& Network;
  LineLayout Layout;
  std::vector<CacheLine> Maps[groups];
  std::vector<CacheLine> Other;
  std::vector<CacheLine> Latent[groups];
};

} // namespace mir

#endif
