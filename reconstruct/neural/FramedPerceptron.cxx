#include "reconstruct/neural/FramedPerceptron.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

// Rows whose frames are found together: enough to fill tiles, few enough for the cache.
constexpr std::size_t batchRows = 8 * tileRows;

} // namespace

FramedPerceptron::FramedPerceptron(
  const Perceptron& network, FrameTable table, FrameFinder finder, Precision precision)
  : Table(std::move(table))
  , Finder(std::move(finder))
  , StencilValues(static_cast<int>(this->Table.stencilMaps.front().size()))
  , Inputs(network.inputs())
  , Outputs(network.outputs())
  , Tile(network, precision)
{}

void FramedPerceptron::evaluate(const float* stencils, std::size_t count, double* nodes)
{
  for (std::size_t start = 0; start < count; start += batchRows)
  {
    this->evaluateBatch(stencils + start * this->StencilValues, std::min(batchRows, count - start),
      nodes + start * this->Outputs);
  }
}

void FramedPerceptron::evaluateBatch(const float* stencils, std::size_t rows, double* nodes)
{
  this->Columns.clear();
  for (std::size_t row = 0; row < rows; ++row)
  {
    const float* const stencil = stencils + row * this->StencilValues;
    this->Finder(stencil, this->Frames);
    int outside = 0;
    for (int k = 0; k < this->StencilValues; ++k)
    {
      outside |= stencil[k] == outsideDomain;
    }
    for (const Frame& frame : this->Frames)
    {
      this->Columns.push_back({ row, frame, this->Frames.size() == 1, outside != 0 });
    }
  }
  this->Tied.clear();
  for (std::size_t start = 0; start < this->Columns.size(); start += tileRows)
  {
    const std::size_t count = std::min<std::size_t>(tileRows, this->Columns.size() - start);
    this->evaluateColumns(this->Columns.data() + start, count, stencils, nodes);
  }
  this->averageTies(nodes);
}

void FramedPerceptron::evaluateColumns(
  const Column* columns, std::size_t count, const float* stencils, double* nodes)
{
  bool outside = false;
  for (std::size_t c = 0; c < count; ++c)
  {
    this->fillFractions(columns[c], stencils, this->Tile.inputs() + c);
    outside = outside || columns[c].outside;
  }
  // Inputs that are zero in all columns are left out: they change no bit of a sum.
  int inputs = this->StencilValues;
  if (outside && this->Inputs > inputs)
  {
    inputs = this->Inputs;
    for (std::size_t c = 0; c < count; ++c)
    {
      this->fillOutside(
        columns[c], stencils, this->Tile.inputs() + this->StencilValues * tileRows + c);
    }
  }
  const float* const y = this->Tile.evaluate(static_cast<int>(count), inputs);
  for (std::size_t c = 0; c < count; ++c)
  {
    const int* const map = this->Table.nodeMaps[columns[c].frame.symmetry].data();
    const double sign = columns[c].frame.complement ? -1.0 : 1.0;
    double* to = nodes + columns[c].row * this->Outputs;
    if (!columns[c].alone)
    {
      this->Tied.resize(this->Tied.size() + this->Outputs);
      to = this->Tied.data() + this->Tied.size() - this->Outputs;
    }
    for (int k = 0; k < this->Outputs; ++k)
    {
      to[map[k]] = sign * static_cast<double>(y[k * tileRows + c]);
    }
  }
}

void FramedPerceptron::fillFractions(const Column& column, const float* stencils, float* x) const
{
  const float* const stencil = stencils + column.row * this->StencilValues;
  const int* const map = this->Table.stencilMaps[column.frame.symmetry].data();
  // 2 f - 1 and its negative are rounded alike.
  const float scale = column.frame.complement ? -2.0f : 2.0f;
  const float shift = column.frame.complement ? 1.0f : -1.0f;
  for (int k = 0; k < this->StencilValues; ++k)
  {
    x[k * tileRows] = scale * stencil[map[k]] + shift;
  }
  for (int k = 0; column.outside && k < this->StencilValues; ++k)
  {
    x[k * tileRows] = stencil[map[k]] == outsideDomain ? 0.0f : x[k * tileRows];
  }
}

void FramedPerceptron::fillOutside(const Column& column, const float* stencils, float* x) const
{
  const float* const stencil = stencils + column.row * this->StencilValues;
  const int* const map = this->Table.stencilMaps[column.frame.symmetry].data();
  for (int k = 0; k < this->StencilValues; ++k)
  {
    x[k * tileRows] = stencil[map[k]] == outsideDomain ? 1.0f : 0.0f;
  }
}

void FramedPerceptron::averageTies(double* nodes)
{
  const double* values = this->Tied.data();
  for (std::size_t c = 0; c < this->Columns.size();)
  {
    std::size_t end = c + 1;
    while (end < this->Columns.size() && this->Columns[end].row == this->Columns[c].row)
    {
      ++end;
    }
    const std::size_t frames = end - c;
    if (frames > 1)
    {
      this->average(values, frames, nodes + this->Columns[c].row * this->Outputs);
      values += frames * this->Outputs;
    }
    c = end;
  }
}

// Summed in the order of size, the mean does not depend on the order of the frames.
void FramedPerceptron::average(const double* values, std::size_t frames, double* nodes)
{
  this->Sorted.resize(frames);
  for (int k = 0; k < this->Outputs; ++k)
  {
    for (std::size_t f = 0; f < frames; ++f)
    {
      this->Sorted[f] = values[f * this->Outputs + k];
    }
    std::sort(this->Sorted.begin(), this->Sorted.end());
    double sum = 0.0;
    for (double value : this->Sorted)
    {
      sum += value;
    }
    nodes[k] = sum / static_cast<double>(frames);
  }
}

void evaluateInFrames(const Perceptron& network, const FrameTable& table, const FrameFinder& frames,
  const float* stencils, std::size_t count, double* nodes, Precision precision)
{
  FramedPerceptron(network, table, frames, precision).evaluate(stencils, count, nodes);
}

} // namespace mir
