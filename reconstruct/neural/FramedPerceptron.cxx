#include "reconstruct/neural/FramedPerceptron.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace mir {

FrameTable::FrameTable(int axes, int valuesAlong, std::vector<CubeSymmetry> all,
  const std::vector<std::vector<int>>& nodeMaps, AllFrames findAll, SingleFrames findSingle)
  : dimension(axes)
  , size(valuesAlong)
  , symmetries(std::move(all))
  , allFrames(findAll)
  , singleFrames(findSingle)
{
  for (const std::vector<int>& map : nodeMaps)
  {
    std::vector<int>& places = this->nodePlaces.emplace_back(map.size());
    for (std::size_t k = 0; k < map.size(); ++k)
    {
      places[map[k]] = static_cast<int>(k) * tileRows;
    }
  }
}

FramedPerceptron::FramedPerceptron(
  const Perceptron& network, std::shared_ptr<const FrameTable> table, Precision precision)
  : Table(std::move(table))
  , StencilValues(this->Table->stencilValues())
  , Inputs(network.inputs())
  , Outputs(network.outputs())
  , Tile(network, precision)
  , Turned(this->Table->symmetries.size())
{}

void FramedPerceptron::evaluate(const float* stencils, std::size_t count, double* nodes)
{
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  this->evaluate(stencils, rows.data(), count, nodes);
}

void FramedPerceptron::evaluate(
  const float* stencils, const std::size_t* rows, std::size_t count, double* nodes)
{
  const std::int64_t size = this->Table->size;
  const StencilSteps steps{ 1, size, this->Table->dimension == 3 ? size * size : 0 };
  const std::int64_t values = this->StencilValues;
  std::vector<double> batch;
  std::vector<std::int64_t> centres;
  for (std::size_t start = 0; start < count; start += batchRows)
  {
    const std::size_t taken = std::min(batchRows, count - start);
    batch.assign(stencils + start * values, stencils + (start + taken) * values);
    centres.resize(taken);
    for (std::size_t m = 0; m < taken; ++m)
    {
      centres[m] = static_cast<std::int64_t>(m) * values + values / 2;
    }
    this->begin(batch.data(), steps, false);
    this->addRows(centres.data(), rows + start, taken, nodes);
  }
}

void FramedPerceptron::evaluateAt(const double* fractions, const StencilSteps& steps,
  const std::int64_t* centres, const std::size_t* rows, std::size_t count, double* nodes)
{
  this->begin(fractions, steps, true);
  for (std::size_t start = 0; start < count; start += batchRows)
  {
    this->addRows(centres + start, rows + start, std::min(batchRows, count - start), nodes);
  }
}

void FramedPerceptron::begin(const double* values, const StencilSteps& steps, bool inDomain)
{
  this->Values = values;
  this->Steps = steps;
  this->InDomain = inDomain;
  const int reach = this->Table->size / 2;
  for (std::size_t s = 0; s < this->Turned.size(); ++s)
  {
    const CubeSymmetry& symmetry = this->Table->symmetries[s];
    TurnedStencil& turned = this->Turned[s];
    turned.first = 0;
    for (int a = 0; a < 3; ++a)
    {
      const int axis = symmetry.axes[a];
      turned.steps[a] = symmetry.flips >> axis & 1 ? -steps[axis] : steps[axis];
      turned.first -= reach * turned.steps[a];
    }
  }
}

// Evaluates them all.
void FramedPerceptron::addRows(
  const std::int64_t* centres, const std::size_t* rows, std::size_t count, double* nodes)
{
  Frame frames[tileRows];
  for (std::size_t start = 0; start < count; start += tileRows)
  {
    const int size = static_cast<int>(std::min<std::size_t>(tileRows, count - start));
    this->Table->singleFrames(this->Values, this->Steps, centres + start, size, frames);
    for (int m = 0; m < size; ++m)
    {
      double* const to = nodes + rows[start + m] * this->Outputs;
      if (frames[m].symmetry == tiedSymmetry)
      {
        this->addTied(centres[start + m], to);
      }
      else
      {
        this->addColumn(centres[start + m], frames[m], to);
      }
    }
  }
  this->evaluateTied();
}

