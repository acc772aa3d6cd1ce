#include "reconstruct/autoencoder/Autoencoder.h"

#include "reconstruct/autoencoder/FusedForward.h"
#include "reconstruct/autoencoder/TiledForward.h"
#include "reconstruct/neural/EmbeddedFile.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>

namespace mir {

MIR_EMBEDDED_FILE(mirAutoencoder2ch)
MIR_EMBEDDED_FILE(mirAutoencoder4ch)
MIR_EMBEDDED_FILE(mirAutoencoderPoolingD1)
MIR_EMBEDDED_FILE(mirAutoencoderPoolingD2)

namespace {

struct ShippedFile
{
  const char* name;
  const unsigned char* begin;
  const unsigned char* end;
};

const ShippedFile shippedFiles[] = {
  { "2ch", mirAutoencoder2ch, mirAutoencoder2chEnd },
  { "4ch", mirAutoencoder4ch, mirAutoencoder4chEnd },
  { "pooling-d1", mirAutoencoderPoolingD1, mirAutoencoderPoolingD1End },
  { "pooling-d2", mirAutoencoderPoolingD2, mirAutoencoderPoolingD2End },
};

constexpr std::size_t pixels = std::size_t(autoencoderImageSize) * autoencoderImageSize;

template <class Forward, class Network>
void evaluateBatches(const Network& network, int batch, const float* images, int count,
  float* coverage, const ParallelFor& parallelFor)
{
  // In rows of pixels: a few images are worth a thread.
  constexpr int side = autoencoderImageSize;
  forBlocks(parallelFor, count * side, batch * side, [&](int begin, int end) {
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

Autoencoder::Autoencoder(std::shared_ptr<const Networks> networks)
  : Forms(std::move(networks))
{}

Autoencoder Autoencoder::load(const TensorFile& file)
{
  return Autoencoder(std::make_shared<Networks>(autoencoderWeights(file)));
}

std::vector<std::string> Autoencoder::shippedNames()
{
  std::vector<std::string> names;
  for (const ShippedFile& file : shippedFiles)
  {
    names.push_back(file.name);
  }
  return names;
}

Autoencoder Autoencoder::shipped(const std::string& name)
{
  static std::mutex mutex;
  static std::map<std::string, Autoencoder> models;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto known = models.find(name);
  if (known != models.end())
  {
    return known->second;
  }
  const Autoencoder model = load(shippedFile(name));
  models.emplace(name, model);
  return model;
}

TensorFile Autoencoder::shippedFile(const std::string& name)
{
  for (const ShippedFile& file : shippedFiles)
  {
    if (name == file.name)
    {
      return parseSafetensors(
        file.begin, embeddedSize(file.begin, file.end), "autoencoder-" + name + " (shipped)");
    }
  }
  throw std::runtime_error("no autoencoder '" + name + "' is shipped");
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
