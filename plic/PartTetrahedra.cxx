#include "plic/PartTetrahedra.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

using Loop = std::vector<Vec3>;
using Tetrahedron = std::array<Vec3, 4>;

double sixfoldVolume(const Tetrahedron& t)
{
  return dot(cross(t[1] - t[0], t[2] - t[0]), t[3] - t[0]);
}

/// Twice the vector area.
Vec3 vectorArea(const Loop& loop)
{
  Vec3 sum;
  for (std::size_t i = 2; i < loop.size(); ++i)
  {
    sum = sum + cross(loop[i - 1] - loop[0], loop[i] - loop[0]);
  }
  return sum;
}

/// The largest distance from the first point.
double extent(const std::vector<Vec3>& points)
{
  double size = 0.0;
  for (const Vec3& point : points)
  {
    size = std::max(size, length(point - points[0]));
  }
  return size;
}

/// Appends the cones from `apex` over the faces as fans. False when one is inverted by more than
/// rounding; if none is, the tetrahedra fill the polyhedron once: they cover each point as often as
/// the faces wind about it.
bool fan(const Polyhedron& p, Vec3 apex, double size, std::vector<Tetrahedron>& result)
{
  const double rounding = 1e-13 * std::abs(volume(p)) + 1e-15 * size * size * size;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    const int begin = p.faceOffsets[face];
    const Vec3 a = p.points[p.faceVertices[begin]];
    for (int i = begin + 2; i < p.faceOffsets[face + 1]; ++i)
    {
      const Vec3 b = p.points[p.faceVertices[i - 1]];
      const Vec3 c = p.points[p.faceVertices[i]];
      // Faces look outwards, away from the apex.
      const Tetrahedron tetrahedron{ a, c, b, apex };
      const double sixfold = sixfoldVolume(tetrahedron);
      if (sixfold < -rounding)
      {
        return false;
      }
      if (sixfold > 0.0)
      {
        result.push_back(tetrahedron);
      }
    }
  }
  return true;
}

/// Splits a loop by a plane; of a non-convex one the pieces come joined by coincident edges. What
/// lies in the plane to `tolerance` goes to neither side.
void split(
  const Loop& loop, Vec3 normal, double constant, double tolerance, Loop& below, Loop& above)
{
  below.clear();
  above.clear();
  double lowest = 0.0;
  double highest = 0.0;
  const std::size_t n = loop.size();
  for (std::size_t i = 0; i < n; ++i)
  {
    const Vec3 a = loop[i];
    const Vec3 b = loop[(i + 1) % n];
    const double ha = dot(normal, a) - constant;
    const double hb = dot(normal, b) - constant;
    lowest = std::min(lowest, ha);
    highest = std::max(highest, ha);
    if (ha <= 0.0)
    {
      below.push_back(a);
    }
    if (ha >= 0.0)
    {
      above.push_back(a);
    }
    if ((ha < 0.0 && hb > 0.0) || (ha > 0.0 && hb < 0.0))
    {
      const Vec3 crossing = a + ha / (ha - hb) * (b - a);
      below.push_back(crossing);
      above.push_back(crossing);
    }
  }
  if (lowest >= -tolerance)
  {
    below.clear();
  }
  if (highest <= tolerance)
  {
    above.clear();
  }
}

/// The solid angle of a triangle over 4 pi, signed (van Oosterom and Strackee 1983).
double winding(Vec3 a, Vec3 b, Vec3 c)
{
  const double la = length(a);
  const double lb = length(b);
  const double lc = length(c);
  const double numerator = dot(a, cross(b, c));
  const double denominator = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb;
  return std::atan2(numerator, denominator) / 6.283185307179586;
}

bool inside(const Polyhedron& p, Vec3 point)
{
  double sum = 0.0;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    const int begin = p.faceOffsets[face];
    const Vec3 a = p.points[p.faceVertices[begin]] - point;
    for (int i = begin + 2; i < p.faceOffsets[face + 1]; ++i)
    {
      sum +=
        winding(a, p.points[p.faceVertices[i - 1]] - point, p.points[p.faceVertices[i]] - point);
    }
  }
  return sum > 0.5;
}

/// A box around the points, one tenth larger on every side.
Polyhedron enclosingBox(const std::vector<Vec3>& points, double size)
{
  Vec3 low = points[0];
  Vec3 high = points[0];
  for (const Vec3& p : points)
  {
    low = { std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z) };
    high = { std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z) };
  }
  const Vec3 margin{ 0.1 * size, 0.1 * size, 0.1 * size };
  low = low - margin;
  high = high + margin;
  Polyhedron box;
  for (int i = 0; i < 8; ++i)
  {
    box.points.push_back(
      { i & 1 ? high.x : low.x, i & 2 ? high.y : low.y, i & 4 ? high.z : low.z });
  }
  box.faceOffsets = { 0, 4, 8, 12, 16, 20, 24 };
  box.faceVertices = { 0, 2, 3, 1, 4, 5, 7, 6, 0, 1, 5, 4, 2, 6, 7, 3, 0, 4, 6, 2, 1, 3, 7, 5 };
  return box;
}

