// The piecewise linear map of a quad: four triangles about the mean of its vertices.
#ifndef mir_reconstruct_continuous_subdivision_QuadFan_h
#define mir_reconstruct_continuous_subdivision_QuadFan_h

#include <array>
#include <cmath>
#include <cstdlib>

namespace mir {

/// The triangle (0: over the edge from vertex 0 to 1, and so on round) that holds the point (x, y)
/// of the square with the vertices (-, -), (+, -), (+, +), (-, +) about 0; not on a diagonal.
template <class Number>
int quadFanTriangle(Number x, Number y)
{
  return std::abs(y) > std::abs(x) ? (y < 0 ? 0 : 2) : (x < 0 ? 3 : 1);
}

/// Weights (mean, first vertex, second vertex) of a triangle at the point (x, y) of the square of
/// half width `size`, which sum to 2 size.
inline std::array<int, 3> quadFanWeights(int triangle, int x, int y, int size)
{
  const int depth = triangle == 0 ? -y : triangle == 1 ? x : triangle == 2 ? y : -x;
  const int along = triangle == 0 ? x : triangle == 1 ? y : triangle == 2 ? -x : -y;
  return { 2 * (size - depth), depth - along, depth + along };
}

} // namespace mir

#endif
