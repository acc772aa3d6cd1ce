#include "reconstruct/continuous/variational/CellBlock.h"
#include "reconstruct/continuous/variational/SmoothnessSystem.h"

#include <algorithm>

namespace mir {

void SmoothnessSystem::buildPlaces()
{
  const int d = this->Mesh.dimension;
  const std::size_t slots = this->Mesh.slots;
  this->SlotSizes.assign(slots, 1.0);
  for (int n = 0; n < this->Mesh.numberOfSharedNodes(); ++n)
  {
    for (auto s = this->Mesh.sharedSlots[n]; s < this->Mesh.sharedSlots[n + 1]; ++s)
    {
      this->SlotSizes[s] = this->Mesh.sharedSizes[n];
    }
  }
  std::vector<char> used(slots, 0);
  const auto use = [&](const TermNode* nodes, int count) {
    for (int i = 0; i < count; ++i)
    {
      used[nodes[i].s] = 1;
      used[nodes[i].t] = 1;
    }
  };
  for (const JumpTerm& term : this->Terms.jumps)
  {
    use(term.nodes, d + 2);
  }
  for (const SlopeTerm& term : this->Terms.slopes)
  {
    use(term.nodes, d + 1);
  }
  used[0] = 0;

  std::vector<std::int64_t> placeOf(slots, -1);
  for (int c = 0; c < this->Cells; ++c)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const int materials = this->Mesh.materialCount(c);
    const int* table = this->Mesh.slotTableOf(c);
    const int first = static_cast<int>(this->Mesh.interiorSlots[c]);
    const int inner = (cell.nodes - cell.boundaryNodes) * (materials == 2 ? 1 : materials);
    const auto start = this->PlaceOffsets[c];
    const auto add = [&](int s) {
      if (used[s] && placeOf[s] < start)
      {
        placeOf[s] = static_cast<std::int64_t>(this->PlaceSlots.size());
        this->PlaceSlots.push_back(s);
      }
    };
    std::for_each(table, table + static_cast<std::ptrdiff_t>(cell.boundaryNodes) * materials, add);
    for (int s = first; s < first + inner; ++s)
    {
      this->SlotSizes[s] = this->Mesh.sizes[c];
      add(s);
    }
    this->PatchSizes.push_back(
      static_cast<int>(static_cast<std::int64_t>(this->PlaceSlots.size()) - start));
    for (auto j = this->Terms.jumpOffsets[c]; j < this->Terms.jumpOffsets[c + 1]; ++j)
    {
      for (int i = 0; i < d + 2; ++i)
      {
        add(this->Terms.jumps[j].nodes[i].s);
        add(this->Terms.jumps[j].nodes[i].t);
      }
    }
    this->PlaceOffsets.push_back(static_cast<std::int64_t>(this->PlaceSlots.size()));
    this->addRows(c, placeOf);
  }
  this->PlaceValues.assign(this->PlaceSlots.size(), 0.0);
  this->PlaceSums.assign(this->PlaceSlots.size(), 0.0);
  const std::size_t rows = this->RowOffsets.size() - 1;
  this->EntryValues.assign(this->EntryPlaces.size(), 0.0);
  this->RowWeights.assign(rows, 0.0);
  this->RowSlopes.assign(rows, 0.0);
  this->Residuals.assign(this->VolumeMaterials.size(), 0.0);
  this->Nearness.assign(this->Terms.jumps.size(), 0.0);

  this->SlotPlaceOffsets.assign(slots + 1, 0);
  for (const int s : this->PlaceSlots)
  {
    ++this->SlotPlaceOffsets[s + 1];
  }
  for (std::size_t s = 0; s < slots; ++s)
  {
    this->SlotPlaceOffsets[s + 1] += this->SlotPlaceOffsets[s];
  }
  this->SlotPlaces.resize(this->PlaceSlots.size());
  std::vector<std::int64_t> next(this->SlotPlaceOffsets.begin(), this->SlotPlaceOffsets.end() - 1);
  for (std::size_t k = 0; k < this->PlaceSlots.size(); ++k)
  {
    this->SlotPlaces[next[this->PlaceSlots[k]]++] = static_cast<std::int64_t>(k);
  }
}

void SmoothnessSystem::addRows(int c, const std::vector<std::int64_t>& placeOf)
{
  const int d = this->Mesh.dimension;
  const auto addNodes = [&](const TermNode* nodes, int count) {
    for (int i = 0; i < count; ++i)
    {
      for (const int s : { nodes[i].s, nodes[i].t })
      {
        if (s != 0)
        {
          this->EntryPlaces.push_back(static_cast<int>(placeOf[s]));
        }
      }
    }
    this->RowOffsets.push_back(static_cast<std::int64_t>(this->EntryPlaces.size()));
  };
  for (auto j = this->Terms.jumpOffsets[c]; j < this->Terms.jumpOffsets[c + 1]; ++j)
  {
    addNodes(this->Terms.jumps[j].nodes, d + 2);
  }
  for (auto k = this->Terms.slopeOffsets[c]; k < this->Terms.slopeOffsets[c + 1]; ++k)
  {
    addNodes(this->Terms.slopes[k].nodes, d + 1);
  }
  // The volumes of all materials but the largest one, of two those of the first.
  const int materials = this->Mesh.materialCount(c);
  const double* fractions = this->Mesh.fractionsOf(c);
  const int largest =
    static_cast<int>(std::max_element(fractions, fractions + materials) - fractions);
  for (int m = 0; m < materials; ++m)
  {
    if (materials == 2 ? m == 0 : (m != largest && fractions[m] > 1e-6))
    {
      for (int i = 0; i < this->PatchSizes[c]; ++i)
      {
        this->EntryPlaces.push_back(static_cast<int>(this->PlaceOffsets[c]) + i);
      }
      this->RowOffsets.push_back(static_cast<std::int64_t>(this->EntryPlaces.size()));
      this->VolumeMaterials.push_back(m);
    }
  }
  this->VolumeStarts.push_back(static_cast<int>(this->VolumeMaterials.size()));
  this->RowStarts.push_back(static_cast<std::int64_t>(this->RowOffsets.size()) - 1);
}

void SmoothnessSystem::reserveInverses()
{
  this->InverseOffsets.assign(this->Cells + 1, 0);
  for (const int c : this->ActiveCells)
  {
    this->InverseOffsets[c + 1] = inverseSize(this->PatchSizes[c]);
  }
  for (int c = 0; c < this->Cells; ++c)
  {
    this->InverseOffsets[c + 1] += this->InverseOffsets[c];
  }
  this->Inverses.resize(this->InverseOffsets.back());
}

} // namespace mir
