#include "reconstruct/continuous/conservation/Ties.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

std::uint64_t mix(std::uint64_t x)
{
  // The finaliser of SplitMix64.
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ull;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// Which materials of a cell are nearly the same at its boundary nodes.
class NearTies
{
public:
  /// Finds them for cell c; returns the number of nodes with any.
  int find(const SubcellBand& mesh, int c, const std::vector<double>& field)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    const int count = mesh.materialCount(c);
    const double width = tieWidth * mesh.sizes[c];
    const int* slots = mesh.slotTableOf(c);
    this->Count = count;
    this->Partners.assign(static_cast<std::size_t>(cell.boundaryNodes) * count, 0);
    this->Any.assign(cell.boundaryNodes, 0);
    int number = 0;
    for (int i = 0; i < cell.boundaryNodes; ++i, slots += count)
    {
      std::uint64_t* partners = this->Partners.data() + static_cast<std::ptrdiff_t>(i) * count;
      for (int k = 1; k < count; ++k)
      {
        const double value = field[slots[k]];
        for (int j = 0; j < k; ++j)
        {
          const bool tied = std::fabs(field[slots[j]] - value) < width;
          partners[k] |= static_cast<std::uint64_t>(tied) << j;
        }
        this->Any[i] |= partners[k] != 0 ? 1 : 0;
      }
      number += this->Any[i];
    }
    return number;
  }

  /// Whether two materials are nearly the same at all of some boundary nodes.
  bool hold(const int* nodes, int number) const
  {
    for (int i = 0; i < number; ++i)
    {
      if (!this->Any[nodes[i]])
      {
        return false;
      }
    }
    for (int k = 1; k < this->Count; ++k)
    {
      std::uint64_t everywhere = ~std::uint64_t{ 0 };
      for (int i = 0; i < number; ++i)
      {
        everywhere &= this->Partners[static_cast<std::ptrdiff_t>(nodes[i]) * this->Count + k];
      }
      if (everywhere != 0)
      {
        return true;
      }
    }
    return false;
  }

private:
  int Count = 0;
  /// Whether there are any at a node; materials before each that are nearly the same, bit by bit.
  std::vector<char> Any;
  std::vector<std::uint64_t> Partners;
};

// Whether two values of a node of entity e are nearly the same, in the largest cell about it.
bool hasNearTies(const SubcellBand& mesh, int e, const std::vector<double>& field)
{
  double width = 0.0;
  for (std::int64_t i = mesh.aboutOffsets[e]; i < mesh.aboutOffsets[e + 1]; ++i)
  {
    width = std::max(width, tieWidth * mesh.sizes[mesh.aboutCells[i]]);
  }
  // All nodes have as many slots.
  const int nodes = mesh.entityNodes[e + 1] - mesh.entityNodes[e];
  const std::int64_t first = mesh.sharedSlots[mesh.entityNodes[e]];
  const std::int64_t last = mesh.sharedSlots[mesh.entityNodes[e + 1]];
  int number = 0;
  if (last - first == nodes)
  {
    for (std::int64_t slot = first; slot < last; ++slot)
    {
      number += std::fabs(field[slot]) < width ? 1 : 0;
    }
    return number > 0;
  }
  const std::int64_t count = (last - first) / nodes;
  for (std::int64_t node = first; node < last; node += count)
  {
    for (std::int64_t k = node + 1; k < node + count; ++k)
    {
      for (std::int64_t j = node; j < k; ++j)
      {
        number += std::fabs(field[j] - field[k]) < width ? 1 : 0;
      }
    }
  }
  return number > 0;
}

