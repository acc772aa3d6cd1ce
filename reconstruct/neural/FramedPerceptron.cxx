#include "reconstruct/neural/FramedPerceptron.h"

#include "reconstruct/neural/StencilColumns.h"

#include <algorithm>
#include <numeric>
#include <type_traits>
#include <utility>

namespace mir {

FrameTable::FrameTable(int size, std::vector<std::vector<int>> maps,
  const std::vector<std::vector<int>>& nodeMaps, FrameFinder find)
  : stencilSize(size)
  , stencilMaps(std::move(maps))
  , finder(std::move(find))
{
  for (const std::vector<int>& map : nodeMaps)
  {
    std::vector<int>& places = this->nodePlaces.emplace_back(map.size());
    for (std::size_t k = 0; k < map.size(); ++k)
    {
      places[map[k]] = static_cast<int>(k) * tileRows;
    }
  }
  const int count = static_cast<int>(this->stencilMaps.front().size());
  for (int k = 0; k < count; ++k)
  {
    bool near = true;
    for (int rest = k, side = 1; side < count; rest /= size, side *= size)
    {
      const int place = rest % size - size / 2;
      near = near && place >= -1 && place <= 1;
    }
    if (near)
    {
      this->inner.push_back(k);
    }
  }
}

FramedPerceptron::FramedPerceptron(
  const Perceptron& network, std::shared_ptr<const FrameTable> table, Precision precision)
  : Table(std::move(table))
  , StencilValues(static_cast<int>(this->Table->stencilMaps.front().size()))
  , Inputs(network.inputs())
  , Outputs(network.outputs())
  , Tile(network, precision)
  , Inner(this->Table->inner.size())
{}

void FramedPerceptron::evaluate(const float* stencils, std::size_t count, double* nodes)
{
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  this->evaluate(stencils, rows, nodes);
}

void FramedPerceptron::evaluate(
  const float* stencils, const std::vector<std::size_t>& rows, double* nodes)
{
  std::vector<std::int64_t> steps(this->StencilValues);
  std::iota(steps.begin(), steps.end(), 0);
  std::vector<std::int64_t> firsts(rows.size());
  for (std::size_t m = 0; m < rows.size(); ++m)
  {
    firsts[m] = static_cast<std::int64_t>(m * this->StencilValues);
  }
  this->evaluateAll(stencils, steps, firsts, rows, nodes);
}

void FramedPerceptron::evaluateAt(const double* fractions, const std::vector<std::int64_t>& steps,
  const std::vector<std::int64_t>& firsts, const std::vector<std::size_t>& rows, double* nodes)
{
  this->evaluateAll(fractions, steps, firsts, rows, nodes);
}

template <typename Value>
void FramedPerceptron::evaluateAll(const Value* values, const std::vector<std::int64_t>& steps,
  const std::vector<std::int64_t>& firsts, const std::vector<std::size_t>& rows, double* nodes)
{
  for (std::size_t start = 0; start < firsts.size(); start += batchRows)
  {
    this->evaluateBatch(values, steps, firsts.data() + start, rows.data() + start,
      std::min(batchRows, firsts.size() - start), nodes);
  }
}

template <typename Value>
void FramedPerceptron::evaluateBatch(const Value* values, const std::vector<std::int64_t>& steps,
  const std::int64_t* firsts, const std::size_t* rows, std::size_t count, double* nodes)
{
  this->Columns.clear();
  this->TiedRows.clear();
  this->Tied.clear();
  for (std::size_t m = 0; m < count; ++m)
  {
    this->addColumns(values, steps, firsts[m], rows[m]);
  }
  this->sortColumns();
  for (std::size_t start = 0; start < this->Sorted.size(); start += tileRows)
  {
    const std::size_t size = std::min<std::size_t>(tileRows, this->Sorted.size() - start);
    this->evaluateColumns(
      values, steps, this->Sorted.data() + start, static_cast<int>(size), nodes);
  }
  for (const TiedRow& row : this->TiedRows)
  {
    this->average(row, nodes + row.row * this->Outputs);
  }
}

template <typename Value>
void FramedPerceptron::addColumns(
  const Value* values, const std::vector<std::int64_t>& steps, std::int64_t first, std::size_t row)
{
  for (std::size_t i = 0; i < this->Inner.size(); ++i)
  {
    this->Inner[i] = static_cast<float>(values[first + steps[this->Table->inner[i]]]);
  }
  this->Table->finder(this->Inner.data(), 3, this->Frames);
  // Values in double are those of a grid that reaches far enough.
  int outside = 0;
  if constexpr (std::is_same_v<Value, float>)
  {
    for (int k = 0; k < this->StencilValues; ++k)
    {
      outside |= values[first + k] == outsideDomain;
    }
  }
  const std::size_t frames = this->Frames.size();
  if (frames == 1)
  {
    this->Columns.push_back({ first, row, this->Frames.front(), true, outside != 0 });
    return;
  }
  const std::size_t firstFrame = this->Tied.size() / this->Outputs;
  this->TiedRows.push_back({ row, firstFrame, frames });
  this->Tied.resize(this->Tied.size() + frames * this->Outputs);
  for (std::size_t f = 0; f < frames; ++f)
  {
    this->Columns.push_back({ first, firstFrame + f, this->Frames[f], false, outside != 0 });
  }
}

// By symmetries, so that columns side by side are turned alike.
void FramedPerceptron::sortColumns()
{
  std::vector<std::size_t> next(this->Table->stencilMaps.size() + 1, 0);
  for (const Column& column : this->Columns)
  {
    ++next[column.frame.symmetry + 1];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  this->Sorted.resize(this->Columns.size());
  for (const Column& column : this->Columns)
  {
    this->Sorted[next[column.frame.symmetry]++] = column;
  }
}

template <typename Value>
void FramedPerceptron::evaluateColumns(const Value* values, const std::vector<std::int64_t>& steps,
  const Column* columns, int count, double* nodes)
{
  TileColumns tile;
  ColumnRun runs[tileRows];
  int runCount = 0;
  bool outside = false;
  for (int c = 0; c < tileRows + columnGroup; ++c)
  {
    const Column& column = columns[std::min(c, count - 1)];
    tile.first[c] = column.first;
    // 2 f - 1 and its negative are rounded alike.
    tile.scale[c] = column.frame.complement ? -2.0f : 2.0f;
    tile.shift[c] = column.frame.complement ? 1.0f : -1.0f;
  }
  for (int c = 0; c < count; ++c)
  {
    const int* map = this->Table->stencilMaps[columns[c].frame.symmetry].data();
    if (runCount == 0 || runs[runCount - 1].map != map)
    {
      runs[runCount++] = { c, c, map };
    }
    runs[runCount - 1].end = c + 1;
    outside = outside || columns[c].outside;
  }
  fillColumns(values, steps.data(), this->StencilValues, tile, runs, runCount, this->Tile.inputs());
  // Inputs that are zero in all columns are left out: they change no bit of a sum.
  int inputs = this->StencilValues;
  if (outside)
  {
    inputs = this->Inputs;
    this->markOutside(values, steps, columns, count);
  }
  const float* const y = this->Tile.evaluate(count, inputs);
  ColumnTarget targets[tileRows];
  for (int c = 0; c < count; ++c)
  {
    double* const rows = columns[c].alone ? nodes : this->Tied.data();
    targets[c] = { this->Table->nodePlaces[columns[c].frame.symmetry].data(),
      columns[c].frame.complement ? -1.0 : 1.0, rows + columns[c].row * this->Outputs };
  }
  takeColumns(y, targets, count, this->Outputs);
}

template <typename Value>
void FramedPerceptron::markOutside(
  const Value* values, const std::vector<std::int64_t>& steps, const Column* columns, int count)
{
  float* const x = this->Tile.inputs();
  float* const marks = x + static_cast<std::ptrdiff_t>(this->StencilValues) * tileRows;
  const bool marked = this->Inputs > this->StencilValues;
  if (marked)
  {
    std::fill_n(marks, static_cast<std::ptrdiff_t>(this->StencilValues) * tileRows, 0.0f);
  }
  for (int c = 0; c < count; ++c)
  {
    const int* const map = this->Table->stencilMaps[columns[c].frame.symmetry].data();
    for (int k = 0; columns[c].outside && k < this->StencilValues; ++k)
    {
      if (values[columns[c].first + steps[map[k]]] == outsideDomain)
      {
        x[k * tileRows + c] = 0.0f;
        if (marked)
        {
          marks[k * tileRows + c] = 1.0f;
        }
      }
    }
  }
}

// Summed in the order of size, the mean does not depend on the order of the frames.
void FramedPerceptron::average(const TiedRow& row, double* nodes)
{
  this->OfNode.resize(row.frames);
  const double* const values = this->Tied.data() + row.firstFrame * this->Outputs;
  for (int k = 0; k < this->Outputs; ++k)
  {
    for (std::size_t f = 0; f < row.frames; ++f)
    {
      this->OfNode[f] = values[f * this->Outputs + k];
    }
    std::sort(this->OfNode.begin(), this->OfNode.end());
    double sum = 0.0;
    for (double value : this->OfNode)
    {
      sum += value;
    }
    nodes[k] = sum / static_cast<double>(row.frames);
  }
}

} // namespace mir
