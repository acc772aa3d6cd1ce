// Conversion between float and IEEE 754 half precision.
#ifndef mir_reconstruct_neural_HalfFloat_h
#define mir_reconstruct_neural_HalfFloat_h

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace mir {

/// The value of a half-precision number; exact.
inline float floatFromHalf(std::uint16_t half)
{
  const int exponent = half >> 10 & 0x1f;
  const int fraction = half & 0x3ff;
  float value;
  if (exponent == 31)
  {
    value =
      fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  }
  else if (exponent == 0)
  {
    value = std::ldexp(static_cast<float>(fraction), -24);
  }
  else
  {
    value = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return half & 0x8000 ? -value : value;
}

/// The nearest half-precision number, ties to even; |value| <= 65504.
inline std::uint16_t halfFromFloat(float value)
{
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const float magnitude = std::fabs(value);
  if (magnitude == 0.0f)
  {
    return sign;
  }
  int exponent;
  std::frexp(magnitude, &exponent);
  // Numbers in [2^(e-1), 2^e) have spacing 2^(e-11), subnormal ones 2^-24.
  const int spacing = exponent - 11 < -24 ? -24 : exponent - 11;
  const int steps = static_cast<int>(std::nearbyint(std::ldexp(magnitude, -spacing)));
  // A carry of the fraction runs into the exponent, as it should.
  const int biased = spacing == -24 && steps < 1024 ? steps : ((spacing + 25) << 10) + steps - 1024;
  return static_cast<std::uint16_t>(sign | biased);
}

} // namespace mir

#endif
