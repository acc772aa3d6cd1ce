#include "reconstruct/continuous/NodeField.h"

#include "reconstruct/continuous/TriangleArea.h"

#include <algorithm>

namespace mir {

std::vector<double> averageOntoNodes(const SubcellMesh& mesh, const double* cellValues)
{
  // Distances in mesh units until the end.
  std::vector<double> phi(mesh.nodes.size(), 0.0);
  std::vector<int> counts(mesh.nodes.size(), 0);
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const std::int64_t* nodes = mesh.nodesOf(m);
    const int lattice = mesh.cellTemplate(m).latticeNodes;
    for (int i = 0; i < lattice; ++i)
    {
      phi[nodes[i]] += cellValues[i] * mesh.cellSizes[m];
      ++counts[nodes[i]];
    }
    cellValues += lattice;
  }
  for (std::size_t n = 0; n < phi.size(); ++n)
  {
    phi[n] /= std::max(counts[n], 1);
  }
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const CellTemplate& cell = mesh.cellTemplate(m);
    const std::int64_t* nodes = mesh.nodesOf(m);
    for (int k = 0; cell.latticeNodes + k < cell.nodes; ++k)
    {
      double sum = 0.0;
      for (int i = cell.meanOffsets[k]; i < cell.meanOffsets[k + 1]; ++i)
      {
        sum += phi[nodes[cell.meanNodes[i]]];
      }
      phi[nodes[cell.latticeNodes + k]] = sum / (cell.meanOffsets[k + 1] - cell.meanOffsets[k]);
    }
  }
  for (std::size_t n = 0; n < phi.size(); ++n)
  {
    phi[n] /= mesh.nodeSizes[n];
  }
  return phi;
}

void clampToBounds(const SubcellMesh& mesh, std::vector<double>& phi)
{
  for (std::size_t n = 0; n < phi.size(); ++n)
  {
    phi[n] = std::max(mesh.lower[n], std::min(mesh.upper[n], phi[n]));
  }
}

void gatherCell(
  const SubcellMesh& mesh, std::int64_t m, const std::vector<double>& phi, double* values)
{
  const CellTemplate& cell = mesh.cellTemplate(m);
  const std::int64_t* nodes = mesh.nodesOf(m);
  for (const int i : cell.interiorNodes)
  {
    values[i] = phi[nodes[i]];
  }
  for (const int i : cell.boundaryNodes)
  {
    values[i] = phi[nodes[i]] * (mesh.nodeSizes[nodes[i]] / mesh.cellSizes[m]);
  }
}

double cellArea(
  const CellTemplate& cell, const double* weights, const double* values, double* gradient)
{
  if (gradient)
  {
    std::fill(gradient, gradient + cell.nodes, 0.0);
  }
  double sum = 0.0;
  std::array<double, 3> slope;
  for (std::size_t t = 0; t < cell.triangles.size(); ++t)
  {
    const std::array<int, 3>& nodes = cell.triangles[t];
    const double a = values[nodes[0]];
    const double b = values[nodes[1]];
    const double c = values[nodes[2]];
    const int positive = (a > 0.0) + (b > 0.0) + (c > 0.0);
    if (positive == 3)
    {
      sum += weights[t];
    }
    else if (positive != 0 || (a == 0.0 && b == 0.0 && c == 0.0))
    {
      sum += weights[t] * triangleArea(a, b, c, gradient ? &slope : nullptr);
      for (int i = 0; gradient && i < 3; ++i)
      {
        gradient[nodes[i]] += weights[t] * slope[i];
      }
    }
  }
  return sum;
}

std::vector<double> cellAreas(const SubcellMesh& mesh, const std::vector<double>& phi)
{
  std::vector<double> areas(mesh.cells.size());
  std::vector<double> values;
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const CellTemplate& cell = mesh.cellTemplate(m);
    values.resize(cell.nodes);
    gatherCell(mesh, m, phi, values.data());
    areas[m] = cellArea(cell, mesh.weightsOf(m), values.data(), nullptr);
  }
  return areas;
}

} // namespace mir
