#include "reconstruct/continuous/conservation/Seeds.h"

#include "reconstruct/continuous/conservation/Ties.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

// A cell with less than this part of a material's fraction has lost it; the value of a seed; the
// fraction from which on it has that value.
constexpr double lostPart = 1e-2;
constexpr double seedValue = 0.1;
constexpr double fullSeed = 1e-3;

// A slot, its shared node or -1, and the value that it is to pass.
struct Seed
{
  int node = -1;
  std::int64_t slot = 0;
  double value = 0.0;
  bool upwards = true;
};

// Slot of material k (and of its rival, of two) at local node i of cell c; whether the rules let k
// win there by `height`.
bool place(const SubcellBand& mesh, int c, int i, int k, double height, std::int64_t& slot,
  std::int64_t& rival, bool& upwards)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  upwards = true;
  rival = 0;
  if (i >= cell.boundaryNodes)
  {
    const std::int64_t first = mesh.interiorSlots[c];
    upwards = count > 2 || k == 0;
    slot = first + (i - cell.boundaryNodes) * (count == 2 ? 1 : count) + (count == 2 ? 0 : k);
    return true;
  }
  const int* slots = mesh.slotTableOf(c) + static_cast<std::ptrdiff_t>(i) * count;
  if (count == 2 && slots[1] == 0)
  {
    slot = slots[0];
    upwards = k == 0;
    return upwards ? mesh.upper[slot] >= height : mesh.lower[slot] <= -height;
  }
  slot = slots[k];
  rival = count == 2 ? slots[1 - k] : 0;
  return mesh.slotRules[slot] == SlotRule::Free;
}

// The best node for material k in cell c.
bool findSeed(const SubcellBand& mesh, int c, int k, const std::vector<double>& values,
  const std::vector<double>& field, Seed& seed)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const double part = std::min(1.0, mesh.fractionsOf(c)[k] / fullSeed);
  const double height = seedValue * (mesh.dimension == 2 ? std::sqrt(part) : std::cbrt(part));
  double best = 0.0;
  int bestNode = -1;
  for (int i = 0; i < cell.nodes; ++i)
  {
    const double size =
      i < cell.boundaryNodes ? mesh.sharedSizes[mesh.boundaryNodesOf(c)[i]] : mesh.sizes[c];
    Seed candidate;
    candidate.node = i < cell.boundaryNodes ? mesh.boundaryNodesOf(c)[i] : -1;
    std::int64_t rival = 0;
    if (!place(mesh, c, i, k, height * size, candidate.slot, rival, candidate.upwards))
    {
      continue;
    }
    double lead = 0.0;
    if (count == 2)
    {
      lead = k == 0 ? values[i] : -values[i];
      const double value = height * size;
      candidate.value = rival != 0 ? field[rival] + value : candidate.upwards ? value : -value;
    }
    else
    {
      double other = -HUGE_VAL;
      for (int j = 0; j < count; ++j)
      {
        other = j == k ? other : std::max(other, values[j * cell.nodes + i]);
      }
      lead = values[k * cell.nodes + i] - other;
      // Seeds of several materials at a node must not tie.
      candidate.value = other + height * size * (1.0 + 1e-2 * mesh.materialsOf(c)[k]);
    }
    auto hash = [&](int node) {
      return node < cell.boundaryNodes ? mesh.sharedHashes[mesh.boundaryNodesOf(c)[node]]
                                       : interiorHash(mesh, c, node);
    };
    if (bestNode < 0 || lead > best || (lead == best && hash(i) < hash(bestNode)))
    {
      best = lead;
      bestNode = i;
      seed = candidate;
    }
  }
  return bestNode >= 0;
}

} // namespace

std::int64_t seedLostMaterials(const SubcellBand& mesh, const std::vector<double>& volumes,
  double tolerance, std::vector<double>& field, std::vector<char>& changed)
{
  changed.assign(mesh.numberOfCells(), 0);
  std::vector<Seed> seeds;
  std::vector<double> values;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    bool gathered = false;
    for (int k = 0; k < mesh.materialCount(c); ++k)
    {
      const double fraction = mesh.fractionsOf(c)[k];
      if (fraction <= tolerance || volumes[mesh.materialOffsets[c] + k] >= lostPart * fraction)
      {
        continue;
      }
      if (!gathered)
      {
        values.resize(numberOfValues(mesh, c));
        gatherValues(mesh, c, field, values.data());
        gathered = true;
      }
      Seed seed;
      if (findSeed(mesh, c, k, values, field, seed))
      {
        seeds.push_back(seed);
        changed[c] = 1;
        if (seed.node >= 0)
        {
          const auto next =
            std::upper_bound(mesh.entityNodes.begin(), mesh.entityNodes.end(), seed.node);
          const std::ptrdiff_t entity = next - mesh.entityNodes.begin() - 1;
          for (std::int64_t i = mesh.aboutOffsets[entity]; i < mesh.aboutOffsets[entity + 1]; ++i)
          {
            changed[mesh.aboutCells[i]] = 1;
          }
        }
      }
    }
  }
  for (const Seed& seed : seeds)
  {
    double& value = field[seed.slot];
    value = seed.upwards ? std::max(value, seed.value) : std::min(value, seed.value);
  }
  for (const Seed& seed : seeds)
  {
    if (seed.node >= 0)
    {
      applyPresence(mesh, seed.node, field);
    }
  }
  return static_cast<std::int64_t>(seeds.size());
}

} // namespace mir
