#include "reconstruct/continuous/VolumeRows.h"

#include "reconstruct/continuous/CellVolumes.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

// Cells that are stored together; sums over cells run chunk by chunk.
constexpr int chunkCells = 16;

// Appends the rows [first, last) of one list of entries to another.
void append(const std::vector<int>& start, const std::vector<int>& places,
  const std::vector<double>& values, int first, int last, std::vector<int>& newStart,
  std::vector<int>& newPlaces, std::vector<double>& newValues)
{
  for (int row = first; row < last; ++row)
  {
    newPlaces.insert(newPlaces.end(), places.begin() + start[row], places.begin() + start[row + 1]);
    newValues.insert(newValues.end(), values.begin() + start[row], values.begin() + start[row + 1]);
    newStart.push_back(static_cast<int>(newPlaces.size()));
  }
}

} // namespace

struct VolumeRows::Scratch
{
  std::vector<double> values;
  std::vector<double> gradient;
  std::vector<double> entries;
  std::vector<int> found;
};

VolumeRows::VolumeRows(const SubcellBand& mesh, const ParallelFor& parallelFor)
  : Mesh(mesh)
  , Parallel(parallelFor)
{
  const int sharedSlots = static_cast<int>(mesh.sharedSlots.back());
  this->SlotNodes.assign(sharedSlots, -1);
  this->SlotSizes.assign(sharedSlots, 0.0);
  for (int node = 0; node < mesh.numberOfSharedNodes(); ++node)
  {
    for (std::int64_t slot = mesh.sharedSlots[node]; slot < mesh.sharedSlots[node + 1]; ++slot)
    {
      this->SlotNodes[slot] = node;
      this->SlotSizes[slot] = mesh.sharedSizes[node];
    }
  }
  this->PlaceOfSlot.assign(sharedSlots, -1);
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const int count = mesh.materialCount(c);
    const double* fractions = mesh.fractionsOf(c);
    const int largest =
      count == 2 ? 1 : static_cast<int>(std::max_element(fractions, fractions + count) - fractions);
    for (int k = 0; k < count; ++k)
    {
      if (k != largest && std::min(fractions[k], 1.0 - fractions[k]) >= smallestRow)
      {
        this->RowMaterials.push_back(static_cast<unsigned char>(k));
      }
    }
    this->RowOffsets.push_back(static_cast<int>(this->RowMaterials.size()));
    const std::int64_t rows = this->RowOffsets[c + 1] - this->RowOffsets[c];
    this->BlockOffsets.push_back(this->BlockOffsets.back() + rows * rows);
  }
  this->Blocks.resize(this->BlockOffsets.back());
  this->Volumes.resize(mesh.fractions.size());
  this->Chunks.resize((mesh.numberOfCells() + chunkCells - 1) / chunkCells);
  this->Partial.resize(this->Chunks.size());
}

int VolumeRows::chunkBegin(int chunk) const
{
  return std::min(chunk * chunkCells, this->Mesh.numberOfCells());
}

void VolumeRows::evaluate(const std::vector<double>& field)
{
  this->evaluateChunks(field, false, {});
}

void VolumeRows::linearise(const std::vector<double>& field, const std::vector<char>& changed)
{
  this->evaluateChunks(field, true, changed);
  this->transpose();
}

void VolumeRows::evaluateChunks(
  const std::vector<double>& field, bool derivatives, const std::vector<char>& changed)
{
  const SubcellBand& mesh = this->Mesh;
  this->Parallel(static_cast<int>(this->Chunks.size()), [&](int begin, int end) {
    Scratch scratch;
    for (int index = begin; index < end; ++index)
    {
      Chunk& chunk = this->Chunks[index];
      Chunk before;
      if (!changed.empty())
      {
        // Its slots by their own numbers again.
        for (int& place : chunk.shared)
        {
          place = this->Touched[place];
        }
        const auto first = changed.begin() + this->chunkBegin(index);
        const auto last = changed.begin() + this->chunkBegin(index + 1);
        if (std::find(first, last, 1) == last)
        {
          continue;
        }
        std::swap(before, chunk);
      }
      if (derivatives)
      {
        chunk.sharedStart.assign(1, 0);
        chunk.interiorStart.assign(1, 0);
        chunk.shared.clear();
        chunk.sharedValues.clear();
        chunk.interior.clear();
        chunk.interiorValues.clear();
      }
      for (int c = this->chunkBegin(index); c < this->chunkBegin(index + 1); ++c)
      {
        const int firstRow = this->RowOffsets[c] - this->RowOffsets[this->chunkBegin(index)];
        const int lastRow = this->RowOffsets[c + 1] - this->RowOffsets[this->chunkBegin(index)];
        if (!changed.empty() && !changed[c])
        {
          append(before.sharedStart, before.shared, before.sharedValues, firstRow, lastRow,
            chunk.sharedStart, chunk.shared, chunk.sharedValues);
          append(before.interiorStart, before.interior, before.interiorValues, firstRow, lastRow,
            chunk.interiorStart, chunk.interior, chunk.interiorValues);
          continue;
        }
        const CellSubdivision& cell = mesh.subdivision(c);
        const int count = mesh.materialCount(c);
        double* volumes = this->Volumes.data() + mesh.materialOffsets[c];
        scratch.values.resize(numberOfValues(mesh, c));
        gatherValues(mesh, c, field, scratch.values.data());
        const bool rows = derivatives && this->RowOffsets[c + 1] > this->RowOffsets[c];
        const std::size_t room = static_cast<std::size_t>(cell.nodes) * numberOfPairs(count);
        if (rows && scratch.gradient.size() < room)
        {
          scratch.gradient.resize(room);
        }
        double* gradient = rows ? scratch.gradient.data() : nullptr;
        if (count == 2)
        {
          volumes[0] = positiveVolume(cell, mesh.weightsOf(c), scratch.values.data(), gradient);
          volumes[1] = 1.0 - volumes[0];
        }
        else
        {
          regionVolumes(cell, mesh.weightsOf(c), scratch.values.data(), count, volumes, gradient);
        }
        if (rows)
        {
          if (count == 2)
          {
            this->addPair(c, chunk, scratch);
          }
          else
          {
            this->addMany(c, chunk, scratch);
          }
        }
      }
    }
  });
}

