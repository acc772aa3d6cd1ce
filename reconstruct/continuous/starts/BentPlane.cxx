#include "reconstruct/continuous/starts/BentPlane.h"

#include "plic/AllProcessors.h"

#include <cmath>
#include <utility>

namespace mir {

namespace {

/// The origin and the axes in which places are given.
struct Frame
{
  Vec3 origin;
  Vec3 axes[3] = { { 1.0, 0.0, 0.0 }, { 0.0, 1.0, 0.0 }, { 0.0, 0.0, 1.0 } };
};

/// How far a place lies along a direction.
struct Coordinate
{
  double first;
  double steps[3];

  Coordinate(const BentPlane& plane, const Frame& frame, Vec3 direction)
    : first(dot(direction, frame.origin - plane.origin))
    , steps{ dot(direction, frame.axes[0]), dot(direction, frame.axes[1]),
      dot(direction, frame.axes[2]) }
  {}

  double operator()(double u, double v, double w) const
  {
    return (this->first + this->steps[0] * u) + (this->steps[1] * v + this->steps[2] * w);
  }
};

MIR_FOR_ALL_PROCESSORS
void findDistances(const BentPlane& plane, const Frame& frame, const double* places, int count,
  double* __restrict distances)
{
  const Coordinate along(plane, frame, plane.x);
  const Coordinate across(plane, frame, plane.y);
  const Coordinate above(plane, frame, plane.normal);
  const double s[2] = { plane.slopes[0], plane.slopes[1] };
  const double bend[3] = { plane.curvatures[0], plane.curvatures[1], plane.curvatures[2] };
  const double rise = plane.rise;
  const double* const u = places;
  const double* const v = u + count;
  const double* const w = v + count;
  for (int i = 0; i < count; ++i)
  {
    const double x = along(u[i], v[i], w[i]);
    const double y = across(u[i], v[i], w[i]);
    const double turnX = bend[0] * x + bend[1] * y;
    const double turnY = bend[1] * x + bend[2] * y;
    const double turn2 = turnX * turnX + turnY * turnY;
    const double arc = 0.5 + 0.125 * turn2;
    const double height = rise + (x * (s[0] + arc * turnX) + y * (s[1] + arc * turnY));
    const double slopeX = s[0] + (1.0 + 0.5 * turn2) * turnX;
    const double slopeY = s[1] + (1.0 + 0.5 * turn2) * turnY;
    distances[i] =
      (height - above(u[i], v[i], w[i])) / std::sqrt(1.0 + (slopeX * slopeX + slopeY * slopeY));
  }
}

} // namespace

NodeList::NodeList(const CellSubdivision& cell, std::vector<int> wanted)
  : nodes(std::move(wanted))
{
  for (int d = 0; d < 3 && !cell.affinePlaces.empty(); ++d)
  {
    for (int node : this->nodes)
    {
      this->places.push_back(cell.affinePlaces[static_cast<std::size_t>(d) * cell.nodes + node]);
    }
  }
}

void BentDistances::run(int c, const BentPlane& plane, const NodeList& list, double* distances)
{
  const int count = static_cast<int>(list.nodes.size());
  const CellSubdivision& cell = this->Mesh.subdivision(c);
  Frame frame;
  if (this->Mesh.isAffine(c))
  {
    const int* points = this->Mesh.cellVertices.data() + this->Mesh.vertexOffsets[c];
    frame.origin = this->Band.points[points[0]];
    for (int d = 0; d < 3; ++d)
    {
      frame.axes[d] = d < cell.dimension
        ? this->Band.points[points[cell.axisVertices[d]]] - frame.origin
        : Vec3{};
    }
    findDistances(plane, frame, list.places.data(), count, distances);
    return;
  }
  this->Positions.resize(cell.nodes);
  nodePositions(this->Band, this->Mesh, c, this->Positions.data());
  frame.origin = this->Band.origin(this->Mesh.cells[c]);
  this->Places.resize(static_cast<std::size_t>(3) * count);
  for (int i = 0; i < count; ++i)
  {
    const Vec3 x = this->Positions[list.nodes[i]] - frame.origin;
    this->Places[i] = x.x;
    this->Places[count + i] = x.y;
    this->Places[2 * count + i] = x.z;
  }
  findDistances(plane, frame, this->Places.data(), count, distances);
}

} // namespace mir
