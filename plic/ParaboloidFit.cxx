#include "plic/ParaboloidFit.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Facets count in full where their normals lie within the first cosine, and not at all beyond the
/// second.
constexpr double sameSheet = 0.5;
constexpr double otherSheet = 0.1;
/// Weight of the slopes against the heights where heights suffice.
constexpr double slopeWeight = 3e-4;
/// The same where they do not, and how much flatter the paraboloid is to be then: from one
/// neighbour's height and slope a parabola would turn the own facet against it.
constexpr double fullSlopeWeight = 10.0;
constexpr double poorFlatness = 100.0;
/// Beyond this misfit, in scales, facets are weighed again by how far they lie off.
constexpr double largeMisfit = 0.1;

/// Coefficients of the height: 1, x, x^2 / 2 in 2D; 1, x, y, x^2 / 2, x y, y^2 / 2 in 3D.
constexpr int numberOfTerms(int dimension)
{
  return dimension == 2 ? 3 : 6;
}

/// Solves the symmetric positive definite a x = b; only the lower triangle of `a` is read.
template <int n>
void choleskySolve(double (&a)[n][n], double (&b)[n])
{
  double inverse[n];
  for (int j = 0; j < n; ++j)
  {
    double pivot = a[j][j];
    double scaled[n];
    for (int k = 0; k < j; ++k)
    {
      scaled[k] = a[j][k] * a[k][k];
      pivot -= a[j][k] * scaled[k];
    }
    a[j][j] = pivot;
    inverse[j] = pivot > 0.0 ? 1.0 / pivot : 0.0;
    for (int i = j + 1; i < n; ++i)
    {
      double sum = a[i][j];
      for (int k = 0; k < j; ++k)
      {
        sum -= a[i][k] * scaled[k];
      }
      a[i][j] = sum * inverse[j];
    }
  }
  for (int i = 0; i < n; ++i)
  {
    for (int k = 0; k < i; ++k)
    {
      b[i] -= a[i][k] * b[k];
    }
  }
  for (int i = n - 1; i >= 0; --i)
  {
    b[i] *= inverse[i];
    for (int k = i + 1; k < n; ++k)
    {
      b[i] -= a[k][i] * b[k];
    }
  }
}

/// The facet's plane as x, y and height, in scales.
template <int dimension>
struct LocalFrame
{
  Vec3 normal;
  Vec3 x;
  Vec3 y;
  /// Coefficients of the second moments for those about x x, x y, y y.
  double xx[6];
  double xy[6];
  double yy[6];

  LocalFrame(Vec3 n, double scale)
    : normal(n)
  {
    if (dimension == 2)
    {
      this->x = { -n.y, n.x, 0.0 };
    }
    else
    {
      const Vec3 across = std::abs(n.x) < 0.6 ? Vec3{ 0.0, -n.z, n.y } : Vec3{ -n.z, 0.0, n.x };
      this->x = 1.0 / length(across) * across;
      this->y = cross(n, this->x);
    }
    const double inverse = 1.0 / scale;
    this->normal = inverse * this->normal;
    this->x = inverse * this->x;
    this->y = inverse * this->y;
    form(this->x, this->x, this->xx);
    if (dimension == 3)
    {
      form(this->x, this->y, this->xy);
      form(this->y, this->y, this->yy);
    }
  }

  static void form(Vec3 a, Vec3 b, double (&c)[6])
  {
    c[0] = a.x * b.x;
    c[1] = a.y * b.y;
    c[2] = a.z * b.z;
    c[3] = a.x * b.y + a.y * b.x;
    c[4] = a.x * b.z + a.z * b.x;
    c[5] = a.y * b.z + a.z * b.y;
  }
  static double apply(const double (&c)[6], const double (&second)[6])
  {
    double sum = c[0] * second[0] + c[1] * second[1] + c[3] * second[3];
    if (dimension == 3)
    {
      sum += c[2] * second[2] + c[4] * second[4] + c[5] * second[5];
    }
    return sum;
  }
};

template <int dimension>
struct Fitter
{
  static constexpr int n = numberOfTerms(dimension);

  const Facet& Own;
  LocalFrame<dimension> Frame;
  double Scale;

  double A[n][n];
  double B[n];
  /// Sums of the slope rows, kept apart until their weight is known.
  double SlopeA[n][n];
  double SlopeB[n];
  double Weight;
  double Squares;
  /// Number of facets of the same sheet, other than the own one.
  double Sheet;
  double LargestArea;

  Fitter(const Facet& own, double scale)
    : Own(own)
    , Frame(own.normal, scale)
    , Scale(scale)
  {}

