// Planar polygons: area, centroid, and cutting by a line.
#ifndef mir_plic_Polygon_h
#define mir_plic_Polygon_h

#include "plic/CutMoments.h"
#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// Vertices of a simple polygon in order, closed implicitly; counter-clockwise unless said
/// otherwise. Non-convex polygons are allowed.
using Polygon = std::vector<Vec2>;

/// Signed area, positive when counter-clockwise. Exact to rounding relative to the polygon's own
/// size wherever it lies.
double area(const Polygon& polygon);

/// Centroid of the area; the mean of the vertices when the area vanishes.
Vec2 centroid(const Polygon& polygon);

/// Length of the perimeter.
double perimeter(const Polygon& polygon);

/// Replaces `result` by the part of `polygon` in the half-plane normal . x <= constant
/// (Sutherland and Hodgman 1974). Of a non-convex polygon the parts come joined by coincident
/// edges, so that area() of the result is exact. `result` must not alias `polygon`. Where asked
/// for, one entry an edge (i joins the vertices i and i + 1): the polygon's edge that it lies on,
/// or -1 for the cut.
void clip(const Polygon& polygon, Vec2 normal, double constant, Polygon& result,
  std::vector<int>* sourceEdges = nullptr);

/// Area of the part of `polygon` in normal . x <= constant.
double areaBelow(const Polygon& polygon, Vec2 normal, double constant);

/// The pieces of the line normal . x = constant inside the polygon, each directed so that the
/// half-plane normal . x <= constant lies on its left. A convex polygon has at most one piece.
/// A vertex on the line counts as above it, so that every crossing polygon yields its pieces.
std::vector<std::array<Vec2, 2>> cut(const Polygon& polygon, Vec2 normal, double constant);
/// The same into `pieces`, whose memory is used again.
void cut(
  const Polygon& polygon, Vec2 normal, double constant, std::vector<std::array<Vec2, 2>>& pieces);

/// Moments of the cut by the line normal . x = constant of unit normal.
CutMoments cutMoments(const Polygon& polygon, Vec2 normal, double constant);

} // namespace mir

#endif
