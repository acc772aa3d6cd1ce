// Exact coverage of, and signed distance to, polygon loops on a uniform grid.
#ifndef mir_data_Raster_h
#define mir_data_Raster_h

#include "plic/Polygon.h"

#include <cstddef>
#include <vector>

namespace mir {

/// nx x ny square cells; cell (i, j) has the id j * nx + i and its lower left corner at
/// origin + cellSize * (i, j).
struct UniformGrid
{
  int nx = 1;
  int ny = 1;
  double cellSize = 1.0;
  Vec2 origin;
};

/// Covered fraction of every cell, nx * ny values in [0, 1], exact to rounding (about 1e-14):
/// every edge adds the signed area between itself and the right end of its row, and a running sum
/// along the row turns these into areas. Bodies are counter-clockwise, holes clockwise, and loops
/// may reach beyond the grid. Values within 1e-13 of 0 and 1 are set to 0 and 1.
std::vector<double> cellCoverage(const std::vector<Polygon>& loops, const UniformGrid& grid);

/// Signed distance to the loops, positive inside, in units of the cell size and clipped to
/// +-limit, at the (r + 1)^2 lattice nodes of the listed cells: nodes[(c * (r + 1) + b) * (r + 1)
/// + a] lies at (a, b) / r in cell c. Inside is where the winding number is not zero.
void latticeDistances(const std::vector<Polygon>& loops, const UniformGrid& grid,
  const std::vector<int>& cells, int r, double limit, std::vector<float>& nodes);

} // namespace mir

#endif
