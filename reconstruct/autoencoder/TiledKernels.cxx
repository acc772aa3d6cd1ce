// AMX: a tile register holds 16 rows of 64 bytes, and one instruction multiplies 16 x 32 by 32 x 16
// numbers in bfloat16. Columns are images, so that no value ever changes its place.
#include "reconstruct/autoencoder/TiledKernels.h"

#include "reconstruct/neural/MatrixUnit.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mir {

#ifdef MIR_AMX

namespace {

constexpr int side = autoencoderImageSize;
constexpr int lineBytes = sizeof(CacheLine);
/// Products at once, as many as hide the unit's latency.
constexpr int atOnce = 4;

struct alignas(64) Sums
{
  float rows[16][16];
};

// 16 x 16 numbers, rows to columns.
MIR_AMX_TARGET inline void transpose(__m512* rows)
{
  __m512 a[16];
  for (int k = 0; k < 16; k += 2)
  {
    a[k] = _mm512_maskz_unpacklo_ps(0xffff, rows[k], rows[k + 1]);
    a[k + 1] = _mm512_maskz_unpackhi_ps(0xffff, rows[k], rows[k + 1]);
  }
  __m512 b[16];
  for (int k = 0; k < 16; k += 4)
  {
    for (int half = 0; half < 2; ++half)
    {
      b[k + 2 * half] = _mm512_maskz_shuffle_ps(0xffff, a[k + half], a[k + 2 + half], 0x44);
      b[k + 2 * half + 1] = _mm512_maskz_shuffle_ps(0xffff, a[k + half], a[k + 2 + half], 0xee);
    }
  }
  for (int k = 0; k < 4; ++k)
  {
    const __m512 evenLow = _mm512_maskz_shuffle_f32x4(0xffff, b[k], b[k + 4], 0x88);
    const __m512 oddLow = _mm512_maskz_shuffle_f32x4(0xffff, b[k], b[k + 4], 0xdd);
    const __m512 evenHigh = _mm512_maskz_shuffle_f32x4(0xffff, b[k + 8], b[k + 12], 0x88);
    const __m512 oddHigh = _mm512_maskz_shuffle_f32x4(0xffff, b[k + 8], b[k + 12], 0xdd);
    rows[k] = _mm512_maskz_shuffle_f32x4(0xffff, evenLow, evenHigh, 0x88);
    rows[k + 4] = _mm512_maskz_shuffle_f32x4(0xffff, oddLow, oddHigh, 0x88);
    rows[k + 8] = _mm512_maskz_shuffle_f32x4(0xffff, evenLow, evenHigh, 0xdd);
    rows[k + 12] = _mm512_maskz_shuffle_f32x4(0xffff, oddLow, oddHigh, 0xdd);
  }
}

MIR_AMX_TARGET inline __m512 leaky(__m512 x)
{
  return _mm512_maskz_max_ps(0xffff, x, _mm512_mul_ps(x, _mm512_set1_ps(autoencoderLeak)));
}

// 1 / (1 + exp(-x)) to some 1e-6.
MIR_AMX_TARGET inline __m512 sigmoid(__m512 x)
{
  const __m512 t = _mm512_mul_ps(x, _mm512_set1_ps(-1.44269504f));
  const __m512 bounded = _mm512_maskz_max_ps(
    0xffff, _mm512_maskz_min_ps(0xffff, t, _mm512_set1_ps(100.0f)), _mm512_set1_ps(-100.0f));
  const __m512 whole = _mm512_maskz_roundscale_ps(0xffff, bounded, 0);
  const __m512 f = _mm512_mul_ps(_mm512_sub_ps(bounded, whole), _mm512_set1_ps(0.69314718f));
  // Taylor's series of exp on [-ln 2 / 2, ln 2 / 2].
  __m512 power = _mm512_set1_ps(1.0f / 720.0f);
  for (float c : { 1.0f / 120.0f, 1.0f / 24.0f, 1.0f / 6.0f, 0.5f, 1.0f, 1.0f })
  {
    power = _mm512_fmadd_ps(power, f, _mm512_set1_ps(c));
  }
  const __m512 one = _mm512_set1_ps(1.0f);
  return _mm512_div_ps(one, _mm512_add_ps(one, _mm512_maskz_scalef_ps(0xffff, power, whole)));
}

// bfloat16 numbers in integers of the same order, and back.
MIR_AMX_TARGET inline __m512i ordered(__m512i x)
{
  const __m512i negative = _mm512_srai_epi16(x, 15);
  return _mm512_xor_si512(x, _mm512_and_si512(negative, _mm512_set1_epi16(0x7fff)));
}

MIR_AMX_TARGET inline __m512i load(const CacheLine* line)
{
  return _mm512_load_si512(line);
}

// Activates sums of one tile of outputs and stores them as `lines` lines.
MIR_AMX_TARGET inline void storeLines(
  const Sums& sums, const float* bias, int lines, bool inOrder, CacheLine* to)
{
  for (int k = 0; k < lines; ++k)
  {
    const __m512 even =
      _mm512_add_ps(_mm512_load_ps(sums.rows[2 * k]), _mm512_set1_ps(bias[2 * k]));
    const __m512 odd =
      _mm512_add_ps(_mm512_load_ps(sums.rows[2 * k + 1]), _mm512_set1_ps(bias[2 * k + 1]));
    const __m512i pairs = bfloatPairs(leaky(even), leaky(odd));
    _mm512_store_si512(to + k, inOrder ? ordered(pairs) : pairs);
  }
}

// Sums of products of one left factor after another with four right ones.
MIR_AMX_TARGET inline void startProducts()
{
  // The compiler does not know that loading a tile register reads memory.
  asm volatile("" ::: "memory");
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
}

MIR_AMX_TARGET inline void addProducts(const Tile& left, const CacheLine* first,
  const CacheLine* second, const CacheLine* third, const CacheLine* fourth)
{
  _tile_loadd(4, &left, lineBytes);
  _tile_loadd(5, first, lineBytes);
  _tile_loadd(6, second, lineBytes);
  _tile_loadd(7, third, lineBytes);
  _tile_dpbf16ps(0, 4, 5);
  _tile_loadd(5, fourth, lineBytes);
  _tile_dpbf16ps(1, 4, 6);
  _tile_dpbf16ps(2, 4, 7);
  _tile_dpbf16ps(3, 4, 5);
}

MIR_AMX_TARGET inline void storeProducts(Sums* sums)
{
  _tile_stored(0, sums + 0, lineBytes);
  _tile_stored(1, sums + 1, lineBytes);
  _tile_stored(2, sums + 2, lineBytes);
  _tile_stored(3, sums + 3, lineBytes);
}

// Products of one tile of outputs with `atOnce` strips of a row, `step` lines apart.
MIR_AMX_TARGET inline void multiplyStrips(const TiledConvolution& convolution, int output,
  const CacheLine* from, std::ptrdiff_t stride, std::ptrdiff_t step, Sums* sums)
{
  startProducts();
  for (int a = 0; a < convolution.kernel; ++a)
  {
    const CacheLine* const row = from + a * convolution.dilation * stride;
    for (int k = 0; k < convolution.tilesOfRow; ++k)
    {
      const CacheLine* const lines = row + 16 * k;
      addProducts(
        convolution.tile(output, a, k), lines, lines + step, lines + 2 * step, lines + 3 * step);
    }
  }
  storeProducts(sums);
}

// `size` is the side of the result.
MIR_AMX_TARGET void convolve(const TiledConvolution& convolution, const LineLayout& layout,
  int size, bool inOrder, const CacheLine* from, CacheLine* to)
{
  Sums sums[atOnce];
  const int padding = convolution.padding;
  const std::ptrdiff_t step = std::ptrdiff_t(convolution.pixels) * layout.pairs;
  for (int y = 0; y < size; ++y)
  {
    for (int x = 0; x < size; x += atOnce * convolution.pixels)
    {
      for (int output = 0; output < convolution.tilesOfOutputs; ++output)
      {
        multiplyStrips(convolution, output, from + layout.line(y - padding, x - padding),
          layout.stride, step, sums);
        const int lines = std::min<int>(8, static_cast<int>(step) - 8 * output);
        for (int s = 0; s < atOnce && x + s * convolution.pixels < size; ++s)
        {
          storeLines(sums[s], convolution.bias.data() + 16 * output, lines, inOrder,
            to + layout.line(y, x) + s * step + 8 * output);
        }
      }
    }
  }
}

// The last layer: coverage of a row of pixels for all images.
MIR_AMX_TARGET void convolveToImages(const TiledConvolution& convolution, const LineLayout& layout,
  const CacheLine* from, int count, float* images)
{
  Sums sums[atOnce];
  __m512 columns[side];
  const std::ptrdiff_t step = std::ptrdiff_t(convolution.pixels) * layout.pairs;
  const __m512 bias = _mm512_set1_ps(convolution.bias[0]);
  for (int y = 0; y < side; ++y)
  {
    for (int x = 0; x < side; x += atOnce * convolution.pixels)
    {
      multiplyStrips(convolution, 0,
        from + layout.line(y - convolution.padding, x - convolution.padding), layout.stride, step,
        sums);
      for (int k = 0; k < atOnce * convolution.pixels; ++k)
      {
        const int row = k % convolution.pixels * convolution.outputs;
        const __m512 sum = _mm512_load_ps(sums[k / convolution.pixels].rows[row]);
        columns[x + k] = sigmoid(_mm512_add_ps(sum, bias));
      }
    }
    for (int x = 0; x < side; x += 16)
    {
      transpose(columns + x);
      for (int k = 0; k < count; ++k)
      {
        _mm512_storeu_ps(images + (std::ptrdiff_t(k) * side + y) * side + x, columns[x + k]);
      }
    }
  }
}

// 2 f - 1 in the first channel, zero in the second.
MIR_AMX_TARGET void drawImages(
  const float* images, int count, const LineLayout& layout, CacheLine* maps)
{
  const __m512 one = _mm512_set1_ps(1.0f);
  for (int y = 0; y < side; ++y)
  {
    for (int x = 0; x < side; x += 16)
    {
      __m512 rows[16];
      for (int k = 0; k < 16; ++k)
      {
        rows[k] = k < count ? _mm512_loadu_ps(images + (std::ptrdiff_t(k) * side + y) * side + x)
                            : _mm512_setzero_ps();
      }
      transpose(rows);
      for (int k = 0; k < 16; ++k)
      {
        const __m512 centred = _mm512_sub_ps(_mm512_add_ps(rows[k], rows[k]), one);
        _mm512_store_si512(maps + layout.line(y, x + k), bfloatPairs(centred, _mm512_setzero_ps()));
      }
    }
  }
}

// Zeros beyond maps of this side, where larger ones have been.
void clearBeyond(const LineLayout& layout, int size, CacheLine* maps)
{
  const CacheLine zeros = {};
  for (int y = 0; y < std::min(side, size + layout.halo); ++y)
  {
    std::fill(maps + layout.line(y, y < size ? size : 0), maps + layout.line(y, side), zeros);
  }
}

// The largest of five lines, `step` lines apart, of numbers in integers of their order.
MIR_AMX_TARGET inline __m512i largestOfFive(const CacheLine* lines, std::ptrdiff_t step)
{
  const __m512i ends = _mm512_max_epi16(load(lines), load(lines + 4 * step));
  const __m512i inner = _mm512_max_epi16(load(lines + step), load(lines + 3 * step));
  return _mm512_max_epi16(load(lines + 2 * step), _mm512_max_epi16(ends, inner));
}

// The largest of 5 x 5 values is the largest of five rows' largest. `size` is that of the result.
MIR_AMX_TARGET void pool(
  const LineLayout& layout, int dilation, int size, const CacheLine* from, CacheLine* to)
{
  const int lines = size * layout.pairs;
  for (int y = 0; y < size + 4 * dilation; ++y)
  {
    const std::ptrdiff_t row = layout.line(y, 0);
    for (int k = 0; k < lines; ++k)
    {
      _mm512_store_si512(
        to + row + k, largestOfFive(from + row + k, std::ptrdiff_t(dilation) * layout.pairs));
    }
  }
  for (int y = 0; y < size; ++y)
  {
    CacheLine* const row = to + layout.line(y, 0);
    for (int k = 0; k < lines; ++k)
    {
      _mm512_store_si512(
        row + k, ordered(largestOfFive(row + k, std::ptrdiff_t(dilation) * layout.stride)));
    }
  }
}

// Mean and deviation of every image's features, as torch::layer_norm has them.
MIR_AMX_TARGET void measure(
  const AutoencoderDesign& design, const LineLayout& layout, const CacheLine* maps, GroupNorm& norm)
{
  const int size = design.featureSide();
  const __m512 inverse = _mm512_set1_ps(1.0f / static_cast<float>(design.fullyConnectedSize()));
  const __m512i high = _mm512_set1_epi32(static_cast<int>(0xffff0000u));
  __m512 sum = _mm512_setzero_ps();
  __m512 squares = _mm512_setzero_ps();
  for (int y = 0; y < size; ++y)
  {
    const CacheLine* const row = maps + layout.line(y, 0);
    for (int k = 0; k < size * layout.pairs; ++k)
    {
      const __m512i pairs = load(row + k);
      const __m512 even = _mm512_castsi512_ps(_mm512_maskz_slli_epi32(0xffff, pairs, 16));
      const __m512 odd = _mm512_castsi512_ps(_mm512_and_si512(pairs, high));
      sum = _mm512_add_ps(sum, _mm512_add_ps(even, odd));
      squares = _mm512_fmadd_ps(even, even, _mm512_fmadd_ps(odd, odd, squares));
    }
  }
  const __m512 mean = _mm512_mul_ps(sum, inverse);
  const __m512 variance = _mm512_maskz_max_ps(
    0xffff, _mm512_fmsub_ps(squares, inverse, _mm512_mul_ps(mean, mean)), _mm512_setzero_ps());
  const __m512 deviation =
    _mm512_maskz_sqrt_ps(0xffff, _mm512_add_ps(variance, _mm512_set1_ps(1e-5f)));
  _mm512_store_ps(norm.mean, mean);
  _mm512_store_ps(norm.scale, _mm512_div_ps(_mm512_set1_ps(1.0f), deviation));
}

} // namespace

