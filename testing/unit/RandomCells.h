// Random cells of every type, their images under maps, and volumes below a plane by closed formulas
// in extended precision: the tests' own geometry, which shares no code with the kernel.
#ifndef mir_testing_unit_RandomCells_h
#define mir_testing_unit_RandomCells_h

#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace mir::testing {

using Real = long double;

class Dice
{
public:
  explicit Dice(unsigned seed)
    : Engine(seed)
  {}
  double uniform(double low = 0.0, double high = 1.0)
  {
    return std::uniform_real_distribution<double>(low, high)(this->Engine);
  }
  double logUniform(double low, double high)
  {
    return std::exp(this->uniform(std::log(low), std::log(high)));
  }
  int below(int count) { return std::uniform_int_distribution<int>(0, count - 1)(this->Engine); }
  Vec2 direction2()
  {
    const double angle = this->uniform(0.0, 6.283185307179586);
    return { std::cos(angle), std::sin(angle) };
  }
  Vec3 direction3()
  {
    std::normal_distribution<double> normal;
    const Vec3 v{ normal(this->Engine), normal(this->Engine), normal(this->Engine) };
    return 1.0 / length(v) * v;
  }
  Vec2 point2(double half) { return { this->uniform(-half, half), this->uniform(-half, half) }; }
  Vec3 point3(double half)
  {
    return { this->uniform(-half, half), this->uniform(-half, half), this->uniform(-half, half) };
  }
  /// A fraction of a mixed cell; half of them lie near 0 or 1, down to 1e-8.
  double fraction()
  {
    switch (this->below(4))
    {
      case 0:
        return this->logUniform(1e-8, 0.5);
      case 1:
        return 1.0 - this->logUniform(1e-8, 0.5);
      default:
        return this->uniform(0.01, 0.99);
    }
  }

private:
  std::mt19937_64 Engine;
};

// ---------------------------------------------------------------------------------------- plane

/// Vertices on rays at increasing angles about the origin: star-shaped, convex or not.
inline Polygon starShapedPolygon(Dice& dice, int n, double innerRadius)
{
  Polygon polygon;
  const double start = dice.uniform(0.0, 6.283185307179586);
  for (int i = 0; i < n; ++i)
  {
    const double angle = start + 6.283185307179586 * (i + dice.uniform(0.0, 0.7)) / n;
    const double radius = dice.uniform(innerRadius, 1.0);
    polygon.push_back({ radius * std::cos(angle), radius * std::sin(angle) });
  }
  return polygon;
}

/// Vertices on an ellipse, at random angles: convex.
inline Polygon convexPolygon(Dice& dice, int n)
{
  Polygon polygon;
  const Vec2 axis = dice.direction2();
  const double aspect = dice.uniform(0.2, 1.0);
  const double start = dice.uniform(0.0, 6.283185307179586);
  for (int i = 0; i < n; ++i)
  {
    const double angle = start + 6.283185307179586 * (i + dice.uniform(0.0, 0.8)) / n;
    const Vec2 u{ std::cos(angle), aspect * std::sin(angle) };
    polygon.push_back(u.x * axis + u.y * Vec2{ -axis.y, axis.x });
  }
  return polygon;
}

/// A deep comb: teeth up, not star-shaped about any point; cut in many pieces.
inline Polygon combPolygon(Dice& dice, int teeth)
{
  Polygon polygon{ { -1.0, -1.0 }, { 1.0, -1.0 } };
  for (int i = 2 * teeth; i >= 0; --i)
  {
    const double x = -1.0 + static_cast<double>(i) / teeth;
    polygon.push_back({ x, i % 2 == 0 ? dice.uniform(0.6, 1.0) : dice.uniform(-0.9, -0.5) });
  }
  return polygon;
}

