// Parts of cells as tetrahedra or triangles.
#ifndef mir_plic_PartTetrahedra_h
#define mir_plic_PartTetrahedra_h

#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// Replaces `result` by tetrahedra of positive volume ((b - a) x (c - a) . (d - a) > 0) that fill
/// the polyhedron and do not overlap; their volumes sum to its volume to 1e-12. Any closed
/// polyhedron, non-convex or in several pieces too, and with loops within loops as clip() makes
/// them.
void tetrahedra(const Polyhedron& part, std::vector<std::array<Vec3, 4>>& result);

/// The same in the plane: counter-clockwise triangles.
void triangles(const Polygon& part, std::vector<std::array<Vec2, 3>>& result);

/// Whether no vertex lies above a face (2D: an edge) by more than 1e-9 of the size.
bool isConvex(const Polyhedron& part);
bool isConvex(const Polygon& part);

} // namespace mir

#endif