MIR_AMX_TARGET void encodeGroup(const TiledNetwork& network, const LineLayout& layout,
  const float* images, int count, CacheLine* maps, CacheLine* other, GroupNorm& norm)
{
  configureMatrixUnit();
  const int pooling = network.design.pooling;
  int size = side;
  CacheLine* from = other;
  CacheLine* to = maps;
  drawImages(images, count, layout, from);
  for (int k = 0; k < autoencoderLayers; ++k)
  {
    const bool pools = pooling > 0 && k + 1 < autoencoderLayers;
    convolve(network.encoder[k], layout, size, pools, from, to);
    if (pools)
    {
      size -= 4 * pooling;
      pool(layout, pooling, size, to, from);
      clearBeyond(layout, size, from);
    }
    else
    {
      std::swap(from, to);
    }
  }
  if (network.design.layerNorm)
  {
    measure(network.design, layout, maps, norm);
  }
  else
  {
    std::fill_n(norm.mean, imagesOfGroup, 0.0f);
    std::fill_n(norm.scale, imagesOfGroup, 1.0f);
  }
  _tile_release();
}

MIR_AMX_TARGET void multiplyDown(const TiledNetwork& network, const LineLayout& layout,
  CacheLine* const* maps, const GroupNorm* norms, int groups, CacheLine* const* latent)
{
  configureMatrixUnit();
  const int size = network.design.featureSide();
  const int tilesOfRow = size * layout.pairs / 16;
  // Groups that are not there repeat the first one.
  const CacheLine* const from[] = { maps[0], maps[groups > 1 ? 1 : 0], maps[groups > 2 ? 2 : 0],
    maps[groups > 3 ? 3 : 0] };
  Sums sums[atOnce];
  for (int output = 0; output < network.down.tilesOfOutputs; ++output)
  {
    const Tile* weights = network.down.row(output);
    startProducts();
    for (int y = 0; y < size; ++y)
    {
      for (int k = 0; k < tilesOfRow; ++k)
      {
        const std::ptrdiff_t line = layout.line(y, 0) + 16 * k;
        addProducts(*weights++, from[0] + line, from[1] + line, from[2] + line, from[3] + line);
      }
    }
    storeProducts(sums);
    for (int g = 0; g < groups; ++g)
    {
      const __m512 mean = _mm512_load_ps(norms[g].mean);
      const __m512 scale = _mm512_load_ps(norms[g].scale);
      for (int row = 0; row < 16; ++row)
      {
        const __m512 shift =
          _mm512_mul_ps(mean, _mm512_set1_ps(network.down.sums[16 * output + row]));
        const __m512 centred = _mm512_sub_ps(_mm512_load_ps(sums[g].rows[row]), shift);
        _mm512_store_ps(sums[g].rows[row], _mm512_mul_ps(scale, centred));
      }
      storeLines(sums[g], network.down.bias.data() + 16 * output, 8, false, latent[g] + 8 * output);
    }
  }
  _tile_release();
}

