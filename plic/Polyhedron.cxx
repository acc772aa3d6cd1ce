#include "plic/Polyhedron.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Twice the vector area of a face, relative to its first vertex.
Vec3 faceNormal(const Polyhedron& p, int face)
{
  const int begin = p.faceOffsets[face];
  const int end = p.faceOffsets[face + 1];
  const Vec3 origin = p.points[p.faceVertices[begin]];
  Vec3 sum;
  for (int i = begin + 2; i < end; ++i)
  {
    sum =
      sum + cross(p.points[p.faceVertices[i - 1]] - origin, p.points[p.faceVertices[i]] - origin);
  }
  return sum;
}

/// Whether a face leaves its mean plane, and the mean of its vertices.
bool isWarped(const Polyhedron& p, const int* vertices, int count, Vec3& centre)
{
  if (count <= 3)
  {
    return false;
  }
  const Vec3 origin = p.points[vertices[0]];
  Vec3 mean;
  for (int i = 1; i < count; ++i)
  {
    mean = mean + 1.0 / count * (p.points[vertices[i]] - origin);
  }
  Vec3 normal;
  double size2 = dot(mean, mean);
  Vec3 last = p.points[vertices[1]] - origin;
  for (int i = 2; i < count; ++i)
  {
    const Vec3 next = p.points[vertices[i]] - origin;
    normal = normal + cross(last, next);
    const Vec3 a = last - mean;
    size2 = std::max(size2, dot(a, a));
    last = next;
  }
  const Vec3 a = last - mean;
  size2 = std::max(size2, dot(a, a));
  const double level = dot(normal, mean);
  double warp = std::abs(level);
  for (int i = 1; i < count; ++i)
  {
    warp = std::max(warp, std::abs(dot(normal, p.points[vertices[i]] - origin) - level));
  }
  centre = origin + mean;
  return warp * warp > 1e-24 * size2 * dot(normal, normal);
}

} // namespace

void Polyhedron::clear()
{
  this->points.clear();
  this->faceOffsets.assign(1, 0);
  this->faceVertices.clear();
}

void addFace(Polyhedron& p, const int* vertices, int count)
{
  auto append = [&p](std::initializer_list<int> ids) {
    p.faceVertices.insert(p.faceVertices.end(), ids);
    p.faceOffsets.push_back(static_cast<int>(p.faceVertices.size()));
  };
  Vec3 centre;
  if (isWarped(p, vertices, count, centre))
  {
    const int at = static_cast<int>(p.points.size());
    p.points.push_back(centre);
    for (int i = 0; i < count; ++i)
    {
      append({ vertices[i], vertices[(i + 1) % count], at });
    }
    return;
  }
  p.faceVertices.insert(p.faceVertices.end(), vertices, vertices + count);
  p.faceOffsets.push_back(static_cast<int>(p.faceVertices.size()));
}

double volume(const Polyhedron& p)
{
  if (p.points.empty())
  {
    return 0.0;
  }
  double sixfold = 0.0;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    sixfold +=
      dot(faceNormal(p, face), p.points[p.faceVertices[p.faceOffsets[face]]] - p.points[0]);
  }
  return sixfold / 6.0;
}

Vec3 centroid(const Polyhedron& p)
{
  if (p.points.empty())
  {
    return {};
  }
  const Vec3 origin = p.points[0];
  double sixfold = 0.0;
  Vec3 moment;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    const int begin = p.faceOffsets[face];
    const Vec3 a = p.points[p.faceVertices[begin]] - origin;
    for (int i = begin + 2; i < p.faceOffsets[face + 1]; ++i)
    {
      const Vec3 b = p.points[p.faceVertices[i - 1]] - origin;
      const Vec3 c = p.points[p.faceVertices[i]] - origin;
      const double weight = dot(a, cross(b, c));
      sixfold += weight;
      moment = moment + weight / 4.0 * (a + b + c);
    }
  }
  double size = 0.0;
  Vec3 mean;
  for (const Vec3& point : p.points)
  {
    size = std::max(size, length(point - origin));
    mean = mean + 1.0 / static_cast<double>(p.points.size()) * (point - origin);
  }
  if (std::abs(sixfold) <= 1e-14 * size * size * size)
  {
    return origin + mean;
  }
  return origin + 1.0 / sixfold * moment;
}

} // namespace mir
