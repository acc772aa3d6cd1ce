#include "reconstruct/continuous/Ties.h"

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

// Whether the two largest values at a node are nearly the same.
bool tied(const std::vector<double>& field, const int* slots, int count, double width)
{
  double first = field[slots[0]];
  double second = field[slots[1]];
  if (count == 2)
  {
    return std::fabs(first - second) < width;
  }
  if (second > first)
  {
    std::swap(first, second);
  }
  for (int k = 2; k < count; ++k)
  {
    const double value = field[slots[k]];
    second = value > first ? first : std::max(second, value);
    first = std::max(first, value);
  }
  return first - second < width;
}

// Finds which boundary nodes of cell c are tied; returns their number.
int findNearTies(
  const SubcellBand& mesh, int c, const std::vector<double>& field, std::vector<char>& near)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const double width = tieWidth * mesh.sizes[c];
  const int* slots = mesh.slotTableOf(c);
  near.resize(cell.boundaryNodes);
  int number = 0;
  for (int i = 0; i < cell.boundaryNodes; ++i)
  {
    near[i] = tied(field, slots + static_cast<std::ptrdiff_t>(i) * count, count, width) ? 1 : 0;
    number += near[i];
  }
  return number;
}

// Marks the shared nodes of the simplices of cell c with one interior node that are tied at all
// others; returns how many were not marked yet.
int markTies(
  const SubcellBand& mesh, int c, const std::vector<char>& near, std::vector<char>& marked)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  int number = 0;
  for (const std::array<int, 4>& simplex : cell.simplices)
  {
    int onBoundary = 0;
    for (int v = 0; v <= mesh.dimension; ++v)
    {
      onBoundary += simplex[v] < cell.boundaryNodes && near[simplex[v]] ? 1 : 0;
    }
    for (int v = 0; v <= mesh.dimension && onBoundary == mesh.dimension; ++v)
    {
      if (simplex[v] < cell.boundaryNodes)
      {
        char& mark = marked[mesh.boundaryNodesOf(c)[simplex[v]]];
        number += mark ? 0 : 1;
        mark = 1;
      }
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
  std::vector<char> candidates(mesh.numberOfCells(), 0);
  parallelFor(mesh.numberOfCells(), [&](int begin, int end) {
    std::vector<char> near;
    for (int c = begin; c < end; ++c)
    {
      candidates[c] = findNearTies(mesh, c, field, near) >= mesh.dimension ? 1 : 0;
    }
  });
  std::vector<char> marked;
  std::vector<char> near;
  std::int64_t number = 0;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    if (candidates[c])
    {
      marked.resize(mesh.numberOfSharedNodes(), 0);
      findNearTies(mesh, c, field, near);
      number += markTies(mesh, c, near, marked);
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
