#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace mir {

void gatherValues(const SubcellBand& mesh, int c, const std::vector<double>& field, double* values)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const int* table = mesh.slotTableOf(c);
  const double* interior = field.data() + mesh.interiorSlots[c];
  if (count == 2)
  {
    for (int i = 0; i < cell.boundaryNodes; ++i)
    {
      const int s = table[2 * i];
      const int t = table[2 * i + 1];
      values[i] = t == 0 ? field[s] : field[s] - field[t];
    }
    std::copy(interior, interior + (cell.nodes - cell.boundaryNodes), values + cell.boundaryNodes);
    return;
  }
  for (int k = 0; k < count; ++k)
  {
    double* out = values + static_cast<std::ptrdiff_t>(k) * cell.nodes;
    for (int i = 0; i < cell.boundaryNodes; ++i)
    {
      out[i] = field[table[i * count + k]];
    }
    for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
    {
      out[i] = interior[(i - cell.boundaryNodes) * count + k];
    }
  }
}

void scatterInterior(
  const SubcellBand& mesh, int c, const double* values, std::vector<double>& field)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  double* interior = field.data() + mesh.interiorSlots[c];
  if (count == 2)
  {
    std::copy(values + cell.boundaryNodes, values + cell.nodes, interior);
    return;
  }
  for (int k = 0; k < count; ++k)
  {
    const double* in = values + static_cast<std::ptrdiff_t>(k) * cell.nodes;
    for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
    {
      interior[(i - cell.boundaryNodes) * count + k] = in[i];
    }
  }
}

namespace {

// Solves, for all nodes of an entity, the normal equations of the pairwise differences: each cell
// with the materials S asks for the differences of its own values, I - 1 1^T / |S| on S. Where sets
// fall apart each part has the mean 0.
class DifferenceFit
{
public:
  // Materials of the node's slots, ascending.
  void start(const unsigned char* materials, int count)
  {
    this->Count = count;
    std::copy(materials, materials + count, this->Materials);
    std::fill(this->Matrix, this->Matrix + count * count, 0.0);
    for (int i = 0; i < count; ++i)
    {
      this->Part[i] = i;
    }
  }

  void addCell(const unsigned char* materials, int count)
  {
    int at = 0;
    for (int k = 0; k < count; ++k)
    {
      while (this->Materials[at] != materials[k])
      {
        ++at;
      }
      this->Slots[k] = at;
    }
    for (int k = 0; k < count; ++k)
    {
      for (int l = 0; l < count; ++l)
      {
        this->Matrix[this->Slots[k] * this->Count + this->Slots[l]] +=
          (k == l ? 1.0 : 0.0) - 1.0 / count;
      }
      const int from = this->Part[this->Slots[k]];
      const int to = this->Part[this->Slots[0]];
      for (int i = 0; i < this->Count && from != to; ++i)
      {
        this->Part[i] = this->Part[i] == from ? to : this->Part[i];
      }
    }
  }

  // Cholesky's factors of the matrix with the gauge of each part added.
  void factor()
  {
    const int n = this->Count;
    for (int i = 0; i < n; ++i)
    {
      for (int j = 0; j < n; ++j)
      {
        this->Matrix[i * n + j] += this->Part[i] == this->Part[j] ? 1.0 : 0.0;
      }
    }
    for (int i = 0; i < n; ++i)
    {
      for (int j = 0; j <= i; ++j)
      {
        double sum = this->Matrix[i * n + j];
        for (int k = 0; k < j; ++k)
        {
          sum -= this->Matrix[i * n + k] * this->Matrix[j * n + k];
        }
        this->Matrix[i * n + j] = i == j ? std::sqrt(sum) : sum / this->Matrix[j * n + j];
      }
    }
  }

  void solve(double* x) const
  {
    const int n = this->Count;
    for (int i = 0; i < n; ++i)
    {
      for (int k = 0; k < i; ++k)
      {
        x[i] -= this->Matrix[i * n + k] * x[k];
      }
      x[i] /= this->Matrix[i * n + i];
    }
    for (int i = n - 1; i >= 0; --i)
    {
      for (int k = i + 1; k < n; ++k)
      {
        x[i] -= this->Matrix[k * n + i] * x[k];
      }
      x[i] /= this->Matrix[i * n + i];
    }
  }

private:
  int Count = 0;
  unsigned char Materials[64];
  int Slots[64];
  int Part[64];
  double Matrix[64 * 64];
};

// The nodes of an entity that are chosen, as a cell about it has them.
class ChosenNodes
{
public:
  ChosenNodes(const SubcellBand& mesh, const std::vector<BoundaryChoice>& choices, int entity)
    : Mesh(mesh)
    , Choices(choices)
    , Nodes(mesh.entityNodes[entity + 1] - mesh.entityNodes[entity])
  {}