// Marks the shared nodes of the simplices of cell c with one interior node at all others of which
// two materials are tied; returns how many were not marked yet.
int markTies(const SubcellBand& mesh, int c, const NearTies& ties, std::vector<char>& marked)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  int number = 0;
  for (const std::array<int, 4>& simplex : cell.simplices)
  {
    int onBoundary[4];
    int found = 0;
    for (int v = 0; v <= mesh.dimension; ++v)
    {
      if (simplex[v] < cell.boundaryNodes)
      {
        onBoundary[found++] = simplex[v];
      }
    }
    if (found != mesh.dimension || !ties.hold(onBoundary, found))
    {
      continue;
    }
    for (int i = 0; i < found; ++i)
    {
      char& mark = marked[mesh.boundaryNodesOf(c)[onBoundary[i]]];
      number += mark ? 0 : 1;
      mark = 1;
    }
  }
  return number;
}

} // namespace

double hashedTilt(std::uint64_t hash, int material, int round)
{
  const std::uint64_t x =
    mix(hash + 0x9e3779b97f4a7c15ull * static_cast<std::uint64_t>(64 * round + material + 1));
  return static_cast<double>(x >> 11) * 0x1p-53;
}

std::uint64_t interiorHash(const SubcellBand& mesh, int c, int localNode)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  std::uint64_t sum = 0;
  for (int e = cell.shapeOffsets[localNode]; e < cell.shapeOffsets[localNode + 1]; ++e)
  {
    // The node of a vertex spans from that vertex alone.
    for (int i = 0; i < cell.boundaryNodes; ++i)
    {
      const int begin = cell.shapeOffsets[i];
      if (cell.shapeOffsets[i + 1] == begin + 1 &&
        cell.shapeVertices[begin] == cell.shapeVertices[e])
      {
        const std::uint64_t vertex = mesh.sharedHashes[mesh.boundaryNodesOf(c)[i]];
        sum +=
          mix(vertex + 0x9e3779b97f4a7c15ull * static_cast<std::uint64_t>(cell.shapeNumerators[e]));
        break;
      }
    }
  }
  return mix(sum);
}

std::int64_t tiltTies(
  const SubcellBand& mesh, std::vector<double>& field, const ParallelFor& parallelFor)
{
  const int entities = static_cast<int>(mesh.entityNodes.size()) - 1;
  std::vector<char> near(entities, 0);
  parallelFor(entities, [&](int begin, int end) {
    for (int e = begin; e < end; ++e)
    {
      near[e] = mesh.entityNodes[e] < mesh.entityNodes[e + 1] && hasNearTies(mesh, e, field);
    }
  });
  std::vector<int> candidates;
  for (int e = 0; e < entities; ++e)
  {
    if (near[e])
    {
      candidates.insert(candidates.end(), mesh.aboutCells.begin() + mesh.aboutOffsets[e],
        mesh.aboutCells.begin() + mesh.aboutOffsets[e + 1]);
    }
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  std::vector<char> marked;
  NearTies ties;
  std::int64_t number = 0;
  for (const int c : candidates)
  {
    if (ties.find(mesh, c, field) >= mesh.dimension)
    {
      marked.resize(mesh.numberOfSharedNodes(), 0);
      number += markTies(mesh, c, ties, marked);
    }
  }
  if (number == 0)
  {
    return 0;
  }
  // Sum of the fractions about each marked node, by slot (of a single slot: the difference).
  std::vector<double> about(mesh.sharedSlots.back(), 0.0);
  std::vector<int> cellsAbout(mesh.numberOfSharedNodes(), 0);
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    const int count = mesh.materialCount(c);
    const double* fractions = mesh.fractionsOf(c);
    for (int i = 0; i < cell.boundaryNodes; ++i)
    {
      const int node = mesh.boundaryNodesOf(c)[i];
      if (!marked[node])
      {
        continue;
      }
      ++cellsAbout[node];
      const int* slots = mesh.slotTableOf(c) + static_cast<std::ptrdiff_t>(i) * count;
      if (count == 2 && slots[1] == 0)
      {
        about[slots[0]] += fractions[0] - fractions[1];
        continue;
      }
      for (int k = 0; k < count; ++k)
      {
        about[slots[k]] += fractions[k];
      }
    }
  }
  for (int node = 0; node < mesh.numberOfSharedNodes(); ++node)
  {
    if (!marked[node])
    {
      continue;
    }
    const double tilt = tieTilt * mesh.sharedSizes[node];
    const std::uint64_t hash = mesh.sharedHashes[node];
    if (mesh.singleSlot(node))
    {
      // Away from 0, so that tilts never cancel.
      const std::int64_t slot = mesh.sharedSlots[node];
      const bool negative = field[slot] < 0.0 || (field[slot] == 0.0 && about[slot] < 0.0);
      const double amount = 0.5 * tilt * (1.0 + hashedTilt(hash, mesh.slotMaterials[slot], 0));
      field[slot] += negative ? -amount : amount;
      continue;
    }
    for (std::int64_t slot = mesh.sharedSlots[node]; slot < mesh.sharedSlots[node + 1]; ++slot)
    {
      field[slot] += 0.5 * tilt *
        (about[slot] / cellsAbout[node] + hashedTilt(hash, mesh.slotMaterials[slot], 0));
    }
  }
  applyPresence(mesh, field, parallelFor);
  return number;
}

