#include "data/FacePart.h"

#include "plic/Polyhedron.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mir {

namespace {

/// A point this near to a face, relative to its size, lies on it.
constexpr double OnFace = 1e-11;
/// Roundings that the coordinates of a cut carry.
constexpr double Roundings = 16.0;

double largestCoordinate(Vec3 x)
{
  return std::max({ std::abs(x.x), std::abs(x.y), std::abs(x.z) });
}

bool makePart(std::vector<Vec3> corners, FacePart& part)
{
  part.origin = corners[0];
  Vec3 twice;
  Vec3 longest;
  double reach = 0.0;
  for (std::size_t i = 1; i < corners.size(); ++i)
  {
    const Vec3 a = corners[i] - part.origin;
    reach = std::max(reach, largestCoordinate(corners[i]));
    longest = length(a) > length(longest) ? a : longest;
    twice = twice + cross(a, corners[(i + 1) % corners.size()] - part.origin);
  }
  const double size = length(longest);
  if (!(length(twice) > std::numeric_limits<double>::epsilon() * size * size))
  {
    return false;
  }
  part.normal = 1.0 / length(twice) * twice;
  part.uAxis = longest - dot(longest, part.normal) * part.normal;
  part.uAxis = 1.0 / length(part.uAxis) * part.uAxis;
  part.vAxis = cross(part.normal, part.uAxis);
  part.tolerance = OnFace * size +
    Roundings * std::numeric_limits<double>::epsilon() *
      std::max(reach, largestCoordinate(part.origin));
  part.corners = std::move(corners);
  for (const Vec3& corner : part.corners)
  {
    part.polygon.push_back(part.project(corner));
  }
  return true;
}

using Edge = std::array<Vec2, 2>;

/// Edges of one region count 1, of the other -1.
struct SignedEdge
{
  Edge edge;
  double sign;
};

bool same(const Edge& a, const Edge& b)
{
  return a[0].x == b[0].x && a[0].y == b[0].y && a[1].x == b[1].x && a[1].y == b[1].y;
}

/// The area common to two counter-clockwise triangles.
double overlap(const Polygon& a, const Polygon& b)
{
  Polygon part = a;
  Polygon next;
  for (int i = 0; i < 3 && !part.empty(); ++i)
  {
    const Vec2 along = b[(i + 1) % 3] - b[i];
    const Vec2 out{ along.y, -along.x };
    clip(part, out, dot(out, b[i]), next);
    std::swap(part, next);
  }
  return part.empty() ? 0.0 : area(part);
}

} // namespace

bool FacePart::contains(Vec3 x) const
{
  if (std::abs(dot(x - this->origin, this->normal)) > this->tolerance)
  {
    return false;
  }
  const Vec2 p = this->project(x);
  bool inside = false;
  for (std::size_t i = 0; i < this->polygon.size(); ++i)
  {
    const Vec2 a = this->polygon[i];
    const Vec2 d = this->polygon[(i + 1) % this->polygon.size()] - a;
    const double dd = dot(d, d);
    const double t = dd > 0.0 ? std::clamp(dot(p - a, d) / dd, 0.0, 1.0) : 0.0;
    if (length(p - a - t * d) <= this->tolerance)
    {
      return true;
    }
    if ((a.y <= p.y) != (a.y + d.y <= p.y) && a.x + (p.y - a.y) / d.y * d.x > p.x)
    {
      inside = !inside;
    }
  }
  return inside;
}

std::vector<FacePart> planarParts(const std::vector<Vec3>& face)
{
  // Relative to a vertex, and the vertices themselves as they are.
  Polyhedron local;
  std::vector<int> ids;
  for (const Vec3& point : face)
  {
    ids.push_back(static_cast<int>(ids.size()));
    local.points.push_back(point - face[0]);
  }
  addFace(local, ids.data(), static_cast<int>(ids.size()));
  std::vector<FacePart> parts;
  for (int f = 0; f < local.numberOfFaces(); ++f)
  {
    std::vector<Vec3> corners;
    for (int i = local.faceOffsets[f]; i < local.faceOffsets[f + 1]; ++i)
    {
      const std::size_t id = static_cast<std::size_t>(local.faceVertices[i]);
      corners.push_back(id < face.size() ? face[id] : face[0] + local.points[id]);
    }
    FacePart part;
    if (makePart(std::move(corners), part))
    {
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

double differenceArea(const std::vector<Polygon>& a, const std::vector<Polygon>& b)
{
  std::vector<SignedEdge> edges;
  auto add = [&edges](const std::vector<Polygon>& loops, double sign) {
    for (const Polygon& loop : loops)
    {
      for (std::size_t i = 0; i < loop.size(); ++i)
      {
        const Edge edge{ loop[i], loop[(i + 1) % loop.size()] };
        const Edge back{ edge[1], edge[0] };
        const auto other = std::find_if(edges.begin(), edges.end(), [&](const SignedEdge& known) {
          return known.sign != sign ? same(known.edge, edge) : same(known.edge, back);
        });
        if (other != edges.end())
        {
          edges.erase(other);
        }
        else
        {
          edges.push_back({ edge, sign });
        }
      }
    }
  };
  add(a, 1.0);
  add(b, -1.0);
  if (edges.empty())
  {
    return 0.0;
  }
  // A region's points are those that the triangles from a point to its edges cover, with their
  // signs, once: the difference of two regions is 1, 0 or -1, and the integral of its square the
  // area.
  const Vec2 apex = edges[0].edge[0];
  std::vector<Polygon> triangles;
  std::vector<double> signs;
  for (const SignedEdge& e : edges)
  {
    Polygon triangle{ apex, e.edge[0], e.edge[1] };
    const double twice = cross(triangle[1] - apex, triangle[2] - apex);
    if (twice == 0.0)
    {
      continue;
    }
    if (twice < 0.0)
    {
      std::swap(triangle[1], triangle[2]);
    }
    triangles.push_back(std::move(triangle));
    signs.push_back(twice < 0.0 ? -e.sign : e.sign);
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < triangles.size(); ++i)
  {
    sum += area(triangles[i]);
    for (std::size_t j = 0; j < i; ++j)
    {
      sum += 2.0 * signs[i] * signs[j] * overlap(triangles[i], triangles[j]);
    }
  }
  return std::max(0.0, sum);
}

} // namespace mir