  void heightRow(Vec3 offset, const double (&second)[6], double (&row)[n], double& height) const
  {
    const double x = dot(offset, this->Frame.x);
    height = dot(offset, this->Frame.normal);
    row[0] = 1.0;
    row[1] = x;
    if (dimension == 2)
    {
      row[2] = 0.5 * (x * x + this->Frame.apply(this->Frame.xx, second));
    }
    else
    {
      const double y = dot(offset, this->Frame.y);
      row[2] = y;
      row[n - 3] = 0.5 * (x * x + this->Frame.apply(this->Frame.xx, second));
      row[n - 2] = x * y + this->Frame.apply(this->Frame.xy, second);
      row[n - 1] = 0.5 * (y * y + this->Frame.apply(this->Frame.yy, second));
    }
  }

  void addHeight(const double (&row)[n], double height, double weight)
  {
    for (int i = 0; i < n; ++i)
    {
      const double w = weight * row[i];
      for (int j = 0; j <= i; ++j)
      {
        this->A[i][j] += w * row[j];
      }
      this->B[i] += w * height;
    }
    this->Weight += weight;
    this->Squares += weight * height * height;
  }

  /// The slopes of the paraboloid at (x, y) are those of the facet.
  void addSlopes(const double (&row)[n], const Facet& facet, double cosine, double weight)
  {
    const double perCosine = -this->Scale * weight / cosine;
    const double x = row[1];
    const double slopeX = perCosine * dot(facet.normal, this->Frame.x);
    this->SlopeA[1][1] += weight;
    this->SlopeB[1] += slopeX;
    if (dimension == 2)
    {
      this->SlopeA[2][1] += weight * x;
      this->SlopeA[2][2] += weight * x * x;
      this->SlopeB[2] += slopeX * x;
    }
    else
    {
      const double y = row[2];
      const double slopeY = perCosine * dot(facet.normal, this->Frame.y);
      this->SlopeA[2][2] += weight;
      this->SlopeA[n - 2][2] += weight * x;
      this->SlopeA[n - 1][2] += weight * y;
      this->SlopeA[n - 3][1] += weight * x;
      this->SlopeA[n - 2][1] += weight * y;
      this->SlopeA[n - 3][n - 3] += weight * x * x;
      this->SlopeA[n - 2][n - 3] += weight * x * y;
      this->SlopeA[n - 2][n - 2] += weight * (x * x + y * y);
      this->SlopeA[n - 1][n - 2] += weight * x * y;
      this->SlopeA[n - 1][n - 1] += weight * y * y;
      this->SlopeB[2] += slopeY;
      this->SlopeB[n - 3] += slopeX * x;
      this->SlopeB[n - 2] += slopeX * y + slopeY * x;
      this->SlopeB[n - 1] += slopeY * y;
    }
  }

  /// How much a facet counts that lies this far, in scales, from the last fit.
  static double trust(double distance)
  {
    const double ratio = distance / (2.0 * largeMisfit);
    return 1.0 / (1.0 + ratio * ratio);
  }
  static double distanceTo(const double (&row)[n], double height, const double* solution)
  {
    for (int i = 0; i < n; ++i)
    {
      height -= row[i] * solution[i];
    }
    return height;
  }

  /// Adds up all rows; weighed again by the distances from a solution where one is given.
  void gather(const Facet* facets, const int* neighbours, int count, const double* solution)
  {
    for (int i = 0; i < n; ++i)
    {
      std::fill_n(this->A[i], n, 0.0);
      std::fill_n(this->SlopeA[i], n, 0.0);
      this->B[i] = 0.0;
      this->SlopeB[i] = 0.0;
    }
    this->Weight = 0.0;
    this->Squares = 0.0;
    this->Sheet = 0.0;
    this->LargestArea = this->Own.area;
    double row[n];
    double height;
    for (int i = 0; i < count; ++i)
    {
      const Facet& facet = facets[neighbours[i]];
      const double cosine = dot(facet.normal, this->Own.normal);
      if (cosine <= otherSheet || facet.area <= 0.0)
      {
        continue;
      }
      double sheet = 1.0;
      if (cosine < sameSheet)
      {
        const double t = (cosine - otherSheet) / (sameSheet - otherSheet);
        sheet = t * t * (3.0 - 2.0 * t);
      }
      const Vec3 offset = (facet.origin - this->Own.origin) + (facet.centroid - this->Own.centroid);
      this->heightRow(offset, facet.second, row, height);
      const double near = 1.0 / (1.0 + dot(offset, offset) / (2.25 * this->Scale * this->Scale));
      double weight = sheet * cosine * facet.area * near * near;
      if (solution)
      {
        weight *= trust(distanceTo(row, height, solution));
      }
      this->Sheet += sheet;
      this->LargestArea = std::max(this->LargestArea, facet.area);
      this->addHeight(row, height, weight);
      this->addSlopes(row, facet, cosine, weight);
    }
    // A small own facet may lie in a wrong corner of its cell: its neighbours know better.
    const double relative = this->Own.area / this->LargestArea;
    double weight = this->Own.area * relative * relative;
    this->heightRow({}, this->Own.second, row, height);
    if (solution)
    {
      weight *= trust(distanceTo(row, height, solution));
    }
    this->addHeight(row, height, weight);
  }

