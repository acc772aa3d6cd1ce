#include "reconstruct/continuous/LatticeField.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

/// The bilinear value at (u, v) in [0, r]^2 of a lattice.
double bilinear(const double* values, int r, double u, double v)
{
  const int i = std::min(static_cast<int>(u), r - 1);
  const int j = std::min(static_cast<int>(v), r - 1);
  const double* corner = values + j * (r + 1) + i;
  const double s = u - i;
  const double t = v - j;
  return (1.0 - t) * ((1.0 - s) * corner[0] + s * corner[1]) +
    t * ((1.0 - s) * corner[r + 1] + s * corner[r + 2]);
}

/// Where a node lies in [0, r]^2 of a lattice whose corners the vertices are. From sums of whole
/// numbers, so that nodes of the lattice are met exactly.
Vec2 latticePlace(const CellSubdivision& cell, int node, const int* corners, int r)
{
  std::int64_t u = 0;
  std::int64_t v = 0;
  for (int i = cell.shapeOffsets[node]; i < cell.shapeOffsets[node + 1]; ++i)
  {
    const int corner = corners[cell.shapeVertices[i]];
    u += corner == 1 || corner == 2 ? cell.shapeNumerators[i] : 0;
    v += corner == 2 || corner == 3 ? cell.shapeNumerators[i] : 0;
  }
  const double scale = static_cast<double>(r) / cell.shapeDenominators[node];
  return { scale * u, scale * v };
}

/// The corner of the lattice that each vertex of cell c is; false when they differ.
bool cornersOf(const SubcellBand& mesh, int c, const std::array<int, 4>& quad, int* corners)
{
  const std::int64_t first = mesh.vertexOffsets[c];
  if (mesh.vertexOffsets[c + 1] - first != 4)
  {
    return false;
  }
  for (int i = 0; i < 4; ++i)
  {
    const auto at = std::find(quad.begin(), quad.end(), mesh.cellVertices[first + i]);
    if (at == quad.end())
    {
      return false;
    }
    corners[i] = static_cast<int>(at - quad.begin());
  }
  return true;
}

/// Gives the nodes of cell c that are none of its lattice the mean of those about them, as these
/// are after averaging. `values` is memory for the cell's values.
void betweenLatticeNodes(const SubcellBand& mesh, int c, double* values, std::vector<double>& field)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  if (cell.lattice.empty())
  {
    return;
  }
  const int r = cell.refinement;
  gatherValues(mesh, c, field, values);
  std::vector<double> lattice;
  std::vector<char> onLattice(cell.nodes, 0);
  for (int node : cell.lattice)
  {
    lattice.push_back(values[node]);
    onLattice[node] = 1;
  }
  for (int node = cell.boundaryNodes; node < cell.nodes; ++node)
  {
    if (onLattice[node] == 0)
    {
      constexpr int unturned[4] = { 0, 1, 2, 3 };
      const Vec2 place = latticePlace(cell, node, unturned, r);
      values[node] = bilinear(lattice.data(), r, place.x, place.y);
    }
  }
  scatterInterior(mesh, c, values, field);
}

} // namespace

std::vector<double> latticeField(const SubcellBand& mesh,
  const std::vector<std::array<int, 4>>& quads, const std::vector<double>& values, int r,
  const ParallelFor& parallelFor)
{
  const int count = mesh.numberOfCells();
  const std::size_t latticeNodes = static_cast<std::size_t>(r + 1) * (r + 1);
  if (r < 1 || quads.size() != static_cast<std::size_t>(count) ||
    values.size() != count * latticeNodes)
  {
    throw std::invalid_argument("there are " + std::to_string(quads.size()) + " quads and " +
      std::to_string(values.size()) + " values for " + std::to_string(count) + " cells");
  }
  std::vector<std::int64_t> offsets(count + 1, 0);
  std::vector<std::array<int, 4>> corners(count);
  for (int c = 0; c < count; ++c)
  {
    if (mesh.materialCount(c) != 2 || !cornersOf(mesh, c, quads[c], corners[c].data()))
    {
      throw std::invalid_argument("cell " + std::to_string(mesh.cells[c]) +
        " is no quadrilateral of two materials with the corners given");
    }
    offsets[c + 1] = offsets[c] + numberOfValues(mesh, c);
  }
  std::vector<double> cellValues(offsets.back());
  parallelFor(count, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      const double* lattice = values.data() + c * latticeNodes;
      double* result = cellValues.data() + offsets[c];
      for (int node = 0; node < cell.nodes; ++node)
      {
        const Vec2 place = latticePlace(cell, node, corners[c].data(), r);
        result[node] = mesh.sizes[c] * bilinear(lattice, r, place.x, place.y);
      }
    }
  });
  std::vector<double> field = averageOntoField(mesh, cellValues, parallelFor);
  parallelFor(count, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      betweenLatticeNodes(mesh, c, cellValues.data() + offsets[c], field);
    }
  });
  return field;
}

} // namespace mir
