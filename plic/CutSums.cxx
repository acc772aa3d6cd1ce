#include "plic/CutSums.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

/// The plane m . x = alpha in the unit box, m ascending and not negative, alpha at most half of
/// their sum. `axes` tells where the components come from.
struct UnitBoxCut
{
  double m[3];
  int axes[3];
  double alpha = 0.0;
  bool upper = false;
  double sum = 0.0;
};

UnitBoxCut unitBoxCut(Vec3 low, Vec3 widths, Vec3 normal, double constant)
{
  UnitBoxCut c;
  const double signedM[3] = { normal.x * widths.x, normal.y * widths.y, normal.z * widths.z };
  c.alpha = constant - dot(normal, low);
  for (int i = 0; i < 3; ++i)
  {
    c.m[i] = std::abs(signedM[i]);
    c.alpha += signedM[i] < 0.0 ? c.m[i] : 0.0;
    c.axes[i] = i;
  }
  auto order = [&c](int i, int j) {
    if (c.m[j] < c.m[i])
    {
      std::swap(c.m[i], c.m[j]);
      std::swap(c.axes[i], c.axes[j]);
    }
  };
  order(0, 1);
  order(1, 2);
  order(0, 1);
  c.sum = c.m[0] + c.m[1] + c.m[2];
  c.upper = c.alpha > 0.5 * c.sum;
  c.alpha = c.upper ? c.sum - c.alpha : c.alpha;
  return c;
}

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

CutSums cutBox(Vec3 low, Vec3 widths, Vec3 normal, double constant)
{
  const double volume = widths.x * widths.y * widths.z;
  CutSums sums;
  const UnitBoxCut c = unitBoxCut(low, widths, normal, constant);
  if (!(c.alpha > 0.0))
  {
    sums.volume = c.upper ? volume : 0.0;
    return sums;
  }
  // The cut in units of d alpha: its measure s0 and first moments s[], as the part over the face
  // x1 = 0 .. 1 less the corners beyond x2 = 1 and x3 = 1.
  const double* m = c.m;
  const double alpha = c.alpha;
  double fraction;
  double s0;
  double s[3];
  if (alpha >= m[0] + m[1])
  {
    s0 = 1.0 / m[2];
    fraction = (alpha - 0.5 * (m[0] + m[1])) * s0;
    s[0] = 0.5 * s0;
    s[1] = 0.5 * s0;
    s[2] = fraction * s0;
  }
  else if (alpha < m[0])
  {
    const double area = alpha * alpha / (2.0 * m[0] * m[1] * m[2]);
    s0 = area;
    fraction = area * alpha / 3.0;
    for (int i = 0; i < 3; ++i)
    {
      s[i] = fraction / m[i];
    }
  }
  else
  {
    const double inverse = 1.0 / (m[1] * m[2]);
    s0 = (alpha - 0.5 * m[0]) * inverse;
    fraction = 0.5 * (alpha * (alpha - m[0]) + m[0] * m[0] / 3.0) * inverse;
    s[0] = (0.5 * alpha - m[0] / 3.0) * inverse;
    s[1] = fraction / m[1];
    s[2] = fraction / m[2];
    for (int corner = 1; corner < 3; ++corner)
    {
      const double beta = alpha - m[corner];
      if (beta > 0.0)
      {
        const double area = 0.5 * beta * beta * inverse / m[0];
        const double part = area * beta / 3.0;
        s0 -= area;
        fraction -= part;
        for (int i = 0; i < 3; ++i)
        {
          s[i] -= part / m[i];
        }
        s[corner] -= area;
      }
    }
  }
  sums.volume = volume * (c.upper ? 1.0 - fraction : fraction);
  sums.area = volume * s0;
  double moment[3];
  const double signs[3] = { normal.x, normal.y, normal.z };
  for (int i = 0; i < 3; ++i)
  {
    const bool flip = c.upper != (signs[c.axes[i]] < 0.0);
    moment[c.axes[i]] = flip ? s0 - s[i] : s[i];
  }
  sums.moment = volume *
    Vec3{ low.x * s0 + widths.x * moment[0], low.y * s0 + widths.y * moment[1],
      low.z * s0 + widths.z * moment[2] };
  return sums;
}

