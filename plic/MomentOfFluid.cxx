#include "plic/MomentOfFluid.h"

#include "plic/CellCutter.h"
#include "plic/CutSums.h"
#include "plic/NormalDescent.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Distances of the centroids, in units of the part's extents, that call for another start; what a
/// smooth interface leaves is less.
constexpr double poorFit = 3e-3;
/// Nearest corners that other starts are taken from.
constexpr int mostCorners = 4;
/// The step after one this small, in radians, would be its square or a small part of it.
constexpr double lastStep = 1e-6;
/// Steps below this one, in radians, may be judged by the next one.
constexpr double smallStep = 1e-3;
constexpr double longestStep = 1.0;
constexpr int mostSteps = 40;
constexpr int mostHalvings = 8;

/// A residual along two tangents of the plane and its normal.
struct Residual
{
  double a = 0.0;
  double b = 0.0;
  double c = 0.0;
};

/// A plane through the cell: the part below, and the cut's covariance along the tangents.
struct Trial
{
  int dimension = 3;
  Vec3 normal;
  Vec3 tangents[2];
  CutMomentSums sums;
  double covariance[3] = {}; // aa, ab, bb
  double determinant = 0.0;
  double thickness = 0.0;

  /// The square of a vector in units of the part's extents, so that slim parts count like others.
  double relativeSize2(Vec3 v) const
  {
    const Residual r = this->split(v);
    const double* m = this->covariance;
    const double along = this->dimension == 2
      ? r.a * r.a / m[0]
      : (m[2] * r.a * r.a - 2.0 * m[1] * r.a * r.b + m[0] * r.b * r.b) / this->determinant;
    const double across = r.c / this->thickness;
    return along + across * across;
  }
  Residual split(Vec3 v) const
  {
    return { dot(v, this->tangents[0]), dot(v, this->tangents[1]), dot(v, this->normal) };
  }
};

/// One cell about its centroid, in units of its size, and the part that is to be found in it.
class PartFit
{
public:
  explicit PartFit(const CellBand& band)
    : Band(band)
    , Cutter(band)
  {}

  /// Loads a cell; `target` is the centroid of the part relative to the cell's, in length units.
  void set(int cell, double fraction, Vec3 target)
  {
    this->Cell = cell;
    this->Fraction = fraction;
    const bool flat = this->Band.dimension == 2;
    this->Unit = flat ? std::sqrt(this->Band.volumes[cell]) : std::cbrt(this->Band.volumes[cell]);
    const double scale = 1.0 / this->Unit;
    this->Shift = this->Band.centroids[cell] - this->Band.origin(cell);
    this->Target = scale * target;
    this->Points.clear();
    if (flat)
    {
      this->Band.polygon(cell, this->Polygon);
      for (const Vec2& point : this->Polygon)
      {
        this->Points.push_back(scale * (Vec3{ point.x, point.y, 0.0 } - this->Shift));
      }
    }
    else
    {
      this->Band.polyhedron(cell, this->Polyhedron);
      for (const Vec3& point : this->Polyhedron.points)
      {
        this->Points.push_back(scale * (point - this->Shift));
      }
    }
    this->Heights.resize(this->Points.size());
    this->HasPlane = false;
  }

  /// Where steps from a unit vector lead to.
  struct Result
  {
    Vec3 normal;
    /// The distance of the centroids, squared, in units of the cell and in those of the part.
    double distance2 = 0.0;
    double relative2 = 0.0;
  };

