// The kernels of SubcellCuda.
#ifndef mir_reconstruct_neural_cuda_SubcellKernels_h
#define mir_reconstruct_neural_cuda_SubcellKernels_h

#include "reconstruct/neural/cuda/TileArithmetic.h"

#include <cuda_runtime.h>

namespace mir {

/// Lets the kernels use as much shared memory as a model of this width needs; false when the GPU
/// has less.
bool prepareKernels(int widestLayer, bool half);

/// Evaluates `count` stencils on a stream; all pointers are of the device.
void launchSubcell(const tile::Model& model, int widestLayer, bool half, const float* stencils,
  int count, double* nodes, cudaStream_t stream);

} // namespace mir

#endif
