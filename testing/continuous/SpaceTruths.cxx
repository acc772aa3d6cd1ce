#include "SpaceTruths.h"

#include "RandomCells.h"

#include "data/Solid.h"
#include "plic/PartTetrahedra.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir::testing {

namespace {

constexpr double Pi = 3.14159265358979323846;

/// A solid with its signed distance, or a bound of it.
class Body
{
public:
  virtual ~Body() = default;
  /// Positive outside, of magnitude at most the distance from the boundary.
  virtual double distance(Vec3 x) const = 0;
  virtual Vec3 normal(Vec3 x) const = 0;
  /// In a convex polyhedron about an origin.
  virtual double volumeInside(const Polyhedron& polyhedron, Vec3 origin) const = 0;
};

class BallBody : public Body
{
public:
  BallBody(Vec3 centre, double radius)
    : Centre(centre)
    , Radius(radius)
  {}
  double distance(Vec3 x) const override { return length(x - this->Centre) - this->Radius; }
  Vec3 normal(Vec3 x) const override
  {
    const Vec3 away = x - this->Centre;
    return 1.0 / std::max(length(away), 1e-300) * away;
  }
  double volumeInside(const Polyhedron& polyhedron, Vec3 origin) const override
  {
    return Ball(this->Centre - origin, this->Radius).volumeInside(polyhedron);
  }

private:
  Vec3 Centre;
  double Radius;
};

/// The intersection of the half-spaces normals[i] . x <= constants[i].
class ConvexBody : public Body
{
public:
  std::vector<Vec3> normals;
  std::vector<double> constants;