  /// The distance is stationary where the centroids differ along the normal only. Newton's method
  /// for that, with steps halved until the difference falls: alike in all affine images of the
  /// cell.
  Result solve(Vec3 start)
  {
    this->HasPlane = false;
    Trial here = this->trial(start, {});
    Vec3 residual = here.sums.below - this->Target;
    for (int iteration = 0; iteration < mostSteps; ++iteration)
    {
      double step[2];
      if (!this->step(here, residual, step))
      {
        break;
      }
      double size = std::hypot(step[0], step[1]);
      if (size > longestStep)
      {
        step[0] *= longestStep / size;
        step[1] *= longestStep / size;
        size = longestStep;
      }
      const double before = here.relativeSize2(residual);
      bool moved = false;
      const bool last = size <= lastStep;
      for (int halving = 0; halving < mostHalvings && !moved; ++halving)
      {
        const double factor = std::ldexp(1.0, -halving);
        Vec3 normal =
          here.normal + factor * step[0] * here.tangents[0] + factor * step[1] * here.tangents[1];
        normal = 1.0 / length(normal) * normal;
        if (last)
        {
          here.normal = normal;
          break;
        }
        const Trial there = this->trial(normal, here.sums.centre);
        const Vec3 next = there.sums.below - this->Target;
        // What the centroids differ along the normal hides what small steps gain: but then the
        // steps shrink.
        double after[2];
        const bool shrinks = size < smallStep && this->step(there, next, after) &&
          std::hypot(after[0], after[1]) < 0.5 * size;
        if (shrinks || here.relativeSize2(next) < before)
        {
          here = there;
          residual = next;
          moved = true;
        }
      }
      if (!moved)
      {
        break;
      }
    }
    return { here.normal, dot(residual, residual), here.relativeSize2(residual) };
  }

  /// From the mean of the `count` corners nearest to the target, to the target.
  Vec3 directionFromCorners(int count)
  {
    auto distance2 = [this](Vec3 point) { return dot(point - this->Target, point - this->Target); };
    this->Corners = this->Points;
    count = std::min(count, static_cast<int>(this->Corners.size()));
    std::partial_sort(this->Corners.begin(), this->Corners.begin() + count, this->Corners.end(),
      [&](Vec3 a, Vec3 b) { return distance2(a) < distance2(b); });
    Vec3 direction = this->Target;
    for (int i = 0; i < count; ++i)
    {
      direction = direction - 1.0 / count * this->Corners[i];
    }
    return direction;
  }

private:
  Trial trial(Vec3 normal, Vec3 near)
  {
    Trial trial;
    trial.dimension = this->Band.dimension;
    trial.normal = normal;
    trial.sums = this->plane(normal, near);
    planeTangents(normal, this->Band.dimension, trial.tangents);
    const double* s = trial.sums.second;
    auto times = [s](Vec3 v) {
      return Vec3{ s[0] * v.x + s[3] * v.y + s[4] * v.z, s[3] * v.x + s[1] * v.y + s[5] * v.z,
        s[4] * v.x + s[5] * v.y + s[2] * v.z };
    };
    const double scale = trial.sums.area > 0.0 ? 1.0 / trial.sums.area : 0.0;
    const Vec3 column = times(trial.tangents[0]);
    trial.covariance[0] = scale * dot(column, trial.tangents[0]);
    trial.covariance[1] = scale * dot(column, trial.tangents[1]);
    trial.covariance[2] = scale * dot(times(trial.tangents[1]), trial.tangents[1]);
    trial.determinant =
      trial.covariance[0] * trial.covariance[2] - trial.covariance[1] * trial.covariance[1];
    trial.thickness = scale * trial.sums.volume;
    return trial;
  }

  /// The turn that takes the residual along the plane away: the part's centroid moves by minus the
  /// cut's covariance times the turn over the thickness, and the plane turns from under the
  /// residual across it, which counts unless that makes the distance fall either way.
  bool step(const Trial& trial, Vec3 residual, double (&result)[2]) const
  {
    const Residual r = trial.split(residual);
    const double across = trial.thickness * r.c;
    double aa = trial.covariance[0];
    double bb = trial.covariance[2];
    const double ab = trial.covariance[1];
    if (this->Band.dimension == 2)
    {
      aa += aa + across > 0.1 * aa ? across : 0.0;
      result[0] = trial.thickness * r.a / aa;
      result[1] = 0.0;
    }
    else
    {
      const double determinant = (aa + across) * (bb + across) - ab * ab;
      if (aa + across > 0.0 && determinant > 0.1 * trial.determinant)
      {
        aa += across;
        bb += across;
      }
      const double scale = trial.thickness / (aa * bb - ab * ab);
      result[0] = scale * (bb * r.a - ab * r.b);
      result[1] = scale * (aa * r.b - ab * r.a);
    }
    return std::isfinite(result[0]) && std::isfinite(result[1]);
  }