  // Calls visit(node, i) with the local node and its place among the cell's chosen ones.
  template <class Visit>
  void forEach(std::int64_t about, Visit visit) const
  {
    const int c = this->Mesh.aboutCells[about];
    const int first = this->Mesh.aboutFirst[about];
    const BoundaryChoice& choice = this->Choices[this->Mesh.cellSubdivisions[c]];
    for (int i = choice.before[first]; i < choice.before[first + this->Nodes]; ++i)
    {
      visit(choice.nodes[i], i);
    }
  }

private:
  const SubcellBand& Mesh;
  const std::vector<BoundaryChoice>& Choices;
  int Nodes;
};

// Adds the deviations from their mean of the values that cell c has at a node, of which it is the
// i-th chosen one.
void addDeviations(
  const SubcellBand& mesh, int c, int node, const BoundaryValues& own, int i, double* field)
{
  const int count = mesh.materialCount(c);
  const int* table = mesh.slotTableOf(c) + static_cast<std::ptrdiff_t>(count) * node;
  const double* values = own.values + i;
  if (count == 2)
  {
    field[table[0]] += 0.5 * values[0];
    field[table[1]] -= 0.5 * values[0];
    return;
  }
  double mean = 0.0;
  for (int k = 0; k < count; ++k)
  {
    mean += values[k * own.stride] / count;
  }
  for (int k = 0; k < count; ++k)
  {
    field[table[k]] += values[k * own.stride] - mean;
  }
}

} // namespace

BoundaryChoice::BoundaryChoice(const CellSubdivision& cell, const std::vector<int>& wanted)
{
  this->before.assign(cell.boundaryNodes + 1, 0);
  for (int node : wanted)
  {
    ++this->before[node + 1];
  }
  for (int node = 0; node < cell.boundaryNodes; ++node)
  {
    if (this->before[node + 1] != 0)
    {
      this->nodes.push_back(node);
    }
    this->before[node + 1] += this->before[node];
  }
}

void averageSharedNodes(const SubcellBand& mesh, const std::vector<BoundaryChoice>& choices,
  const std::function<BoundaryValues(int c)>& valuesOf, std::vector<double>& field,
  const ParallelFor& parallelFor)
{
  const int entities = static_cast<int>(mesh.entityNodes.size()) - 1;
  parallelFor(entities, [&](int begin, int end) {
    DifferenceFit fit;
    for (int e = begin; e < end; ++e)
    {
      const int first = mesh.entityNodes[e];
      if (first == mesh.entityNodes[e + 1])
      {
        continue;
      }
      const ChosenNodes chosen(mesh, choices, e);
      const auto aboutBegin = mesh.aboutOffsets[e];
      const auto aboutEnd = mesh.aboutOffsets[e + 1];
      if (mesh.singleSlot(first))
      {
        // Slots follow one another as the nodes do.
        double* const sums = field.data() + mesh.sharedSlots[first];
        for (auto about = aboutBegin; about < aboutEnd; ++about)
        {
          const int c = mesh.aboutCells[about];
          const int* shared = mesh.boundaryNodesOf(c);
          const double* values = valuesOf(c).values;
          chosen.forEach(about, [&](int node, int i) {
            double& sum = sums[shared[node] - first];
            sum = about == aboutBegin ? values[i] : sum + values[i];
          });
        }
        const int* shared = mesh.boundaryNodesOf(mesh.aboutCells[aboutBegin]);
        const double factor = 1.0 / static_cast<double>(aboutEnd - aboutBegin);
        chosen.forEach(aboutBegin, [&](int node, int) { sums[shared[node] - first] *= factor; });
        continue;
      }
      // Right-hand sides, then their solutions.
      const auto slot = mesh.sharedSlots[first];
      fit.start(
        mesh.slotMaterials.data() + slot, static_cast<int>(mesh.sharedSlots[first + 1] - slot));
      const int* shared = mesh.boundaryNodesOf(mesh.aboutCells[aboutBegin]);
      chosen.forEach(aboutBegin, [&](int node, int) {
        std::fill(field.begin() + mesh.sharedSlots[shared[node]],
          field.begin() + mesh.sharedSlots[shared[node] + 1], 0.0);
      });
      for (auto about = aboutBegin; about < aboutEnd; ++about)
      {
        const int c = mesh.aboutCells[about];
        const BoundaryValues own = valuesOf(c);
        fit.addCell(mesh.materialsOf(c), mesh.materialCount(c));
        chosen.forEach(
          about, [&](int node, int i) { addDeviations(mesh, c, node, own, i, field.data()); });
      }
      fit.factor();
      chosen.forEach(aboutBegin,
        [&](int node, int) { fit.solve(field.data() + mesh.sharedSlots[shared[node]]); });
    }
  });
}

