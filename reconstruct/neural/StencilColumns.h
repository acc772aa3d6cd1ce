// How stencils become the columns of a tile, and a tile's columns lattices. Private to this folder.
#ifndef mir_reconstruct_neural_StencilColumns_h
#define mir_reconstruct_neural_StencilColumns_h

#include "reconstruct/neural/Perceptron.h"

#include <cstdint>

namespace mir {

/// Columns begin .. end - 1 of a tile, seen in one frame: entry k of the frame is entry map[k] of
/// the stencil.
struct ColumnRun
{
  int begin;
  int end;
  const int* map;
};

/// Columns are written in groups of up to so many; what is beyond a run, before the next one.
constexpr int columnGroup = 8;

/// What is to be done with each column of a tile; those beyond the last need a valid place, too.
struct TileColumns
{
  /// Where the column's stencil lies among the values.
  std::int64_t first[tileRows + columnGroup];
  /// Inputs are scale * value + shift.
  float scale[tileRows + columnGroup];
  float shift[tileRows + columnGroup];
};

/// Entry k of a stencil is values[first + steps[k]]. `runs` follow one another from column 0 on;
/// `x` is TileEvaluator::inputs(), of which up to a group of values beyond the last entry may be
/// overwritten.
void fillColumns(const float* values, const std::int64_t* steps, int entries,
  const TileColumns& columns, const ColumnRun* runs, int runCount, float* x);
void fillColumns(const double* values, const std::int64_t* steps, int entries,
  const TileColumns& columns, const ColumnRun* runs, int runCount, float* x);

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
