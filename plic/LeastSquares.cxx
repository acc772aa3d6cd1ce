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

/// Solves A g = b for the directions that A has; A is destroyed.
Vec3 pseudoSolve(double (&a)[3][3], const double (&b)[3])
{
  // Directions that the neighbours do not span have an eigenvalue of rounding size.
  double vectors[3][3];
  diagonalise(a, vectors);
  const double smallest = 1e-12 * (a[0][0] + a[1][1] + a[2][2]);
  double result[3] = {};
  for (int k = 0; k < 3; ++k)
  {
    if (a[k][k] > smallest)
    {
      const double along =
        (vectors[0][k] * b[0] + vectors[1][k] * b[1] + vectors[2][k] * b[2]) / a[k][k];
      for (int i = 0; i < 3; ++i)
      {
        result[i] += along * vectors[i][k];
      }
    }
  }
  return { result[0], result[1], result[2] };
}

/// Normal equations of the differences over the squared distances: entries of A, and b.
struct NormalEquations
{
  double xx = 0.0;
  double yy = 0.0;
  double zz = 0.0;
  double xy = 0.0;
  double xz = 0.0;
  double yz = 0.0;
  Vec3 b;
  /// Sum of the absolute values that b adds up.
  double size = 0.0;

  void add(Vec3 d, double difference)
  {
    const double distance2 = dot(d, d);
    if (distance2 == 0.0)
    {
      return;
    }
    const double weight = 1.0 / distance2;
    const Vec3 w = weight * d;
    this->xx += w.x * d.x;
    this->yy += w.y * d.y;
    this->zz += w.z * d.z;
    this->xy += w.x * d.y;
    this->xz += w.x * d.z;
    this->yz += w.y * d.z;
    this->b = this->b + difference * w;
    this->size += std::abs(difference) * (std::abs(w.x) + std::abs(w.y) + std::abs(w.z));
  }
};

/// The gradient: in closed form where the neighbours span all directions well.
Vec3 solve(const NormalEquations& e, int dimension)
{
  const Vec3 b = e.b;
  if (dimension == 2)
  {
    const double determinant = e.xx * e.yy - e.xy * e.xy;
    const double trace = e.xx + e.yy;
    if (determinant > 1e-4 * trace * trace)
    {
      return { (e.yy * b.x - e.xy * b.y) / determinant, (e.xx * b.y - e.xy * b.x) / determinant,
        0.0 };
    }
  }
  else
  {
    const Vec3 x{ e.yy * e.zz - e.yz * e.yz, e.yz * e.xz - e.xy * e.zz, e.xy * e.yz - e.yy * e.xz };
    const double determinant = e.xx * x.x + e.xy * x.y + e.xz * x.z;
    const double trace = e.xx + e.yy + e.zz;
    if (determinant > 1e-4 * trace * trace * trace)
    {
      const double yy = e.xx * e.zz - e.xz * e.xz;
      const double yz = e.xy * e.xz - e.xx * e.yz;
      const double zz = e.xx * e.yy - e.xy * e.xy;
      return 1.0 / determinant *
        Vec3{ dot(x, b), x.y * b.x + yy * b.y + yz * b.z, x.z * b.x + yz * b.y + zz * b.z };
    }
  }
  double a[3][3] = { { e.xx, e.xy, e.xz }, { e.xy, e.yy, e.yz }, { e.xz, e.yz, e.zz } };
  return pseudoSolve(a, { b.x, b.y, b.z });
}

} // namespace

Vec3 leastSquaresNormal(const std::vector<NeighbourDifference>& neighbours, int dimension)
{
  NormalEquations equations;
  for (const NeighbourDifference& neighbour : neighbours)
  {
    Vec3 offset = neighbour.offset;
    offset.z = dimension == 3 ? offset.z : 0.0;
    equations.add(offset, neighbour.difference);
  }
  return -solve(equations, dimension);
}

NormalField leastSquares(
  const CellBand& band, const MaterialField& field, const ParallelFor& parallelFor)
{
  NormalField normals(field.mixed.size());
  parallelFor(static_cast<int>(field.mixed.size()), [&](int begin, int end) {
    for (int slot = begin; slot < end; ++slot)
    {
      const int cell = field.mixed[slot];
      const Vec3 centre = band.centroids[cell];
      const double fraction = field.fractions[cell];
      NormalEquations equations;
      for (auto i = band.neighbourOffsets[cell]; i < band.neighbourOffsets[cell + 1]; ++i)
      {
        const int neighbour = band.neighbours[i];
        equations.add(band.centroids[neighbour] - centre, field.fractions[neighbour] - fraction);
      }
      const Vec3 sum = equations.b;
      if (std::abs(sum.x) + std::abs(sum.y) + std::abs(sum.z) <= 1e-13 * equations.size)
      {
        continue;
      }
      const Vec3 gradient = solve(equations, band.dimension);
      const double size = length(gradient);
      if (size > 0.0)
      {
        normals[slot] = -1.0 / size * gradient;
      }
    }
  });
  return normals;
}

} // namespace mir
