// The benchmark shapes.
#ifndef mir_data_Shapes_h
#define mir_data_Shapes_h

#include "data/Region.h"

namespace mir {

enum class Shape
{
  Circle,
  Ellipse,
  Square,
  Star,
  Gear,
  ZalesakDisk,
  Spiral,
  TwoBodies
};

/// A benchmark shape that fits in the circle of the given centre and radius, turned
/// counter-clockwise by `angle` radians. Defined at radius 1 as
/// - Circle; Ellipse with the axes 1 and 0.6; Square with its corners on the circle;
/// - Star: five points, inner radius 0.45, one point up;
/// - Gear: eight teeth between the radii 0.8 and 1, flanks and flats of equal angle;
/// - ZalesakDisk: slot of width 1/3 from below to height 2/3 (Zalesak 1979);
/// - Spiral: Archimedean arm of half width 0.075 from radius 0.1 to 0.925 in 2.25 turns, each side
/// a
///   polyline of 512 segments, which is the definition;
/// - TwoBodies: disks of radius 0.42 at (-0.56, 0) and (0.56, 0).
Region makeShape(Shape shape, Vec2 centre, double radius, double angle);

/// A region bounded by the given polygons, outer ones counter-clockwise, holes clockwise.
Region makePolygonRegion(const std::vector<Polygon>& loops);

} // namespace mir

#endif
