// The autoencoder applied to the mixed cells of a mesh, by overlapping tiles.
#ifndef mir_reconstruct_autoencoder_AutoencoderField_h
#define mir_reconstruct_autoencoder_AutoencoderField_h

#include "plic/UninitializedVector.h"
#include "reconstruct/neural/LogicalGrid.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mir {

/// Lattice of the values: r = 4, a node at every second pixel.
constexpr int autoencoderSubdivisions = 4;
/// Rows and columns about a cell that its values depend on.
constexpr int autoencoderReach = 8;

/// What Autoencoder::evaluate() does, on any device.
using ImageEvaluation = std::function<std::vector<float>(const float* images, int count)>;

/// Values phi = coverage - 1/2, from -1/2 to 1/2, at the (r + 1)^2 lattice nodes of every mixed
/// cell, r = 4, in the cell's own order as subcellNodeValues gives them, positive inside. They show
/// where the interface lies but are not distances: half a pixel or more away from it they are near
/// +-1/2.
///
/// The mesh is covered by tiles of 8 x 8 cells, each 4 cells on from the last in both directions,
/// so that every cell lies in four tiles. Their images are blended with the weight
/// sin^2(pi x) sin^2(pi y), x and y from 0 to 1 across the tile; the weights of all tiles at a
/// pixel sum to 1. A cell that is missing, or whose fraction is outsideDomain (CanonicalFrame.h),
/// takes the fraction of the nearest cell of the tile (the mean of the nearest ones). The value at
/// a node is the mean of the four pixels that meet there, those of missing cells left out, minus
/// 1/2: neighbours get equal values for a node they share.
///
/// The result depends on where the whole grid begins, as the tiles start there, and on which of a
/// cell's sides is the first. Pieces of a grid that know where they lie in it give the same bits as
/// the whole in cells that are as far as autoencoderReach from what they lack.
UninitializedVector<double> autoencoderNodeValues(const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells,
  const ImageEvaluation& evaluate);

} // namespace mir

#endif
