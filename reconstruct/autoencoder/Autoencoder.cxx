#include "reconstruct/autoencoder/Autoencoder.h"

#include "reconstruct/autoencoder/FusedForward.h"
#include "reconstruct/neural/EmbeddedFile.h"

#include <algorithm>

namespace mir {

namespace {

constexpr std::size_t pixels = std::size_t(autoencoderImageSize) * autoencoderImageSize;

} // namespace

MIR_EMBEDDED_FILE(mirAutoencoderWeights)

Autoencoder::Autoencoder(std::shared_ptr<const FusedNetwork> network)
  : Network(std::move(network))
{}

Autoencoder Autoencoder::load(const TensorFile& file)
{
  return Autoencoder(std::make_shared<FusedNetwork>(fusedNetwork(file)));
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
  const int batch = FusedForward::batchSize(this->Network->design);
  parallelFor((count + batch - 1) / batch, [&](int begin, int end) {
    FusedForward forward(*this->Network, precision);
    const int first = begin * batch;
    const int last = std::min(count, end * batch);
    forward.evaluate(images + first * pixels, last - first, coverage.data() + first * pixels);
  });
  return coverage;
}

const AutoencoderDesign& Autoencoder::design() const
{
  return this->Network->design;
}

} // namespace mir
