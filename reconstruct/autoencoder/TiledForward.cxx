#include "reconstruct/autoencoder/TiledForward.h"

#include "reconstruct/autoencoder/TiledKernels.h"

#include <algorithm>

namespace mir {

namespace {

constexpr std::ptrdiff_t pixels = std::ptrdiff_t(autoencoderImageSize) * autoencoderImageSize;

} // namespace

TiledForward::TiledForward(const TiledNetwork& network)
  : Network(network)
  , Layout(network.design)
{
  for (int g = 0; g < groups; ++g)
  {
    this->Maps[g].resize(this->Layout.size());
    this->Latent[g].resize(static_cast<std::size_t>(network.up.tilesOfInputs) * 16);
  }
  this->Other.resize(this->Layout.size());
}

void TiledForward::evaluate(const float* images, int count, float* coverage)
{
  CacheLine* maps[groups];
  CacheLine* latent[groups];
  GroupNorm norms[groups];
  for (int g = 0; g < groups; ++g)
  {
    maps[g] = this->Maps[g].data();
    latent[g] = this->Latent[g].data();
  }
  const auto sizeOf = [&](int first) { return std::min(imagesOfGroup, count - first); };
  for (int begin = 0; begin < count; begin += groups * imagesOfGroup)
  {
    int used = 0;
    for (int first = begin; first < count && used < groups; first += imagesOfGroup, ++used)
    {
      encodeGroup(this->Network, this->Layout, images + first * pixels, sizeOf(first), maps[used],
        this->Other.data(), norms[used]);
    }
    multiplyDown(this->Network, this->Layout, maps, norms, used, latent);
    multiplyUp(this->Network, this->Layout, latent, used, maps);
    for (int g = 0; g < used; ++g)
    {
      const int first = begin + g * imagesOfGroup;
      decodeGroup(this->Network, this->Layout, maps[g], this->Other.data(), sizeOf(first),
        coverage + first * pixels);
    }
  }
}

} // namespace mir