  /// The sums at the constant that keeps the fraction: from the kernel at first, then by Newton's
  /// method from the plane through `near`.
  CutMomentSums plane(Vec3 normal, Vec3 near)
  {
    double low = 1e300;
    double high = -1e300;
    for (const Vec3& point : this->Points)
    {
      low = std::min(low, dot(normal, point));
      high = std::max(high, dot(normal, point));
    }
    double d = dot(normal, near);
    if (!this->HasPlane || !(d > low && d < high))
    {
      d = (this->Cutter.planeConstant(this->Cell, normal, this->Fraction) -
            dot(normal, this->Shift)) /
        this->Unit;
    }
    this->HasPlane = true;
    // In units of the cell the volume is 1. Small parts keep their digits.
    const double target = this->Fraction;
    CutMomentSums sums;
    for (int iteration = 0; iteration < 60; ++iteration)
    {
      sums = this->cut(normal, d);
      const double error = sums.volume - target;
      (error < 0.0 ? low : high) = d;
      const double next = sums.area > 0.0 ? d - error / sums.area : low;
      const double safe = next > low && next < high ? next : 0.5 * (low + high);
      if (std::abs(error) <= 2e-15 * target || safe == d || !(high > low))
      {
        break;
      }
      d = safe;
    }
    return sums;
  }

  CutMomentSums cut(Vec3 normal, double constant)
  {
    for (std::size_t i = 0; i < this->Points.size(); ++i)
    {
      this->Heights[i] = dot(normal, this->Points[i]) - constant;
    }
    return this->Band.dimension == 2
      ? cutPolygonMoments(
          this->Points.data(), this->Heights.data(), static_cast<int>(this->Points.size()), normal)
      : cutPolyhedronMoments(
          { this->Points.data(), this->Polyhedron.faceOffsets.data(),
            this->Polyhedron.faceVertices.data(), nullptr, this->Polyhedron.numberOfFaces() },
          this->Heights.data(), normal);
  }

  const CellBand& Band;
  CellCutter Cutter;
  int Cell = 0;
  double Fraction = 0.0;
  double Unit = 1.0;
  Vec3 Shift;
  Vec3 Target;
  bool HasPlane = false;
  std::vector<Vec3> Points;
  std::vector<Vec3> Corners;
  std::vector<double> Heights;
  mir::Polygon Polygon;
  mir::Polyhedron Polyhedron;
};

bool isFinite(Vec3 v)
{
  return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z);
}

} // namespace

NormalField momentOfFluid(const CellBand& band, const MaterialField& field,
  const std::vector<Vec3>& centroids, const NormalField& start, const ParallelFor& parallelFor)
{
  NormalField normals(field.mixed.size());
  parallelFor(static_cast<int>(field.mixed.size()), [&](int begin, int end) {
    PartFit fit(band);
    for (int slot = begin; slot < end; ++slot)
    {
      const int cell = field.mixed[slot];
      const double fraction = field.fractions[cell];
      Vec3 offset = centroids[slot] - band.centroids[cell];
      offset.z = band.dimension == 2 ? 0.0 : offset.z;
      if (!isFinite(offset))
      {
        continue;
      }
      const bool complement = fraction > 0.5;
      const double sign = complement ? -1.0 : 1.0;
      const Vec3 target = complement ? -fraction / (1.0 - fraction) * offset : offset;
      const double part = complement ? 1.0 - fraction : fraction;
      fit.set(cell, part, target);

      double best = 1e300;
      bool poor = true;
      auto tryFrom = [&](Vec3 direction) {
        const double size = length(direction);
        if (!poor || !(size > 0.0))
        {
          return;
        }
        const PartFit::Result found = fit.solve(1.0 / size * direction);
        if (found.distance2 < (1.0 - 1e-9) * best)
        {
          best = found.distance2;
          poor = !(found.relative2 <= poorFit * poorFit);
          normals[slot] = sign * found.normal;
        }
      };
      tryFrom(-target);
      tryFrom(sign * start[slot]);
      // Small parts lie at a corner, along an edge or on a face: of the nearest corners.
      for (int corners = 1; corners <= mostCorners && poor && best < 1e300; ++corners)
      {
        tryFrom(fit.directionFromCorners(corners));
      }
    }
  });
  return normals;
}

} // namespace mir
