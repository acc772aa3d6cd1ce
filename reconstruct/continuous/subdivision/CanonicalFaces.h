// One numbering for all face tables that differ by the names of vertices and the order of faces.
#ifndef mir_reconstruct_continuous_subdivision_CanonicalFaces_h
#define mir_reconstruct_continuous_subdivision_CanonicalFaces_h

#include "plic/CellBand.h"

#include <vector>

namespace mir {

/// The same polyhedron (faces outwards) renumbered, so that equal types have equal tables:
/// tetrahedra and hexahedra as in VTK, others by the walk over the faces, from any edge, that gives
/// the least sequence of vertices (Weinberg 1966). `order` receives the table's vertex for each of
/// the result. Tables that are no closed connected surface come back as they are.
FaceTable canonicalFaces(const FaceTable& faces, std::vector<int>& order);

enum class SolidType
{
  Tetrahedron,
  Hexahedron,
  Other
};
/// The type of a table from canonicalFaces().
SolidType solidType(const FaceTable& canonical);

} // namespace mir

#endif
