// Cells that their mean does not see all of: triangles of a polygon, a better centre of a
// polyhedron.
#ifndef mir_reconstruct_continuous_subdivision_CellKernel_h
#define mir_reconstruct_continuous_subdivision_CellKernel_h

#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// Triangles of positive area that fill a simple polygon (counter-clockwise), by its own vertices:
/// ear by ear, the best shaped first (Meisters 1975). Empty where the polygon has none.
std::vector<std::array<int, 3>> triangulatePolygon(const std::vector<Vec2>& polygon);

/// The point farthest within all planes of the triangles (outwards), near enough: Newton's method
/// on a soft minimum of the distances that sharpens. Returns the least distance, which is not
/// positive where no point sees all triangles from within. `start` is any point.
double deepestPoint(const std::vector<std::array<Vec3, 3>>& triangles, Vec3 start, Vec3& point);

/// Integers that sum to `denominator` whose quotients weigh `points` to `target`, near enough, and
/// differ least from one another.
std::vector<int> vertexWeights(const std::vector<Vec3>& points, Vec3 target, int denominator);

} // namespace mir

#endif
