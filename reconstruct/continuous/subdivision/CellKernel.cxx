#include "reconstruct/continuous/subdivision/CellKernel.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

// Area over the square of the longest side; negative where the triangle runs clockwise.
double shapeOf(Vec2 a, Vec2 b, Vec2 c)
{
  const double longest = std::max({ dot(b - a, b - a), dot(c - b, c - b), dot(a - c, a - c) });
  return longest > 0.0 ? cross(b - a, c - a) / longest : 0.0;
}

bool holds(Vec2 a, Vec2 b, Vec2 c, Vec2 x)
{
  return cross(b - a, x - a) >= 0.0 && cross(c - b, x - b) >= 0.0 && cross(a - c, x - c) >= 0.0;
}

// The solution of a symmetric positive system.
Vec3 solved(const double (&m)[6], Vec3 b)
{
  const Vec3 x{ m[0], m[1], m[2] };
  const Vec3 y{ m[1], m[3], m[4] };
  const Vec3 z{ m[2], m[4], m[5] };
  const double determinant = dot(x, cross(y, z));
  if (determinant == 0.0)
  {
    return {};
  }
  return 1.0 / determinant * Vec3{ dot(b, cross(y, z)), dot(x, cross(b, z)), dot(x, cross(y, b)) };
}

void addSquare(double (&m)[6], double weight, Vec3 v)
{
  m[0] += weight * v.x * v.x;
  m[1] += weight * v.x * v.y;
  m[2] += weight * v.x * v.z;
  m[3] += weight * v.y * v.y;
  m[4] += weight * v.y * v.z;
  m[5] += weight * v.z * v.z;
}

} // namespace

std::vector<std::array<int, 3>> triangulatePolygon(const std::vector<Vec2>& polygon)
{
  std::vector<int> ring(polygon.size());
  for (std::size_t i = 0; i < ring.size(); ++i)
  {
    ring[i] = static_cast<int>(i);
  }
  std::vector<std::array<int, 3>> triangles;
  while (ring.size() > 2)
  {
    const int n = static_cast<int>(ring.size());
    int best = -1;
    double bestShape = 0.0;
    for (int i = 0; i < n; ++i)
    {
      const int before = ring[(i + n - 1) % n];
      const int after = ring[(i + 1) % n];
      const Vec2 a = polygon[before];
      const Vec2 b = polygon[ring[i]];
      const Vec2 c = polygon[after];
      const double shape = shapeOf(a, b, c);
      if (shape <= bestShape)
      {
        continue;
      }
      bool empty = true;
      for (const int v : ring)
      {
        empty = empty && (v == before || v == ring[i] || v == after || !holds(a, b, c, polygon[v]));
      }
      if (empty)
      {
        best = i;
        bestShape = shape;
      }
    }
    if (best < 0)
    {
      return {};
    }
    triangles.push_back({ ring[(best + n - 1) % n], ring[best], ring[(best + 1) % n] });
    ring.erase(ring.begin() + best);
  }
  return triangles;
}

double deepestPoint(const std::vector<std::array<Vec3, 3>>& triangles, Vec3 start, Vec3& point)
{
  struct Plane
  {
    Vec3 inwards;
    double offset;
  };
  std::vector<Plane> planes;
  double size = 0.0;
  for (const auto& t : triangles)
  {
    const Vec3 normal = cross(t[2] - t[0], t[1] - t[0]);
    const double area = length(normal);
    size = std::max(size, std::sqrt(area));
    if (area > 0.0)
    {
      const Vec3 inwards = 1.0 / area * normal;
      planes.push_back({ inwards, dot(inwards, t[0] - start) });
    }
  }
  auto least = [&planes](Vec3 x) {
    double depth = 1e300;
    for (const Plane& plane : planes)
    {
      depth = std::min(depth, dot(plane.inwards, x) - plane.offset);
    }
    return depth;
  };
  auto softDepth = [&](Vec3 x, double scale) {
    const double depth = least(x);
    double sum = 0.0;
    for (const Plane& plane : planes)
    {
      sum += std::exp((depth - (dot(plane.inwards, x) - plane.offset)) / scale);
    }
    return depth - scale * std::log(sum);
  };
  Vec3 x;
  for (double scale = size; scale > 1e-4 * size; scale *= 0.5)
  {
    for (int iteration = 0; iteration < 8; ++iteration)
    {
      const double depth = least(x);
      double sum = 0.0;
      Vec3 slope;
      double hessian[6] = {};
      for (const Plane& plane : planes)
      {
        const double w = std::exp((depth - (dot(plane.inwards, x) - plane.offset)) / scale);
        sum += w;
        slope = slope + w * plane.inwards;
        addSquare(hessian, w, plane.inwards);
      }
      slope = 1.0 / sum * slope;
      for (double& h : hessian)
      {
        h /= sum * scale;
      }
      addSquare(hessian, -1.0 / scale, slope);
      hessian[0] += 1e-9 / scale;
      hessian[3] += 1e-9 / scale;
      hessian[5] += 1e-9 / scale;
      Vec3 step = solved(hessian, slope);
      const double far = length(step);
      if (!(far > 1e-12 * size))
      {
        break;
      }
      step = std::min(1.0, size / far) * step;
      const double now = softDepth(x, scale);
      double part = 1.0;
      while (part > 1e-6 && softDepth(x + part * step, scale) < now)
      {
        part *= 0.5;
      }
      if (part <= 1e-6)
      {
        break;
      }
      x = x + part * step;
    }
  }
  point = start + x;
  return least(x);
}

std::vector<int> vertexWeights(const std::vector<Vec3>& points, Vec3 target, int denominator)
{
  const int count = static_cast<int>(points.size());
  Vec3 mean;
  for (const Vec3& point : points)
  {
    mean = mean + 1.0 / count * point;
  }
  double matrix[6] = {};
  for (const Vec3& point : points)
  {
    addSquare(matrix, 1.0, point - mean);
  }
  const Vec3 slope = solved(matrix, target - mean);
  std::vector<int> weights;
  // What rounding leaves goes on to the next.
  double rest = 0.0;
  for (const Vec3& point : points)
  {
    const double wanted = denominator * (1.0 / count + dot(slope, point - mean)) + rest;
    weights.push_back(static_cast<int>(std::lround(wanted)));
    rest = wanted - weights.back();
  }
  int sum = 0;
  for (const int weight : weights)
  {
    sum += weight;
  }
  weights.back() += denominator - sum;
  return weights;
}

} // namespace mir
