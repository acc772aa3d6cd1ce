#include "reconstruct/autoencoder/TiledNetwork.h"

#include <algorithm>
#include <cstring>

namespace mir {

namespace {

constexpr int tileRows = 16;
constexpr int tileLines = 16;

int wholePairs(int count)
{
  return (count + 1) / 2 * 2;
}

int tilesFor(int count)
{
  return (count + tileRows - 1) / tileRows;
}

/// To bfloat16, to nearest even.
std::uint16_t rounded(float value)
{
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float widened(std::uint16_t half)
{
  const std::uint32_t bits = std::uint32_t(half) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// Entry (row, 2 line + part) of a left factor.
void put(Tile& tile, int row, int line, int part, std::uint16_t half)
{
  std::memcpy(reinterpret_cast<char*>(&tile.rows[row]) + (2 * line + part) * sizeof(half), &half,
    sizeof(half));
}

/// `pairs`: lines of a pixel of its input.
TiledConvolution tiledConvolution(const Convolution& convolution, int pairs)
{
  TiledConvolution result;
  result.outputs = wholePairs(convolution.outputs);
  result.kernel = convolution.kernel;
  result.dilation = convolution.dilation;
  result.padding = convolution.padding;
  result.growth = convolution.growth();
  result.pixels = std::max(1, tileRows / result.outputs);
  result.tilesOfOutputs = tilesFor(result.outputs * result.pixels);
  const int width = result.pixels + result.dilation * (result.kernel - 1);
  result.tilesOfRow = tilesFor(width * pairs);
  result.tiles.resize(result.tilesOfOutputs * result.kernel * result.tilesOfRow);
  result.bias.resize(result.tilesOfOutputs * tileRows, 0.0f);
  for (int pixel = 0; pixel < result.pixels; ++pixel)
  {
    for (int o = 0; o < convolution.outputs; ++o)
    {
      const int row = pixel * result.outputs + o;
      result.bias[row] = convolution.bias[o];
      for (int i = 0; i < convolution.inputs; ++i)
      {
        for (int tap = 0; tap < result.kernel * result.kernel; ++tap)
        {
          const int a = tap / result.kernel;
          const int b = tap % result.kernel;
          const int line = (pixel + b * result.dilation) * pairs + i / 2;
          const int tile =
            (row / tileRows * result.kernel + a) * result.tilesOfRow + line / tileLines;
          put(result.tiles[tile], row % tileRows, line % tileLines, i % 2,
            rounded(
              convolution
                .weights[(o * convolution.inputs + i) * result.kernel * result.kernel + tap]));
        }
      }
    }
  }
  return result;
}

/// Where each value of maps that are stored channel by channel stands among the values of lines.
std::vector<int> valuesOfLines(const AutoencoderDesign& design)
{
  const int side = design.featureSide();
  const int channels = wholePairs(design.channels);
  std::vector<int> places;
  for (int c = 0; c < design.channels; ++c)
  {
    for (int pixel = 0; pixel < side * side; ++pixel)
    {
      places.push_back(pixel * channels + c);
    }
  }
  return places;
}

TiledLayer downLayer(const AutoencoderDesign& design, const DenseWeights& dense)
{
  const std::vector<int> places = valuesOfLines(design);
  const int side = design.featureSide();
  TiledLayer layer;
  layer.tilesOfOutputs = tilesFor(dense.outputs);
  layer.tilesOfInputs = side * side * wholePairs(design.channels) / 2 / tileLines;
  layer.tiles.resize(static_cast<std::size_t>(layer.tilesOfOutputs) * layer.tilesOfInputs);
  layer.bias = dense.bias;
  layer.bias.resize(layer.tilesOfOutputs * tileRows, 0.0f);
  layer.sums.resize(layer.bias.size(), 0.0f);
  for (int o = 0; o < dense.outputs; ++o)
  {
    double sum = 0.0;
    for (int i = 0; i < dense.inputs; ++i)
    {
      const std::uint16_t half =
        rounded(dense.weights[static_cast<std::size_t>(o) * dense.inputs + i]);
      const int line = places[i] / 2;
      Tile* const row =
        layer.tiles.data() + static_cast<std::size_t>(o / tileRows) * layer.tilesOfInputs;
      put(row[line / tileLines], o % tileRows, line % tileLines, places[i] % 2, half);
      sum += widened(half);
    }
    layer.sums[o] = static_cast<float>(sum);
  }
  return layer;
}

/// As the convolutions give their outputs: the channels of some pixels, tile by tile.
TiledLayer upLayer(const AutoencoderDesign& design, const DenseWeights& dense)
{
  const std::vector<int> places = valuesOfLines(design);
  const int channels = wholePairs(design.channels);
  const int pixels = std::max(1, tileRows / channels);
  const int tilesOfStrip = tilesFor(pixels * channels);
  const int strips = design.featureSide() * design.featureSide() / pixels;
  TiledLayer layer;
  layer.tilesOfOutputs = strips * tilesOfStrip;
  layer.tilesOfInputs = (dense.inputs + 31) / 32;
  layer.tiles.resize(static_cast<std::size_t>(layer.tilesOfOutputs) * layer.tilesOfInputs);
  layer.bias.resize(static_cast<std::size_t>(layer.tilesOfOutputs) * tileRows, 0.0f);
  for (int o = 0; o < dense.outputs; ++o)
  {
    const int strip = places[o] / (pixels * channels);
    const int row = strip * tilesOfStrip * tileRows + places[o] % (pixels * channels);
    layer.bias[row] = dense.bias[o];
    Tile* const tiles =
      layer.tiles.data() + static_cast<std::size_t>(row / tileRows) * layer.tilesOfInputs;
    for (int i = 0; i < dense.inputs; ++i)
    {
      put(tiles[i / 32], row % tileRows, i % 32 / 2, i % 2,
        rounded(dense.weights[static_cast<std::size_t>(o) * dense.inputs + i]));
    }
  }
  return layer;
}

std::vector<TiledConvolution> tiledConvolutions(
  const AutoencoderDesign& design, const std::vector<Convolution>& convolutions)
{
  std::vector<TiledConvolution> tiled;
  for (const Convolution& convolution : convolutions)
  {
    tiled.push_back(tiledConvolution(convolution, LineLayout(design).pairs));
  }
  return tiled;
}

} // namespace

TiledNetwork::TiledNetwork(const AutoencoderWeights& weights)
  : design(weights.design)
  , encoder(tiledConvolutions(weights.design, weights.encoder))
  , down(downLayer(weights.design, weights.down))
  , up(upLayer(weights.design, weights.up))
  , decoder(tiledConvolutions(weights.design, weights.decoder))
{}

} // namespace mir