MIR_AMX_TARGET void multiplyUp(const TiledNetwork& network, const LineLayout& layout,
  CacheLine* const* latent, int groups, CacheLine* const* maps)
{
  configureMatrixUnit();
  const int size = network.design.featureSide();
  const int channels = 2 * layout.pairs;
  const int pixels = std::max(1, 16 / channels);
  const int tilesOfStrip = (pixels * channels + 15) / 16;
  const CacheLine* const from[] = { latent[0], latent[groups > 1 ? 1 : 0],
    latent[groups > 2 ? 2 : 0], latent[groups > 3 ? 3 : 0] };
  Sums sums[atOnce];
  for (int output = 0; output < network.up.tilesOfOutputs; ++output)
  {
    const Tile* const weights = network.up.row(output);
    startProducts();
    for (int k = 0; k < network.up.tilesOfInputs; ++k)
    {
      addProducts(
        weights[k], from[0] + 16 * k, from[1] + 16 * k, from[2] + 16 * k, from[3] + 16 * k);
    }
    storeProducts(sums);
    const int pixel = output / tilesOfStrip * pixels;
    const int part = output % tilesOfStrip;
    const int lines = std::min(8, pixels * layout.pairs - 8 * part);
    for (int g = 0; g < groups; ++g)
    {
      storeLines(sums[g], network.up.bias.data() + 16 * static_cast<std::ptrdiff_t>(output), lines,
        false, maps[g] + layout.line(pixel / size, pixel % size) + 8 * part);
    }
  }
  _tile_release();
}

