// Damped Gauss-Newton steps over unit normals, for fits of planes.
#ifndef mir_plic_NormalDescent_h
#define mir_plic_NormalDescent_h

#include "plic/Vector.h"

#include <algorithm>
#include <cmath>

namespace mir {

/// Two unit vectors along a plane; in 2D the second one is 0.
inline void planeTangents(Vec3 n, int dimension, Vec3 (&tangents)[2])
{
  if (dimension == 2)
  {
    tangents[0] = { -n.y, n.x, 0.0 };
    tangents[1] = {};
    return;
  }
  const Vec3 m{ std::abs(n.x), std::abs(n.y), std::abs(n.z) };
  const Vec3 axis = m.x <= m.y && m.x <= m.z ? Vec3{ 1.0, 0.0, 0.0 }
    : m.y <= m.z                             ? Vec3{ 0.0, 1.0, 0.0 }
                                             : Vec3{ 0.0, 0.0, 1.0 };
  const Vec3 u = cross(n, axis);
  tangents[0] = 1.0 / length(u) * u;
  tangents[1] = cross(n, tangents[0]);
}

/// A symmetric matrix of two rows.
struct Matrix2
{
  double aa = 0.0;
  double ab = 0.0;
  double bb = 0.0;
};

inline Vec2 operator*(const Matrix2& m, Vec2 v)
{
  return { m.aa * v.x + m.ab * v.y, m.ab * v.x + m.bb * v.y };
}

/// A sum of squares at a normal, with half its gradient and half its Gauss-Newton curvature by
/// turns of the normal towards two tangents.
struct NormalMisfit
{
  double value = 0.0;
  Vec2 gradient;
  Matrix2 curvature;
  /// A point of the plane, near which the next one passes.
  Vec3 centre;

