// What the CUDA kernels compute with: groups of threads, and numbers in float or half precision.
// One thread of the processor is a group too, which is how kernels are tested where there is no
// GPU.
#ifndef mir_reconstruct_neural_cuda_ThreadGroup_h
#define mir_reconstruct_neural_cuda_ThreadGroup_h

#include "reconstruct/neural/Activation.h"
#include "reconstruct/neural/HalfFloat.h"

#ifdef __CUDACC__
#include <cuda_fp16.h>
#endif

namespace mir {

/// A number stored in half precision.
struct Half
{
  std::uint16_t bits;
};

MIR_HOST_DEVICE inline float load(float value)
{
  return value;
}
MIR_HOST_DEVICE inline float load(Half value)
{
#ifdef __CUDA_ARCH__
  return __half2float(__ushort_as_half(value.bits));
#else
  return floatFromHalf(value.bits);
#endif
}
MIR_HOST_DEVICE inline void store(float value, float& to)
{
  to = value;
}
MIR_HOST_DEVICE inline void store(float value, Half& to)
{
#ifdef __CUDA_ARCH__
  to.bits = __half_as_ushort(__float2half_rn(value));
#else
  to.bits = halfFromFloat(value);
#endif
}

/// One thread of the processor as a group.
struct SingleThread
{
  int rank() const { return 0; }
  int size() const { return 1; }
  void wait() const {}
  /// The sum of what every thread of the group gives, for all of them.
  float sum(float value) const { return value; }
};

} // namespace mir

#endif
