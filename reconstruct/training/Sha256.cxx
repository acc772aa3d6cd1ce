#include "reconstruct/training/Sha256.h"

#include <cmath>
#include <cstdint>

namespace mir {

namespace {

std::uint32_t rotate(std::uint32_t x, int n)
{
  return x >> n | x << (32 - n);
}

// The first 32 bits of the fractional part of the roots of the first primes (FIPS 180-4, 4.2.2 and
// 5.3.3); long double holds them with bits to spare.
void rootConstants(std::uint32_t* cubeRoots, std::uint32_t* squareRoots)
{
  int found = 0;
  for (int n = 2; found < 64; ++n)
  {
    bool prime = true;
    for (int d = 2; d * d <= n; ++d)
    {
      prime = prime && n % d != 0;
    }
    if (prime)
    {
      const long double cube = std::cbrt(static_cast<long double>(n));
      const long double square = std::sqrt(static_cast<long double>(n));
      cubeRoots[found] = static_cast<std::uint32_t>((cube - std::floor(cube)) * 4294967296.0L);
      if (found < 8)
      {
        squareRoots[found] =
          static_cast<std::uint32_t>((square - std::floor(square)) * 4294967296.0L);
      }
      ++found;
    }
  }
}

} // namespace

std::string sha256(const std::string& bytes)
{
  std::uint32_t k[64];
  std::uint32_t h[8];
  rootConstants(k, h);
  std::string message = bytes;
  message.push_back(static_cast<char>(0x80));
  message.resize((message.size() + 8 + 63) / 64 * 64 - 8, '\0');
  const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * 8;
  for (int shift = 56; shift >= 0; shift -= 8)
  {
    message.push_back(static_cast<char>(bits >> shift & 0xff));
  }

  for (std::size_t block = 0; block < message.size(); block += 64)
  {
    std::uint32_t w[64];
    for (int t = 0; t < 16; ++t)
    {
      w[t] = 0;
      for (int b = 0; b < 4; ++b)
      {
        w[t] = w[t] << 8 | static_cast<unsigned char>(message[block + 4 * t + b]);
      }
    }
    for (int t = 16; t < 64; ++t)
    {
      const std::uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
      const std::uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    std::uint32_t v[8];
    for (int i = 0; i < 8; ++i)
    {
      v[i] = h[i];
    }
    for (int t = 0; t < 64; ++t)
    {
      const std::uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
      const std::uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
      const std::uint32_t first = v[7] + s1 + choice + k[t] + w[t];
      const std::uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
      const std::uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
      for (int i = 7; i > 0; --i)
      {
        v[i] = v[i - 1];
      }
      v[4] += first;
      v[0] = first + s0 + majority;
    }
    for (int i = 0; i < 8; ++i)
    {
      h[i] += v[i];
    }
  }
  std::string text;
  for (std::uint32_t word : h)
  {
    for (int shift = 28; shift >= 0; shift -= 4)
    {
      text.push_back("0123456789abcdef"[word >> shift & 0xf]);
    }
  }
  return text;
}

} // namespace mir