  double distance(Vec3 x) const override
  {
    double most = -1e300;
    for (std::size_t i = 0; i < this->normals.size(); ++i)
    {
      most = std::max(most, dot(this->normals[i], x) - this->constants[i]);
    }
    return most;
  }
  Vec3 normal(Vec3 x) const override
  {
    std::size_t best = 0;
    double most = -1e300;
    for (std::size_t i = 0; i < this->normals.size(); ++i)
    {
      const double height = dot(this->normals[i], x) - this->constants[i];
      if (height > most)
      {
        most = height;
        best = i;
      }
    }
    return this->normals[best];
  }
  double volumeInside(const Polyhedron& polyhedron, Vec3 origin) const override
  {
    Polyhedron rest = polyhedron;
    Polyhedron cut;
    for (std::size_t i = 0; i < this->normals.size(); ++i)
    {
      clip(rest, this->normals[i], this->constants[i] - dot(this->normals[i], origin), cut);
      std::swap(rest, cut);
      if (rest.points.empty())
      {
        return 0.0;
      }
    }
    return volume(rest);
  }
};

double tetrahedronVolume(const std::array<Vec3, 4>& t)
{
  return dot(cross(t[1] - t[0], t[2] - t[0]), t[3] - t[0]) / 6.0;
}

/// Bodies without closed form: by halving tetrahedra that the boundary crosses; at last by the
/// plane of the distances at the corners, moved by the mean of the quadratic part that the edges'
/// middles tell. About edges, where that does not fit, ten times finer.
class HalvedBody : public Body
{
public:
  explicit HalvedBody(double finest)
    : Finest(finest)
  {}
  double volumeInside(const Polyhedron& polyhedron, Vec3 origin) const override
  {
    std::vector<std::array<Vec3, 4>> parts;
    tetrahedra(polyhedron, parts);
    double sum = 0.0;
    for (auto& part : parts)
    {
      for (Vec3& x : part)
      {
        x = x + origin;
      }
      sum += this->volumeInside(part);
    }
    return sum;
  }
  /// By differences; bodies that know better say so.
  Vec3 normal(Vec3 x) const override
  {
    const double h = 1e-5 * this->Finest;
    const Vec3 slope{ this->distance(x + Vec3{ h, 0, 0 }) - this->distance(x - Vec3{ h, 0, 0 }),
      this->distance(x + Vec3{ 0, h, 0 }) - this->distance(x - Vec3{ 0, h, 0 }),
      this->distance(x + Vec3{ 0, 0, h }) - this->distance(x - Vec3{ 0, 0, h }) };
    return 1.0 / std::max(length(slope), 1e-300) * slope;
  }

private:
  double volumeInside(const std::array<Vec3, 4>& t) const
  {
    const Vec3 middle = 0.25 * (t[0] + t[1] + t[2] + t[3]);
    double reach = 0.0;
    for (const Vec3& x : t)
    {
      reach = std::max(reach, length(x - middle));
    }
    const double distance = this->distance(middle);
    if (std::abs(distance) > reach)
    {
      return distance < 0.0 ? tetrahedronVolume(t) : 0.0;
    }
    static const int ends[6][2] = { { 0, 1 }, { 0, 2 }, { 0, 3 }, { 1, 2 }, { 1, 3 }, { 2, 3 } };
    std::array<Vec3, 6> m;
    for (int e = 0; e < 6; ++e)
    {
      m[e] = 0.5 * (t[ends[e][0]] + t[ends[e][1]]);
    }
    if (reach < this->Finest)
    {
      std::array<double, 4> values;
      for (int i = 0; i < 4; ++i)
      {
        values[i] = this->distance(t[i]);
      }
      double shift = 0.0;
      double largest = 0.0;
      for (int e = 0; e < 6; ++e)
      {
        const double bend = this->distance(m[e]) - 0.5 * (values[ends[e][0]] + values[ends[e][1]]);
        shift += 0.2 * bend;
        largest = std::max(largest, std::abs(bend));
      }
      if (largest < 0.05 * reach || reach < 0.1 * this->Finest)
      {
        return tetrahedronVolume(t) * negativePart(values, shift);
      }
    }
    const std::array<Vec3, 4> children[8] = { { t[0], m[0], m[1], m[2] },
      { m[0], t[1], m[3], m[4] }, { m[1], m[3], t[2], m[5] }, { m[2], m[4], m[5], t[3] },
      { m[0], m[1], m[2], m[4] }, { m[0], m[3], m[1], m[4] }, { m[1], m[3], m[5], m[4] },
      { m[1], m[5], m[2], m[4] } };
    double sum = 0.0;
    for (const auto& child : children)
    {
      sum += this->volumeInside(child);
    }
    return sum;
  }

  /// The part of a tetrahedron where the linear function of these corner values is negative.
  static double negativePart(std::array<double, 4> v, double shift)
  {
    for (double& value : v)
    {
      value += shift;
    }
    std::sort(v.begin(), v.end());
    auto corner = [](double a, double b, double c, double d) {
      return a / (a - b) * (a / (a - c)) * (a / (a - d));
    };
    if (v[0] >= 0.0)
    {
      return 0.0;
    }
    if (v[3] <= 0.0)
    {
      return 1.0;
    }
    if (v[1] >= 0.0)
    {
      return corner(v[0], v[1], v[2], v[3]);
    }
    if (v[2] <= 0.0)
    {
      return 1.0 - corner(v[3], v[0], v[1], v[2]);
    }
    const double s = v[0] / (v[0] - v[2]);
    const double t = v[0] / (v[0] - v[3]);
    const double p = v[1] / (v[1] - v[2]);
    const double q = v[1] / (v[1] - v[3]);
    return s * t + p * q * (1.0 - s) + q * s * (1.0 - t);
  }

