// Products with the matrix of VolumeRows and its transpose.
#include "reconstruct/continuous/conservation/VolumeRows.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mir {

// Numbers the touched slots, puts these numbers into the rows, and lists the rows of each. A block
// of nodes is one thread's, which reads the rows of the chunks that touch it: the lists come in the
// order of the rows.
void VolumeRows::transpose()
{
  const SubcellBand& mesh = this->Mesh;
  const ParallelFor loops = this->shortLoops();
  const int nodes = mesh.numberOfSharedNodes();
  const int blockNodes = 1 << this->BlockShift;
  this->PlaceOfSlot.resize(mesh.sharedSlots.back());
  this->PlaceOfSlot[0] = -1;
  std::array<Touches, nodeBlocks + 1> before;
  forBlocks(loops, nodes, blockNodes, [&](int begin, int end) {
    for (int block = begin; block < end; ++block)
    {
      before[block + 1] = this->countTouches(block);
    }
  });
  for (int block = 0; block < nodeBlocks; ++block)
  {
    before[block + 1].add(before[block]);
  }
  const Touches& all = before.back();
  this->Touched.resize(all.slots);
  this->TouchedNodes.resize(all.nodes);
  this->TouchedStart.resize(all.nodes + 1);
  this->TouchedStart.back() = all.slots;
  this->ColumnStart.resize(all.slots + 1);
  this->ColumnStart.back() = all.entries;
  this->ColumnRows.reset(new int[all.entries]);
  this->ColumnValues.reset(new double[all.entries]);
  forBlocks(loops, nodes, blockNodes, [&](int begin, int end) {
    for (int block = begin; block < end; ++block)
    {
      this->fillColumns(block, before[block]);
    }
  });
  forBlocks(loops, mesh.numberOfCells(), chunkCells, [&](int begin, int end) {
    for (int index = begin; index < end; ++index)
    {
      for (int& shared : this->Chunks[index].shared)
      {
        shared = this->PlaceOfSlot[shared];
      }
    }
  });
}

// Calls body(slot, row, value) for the entries at the slots of a block of nodes, row after row.
template <class Body>
void VolumeRows::forEntriesAt(int block, const Body& body) const
{
  const auto& slots = this->Mesh.sharedSlots;
  const int first = static_cast<int>(slots[this->nodeBlockBegin(block)]);
  const auto size = static_cast<unsigned int>(slots[this->nodeBlockBegin(block + 1)] - first);
  for (std::size_t index = 0; index < this->Chunks.size(); ++index)
  {
    const Chunk& chunk = this->Chunks[index];
    if ((chunk.touchedBlocks >> block & 1u) == 0)
    {
      continue;
    }
    const bool all = chunk.touchedBlocks == std::uint32_t{ 1 } << block;
    int row = this->RowOffsets[this->chunkBegin(static_cast<int>(index))];
    for (std::size_t local = 0; local + 1 < chunk.sharedStart.size(); ++local, ++row)
    {
      for (int e = chunk.sharedStart[local]; e < chunk.sharedStart[local + 1]; ++e)
      {
        const int slot = chunk.shared[e];
        if (all || static_cast<unsigned int>(slot - first) < size)
        {
          body(slot, row, chunk.sharedValues[e]);
        }
      }
    }
  }
}

// Leaves the number of entries in PlaceOfSlot.
VolumeRows::Touches VolumeRows::countTouches(int block)
{
  const auto& slots = this->Mesh.sharedSlots;
  std::vector<int>& counts = this->PlaceOfSlot;
  const int firstNode = this->nodeBlockBegin(block);
  const int lastNode = this->nodeBlockBegin(block + 1);
  std::fill(counts.begin() + slots[firstNode], counts.begin() + slots[lastNode], 0);
  this->forEntriesAt(block, [&counts](int slot, int, double) { ++counts[slot]; });
  Touches touches;
  for (int node = firstNode; node < lastNode; ++node)
  {
    const int before = touches.slots;
    for (std::int64_t slot = slots[node]; slot < slots[node + 1]; ++slot)
    {
      touches.slots += counts[slot] > 0 ? 1 : 0;
      touches.entries += counts[slot];
    }
    touches.nodes += touches.slots > before ? 1 : 0;
  }
  return touches;
}

// Takes the counts in PlaceOfSlot, and what the blocks before hold.
void VolumeRows::fillColumns(int block, const Touches& before)
{
  const auto& slots = this->Mesh.sharedSlots;
  Touches next = before;
  const int lastNode = this->nodeBlockBegin(block + 1);
  for (int node = this->nodeBlockBegin(block); node < lastNode; ++node)
  {
    const int firstPlace = next.slots;
    for (std::int64_t slot = slots[node]; slot < slots[node + 1]; ++slot)
    {
      int& place = this->PlaceOfSlot[slot];
      const int count = place;
      place = -1;
      if (count > 0)
      {
        place = next.slots++;
        this->Touched[place] = static_cast<int>(slot);
        this->ColumnStart[place] = next.entries;
        next.entries += count;
      }
    }
    if (next.slots > firstPlace)
    {
      this->TouchedNodes[next.nodes] = node;
      this->TouchedStart[next.nodes++] = firstPlace;
    }
  }
  this->forEntriesAt(block, [this](int slot, int row, double value) {
    const int to = this->ColumnStart[this->PlaceOfSlot[slot]]++;
    this->ColumnRows[to] = row;
    this->ColumnValues[to] = value;
  });
  // Filling moved every start to the next.
  for (int place = next.slots - 1; place > before.slots; --place)
  {
    this->ColumnStart[place] = this->ColumnStart[place - 1];
  }
  if (next.slots > before.slots)
  {
    this->ColumnStart[before.slots] = before.entries;
  }
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
