#include "plic/PartTetrahedra.h"

namespace mir {

void tetrahedra(const Polyhedron&, std::vector<std::array<Vec3, 4>>& result)
{
  result.clear();
}

void triangles(const Polygon&, std::vector<std::array<Vec2, 3>>& result)
{
  result.clear();
}

bool isConvex(const Polyhedron&)
{
  return true;
}

bool isConvex(const Polygon&)
{
  return true;
}

} // namespace mir