void FramedPerceptron::addTied(std::int64_t centre, double* nodes)
{
  this->Inner.clear();
  const int layers = this->Table->dimension == 3 ? 1 : 0;
  for (int k = -layers; k <= layers; ++k)
  {
    for (int j = -1; j <= 1; ++j)
    {
      for (int i = -1; i <= 1; ++i)
      {
        const std::int64_t place =
          centre + i * this->Steps[0] + j * this->Steps[1] + k * this->Steps[2];
        this->Inner.push_back(static_cast<float>(this->Values[place]));
      }
    }
  }
  this->Table->allFrames(this->Inner.data(), 3, this->FramesOfRow);
  this->TiedRows.push_back({ centre, nodes, this->TiedFrames.size(), this->FramesOfRow.size() });
  this->TiedFrames.insert(
    this->TiedFrames.end(), this->FramesOfRow.begin(), this->FramesOfRow.end());
}

void FramedPerceptron::addColumn(std::int64_t centre, Frame frame, double* to)
{
  const TurnedStencil& turned = this->Turned[frame.symmetry];
  const int c = this->Count;
  this->Columns.first[c] = centre + turned.first;
  for (int a = 0; a < 3; ++a)
  {
    this->Columns.steps[a][c] = turned.steps[a];
  }
  // 2 f - 1 and its negative are rounded alike.
  this->Columns.scale[c] = frame.complement ? -2.0f : 2.0f;
  this->Columns.shift[c] = frame.complement ? 1.0f : -1.0f;
  this->Targets[c] = { this->Table->nodePlaces[frame.symmetry].data(),
    frame.complement ? -1.0 : 1.0, to };
  ++this->Count;
  if (this->Count == tileRows)
  {
    this->evaluateTile();
  }
}

// Ends the batch: rows that tie share the last tiles.
void FramedPerceptron::evaluateTied()
{
  this->TiedValues.resize(this->TiedFrames.size() * this->Outputs);
  for (const TiedRow& row : this->TiedRows)
  {
    for (std::size_t f = row.firstFrame; f < row.firstFrame + row.frames; ++f)
    {
      this->addColumn(row.centre, this->TiedFrames[f], this->TiedValues.data() + f * this->Outputs);
    }
  }
  this->evaluateTile();
  for (const TiedRow& row : this->TiedRows)
  {
    this->average(row, this->TiedValues.data() + row.firstFrame * this->Outputs);
  }
  this->TiedRows.clear();
  this->TiedFrames.clear();
}

void FramedPerceptron::evaluateTile()
{
  const int count = this->Count;
  if (count == 0)
  {
    return;
  }
  TileColumns& columns = this->Columns;
  for (int c = count; c < tileRows; ++c)
  {
    columns.first[c] = columns.first[0];
    for (std::int64_t(&steps)[tileRows] : columns.steps)
    {
      steps[c] = steps[0];
    }
    columns.scale[c] = columns.scale[0];
    columns.shift[c] = columns.shift[0];
  }
  fillColumns(
    this->Values, this->Table->dimension, this->Table->size, columns, this->Tile.inputs());
  // Inputs that are zero in all columns are left out: they change no bit of a sum.
  const bool marked = !this->InDomain && this->markOutside();
  const float* const y = this->Tile.evaluate(count, marked ? this->Inputs : this->StencilValues);
  takeColumns(y, this->Targets, count, this->Outputs);
  this->Count = 0;
}

// The inputs that stand for what is outside; false where nothing is.
bool FramedPerceptron::markOutside()
{
  const int values = this->StencilValues * tileRows;
  float* const x = this->Tile.inputs();
  float* const marks = this->Inputs > this->StencilValues ? x + values : nullptr;
  if (marks)
  {
    std::fill_n(marks, values, 0.0f);
  }
  const int size = this->Table->size;
  const int layers = this->Table->dimension == 3 ? size : 1;
  bool any = false;
  for (int c = 0; c < this->Count; ++c)
  {
    int entry = c;
    for (int k = 0; k < layers; ++k)
    {
      for (int j = 0; j < size; ++j)
      {
        const double* from = this->Values + this->Columns.first[c] + j * this->Columns.steps[1][c] +
          k * this->Columns.steps[2][c];
        for (int i = 0; i < size; ++i, from += this->Columns.steps[0][c], entry += tileRows)
        {
          if (*from == outsideDomain)
          {
            any = true;
            x[entry] = 0.0f;
            if (marks)
            {
              marks[entry] = 1.0f;
            }
          }
        }
      }
    }
  }
  return any;
}

// Summed in the order of size, the mean does not depend on the order of the frames.
void FramedPerceptron::average(const TiedRow& row, const double* values)
{
  this->OfNode.resize(row.frames);
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
    row.nodes[k] = sum / static_cast<double>(row.frames);
  }
}

} // namespace mir
