#include "reconstruct/continuous/SubcellBand.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

// Adds the values of cell c at the nodes of an entity of it, of which `first` is the first.
void addValues(const SubcellBand& mesh, int c, int first, int nodes, const CellNodes& cell,
  std::vector<double>& field)
{
  const int count = mesh.materialCount(c);
  const int* table = mesh.slotTableOf(c) + static_cast<std::ptrdiff_t>(count) * first;
  const double* values = cell.values + first;
  if (count == 2)
  {
    for (int i = 0; i < nodes; ++i)
    {
      const int t = table[2 * i + 1];
      if (t == 0)
      {
        field[table[2 * i]] += values[i];
      }
      else
      {
        field[table[2 * i]] += 0.5 * values[i];
        field[t] -= 0.5 * values[i];
      }
    }
    return;
  }
  for (int i = 0; i < nodes; ++i)
  {
    double mean = 0.0;
    for (int k = 0; k < count; ++k)
    {
      mean += values[static_cast<std::ptrdiff_t>(k) * cell.stride + i] / count;
    }
    for (int k = 0; k < count; ++k)
    {
      field[table[i * count + k]] +=
        values[static_cast<std::ptrdiff_t>(k) * cell.stride + i] - mean;
    }
  }
}

} // namespace

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
  averageSharedNodes(
    mesh,
    [&](int c) {
      return CellNodes{ cellValues.data() + offsets[c], mesh.subdivision(c).nodes };
    },
    field, parallelFor);
  return field;
}

void averageSharedNodes(const SubcellBand& mesh, const std::function<CellNodes(int c)>& valuesOf,
  std::vector<double>& field, const ParallelFor& parallelFor)
{
  const int entities = static_cast<int>(mesh.entityNodes.size()) - 1;
  parallelFor(entities, [&](int begin, int end) {
    DifferenceFit fit;
    for (int e = begin; e < end; ++e)
    {
      const int first = mesh.entityNodes[e];
      const int count = mesh.entityNodes[e + 1] - first;
      if (count == 0)
      {
        continue;
      }
      const auto aboutBegin = mesh.aboutOffsets[e];
      const auto aboutEnd = mesh.aboutOffsets[e + 1];
      const auto slot = mesh.sharedSlots[first];
      const auto slotsEnd = mesh.sharedSlots[first + count];
      std::fill(field.begin() + slot, field.begin() + slotsEnd, 0.0);
      // Right-hand sides: of single slots the sum of the values, of others that of their deviations
      // from the mean of each cell.
      for (auto i = aboutBegin; i < aboutEnd; ++i)
      {
        addValues(
          mesh, mesh.aboutCells[i], mesh.aboutFirst[i], count, valuesOf(mesh.aboutCells[i]), field);
      }
      if (mesh.singleSlot(first))
      {
        const double factor = 1.0 / static_cast<double>(aboutEnd - aboutBegin);
        for (auto s = slot; s < slotsEnd; ++s)
        {
          field[s] *= factor;
        }
        continue;
      }
      fit.start(
        mesh.slotMaterials.data() + slot, static_cast<int>(mesh.sharedSlots[first + 1] - slot));
      for (auto i = aboutBegin; i < aboutEnd; ++i)
      {
        const int c = mesh.aboutCells[i];
        fit.addCell(mesh.materialsOf(c), mesh.materialCount(c));
      }
      fit.factor();
      for (int n = first; n < first + count; ++n)
      {
        fit.solve(field.data() + mesh.sharedSlots[n]);
      }
    }
  });
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

void applyPresence(
  const SubcellBand& mesh, std::vector<double>& field, const ParallelFor& parallelFor)
{
  parallelFor(mesh.numberOfSharedNodes(), [&](int begin, int end) {
    for (int node = begin; node < end; ++node)
    {
      applyPresence(mesh, node, field);
    }
  });
}

} // namespace mir
