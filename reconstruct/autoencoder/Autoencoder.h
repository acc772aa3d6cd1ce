// The study's convolutional autoencoder: 64 x 64 images of fractions in, of material out.
#ifndef mir_reconstruct_autoencoder_Autoencoder_h
#define mir_reconstruct_autoencoder_Autoencoder_h

#include "reconstruct/neural/Safetensors.h"

#include <memory>
#include <vector>

namespace mir {

/// Where LibTorch computes.
enum class Device
{
  Auto, ///< CUDA when this build and this machine have it, otherwise the CPU.
  CPU,
  CUDA
};

/// Side of the images, in pixels.
constexpr int autoencoderImageSize = 64;
/// Side of a cell, in pixels: an image shows 8 x 8 cells.
constexpr int autoencoderCellSize = 8;

/// Five 3x3 convolutions, a fully connected latent layer, five transposed convolutions
/// (Yamamoto 2021, "Optimizing Deep Learning Material Interface Reconstruction").
class Autoencoder
{
public:
  /// The model in a file of architecture `autoencoder`: metadata `architecture`, `channels`,
  /// `latent` and `activation`. Throws std::runtime_error when the file does not fit, or when
  /// `device` is CUDA and this build or this machine lacks it.
  static Autoencoder load(const TensorFile& file, Device device);
  /// The model compiled into the library (data/weights/autoencoder-2ch.safetensors).
  static Autoencoder shipped(Device device);

  Autoencoder(Autoencoder&&) noexcept;
  Autoencoder& operator=(Autoencoder&&) noexcept;
  ~Autoencoder();

  /// Evaluates `count` row-major images of 64 x 64 fractions, cells drawn as constant blocks of
  /// 8 x 8 pixels, into as many images of the material's coverage in (0, 1). LibTorch's errors
  /// (such as no memory on the device) come as std::runtime_error. One call at a time.
  std::vector<float> evaluate(const float* images, int count) const;

  int channels() const;
  /// Size of the fully connected layer: channels * 64 * 64.
  int fullyConnectedSize() const;
  bool onCuda() const;

private:
  struct Network;
  explicit Autoencoder(std::unique_ptr<Network> network);
  std::unique_ptr<Network> Net;
};

} // namespace mir

#endif
