// Products with the matrix of VolumeRows and its transpose.
#include "reconstruct/continuous/VolumeRows.h"

#include <algorithm>

namespace mir {

// Numbers the touched slots, puts these numbers into the rows, and lists the rows of each.
void VolumeRows::transpose()
{
  const SubcellBand& mesh = this->Mesh;
  std::vector<int>& counts = this->PlaceOfSlot;
  counts.assign(mesh.sharedSlots.back(), 0);
  for (const Chunk& chunk : this->Chunks)
  {
    for (const int slot : chunk.shared)
    {
      ++counts[slot];
    }
  }
  this->Touched.clear();
  this->TouchedNodes.clear();
  this->TouchedStart.assign(1, 0);
  this->ColumnStart.assign(1, 0);
  counts[0] = -1;
  for (int node = 0; node < mesh.numberOfSharedNodes(); ++node)
  {
    const std::size_t before = this->Touched.size();
    for (std::int64_t slot = mesh.sharedSlots[node]; slot < mesh.sharedSlots[node + 1]; ++slot)
    {
      const int count = counts[slot];
      counts[slot] = count == 0 ? -1 : static_cast<int>(this->Touched.size());
      if (count > 0)
      {
        this->Touched.push_back(static_cast<int>(slot));
        this->ColumnStart.push_back(this->ColumnStart.back() + count);
      }
    }
    if (this->Touched.size() > before)
    {
      this->TouchedNodes.push_back(node);
      this->TouchedStart.push_back(static_cast<int>(this->Touched.size()));
    }
  }
  this->ColumnRows.resize(this->ColumnStart.back());
  this->ColumnValues.resize(this->ColumnStart.back());
  for (std::size_t index = 0; index < this->Chunks.size(); ++index)
  {
    Chunk& chunk = this->Chunks[index];
    int row = this->RowOffsets[this->chunkBegin(static_cast<int>(index))];
    for (std::size_t local = 0; local + 1 < chunk.sharedStart.size(); ++local, ++row)
    {
      for (int e = chunk.sharedStart[local]; e < chunk.sharedStart[local + 1]; ++e)
      {
        const int place = this->PlaceOfSlot[chunk.shared[e]];
        chunk.shared[e] = place;
        const int to = this->ColumnStart[place]++;
        this->ColumnRows[to] = row;
        this->ColumnValues[to] = chunk.sharedValues[e];
      }
    }
  }
  // Filling moved every start to the next.
  for (std::size_t place = this->Touched.size(); place > 0; --place)
  {
    this->ColumnStart[place] = this->ColumnStart[place - 1];
  }
  this->ColumnStart[0] = 0;
}

void VolumeRows::spread(const std::vector<double>& x, const std::vector<unsigned char>& held,
  std::vector<double>& onSlots) const
{
  onSlots.resize(this->Touched.size());
  this->shortLoops()(static_cast<int>(this->Touched.size()), [&](int begin, int end) {
    for (int place = begin; place < end; ++place)
    {
      double sum = 0.0;
      for (int e = this->ColumnStart[place]; e < this->ColumnStart[place + 1]; ++e)
      {
        sum += this->ColumnValues[e] * x[this->ColumnRows[e]];
      }
      onSlots[place] = held[place] ? 0.0 : sum;
    }
  });
}

double VolumeRows::apply(const std::vector<double>& x, const std::vector<double>& onSlots,
  const std::vector<double>& regular, std::vector<double>& image)
{
  image.resize(x.size());
  forBlocks(this->shortLoops(), this->Mesh.numberOfCells(), chunkCells, [&](int begin, int end) {
    for (int index = begin; index < end; ++index)
    {
      const Chunk& chunk = this->Chunks[index];
      double product = 0.0;
      int local = 0;
      for (int c = this->chunkBegin(index); c < this->chunkBegin(index + 1); ++c)
      {
        const int first = this->RowOffsets[c];
        const int rows = this->RowOffsets[c + 1] - first;
        const double* block = this->Blocks.data() + this->BlockOffsets[c];
        for (int row = 0; row < rows; ++row, ++local)
        {
          double sum = regular[first + row] * x[first + row];
          for (int other = 0; other < rows; ++other)
          {
            sum += block[row * rows + other] * x[first + other];
          }
          for (int e = chunk.sharedStart[local]; e < chunk.sharedStart[local + 1]; ++e)
          {
            sum += chunk.sharedValues[e] * onSlots[chunk.shared[e]];
          }
          image[first + row] = sum;
          product += sum * x[first + row];
        }
      }
      this->Partial[index] = product;
    }
  });
  double sum = 0.0;
  for (const double product : this->Partial)
  {
    sum += product;
  }
  return sum;
}

void VolumeRows::diagonal(const std::vector<unsigned char>& held, std::vector<double>& result) const
{
  result.resize(this->numberOfRows());
  forBlocks(this->shortLoops(), this->Mesh.numberOfCells(), chunkCells, [&](int begin, int end) {
    for (int index = begin; index < end; ++index)
    {
      const Chunk& chunk = this->Chunks[index];
      int local = 0;
      for (int c = this->chunkBegin(index); c < this->chunkBegin(index + 1); ++c)
      {
        const int rows = this->RowOffsets[c + 1] - this->RowOffsets[c];
        for (int row = 0; row < rows; ++row, ++local)
        {
          double sum = this->Blocks[this->BlockOffsets[c] + row * rows + row];
          for (int e = chunk.sharedStart[local]; e < chunk.sharedStart[local + 1]; ++e)
          {
            const double value = chunk.sharedValues[e];
            sum += held[chunk.shared[e]] ? 0.0 : value * value;
          }
          result[this->RowOffsets[c] + row] = sum;
        }
      }
    }
  });
}

void VolumeRows::moveInterior(
  const std::vector<double>& x, double maximumStep, std::vector<double>& field) const
{
  const SubcellBand& mesh = this->Mesh;
  forBlocks(this->shortLoops(), this->Mesh.numberOfCells(), chunkCells, [&](int begin, int end) {
    std::vector<double> steps;
    for (int index = begin; index < end; ++index)
    {
      const Chunk& chunk = this->Chunks[index];
      int local = 0;
      for (int c = this->chunkBegin(index); c < this->chunkBegin(index + 1); ++c)
      {
        const int rows = this->RowOffsets[c + 1] - this->RowOffsets[c];
        if (rows == 0)
        {
          continue;
        }
        const CellSubdivision& cell = mesh.subdivision(c);
        const int count = mesh.materialCount(c);
        const int slots = (cell.nodes - cell.boundaryNodes) * (count == 2 ? 1 : count);
        double* values = field.data() + mesh.interiorSlots[c];
        if (rows == 1)
        {
          const double factor = x[this->RowOffsets[c]];
          for (int e = chunk.interiorStart[local]; e < chunk.interiorStart[local + 1]; ++e)
          {
            const double step = chunk.interiorValues[e] * factor;
            values[chunk.interior[e]] +=
              mesh.sizes[c] * std::max(-maximumStep, std::min(maximumStep, step));
          }
          ++local;
          continue;
        }
        steps.assign(slots, 0.0);
        for (int row = 0; row < rows; ++row, ++local)
        {
          for (int e = chunk.interiorStart[local]; e < chunk.interiorStart[local + 1]; ++e)
          {
            steps[chunk.interior[e]] += chunk.interiorValues[e] * x[this->RowOffsets[c] + row];
          }
        }
        for (int i = 0; i < slots; ++i)
        {
          values[i] += mesh.sizes[c] * std::max(-maximumStep, std::min(maximumStep, steps[i]));
        }
      }
    }
  });
}

} // namespace mir
