#include "reconstruct/autoencoder/Autoencoder.h"

#include "reconstruct/autoencoder/FusedForward.h"
#include "reconstruct/autoencoder/TiledForward.h"
#include "reconstruct/neural/EmbeddedFile.h"

#include <algorithm>

namespace mir {

namespace {

constexpr std::size_t pixels = std::size_t(autoencoderImageSize) * autoencoderImageSize;

template <class Forward, class Network>
void evaluateBatches(const Network& network, int batch, const float* images, int count,
  float* coverage, const ParallelFor& parallelFor)
{
  parallelFor((count + batch - 1) / batch, [&](int begin, int end) {
    Forward forward(network);
    const int first = begin * batch;
    const int last = std::min(count, end * batch);
    forward.evaluate(images + first * pixels, last - first, coverage + first * pixels);
  });
}

} // namespace

/// The weights for every kind of kernels.
struct Autoencoder::Networks
{
  explicit Networks(const AutoencoderWeights& weights)
    : fused(weights)
  {
    if (hasMatrixUnit())
    {
      this->tiled = std::make_unique<TiledNetwork>(weights);
    }
  }

  FusedNetwork fused;
  std::unique_ptr<const TiledNetwork> tiled;
};

MIR_EMBEDDED_FILE(mirAutoencoderWeights)

Autoencoder::Autoencoder(std::shared_ptr<const Networks> networks)
  : Forms(std::move(networks))
{}

Autoencoder Autoencoder::load(const TensorFile& file)
{
  return Autoencoder(std::make_shared<Networks>(autoencoderWeights(file)));
}

Autoencoder Autoencoder::shipped()
{
  const std::size_t size = embeddedSize(mirAutoencoderWeights, mirAutoencoderWeightsEnd);
  return load(parseSafetensors(mirAutoencoderWeights, size, "autoencoder 2 channels (shipped)"));
}

std::vector<float> Autoencoder::evaluate(
  const float* images, int count, Precision precision, const ParallelFor& parallelFor) const
{
  std::vector<float> coverage(count * pixels);
  if (precision == Precision::BFloat16 && this->Forms->tiled)
  {
    constexpr int batch = TiledForward::groups * imagesOfGroup;
    evaluateBatches<TiledForward>(
      *this->Forms->tiled, batch, images, count, coverage.data(), parallelFor);
  }
  else
  {
    const int batch = FusedForward::batchSize(this->design());
    evaluateBatches<FusedForward>(
      this->Forms->fused, batch, images, count, coverage.data(), parallelFor);
  }
  return coverage;
}

const AutoencoderDesign& Autoencoder::design() const
{
  return this->Forms->fused.design;
}

} // namespace mir
