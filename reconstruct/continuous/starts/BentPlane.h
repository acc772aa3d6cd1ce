// Planes that bend: signed distances from a paraboloid at many places at once.
#ifndef mir_reconstruct_continuous_starts_BentPlane_h
#define mir_reconstruct_continuous_starts_BentPlane_h

#include "plic/Vector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <limits>
#include <vector>

namespace mir {

/// A surface over a plane, of height rise + s . p + p^T C p / 2 (1 + |C p|^2 / 4) above the place
/// p = (x, y) in it: to fourth order arcs where s = 0 (plic/ParaboloidFit.h).
struct BentPlane
{
  /// On the plane.
  Vec3 origin;
  /// Unit vectors: along x and y in the plane (in 2D the latter is zero), and out of the material
  /// in which distances are positive.
  Vec3 x;
  Vec3 y;
  Vec3 normal;
  double rise = 0.0;
  /// s, and C as xx, xy, yy.
  double slopes[2] = { 0.0, 0.0 };
  double curvatures[3] = { 0.0, 0.0, 0.0 };
  /// The root mean square distance between the paraboloid and the facets about, in sizes of the
  /// cell; infinite where there is none and the plane stays flat.
  double misfit = std::numeric_limits<double>::infinity();
  /// Whether the cell lies at the edge of the mesh.
  bool atEdge = false;
};

/// Some nodes of a sub-division and, where its cells may be affine, their places: as
/// CellSubdivision::affinePlaces has them of all nodes.
struct NodeList
{
  NodeList(const CellSubdivision& cell, std::vector<int> nodes);

  std::vector<int> nodes;
  std::vector<double> places;
};

/// Distances from bent planes at the nodes of cells, to first order; one object a thread.
class BentDistances
{
public:
  BentDistances(const CellBand& band, const SubcellBand& mesh)
    : Band(band)
    , Mesh(mesh)
  {}

  /// At some nodes of cell c, one value each.
  void run(int c, const BentPlane& plane, const NodeList& nodes, double* distances);

private:
  const CellBand& Band;
  const SubcellBand& Mesh;
  std::vector<Vec3> Positions;
  std::vector<double> Places;
};

} // namespace mir

#endif
