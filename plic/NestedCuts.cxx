#include "plic/NestedCuts.h"

#include "plic/PlaneConstant.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

double measure(const MaterialPart& part, int dimension)
{
  return dimension == 2 ? area(part.polygon) : volume(part.polyhedron);
}

Vec2 inPlane(Vec3 v)
{
  return { v.x, v.y };
}

Vec3 inSpace(Vec2 v)
{
  return { v.x, v.y, 0.0 };
}

/// The part of `whole` below a plane; its new faces are marked as made by `cut`.
void clipPart(const MaterialPart& whole, int dimension, Vec3 normal, double constant, int cut,
  MaterialPart& below)
{
  // The source faces become the marks in place.
  if (dimension == 2)
  {
    clip(whole.polygon, inPlane(normal), constant, below.polygon, &below.cuts);
  }
  else
  {
    clip(whole.polyhedron, normal, constant, below.polyhedron, &below.cuts);
  }
  for (int& mark : below.cuts)
  {
    mark = mark < 0 ? cut : whole.cuts[mark];
  }
}

/// The constant below which lies the given volume of a part; 0 of an empty one.
double planeConstantOf(const MaterialPart& part, int dimension, Vec3 normal, double target)
{
  const double left = measure(part, dimension);
  const double fraction = left > target ? target / left : 1.0;
  if (dimension == 2)
  {
    return part.polygon.empty() ? 0.0 : planeConstant(part.polygon, inPlane(normal), fraction);
  }
  return part.polyhedron.points.empty() ? 0.0 : planeConstant(part.polyhedron, normal, fraction);
}

} // namespace

NestedCutter::NestedCutter(const CellBand& band)
  : Band(band)
  , Cutter(band)
{}

void NestedCutter::run(int cell, const MaterialCut* cuts, int count, bool withParts)
{
  this->Facets.clear();
  this->Points.clear();
  this->PartCount = withParts ? count : 0;
  if (static_cast<int>(this->Parts.size()) < this->PartCount)
  {
    this->Parts.resize(this->PartCount);
  }
  this->Normals.resize(count);
  this->Constants.assign(count, 0.0);
  for (int k = 0; k + 1 < count; ++k)
  {
    const double size = length(cuts[k].normal);
    this->Normals[k] = size > 0.0 ? 1.0 / size * cuts[k].normal : Vec3{ 1.0, 0.0, 0.0 };
  }
  if (!withParts && count == 2)
  {
    const double constant = this->Cutter.planeConstant(cell, this->Normals[0], cuts[0].fraction);
    this->Constants[0] = constant;
    for (const std::vector<Vec3>& loop : this->Cutter.cut(cell, this->Normals[0], constant))
    {
      const int begin = static_cast<int>(this->Points.size());
      this->Points.insert(this->Points.end(), loop.begin(), loop.end());
      this->Facets.push_back({ cuts[0].material, cuts[1].material, this->Normals[0], begin,
        static_cast<int>(this->Points.size()) });
    }
    return;
  }
  if (!withParts && count < 2)
  {
    return;
  }

  const int dimension = this->Band.dimension;
  MaterialPart* rest = &this->Rest[0];
  MaterialPart* next = &this->Rest[1];
  this->open(cell, *rest);
  const double total = measure(*rest, dimension);
  for (int k = 0; k < count; ++k)
  {
    const bool last = k + 1 == count;
    MaterialPart* part = withParts ? &this->Parts[k] : &this->Scratch;
    if (last)
    {
      std::swap(*part, *rest);
    }
    else
    {
      const Vec3 normal = this->Normals[k];
      const double constant = k == 0
        ? this->Cutter.planeConstant(cell, normal, cuts[k].fraction)
        : planeConstantOf(*rest, dimension, normal, cuts[k].fraction * total);
      this->Constants[k] = constant;
      // The first cut has no facets but its own, which come with the other parts.
      if (withParts || k > 0)
      {
        clipPart(*rest, dimension, normal, constant, k, *part);
      }
      clipPart(*rest, dimension, -normal, -constant, k, *next);
      std::swap(rest, next);
    }
    part->material = cuts[k].material;
    if (k == 0)
    {
      continue;
    }
    if (dimension == 2)
    {
      this->addSegments(*part, k, cuts);
    }
    else
    {
      this->addLoops(*part, k, cuts);
    }
  }
  // In the order of the materials inside, which the parts outside have mixed.
  std::stable_sort(this->Facets.begin(), this->Facets.end(),
    [](const MaterialFacet& a, const MaterialFacet& b) { return a.cut < b.cut; });
}

