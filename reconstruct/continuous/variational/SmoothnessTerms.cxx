#include "reconstruct/continuous/variational/SmoothnessTerms.h"

#include "reconstruct/continuous/variational/CellTerms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace mir {

namespace {

struct SideKey
{
  std::array<int, 3> nodes;
  int first;
  int second;
  bool operator==(const SideKey& other) const
  {
    return nodes == other.nodes && first == other.first && second == other.second;
  }
};
struct SideHash
{
  std::size_t operator()(const SideKey& key) const
  {
    std::uint64_t h = 1469598103934665603ull;
    for (const int x : { key.nodes[0], key.nodes[1], key.nodes[2], key.first * 64 + key.second })
    {
      h = (h ^ static_cast<std::uint64_t>(static_cast<unsigned>(x))) * 0x9e3779b97f4a7c15ull;
      h ^= h >> 29;
    }
    return h;
  }
};

JumpTerm joinSides(int d, const CellTerms::Side& a, const CellTerms::Side& b, double sizeA,
  double sizeB, int cellA, int cellB)
{
  JumpTerm term;
  for (int i = 0; i < d; ++i)
  {
    term.nodes[i] = a.facet[i];
    term.coefficients[i] = dot(a.normal, a.gradients[i] - b.gradients[i]);
  }
  term.nodes[d] = a.opposite;
  term.coefficients[d] = dot(a.normal, a.gradients[3]);
  term.nodes[d + 1] = b.opposite;
  term.coefficients[d + 1] = -dot(a.normal, b.gradients[3]);
  const double h = 0.5 * (sizeA + sizeB);
  term.size = h;
  term.measure = a.facetMeasure / std::pow(h, d - 1);
  term.width = (a.simplexMeasure + b.simplexMeasure) / (a.facetMeasure * h);
  term.cells[0] = cellA;
  term.cells[1] = cellB;
  return term;
}

/// Cells about each shared node, then about each cell.
void findNeighbours(const SubcellBand& mesh, std::vector<std::int64_t>& nodeOffsets,
  std::vector<int>& nodeCells, SmoothnessTerms& terms)
{
  const int cells = mesh.numberOfCells();
  nodeOffsets.assign(mesh.numberOfSharedNodes() + 1, 0);
  for (const int n : mesh.boundaryNodes)
  {
    ++nodeOffsets[n + 1];
  }
  for (std::size_t n = 1; n < nodeOffsets.size(); ++n)
  {
    nodeOffsets[n] += nodeOffsets[n - 1];
  }
  nodeCells.resize(mesh.boundaryNodes.size());
  std::vector<std::int64_t> next(nodeOffsets.begin(), nodeOffsets.end() - 1);
  for (int c = 0; c < cells; ++c)
  {
    for (int i = 0; i < mesh.subdivision(c).boundaryNodes; ++i)
    {
      nodeCells[next[mesh.boundaryNodesOf(c)[i]]++] = c;
    }
  }
  std::vector<int> seen(cells, -1);
  for (int c = 0; c < cells; ++c)
  {
    const auto first = terms.neighbours.size();
    for (int i = 0; i < mesh.subdivision(c).boundaryNodes; ++i)
    {
      const int n = mesh.boundaryNodesOf(c)[i];
      for (auto k = nodeOffsets[n]; k < nodeOffsets[n + 1]; ++k)
      {
        if (seen[nodeCells[k]] != c)
        {
          seen[nodeCells[k]] = c;
          terms.neighbours.push_back(nodeCells[k]);
        }
      }
    }
    std::sort(terms.neighbours.begin() + first, terms.neighbours.end());
    terms.neighbourOffsets.push_back(static_cast<std::int64_t>(terms.neighbours.size()));
  }
}

} // namespace

