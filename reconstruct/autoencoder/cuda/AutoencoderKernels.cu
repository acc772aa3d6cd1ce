#include "reconstruct/autoencoder/cuda/AutoencoderKernels.h"

namespace mir {

namespace {

constexpr int threads = 256;
constexpr int warp = 32;

struct Block
{
  float* partial; ///< Shared, a number for each warp.

  __device__ int rank() const { return threadIdx.x; }
  __device__ int size() const { return blockDim.x; }
  __device__ void wait() const { __syncthreads(); }
  __device__ float sum(float value) const
  {
    for (int step = warp / 2; step > 0; step /= 2)
    {
      value += __shfl_xor_sync(0xffffffffu, value, step);
    }
    if (threadIdx.x % warp == 0)
    {
      this->partial[threadIdx.x / warp] = value;
    }
    __syncthreads();
    float total = 0.0f;
    for (int k = 0; k < threads / warp; ++k)
    {
      total += this->partial[k];
    }
    __syncthreads();
    return total;
  }
};

template <class Value>
std::size_t sharedBytes(const image::Model& model)
{
  return std::size_t(2) * model.channels * image::mapSize * sizeof(Value);
}

template <class Value>
__global__ void __launch_bounds__(threads)
  encodeImages(image::Model model, const float* fractions, Value* features)
{
  extern __shared__ __align__(16) unsigned char bytes[];
  __shared__ float partial[threads / warp];
  Value* const maps = reinterpret_cast<Value*>(bytes);
  const std::size_t k = blockIdx.x;
  image::encode(Block{ partial }, model, fractions + k * image::mapSize, maps,
    maps + model.channels * image::mapSize, features + k * model.features());
}

template <class Value>
__global__ void __launch_bounds__(threads)
  activateLatent(const float* bias, int latentSize, std::size_t total, Value* latent)
{
  const std::size_t k = std::size_t(blockIdx.x) * threads + threadIdx.x;
  if (k < total)
  {
    store(image::leaky(load(latent[k]) + bias[k % latentSize]), latent[k]);
  }
}

template <class Value>
__global__ void __launch_bounds__(threads)
  decodeImages(image::Model model, const Value* features, float* coverage)
{
  extern __shared__ __align__(16) unsigned char bytes[];
  Value* const maps = reinterpret_cast<Value*>(bytes);
  const std::size_t k = blockIdx.x;
  image::decode(Block{ nullptr }, model, features + k * model.features(), maps,
    maps + model.channels * image::mapSize, coverage + k * image::mapSize);
}

} // namespace

template <class Value>
bool prepareKernels(const image::Model& model)
{
  const int bytes = static_cast<int>(sharedBytes<Value>(model));
  constexpr auto most = cudaFuncAttributeMaxDynamicSharedMemorySize;
  return cudaFuncSetAttribute(encodeImages<Value>, most, bytes) == cudaSuccess &&
    cudaFuncSetAttribute(decodeImages<Value>, most, bytes) == cudaSuccess;
}

template <class Value>
void launchEncoder(const image::Model& model, const float* fractions, int count, Value* features,
  cudaStream_t stream)
{
  encodeImages<<<count, threads, sharedBytes<Value>(model), stream>>>(model, fractions, features);
}

template <class Value>
void launchActivation(
  const image::Model& model, int latentSize, int count, Value* latent, cudaStream_t stream)
{
  const std::size_t total = std::size_t(count) * latentSize;
  const int blocks = static_cast<int>((total + threads - 1) / threads);
  activateLatent<<<blocks, threads, 0, stream>>>(model.downBias, latentSize, total, latent);
}

template <class Value>
void launchDecoder(
  const image::Model& model, const Value* features, int count, float* coverage, cudaStream_t stream)
{
  decodeImages<<<count, threads, sharedBytes<Value>(model), stream>>>(model, features, coverage);
}

template bool prepareKernels<float>(const image::Model&);
template bool prepareKernels<Half>(const image::Model&);
template void launchEncoder(const image::Model&, const float*, int, float*, cudaStream_t);
template void launchEncoder(const image::Model&, const float*, int, Half*, cudaStream_t);
template void launchActivation(const image::Model&, int, int, float*, cudaStream_t);
template void launchActivation(const image::Model&, int, int, Half*, cudaStream_t);
template void launchDecoder(const image::Model&, const float*, int, float*, cudaStream_t);
template void launchDecoder(const image::Model&, const Half*, int, float*, cudaStream_t);

} // namespace mir
