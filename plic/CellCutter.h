// Cutting the cells of a band by planes, each kind of cell the fastest way.
#ifndef mir_plic_CellCutter_h
#define mir_plic_CellCutter_h

#include "plic/CellBand.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// A planar cut through a cell: its length (2D) or area, its centroid, and its second moments about
/// the centroid, the integrals of (x - c)(x - c)^T: xx, yy, zz, xy, xz, yz.
struct CutMoments
{
  double area = 0.0;
  Vec3 centroid;
  double second[6] = {};
};

/// Cuts cells of a band by the planes normal . (x - band.origin(cell)) = constant. Boxes and
/// simplices go by closed forms, others by the general kernel. Keeps its memory from cell to cell:
/// use one object a thread. All coordinates are relative to band.origin(cell); in 2D z is 0.
class CellCutter
{
public:
  explicit CellCutter(const CellBand& band);

  /// The constant for which the part below holds `fraction` of the cell, to 1e-13 of the cell's
  /// size. The normal is a unit vector.
  double planeConstant(int cell, Vec3 normal, double fraction);

  /// Volume (2D: area) of the part below, and where asked for the moments of the cut.
  double volumeBelow(int cell, Vec3 normal, double constant, CutMoments* cut = nullptr);

  /// The loops of the cut, each counter-clockwise seen from the side that the normal points to; in
  /// 2D segments of two points with the part below on their left. Valid until the next call.
  const std::vector<std::vector<Vec3>>& cut(int cell, Vec3 normal, double constant);

private:
  const CellBand& Band;
  Polygon CellPolygon;
  Polyhedron CellPolyhedron;
  std::vector<std::vector<Vec3>> Loops;
};

} // namespace mir

#endif
