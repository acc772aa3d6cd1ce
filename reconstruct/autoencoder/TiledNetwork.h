// An autoencoder's weights as the matrix unit reads them. Private to this folder.
#ifndef mir_reconstruct_autoencoder_TiledNetwork_h
#define mir_reconstruct_autoencoder_TiledNetwork_h

#include "reconstruct/autoencoder/AutoencoderWeights.h"
#include "reconstruct/neural/Perceptron.h"

#include <cstddef>
#include <vector>

namespace mir {

/// Images that go through the network together, one in each column of a tile register.
constexpr int imagesOfGroup = 16;

/// 16 x 32 numbers in bfloat16 (16 x 16 in float): what a tile register holds.
struct alignas(64) Tile
{
  CacheLine rows[16];
};

/// Feature maps of a group of images, in bfloat16. A line of 64 bytes holds two channels of one
/// pixel for the 16 images, [image][channel]; 16 lines in a row are a right factor for the unit.
/// Lines follow each other by channels, then pixels, then rows, with zeros around the maps.
struct LineLayout
{
  explicit LineLayout(const AutoencoderDesign& design)
    : halo(design.pooling > 0 ? 4 * design.pooling : 1)
    , pairs((design.channels + 1) / 2)
    , stride((autoencoderImageSize + 2 * this->halo + 16) * this->pairs)
  {}

  int halo;
  int pairs;  ///< Of channels; an odd one is joined by zeros.
  int stride; ///< Lines of a row.

  std::ptrdiff_t line(int y, int x) const
  {
    return std::ptrdiff_t(y + this->halo) * this->stride + (x + this->halo) * this->pairs;
  }
  std::size_t size() const
  {
    // Products may read some strips beyond the last row.
    return std::size_t(autoencoderImageSize + 2 * this->halo + 1) * this->stride + 16;
  }
};

/// A convolution as a product: the rows of its weights are the channels of some pixels in a row,
/// the columns the lines about them in one row of the input, most of them zeros.
struct TiledConvolution
{
  int outputs = 0; ///< Channels, rounded up to pairs.
  int kernel = 3;
  int dilation = 1;
  int padding = 1;
  int growth = 0;
  int pixels = 1;          ///< In a row, for one product.
  int tilesOfOutputs = 1;  ///< More than one for more than 16 channels.
  int tilesOfRow = 1;      ///< For one row of the kernel.
  std::vector<Tile> tiles; ///< [tile of outputs][row of the kernel][tile of the row]
  std::vector<float> bias; ///< Of 16 rows for every tile of outputs.

  const Tile& tile(int output, int row, int k) const
  {
    return this->tiles[(output * this->kernel + row) * this->tilesOfRow + k];
  }
};

/// A fully connected layer between maps and the latent vector: [tile of outputs][tile of inputs].
struct TiledLayer
{
  int tilesOfOutputs = 0;
  int tilesOfInputs = 0;
  std::vector<Tile> tiles;
  std::vector<float> bias; ///< Of 16 outputs for every tile.
  std::vector<float> sums; ///< Of the weights of every output, as they are rounded.

  const Tile* row(int output) const
  {
    return this->tiles.data() + static_cast<std::size_t>(output) * this->tilesOfInputs;
  }
};

struct TiledNetwork
{
  explicit TiledNetwork(const AutoencoderWeights& weights);

  AutoencoderDesign design;
  std::vector<TiledConvolution> encoder;
  TiledLayer down; ///< Its inputs are the lines of the maps row by row.
  TiledLayer up;   ///< Outputs come in the order of a TiledConvolution's.
  std::vector<TiledConvolution> decoder;
};

} // namespace mir

#endif