void tiltInterior(const SubcellBand& mesh, int c, int round, double tilt, double* values)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const int runs = count == 2 ? 1 : count;
  const int number = runs * cell.nodes;
  double scale = mesh.sizes[c];
  for (int i = 0; i < number; ++i)
  {
    scale = std::max(scale, std::fabs(values[i]));
  }
  for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
  {
    const std::uint64_t hash = interiorHash(mesh, c, i);
    for (int k = 0; k < runs; ++k)
    {
      values[k * cell.nodes + i] +=
        tilt * scale * (2.0 * hashedTilt(hash, mesh.materialsOf(c)[k], round) - 1.0);
    }
  }
}

void settleTies(const SubcellBand& mesh, int c, int round, double height, double* values)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const double* fractions = mesh.fractionsOf(c);
  const unsigned char* materials = mesh.materialsOf(c);
  const double width = tieWidth * mesh.sizes[c];
  for (const std::array<int, 4>& simplex : cell.simplices)
  {
    int inside = -1;
    int onBoundary = 0;
    for (int v = 0; v <= mesh.dimension; ++v)
    {
      if (simplex[v] < cell.boundaryNodes)
      {
        ++onBoundary;
      }
      else
      {
        inside = simplex[v];
      }
    }
    if (onBoundary != mesh.dimension)
    {
      continue;
    }
    if (count == 2)
    {
      bool flat = true;
      for (int v = 0; v <= mesh.dimension; ++v)
      {
        flat = flat && (simplex[v] == inside || std::fabs(values[simplex[v]]) < width);
      }
      if (flat)
      {
        values[inside] = fractions[0] >= 0.5 ? height * mesh.sizes[c] : -height * mesh.sizes[c];
      }
      continue;
    }
    // The materials that are the largest, or nearly so, at all nodes on the boundary.
    int favoured = -1;
    int tied = 0;
    double best = 0.0;
    for (int k = 0; k < count; ++k)
    {
      bool largest = true;
      for (int v = 0; v <= mesh.dimension && largest; ++v)
      {
        for (int j = 0; j < count && largest && simplex[v] != inside; ++j)
        {
          largest =
            values[k * cell.nodes + simplex[v]] > values[j * cell.nodes + simplex[v]] - width;
        }
      }
      if (largest)
      {
        ++tied;
        const double score = fractions[k] *
          (round < 4 ? 1.0 : hashedTilt(interiorHash(mesh, c, inside), materials[k], round));
        if (tied == 1 || score > best)
        {
          favoured = k;
          best = score;
        }
      }
    }
    if (tied > 1)
    {
      double top = values[inside];
      for (int k = 1; k < count; ++k)
      {
        top = std::max(top, values[k * cell.nodes + inside]);
      }
      values[favoured * cell.nodes + inside] = top + height * mesh.sizes[c];
    }
  }
}

} // namespace mir
