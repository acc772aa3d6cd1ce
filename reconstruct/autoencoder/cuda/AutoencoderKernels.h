// The kernels of AutoencoderCuda. Pointers are of the device, Value is float or Half.
#ifndef mir_reconstruct_autoencoder_cuda_AutoencoderKernels_h
#define mir_reconstruct_autoencoder_cuda_AutoencoderKernels_h

#include "reconstruct/autoencoder/cuda/ImageArithmetic.h"

#include <cuda_runtime.h>

namespace mir {

/// Lets the kernels use as much shared memory as a model's maps need; false when the GPU has less.
template <class Value>
bool prepareKernels(const image::Model& model);

/// Features of `count` images of fractions, a block an image.
template <class Value>
void launchEncoder(const image::Model& model, const float* fractions, int count, Value* features,
  cudaStream_t stream);

/// Bias and leaky ReLU of `count` latent vectors, in place.
template <class Value>
void launchActivation(
  const image::Model& model, int latentSize, int count, Value* latent, cudaStream_t stream);

/// Coverage of `count` images from features before their bias, a block an image.
template <class Value>
void launchDecoder(const image::Model& model, const Value* features, int count, float* coverage,
  cudaStream_t stream);

} // namespace mir

#endif