SmoothnessTerms smoothnessTerms(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, double reach, const ParallelFor& parallelFor)
{
  const int d = mesh.dimension;
  const int cells = mesh.numberOfCells();
  SmoothnessTerms terms;
  const CellTermBuilder builder(band, mesh, field, reach);
  std::vector<CellTerms> parts(cells);
  parallelFor(cells, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      parts[c] = builder.build(c);
    }
  });

  // Sides on a cell's boundary wait for the other cell's with the same nodes.
  std::vector<int> otherStart(cells);
  std::unordered_map<SideKey, std::pair<int, int>, SideHash> open;
  for (int c = 0; c < cells; ++c)
  {
    CellTerms& part = parts[c];
    const int start = static_cast<int>(terms.otherSlots.size());
    terms.otherSlots.insert(terms.otherSlots.end(), part.others.begin(), part.others.end());
    for (JumpTerm term : part.jumps)
    {
      term.firstOther += start;
      terms.jumps.push_back(term);
    }
    for (SlopeTerm term : part.slopes)
    {
      term.firstOther += start;
      terms.slopes.push_back(term);
    }
    for (std::size_t i = 0; i < part.sides.size(); ++i)
    {
      CellTerms::Side& side = part.sides[i];
      side.firstOther += start;
      const SideKey key{ side.nodes, side.first, side.second };
      const auto found = open.find(key);
      if (found == open.end())
      {
        open.emplace(key, std::make_pair(c, static_cast<int>(i)));
        continue;
      }
      const int other = found->second.first;
      const CellTerms::Side& twin = parts[other].sides[found->second.second];
      JumpTerm term = joinSides(d, twin, side, mesh.sizes[other], mesh.sizes[c], other, c);
      const CellTerms::Side& richer = twin.others >= side.others ? twin : side;
      term.firstOther = richer.firstOther;
      term.others = richer.others;
      terms.jumps.push_back(term);
      open.erase(found);
    }
    terms.jumpOffsets.push_back(static_cast<std::int64_t>(terms.jumps.size()));
    terms.slopeOffsets.push_back(static_cast<std::int64_t>(terms.slopes.size()));
  }
  parts.clear();

  std::vector<std::int64_t> nodeOffsets;
  std::vector<int> nodeCells;
  findNeighbours(mesh, nodeOffsets, nodeCells, terms);

  // Terms of a cell: those with a slot at one of its nodes.
  std::vector<int> nodeOfSlot(mesh.sharedSlots.back(), -1);
  for (int n = 0; n < mesh.numberOfSharedNodes(); ++n)
  {
    for (auto s = mesh.sharedSlots[n]; s < mesh.sharedSlots[n + 1]; ++s)
    {
      nodeOfSlot[s] = n;
    }
  }
  std::vector<int> seen(cells, -1);
  std::vector<int> touched;
  const auto meet = [&](const TermNode* nodes, int count, int stamp, int cellA, int cellB) {
    touched.clear();
    const auto visit = [&](int c) {
      if (seen[c] != stamp)
      {
        seen[c] = stamp;
        touched.push_back(c);
      }
    };
    visit(cellA);
    visit(cellB);
    for (int i = 0; i < count; ++i)
    {
      const int s = nodes[i].s;
      if (s < static_cast<int>(nodeOfSlot.size()) && nodeOfSlot[s] >= 0)
      {
        const int n = nodeOfSlot[s];
        for (auto k = nodeOffsets[n]; k < nodeOffsets[n + 1]; ++k)
        {
          visit(nodeCells[k]);
        }
      }
    }
  };
  const auto list = [&](auto&& each, std::size_t count, std::vector<std::int64_t>& offsets,
                      std::vector<int>& members) {
    offsets.assign(cells + 1, 0);
    std::fill(seen.begin(), seen.end(), -1);
    for (std::size_t i = 0; i < count; ++i)
    {
      each(static_cast<int>(i));
      for (const int c : touched)
      {
        ++offsets[c + 1];
      }
    }
    for (int c = 0; c < cells; ++c)
    {
      offsets[c + 1] += offsets[c];
    }
    members.resize(offsets[cells]);
    std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
    std::fill(seen.begin(), seen.end(), -1);
    for (std::size_t i = 0; i < count; ++i)
    {
      each(static_cast<int>(i));
      for (const int c : touched)
      {
        members[next[c]++] = static_cast<int>(i);
      }
    }
  };
  list(
    [&](int i) {
      const JumpTerm& term = terms.jumps[i];
      meet(term.nodes, d + 2, i, term.cells[0], term.cells[1]);
    },
    terms.jumps.size(), terms.cellJumpOffsets, terms.cellJumps);
  list(
    [&](int i) {
      const SlopeTerm& term = terms.slopes[i];
      meet(term.nodes, d + 1, i, term.cell, term.cell);
    },
    terms.slopes.size(), terms.cellSlopeOffsets, terms.cellSlopes);
  return terms;
}

} // namespace mir
