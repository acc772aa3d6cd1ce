#include "reconstruct/continuous/variational/CellTerms.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

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

} // namespace

CellTermBuilder::CellTermBuilder(
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

CellTerms CellTermBuilder::build(int c) const
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
          term.coefficients[i] = dot(
            n, gradients[s0][local(s0, facet.nodes[i])] - gradients[s1][local(s1, facet.nodes[i])]);
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

void CellTermBuilder::findSlots(int c, int* slots) const
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

bool CellTermBuilder::isNear(const CellSubdivision& cell, std::size_t t, const int* slots,
  int materials, int a, int b, double reach) const
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

} // namespace mir
