#include "reconstruct/neural/MaterialLattices.h"

#include "reconstruct/continuous/starts/LatticeField.h"

#include <cstdint>
#include <map>
#include <numeric>

namespace mir {

namespace {

bool holdOnePair(const SubcellBand& mesh)
{
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    if (mesh.materialCount(c) != 2 || mesh.materialsOf(c)[0] != mesh.materialsOf(0)[0] ||
      mesh.materialsOf(c)[1] != mesh.materialsOf(0)[1])
    {
      return false;
    }
  }
  return true;
}

} // namespace

UninitializedVector<double> materialLattices(
  const SubcellBand& mesh, int latticeNodes, const MaterialDistances& distances)
{
  const int count = mesh.numberOfCells();
  if (count == 0)
  {
    return {};
  }
  if (holdOnePair(mesh))
  {
    std::vector<int> all(count);
    std::iota(all.begin(), all.end(), 0);
    return distances(mesh.materialsOf(0)[0], all);
  }
  std::vector<std::int64_t> lattices(count + 1, 0);
  std::map<int, std::vector<int>> cellsOf;
  for (int c = 0; c < count; ++c)
  {
    lattices[c + 1] = lattices[c] + latticesOf(mesh, c);
    for (int k = 0; k < mesh.materialCount(c); ++k)
    {
      cellsOf[mesh.materialsOf(c)[k]].push_back(c);
    }
  }
  UninitializedVector<double> values(lattices.back() * latticeNodes, 0.0);
  for (const auto& [material, cells] : cellsOf)
  {
    const UninitializedVector<double> own = distances(material, cells);
    for (std::size_t i = 0; i < cells.size(); ++i)
    {
      const int c = cells[i];
      int k = 0;
      while (mesh.materialsOf(c)[k] != material)
      {
        ++k;
      }
      const bool pair = mesh.materialCount(c) == 2;
      const double part = pair && k == 1 ? -0.5 : 0.5;
      double* to = values.data() + (lattices[c] + (pair ? 0 : k)) * latticeNodes;
      for (int node = 0; node < latticeNodes; ++node)
      {
        to[node] += part * own[i * latticeNodes + node];
      }
    }
  }
  return values;
}

} // namespace mir
