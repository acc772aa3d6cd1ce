// Ground truth in the plane: a region bounded by line segments and circular arcs.
#ifndef mir_data_Region_h
#define mir_data_Region_h

#include "plic/Polygon.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// A piece of a region's boundary from `from` to `to`, with the region on its left: a line segment,
/// or (radius > 0) the arc about `centre` that runs counter-clockwise or clockwise.
struct BoundaryPiece
{
  Vec2 from;
  Vec2 to;
  Vec2 centre;
  double radius = 0.0;
  bool counterClockwise = true;
};

using BoundaryLoop = std::vector<BoundaryPiece>;

/// Where a definition's coordinates u lie in space: x = origin + u.x * xAxis + u.y * yAxis.
struct AffineFrame
{
  Vec2 origin;
  Vec2 xAxis{ 1.0, 0.0 };
  Vec2 yAxis{ 0.0, 1.0 };

  Vec2 toSpace(Vec2 u) const { return this->origin + u.x * this->xAxis + u.y * this->yAxis; }
  Vec2 fromSpace(Vec2 x) const;
  /// The same for a difference of points.
  Vec2 vectorFromSpace(Vec2 v) const;
  double determinant() const { return cross(this->xAxis, this->yAxis); }
};

/// A nearest point on the boundary.
struct NearestPoint
{
  Vec2 point;
  /// Unit, out of the region.
  Vec2 normal;
  /// Distance to the boundary, positive outside the region.
  double signedDistance = 0.0;
};

/// A region of the plane. Areas are exact to rounding at the scale of the polygon asked for.
class Region
{
public:
  /// Closed loops, outer ones counter-clockwise and holes clockwise, placed by `frame` (of positive
  /// determinant). An ellipse is a circle in a stretched frame.
  Region(std::vector<BoundaryLoop> loops, AffineFrame frame);

  /// Area of the part of `polygon` inside the region; linear in the polygon, so that clockwise ones
  /// count negative. Green's theorem: every boundary piece adds what lies to its left.
  double areaInside(const Polygon& polygon) const;

  /// Fraction of a counter-clockwise cell inside the region, in [0, 1]. Exactly 0 or 1 when the
  /// boundary leaves less than 1e-13 of the cell on one side.
  double fraction(const Polygon& cell) const;

  /// True inside (winding number not zero).
  bool contains(Vec2 point) const;

  /// The nearest point on the boundary, by exact distances to all pieces; arcs in a stretched frame
  /// by Newton's method to 1e-12.
  NearestPoint nearest(Vec2 point) const;

  /// Area of the region.
  double area() const { return this->Area; }

  /// The boundary as closed polylines; arcs of a full circle get `resolution` segments.
  std::vector<Polygon> outline(int resolution) const;

private:
  /// A boundary piece that is monotone in y: its area to the left is simple.
  struct MonotonePiece
  {
    Vec2 low;
    Vec2 high;
    Vec2 centre;
    double radius = 0.0;
    bool rightHalf = true;
    double sign = 1.0; // +1 running up, -1 running down
    double xMin = 0.0;
    double xMax = 0.0;
  };

  void addMonotonePieces(const BoundaryPiece& piece);
  void sortIntoBins();

  std::vector<BoundaryLoop> Loops;
  AffineFrame Placement;
  std::vector<MonotonePiece> Pieces;
  std::vector<std::vector<int>> Bins; // pieces by y
  double BinOrigin = 0.0;
  double BinWidth = 1.0;
  double Area = 0.0;
};

/// Area of the part of `polygon` inside a disk, exact to rounding at the polygon's scale; linear in
/// the polygon. Chords plus circular segments, so that a small cell on a large disk loses no
/// digits.
double areaInDisk(const Polygon& polygon, Vec2 centre, double radius);

} // namespace mir

#endif
