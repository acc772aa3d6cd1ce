#include "reconstruct/neural/cuda/CudaDevice.h"

#include <cuda_runtime.h>

namespace mir {

bool cudaAvailable(std::string* description)
{
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  const bool available = error == cudaSuccess && devices > 0;
  if (description != nullptr)
  {
    cudaDeviceProp properties;
    *description = !available ? std::string("no GPU: ") + cudaGetErrorString(error)
      : cudaGetDeviceProperties(&properties, 0) == cudaSuccess ? properties.name
                                                               : "a GPU without a name";
  }
  return available;
}

} // namespace mir
