#include "plic/ParaboloidFit.h"

#include "plic/AllProcessors.h"

#include <algorithm>
#include <cmath>
#include <cstring>

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

/// Numbers worked on together (GCC's and Clang's vector type): as many as a register of AVX2 holds.
typedef double Lanes __attribute__((vector_size(4 * sizeof(double))));

template <int dimension>
struct Fitter
{
  static constexpr int n = numberOfTerms(dimension);
  /// The terms at a facet, then its height; filled up with 0.
  static constexpr int parts = dimension == 2 ? 1 : 2;
  using Row = double[4 * parts];

  const Facet& Own;
  double Scale;
  /// The frame, of which these are two axes, in scales: what each axis of space adds to x, y and
  /// height, each second moment to those about x x, x y and y y.
  Vec3 X;
  Vec3 Y;
  Lanes Axes[3];
  Lanes Moments[6];

  /// Sums of the products of the terms with all of a row, weighted; of the heights' squares; and of
  /// the slopes with their terms, which have a weight of their own.
  Row Products[n];
  double Squares;
  double Slopes[n];
  double SlopesWeight;
  /// Number of facets of the same sheet, other than the own one.
  double Sheet;
  double LeastCosine;

  Fitter(const Facet& own, double scale)
    : Own(own)
    , Scale(scale)
  {
    const Vec3 normal = own.normal;
    if (dimension == 2)
    {
      this->X = { -normal.y, normal.x, 0.0 };
    }
    else
    {
      const Vec3 across = std::abs(normal.x) < 0.6 ? Vec3{ 0.0, -normal.z, normal.y }
                                                   : Vec3{ -normal.z, 0.0, normal.x };
      this->X = 1.0 / length(across) * across;
      this->Y = cross(normal, this->X);
    }
    const double inverse = 1.0 / scale;
    const Vec3 x = inverse * this->X;
    const Vec3 y = inverse * this->Y;
    const Vec3 height = inverse * normal;
    this->Axes[0] = Lanes{ x.x, y.x, height.x };
    this->Axes[1] = Lanes{ x.y, y.y, height.y };
    this->Axes[2] = Lanes{ x.z, y.z, height.z };
    this->Moments[0] = Lanes{ x.x * x.x, x.x * y.x, y.x * y.x };
    this->Moments[1] = Lanes{ x.y * x.y, x.y * y.y, y.y * y.y };
    this->Moments[2] = Lanes{ x.z * x.z, x.z * y.z, y.z * y.z };
    this->Moments[3] = Lanes{ 2.0 * x.x * x.y, x.x * y.y + x.y * y.x, 2.0 * y.x * y.y };
    this->Moments[4] = Lanes{ 2.0 * x.x * x.z, x.x * y.z + x.z * y.x, 2.0 * y.x * y.z };
    this->Moments[5] = Lanes{ 2.0 * x.y * x.z, x.y * y.z + x.z * y.y, 2.0 * y.y * y.z };
  }

  void toLocal(Vec3 v, Lanes& result) const
  {
    result = v.x * this->Axes[0] + v.y * this->Axes[1] + v.z * this->Axes[2];
  }

  /// The row of a facet whose normal has this cosine with the own one.
  void heightRow(const Lanes& at, const double (&second)[6], double cosine, Row& row) const
  {
    const Lanes moments =
      (second[0] * this->Moments[0] + second[1] * this->Moments[1] + second[2] * this->Moments[2]) +
      (second[3] * this->Moments[3] + second[4] * this->Moments[4] + second[5] * this->Moments[5]);
    const double x = at[0];
    const double y = at[1];
    // An arc along which the normal turns by an angle a rises by tan(a / 2) of its way, a parabola
    // by half of sin(a).
    const double arc = 2.0 / (1.0 + cosine);
    const double xx = 0.5 * arc * (x * x + moments[0]);
    row[0] = 1.0;
    row[1] = x;
    if constexpr (dimension == 2)
    {
      row[2] = xx;
      row[3] = at[2];
    }
    else
    {
      row[2] = y;
      row[3] = xx;
      row[4] = arc * (x * y + moments[1]);
      row[5] = 0.5 * arc * (y * y + moments[2]);
      row[6] = at[2];
      row[7] = 0.0;
    }
  }

