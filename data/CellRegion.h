// The part of a cell inside an interface, from the interface's segments in that cell.
#ifndef mir_data_CellRegion_h
#define mir_data_CellRegion_h

#include "plic/Polygon.h"
#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// A stretch of a cell's edge e (from vertex e to e + 1) inside the region, 0 <= begin < end <= 1.
struct EdgeTrace
{
  int edge = 0;
  double begin = 0.0;
  double end = 0.0;
};

/// The part of a cell on the inside of an interface.
struct CellRegion
{
  /// Boundary loops, counter-clockwise outside and clockwise round holes: areas add up.
  std::vector<Polygon> loops;
  /// Where the region meets the cell's edges.
  std::vector<EdgeTrace> traces;

  double area() const;
};

/// Closes the segments, each with the inside on its left, along the boundary of the cell.
///
/// Segments are joined where end and start agree to 1e-9 of the cell's size; open chains start and
/// end at the nearest place of the boundary. From the end of a chain the region's boundary follows
/// the cell counter-clockwise to the next start. A cell with closed chains only is full outside of
/// them if the largest runs clockwise (a hole), else empty. Without segments the region is empty.
/// Where a chain runs along an edge the region ends there, which leaves no trace.
CellRegion closeRegion(const Polygon& cell, const std::vector<std::array<Vec2, 2>>& segments);

/// The whole cell as a region.
CellRegion fullRegion(const Polygon& cell);

/// Length of the difference of the traces of two neighbours on their common edge, which they run
/// along in opposite directions, as a fraction of the edge. Stretches shorter than 1e-13 of the
/// edge are rounding and count as 0.
double traceMismatch(const CellRegion& a, int edgeOfA, const CellRegion& b, int edgeOfB);

/// Fraction of an edge that the region covers.
double traceLength(const CellRegion& region, int edge);

} // namespace mir

#endif
