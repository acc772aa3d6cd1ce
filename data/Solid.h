// Ground truth in space: balls and half-spaces.
#ifndef mir_data_Solid_h
#define mir_data_Solid_h

#include "plic/Polyhedron.h"
#include "plic/Vector.h"

namespace mir {

/// A point of a solid's boundary.
struct NearestSurfacePoint
{
  Vec3 point;
  /// Unit, out of the solid.
  Vec3 normal;
  /// Distance to the boundary, positive outside.
  double signedDistance = 0.0;
};

/// A region of space.
class Solid
{
public:
  virtual ~Solid() = default;

  /// Volume of the part of a polyhedron inside the solid.
  virtual double volumeInside(const Polyhedron& polyhedron) const = 0;

  virtual NearestSurfacePoint nearest(Vec3 point) const = 0;

  /// Fraction of a cell inside, in [0, 1]; exactly 0 or 1 when less than 1e-13 is on one side.
  double fraction(const Polyhedron& cell) const;
};

/// The ball about `centre`. Its volume in a polyhedron is a sum over faces of cones from the centre
/// (Strobl, Formella, Poeschel 2016), in extended precision: where long double has 64 bits of
/// mantissa the error is below 1e-12 of a cell for cells down to 1/1000 of the radius.
class Ball : public Solid
{
public:
  Ball(Vec3 centre, double radius);
  double volumeInside(const Polyhedron& polyhedron) const override;
  NearestSurfacePoint nearest(Vec3 point) const override;

private:
  Vec3 Centre;
  double Radius;
};

/// The half-space normal . (x - point) <= 0.
class HalfSpace : public Solid
{
public:
  HalfSpace(Vec3 point, Vec3 normal);
  double volumeInside(const Polyhedron& polyhedron) const override;
  NearestSurfacePoint nearest(Vec3 point) const override;

private:
  Vec3 Point;
  Vec3 Normal;
};

} // namespace mir

#endif
