#include "plic/PlaneConstant.h"

#include "plic/SimplexFan.h"

namespace mir {

namespace {

template <typename Cell>
double fanConstant(const Cell& cell, Vec3 normal, double fraction)
{
  thread_local SimplexFan fan;
  thread_local FanCutter cutter;
  fan.set(cell);
  cutter.set(fan, normal);
  return cutter.planeConstant(fraction);
}

} // namespace

double planeConstant(const Polygon& cell, Vec2 normal, double fraction)
{
  return fanConstant(cell, { normal.x, normal.y, 0.0 }, fraction);
}

double planeConstant(const Polyhedron& cell, Vec3 normal, double fraction)
{
  return fanConstant(cell, normal, fraction);
}

} // namespace mir