/// Splits a convex region by the planes of the faces inside it until none is left, and keeps the
/// pieces inside the polyhedron (Thibault and Naylor 1987).
class SolidSplitter
{
public:
  SolidSplitter(const Polyhedron& solid, double size, std::vector<Tetrahedron>& result)
    : Solid(solid)
    , Size(size)
    , Result(result)
  {}

  void run()
  {
    std::vector<Loop> faces;
    for (int face = 0; face < this->Solid.numberOfFaces(); ++face)
    {
      Loop loop;
      for (int i = this->Solid.faceOffsets[face]; i < this->Solid.faceOffsets[face + 1]; ++i)
      {
        loop.push_back(this->Solid.points[this->Solid.faceVertices[i]]);
      }
      faces.push_back(std::move(loop));
    }
    this->visit(enclosingBox(this->Solid.points, this->Size), faces);
  }

private:
  void visit(const Polyhedron& region, std::vector<Loop>& faces)
  {
    // The largest face first: its plane is known best.
    std::size_t largest = 0;
    double largestArea = 0.0;
    for (std::size_t i = 0; i < faces.size(); ++i)
    {
      const double size = length(vectorArea(faces[i]));
      if (size > largestArea)
      {
        largestArea = size;
        largest = i;
      }
    }
    if (largestArea <= 1e-14 * this->Size * this->Size)
    {
      this->keep(region);
      return;
    }
    const Vec3 normal = 1.0 / largestArea * vectorArea(faces[largest]);
    const double constant = dot(normal, faces[largest][0]);
    std::vector<Loop> sides[2];
    const double tolerance = 2e-12 * this->Size;
    Loop below;
    Loop above;
    for (std::size_t i = 0; i < faces.size(); ++i)
    {
      if (i == largest)
      {
        continue;
      }
      split(faces[i], normal, constant, tolerance, below, above);
      for (int side = 0; side < 2; ++side)
      {
        const Loop& loop = side == 0 ? below : above;
        if (loop.size() >= 3)
        {
          sides[side].push_back(loop);
        }
      }
    }
    faces.clear();
    Polyhedron half;
    for (int side = 0; side < 2; ++side)
    {
      const double sign = side == 0 ? 1.0 : -1.0;
      clip(region, sign * normal, sign * constant, half);
      if (volume(half) > 1e-18 * this->Size * this->Size * this->Size)
      {
        this->visit(half, sides[side]);
      }
    }
  }

  void keep(const Polyhedron& region)
  {
    const Vec3 centre = centroid(region);
    if (inside(this->Solid, centre))
    {
      const std::size_t before = this->Result.size();
      if (!fan(region, region.points[0], this->Size, this->Result))
      {
        this->Result.resize(before);
        fan(region, centre, this->Size, this->Result);
      }
    }
  }

  const Polyhedron& Solid;
  const double Size;
  std::vector<Tetrahedron>& Result;
};

} // namespace

void tetrahedra(const Polyhedron& part, std::vector<Tetrahedron>& result)
{
  result.clear();
  if (part.points.empty())
  {
    return;
  }
  const double size = extent(part.points);
  // From a vertex the faces about it need no tetrahedra.
  if (fan(part, part.points[0], size, result))
  {
    return;
  }
  result.clear();
  if (fan(part, centroid(part), size, result))
  {
    return;
  }
  result.clear();
  SolidSplitter(part, size, result).run();
}

bool isConvex(const Polyhedron& part)
{
  const double size = part.points.empty() ? 0.0 : extent(part.points);
  for (int face = 0; face < part.numberOfFaces(); ++face)
  {
    Loop loop;
    for (int i = part.faceOffsets[face]; i < part.faceOffsets[face + 1]; ++i)
    {
      loop.push_back(part.points[part.faceVertices[i]]);
    }
    // The normal of a face of rounding size says nothing, and its points belong to others.
    const Vec3 normal = vectorArea(loop);
    const double norm = length(normal);
    for (std::size_t i = 0; norm > 1e-12 * size * size && i < part.points.size(); ++i)
    {
      if (dot(normal, part.points[i] - loop[0]) > 1e-9 * size * norm)
      {
        return false;
      }
    }
  }
  return true;
}

} // namespace mir
