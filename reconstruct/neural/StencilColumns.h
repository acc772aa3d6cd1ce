// How stencils become the columns of a tile, and a tile's columns lattices. Private to this folder.
#ifndef mir_reconstruct_neural_StencilColumns_h
#define mir_reconstruct_neural_StencilColumns_h

#include "reconstruct/neural/Perceptron.h"

#include <cstdint>

namespace mir {

/// What is to be done with each column of a tile. All need a place that may be read, also those
/// beyond the last one.
struct TileColumns
{
  /// Entry (i, j, k) of the column's stencil as the network sees it is the value
  /// first + steps[0] i + steps[1] j + steps[2] k.
  std::int64_t first[tileRows];
  std::int64_t steps[3][tileRows];
  /// Inputs are scale * value + shift in float.
  float scale[tileRows];
  float shift[tileRows];
};

/// Fills the tile's inputs `x` with stencils of `size` values along each of two or three axes.
void fillColumns(
  const double* values, int dimension, int size, const TileColumns& columns, float* x);

/// Where a column's outputs go: to[j] is sign times value places[j] after the column's first one.
struct ColumnTarget
{
  const int* places;
  double sign;
  double* to;
};
void takeColumns(const float* y, const ColumnTarget* targets, int columns, int outputs);

} // namespace mir

#endif