MIR_AMX_TARGET void decodeGroup(const TiledNetwork& network, const LineLayout& layout,
  CacheLine* maps, CacheLine* other, int count, float* images)
{
  configureMatrixUnit();
  int size = network.design.featureSide();
  clearBeyond(layout, size, maps);
  for (int k = 0; k + 1 < autoencoderLayers; ++k)
  {
    size += network.decoder[k].growth;
    convolve(network.decoder[k], layout, size, false, maps, other);
    clearBeyond(layout, size, other);
    std::swap(maps, other);
  }
  convolveToImages(network.decoder.back(), layout, maps, count, images);
  _tile_release();
}

#else

void encodeGroup(
  const TiledNetwork&, const LineLayout&, const float*, int, CacheLine*, CacheLine*, GroupNorm&)
{
  throw std::logic_error("this machine has no matrix unit");
}
void multiplyDown(const TiledNetwork&, const LineLayout&, CacheLine* const*, const GroupNorm*, int,
  CacheLine* const*)
{}
void multiplyUp(const TiledNetwork&, const LineLayout&, CacheLine* const*, int, CacheLine* const*)
{}
void decodeGroup(const TiledNetwork&, const LineLayout&, CacheLine*, CacheLine*, int, float*) {}

#endif

} // namespace mir
