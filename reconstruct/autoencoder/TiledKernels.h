// The steps of the forward pass on the matrix unit. Private to this folder.
#ifndef mir_reconstruct_autoencoder_TiledKernels_h
#define mir_reconstruct_autoencoder_TiledKernels_h

#include "reconstruct/autoencoder/TiledNetwork.h"

namespace mir {

/// What normalising the features of the images of a group takes: scale (x - mean).
struct alignas(64) GroupNorm
{
  float mean[imagesOfGroup];
  float scale[imagesOfGroup];
};

/// The features of `count` images, at most 16, in `maps`. There are zeros around the maps of `maps`
/// and `other`, before and after.
void encodeGroup(const TiledNetwork& network, const LineLayout& layout, const float* images,
  int count, CacheLine* maps, CacheLine* other, GroupNorm& norm);

/// The latent vectors of some groups, as whole right factors.
void multiplyDown(const TiledNetwork& network, const LineLayout& layout, CacheLine* const* maps,
  const GroupNorm* norms, int groups, CacheLine* const* latent);

/// The features that latent vectors stand for, in `maps`.
void multiplyUp(const TiledNetwork& network, const LineLayout& layout, CacheLine* const* latent,
  int groups, CacheLine* const* maps);

/// The images that features stand for.
void decodeGroup(const TiledNetwork& network, const LineLayout& layout, CacheLine* maps,
  CacheLine* other, int count, float* images);

} // namespace mir

#endif
