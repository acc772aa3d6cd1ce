// The mixed cells of a mesh, split into triangles on shared nodes.
#ifndef mir_reconstruct_continuous_SubcellMesh_h
#define mir_reconstruct_continuous_SubcellMesh_h

#include "plic/PlanarMesh.h"
#include "plic/Vector.h"
#include "reconstruct/continuous/CellTemplate.h"

#include <cstdint>
#include <vector>

namespace mir {

/// |phi| at a node that touches a pure cell is at least this, in units of the cell size. With 0
/// some mixed cells between pure ones could not conserve; with this margin none failed.
constexpr double pureCellMargin = 1e-3;

/// The sub-division of the mixed cells. A field phi on it has one value a node, positive inside the
/// material, in units of the node's size; phi times that size, a distance in mesh units, is linear
/// in every triangle, so that a straight interface is straight on cells of any sizes.
/// Neighbours hold the same node numbers on their common face, so that the interface phi = 0 and
/// the traces of the material are continuous by construction. Mixed cell m below is a position in
/// `cells`, not a cell of the mesh.
struct SubcellMesh
{
  int refinement = 0;
  /// Number of cells of the mesh that was sub-divided.
  std::int64_t meshCells = 0;

  std::vector<CellTemplate> templates;

  /// Cell of the mesh of every mixed cell, ascending, and its position in `templates`.
  std::vector<std::int64_t> cells;
  std::vector<int> cellTemplates;
  /// Mixed cell m has the nodes cellNodes[nodeOffsets[m]] .. in its template's local order.
  std::vector<std::int64_t> nodeOffsets{ 0 };
  std::vector<std::int64_t> cellNodes;
  /// Area of every triangle over the area of its cell, in the template's order, from
  /// weights[triangleOffsets[m]]. All are positive and the sum in every cell is 1.
  std::vector<std::int64_t> triangleOffsets{ 0 };
  std::vector<double> weights;
  /// h = sqrt(cell area) of every mixed cell, in mesh units.
  std::vector<double> cellSizes;

  std::vector<Vec2> nodes;
  /// Mean h of the mixed cells that share the node, in mesh units; h itself inside a cell.
  std::vector<double> nodeSizes;
  /// The point of the mesh that a node is, or -1 for a node on an edge or inside a cell.
  std::vector<std::int64_t> meshPoints;
  /// A hash of the ids of the mesh points that span the node and of its position among them; the
  /// same whatever vertex a cell starts with and whatever cells come before it.
  std::vector<std::uint64_t> hashes;
  /// Bounds of phi: lower = pureCellMargin where a node touches a full cell, upper =
  /// -pureCellMargin where it touches an empty one, both 0 where it touches both (a tie: the
  /// interface passes there); otherwise infinite. A cell that touches in a vertex counts.
  std::vector<double> lower;
  std::vector<double> upper;

  std::int64_t numberOfCells() const { return static_cast<std::int64_t>(cells.size()); }
  std::int64_t numberOfNodes() const { return static_cast<std::int64_t>(nodes.size()); }
  const CellTemplate& cellTemplate(std::int64_t m) const { return templates[cellTemplates[m]]; }
  const std::int64_t* nodesOf(std::int64_t m) const { return cellNodes.data() + nodeOffsets[m]; }
  const double* weightsOf(std::int64_t m) const { return weights.data() + triangleOffsets[m]; }
};

/// Splits the cells with tolerance < fraction < 1 - tolerance, each mesh edge into r sub-edges
/// (r = 4 is the method's choice). `fractions` has one value a cell; a fraction outside of [0, 1]
/// counts as pure. Costs O(mesh) to classify and O(r^2) a mixed cell.
///
/// Throws std::invalid_argument when r < 2, the tolerance is not in [0, 1/2), the sizes differ, a
/// fraction is not a number, or a mixed cell is not a convex, counter-clockwise quad of positive
/// area (further cell types are to come); the message names the cell. Pure cells may be any
/// polygon.
SubcellMesh subdivide(
  const PlanarMesh& mesh, const std::vector<double>& fractions, double tolerance, int r);

/// The fractions of the mixed cells, from one value a mixed cell or one a cell of the mesh.
/// Throws std::invalid_argument when `fractions` has neither size.
std::vector<double> mixedFractions(const SubcellMesh& mesh, const std::vector<double>& fractions);

} // namespace mir

#endif