CutSums cutTriangle(const Vec3* points, const double* heights, double volume)
{
  const bool below[3] = { heights[0] < 0.0, heights[1] < 0.0, heights[2] < 0.0 };
  const int count = below[0] + below[1] + below[2];
  CutSums sums;
  if (count == 0 || count == 3)
  {
    sums.volume = count == 0 ? 0.0 : volume;
    return sums;
  }
  const bool apexBelow = count == 1;
  const int apex = below[0] == apexBelow ? 0 : below[1] == apexBelow ? 1 : 2;
  const int i = (apex + 1) % 3;
  const int j = (apex + 2) % 3;
  const double ti = heights[apex] / (heights[apex] - heights[i]);
  const double tj = heights[apex] / (heights[apex] - heights[j]);
  const Vec3 a = points[apex] + ti * (points[i] - points[apex]);
  const Vec3 b = points[apex] + tj * (points[j] - points[apex]);
  const double part = volume * ti * tj;
  sums.volume = apexBelow ? part : volume - part;
  sums.area = heights[apex] != 0.0 ? 2.0 * part / std::abs(heights[apex]) : 0.0;
  sums.moment = 0.5 * sums.area * (a + b);
  return sums;
}

CutSums cutTetrahedron(const Vec3* points, const double* heights, Vec3 normal, double volume)
{
  int low[4];
  int high[4];
  int lows = 0;
  int highs = 0;
  for (int i = 0; i < 4; ++i)
  {
    if (heights[i] < 0.0)
    {
      low[lows++] = i;
    }
    else
    {
      high[highs++] = i;
    }
  }
  CutSums sums;
  if (lows == 0 || highs == 0)
  {
    sums.volume = lows == 0 ? 0.0 : volume;
    return sums;
  }
  auto ratio = [heights](int i, int j) { return heights[i] / (heights[i] - heights[j]); };
  auto between = [points](
                   int i, int j, double t) { return points[i] + t * (points[j] - points[i]); };
  if (lows != 2)
  {
    const int apex = lows == 1 ? low[0] : high[0];
    const int* others = lows == 1 ? high : low;
    const double height = heights[apex];
    const double t[3] = { ratio(apex, others[0]), ratio(apex, others[1]), ratio(apex, others[2]) };
    const Vec3 sum = between(apex, others[0], t[0]) + between(apex, others[1], t[1]) +
      between(apex, others[2], t[2]);
    const double part = volume * t[0] * t[1] * t[2];
    sums.volume = lows == 1 ? part : volume - part;
    sums.area = height != 0.0 ? 3.0 * part / std::abs(height) : 0.0;
    sums.moment = sums.area / 3.0 * sum;
    return sums;
  }
  const double ac = ratio(low[0], high[0]);
  const double ad = ratio(low[0], high[1]);
  const double bc = ratio(low[1], high[0]);
  const double bd = ratio(low[1], high[1]);
  sums.volume = volume * (ac * ad + ac * (1.0 - ad) * bd + (1.0 - ac) * bc * bd);
  const Vec3 p = between(low[0], high[0], ac);
  const Vec3 q = between(low[0], high[1], ad);
  const Vec3 r = between(low[1], high[1], bd);
  const Vec3 s = between(low[1], high[0], bc);
  const double first = 0.5 * std::abs(dot(cross(q - p, r - p), normal));
  const double second = 0.5 * std::abs(dot(cross(r - p, s - p), normal));
  sums.area = first + second;
  sums.moment = first / 3.0 * (p + q + r) + second / 3.0 * (p + r + s);
  return sums;
}

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
