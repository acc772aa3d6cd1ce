#include "reconstruct/continuous/extraction/ArrangedSimplex.h"

#include <algorithm>

namespace mir {

void ArrangedSimplex::start(const CellPoints& points, const int* nodes, int count, int materials)
{
  this->Arrangement.start(count);
  this->Count = count;
  this->Orientation = 1;
  std::copy(nodes, nodes + count, this->Nodes);
  for (int i = 1; i < count; ++i)
  {
    for (int j = i; j > 0 && points.before(this->Nodes[j], this->Nodes[j - 1]); --j)
    {
      std::swap(this->Nodes[j], this->Nodes[j - 1]);
      this->Orientation = -this->Orientation;
    }
  }
  if (this->Values.size() < static_cast<std::size_t>(materials))
  {
    this->Values.resize(materials);
  }
  this->Added = 0;
}

void ArrangedSimplex::add(int material, const double* values, int group)
{
  std::array<double, 4>& kept = this->Values[this->Added++];
  for (int i = 0; i < this->Count; ++i)
  {
    kept[i] = values[this->Nodes[i]];
  }
  // Ties between equal fields of both groups are broken, too: their lines run side by side.
  this->Arrangement.add(material + 64 * group, kept.data(), group);
}

int ArrangedSimplex::point(int corner, CellPoints& points)
{
  int& point = this->Points[corner];
  if (point < 0)
  {
    point = this->addCorner(this->Arrangement.corners()[corner], points);
  }
  return point;
}

int ArrangedSimplex::addCorner(const RegionCorner& corner, CellPoints& points) const
{
  const int tied = this->Arrangement.tiedNode(corner);
  if (tied >= 0)
  {
    return points.node(this->Nodes[tied]);
  }
  int nodes[4];
  int at[4];
  int count = 0;
  for (int i = 0; i < this->Count; ++i)
  {
    if ((corner.nodes & (1u << i)) != 0)
    {
      nodes[count] = this->Nodes[i];
      at[count++] = i;
    }
  }
  // A group with a single material there has no say in where the corner lies.
  int places[2][8];
  int sizes[2] = { 0, 0 };
  for (int place = 0; place < this->Arrangement.numberOfMaterials(); ++place)
  {
    if ((corner.materials >> place & 1) != 0)
    {
      const int group = this->Arrangement.group(place);
      places[group][sizes[group]++] = place;
    }
  }
  const int group = sizes[0] > 1 ? 0 : 1;
  const int* equal = places[group];
  if (count == 2)
  {
    const double* a = this->Arrangement.values(equal[0]);
    const double* b = this->Arrangement.values(equal[1]);
    return points.edge(nodes[0], nodes[1], a[at[0]] - b[at[0]], a[at[1]] - b[at[1]],
      this->material(equal[0]), this->material(equal[1]));
  }
  const auto position = [&] {
    const std::array<double, 4> coordinates = this->Arrangement.coordinates(corner);
    const Vec3 origin = points.nodePosition(nodes[0]);
    Vec3 x = origin;
    for (int i = 1; i < count; ++i)
    {
      x = x + coordinates[at[i]] * (points.nodePosition(nodes[i]) - origin);
    }
    return x;
  };
  if (count == 3 && sizes[group] == 3)
  {
    unsigned materials[3];
    for (int i = 0; i < 3; ++i)
    {
      materials[i] = this->material(equal[i]);
    }
    return points.face(nodes, materials, position);
  }
  return points.single(position());
}

bool ArrangedSimplex::outline(
  unsigned nodes, std::uint64_t materials, CellPoints& points, std::vector<int>& result)
{
  result.clear();
  if (!this->Arrangement.outline(nodes, materials, this->Orientation, this->Outline))
  {
    return false;
  }
  for (const int corner : this->Outline)
  {
    result.push_back(this->point(corner, points));
  }
  return true;
}

void ArrangedSimplex::rankCorners()
{
  this->TiedNodes.clear();
  for (const RegionCorner& corner : this->Arrangement.corners())
  {
    this->TiedNodes.push_back(this->Arrangement.tiedNode(corner));
  }
}

bool ArrangedSimplex::pulledOutline(
  unsigned nodes, std::uint64_t materials, std::vector<int>& corners) const
{
  if (!this->Arrangement.outline(nodes, materials, this->Orientation, corners))
  {
    return false;
  }
  const auto first = std::min_element(
    corners.begin(), corners.end(), [this](int a, int b) { return this->precedes(a, b); });
  std::rotate(corners.begin(), first, corners.end());
  return true;
}

bool ArrangedSimplex::precedes(int corner, int other) const
{
  const RegionCorner& a = this->Arrangement.corners()[corner];
  const RegionCorner& b = this->Arrangement.corners()[other];
  // Where a corner is tied to a node it lies there, with others maybe.
  const int aNode = this->TiedNodes[corner];
  const int bNode = this->TiedNodes[other];
  if (aNode != bNode)
  {
    return bNode < 0 || (aNode >= 0 && aNode < bNode);
  }
  // The lowest node or material in which they differ decides.
  if (a.nodes != b.nodes)
  {
    const unsigned differing = a.nodes ^ b.nodes;
    return (a.nodes & (differing & ~(differing - 1))) != 0;
  }
  const std::uint64_t differing = a.materials ^ b.materials;
  return (a.materials & (differing & ~(differing - 1))) != 0;
}

} // namespace mir
