#include "reconstruct/autoencoder/Autoencoder.h"

#include "reconstruct/autoencoder/AutoencoderNetwork.hxx"
#include "reconstruct/neural/EmbeddedFile.h"

#include <algorithm>
#include <stdexcept>

namespace mir {

namespace {

// LibTorch on the CPU is fastest near this size: activations then stay in the caches.
constexpr int batchSize = 64;
constexpr std::int64_t pixels = std::int64_t(autoencoderImageSize) * autoencoderImageSize;

torch::Device torchDevice(Device device)
{
#ifdef MIR_WITH_CUDA
  const bool available = torch::cuda::is_available();
  const char* const reason = "no CUDA device is available";
#else
  const bool available = false;
  const char* const reason = "this build of MIR has no CUDA (MIR_WITH_CUDA)";
#endif
  if (device == Device::CUDA && !available)
  {
    throw std::runtime_error(std::string("autoencoder: CUDA was asked for, but ") + reason);
  }
  return device != Device::CPU && available ? torch::kCUDA : torch::kCPU;
}

} // namespace

struct Autoencoder::Network
{
  AutoencoderNetwork network;
  torch::Device device = torch::kCPU;
};

Autoencoder::Autoencoder(std::unique_ptr<Network> network)
  : Net(std::move(network))
{}

Autoencoder::Autoencoder(Autoencoder&&) noexcept = default;
Autoencoder& Autoencoder::operator=(Autoencoder&&) noexcept = default;
Autoencoder::~Autoencoder() = default;

Autoencoder Autoencoder::load(const TensorFile& file, Device device)
{
  try
  {
    auto net = std::make_unique<Network>();
    net->device = torchDevice(device);
    net->network = autoencoderFromFile(file);
    for (auto& [name, parameter] : net->network.parameters)
    {
      parameter = parameter.to(net->device);
    }
    return Autoencoder(std::move(net));
  }
  catch (const c10::Error& error)
  {
    throw std::runtime_error(file.name + ": LibTorch: " + error.what_without_backtrace());
  }
}

MIR_EMBEDDED_FILE(mirAutoencoderWeights)

Autoencoder Autoencoder::shipped(Device device)
{
  const std::size_t size = embeddedSize(mirAutoencoderWeights, mirAutoencoderWeightsEnd);
  return load(
    parseSafetensors(mirAutoencoderWeights, size, "autoencoder 2 channels (shipped)"), device);
}

std::vector<float> Autoencoder::evaluate(const float* images, int count) const
{
  std::vector<float> result(static_cast<std::size_t>(count) * pixels);
  try
  {
    const torch::NoGradGuard guard;
    for (int start = 0; start < count; start += batchSize)
    {
      const std::int64_t rows = std::min(batchSize, count - start);
      const torch::Tensor input = torch::from_blob(const_cast<float*>(images + start * pixels),
        { rows, 1, autoencoderImageSize, autoencoderImageSize });
      const torch::Tensor output = this->Net->network.forward(input.to(this->Net->device))
                                     .to(torch::kCPU, torch::kFloat32)
                                     .contiguous();
      std::copy_n(output.data_ptr<float>(), rows * pixels, result.data() + start * pixels);
    }
  }
  catch (const c10::Error& error)
  {
    throw std::runtime_error(
      std::string("autoencoder: LibTorch: ") + error.what_without_backtrace());
  }
  return result;
}

int Autoencoder::channels() const
{
  return this->Net->network.channels;
}

int Autoencoder::fullyConnectedSize() const
{
  return this->Net->network.fullyConnectedSize();
}

bool Autoencoder::onCuda() const
{
  return this->Net->device.is_cuda();
}

} // namespace mir
