#include "plic/LeastSquares.h"

#include <algorithm>

namespace mir {

Vec3 leastSquaresNormal(const std::vector<NeighbourDifference>& neighbours, int dimension)
{
  // Normal equations A g = b, with dimensionless offsets: each divided by its own length.
  double a[3][3] = {};
  double b[3] = {};
  for (const NeighbourDifference& neighbour : neighbours)
  {
    const double distance2 = dot(neighbour.offset, neighbour.offset);
    if (distance2 == 0.0)
    {
      continue;
    }
    const double d[3] = { neighbour.offset.x, neighbour.offset.y,
      dimension == 3 ? neighbour.offset.z : 0.0 };
    for (int i = 0; i < dimension; ++i)
    {
      for (int j = 0; j < dimension; ++j)
      {
        a[i][j] += d[i] * d[j] / distance2;
      }
      b[i] += d[i] * neighbour.difference / distance2;
    }
  }
  // A directionless remainder of 1e-12 keeps neighbours in a row or plane solvable.
  const double ridge = 1e-12 * (a[0][0] + a[1][1] + a[2][2]);
  for (int i = 0; i < 3; ++i)
  {
    a[i][i] += i < dimension ? ridge : 1.0;
  }
  const Vec3 c0{ a[0][0], a[1][0], a[2][0] };
  const Vec3 c1{ a[0][1], a[1][1], a[2][1] };
  const Vec3 c2{ a[0][2], a[1][2], a[2][2] };
  const Vec3 rhs{ b[0], b[1], b[2] };
  const double determinant = dot(c0, cross(c1, c2));
  if (!(determinant > 0.0))
  {
    return {};
  }
  return -1.0 / determinant *
    Vec3{ dot(rhs, cross(c1, c2)), dot(c0, cross(rhs, c2)), dot(c0, cross(c1, rhs)) };
}

} // namespace mir
