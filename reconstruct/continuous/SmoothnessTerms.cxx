#include "reconstruct/continuous/SmoothnessTerms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace mir {

namespace {

/// The facets of a sub-division: the two simplices of an inner one, or one on the cell's boundary.
struct FacetTopology
{
  struct Facet
  {
    std::array<int, 3> nodes{ -1, -1, -1 };
    int simplices[2] = { -1, -1 };
    int opposite[2] = { -1, -1 };
  };
  std::vector<Facet> inner;
  std::vector<Facet> outer;
};

/// Sorts up to three numbers by a key.
template <typename Key>
void sortFew(std::array<int, 3>& numbers, int count, Key key)
{
  for (int i = 1; i < count; ++i)
  {
    for (int j = i; j > 0 && key(numbers[j]) < key(numbers[j - 1]); --j)
    {
      std::swap(numbers[j], numbers[j - 1]);
    }
  }
}

FacetTopology facetTopology(const CellSubdivision& cell)
{
  const int d = cell.dimension;
  struct Side
  {
    std::array<int, 3> key;
    int simplex;
    int opposite;
  };
  std::vector<Side> sides;
  for (int t = 0; t < static_cast<int>(cell.simplices.size()); ++t)
  {
    for (int i = 0; i <= d; ++i)
    {
      std::array<int, 3> key{ -1, -1, -1 };
      int n = 0;
      for (int j = 0; j <= d; ++j)
      {
        if (j != i)
        {
          key[n++] = cell.simplices[t][j];
        }
      }
      sortFew(key, d, [](int node) { return node; });
      sides.push_back({ key, t, cell.simplices[t][i] });
    }
  }
  std::sort(sides.begin(), sides.end(), [](const Side& a, const Side& b) {
    return a.key < b.key || (a.key == b.key && a.simplex < b.simplex);
  });
  FacetTopology result;
  for (std::size_t i = 0; i < sides.size(); ++i)
  {
    FacetTopology::Facet facet;
    facet.nodes = sides[i].key;
    facet.simplices[0] = sides[i].simplex;
    facet.opposite[0] = sides[i].opposite;
    if (i + 1 < sides.size() && sides[i + 1].key == sides[i].key)
    {
      facet.simplices[1] = sides[i + 1].simplex;
      facet.opposite[1] = sides[i + 1].opposite;
      result.inner.push_back(facet);
      ++i;
    }
    else
    {
      result.outer.push_back(facet);
    }
  }
  return result;
}

/// Gradients of the barycentric coordinates, and the measure.
double simplexGradients(int d, const Vec3* x, Vec3* gradients)
{
  if (d == 2)
  {
    const Vec3 u = x[1] - x[0];
    const Vec3 v = x[2] - x[0];
    const double area = u.x * v.y - u.y * v.x;
    for (int i = 0; i < 3; ++i)
    {
      const Vec3 e = x[(i + 2) % 3] - x[(i + 1) % 3];
      gradients[i] = { -e.y / area, e.x / area, 0.0 };
    }
    return 0.5 * area;
  }
  const Vec3 u = x[1] - x[0];
  const Vec3 v = x[2] - x[0];
  const Vec3 w = x[3] - x[0];
  const double volume = dot(u, cross(v, w));
  gradients[1] = 1.0 / volume * cross(v, w);
  gradients[2] = 1.0 / volume * cross(w, u);
  gradients[3] = 1.0 / volume * cross(u, v);
  gradients[0] = -(gradients[1] + gradients[2] + gradients[3]);
  return volume / 6.0;
}

/// What one cell contributes before its neighbours are known.
struct CellTerms
{
  std::vector<JumpTerm> jumps;
  std::vector<SlopeTerm> slopes;
  std::vector<int> others;
  /// Sides on the cell's boundary, for each pair of materials: matched with the neighbour's later.
  struct Side
  {
    std::array<int, 3> nodes;
    int first = 0;
    int second = 0;
    TermNode opposite;
    /// Gradient of each facet node's and of the opposite node's barycentric coordinate.
    Vec3 gradients[4];
    TermNode facet[3];
    double simplexMeasure = 0.0;
    double facetMeasure = 0.0;
    Vec3 normal;
    int firstOther = 0;
    int others = 0;
  };
  std::vector<Side> sides;
};

class TermBuilder
{
public:
  TermBuilder(
    const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field, double reach)
    : Band(band)
    , Mesh(mesh)
    , Field(field)
    , Reach(reach)
  {
    for (const CellSubdivision& subdivision : mesh.subdivisions)
    {
      this->Topologies.push_back(facetTopology(subdivision));
    }
  }