  /// Adds the square of a residual with its derivatives.
  void add(double weight, double residual, Vec2 slope)
  {
    this->value += weight * residual * residual;
    this->gradient = this->gradient + weight * residual * slope;
    this->curvature.aa += weight * slope.x * slope.x;
    this->curvature.ab += weight * slope.x * slope.y;
    this->curvature.bb += weight * slope.y * slope.y;
  }
};

namespace descent {

/// The step downhill where the curvature is `h`, in the directions of its eigenvectors. Where it
/// falls short of `known` by much, or is negative as on saddles, a part of that counts.
inline Vec2 step(const Matrix2& h, const Matrix2& known, Vec2 gradient)
{
  const double middle = 0.5 * (h.aa + h.bb);
  const double half = 0.5 * (h.aa - h.bb);
  const double radius = std::hypot(half, h.ab);
  Vec2 axis{ 1.0, 0.0 };
  if (radius > 0.0)
  {
    // The eigenvector of the larger eigenvalue, from the column without cancellation.
    axis = half >= 0.0 ? Vec2{ half + radius, h.ab } : Vec2{ h.ab, radius - half };
    axis = 1.0 / length(axis) * axis;
  }
  const double least = 1e-14 * (known.aa + known.bb);
  auto along = [&](Vec2 direction, double eigenvalue) {
    const double floor = std::max(0.05 * dot(direction, known * direction), least);
    return -dot(direction, gradient) / std::max(std::abs(eigenvalue), floor) * direction;
  };
  const double determinant = h.aa * h.bb - h.ab * h.ab;
  const double large = middle >= 0.0 ? middle + radius : middle - radius;
  const double small = large != 0.0 ? determinant / large : 0.0;
  const Vec2 other{ -axis.y, axis.x };
  return along(axis, middle >= 0.0 ? large : small) + along(other, middle >= 0.0 ? small : large);
}

/// The symmetric rank one update for which the matrix takes `turn` to `change`.
inline void update(Matrix2& b, Vec2 turn, Vec2 change)
{
  const Vec2 missing = change - b * turn;
  const double scale = dot(missing, turn);
  if (std::abs(scale) > 1e-8 * length(missing) * length(turn))
  {
    b.aa += missing.x * missing.x / scale;
    b.ab += missing.x * missing.y / scale;
    b.bb += missing.y * missing.y / scale;
  }
}

} // namespace descent

/// Steps downhill from a unit normal until they turn it by 1e-8 radians at most, and leaves the
/// least value in `value`. evaluate(normal, tangents, near) gives the misfit and its derivatives
/// along the tangents, where `near` is a point of the plane before. Values below `exact` are
/// rounding.
///
/// Gauss-Newton steps, with what that curvature lacks learnt from the gradients' changes (after
/// Dennis, Gay and Welsch 1981): quadratic where planes explain all, and no crawling where they do
/// not.
template <typename Evaluate>
Vec3 descend(Vec3 normal, int dimension, double exact, double& value, Evaluate&& evaluate)
{
  constexpr double lastStep = 1e-8;
  constexpr double lastQuadraticStep = 1e-6;
  constexpr double longestStep = 0.6;
  constexpr int mostIterations = 40;
  // Normals are start + p . tangents, made unit vectors: one chart for all steps.
  const Vec3 start = normal;
  Vec3 tangents[2];
  planeTangents(start, dimension, tangents);
  auto evaluateAt = [&](Vec2 p, Vec3 near) {
    const Vec3 m = start + p.x * tangents[0] + p.y * tangents[1];
    const double scale = 1.0 / length(m);
    NormalMisfit misfit = evaluate(scale * m, tangents, near);
    misfit.gradient = scale * misfit.gradient;
    misfit.curvature.aa *= scale * scale;
    misfit.curvature.ab *= scale * scale;
    misfit.curvature.bb *= scale * scale;
    return misfit;
  };
  Vec2 place;
  NormalMisfit here = evaluateAt(place, {});
  Matrix2 learnt;
  double damping = 0.0;
  for (int iteration = 0; iteration < mostIterations && here.value > exact; ++iteration)
  {
    const Matrix2& c = here.curvature;
    const double trace = c.aa + c.bb;
    if (!(trace > 0.0))
    {
      break;
    }
    const double added = damping * trace;
    const Matrix2 h{ c.aa + learnt.aa + added, c.ab + learnt.ab, c.bb + learnt.bb + added };
    Vec2 step = descent::step(h, c, here.gradient);
    double size = length(step);
    if (!std::isfinite(size))
    {
      break;
    }
    if (size > longestStep)
    {
      step = longestStep / size * step;
      size = longestStep;
    }
    const Vec2 next = place + step;
    // Where the step takes all of the value away, what is left of it is its square.
    const bool takesAll = here.value + dot(here.gradient, step) <= 1e-3 * here.value;
    if (size <= (takesAll ? lastQuadraticStep : lastStep))
    {
      place = next;
      break;
    }
    const NormalMisfit there = evaluateAt(next, here.centre);
    // Where the value falls by much nothing is lacking.
    const double shrink = std::min(1.0, std::sqrt(there.value / here.value));
    learnt = { shrink * learnt.aa, shrink * learnt.ab, shrink * learnt.bb };
    if (there.value > 0.1 * here.value)
    {
      descent::update(learnt, step, there.gradient - here.gradient - there.curvature * step);
    }
    // The gradients of near places tell more than their values, which differ by rounding.
    const double rounding = size < 1e-4 ? 1e-12 * here.value : 0.0;
    if (there.value < here.value + rounding || there.value < exact)
    {
      place = next;
      here = there;
      damping = damping > 1e-4 ? 0.1 * damping : 0.0;
      continue;
    }
    damping = std::max(10.0 * damping, 1e-3);
    if (damping > 1e8)
    {
      break;
    }
  }
  value = here.value;
  normal = start + place.x * tangents[0] + place.y * tangents[1];
  return 1.0 / length(normal) * normal;
}

} // namespace mir

#endif