std::vector<double> averageOntoField(
  const SubcellBand& mesh, const std::vector<double>& cellValues, const ParallelFor& parallelFor)
{
  const int cells = mesh.numberOfCells();
  std::vector<std::int64_t> offsets(cells + 1, 0);
  for (int c = 0; c < cells; ++c)
  {
    offsets[c + 1] = offsets[c] + numberOfValues(mesh, c);
  }
  if (static_cast<std::int64_t>(cellValues.size()) != offsets[cells])
  {
    throw std::invalid_argument("the values do not have the size of the cells' nodes");
  }
  std::vector<double> field(mesh.slots, 0.0);
  parallelFor(cells, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      scatterInterior(mesh, c, cellValues.data() + offsets[c], field);
    }
  });
  std::vector<BoundaryChoice> all;
  for (const CellSubdivision& cell : mesh.subdivisions)
  {
    std::vector<int> nodes(cell.boundaryNodes);
    std::iota(nodes.begin(), nodes.end(), 0);
    all.emplace_back(cell, nodes);
  }
  averageSharedNodes(
    mesh, all,
    [&](int c) {
      return BoundaryValues{ cellValues.data() + offsets[c], mesh.subdivision(c).nodes };
    },
    field, parallelFor);
  return field;
}

void applyPresence(const SubcellBand& mesh, int node, std::vector<double>& field)
{
  const auto begin = mesh.sharedSlots[node];
  const auto end = mesh.sharedSlots[node + 1];
  if (end - begin == 1)
  {
    field[begin] = std::max(mesh.lower[begin], std::min(mesh.upper[begin], field[begin]));
    return;
  }
  double sum = 0.0;
  int tied = 0;
  double least = std::numeric_limits<double>::infinity();
  bool lowered = false;
  for (auto s = begin; s < end; ++s)
  {
    lowered = lowered || mesh.slotRules[s] == SlotRule::Lowered;
    if (mesh.slotRules[s] == SlotRule::Tied)
    {
      sum += field[s];
      ++tied;
    }
    else if (mesh.slotRules[s] == SlotRule::Free)
    {
      least = std::min(least, field[s]);
    }
  }
  if (tied > 0)
  {
    const double mean = sum / tied;
    for (auto s = begin; s < end; ++s)
    {
      field[s] = mesh.slotRules[s] == SlotRule::Tied ? mean : field[s];
    }
    least = std::min(least, mean);
  }
  for (auto s = begin; lowered && s < end; ++s)
  {
    if (mesh.slotRules[s] == SlotRule::Lowered)
    {
      const double margin =
        presenceMargin * mesh.sharedSizes[node] * (1.0 + 0.37 * mesh.slotMaterials[s]);
      field[s] = std::min(field[s], least - margin);
    }
  }
}

namespace {

// Whether the rules say anything about a node's values.
bool hasRules(const SubcellBand& mesh, int node)
{
  constexpr double infinity = std::numeric_limits<double>::infinity();
  bool any = false;
  for (std::int64_t slot = mesh.sharedSlots[node]; slot < mesh.sharedSlots[node + 1]; ++slot)
  {
    any = any || mesh.slotRules[slot] != SlotRule::Free || mesh.lower[slot] != -infinity ||
      mesh.upper[slot] != infinity;
  }
  return any;
}

} // namespace

void applyPresence(
  const SubcellBand& mesh, std::vector<double>& field, const ParallelFor& parallelFor)
{
  // Rules are an entity's: its first node tells whether it has any.
  const int entities = static_cast<int>(mesh.entityNodes.size()) - 1;
  parallelFor(entities, [&](int begin, int end) {
    for (int e = begin; e < end; ++e)
    {
      const int first = mesh.entityNodes[e];
      const int last = mesh.entityNodes[e + 1];
      if (first == last || !hasRules(mesh, first))
      {
        continue;
      }
      for (int node = first; node < last; ++node)
      {
        applyPresence(mesh, node, field);
      }
    }
  });
}

} // namespace mir