  CellTerms build(int c) const
  {
    CellTerms result;
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const FacetTopology& topology = this->Topologies[this->Mesh.cellSubdivisions[c]];
    const int d = cell.dimension;
    const int materials = this->Mesh.materialCount(c);
    const double h = this->Mesh.sizes[c];
    std::vector<Vec3> positions(cell.nodes);
    nodePositions(this->Band, this->Mesh, c, positions.data());
    const std::size_t simplices = cell.simplices.size();
    std::vector<std::array<Vec3, 4>> gradients(simplices);
    std::vector<double> measures(simplices);
    for (std::size_t t = 0; t < simplices; ++t)
    {
      Vec3 x[4];
      for (int i = 0; i <= d; ++i)
      {
        x[i] = positions[cell.simplices[t][i]];
      }
      measures[t] = simplexGradients(d, x, gradients[t].data());
    }
    std::vector<int> slots(static_cast<std::size_t>(cell.nodes) * materials);
    this->findSlots(c, slots.data());
    std::vector<char> near(simplices);
    for (int a = 0; a < materials; ++a)
    {
      for (int b = a + 1; b < materials; ++b)
      {
        const auto node = [&](int i) {
          return materials == 2 ? TermNode{ slots[2 * i], slots[2 * i + 1] }
                                : TermNode{ slots[i * materials + a], slots[i * materials + b] };
        };
        const auto addOthers = [&](const int* nodes, int count, int& first, int& number) {
          first = static_cast<int>(result.others.size());
          number = materials - 2;
          for (int k = 0; k < materials; ++k)
          {
            if (k != a && k != b)
            {
              for (int i = 0; i < count; ++i)
              {
                result.others.push_back(slots[nodes[i] * materials + k]);
              }
            }
          }
        };
        for (std::size_t t = 0; t < simplices; ++t)
        {
          near[t] = this->isNear(cell, t, slots.data(), materials, a, b, this->Reach * h);
          if (near[t])
          {
            SlopeTerm term;
            for (int i = 0; i <= d; ++i)
            {
              term.nodes[i] = node(cell.simplices[t][i]);
              term.gradients[i] = gradients[t][i];
            }
            term.measure = measures[t] / std::pow(h, d);
            term.size = h;
            term.cell = c;
            if (materials > 2)
            {
              addOthers(cell.simplices[t].data(), d + 1, term.firstOther, term.others);
            }
            result.slopes.push_back(term);
          }
        }
        const auto local = [&](int simplex, int n) {
          const auto& nodes = cell.simplices[simplex];
          return static_cast<int>(std::find(nodes.begin(), nodes.begin() + d + 1, n) - nodes.begin());
        };
        for (const auto& facet : topology.inner)
        {
          const int s0 = facet.simplices[0];
          const int s1 = facet.simplices[1];
          if (!near[s0] && !near[s1])
          {
            continue;
          }
          const int o0 = local(s0, facet.opposite[0]);
          const int o1 = local(s1, facet.opposite[1]);
          const Vec3 g = gradients[s0][o0];
          const double slope = length(g);
          const Vec3 n = 1.0 / slope * g;
          JumpTerm term;
          for (int i = 0; i < d; ++i)
          {
            term.nodes[i] = node(facet.nodes[i]);
            term.coefficients[i] = dot(n,
              gradients[s0][local(s0, facet.nodes[i])] - gradients[s1][local(s1, facet.nodes[i])]);
          }
          term.nodes[d] = node(facet.opposite[0]);
          term.coefficients[d] = dot(n, g);
          term.nodes[d + 1] = node(facet.opposite[1]);
          term.coefficients[d + 1] = -dot(n, gradients[s1][o1]);
          const double size = measures[s0] * slope * d;
          term.measure = size / std::pow(h, d - 1);
          term.width = (measures[s0] + measures[s1]) / (size * h);
          term.size = h;
          term.cells[0] = term.cells[1] = c;
          if (materials > 2)
          {
            addOthers(facet.nodes.data(), d, term.firstOther, term.others);
          }
          result.jumps.push_back(term);
        }
        for (const auto& facet : topology.outer)
        {
          const int s0 = facet.simplices[0];
          if (!near[s0])
          {
            continue;
          }
          CellTerms::Side side;
          side.first = this->Mesh.materialsOf(c)[a];
          side.second = this->Mesh.materialsOf(c)[b];
          side.nodes = { -1, -1, -1 };
          // In the order of the shared nodes, so that both cells agree.
          std::array<int, 3> order{ 0, 1, 2 };
          const int* shared = this->Mesh.boundaryNodesOf(c);
          sortFew(order, d, [&](int i) { return shared[facet.nodes[i]]; });
          int ordered[3];
          for (int i = 0; i < d; ++i)
          {
            const int n = facet.nodes[order[i]];
            ordered[i] = n;
            side.nodes[i] = shared[n];
            side.facet[i] = node(n);
            side.gradients[i] = gradients[s0][local(s0, n)];
          }
          side.opposite = node(facet.opposite[0]);
          side.gradients[3] = gradients[s0][local(s0, facet.opposite[0])];
          const double slope = length(side.gradients[3]);
          side.normal = 1.0 / slope * side.gradients[3];
          side.simplexMeasure = measures[s0];
          side.facetMeasure = measures[s0] * slope * d;
          if (materials > 2)
          {
            addOthers(ordered, d, side.firstOther, side.others);
          }
          result.sides.push_back(side);
        }
      }
    }
    return result;
  }

private:
  void findSlots(int c, int* slots) const
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const int materials = this->Mesh.materialCount(c);
    const int* table = this->Mesh.slotTableOf(c);
    std::copy(table, table + static_cast<std::ptrdiff_t>(cell.boundaryNodes) * materials, slots);
    std::int64_t next = this->Mesh.interiorSlots[c];
    for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
    {
      for (int k = 0; k < materials; ++k)
      {
        slots[i * materials + k] = materials == 2 && k == 1 ? 0 : static_cast<int>(next++);
      }
    }
  }