void NestedCutter::open(int cell, MaterialPart& whole)
{
  this->Size = 0.0;
  if (this->Band.dimension == 2)
  {
    this->Band.polygon(cell, whole.polygon);
    whole.polyhedron.clear();
    whole.cuts.assign(whole.polygon.size(), -1);
  }
  else
  {
    this->Band.polyhedron(cell, whole.polyhedron);
    whole.polygon.clear();
    whole.cuts.assign(whole.polyhedron.numberOfFaces(), -1);
  }
  // Coordinates are relative to a point of the cell.
  for (int i = 1; i < this->Band.cellSize(cell); ++i)
  {
    this->Size = std::max(this->Size, length(this->Band.point(cell, i) - this->Band.origin(cell)));
  }
}

void NestedCutter::addLoops(const MaterialPart& part, int position, const MaterialCut* cuts)
{
  const Polyhedron& p = part.polyhedron;
  const double smallest = 2e-14 * this->Size * this->Size;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    const int cut = part.cuts[face];
    if (cut < 0 || cut == position)
    {
      continue;
    }
    // Seen from this part the face looks into the material inside.
    const int begin = static_cast<int>(this->Points.size());
    for (int i = p.faceOffsets[face + 1] - 1; i >= p.faceOffsets[face]; --i)
    {
      const Vec3 point = p.points[p.faceVertices[i]];
      // Several edges may have met an earlier plane in the same vertex.
      if (static_cast<int>(this->Points.size()) == begin ||
        length(point - this->Points.back()) > 0.0)
      {
        this->Points.push_back(point);
      }
    }
    while (static_cast<int>(this->Points.size()) > begin + 1 &&
      length(this->Points.back() - this->Points[begin]) == 0.0)
    {
      this->Points.pop_back();
    }
    Vec3 twiceArea;
    for (std::size_t i = begin + 2; i < this->Points.size(); ++i)
    {
      twiceArea = twiceArea +
        cross(this->Points[i - 1] - this->Points[begin], this->Points[i] - this->Points[begin]);
    }
    if (length(twiceArea) <= smallest)
    {
      this->Points.resize(begin);
      continue;
    }
    this->Facets.push_back({ cuts[cut].material, part.material, this->Normals[cut], begin,
      static_cast<int>(this->Points.size()), cut });
  }
}

void NestedCutter::addSegments(const MaterialPart& part, int position, const MaterialCut* cuts)
{
  const int count = static_cast<int>(part.polygon.size());
  const double smallest = 1e-14 * this->Size;
  for (int cut = 0; cut < position; ++cut)
  {
    // Parts of a non-convex polygon are joined by edges that run to and fro along the line: what
    // remains of them all is where they do not cancel.
    this->Ends.clear();
    const Vec2 along{ -this->Normals[cut].y, this->Normals[cut].x };
    for (int i = 0; i < count; ++i)
    {
      if (part.cuts[i] == cut)
      {
        // The polygon lies on the left of its edges, the material inside on the right.
        const Vec2 from = part.polygon[(i + 1) % count];
        const Vec2 to = part.polygon[i];
        this->Ends.push_back({ dot(along, from), 1, from });
        this->Ends.push_back({ dot(along, to), -1, to });
      }
    }
    std::stable_sort(this->Ends.begin(), this->Ends.end(),
      [](const SegmentEnd& a, const SegmentEnd& b) { return a.position < b.position; });
    int depth = 0;
    Vec2 start;
    for (const SegmentEnd& end : this->Ends)
    {
      const int before = depth;
      depth += end.step;
      if (before <= 0 && depth > 0)
      {
        start = end.point;
      }
      if (before > 0 && depth <= 0 && length(end.point - start) > smallest)
      {
        const int begin = static_cast<int>(this->Points.size());
        const bool continued = begin > 0 && !this->Facets.empty() &&
          this->Facets.back().cut == cut && this->Facets.back().outside == part.material &&
          length(this->Points.back() - inSpace(start)) <= smallest;
        if (continued)
        {
          this->Points.back() = inSpace(end.point);
        }
        else
        {
          this->Points.push_back(inSpace(start));
          this->Points.push_back(inSpace(end.point));
          this->Facets.push_back(
            { cuts[cut].material, part.material, this->Normals[cut], begin, begin + 2, cut });
        }
      }
    }
  }
}

} // namespace mir
