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

/// A sum of squares at a normal, with half its gradient and half its Gauss-Newton curvature by
/// turns of the normal towards two tangents.
struct NormalMisfit
{
  double value = 0.0;
  double gradient[2] = {};
  double curvature[3] = {}; // 00, 01, 11
  Vec3 tangents[2];
  /// A point of the plane, near which the next one passes.
  Vec3 centre;

  /// Adds the square of a residual whose derivative with respect to the normal is `slope`.
  void add(double weight, double residual, Vec3 slope)
  {
    const double a = dot(slope, this->tangents[0]);
    const double b = dot(slope, this->tangents[1]);
    this->value += weight * residual * residual;
    this->gradient[0] += weight * residual * a;
    this->gradient[1] += weight * residual * b;
    this->curvature[0] += weight * a * a;
    this->curvature[1] += weight * a * b;
    this->curvature[2] += weight * b * b;
  }

  /// The damped step along the tangents; false where the value does not depend on the normal.
  bool step(int dimension, double damping, double (&result)[2]) const
  {
    const double trace = this->curvature[0] + this->curvature[2];
    if (!(trace > 0.0))
    {
      return false;
    }
    const double added = (damping + 1e-15) * trace;
    const double a = this->curvature[0] + added;
    const double b = this->curvature[1];
    const double c = this->curvature[2] + added;
    const double determinant = a * c - b * b;
    if (dimension == 2)
    {
      result[0] = -this->gradient[0] / a;
      result[1] = 0.0;
    }
    else
    {
      result[0] = (b * this->gradient[1] - c * this->gradient[0]) / determinant;
      result[1] = (b * this->gradient[0] - a * this->gradient[1]) / determinant;
    }
    return std::isfinite(result[0]) && std::isfinite(result[1]);
  }
};

/// Steps downhill from a unit normal until they turn it by less than 1e-6 radians, and leaves the
/// least value in `value`. evaluate(normal, near) gives the misfit, where `near` is a point of the
/// plane before. Values below `exact` are rounding.
template <typename Evaluate>
Vec3 descend(Vec3 normal, int dimension, double exact, double& value, Evaluate&& evaluate)
{
  // The step after one this small would be its square, or a tenth of it.
  constexpr double lastStep = 1e-6;
  constexpr double longestStep = 0.6;
  constexpr int mostIterations = 40;
  NormalMisfit here = evaluate(normal, Vec3{});
  double damping = 0.0;
  for (int iteration = 0; iteration < mostIterations; ++iteration)
  {
    double step[2];
    if (!here.step(dimension, damping, step))
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
    Vec3 next = normal + step[0] * here.tangents[0] + step[1] * here.tangents[1];
    next = 1.0 / length(next) * next;
    if (size <= lastStep)
    {
      normal = next;
      break;
    }
    const NormalMisfit there = evaluate(next, here.centre);
    if (there.value < here.value || there.value < exact)
    {
      normal = next;
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
  return normal;
}

} // namespace mir

#endif
