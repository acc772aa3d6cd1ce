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
        // Sums of whole numbers, so that nodes of the lattice are met exactly.
        std::int64_t u = 0;
        std::int64_t v = 0;
        for (int i = cell.shapeOffsets[node]; i < cell.shapeOffsets[node + 1]; ++i)
        {
          const int corner = corners[c][cell.shapeVertices[i]];
          u += corner == 1 || corner == 2 ? cell.shapeNumerators[i] : 0;
          v += corner == 2 || corner == 3 ? cell.shapeNumerators[i] : 0;
        }
        const double scale = static_cast<double>(r) / cell.shapeDenominators[node];
        result[node] = mesh.sizes[c] * bilinear(lattice, r, scale * u, scale * v);
      }
    }
  });
  return averageOntoField(mesh, cellValues, parallelFor);
}

} // namespace mir
