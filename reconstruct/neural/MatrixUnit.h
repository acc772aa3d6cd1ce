// AMX, the matrix unit of Intel's processors since 2023. Private to the networks' kernels.
#ifndef mir_reconstruct_neural_MatrixUnit_h
#define mir_reconstruct_neural_MatrixUnit_h

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#define MIR_AMX
#include <immintrin.h>

#include <cstdint>

/// Before functions that use the unit. They may run only where hasMatrixUnit().
#define MIR_AMX_TARGET                                                                             \
  __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512bf16")))

namespace mir {

/// Makes all eight tile registers 16 rows of 64 bytes. _tile_release() ends it.
MIR_AMX_TARGET inline void configureMatrixUnit()
{
  struct
  {
    std::uint8_t palette = 1;
    std::uint8_t startRow = 0;
    std::uint8_t reserved[14] = {};
    std::uint16_t bytesOfRow[16] = { 64, 64, 64, 64, 64, 64, 64, 64 };
    std::uint8_t rows[16] = { 16, 16, 16, 16, 16, 16, 16, 16 };
  } configuration;
  _tile_loadconfig(&configuration);
}

/// Two features of 16 columns as pairs of bfloat16, the form in which the unit takes a row of its
/// right factor.
MIR_AMX_TARGET inline __m512i bfloatPairs(__m512 even, __m512 odd)
{
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24,
    8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  const __m512i both = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(odd, even));
  return _mm512_permutexvar_epi16(order, both);
}

} // namespace mir

#endif

#endif