  double Finest;
};

class TorusBody : public HalvedBody
{
public:
  TorusBody(Vec3 centre, Vec3 axis, double ring, double tube)
    : HalvedBody(0.08 * tube)
    , Centre(centre)
    , Axis(axis)
    , Ring(ring)
    , Tube(tube)
  {}
  double distance(Vec3 x) const override
  {
    const Vec3 away = x - this->Centre;
    const double height = dot(away, this->Axis);
    const double across = length(away - height * this->Axis);
    return std::hypot(across - this->Ring, height) - this->Tube;
  }
  Vec3 normal(Vec3 x) const override
  {
    const Vec3 away = x - this->Centre;
    const double height = dot(away, this->Axis);
    const Vec3 flat = away - height * this->Axis;
    const Vec3 out = away - this->Ring / std::max(length(flat), 1e-300) * flat;
    return 1.0 / std::max(length(out), 1e-300) * out;
  }

private:
  Vec3 Centre;
  Vec3 Axis;
  double Ring;
  double Tube;
};

/// A cylinder with flat ends.
class CylinderBody : public HalvedBody
{
public:
  CylinderBody(Vec3 centre, Vec3 axis, double radius, double half)
    : HalvedBody(0.16 * radius)
    , Centre(centre)
    , Axis(axis)
    , Radius(radius)
    , Half(half)
  {}
  double distance(Vec3 x) const override
  {
    const Vec3 away = x - this->Centre;
    const double height = dot(away, this->Axis);
    const double across = length(away - height * this->Axis) - this->Radius;
    const double along = std::abs(height) - this->Half;
    return std::hypot(std::max(across, 0.0), std::max(along, 0.0)) +
      std::min(std::max(across, along), 0.0);
  }

private:
  Vec3 Centre;
  Vec3 Axis;
  double Radius;
  double Half;
};

/// A ball with a slot across: |u| < half, w > bottom, from the centre.
class SlottedBall : public HalvedBody
{
public:
  SlottedBall(Vec3 centre, Vec3 u, Vec3 w, double radius, double half, double bottom)
    : HalvedBody(0.1 * half)
    , Centre(centre)
    , U(u)
    , W(w)
    , Radius(radius)
    , Half(half)
    , Bottom(bottom)
  {}
  double distance(Vec3 x) const override
  {
    const Vec3 away = x - this->Centre;
    const double slot =
      std::min(this->Half - std::abs(dot(away, this->U)), dot(away, this->W) - this->Bottom);
    return std::max(length(away) - this->Radius, slot);
  }
  /// Of its surface: sphere, two walls and the bottom, by Simpson's rule across the slot.
  double area() const
  {
    const double r2 = this->Radius * this->Radius;
    const auto strip = [&](double u) {
      const double across = std::sqrt(r2 - u * u);
      const double opening = 2.0 * std::acos(this->Bottom / across) * this->Radius;
      return 2.0 * std::sqrt(r2 - u * u - this->Bottom * this->Bottom) - opening;
    };
    constexpr int steps = 200;
    const double step = 2.0 * this->Half / steps;
    double sum = strip(-this->Half) + strip(this->Half);
    for (int i = 1; i < steps; ++i)
    {
      sum += (i % 2 ? 4.0 : 2.0) * strip(-this->Half + i * step);
    }
    const double wall2 = r2 - this->Half * this->Half;
    const double wall = wall2 * std::acos(this->Bottom / std::sqrt(wall2)) -
      this->Bottom * std::sqrt(wall2 - this->Bottom * this->Bottom);
    return 4.0 * Pi * r2 + step / 3.0 * sum + 2.0 * wall;
  }

private:
  Vec3 Centre;
  Vec3 U;
  Vec3 W;
  double Radius;
  double Half;
  double Bottom;
};

/// Material k fills bodies[k], less the body before where they are nested; the last one the rest.
class Bodies : public Truth
{
public:
  std::vector<std::unique_ptr<Body>> bodies;
  bool nested = false;

  Bodies() { this->dimension = 3; }

  int materialAt(Vec3 x) const override
  {
    int k = 0;
    while (k < static_cast<int>(this->bodies.size()) && !(this->bodies[k]->distance(x) < 0.0))
    {
      ++k;
    }
    return k;
  }
  double clearance(Vec3 x) const override
  {
    double least = 1e300;
    for (const auto& body : this->bodies)
    {
      least = std::min(least, std::abs(body->distance(x)));
    }
    return least;
  }
  Vec3 normal(Vec3 x) const override { return this->bodies[0]->normal(x); }

