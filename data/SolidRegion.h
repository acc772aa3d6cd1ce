// The part of a polyhedral cell inside an interface, from the interface's facets in that cell.
#ifndef mir_data_SolidRegion_h
#define mir_data_SolidRegion_h

#include "data/FacePart.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// A part of a cell's face as the cell sees it.
struct CellFace
{
  const FacePart* part = nullptr;
  /// Whether part->normal points into the cell.
  bool reversed = false;
};

/// What a region leaves on a part of a cell's face: closed loops in the part's plane,
/// counter-clockwise, round holes clockwise.
using FaceTrace = std::vector<Polygon>;

/// The part of a cell on the inside of an interface.
struct SolidRegion
{
  /// Facets and traces, relative to the first corner of the cell's first face: closed, so that
  /// volume() and Solid::volumeInside() hold.
  Polyhedron boundary;
  /// One for each of the cell's faces.
  std::vector<FaceTrace> traces;
};

/// Closes facets, each a planar loop counter-clockwise seen from outside of the region, by the
/// parts of the cell's faces that they bound: closeRegion() of their edges on each face. A face
/// that no facet ends on is all inside or outside, as its neighbours' traces end on common edges;
/// if no facet ends on any, the facets enclose an island (of positive volume) or a hole.
/// Facets end on faces to 1e-11 of a face's size.
SolidRegion closeSolidRegion(
  const std::vector<CellFace>& faces, const std::vector<std::vector<Vec3>>& facets);

/// The cell itself.
SolidRegion fullSolidRegion(const std::vector<CellFace>& faces);

/// Whether a facet lies on the cell's boundary, where it encloses nothing.
bool liesOnBoundary(const std::vector<CellFace>& faces, const std::vector<Vec3>& facet);

} // namespace mir

#endif