  bool isNear(const CellSubdivision& cell, std::size_t t, const int* slots, int materials, int a,
    int b, double reach) const
  {
    const int count = cell.dimension + 1;
    const double* u = this->Field.data();
    double low = 1e300;
    double high = -1e300;
    double below = 1e300;
    for (int i = 0; i < count; ++i)
    {
      const int* s = slots + static_cast<std::ptrdiff_t>(cell.simplices[t][i]) * materials;
      const double value = u[s[materials == 2 ? 0 : a]] - u[s[materials == 2 ? 1 : b]];
      low = std::min(low, value);
      high = std::max(high, value);
      if (materials > 2)
      {
        double best = -1e300;
        for (int k = 0; k < materials; ++k)
        {
          best = k == a || k == b ? best : std::max(best, u[s[k]]);
        }
        below = std::min(below, best - std::max(u[s[a]], u[s[b]]));
      }
    }
    return low < reach && high > -reach && (materials == 2 || below < reach);
  }

  const CellBand& Band;
  const SubcellBand& Mesh;
  const std::vector<double>& Field;
  double Reach;
  std::vector<FacetTopology> Topologies;
};

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

/// The least colour that no cell within two steps has.
void colour(int cells, SmoothnessTerms& terms)
{
  std::vector<int> colours(cells, -1);
  std::vector<int> taken;
  int count = 0;
  for (int c = 0; c < cells; ++c)
  {
    for (auto i = terms.neighbourOffsets[c]; i < terms.neighbourOffsets[c + 1]; ++i)
    {
      const int b = terms.neighbours[i];
      for (auto k = terms.neighbourOffsets[b]; k < terms.neighbourOffsets[b + 1]; ++k)
      {
        const int other = colours[terms.neighbours[k]];
        if (other >= 0)
        {
          taken[other] = c;
        }
      }
    }
    int free = 0;
    while (free < count && taken[free] == c)
    {
      ++free;
    }
    colours[c] = free;
    if (free == count)
    {
      ++count;
      taken.push_back(-1);
    }
  }
  std::vector<int> sizes(count + 1, 0);
  for (const int x : colours)
  {
    ++sizes[x + 1];
  }
  for (int x = 0; x < count; ++x)
  {
    sizes[x + 1] += sizes[x];
  }
  terms.colourOffsets = sizes;
  terms.colouredCells.resize(cells);
  for (int c = 0; c < cells; ++c)
  {
    terms.colouredCells[sizes[colours[c]]++] = c;
  }
}

} // namespace

SmoothnessTerms smoothnessTerms(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, double reach, const ParallelFor& parallelFor)
{
  const int d = mesh.dimension;
  const int cells = mesh.numberOfCells();
  SmoothnessTerms terms;
  const TermBuilder builder(band, mesh, field, reach);
  std::vector<CellTerms> parts(cells);
  parallelFor(cells, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      parts[c] = builder.build(c);
    }
  });

  // Inner terms cell after cell, then those across faces, matched by their nodes.
  std::vector<int> otherStart(cells);
  std::unordered_map<SideKey, std::pair<int, int>, SideHash> open;
  std::vector<JumpTerm> across;
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
      across.push_back(term);
      open.erase(found);
    }
  }
  parts.clear();
  terms.jumps.insert(terms.jumps.end(), across.begin(), across.end());

  std::vector<std::int64_t> nodeOffsets;
  std::vector<int> nodeCells;
  findNeighbours(mesh, nodeOffsets, nodeCells, terms);
  colour(cells, terms);

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