constexpr int numberOfPolygonKinds = 6;
inline const char* polygonKindName(int kind)
{
  static const char* const names[numberOfPolygonKinds] = { "triangle", "rectangle", "quad",
    "convex polygon", "star", "comb" };
  return names[kind];
}
inline Polygon randomPolygon(Dice& dice, int kind)
{
  switch (kind)
  {
    case 0:
      return convexPolygon(dice, 3);
    case 1:
    {
      const double w = dice.logUniform(0.01, 1.0);
      const double h = dice.logUniform(0.01, 1.0);
      return { { -w, -h }, { w, -h }, { w, h }, { -w, h } };
    }
    case 2:
      return convexPolygon(dice, 4);
    case 3:
      return convexPolygon(dice, 5 + dice.below(8));
    case 4:
      return starShapedPolygon(dice, 5 + dice.below(10), 0.2);
    default:
      return combPolygon(dice, 2 + dice.below(4));
  }
}

/// Area of a triangle's part in n . x <= d over the area of the triangle, from the ratios in which
/// the line divides the edges. Sums of positive terms: no digits are lost.
inline Real triangleFractionBelow(std::array<Real, 3> h, Real d)
{
  std::sort(h.begin(), h.end());
  if (d <= h[0])
  {
    return 0;
  }
  if (d >= h[2])
  {
    return 1;
  }
  auto ratio = [&](int i, int j) { return (d - h[i]) / (h[j] - h[i]); };
  return d < h[1] ? ratio(0, 1) * ratio(0, 2) : 1 - (1 - ratio(0, 2)) * (1 - ratio(1, 2));
}

inline Real tetrahedronFractionBelow(std::array<Real, 4> h, Real d)
{
  std::sort(h.begin(), h.end());
  if (d <= h[0])
  {
    return 0;
  }
  if (d >= h[3])
  {
    return 1;
  }
  auto ratio = [&](int i, int j) { return (d - h[i]) / (h[j] - h[i]); };
  if (d < h[1])
  {
    return ratio(0, 1) * ratio(0, 2) * ratio(0, 3);
  }
  if (d >= h[2])
  {
    return 1 - (1 - ratio(0, 3)) * (1 - ratio(1, 3)) * (1 - ratio(2, 3));
  }
  const Real a = ratio(0, 2);
  const Real b = ratio(0, 3);
  return a * b + a * (1 - b) * ratio(1, 3) + (1 - a) * ratio(1, 2) * ratio(1, 3);
}

/// Area of the part of any simple polygon in n . x <= d: signed triangles about the first vertex.
inline Real independentAreaBelow(const Polygon& polygon, Vec2 n, Real d)
{
  auto height = [&](Vec2 p) { return Real(n.x) * p.x + Real(n.y) * p.y; };
  Real sum = 0;
  for (std::size_t i = 2; i < polygon.size(); ++i)
  {
    const Vec2 o = polygon[0];
    const Vec2 a = polygon[i - 1];
    const Vec2 b = polygon[i];
    const Real twice =
      (Real(a.x) - o.x) * (Real(b.y) - o.y) - (Real(a.y) - o.y) * (Real(b.x) - o.x);
    sum += twice / 2 * triangleFractionBelow({ height(o), height(a), height(b) }, d);
  }
  return sum;
}
inline Real independentArea(const Polygon& polygon)
{
  return independentAreaBelow(polygon, { 1.0, 0.0 }, 1e30L);
}

// ---------------------------------------------------------------------------------------- space

inline Polyhedron makePolyhedron(
  const std::vector<Vec3>& points, const std::vector<std::vector<int>>& faces)
{
  Polyhedron p;
  p.points = points;
  for (const std::vector<int>& face : faces)
  {
    addFace(p, face.data(), static_cast<int>(face.size()));
  }
  return p;
}

/// The polygon swept from z = 0 to 1 along `along`.
inline Polyhedron prism(const Polygon& base, Vec3 along = { 0.0, 0.0, 1.0 })
{
  const int n = static_cast<int>(base.size());
  std::vector<Vec3> points;
  for (const Vec2& p : base)
  {
    points.push_back({ p.x, p.y, 0.0 });
  }
  for (const Vec2& p : base)
  {
    points.push_back(Vec3{ p.x, p.y, 0.0 } + along);
  }
  std::vector<std::vector<int>> faces(2);
  for (int i = 0; i < n; ++i)
  {
    faces[0].push_back(n - 1 - i);
    faces[1].push_back(n + i);
    faces.push_back({ i, (i + 1) % n, n + (i + 1) % n, n + i });
  }
  return makePolyhedron(points, faces);
}

