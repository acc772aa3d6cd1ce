// The planar pieces of mesh faces, and what two neighbours leave on them.
#ifndef mir_data_FacePart_h
#define mir_data_FacePart_h

#include "plic/Polygon.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// A planar piece of a mesh face, in the mesh's coordinates and in those of its plane.
struct FacePart
{
  /// Right-handed and unit; the corners run counter-clockwise seen from where `normal` points to.
  Vec3 origin;
  Vec3 uAxis;
  Vec3 vAxis;
  Vec3 normal;
  std::vector<Vec3> corners;
  Polygon polygon;
  /// How near a point of the part comes to it in finite precision.
  double tolerance = 0.0;

  Vec2 project(Vec3 x) const { return { dot(x - origin, uAxis), dot(x - origin, vAxis) }; }
  Vec3 lift(Vec2 u) const { return origin + u.x * uAxis + u.y * vAxis; }
  bool contains(Vec3 x) const;
};

/// The face itself, or, if it is warped, the triangles about the mean of its vertices that
/// addFace() makes of it. Parts of no area are left out.
std::vector<FacePart> planarParts(const std::vector<Vec3>& face);

/// Area of the points that are in one of two regions only. Regions are closed loops,
/// counter-clockwise outside and clockwise round holes. Edges that both have do not count, bit for
/// bit, so that equal regions differ by exactly 0; of the others by the overlaps of the triangles
/// over them: exact to rounding.
double differenceArea(const std::vector<Polygon>& a, const std::vector<Polygon>& b);

} // namespace mir

#endif
