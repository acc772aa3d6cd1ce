// Bodies in space by their signed distances, evaluated for many points at once.
#ifndef mir_data_SolidShapes_h
#define mir_data_SolidShapes_h

#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// Points as arrays of coordinates.
struct PointArrays
{
  const double* x = nullptr;
  const double* y = nullptr;
  const double* z = nullptr;
  int count = 0;
};

/// A body in a frame of its own: the point x has the coordinates axes[i] . (x - centre).
struct SolidShape
{
  /// What `size` means, in the body's frame:
  enum class Kind
  {
    HalfSpace, ///< w <= 0.
    Slab,      ///< |w| <= size[0].
    Ball,      ///< Of radius size[0].
    Shell,     ///< Of radius size[0] and half thickness size[1].
    Box,       ///< Of half edges size[0 .. 2].
    Cylinder,  ///< Of radius size[0] and half height size[1] along w.
    Cone,      ///< Apex at the centre, opening to -w; size[0], size[1]: cosine and sine of its half
               ///< angle.
    Slot, ///< The half-space less a box of half width size[0], half length size[1], depth size[2].
    Polytope,  ///< The intersection of the half-spaces `planes`.
    Ellipsoid, ///< Of half axes size[0 .. 2].
    Blob,      ///< The smooth union of `balls`: sum (r / distance)^4 >= 1.
    Hills, ///< w below the height of `hills` over (u, v); size[0] > 0: within that of the height.
    BentFilament ///< Within size[0] of the curve (heights of the first and second half of `hills`,
                 ///< w).
  };
  Kind kind = Kind::HalfSpace;
  Vec3 centre;
  std::array<Vec3, 3> axes{ Vec3{ 1, 0, 0 }, Vec3{ 0, 1, 0 }, Vec3{ 0, 0, 1 } };
  std::array<double, 3> size{};
  /// Boxes and cylinders: edges are rounded with this radius, within the size.
  double rounding = 0.0;

  /// normal . x <= constant, unit normals, in the body's frame; and the edges they meet in, from
  /// polytopeEdges().
  struct Plane
  {
    Vec3 normal;
    double constant = 0.0;
  };
  struct Edge
  {
    Vec3 point;
    Vec3 direction;
    double begin = 0.0;
    double end = 0.0;
  };
  std::vector<Plane> planes;
  std::vector<Edge> edges;

  /// Balls of a blob; hills: height / (1 + ((u, v) - centre)^2 / radius^2), with the height as z.
  struct Bump
  {
    Vec3 centre;
    double radius = 1.0;
  };
  std::vector<Bump> bumps;

  /// Whether estimates() are distances.
  bool exact() const { return this->kind < Kind::Ellipsoid; }

  /// The signed distance to first order: exact on the surface and in its slope there, with the
  /// right sign everywhere. Positive outside.
  void estimates(const PointArrays& points, double* result) const;

  /// The signed distance, positive outside: in closed form, or by eight steps towards the nearest
  /// point, which find it to 1e-3 of the distance where that is well below the radius of curvature,
  /// and fall back on the estimate where they do not end on the surface.
  void distances(const PointArrays& points, double* result) const;
};

/// The edges between the planes of a convex polytope; unbounded ones end at +-1e6.
std::vector<SolidShape::Edge> polytopeEdges(const std::vector<SolidShape::Plane>& planes);

} // namespace mir

#endif
