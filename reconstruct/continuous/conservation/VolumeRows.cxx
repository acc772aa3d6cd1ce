#include "reconstruct/continuous/conservation/VolumeRows.h"

#include "reconstruct/continuous/subdivision/CellFields.h"
#include "reconstruct/continuous/volumes/CellVolumes.h"

#include <algorithm>
#include <utility>

namespace mir {

// The memory of a thread: a cell's values and gradient, and its rows until their number is known.
struct VolumeRows::Scratch
{
  std::vector<double> values;
  std::vector<double> gradient;
  std::vector<double> entries;
  PositiveVolume volume;
  Chunk rows;
  // Non-zero entries of a row, with room for one more that is not kept.
  std::vector<int> places;
  std::vector<double> derivatives;

  void makeRoom(std::size_t number)
  {
    if (this->places.size() <= number)
    {
      this->places.resize(number + 1);
      this->derivatives.resize(number + 1);
    }
  }
};

VolumeRows::VolumeRows(const SubcellBand& mesh, const ParallelFor& parallelFor)
  : Mesh(mesh)
  , Parallel(parallelFor)
{
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
  while ((mesh.numberOfSharedNodes() - 1) >> this->BlockShift >= nodeBlocks)
  {
    ++this->BlockShift;
  }
}

int VolumeRows::chunkBegin(int chunk) const
{
  return std::min(chunk * chunkCells, this->Mesh.numberOfCells());
}

int VolumeRows::nodeBlockBegin(int block) const
{
  return std::min(block << this->BlockShift, this->Mesh.numberOfSharedNodes());
}

void VolumeRows::Chunk::clear()
{
  this->touchedBlocks = 0;
  this->sharedStart.assign(1, 0);
  this->interiorStart.assign(1, 0);
  this->shared.clear();
  this->sharedValues.clear();
  this->interior.clear();
  this->interiorValues.clear();
}

void VolumeRows::Chunk::append(const Chunk& other, int first, int last)
{
  const auto add = [first, last](const auto& from, const std::vector<int>& start, auto& to) {
    to.insert(to.end(), from.begin() + start[first], from.begin() + start[last]);
  };
  this->touchedBlocks |= other.touchedBlocks;
  add(other.shared, other.sharedStart, this->shared);
  add(other.sharedValues, other.sharedStart, this->sharedValues);
  add(other.interior, other.interiorStart, this->interior);
  add(other.interiorValues, other.interiorStart, this->interiorValues);
  for (int row = first; row < last; ++row)
  {
    this->sharedStart.push_back(
      this->sharedStart.back() + other.sharedStart[row + 1] - other.sharedStart[row]);
    this->interiorStart.push_back(
      this->interiorStart.back() + other.interiorStart[row + 1] - other.interiorStart[row]);
  }
}

bool VolumeRows::anyIn(int chunk, const std::vector<char>& changed) const
{
  const auto first = changed.begin() + this->chunkBegin(chunk);
  const auto last = changed.begin() + this->chunkBegin(chunk + 1);
  return std::find(first, last, 1) != last;
}

void VolumeRows::evaluate(const std::vector<double>& field)
{
  forDearCells(this->Parallel, this->Mesh.numberOfCells(), 1, [&](int begin, int end) {
    Scratch scratch;
    for (int c = begin; c < end; ++c)
    {
      this->evaluateCell(c, field, nullptr, scratch);
    }
  });
}

void VolumeRows::linearise(const std::vector<double>& field, const std::vector<char>& changed)
{
  forDearCells(this->Parallel, this->Mesh.numberOfCells(), chunkCells, [&](int begin, int end) {
    Scratch scratch;
    for (int index = begin; index < end; ++index)
    {
      if (!changed.empty() && !this->anyIn(index, changed))
      {
        continue;
      }
      // Put together in the thread's memory, as its size is not known.
      scratch.rows.clear();
      const int firstCell = this->chunkBegin(index);
      for (int c = firstCell; c < this->chunkBegin(index + 1); ++c)
      {
        if (changed.empty() || changed[c])
        {
          this->lineariseCell(c, field, scratch);
        }
        else
        {
          scratch.rows.append(this->Chunks[index],
            this->RowOffsets[c] - this->RowOffsets[firstCell],
            this->RowOffsets[c + 1] - this->RowOffsets[firstCell]);
        }
      }
      this->Chunks[index] = scratch.rows;
    }
  });
}

void VolumeRows::evaluateCell(
  int c, const std::vector<double>& field, double* gradient, Scratch& scratch)
{
  const SubcellBand& mesh = this->Mesh;
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  double* volumes = this->Volumes.data() + mesh.materialOffsets[c];
  scratch.values.resize(numberOfValues(mesh, c));
  gatherValues(mesh, c, field, scratch.values.data());
  if (count == 2)
  {
    volumes[0] = scratch.volume(cell, mesh.weightsOf(c), scratch.values.data(), gradient);
    volumes[1] = 1.0 - volumes[0];
  }
  else
  {
    regionVolumes(cell, mesh.weightsOf(c), scratch.values.data(), count, volumes, gradient);
  }
}

void VolumeRows::lineariseCell(int c, const std::vector<double>& field, Scratch& scratch)
{
  if (this->RowOffsets[c + 1] == this->RowOffsets[c])
  {
    this->evaluateCell(c, field, nullptr, scratch);
    return;
  }
  const int count = this->Mesh.materialCount(c);
  const std::size_t room =
    static_cast<std::size_t>(this->Mesh.subdivision(c).nodes) * numberOfPairs(count);
  if (scratch.gradient.size() < room)
  {
    scratch.gradient.resize(room);
  }
  this->evaluateCell(c, field, scratch.gradient.data(), scratch);
  count == 2 ? this->addPair(c, scratch) : this->addMany(c, scratch);
}

void VolumeRows::addPair(int c, Scratch& scratch)
{
  const SubcellBand& mesh = this->Mesh;
  const CellSubdivision& cell = mesh.subdivision(c);
  const int* slots = mesh.slotTableOf(c);
  const int* nodes = mesh.boundaryNodesOf(c);
  const double* gradient = scratch.gradient.data();
  Chunk& rows = scratch.rows;
  scratch.makeRoom(cell.nodes);
  int* found = scratch.places.data();
  double* scaled = scratch.derivatives.data();
  // Without branches: the next one overwrites a zero.
  int number = 0;
  for (int i = 0; i < cell.boundaryNodes; ++i)
  {
    found[number] = i;
    number += gradient[i] != 0.0 ? 1 : 0;
  }
  // A node has one slot or two.
  std::size_t next = rows.shared.size();
  rows.shared.resize(next + std::size_t{ 2 } * number);
  rows.sharedValues.resize(rows.shared.size());
  for (int at = 0; at < number; ++at)
  {
    const int i = found[at];
    const double slope = gradient[i] * mesh.sharedSizes[nodes[i]];
    rows.touchedBlocks |= std::uint32_t{ 1 } << (nodes[i] >> this->BlockShift);
    rows.shared[next] = slots[2 * i];
    rows.sharedValues[next] = slope;
    ++next;
    if (slots[2 * i + 1] != 0)
    {
      rows.shared[next] = slots[2 * i + 1];
      rows.sharedValues[next] = -slope;
      ++next;
    }
  }
  rows.shared.resize(next);
  rows.sharedValues.resize(next);
  const double size = mesh.sizes[c];
  double square = 0.0;
  number = 0;
  for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
  {
    found[number] = i - cell.boundaryNodes;
    scaled[number] = gradient[i] * size;
    number += gradient[i] != 0.0 ? 1 : 0;
  }
  for (int at = 0; at < number; ++at)
  {
    square += scaled[at] * scaled[at];
  }
  rows.interior.insert(rows.interior.end(), found, found + number);
  rows.interiorValues.insert(rows.interiorValues.end(), scaled, scaled + number);
  this->Blocks[this->BlockOffsets[c]] = square;
  rows.sharedStart.push_back(static_cast<int>(rows.shared.size()));
  rows.interiorStart.push_back(static_cast<int>(rows.interior.size()));
}

void VolumeRows::addMany(int c, Scratch& scratch)
{
  Chunk& chunk = scratch.rows;
  const SubcellBand& mesh = this->Mesh;
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const int nodes = cell.nodes;
  const int rows = this->RowOffsets[c + 1] - this->RowOffsets[c];
  const int* slots = mesh.slotTableOf(c);
  const int* shared = mesh.boundaryNodesOf(c);
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
        const int node = shared[place / count];
        chunk.shared.push_back(slots[place]);
        chunk.sharedValues.push_back(entries[place] * mesh.sharedSizes[node]);
        chunk.touchedBlocks |= std::uint32_t{ 1 } << (node >> this->BlockShift);
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
