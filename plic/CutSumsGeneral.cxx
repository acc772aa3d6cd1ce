#include "plic/CutSums.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

/// Second moments of a triangle about the origin of its corners' coordinates.
void addTriangle(double area, Vec3 a, Vec3 b, Vec3 c, double* second)
{
  const Vec3 s = a + b + c;
  const double w = area / 12.0;
  second[0] += w * (a.x * a.x + b.x * b.x + c.x * c.x + s.x * s.x);
  second[1] += w * (a.y * a.y + b.y * b.y + c.y * c.y + s.y * s.y);
  second[2] += w * (a.z * a.z + b.z * b.z + c.z * c.z + s.z * s.z);
  second[3] += w * (a.x * a.y + b.x * b.y + c.x * c.y + s.x * s.y);
  second[4] += w * (a.x * a.z + b.x * b.z + c.x * c.z + s.x * s.z);
  second[5] += w * (a.y * a.z + b.y * b.z + c.y * c.z + s.y * s.z);
}

/// Where the plane meets the edge (a, b), from the end below.
Vec3 crossing(const Vec3* points, const double* heights, int a, int b)
{
  if (heights[b] < 0.0)
  {
    std::swap(a, b);
  }
  return points[a] + heights[a] / (heights[a] - heights[b]) * (points[b] - points[a]);
}

/// A point of the plane near which sums lose no digits: the first crossing of an edge.
template <typename Edges>
bool findCrossing(const Vec3* points, const double* heights, Edges&& forEachEdge, Vec3& result)
{
  bool found = false;
  forEachEdge([&](int a, int b) {
    if (!found && (heights[a] < 0.0) != (heights[b] < 0.0))
    {
      result = crossing(points, heights, a, b);
      found = true;
    }
    return !found;
  });
  return found;
}

/// Sums over a polygon's part below, relative to a point `q` of the line. Lengths and their moments
/// along the line are differences of powers of the crossings' positions, in whatever order.
template <bool Moments>
void polygonSums(
  const Vec3* points, const double* heights, int count, Vec3 normal, CutMomentSums& sums)
{
  const Vec3 along{ -normal.y, normal.x, 0.0 };
  Vec3 q = points[0];
  findCrossing(
    points, heights,
    [count](auto&& visit) {
      for (int i = 0; i < count; ++i)
      {
        if (!visit(i, i + 1 == count ? 0 : i + 1))
        {
          return;
        }
      }
    },
    q);
  double twice = 0.0;
  Vec3 first;
  auto addEdge = [&](Vec3 a, Vec3 b) {
    const double weight = a.x * b.y - a.y * b.x;
    twice += weight;
    if (Moments)
    {
      first = first + weight * (a + b);
    }
  };
  double powers[3] = {};
  for (int i = 0; i < count; ++i)
  {
    const int j = i + 1 == count ? 0 : i + 1;
    const bool below = heights[i] < 0.0;
    if (below == (heights[j] < 0.0))
    {
      if (below)
      {
        addEdge(points[i] - q, points[j] - q);
      }
      continue;
    }
    const Vec3 x = crossing(points, heights, i, j) - q;
    // Counter-clockwise with the part below on the left, the cut runs along `along` from where the
    // boundary rises to where it falls.
    const double s = below ? -dot(along, x) : dot(along, x);
    powers[0] += s;
    powers[1] += (below ? -0.5 : 0.5) * s * s;
    powers[2] += s * s * s / 3.0;
    if (below)
    {
      addEdge(points[i] - q, x);
    }
    else
    {
      addEdge(x, points[j] - q);
    }
  }
  sums.volume = 0.5 * twice;
  sums.area = powers[0];
  const double middle = powers[0] > 0.0 ? powers[1] / powers[0] : 0.0;
  sums.centre = q + middle * along;
  if (Moments)
  {
    sums.below = twice != 0.0 ? q + 1.0 / (3.0 * twice) * first : q;
    const double second = powers[2] - middle * powers[1];
    sums.second[0] = second * along.x * along.x;
    sums.second[1] = second * along.y * along.y;
    sums.second[3] = second * along.x * along.y;
  }
}

