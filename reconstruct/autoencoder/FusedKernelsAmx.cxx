// The fully connected layers on the matrix unit: a tile register holds 16 rows of 64 bytes, and one
// instruction multiplies 16 x 32 by 32 x 16 numbers in bfloat16.
#include "reconstruct/autoencoder/FusedKernels.h"

#include "reconstruct/neural/MatrixUnit.h"

#include <stdexcept>

namespace mir {

#ifdef MIR_AMX

namespace {

constexpr int tileRowsOfUnit = 16;

MIR_AMX_TARGET void roundRows(const float* from, std::size_t count, std::uint16_t* to)
{
  for (std::size_t k = 0; k < count; k += 32)
  {
    const __m512bh both =
      _mm512_cvtne2ps_pbh(_mm512_loadu_ps(from + k + 16), _mm512_loadu_ps(from + k));
    _mm512_storeu_si512(to + k, reinterpret_cast<__m512i>(both));
  }
}

// Adds the bias to 16 rows of 16 sums, which become outputs.
MIR_AMX_TARGET void finish(const float* bias, const float* sums, int stride, float* outputs)
{
  const __m512 shift = _mm512_loadu_ps(bias);
  const __m512 leak = _mm512_set1_ps(autoencoderLeak);
  for (int row = 0; row < tileRowsOfUnit; ++row)
  {
    const __m512 x = _mm512_add_ps(_mm512_load_ps(sums + row * 16), shift);
    _mm512_storeu_ps(outputs + static_cast<std::ptrdiff_t>(row) * stride,
      _mm512_maskz_max_ps(0xffff, x, _mm512_mul_ps(x, leak)));
  }
}

// One or two times 16 rows by a panel of 32 outputs.
template <bool two>
MIR_AMX_TARGET void multiplyPanel(
  const PanelLayer& layer, int panel, const std::uint16_t* pairs, float* outputs)
{
  const int blocksOfInputs = layer.inputs / 32;
  const CacheLine* const left =
    layer.blocks.data() + static_cast<std::size_t>(panel / 16) * blocksOfInputs * 16;
  const CacheLine* const right = left + static_cast<std::size_t>(blocksOfInputs) * 16;
  const std::ptrdiff_t rowBytes = 2 * static_cast<std::ptrdiff_t>(layer.inputs);
  const std::uint16_t* const lower = pairs + static_cast<std::ptrdiff_t>(16) * layer.inputs;
  _tile_zero(0);
  _tile_zero(1);
  if (two)
  {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (int block = 0; block < blocksOfInputs; ++block)
  {
    _tile_loadd(4, pairs + block * 32, rowBytes);
    _tile_loadd(6, left + block * 16, sizeof(CacheLine));
    _tile_loadd(7, right + block * 16, sizeof(CacheLine));
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    if (two)
    {
      _tile_loadd(5, lower + block * 32, rowBytes);
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  alignas(64) float sums[4][16 * 16];
  _tile_stored(0, sums[0], 64);
  _tile_stored(1, sums[1], 64);
  if (two)
  {
    _tile_stored(2, sums[2], 64);
    _tile_stored(3, sums[3], 64);
  }
  for (int k = 0; k < (two ? 4 : 2); ++k)
  {
    const int column = panel + k % 2 * 16;
    finish(layer.bias.data() + column, sums[k], layer.outputs,
      outputs + static_cast<std::ptrdiff_t>(k / 2 * 16) * layer.outputs + column);
  }
}

} // namespace

MIR_AMX_TARGET void multiplyOnMatrixUnit(
  const PanelLayer& layer, const float* inputs, int rows, std::uint16_t* pairs, float* outputs)
{
  roundRows(inputs, static_cast<std::size_t>(rows) * layer.inputs, pairs);
  // The compiler does not know that loading a tile register reads memory.
  asm volatile("" ::: "memory");
  configureMatrixUnit();
  for (int panel = 0; panel < layer.outputs; panel += panelWidth)
  {
    for (int row = 0; row < rows; row += 2 * tileRowsOfUnit)
    {
      const std::uint16_t* const own = pairs + static_cast<std::ptrdiff_t>(row) * layer.inputs;
      float* const out = outputs + static_cast<std::ptrdiff_t>(row) * layer.outputs;
      if (row + tileRowsOfUnit < rows)
      {
        multiplyPanel<true>(layer, panel, own, out);
      }
      else
      {
        multiplyPanel<false>(layer, panel, own, out);
      }
    }
  }
  _tile_release();
}

#else

void multiplyOnMatrixUnit(const PanelLayer&, const float*, int, std::uint16_t*, float*)
{
  throw std::logic_error("this machine has no matrix unit");
}

#endif

} // namespace mir