  /// Adds a row's products to sums; in later parts of the row, those with its later terms only.
  static void addProducts(const Row& row, double weight, Lanes (&sums)[n][parts])
  {
    for (int p = 0; p < parts; ++p)
    {
      const Lanes part = { row[4 * p], row[4 * p + 1], row[4 * p + 2], row[4 * p + 3] };
      for (int i = 0; i < std::min(n, 4 * p + 4); ++i)
      {
        sums[i][p] += (weight * row[i]) * part;
      }
    }
  }

  /// The slopes at the row's place are to be those of a facet with this normal: C p of an arc is
  /// the sine of the angle by which the normal turns.
  void addSlopes(const Row& row, const Lanes& normal, double weight)
  {
    const double x = row[1];
    const double slopeX = -this->Scale * weight * normal[0];
    this->Slopes[1] += slopeX;
    if constexpr (dimension == 2)
    {
      this->Slopes[2] += slopeX * x;
    }
    else
    {
      const double y = row[2];
      const double slopeY = -this->Scale * weight * normal[1];
      this->Slopes[2] += slopeY;
      this->Slopes[3] += slopeX * x;
      this->Slopes[4] += slopeX * y + slopeY * x;
      this->Slopes[5] += slopeY * y;
    }
  }

  /// How much a facet counts that lies this far, in scales, from the last fit.
  static double trust(double distance)
  {
    const double ratio = distance / (2.0 * largeMisfit);
    return 1.0 / (1.0 + ratio * ratio);
  }
  static double distanceTo(const Row& row, const double* solution)
  {
    double height = row[n];
    for (int i = 0; i < n; ++i)
    {
      height -= row[i] * solution[i];
    }
    return height;
  }

  /// Adds up all rows; weighed again by the distances from a solution where one is given.
  void gather(const Facet* facets, const int* neighbours, int count, const double* solution)
  {
    // Kept in registers.
    Lanes products[n][parts] = {};
    double squares = 0.0;
    std::fill_n(this->Slopes, n, 0.0);
    this->Sheet = 0.0;
    this->LeastCosine = 1.0;
    double largestArea = this->Own.area;
    const double nearness = 1.0 / (2.25 * this->Scale * this->Scale);
    for (int i = 0; i < count; ++i)
    {
      const Facet& facet = facets[neighbours[i]];
      const double cosine = dot(facet.normal, this->Own.normal);
      this->LeastCosine = std::min(this->LeastCosine, cosine);
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
      Lanes at;
      Lanes facing;
      Row row;
      this->toLocal(offset, at);
      this->toLocal(facet.normal, facing);
      this->heightRow(at, facet.second, cosine, row);
      const double near = 1.0 / (1.0 + dot(offset, offset) * nearness);
      double weight = sheet * facet.area * near * near;
      if (solution)
      {
        weight *= trust(distanceTo(row, solution));
      }
      this->Sheet += sheet;
      largestArea = std::max(largestArea, facet.area);
      addProducts(row, cosine * weight, products);
      squares += cosine * weight * row[n] * row[n];
      this->addSlopes(row, facing, cosine * weight);
    }
    this->SlopesWeight = products[0][0][0];
    // A small own facet may lie in a wrong corner of its cell: its neighbours know better.
    const double relative = this->Own.area / largestArea;
    double weight = this->Own.area * relative * relative;
    Row row;
    this->heightRow(Lanes{}, this->Own.second, 1.0, row);
    if (solution)
    {
      weight *= trust(distanceTo(row, solution));
    }
    addProducts(row, weight, products);
    for (int i = 0; i < n; ++i)
    {
      std::memcpy(this->Products[i], products[i], sizeof(Row));
    }
    this->Squares = squares; // the own height is 0
  }

  double weight() const { return this->Products[0][0]; }

