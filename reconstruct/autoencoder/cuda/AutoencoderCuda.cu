#include "reconstruct/autoencoder/cuda/AutoencoderCuda.h"

#include "reconstruct/autoencoder/cuda/AutoencoderKernels.h"
#include "reconstruct/neural/cuda/CudaMemory.h"

#include <cublas_v2.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace mir {

namespace {

constexpr std::size_t pixels = image::mapSize;
/// What NVIDIA advises for GPUs since 2022.
constexpr std::size_t workspaceBytes = 32 << 20;

void check(cublasStatus_t status)
{
  if (status != CUBLAS_STATUS_SUCCESS)
  {
    throw std::runtime_error(std::string("cuBLAS: ") + cublasGetStatusString(status));
  }
}

struct Destroy
{
  void operator()(cudaStream_t stream) const { cudaStreamDestroy(stream); }
  void operator()(cublasHandle_t handle) const { cublasDestroy(handle); }
  void operator()(cudaGraph_t graph) const { cudaGraphDestroy(graph); }
  void operator()(cudaGraphExec_t graph) const { cudaGraphExecDestroy(graph); }
};
template <class Handle>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Destroy>;

template <class Value>
std::vector<Value> converted(const std::vector<float>& values)
{
  std::vector<Value> result(values.size());
  for (std::size_t k = 0; k < values.size(); ++k)
  {
    store(values[k], result[k]);
  }
  return result;
}

template <class Value>
constexpr cudaDataType_t typeOf = std::is_same_v<Value, float> ? CUDA_R_32F : CUDA_R_16F;

} // namespace

struct AutoencoderCuda::Implementation
{
  explicit Implementation(int imagesAtATime)
    : Count(imagesAtATime)
    , Images(Count * pixels, Memory<float>::Where::Device)
    , Coverage(Count * pixels, Memory<float>::Where::Device)
  {
    check(cudaMemset(this->Images.data(), 0, this->Count * pixels * sizeof(float)));
  }
  virtual ~Implementation() = default;

  virtual void run() = 0;

  int Count;
  Memory<float> Images;
  Memory<float> Coverage;
};

template <class Value>
struct AutoencoderCuda::InNumbers : Implementation
{
  InNumbers(const AutoencoderWeights& weights, CudaLaunch launch, int imagesAtATime)
    : Implementation(imagesAtATime)
    , LatentSize(weights.design.latent)
    , Down(converted<Value>(weights.down.weights))
    , Up(converted<Value>(weights.up.weights))
    , Features(std::size_t(imagesAtATime) * weights.design.fullyConnectedSize(),
        Memory<Value>::Where::Device)
    , Latent(std::size_t(imagesAtATime) * LatentSize, Memory<Value>::Where::Device)
    , Workspace(workspaceBytes, Memory<unsigned char>::Where::Device)
  {
    const AutoencoderDesign& design = weights.design;
    this->Model.channels = design.channels;
    this->Model.pooling = design.pooling;
    this->Model.featureSide = design.featureSide();
    this->Model.layerNorm = design.layerNorm;
    for (int k = 0; k < autoencoderLayers; ++k)
    {
      this->Model.encoder[k] = this->filter(weights.encoder[k]);
      this->Model.decoder[k] = this->filter(weights.decoder[k]);
    }
    this->Model.downBias = this->kept(weights.down.bias);
    this->Model.upBias = this->kept(weights.up.bias);
    if (!prepareKernels<Value>(this->Model))
    {
      cudaGetLastError();
      throw std::runtime_error("CUDA: the maps of " + design.description() +
        " are too large for the shared memory of this GPU");
    }

    cudaStream_t stream = nullptr;
    check(cudaStreamCreate(&stream));
    this->Stream.reset(stream);
    cublasHandle_t blas = nullptr;
    check(cublasCreate(&blas));
    this->Blas.reset(blas);
    check(cublasSetStream(blas, stream));
    // Of its own, so that a graph finds it where it was.
    check(cublasSetWorkspace(blas, this->Workspace.data(), workspaceBytes));
    if (launch == CudaLaunch::Graph)
    {
      // Once before, for cuBLAS to load what it needs.
      this->launch();
      check(cudaStreamSynchronize(stream));
      check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
      this->launch();
      cudaGraph_t graph = nullptr;
      check(cudaStreamEndCapture(stream, &graph));
      const Owned<cudaGraph_t> owned(graph);
      cudaGraphExec_t ready = nullptr;
      check(cudaGraphInstantiate(&ready, graph, 0));
      this->Graph.reset(ready);
    }
  }

