#include "reconstruct/neural/FramedPerceptron.h"

#include <algorithm>

namespace mir {

namespace {

// Rows whose frames are found together: enough to fill tiles, few enough for the cache.
constexpr std::size_t batchRows = 8 * tileRows;

// A stencil in one of its frames.
struct Column
{
  std::size_t row;
  Frame frame;
  bool alone;   // the row has no other frame
  bool outside; // its stencil reaches beyond the domain
};

class Evaluation
{
public:
  Evaluation(const Perceptron& network, const FrameTable& table, Precision precision)
    : Table(table)
    , StencilValues(static_cast<int>(table.stencilMaps.front().size()))
    , Inputs(network.inputs())
    , Outputs(network.outputs())
    , Tile(network, precision)
  {}

  void batch(const FrameFinder& finder, const float* stencils, std::size_t rows, double* nodes)
  {
    this->Columns.clear();
    for (std::size_t row = 0; row < rows; ++row)
    {
      const float* const stencil = stencils + row * this->StencilValues;
      finder(stencil, this->Frames);
      const bool outside = std::find(stencil, stencil + this->StencilValues, outsideDomain) !=
        stencil + this->StencilValues;
      for (const Frame& frame : this->Frames)
      {
        this->Columns.push_back({ row, frame, this->Frames.size() == 1, outside });
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

private:
  void evaluateColumns(
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

  void fillFractions(const Column& column, const float* stencils, float* x) const
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

  void fillOutside(const Column& column, const float* stencils, float* x) const
  {
    const float* const stencil = stencils + column.row * this->StencilValues;
    const int* const map = this->Table.stencilMaps[column.frame.symmetry].data();
    for (int k = 0; k < this->StencilValues; ++k)
    {
      x[k * tileRows] = stencil[map[k]] == outsideDomain ? 1.0f : 0.0f;
    }
  }

  void averageTies(double* nodes)
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
  void average(const double* values, std::size_t frames, double* nodes)
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

  const FrameTable& Table;
  int StencilValues;
  int Inputs;
  int Outputs;
  TileEvaluator Tile;
  std::vector<Frame> Frames;
  std::vector<Column> Columns;
  std::vector<double> Tied;
  std::vector<double> Sorted;
};

} // namespace

void evaluateInFrames(const Perceptron& network, const FrameTable& table, const FrameFinder& frames,
  const float* stencils, std::size_t count, double* nodes, Precision precision)
{
  Evaluation evaluation(network, table, precision);
  for (std::size_t start = 0; start < count; start += batchRows)
  {
    evaluation.batch(frames, stencils + start * table.stencilMaps.front().size(),
      std::min(batchRows, count - start), nodes + start * network.outputs());
  }
}

} // namespace mir