  /// One solution; returns the misfit squared.
  double solve(double flatness, double poverty, double (&solution)[n]) const
  {
    double a[n][n];
    const double slopes = std::max(slopeWeight, fullSlopeWeight * poverty);
    for (int i = 0; i < n; ++i)
    {
      for (int j = 0; j <= i; ++j)
      {
        a[i][j] = this->Products[j][i];
      }
      solution[i] = this->Products[i][n] + slopes * this->Slopes[i];
    }
    // Products of the slopes' terms: those of 1, x and y, in which the own facet, at 0, has no
    // part.
    const double one = slopes * this->SlopesWeight;
    const double x = slopes * this->Products[0][1];
    const double xx = slopes * this->Products[1][1];
    a[1][1] += one;
    if constexpr (dimension == 2)
    {
      a[2][1] += x;
      a[2][2] += xx;
    }
    else
    {
      const double y = slopes * this->Products[0][2];
      const double xy = slopes * this->Products[1][2];
      const double yy = slopes * this->Products[2][2];
      a[2][2] += one;
      a[3][1] += x;
      a[4][1] += y;
      a[4][2] += x;
      a[5][2] += y;
      a[3][3] += xx;
      a[4][3] += xy;
      a[4][4] += xx + yy;
      a[5][4] += xy;
      a[5][5] += yy;
    }
    // Tilts that nothing determines stay; curvatures are held back alike in all directions.
    const double tilt = 1e-8 * this->weight();
    const double curvature = flatness * this->weight();
    a[1][1] += tilt;
    a[n - 1][n - 1] += curvature;
    if constexpr (dimension == 3)
    {
      a[2][2] += tilt;
      a[3][3] += curvature;
      a[4][4] += 2.0 * curvature;
    }
    choleskySolve<n>(a, solution);
    double squares = this->Squares;
    for (int i = 0; i < n; ++i)
    {
      double sum = 0.5 * this->Products[i][i] * solution[i] - this->Products[i][n];
      for (int j = 0; j < i; ++j)
      {
        sum += this->Products[j][i] * solution[j];
      }
      squares += 2.0 * solution[i] * sum;
    }
    return squares / this->weight();
  }

  /// The fit, and its terms: value, slopes and curvatures in scales.
  ParaboloidFit fit(
    const Facet* facets, const int* neighbours, int count, double flatness, double (&solution)[n])
  {
    ParaboloidFit result;
    result.normal = this->Own.normal;
    std::fill_n(solution, n, 0.0);
    this->gather(facets, neighbours, count, nullptr);
    if (this->weight() <= 0.0)
    {
      return result;
    }
    // One neighbour in 2D, two in 3D leave the tilt to the own facet, which is found from it.
    const double poverty = std::clamp(dimension - this->Sheet, 0.0, 1.0);
    result.sheet = this->Sheet;
    result.leastCosine = this->LeastCosine;
    result.poor = poverty > 0.0;
    flatness *= 1.0 + poorFlatness * poverty;
    double squares = this->solve(flatness, poverty, solution);
    for (int pass = 0; pass < 2 && !result.poor && squares > largeMisfit * largeMisfit; ++pass)
    {
      this->gather(facets, neighbours, count, solution);
      squares = this->solve(flatness, poverty, solution);
    }
    result.misfit = std::sqrt(std::max(squares, 0.0));
    Vec3 tilted = this->Own.normal - solution[1] * this->X;
    if constexpr (dimension == 3)
    {
      tilted = tilted - solution[2] * this->Y;
    }
    result.normal = 1.0 / length(tilted) * tilted;
    return result;
  }

  Paraboloid paraboloid(const Facet* facets, const int* neighbours, int count, double flatness)
  {
    Paraboloid result;
    double s[n];
    result.fit = this->fit(facets, neighbours, count, flatness, s);
    result.x = this->X;
    result.y = this->Y;
    result.value = this->Scale * s[0];
    result.slopes[0] = s[1];
    if constexpr (dimension == 2)
    {
      result.curvatures[0] = s[2] / this->Scale;
    }
    else
    {
      result.slopes[1] = s[2];
      for (int i = 0; i < 3; ++i)
      {
        result.curvatures[i] = s[3 + i] / this->Scale;
      }
    }
    return result;
  }
};

} // namespace

MIR_FOR_ALL_PROCESSORS
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

MIR_FOR_ALL_PROCESSORS
Paraboloid paraboloidThrough(int dimension, const Facet& own, const Facet* facets,
  const int* neighbours, int count, double scale, double flatness)
{
  return dimension == 2 ? Fitter<2>(own, scale).paraboloid(facets, neighbours, count, flatness)
                        : Fitter<3>(own, scale).paraboloid(facets, neighbours, count, flatness);
}

} // namespace mir