  using Truth::measures;
  void measures(const Polyhedron& polyhedron, Vec3 origin, double* result) const override
  {
    double rest = volume(polyhedron);
    double before = 0.0;
    for (std::size_t k = 0; k < this->bodies.size(); ++k)
    {
      const double inside = this->bodies[k]->volumeInside(polyhedron, origin);
      result[k] = inside - (this->nested ? before : 0.0);
      rest -= result[k];
      before = inside;
    }
    result[this->bodies.size()] = rest;
  }
};

std::unique_ptr<ConvexBody> convexBody(
  Vec3 point, const std::vector<Vec3>& normals, double distance = 0.0)
{
  auto body = std::make_unique<ConvexBody>();
  for (const Vec3& normal : normals)
  {
    body->normals.push_back(normal);
    body->constants.push_back(dot(normal, point) + distance);
  }
  return body;
}

/// The part of a sphere inside the unit cube, to about 1e-4, from points that fill it evenly.
double partInCube(Vec3 centre, double radius)
{
  constexpr int count = 100000;
  const double golden = Pi * (3.0 - std::sqrt(5.0));
  int inside = 0;
  for (int i = 0; i < count; ++i)
  {
    const double z = 1.0 - (2.0 * i + 1.0) / count;
    const double across = std::sqrt(1.0 - z * z);
    const Vec3 x =
      centre + radius * Vec3{ across * std::cos(golden * i), across * std::sin(golden * i), z };
    const auto within = [](double t) { return t > 0.0 && t < 1.0; };
    inside += within(x.x) && within(x.y) && within(x.z);
  }
  return static_cast<double>(inside) / count;
}

/// A plane's area in the unit cube, by the derivative of the volume below it.
double areaInCube(const std::vector<Vec3>& sides, Vec3 point, Vec3 normal)
{
  Polyhedron cube;
  for (int i = 0; i < 8; ++i)
  {
    cube.points.push_back({ double(i & 1), double(i >> 1 & 1), double(i >> 2) });
  }
  static const int faces[6][4] = { { 0, 2, 3, 1 }, { 4, 5, 7, 6 }, { 0, 1, 5, 4 }, { 1, 3, 7, 5 },
    { 3, 2, 6, 7 }, { 2, 0, 4, 6 } };
  for (const auto& face : faces)
  {
    addFace(cube, face, 4);
  }
  Polyhedron cut;
  for (const Vec3& side : sides)
  {
    clip(cube, side, dot(side, point), cut);
    std::swap(cube, cut);
  }
  return cutMoments(cube, normal, dot(normal, point)).area;
}

} // namespace