  const float* kept(const std::vector<float>& values)
  {
    this->Floats.push_back(std::make_unique<Memory<float>>(values));
    return this->Floats.back()->data();
  }

  image::Filter filter(const Convolution& convolution)
  {
    return { convolution.inputs, convolution.outputs, convolution.kernel, convolution.dilation,
      convolution.padding, this->kept(convolution.weights), this->kept(convolution.bias) };
  }

  // Rows of `outputs` = rows of `inputs` times the transpose of the (outputSize, inputSize)
  // weights; cuBLAS sees all three transposed, as it stores columns.
  void multiply(const Memory<Value>& weights, const Memory<Value>& inputs, int inputSize,
    const Memory<Value>& outputs, int outputSize) const
  {
    const float one = 1.0f;
    const float zero = 0.0f;
    check(
      cublasGemmEx(this->Blas.get(), CUBLAS_OP_T, CUBLAS_OP_N, outputSize, this->Count, inputSize,
        &one, weights.data(), typeOf<Value>, inputSize, inputs.data(), typeOf<Value>, inputSize,
        &zero, outputs.data(), typeOf<Value>, outputSize, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
  }

  void launch() const
  {
    const cudaStream_t stream = this->Stream.get();
    const int features = this->Model.features();
    launchEncoder(this->Model, this->Images.data(), this->Count, this->Features.data(), stream);
    this->multiply(this->Down, this->Features, features, this->Latent, this->LatentSize);
    launchActivation(this->Model, this->LatentSize, this->Count, this->Latent.data(), stream);
    this->multiply(this->Up, this->Latent, this->LatentSize, this->Features, features);
    launchDecoder(this->Model, static_cast<const Value*>(this->Features.data()), this->Count,
      this->Coverage.data(), stream);
    check(cudaGetLastError());
  }

  void run() override
  {
    if (this->Graph)
    {
      check(cudaGraphLaunch(this->Graph.get(), this->Stream.get()));
    }
    else
    {
      this->launch();
    }
    check(cudaStreamSynchronize(this->Stream.get()));
  }

  image::Model Model{};
  int LatentSize;
  Memory<Value> Down;
  Memory<Value> Up;
  Memory<Value> Features;
  Memory<Value> Latent;
  Memory<unsigned char> Workspace;
  std::vector<std::unique_ptr<Memory<float>>> Floats;
  Owned<cudaStream_t> Stream;
  Owned<cublasHandle_t> Blas;
  Owned<cudaGraphExec_t> Graph;
};

AutoencoderCuda::AutoencoderCuda(
  const TensorFile& file, CudaPrecision precision, CudaLaunch launch, int imagesAtATime)
{
  const AutoencoderWeights weights = autoencoderWeights(file);
  std::string reason;
  if (!cudaAvailable(&reason))
  {
    throw std::runtime_error(reason);
  }
  if (precision == CudaPrecision::Single)
  {
    this->Parts = std::make_unique<InNumbers<float>>(weights, launch, imagesAtATime);
  }
  else
  {
    this->Parts = std::make_unique<InNumbers<Half>>(weights, launch, imagesAtATime);
  }
}

AutoencoderCuda::~AutoencoderCuda() = default;

std::vector<float> AutoencoderCuda::evaluate(const float* images, int count)
{
  std::vector<float> coverage(count * pixels);
  for (int first = 0; first < count; first += this->Parts->Count)
  {
    const std::size_t own = std::min(this->Parts->Count, count - first) * pixels;
    check(cudaMemcpy(this->Parts->Images.data(), images + first * pixels, own * sizeof(float),
      cudaMemcpyHostToDevice));
    this->Parts->run();
    check(cudaMemcpy(coverage.data() + first * pixels, this->Parts->Coverage.data(),
      own * sizeof(float), cudaMemcpyDeviceToHost));
  }
  return coverage;
}

void AutoencoderCuda::run()
{
  this->Parts->run();
}

} // namespace mir
