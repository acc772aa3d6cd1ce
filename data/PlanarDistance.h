// The distance of an interface in the plane from the true boundary.
#ifndef mir_data_PlanarDistance_h
#define mir_data_PlanarDistance_h

#include "data/Region.h"
#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// The Hausdorff distance of segments and the true boundary inside the box from `low` to `high`:
/// the larger of both sides' largest distance. Segments are sampled at their ends and at most
/// `spacing` apart, the boundary alike. Infinite where one of them has no points and the other has.
double hausdorffDistance(const std::vector<std::array<Vec2, 2>>& segments, const Region& truth,
  Vec2 low, Vec2 high, double spacing);

} // namespace mir

#endif
