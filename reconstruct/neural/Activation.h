// The activation of the sub-cell networks, operation by operation.
#ifndef mir_reconstruct_neural_Activation_h
#define mir_reconstruct_neural_Activation_h

#include <cmath>
#include <cstdint>
#include <cstring>

#ifdef __CUDACC__
#define MIR_HOST_DEVICE __host__ __device__
#else
#define MIR_HOST_DEVICE
#endif

namespace mir {

/// Constants of algebraicGelu, for kernels that repeat its operations on vectors.
namespace gelu {
constexpr float width = 1.57079633f; ///< pi / 2
/// Half of the bits of a number subtracted from this is within 3.6 % of 1 / sqrt(number).
constexpr std::uint32_t seed = 0x5f370000u;
/// 1 / sqrt(1 + d) = 1 + d (c1 + d (c2 + d (c3 + d c4))) within 3e-8 for the d that the seed
/// leaves.
constexpr float c1 = -0.49999843f;
constexpr float c2 = 0.37498518f;
constexpr float c3 = -0.31388780f;
constexpr float c4 = 0.27857527f;
} // namespace gelu

/// x/2 (1 + x / sqrt(x^2 + pi/2)) within rounding, for |x| <= 1e18. It has the shape of GELU
/// (Hendrycks and Gimpel 2016) and its slope at 0, but needs only operations that IEEE 754 rounds
/// correctly: every machine with a fused multiply-add gives the same bits. The inverse square root
/// starts from the number's exponent as in Lomont 2003; one polynomial step ends it.
MIR_HOST_DEVICE inline float algebraicGelu(float x)
{
  const float square = std::fma(x, x, gelu::width);
  std::uint32_t bits;
  std::memcpy(&bits, &square, sizeof bits);
  bits = gelu::seed - (bits >> 1);
  float inverse;
  std::memcpy(&inverse, &bits, sizeof inverse);
  const float d = std::fma(square * inverse, inverse, -1.0f);
  float step = std::fma(gelu::c4, d, gelu::c3);
  step = std::fma(step, d, gelu::c2);
  step = std::fma(step, d, gelu::c1);
  step = std::fma(step, d, 1.0f);
  const float half = 0.5f * x;
  return std::fma(half, x * inverse * step, half);
}

} // namespace mir

#endif