inline Polyhedron pyramid(const Polygon& base, Vec3 apex)
{
  const int n = static_cast<int>(base.size());
  std::vector<Vec3> points;
  std::vector<std::vector<int>> faces(1);
  for (int i = 0; i < n; ++i)
  {
    points.push_back({ base[i].x, base[i].y, 0.0 });
    faces[0].push_back(n - 1 - i);
    faces.push_back({ i, (i + 1) % n, n });
  }
  points.push_back(apex);
  return makePolyhedron(points, faces);
}

inline Polyhedron box(Vec3 low, Vec3 high)
{
  Polyhedron p =
    prism({ { low.x, low.y }, { high.x, low.y }, { high.x, high.y }, { low.x, high.y } },
      { 0.0, 0.0, high.z - low.z });
  for (Vec3& point : p.points)
  {
    point.z = point.z == 0.0 ? low.z : high.z;
  }
  return p;
}

/// A hexahedron in VTK's order of vertices; warped faces are split by addFace().
inline Polyhedron hexahedron(const std::array<Vec3, 8>& v)
{
  return makePolyhedron({ v.begin(), v.end() },
    { { 0, 3, 2, 1 }, { 4, 5, 6, 7 }, { 0, 1, 5, 4 }, { 1, 2, 6, 5 }, { 2, 3, 7, 6 },
      { 3, 0, 4, 7 } });
}

inline std::array<Vec3, 8> randomHexahedronCorners(Dice& dice, double warp)
{
  std::array<Vec3, 8> v;
  for (int i = 0; i < 8; ++i)
  {
    const Vec3 corner{ i % 4 == 1 || i % 4 == 2 ? 1.0 : 0.0, i % 4 >= 2 ? 1.0 : 0.0,
      i >= 4 ? 1.0 : 0.0 };
    v[i] = corner + dice.point3(warp);
  }
  return v;
}

