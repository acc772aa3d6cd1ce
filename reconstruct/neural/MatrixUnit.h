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

} // namespace mir

#endif

#endif
