#include "reconstruct/neural/cuda/SubcellKernels.h"

#include <mma.h>

namespace mir {

namespace {

constexpr int threads = 256;
constexpr int fragment = 16; // rows and columns of a tensor core's factors

struct Block
{
  __device__ int rank() const { return threadIdx.x; }
  __device__ int size() const { return blockDim.x; }
  __device__ void wait() const { __syncthreads(); }
};

// One block a tile of cells; what passes from layer to layer stays in shared memory.
__global__ void __launch_bounds__(threads)
  evaluateSingle(tile::Model model, int width, const float* stencils, int count, double* nodes)
{
  extern __shared__ float values[];
  __shared__ tile::TileFrames frames;
  const int first = blockIdx.x * tile::cells;
  const int lattice = (model.subdivisions + 1) * (model.subdivisions + 1);
  tile::evaluate(Block(), model, stencils + first * model.stencilSize * model.stencilSize,
    min(tile::cells, count - first), frames, values, values + width * tile::cells,
    nodes + first * lattice);
}

// A layer on tensor cores: a warp multiplies 16 outputs for 16 cells at a time.
__device__ void multiplyOnTensorCores(const tile::Layer& layer, bool active, Half* x, float* sums)
{
  using namespace nvcuda::wmma;
  constexpr int columns = tile::cells / fragment;
  const int inputs = (layer.inputs + fragment - 1) / fragment * fragment;
  const int outputs = (layer.outputs + fragment - 1) / fragment * fragment;
  // Beyond the last input the weights are zero, but what they meet must be finite.
  for (int k = layer.inputs * tile::cells + threadIdx.x; k < inputs * tile::cells; k += blockDim.x)
  {
    x[k].bits = 0;
  }
  __syncthreads();
  const __half* const weights = reinterpret_cast<const __half*>(layer.rows);
  const __half* const values = reinterpret_cast<const __half*>(x);
  for (int item = threadIdx.x / warpSize; item < outputs / fragment * columns;
       item += blockDim.x / warpSize)
  {
    const int row = item / columns * fragment;
    const int column = item % columns * fragment;
    nvcuda::wmma::fragment<accumulator, fragment, fragment, fragment, float> sum;
    fill_fragment(sum, 0.0f);
    for (int i = 0; i < inputs; i += fragment)
    {
      nvcuda::wmma::fragment<matrix_a, fragment, fragment, fragment, __half, row_major> left;
      nvcuda::wmma::fragment<matrix_b, fragment, fragment, fragment, __half, row_major> right;
      load_matrix_sync(left, weights + row * inputs + i, inputs);
      load_matrix_sync(right, values + i * tile::cells + column, tile::cells);
      mma_sync(sum, left, right, sum);
    }
    store_matrix_sync(sums + row * tile::cells + column, sum, tile::cells, mem_row_major);
  }
  __syncthreads();
  for (int k = threadIdx.x; k < layer.outputs * tile::cells; k += blockDim.x)
  {
    const float sum = sums[k] + layer.bias[k / tile::cells];
    store(active ? algebraicGelu(sum) : sum, x[k]);
    sums[k] = sum;
  }
  __syncthreads();
}

__global__ void __launch_bounds__(threads)
  evaluateHalf(tile::Model model, int width, const float* stencils, int count, double* nodes)
{
  extern __shared__ float sums[];
  __shared__ tile::TileFrames frames;
  Half* const x = reinterpret_cast<Half*>(sums + width * tile::cells);
  const int first = blockIdx.x * tile::cells;
  const int lattice = (model.subdivisions + 1) * (model.subdivisions + 1);
  const float* const own = stencils + first * model.stencilSize * model.stencilSize;
  const Block block;
  tile::findFrames(block, model, own, min(tile::cells, count - first), frames);
  const int rounds = tile::mostFrames(frames);
  for (int round = 0; round < rounds; ++round)
  {
    tile::fillInputs(block, model, own, frames, round, x);
    for (int k = 0; k < model.layerCount; ++k)
    {
      multiplyOnTensorCores(model.layers[k], k + 1 < model.layerCount, x, sums);
    }
    tile::writeNodes(block, model, frames, round, sums, nodes + first * lattice);
  }
}

std::size_t sharedBytes(int width, bool half)
{
  return static_cast<std::size_t>(width) * tile::cells *
    (half ? sizeof(float) + sizeof(Half) : 2 * sizeof(float));
}

} // namespace

bool prepareKernels(int width, bool half)
{
  const int bytes = static_cast<int>(sharedBytes(width, half));
  return cudaFuncSetAttribute(half ? evaluateHalf : evaluateSingle,
           cudaFuncAttributeMaxDynamicSharedMemorySize, bytes) == cudaSuccess;
}

void launchSubcell(const tile::Model& model, int width, bool half, const float* stencils, int count,
  double* nodes, cudaStream_t stream)
{
  const int blocks = (count + tile::cells - 1) / tile::cells;
  const std::size_t bytes = sharedBytes(width, half);
  if (half)
  {
    evaluateHalf<<<blocks, threads, bytes, stream>>>(model, width, stencils, count, nodes);
  }
  else
  {
    evaluateSingle<<<blocks, threads, bytes, stream>>>(model, width, stencils, count, nodes);
  }
}

} // namespace mir