  /// One solution; returns the misfit squared.
  double solve(double flatness, double poverty, double (&solution)[n]) const
  {
    double a[n][n];
    const double slopes = std::max(slopeWeight, fullSlopeWeight * poverty);
    for (int i = 0; i < n; ++i)
    {
      for (int j = 0; j <= i; ++j)
      {
        a[i][j] = this->A[i][j] + slopes * this->SlopeA[i][j];
      }
      solution[i] = this->B[i] + slopes * this->SlopeB[i];
    }
    // Tilts that nothing determines stay; curvatures are held back alike in all directions.
    const double tilt = 1e-8 * this->Weight;
    const double curvature = flatness * this->Weight;
    a[1][1] += tilt;
    a[n - 1][n - 1] += curvature;
    if (dimension == 3)
    {
      a[2][2] += tilt;
      a[n - 3][n - 3] += curvature;
      a[n - 2][n - 2] += 2.0 * curvature;
    }
    choleskySolve<n>(a, solution);
    double squares = this->Squares;
    for (int i = 0; i < n; ++i)
    {
      double sum = 0.5 * this->A[i][i] * solution[i];
      for (int j = 0; j < i; ++j)
      {
        sum += this->A[i][j] * solution[j];
      }
      squares += 2.0 * solution[i] * (sum - this->B[i]);
    }
    return squares / this->Weight;
  }

  /// The fit, and its terms: value, slopes and curvatures in scales.
  ParaboloidFit fit(
    const Facet* facets, const int* neighbours, int count, double flatness, double (&solution)[n])
  {
    ParaboloidFit result;
    result.normal = this->Own.normal;
    std::fill_n(solution, n, 0.0);
    this->gather(facets, neighbours, count, nullptr);
    if (this->Weight <= 0.0)
    {
      return result;
    }
    // One neighbour in 2D, two in 3D leave the tilt to the own facet, which is found from it.
    const double poverty = std::clamp(dimension - this->Sheet, 0.0, 1.0);
    result.sheet = this->Sheet;
    result.poor = poverty > 0.0;
    flatness *= 1.0 + poorFlatness * poverty;
    double squares = this->solve(flatness, poverty, solution);
    for (int pass = 0; pass < 2 && !result.poor && squares > largeMisfit * largeMisfit; ++pass)
    {
      this->gather(facets, neighbours, count, solution);
      squares = this->solve(flatness, poverty, solution);
    }
    result.misfit = std::sqrt(std::max(squares, 0.0));
    Vec3 tilted = this->Own.normal - (solution[1] * this->Scale) * this->Frame.x;
    if (dimension == 3)
    {
      tilted = tilted - (solution[2] * this->Scale) * this->Frame.y;
    }
    result.normal = 1.0 / length(tilted) * tilted;
    return result;
  }

  Paraboloid paraboloid(const Facet* facets, const int* neighbours, int count, double flatness)
  {
    Paraboloid result;
    double s[n];
    result.fit = this->fit(facets, neighbours, count, flatness, s);
    const LocalFrame<dimension>& f = this->Frame;
    result.value = this->Scale * s[0];
    result.slope = (this->Scale * s[1]) * f.x;
    if (dimension == 3)
    {
      result.slope = result.slope + (this->Scale * s[2]) * f.y;
    }
    const double xx = dimension == 2 ? s[2] : s[n - 3];
    const double xy = dimension == 2 ? 0.0 : s[n - 2];
    const double yy = dimension == 2 ? 0.0 : s[n - 1];
    for (int i = 0; i < 6; ++i)
    {
      constexpr int rows[6] = { 0, 1, 2, 0, 0, 1 };
      constexpr int columns[6] = { 0, 1, 2, 1, 2, 2 };
      const double x[3] = { f.x.x, f.x.y, f.x.z };
      const double y[3] = { f.y.x, f.y.y, f.y.z };
      const int a = rows[i];
      const int b = columns[i];
      result.curvature[i] =
        this->Scale * (xx * x[a] * x[b] + xy * (x[a] * y[b] + y[a] * x[b]) + yy * y[a] * y[b]);
    }
    return result;
  }
};

} // namespace

ParaboloidFit fitParaboloid(int dimension, const Facet& own, const Facet* facets,
  const int* neighbours, int count, double scale, double flatness)
{
  if (dimension == 2)
  {
    double terms[numberOfTerms(2)];
    return Fitter<2>(own, scale).fit(facets, neighbours, count, flatness, terms);
  }
  double terms[numberOfTerms(3)];
  return Fitter<3>(own, scale).fit(facets, neighbours, count, flatness, terms);
}

Paraboloid paraboloidThrough(int dimension, const Facet& own, const Facet* facets,
  const int* neighbours, int count, double scale, double flatness)
{
  return dimension == 2 ? Fitter<2>(own, scale).paraboloid(facets, neighbours, count, flatness)
                        : Fitter<3>(own, scale).paraboloid(facets, neighbours, count, flatness);
}

} // namespace mir
