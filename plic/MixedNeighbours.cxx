#include "plic/MixedNeighbours.h"

#include "plic/EdgeCells.h"

#include <algorithm>
#include <utility>

namespace mir {

MixedNeighbours mixedNeighbours(const CellBand& band, const MaterialField& field,
  const std::vector<char>& atEdge, const ParallelFor& parallelFor)
{
  const int count = static_cast<int>(field.mixed.size());
  if (count == band.numberOfCells() && std::count(atEdge.begin(), atEdge.end(), 1) == 0)
  {
    return { band.neighbourOffsets.data(), band.neighbours.data(), {}, {} };
  }
  std::vector<std::int64_t> offsets(count + 1, 0);
  const auto about = [&](int slot, auto&& visit) {
    const int cell = field.mixed[slot];
    for (auto i = band.neighbourOffsets[cell]; i < band.neighbourOffsets[cell + 1]; ++i)
    {
      const int neighbour = field.slots[band.neighbours[i]];
      if (neighbour >= 0)
      {
        visit(neighbour);
      }
    }
  };
  const auto forEach = [&](int slot, std::vector<int>& rings, auto&& visit) {
    if (atEdge[slot] == 0)
    {
      about(slot, visit);
      return;
    }
    gatherRings(slot, ringsAtEdge, about, rings);
    std::for_each(rings.begin(), rings.end(), visit);
  };
  parallelFor(count, [&](int begin, int end) {
    std::vector<int> rings;
    for (int slot = begin; slot < end; ++slot)
    {
      forEach(slot, rings, [&](int) { ++offsets[slot + 1]; });
    }
  });
  for (int slot = 0; slot < count; ++slot)
  {
    offsets[slot + 1] += offsets[slot];
  }
  std::vector<int> slots(offsets.back());
  parallelFor(count, [&](int begin, int end) {
    std::vector<int> rings;
    for (int slot = begin; slot < end; ++slot)
    {
      int* next = slots.data() + offsets[slot];
      forEach(slot, rings, [&](int neighbour) { *next++ = neighbour; });
    }
  });
  return { offsets.data(), slots.data(), std::move(offsets), std::move(slots) };
}

} // namespace mir