std::shared_ptr<const Truth> makeSpaceTruth(const std::string& name, int n, unsigned seed)
{
  Dice dice(1000 * seed + 29);
  const Vec3 centre = Vec3{ 0.5, 0.5, 0.5 } + dice.point3(0.03);
  const Vec3 w = dice.direction3();
  Vec3 u = cross(w, dice.direction3());
  u = 1.0 / length(u) * u;
  const Vec3 v = cross(w, u);
  auto truth = std::make_shared<Bodies>();
  if (name == "sphere")
  {
    truth->bodies.push_back(std::make_unique<BallBody>(centre, 0.3));
    truth->measure = 4.0 * Pi * 0.09;
    return truth;
  }
  if (name == "shore")
  {
    // A sphere about a point near a face, an edge or a corner of the cube.
    double at[3] = { dice.uniform(-0.1, 1.1), dice.uniform(-0.1, 1.1), dice.uniform(-0.1, 0.1) };
    std::swap(at[2], at[dice.below(3)]);
    const Vec3 middle{ at[0], at[1], at[2] };
    truth->bodies.push_back(std::make_unique<BallBody>(middle, 0.3));
    truth->measure = 4.0 * Pi * 0.09 * partInCube(middle, 0.3);
    return truth;
  }
  if (name == "cube")
  {
    truth->bodies.push_back(convexBody(centre, { u, -u, v, -v, w, -w }, 0.22));
    truth->measure = 6.0 * 0.44 * 0.44;
    return truth;
  }
  if (name == "torus")
  {
    truth->bodies.push_back(std::make_unique<TorusBody>(centre, w, 0.24, 0.1));
    truth->measure = 4.0 * Pi * Pi * 0.24 * 0.1;
    return truth;
  }
  const std::size_t digit = name.find_first_of("0123456789.");
  const double width = (digit == std::string::npos ? 1.0 : std::stod(name.substr(digit))) / n;
  if (name.rfind("sheet", 0) == 0)
  {
    auto body = std::make_unique<ConvexBody>();
    for (const auto& [axis, half] : { std::pair{ u, 0.26 }, { v, 0.26 }, { w, 0.5 * width } })
    {
      for (const Vec3& normal : { axis, -axis })
      {
        body->normals.push_back(normal);
        body->constants.push_back(dot(normal, centre) + half);
      }
    }
    truth->bodies.push_back(std::move(body));
    truth->measure = 2.0 * 0.52 * 0.52 + 4.0 * 0.52 * width;
    return truth;
  }
  if (name.rfind("wire", 0) == 0)
  {
    truth->bodies.push_back(std::make_unique<CylinderBody>(centre, w, 0.5 * width, 0.32));
    truth->measure = Pi * width * (0.64 + 0.5 * width);
    return truth;
  }
  if (name.rfind("ring", 0) == 0)
  {
    truth->bodies.push_back(std::make_unique<TorusBody>(centre, w, 0.25, 0.5 * width));
    truth->measure = 4.0 * Pi * Pi * 0.25 * 0.5 * width;
    return truth;
  }
  if (name == "slotted")
  {
    auto body = std::make_unique<SlottedBall>(centre, u, w, 0.3, 0.05, -0.05);
    truth->measure = body->area();
    truth->bodies.push_back(std::move(body));
    return truth;
  }
  if (name.rfind("shell", 0) == 0)
  {
    truth->materials = 3;
    truth->nested = true;
    truth->bodies.push_back(std::make_unique<BallBody>(centre, 0.3));
    truth->bodies.push_back(std::make_unique<BallBody>(centre, 0.3 + width));
    truth->measure = 4.0 * Pi * (0.09 + (0.3 + width) * (0.3 + width));
    return truth;
  }
  if (name == "tripleline")
  {
    // Sectors about the line along w through the centre, each less than a half turn.
    truth->materials = 3;
    truth->measure = 0.0;
    const double first = dice.uniform(0.0, 2.0 * Pi);
    const double second = first + dice.uniform(1.6, 2.5);
    const double angles[3] = { first, second, second + dice.uniform(1.6, 2.5) };
    auto direction = [&](double angle) { return std::cos(angle) * u + std::sin(angle) * v; };
    for (int k = 0; k < 3; ++k)
    {
      // v = w x u: angles run counter-clockwise about w.
      const Vec3 begin = direction(angles[k] - 0.5 * Pi);
      const Vec3 end = direction(angles[(k + 1) % 3] + 0.5 * Pi);
      if (k < 2)
      {
        truth->bodies.push_back(convexBody(centre, { begin, end }));
      }
      truth->measure += areaInCube({ -direction(angles[k]) }, centre, begin);
    }
    return truth;
  }
  if (name == "octants")
  {
    truth->materials = 8;
    truth->measure =
      areaInCube({}, centre, u) + areaInCube({}, centre, v) + areaInCube({}, centre, w);
    for (int k = 0; k < 7; ++k)
    {
      truth->bodies.push_back(
        convexBody(centre, { k & 1 ? u : -u, k & 2 ? v : -v, k & 4 ? w : -w }));
    }
    return truth;
  }
  return nullptr;
}

} // namespace mir::testing
