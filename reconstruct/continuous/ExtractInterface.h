// The interface phi = 0 of a field on shared nodes, as segments on shared points.
#ifndef mir_reconstruct_continuous_ExtractInterface_h
#define mir_reconstruct_continuous_ExtractInterface_h

#include "plic/PlanarMesh.h"
#include "reconstruct/continuous/SubcellMesh.h"

#include <vector>

namespace mir {

/// The zero line of phi in every triangle, with phi > 0 on its left, and the faces between full
/// and empty cells, with the full cell on their left and as their source cell. Within a cell the
/// segments bound exactly the region whose area cellArea() gives.
///
/// A point lies on an edge between two nodes and is one number for all triangles about it, its
/// coordinates computed from the two nodes in ascending order; where phi is exactly 0 at a node
/// (which counts as outside) the point is the node, and at a vertex of the mesh it is shared with
/// the faces that end there. So every point has two segments, one on the boundary of the domain, or
/// an even number where the interface meets itself in a node. Segments whose ends coincide are
/// contracted, those that bound nothing (material on both sides) dropped.
///
/// `mesh`, `fractions` (one value a cell) and `tolerance` are those given to subdivide(). Throws
/// std::invalid_argument when their sizes, or that of phi, do not fit `subcells`.
InterfaceLines extractInterface(const SubcellMesh& subcells, const PlanarMesh& mesh,
  const std::vector<double>& fractions, double tolerance, const std::vector<double>& phi);

} // namespace mir

#endif
