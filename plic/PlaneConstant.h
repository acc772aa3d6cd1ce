// The plane constant: where a plane of given normal must lie to cut off a given fraction of a cell.
#ifndef mir_plic_PlaneConstant_h
#define mir_plic_PlaneConstant_h

#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

namespace mir {

/// The constant d for which normal . x <= d holds in `fraction` of the cell, |error| <= 1e-13 of
/// the cell's size. The normal need not be a unit vector but must not vanish; `fraction` lies in
/// [0, 1]. Coordinates should be relative to a point of the cell: the digits lost otherwise are
/// those of |x| / size.
/// By FanCutter (plic/SimplexFan.h). For the cells of a band CellCutter is faster.
double planeConstant(const Polygon& cell, Vec2 normal, double fraction);
double planeConstant(const Polyhedron& cell, Vec3 normal, double fraction);

} // namespace mir

#endif
