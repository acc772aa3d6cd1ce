// The GPU that CUDA offers.
#ifndef mir_reconstruct_neural_cuda_CudaDevice_h
#define mir_reconstruct_neural_cuda_CudaDevice_h

#include <string>

namespace mir {

/// What a network is evaluated in; each model says how near this comes to the processor.
enum class CudaPrecision
{
  Single,
  Half ///< Numbers of half precision, products of them summed in float on the tensor cores.
};

/// Whether there is a GPU that CUDA can use; its name, or why not.
bool cudaAvailable(std::string* description = nullptr);

} // namespace mir

#endif
