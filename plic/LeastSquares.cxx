#include "plic/LeastSquares.h"

#include <cmath>

namespace mir {

namespace {

/// Eigenvalues of a symmetric matrix onto its diagonal, eigenvectors into the columns of `vectors`
/// (Jacobi 1846, cyclic).
void diagonalise(double (&a)[3][3], double (&vectors)[3][3])
{
  for (int i = 0; i < 3; ++i)
  {
    for (int j = 0; j < 3; ++j)
    {
      vectors[i][j] = i == j ? 1.0 : 0.0;
    }
  }
  for (int sweep = 0; sweep < 12; ++sweep)
  {
    for (int p = 0; p < 2; ++p)
    {
      for (int q = p + 1; q < 3; ++q)
      {
        if (a[p][q] == 0.0)
        {
          continue;
        }
        const double theta = 0.5 * (a[q][q] - a[p][p]) / a[p][q];
        const double t = (theta < 0.0 ? -1.0 : 1.0) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1.0 / std::hypot(t, 1.0);
        const double s = t * c;
        for (int k = 0; k < 3; ++k)
        {
          const double kp = a[k][p];
          const double kq = a[k][q];
          a[k][p] = c * kp - s * kq;
          a[k][q] = s * kp + c * kq;
        }
        for (int k = 0; k < 3; ++k)
        {
          const double pk = a[p][k];
          const double qk = a[q][k];
          a[p][k] = c * pk - s * qk;
          a[q][k] = s * pk + c * qk;
          const double vp = vectors[k][p];
          const double vq = vectors[k][q];
          vectors[k][p] = c * vp - s * vq;
          vectors[k][q] = s * vp + c * vq;
        }
        a[p][q] = 0.0;
        a[q][p] = 0.0;
      }
    }
  }
}

} // namespace

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
  // Pseudo-inverse: directions that the neighbours do not span have an eigenvalue of rounding size.
  double vectors[3][3];
  diagonalise(a, vectors);
  const double smallest = 1e-12 * (a[0][0] + a[1][1] + a[2][2]);
  double gradient[3] = {};
  for (int k = 0; k < 3; ++k)
  {
    if (a[k][k] > smallest)
    {
      const double along =
        (vectors[0][k] * b[0] + vectors[1][k] * b[1] + vectors[2][k] * b[2]) / a[k][k];
      for (int i = 0; i < dimension; ++i)
      {
        gradient[i] += along * vectors[i][k];
      }
    }
  }
  return { -gradient[0], -gradient[1], -gradient[2] };
}

} // namespace mir
