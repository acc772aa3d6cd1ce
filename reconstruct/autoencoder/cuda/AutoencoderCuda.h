// The study's autoencoders on an NVIDIA GPU.
#ifndef mir_reconstruct_autoencoder_cuda_AutoencoderCuda_h
#define mir_reconstruct_autoencoder_cuda_AutoencoderCuda_h

#include "reconstruct/neural/Safetensors.h"
#include "reconstruct/neural/cuda/CudaDevice.h"

#include <memory>
#include <vector>

namespace mir {

enum class CudaLaunch
{
  Kernels, ///< Five launches a batch.
  Graph    ///< One: the launches are recorded once, which small batches gain from.
};

/// An autoencoder in the memory of a GPU. Convolutions run in one block an image, whose maps never
/// leave its shared memory, fully connected layers in cuBLAS. One is for one thread.
class AutoencoderCuda
{
public:
  /// For so many images at a time. A std::runtime_error without a GPU, or when the maps of a design
  /// are too large for its shared memory, as those of 32 channels are; else as designOfFile.
  AutoencoderCuda(
    const TensorFile& file, CudaPrecision precision, CudaLaunch launch, int imagesAtATime);
  ~AutoencoderCuda();

  /// Autoencoder::evaluate, to within 1e-4 (Single) and 2e-2 (Half).
  std::vector<float> evaluate(const float* images, int count);

  /// Evaluates what lies in the GPU's memory since the last evaluate() once more, `imagesAtATime`
  /// images, and waits for the end: what a benchmark times.
  void run();

private:
  struct Implementation;
  template <class Value>
  struct InNumbers;
  std::unique_ptr<Implementation> Parts;
};

} // namespace mir

#endif