void VolumeRows::addPair(int c, Chunk& chunk, Scratch& scratch)
{
  const SubcellBand& mesh = this->Mesh;
  const CellSubdivision& cell = mesh.subdivision(c);
  const int* slots = mesh.slotTableOf(c);
  const double* gradient = scratch.gradient.data();
  const std::size_t firstShared = chunk.shared.size();
  chunk.shared.resize(firstShared + 2 * cell.boundaryNodes);
  chunk.sharedValues.resize(firstShared + 2 * cell.boundaryNodes);
  int* shared = chunk.shared.data() + firstShared;
  double* sharedValues = chunk.sharedValues.data() + firstShared;
  scratch.found.resize(cell.boundaryNodes + 1);
  int found = 0;
  for (int i = 0; i < cell.boundaryNodes; ++i)
  {
    scratch.found[found] = i;
    found += gradient[i] != 0.0 ? 1 : 0;
  }
  int number = 0;
  for (int at = 0; at < found; ++at)
  {
    const int i = scratch.found[at];
    const double slope = gradient[i];
    const int first = slots[2 * i];
    const int second = slots[2 * i + 1];
    shared[number] = first;
    sharedValues[number] = slope * this->SlotSizes[first];
    number += first != 0 ? 1 : 0;
    shared[number] = second;
    sharedValues[number] = -slope * this->SlotSizes[second];
    number += second != 0 ? 1 : 0;
  }
  chunk.shared.resize(firstShared + number);
  chunk.sharedValues.resize(firstShared + number);
  const int inside = cell.nodes - cell.boundaryNodes;
  const std::size_t firstInterior = chunk.interior.size();
  chunk.interior.resize(firstInterior + inside);
  chunk.interiorValues.resize(firstInterior + inside);
  int* interior = chunk.interior.data() + firstInterior;
  double* interiorValues = chunk.interiorValues.data() + firstInterior;
  const double size = mesh.sizes[c];
  double square = 0.0;
  number = 0;
  for (int i = 0; i < inside; ++i)
  {
    // Without a branch: the next one overwrites a zero.
    const double scaled = gradient[cell.boundaryNodes + i] * size;
    square += scaled * scaled;
    interior[number] = i;
    interiorValues[number] = scaled;
    number += scaled != 0.0 ? 1 : 0;
  }
  chunk.interior.resize(firstInterior + number);
  chunk.interiorValues.resize(firstInterior + number);
  this->Blocks[this->BlockOffsets[c]] = square;
  chunk.sharedStart.push_back(static_cast<int>(chunk.shared.size()));
  chunk.interiorStart.push_back(static_cast<int>(chunk.interior.size()));
}

void VolumeRows::addMany(int c, Chunk& chunk, Scratch& scratch)
{
  const SubcellBand& mesh = this->Mesh;
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const int nodes = cell.nodes;
  const int rows = this->RowOffsets[c + 1] - this->RowOffsets[c];
  const int* slots = mesh.slotTableOf(c);
  double* block = this->Blocks.data() + this->BlockOffsets[c];
  // Derivatives of row `row` for the values of all materials at all nodes.
  scratch.entries.assign(static_cast<std::size_t>(rows) * count * nodes, 0.0);
  for (int row = 0; row < rows; ++row)
  {
    const int k = this->RowMaterials[this->RowOffsets[c] + row];
    double* entries = scratch.entries.data() + static_cast<std::size_t>(row) * count * nodes;
    for (int j = 0; j < count; ++j)
    {
      if (j == k)
      {
        continue;
      }
      const double* gradient = scratch.gradient.data() +
        static_cast<std::size_t>(pairIndex(count, std::min(j, k), std::max(j, k))) * nodes;
      for (int i = 0; i < nodes; ++i)
      {
        entries[i * count + k] += gradient[i];
        entries[i * count + j] = -gradient[i];
      }
    }
    for (int place = 0; place < cell.boundaryNodes * count; ++place)
    {
      if (entries[place] != 0.0)
      {
        chunk.shared.push_back(slots[place]);
        chunk.sharedValues.push_back(entries[place] * this->SlotSizes[slots[place]]);
      }
    }
    for (int place = cell.boundaryNodes * count; place < nodes * count; ++place)
    {
      entries[place] *= mesh.sizes[c];
      if (entries[place] != 0.0)
      {
        chunk.interior.push_back(place - cell.boundaryNodes * count);
        chunk.interiorValues.push_back(entries[place]);
      }
    }
    for (int other = 0; other <= row; ++other)
    {
      const double* others =
        scratch.entries.data() + static_cast<std::size_t>(other) * count * nodes;
      double product = 0.0;
      for (int place = cell.boundaryNodes * count; place < nodes * count; ++place)
      {
        product += entries[place] * others[place];
      }
      block[row * rows + other] = product;
      block[other * rows + row] = product;
    }
    chunk.sharedStart.push_back(static_cast<int>(chunk.shared.size()));
    chunk.interiorStart.push_back(static_cast<int>(chunk.interior.size()));
  }
}

} // namespace mir