/// Sums over a polyhedron's part below by cones from a point `q` of the plane: that to the cut is
/// empty. The cut itself is a sum of triangles from `q` to its edges, one a face.
template <bool Moments>
void polyhedronSums(const FaceView& faces, const double* heights, Vec3 normal, CutMomentSums& sums)
{
  const Vec3* points = faces.points;
  const int* offsets = faces.offsets;
  const int* vertices = faces.vertices;
  Vec3 q = points[0];
  findCrossing(
    points, heights,
    [&](auto&& visit) {
      for (int f = 0; f < faces.count; ++f)
      {
        for (int i = offsets[f]; i < offsets[f + 1]; ++i)
        {
          if (!visit(vertices[i], vertices[i + 1 == offsets[f + 1] ? offsets[f] : i + 1]))
          {
            return;
          }
        }
      }
    },
    q);
  double sixfold = 0.0;
  Vec3 first;
  double twiceArea = 0.0;
  Vec3 moment;
  double second[6] = {};
  for (int f = 0; f < faces.count; ++f)
  {
    const int begin = offsets[f];
    const int end = offsets[f + 1];
    if (!Moments)
    {
      // Whole faces by their areas; of cut triangles the part at the corner that stands alone.
      int below = 0;
      for (int i = begin; i < end; ++i)
      {
        below += heights[vertices[i]] < 0.0;
      }
      if (below == 0)
      {
        continue;
      }
      const double whole = below == end - begin || end - begin == 3
        ? dot(faces.areas[f], points[vertices[begin]] - q)
        : 0.0;
      if (below == end - begin)
      {
        sixfold += whole;
        continue;
      }
      if (end - begin == 3)
      {
        int apex = begin;
        while ((heights[vertices[apex]] < 0.0) != (below == 1))
        {
          ++apex;
        }
        const int a = vertices[apex];
        const int b = vertices[apex + 1 == end ? begin : apex + 1];
        const int c = vertices[apex == begin ? end - 1 : apex - 1];
        const double tb = heights[a] / (heights[a] - heights[b]);
        const double tc = heights[a] / (heights[a] - heights[c]);
        sixfold += below == 1 ? tb * tc * whole : whole - tb * tc * whole;
        const Vec3 ab = points[a] + tb * (points[b] - points[a]) - q;
        const Vec3 ac = points[a] + tc * (points[c] - points[a]) - q;
        const Vec3 from = below == 1 ? ac : ab;
        const Vec3 to = below == 1 ? ab : ac;
        const double twice = dot(cross(from, to), normal);
        twiceArea += twice;
        moment = moment + twice * (from + to);
        continue;
      }
    }
    int held = 0;
    Vec3 apex;
    Vec3 last;
    auto add = [&](Vec3 x) {
      if (held >= 2)
      {
        const double weight = dot(apex, cross(last, x));
        sixfold += weight;
        if (Moments)
        {
          first = first + weight * (apex + last + x);
        }
      }
      apex = held == 0 ? x : apex;
      last = x;
      ++held;
    };
    // The cut's edge in this face runs from where the boundary falls to where it rises; of several,
    // triangles over pieces of one line add up however they are joined.
    int crossings = 0;
    Vec3 open;
    bool openFalls = false;
    auto addCutPoint = [&](Vec3 x, bool falling) {
      ++crossings;
      if (crossings % 2 == 1)
      {
        open = x;
        openFalls = falling;
        return;
      }
      const Vec3 from = openFalls ? open : x;
      const Vec3 to = openFalls ? x : open;
      const double twice = dot(cross(from, to), normal);
      twiceArea += twice;
      moment = moment + twice * (from + to);
      if (Moments)
      {
        addTriangle(0.5 * twice, {}, from, to, second);
      }
    };
    for (int i = begin; i < end; ++i)
    {
      const int a = vertices[i];
      const int b = vertices[i + 1 == end ? begin : i + 1];
      const bool below = heights[a] < 0.0;
      if (below)
      {
        add(points[a] - q);
      }
      if (below != (heights[b] < 0.0))
      {
        const Vec3 x = crossing(points, heights, a, b) - q;
        add(x);
        addCutPoint(x, !below);
      }
    }
  }
  sums.volume = sixfold / 6.0;
  sums.area = 0.5 * twiceArea;
  const Vec3 mean = twiceArea > 0.0 ? 1.0 / (3.0 * twiceArea) * moment : Vec3{};
  sums.centre = q + mean;
  if (Moments)
  {
    sums.below = sixfold != 0.0 ? q + 1.0 / (4.0 * sixfold) * first : q;
    sums.second[0] = second[0] - sums.area * mean.x * mean.x;
    sums.second[1] = second[1] - sums.area * mean.y * mean.y;
    sums.second[2] = second[2] - sums.area * mean.z * mean.z;
    sums.second[3] = second[3] - sums.area * mean.x * mean.y;
    sums.second[4] = second[4] - sums.area * mean.x * mean.z;
    sums.second[5] = second[5] - sums.area * mean.y * mean.z;
  }
}

CutSums shortForm(const CutMomentSums& sums)
{
  return { sums.volume, sums.area, sums.area * sums.centre };
}

} // namespace

CutSums cutPolygon(const Vec3* points, const double* heights, int count, Vec3 normal)
{
  CutMomentSums sums;
  polygonSums<false>(points, heights, count, normal, sums);
  return shortForm(sums);
}

CutMomentSums cutPolygonMoments(const Vec3* points, const double* heights, int count, Vec3 normal)
{
  CutMomentSums sums;
  polygonSums<true>(points, heights, count, normal, sums);
  return sums;
}

CutSums cutPolyhedron(const FaceView& faces, const double* heights, Vec3 normal)
{
  CutMomentSums sums;
  polyhedronSums<false>(faces, heights, normal, sums);
  return shortForm(sums);
}

CutMomentSums cutPolyhedronMoments(const FaceView& faces, const double* heights, Vec3 normal)
{
  CutMomentSums sums;
  polyhedronSums<true>(faces, heights, normal, sums);
  return sums;
}

} // namespace mir
