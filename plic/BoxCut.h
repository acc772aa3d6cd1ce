// Rectangles and boxes along the axes, cut by a plane in closed form.
#ifndef mir_plic_BoxCut_h
#define mir_plic_BoxCut_h

#include "plic/Vector.h"

namespace mir {

/// The constant d for which normal . x <= d holds in `fraction` of the box from 0 to `widths`. A
/// rectangle is a box of width 1 whose normal has no z. Exact to rounding, for components down to 0
/// as well. Exchanging normal and fraction for -normal and 1 - fraction changes the sign.
/// (Scardovelli and Zaleski 2000; regions as Lehmann and Gekle 2022; the cubic parts by Newton's
/// method on forms without cancellation.)
double boxPlaneConstant(Vec3 widths, Vec3 normal, double fraction);

/// The fraction of the box in normal . x <= constant and, where asked for, its derivative with
/// respect to the constant: the area of the cut over the box's volume and |normal|.
double boxFractionBelow(Vec3 widths, Vec3 normal, double constant, double* derivative = nullptr);

/// Writes the polygon of the cut, counter-clockwise seen from the side that the normal points to,
/// and returns its number of points: 0, or 3 to 6. For a rectangle (`dimension` 2) the segment of 0
/// or 2 points with the part below on its left.
int boxCut(Vec3 widths, Vec3 normal, double constant, int dimension, Vec3 (&points)[6]);

} // namespace mir

#endif
