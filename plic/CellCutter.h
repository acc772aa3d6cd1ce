// Cutting the cells of a band by planes, each kind of cell the fastest way.
#ifndef mir_plic_CellCutter_h
#define mir_plic_CellCutter_h

#include "plic/CellBand.h"
#include "plic/CutMoments.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/SimplexFan.h"
#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// Cuts cells of a band by the planes normal . (x - band.origin(cell)) = constant, where normals
/// are unit vectors. Boxes and simplices go by closed forms, all others by sums over simplices and
/// faces. Keeps its memory from cell to cell, and the last cell: use one object a thread, and a
/// band that does not change. All coordinates are relative to band.origin(cell); in 2D z is 0.
class CellCutter
{
public:
  explicit CellCutter(const CellBand& band);

  /// The constant for which the part below holds `fraction` of the cell, to 1e-13 of the cell's
  /// size.
  double planeConstant(int cell, Vec3 normal, double fraction);

  /// Volume (2D: area) of the part below, and where asked for the moments of the cut.
  double volumeBelow(int cell, Vec3 normal, double constant, CutMoments* cut = nullptr);
  CutMoments cutMoments(int cell, Vec3 normal, double constant);

  /// The loops of the cut, each counter-clockwise seen from the side that the normal points to; in
  /// 2D segments of two points with the part below on their left. Valid until the next call.
  const std::vector<std::vector<Vec3>>& cut(int cell, Vec3 normal, double constant);

private:
  Vec3 widths(int cell) const;
  /// The cell's fan, sorted along the normal.
  const FanCutter& fan(int cell, Vec3 normal);
  /// The cell itself in CellPolygon or CellPolyhedron.
  void load(int cell);
  /// Makes Loops one loop of `count` points, or none of 0.
  const std::vector<std::vector<Vec3>>& oneLoop(const Vec3* points, int count);

  const CellBand& Band;
  int Loaded = -1;
  int Fanned = -1;
  Vec3 FanNormal;
  Polygon CellPolygon;
  Polyhedron CellPolyhedron;
  SimplexFan Fan;
  FanCutter Cutter;
  std::vector<std::vector<Vec3>> Loops;
  std::vector<std::array<Vec2, 2>> Segments;
};

} // namespace mir

#endif
