// The kernel on AMX, the matrix unit of Intel's processors since 2023: a tile register holds 16
// rows of 64 bytes, and one instruction multiplies 16 x 32 by 32 x 16 numbers in bfloat16.
#include "reconstruct/neural/PerceptronKernels.h"

#include "reconstruct/neural/MatrixUnit.h"

#ifdef MIR_AMX
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mir {

#ifdef MIR_AMX

namespace {

// Linux lends the unit's registers to processes that ask.
bool lentByTheSystem()
{
  constexpr int requestPermission = 0x1023; // ARCH_REQ_XCOMP_PERM
  constexpr int tileData = 18;              // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}

bool hasInstructions()
{
  constexpr unsigned int amxBf16 = 1u << 22;
  constexpr unsigned int amxTile = 1u << 24;
  unsigned int a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & amxBf16) && (d & amxTile) &&
    __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
    __builtin_cpu_supports("avx512vl");
}

// algebraicGelu to 14 bits, more than bfloat16 keeps.
MIR_AMX_TARGET inline __m512 activated(__m512 x)
{
  const __m512 inverse =
    _mm512_maskz_rsqrt14_ps(0xffff, _mm512_fmadd_ps(x, x, _mm512_set1_ps(gelu::width)));
  const __m512 half = _mm512_mul_ps(_mm512_set1_ps(0.5f), x);
  return _mm512_fmadd_ps(half, _mm512_mul_ps(x, inverse), half);
}

constexpr int pairStride = 2 * tileRows;

// Inputs as pairs; features beyond the last one are zero.
MIR_AMX_TARGET void roundInputs(const float* from, int inputs, std::uint16_t* pairs)
{
  for (int i = 0; i < roundedUp(inputs, blockInputs); i += 2)
  {
    for (int row = 0; row < tileRows; row += 16)
    {
      const float* const x = from + i * tileRows + row;
      const __m512 even = i < inputs ? _mm512_load_ps(x) : _mm512_setzero_ps();
      const __m512 odd = i + 1 < inputs ? _mm512_load_ps(x + tileRows) : _mm512_setzero_ps();
      _mm512_store_si512(pairs + i / 2 * pairStride + 2 * row, bfloatPairs(even, odd));
    }
  }
}

// Sums of 16 outputs for all rows of the tile, without the bias.
MIR_AMX_TARGET inline void multiplyBlock(
  const CacheLine* weights, int inputs, const std::uint16_t* pairs, float* sums)
{
  constexpr int pairBytes = pairStride * sizeof(std::uint16_t);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  for (int i = 0; i < inputs; i += blockInputs)
  {
    const std::uint16_t* const x = pairs + i / 2 * pairStride;
    _tile_loadd(3, weights + i / blockInputs * blockOutputs, sizeof(CacheLine));
    _tile_loadd(4, x, pairBytes);
    _tile_loadd(5, x + 32, pairBytes);
    _tile_loadd(6, x + 64, pairBytes);
    _tile_dpbf16ps(0, 3, 4);
    _tile_dpbf16ps(1, 3, 5);
    _tile_dpbf16ps(2, 3, 6);
  }
  constexpr int rowBytes = tileRows * sizeof(float);
  _tile_stored(0, sums, rowBytes);
  _tile_stored(1, sums + 16, rowBytes);
  _tile_stored(2, sums + 32, rowBytes);
}

// Adds the bias to 16 outputs, activates, and rounds to the next layer's inputs.
MIR_AMX_TARGET inline void activateBlock(
  const DenseLayer& layer, int first, const float* sums, std::uint16_t* pairs)
{
  for (int o = first; o < first + blockOutputs; o += 2)
  {
    const __m512 evenBias = _mm512_set1_ps(layer.paddedBias[o]);
    const __m512 oddBias = _mm512_set1_ps(layer.paddedBias[o + 1]);
    for (int row = 0; row < tileRows; row += 16)
    {
      const float* const sum = sums + o * tileRows + row;
      const __m512 even = _mm512_add_ps(_mm512_load_ps(sum), evenBias);
      const __m512 odd = _mm512_add_ps(_mm512_load_ps(sum + tileRows), oddBias);
      _mm512_store_si512(
        pairs + o / 2 * pairStride + 2 * row, bfloatPairs(activated(even), activated(odd)));
    }
  }
}

MIR_AMX_TARGET void addBias(const DenseLayer& layer, float* sums)
{
  for (int o = 0; o < layer.outputs; ++o)
  {
    const __m512 bias = _mm512_set1_ps(layer.bias[o]);
    for (int row = 0; row < tileRows; row += 16)
    {
      float* const sum = sums + o * tileRows + row;
      _mm512_store_ps(sum, _mm512_add_ps(_mm512_load_ps(sum), bias));
    }
  }
}

// The unit works beside the others: while it multiplies for some outputs, these activate those
// before. Beyond the last output there are zeros up to the whole block that the unit reads.
MIR_AMX_TARGET void evaluateLayer(const DenseLayer& layer, bool active, int inputs,
  const std::uint16_t* from, float* sums, std::uint16_t* to)
{
  // GCC does not know that loading a tile register reads memory.
  asm volatile("" ::: "memory");
  const int blocksOfInputs = roundedUp(layer.inputs, blockInputs) / blockInputs;
  const int outputs = roundedUp(layer.outputs, blockOutputs);
  for (int o = 0; o < outputs; o += blockOutputs)
  {
    multiplyBlock(layer.blocks.data() + static_cast<std::size_t>(o) * blocksOfInputs, inputs, from,
      sums + o * tileRows);
    if (active && o > 0)
    {
      activateBlock(layer, o - blockOutputs, sums, to);
    }
  }
  if (!active)
  {
    addBias(layer, sums);
    return;
  }
  activateBlock(layer, outputs - blockOutputs, sums, to);
  const int end = roundedUp(outputs, blockInputs);
  std::fill(to + outputs / 2 * pairStride, to + end / 2 * pairStride, std::uint16_t(0));
}

} // namespace

bool hasMatrixUnit()
{
  static const bool has = hasInstructions() && lentByTheSystem();
  return has;
}

MIR_AMX_TARGET void evaluateTileAmx(const Perceptron& network, int inputs, float* values,
  std::uint16_t* pairs, std::uint16_t* otherPairs)
{
  configureMatrixUnit();
  roundInputs(values, inputs, pairs);
  for (const DenseLayer& layer : network.layers)
  {
    const bool active = &layer != &network.layers.back();
    evaluateLayer(layer, active, inputs, pairs, values, otherPairs);
    std::swap(pairs, otherPairs);
    inputs = layer.outputs;
  }
  _tile_release();
}

#else

bool hasMatrixUnit()
{
  return false;
}

void evaluateTileAmx(const Perceptron&, int, float*, std::uint16_t*, std::uint16_t*)
{
  throw std::logic_error("this machine has no matrix unit");
}

#endif

} // namespace mir