/// x -> m x + t.
struct Map3
{
  Vec3 columns[3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
  Vec3 shift;

  Vec3 vector(Vec3 v) const
  {
    return v.x * this->columns[0] + v.y * this->columns[1] + v.z * this->columns[2];
  }
  Vec3 operator()(Vec3 p) const { return this->vector(p) + this->shift; }
  double determinant() const
  {
    return dot(this->columns[0], cross(this->columns[1], this->columns[2]));
  }
};

inline Map3 randomRotation(Dice& dice)
{
  Map3 map;
  map.columns[0] = dice.direction3();
  const Vec3 v = cross(map.columns[0], dice.direction3());
  map.columns[1] = 1.0 / length(v) * v;
  map.columns[2] = cross(map.columns[0], map.columns[1]);
  return map;
}

/// A well-conditioned affine map that keeps the orientation.
inline Map3 randomStretch(Dice& dice)
{
  Map3 map = randomRotation(dice);
  for (Vec3& column : map.columns)
  {
    column = dice.logUniform(0.2, 1.0) * column;
  }
  map.columns[2] = map.columns[2] + dice.uniform(-0.5, 0.5) * map.columns[0];
  return map;
}

inline Polyhedron transformed(const Map3& map, Polyhedron p)
{
  for (Vec3& point : p.points)
  {
    point = map(point);
  }
  return p;
}

/// The mirror image in x, with its faces turned to point outwards again.
inline Polyhedron mirrored(Polyhedron p)
{
  for (Vec3& point : p.points)
  {
    point.x = -point.x;
  }
  for (int f = 0; f < p.numberOfFaces(); ++f)
  {
    std::reverse(
      p.faceVertices.begin() + p.faceOffsets[f], p.faceVertices.begin() + p.faceOffsets[f + 1]);
  }
  return p;
}

/// Like an extruded L, a comb or a star: not convex, with planar faces.
constexpr int numberOfCellKinds = 12;
inline const char* cellKindName(int kind)
{
  static const char* const names[numberOfCellKinds] = { "tetrahedron", "box", "thin box",
    "parallelepiped", "warped hexahedron", "wedge", "pyramid", "pentagonal prism",
    "hexagonal prism", "star prism", "comb prism", "non-convex pyramid" };
  return names[kind];
}

inline Polyhedron randomCell(Dice& dice, int kind)
{
  const Vec3 slant{ dice.uniform(-0.4, 0.4), dice.uniform(-0.4, 0.4), dice.uniform(0.3, 1.5) };
  switch (kind)
  {
    case 0:
      return transformed(randomRotation(dice), pyramid(convexPolygon(dice, 3), slant));
    case 1:
      return box({ 0.0, 0.0, 0.0 },
        { dice.uniform(0.5, 2.0), dice.uniform(0.5, 2.0), dice.uniform(0.5, 2.0) });
    case 2:
      return box({ 0.0, 0.0, 0.0 },
        { dice.logUniform(1e-3, 1.0), dice.logUniform(1e-3, 1.0), dice.logUniform(1e-3, 1.0) });
    case 3:
      return transformed(randomStretch(dice), box({ -0.5, -0.5, -0.5 }, { 0.5, 0.5, 0.5 }));
    case 4:
      return hexahedron(randomHexahedronCorners(dice, 0.2));
    case 5:
      return transformed(randomRotation(dice), prism(convexPolygon(dice, 3), slant));
    case 6:
      return transformed(randomRotation(dice), pyramid(convexPolygon(dice, 4), slant));
    case 7:
      return transformed(randomRotation(dice), prism(convexPolygon(dice, 5), slant));
    case 8:
      return transformed(randomRotation(dice), prism(convexPolygon(dice, 6), slant));
    case 9:
      return transformed(
        randomRotation(dice), prism(starShapedPolygon(dice, 5 + dice.below(6), 0.3), slant));
    case 10:
      return transformed(randomRotation(dice), prism(combPolygon(dice, 2 + dice.below(3)), slant));
    default:
      return transformed(randomRotation(dice), pyramid(starShapedPolygon(dice, 7, 0.3), slant));
  }
}

/// Volume of the part of any polyhedron in n . x <= d: signed tetrahedra about the first point.
inline Real independentVolumeBelow(const Polyhedron& p, Vec3 n, Real d)
{
  struct P
  {
    Real x, y, z;
  };
  auto relative = [&](const Vec3& v) {
    const Vec3& o = p.points[0];
    return P{ Real(v.x) - o.x, Real(v.y) - o.y, Real(v.z) - o.z };
  };
  auto height = [&](const Vec3& v) { return Real(n.x) * v.x + Real(n.y) * v.y + Real(n.z) * v.z; };
  Real sum = 0;
  for (int f = 0; f < p.numberOfFaces(); ++f)
  {
    const int begin = p.faceOffsets[f];
    const Vec3& a3 = p.points[p.faceVertices[begin]];
    const P a = relative(a3);
    for (int i = begin + 2; i < p.faceOffsets[f + 1]; ++i)
    {
      const Vec3& b3 = p.points[p.faceVertices[i - 1]];
      const Vec3& c3 = p.points[p.faceVertices[i]];
      const P b = relative(b3);
      const P c = relative(c3);
      const Real sixfold = a.x * (b.y * c.z - b.z * c.y) - a.y * (b.x * c.z - b.z * c.x) +
        a.z * (b.x * c.y - b.y * c.x);
      sum += sixfold / 6 *
        tetrahedronFractionBelow({ height(p.points[0]), height(a3), height(b3), height(c3) }, d);
    }
  }
  return sum;
}
inline Real independentVolume(const Polyhedron& p)
{
  return independentVolumeBelow(p, { 1.0, 0.0, 0.0 }, 1e30L);
}

/// Vector area of a closed loop.
inline Vec3 vectorArea(const std::vector<Vec3>& loop)
{
  Vec3 sum;
  for (std::size_t i = 2; i < loop.size(); ++i)
  {
    sum = sum + 0.5 * cross(loop[i - 1] - loop[0], loop[i] - loop[0]);
  }
  return sum;
}

/// Largest distance between two points.
template <typename Points>
inline double diameter(const Points& points)
{
  double largest = 0.0;
  for (const Vec3& a : points)
  {
    for (const Vec3& b : points)
    {
      largest = std::max(largest, length(a - b));
    }
  }
  return largest;
}

} // namespace mir::testing

#endif
