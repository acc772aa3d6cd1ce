#include "data/RandomSolids.h"

#include "data/RandomShapes.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

using Kind = SolidShape::Kind;

constexpr double pi = 3.14159265358979323846;

// In the order of SolidFamily: what edges and thin bodies there are makes few mixed cells a body.
constexpr double familyWeights[numberOfSolidFamilies] = { 1.5, 2.0, 6.0, 3.0, 0.5, 1.0, 2.0, 10.0,
  0.7, 2.5, 1.5, 1.5, 0.3, 1.0, 1.0, 3.0, 3.0 };

double logUniform(CounterRandom& random, double low, double high)
{
  return low * std::pow(high / low, random.uniform());
}

double sign(CounterRandom& random)
{
  return random.uniform() < 0.5 ? -1.0 : 1.0;
}

Vec3 direction(CounterRandom& random)
{
  const double w = random.uniform(-1.0, 1.0);
  const double angle = random.uniform(0.0, 2.0 * pi);
  const double across = std::sqrt(1.0 - w * w);
  return { across * std::cos(angle), across * std::sin(angle), w };
}

std::array<Vec3, 3> turned(CounterRandom& random)
{
  if (random.uniform() < 1.0 / 12.0)
  {
    const int first = random.below(3);
    const Vec3 axes[3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
    return { axes[first], axes[(first + 1) % 3], axes[(first + 2) % 3] };
  }
  const Vec3 w = direction(random);
  const Vec3 any = std::fabs(w.x) < 0.6 ? Vec3{ 1, 0, 0 } : Vec3{ 0, 1, 0 };
  Vec3 u = cross(any, w);
  u = 1.0 / length(u) * u;
  const double angle = random.uniform(0.0, 2.0 * pi);
  const Vec3 turnedU = std::cos(angle) * u + std::sin(angle) * cross(w, u);
  return { turnedU, cross(w, turnedU), w };
}

/// A point of a box's surface: in a face, on an edge or a corner.
Vec3 onBox(CounterRandom& random, const std::array<double, 3>& half)
{
  const double pick = random.uniform();
  const int fixed = pick < 0.3 ? 3 : pick < 0.7 ? 2 : 1;
  const int first = random.below(3);
  double x[3];
  for (int i = 0; i < 3; ++i)
  {
    const int axis = (first + i) % 3;
    x[axis] = half[axis] * (i < fixed ? sign(random) : random.uniform(-1.0, 1.0));
  }
  return { x[0], x[1], x[2] };
}

SolidShape box(CounterRandom& random, std::array<double, 3> half, Vec3& surface)
{
  SolidShape shape;
  shape.kind = Kind::Box;
  shape.size = half;
  const double least = std::min({ half[0], half[1], half[2] });
  shape.rounding = random.uniform() < 0.65 ? 0.0 : least * random.uniform();
  surface = onBox(random, half);
  return shape;
}

SolidShape cylinder(CounterRandom& random, double radius, double half, Vec3& surface)
{
  SolidShape shape;
  shape.kind = Kind::Cylinder;
  shape.size = { radius, half, 0.0 };
  shape.rounding = random.uniform() < 0.7 ? 0.0 : std::min(radius, half) * random.uniform();
  const double angle = random.uniform(0.0, 2.0 * pi);
  const double pick = random.uniform();
  const double r = pick < 0.2 ? radius * std::sqrt(random.uniform()) : radius;
  const double w = pick < 0.6 ? half * sign(random) : half * random.uniform(-1.0, 1.0);
  surface = { r * std::cos(angle), r * std::sin(angle), w };
  return shape;
}

SolidShape ball(CounterRandom& random, double radius, Vec3& surface)
{
  SolidShape shape;
  shape.kind = Kind::Ball;
  shape.size = { radius, 0.0, 0.0 };
  surface = radius * direction(random);
  return shape;
}

SolidShape polytope(CounterRandom& random, Vec3& surface)
{
  SolidShape shape;
  shape.kind = Kind::Polytope;
  const int pick = random.below(3);
  if (pick == 0)
  {
    // A wedge of 25 to 155 degrees about the w axis.
    const double half = 0.5 * random.uniform(0.14 * pi, 0.86 * pi);
    shape.planes = { { { -std::sin(half), std::cos(half), 0.0 }, 0.0 },
      { { -std::sin(half), -std::cos(half), 0.0 }, 0.0 } };
    surface = { 0.0, 0.0, 0.0 };
  }
  else
  {
    // A corner of three planes that are not too flat to each other, or a parallelepiped.
    Vec3 normals[3];
    double volume = 0.0;
    while (std::fabs(volume) < 0.25)
    {
      for (Vec3& normal : normals)
      {
        normal = direction(random);
      }
      volume = dot(normals[0], cross(normals[1], normals[2]));
    }
    double half[3] = { 0.0, 0.0, 0.0 };
    for (int i = 0; i < 3; ++i)
    {
      if (pick == 2)
      {
        half[i] = i == 0 ? logUniform(random, 0.15, 6.0) : logUniform(random, 1.0, 12.0);
        shape.planes.push_back({ -normals[i], half[i] });
      }
      shape.planes.push_back({ normals[i], half[i] });
    }
    surface = 1.0 / volume *
      (half[0] * cross(normals[1], normals[2]) + half[1] * cross(normals[2], normals[0]) +
        half[2] * cross(normals[0], normals[1]));
  }
  shape.edges = polytopeEdges(shape.planes);
  return shape;
}

/// Heights with slopes of up to about one over the grid.
void addHills(CounterRandom& random, int count, int n, SolidShape& shape)
{
  for (int i = 0; i < count; ++i)
  {
    const double radius = logUniform(random, 2.5, n);
    shape.bumps.push_back({ { random.uniform(-0.6, 0.6) * n, random.uniform(-0.6, 0.6) * n,
                              radius * random.uniform(-0.6, 0.6) },
      radius });
  }
}

SolidShape blob(CounterRandom& random, Vec3& surface)
{
  SolidShape shape;
  shape.kind = Kind::Blob;
  const int count = 2 + random.below(4);
  const double radius = logUniform(random, 1.2, 6.0);
  for (int i = 0; i < count; ++i)
  {
    shape.bumps.push_back(
      { 1.6 * radius * random.uniform() * direction(random), radius * random.uniform(0.5, 1.0) });
  }
  surface = shape.bumps[0].centre + shape.bumps[0].radius * direction(random);
  return shape;
}

SolidFamily pickFamily(CounterRandom& random)
{
  double total = 0.0;
  for (double weight : familyWeights)
  {
    total += weight;
  }
  double pick = total * random.uniform();
  int family = 0;
  while (family < numberOfSolidFamilies - 1 && pick >= familyWeights[family])
  {
    pick -= familyWeights[family++];
  }
  return static_cast<SolidFamily>(family);
}

/// A body about its own origin and a point of its surface.
SolidShape drawn(CounterRandom& random, SolidFamily family, int n, Vec3& surface)
{
  const double radius = logUniform(random, 1.0, 40.0);
  const double thickness = logUniform(random, 0.25, 2.6);
  SolidShape shape;
  surface = { 0.0, 0.0, 0.0 };
  switch (family)
  {
    case SolidFamily::Ball:
      return ball(random, radius, surface);
    case SolidFamily::Ellipsoid:
      shape.kind = Kind::Ellipsoid;
      shape.size = { radius, radius * random.uniform(0.35, 1.0),
        radius * random.uniform(0.35, 1.0) };
      surface = direction(random);
      surface = { shape.size[0] * surface.x, shape.size[1] * surface.y, shape.size[2] * surface.z };
      return shape;
    case SolidFamily::Box:
    {
      std::array<double, 3> half;
      for (double& edge : half)
      {
        edge = logUniform(random, 0.6, 14.0);
      }
      return box(random, half, surface);
    }
    case SolidFamily::Sheet:
      if (random.uniform() < 0.25)
      {
        return cylinder(random, logUniform(random, 1.5, 14.0), 0.5 * thickness, surface);
      }
      return box(random,
        { logUniform(random, 1.5, 14.0), logUniform(random, 1.5, 14.0), 0.5 * thickness }, surface);
    case SolidFamily::Slab:
      shape.kind = Kind::Slab;
      shape.size = { 0.5 * thickness, 0.0, 0.0 };
      return shape;
    case SolidFamily::Shell:
      shape.kind = Kind::Shell;
      shape.size = { std::max(radius, thickness + 0.5), 0.5 * thickness, 0.0 };
      surface = shape.size[0] * direction(random);
      return shape;
    case SolidFamily::Cylinder:
      return cylinder(
        random, logUniform(random, 0.8, 14.0), logUniform(random, 0.6, 14.0), surface);
    case SolidFamily::Filament:
    {
      const double half = logUniform(random, 1.0, 20.0);
      const double width = logUniform(random, 0.35, 2.6);
      if (random.uniform() < 0.7)
      {
        return cylinder(random, 0.5 * width, half, surface);
      }
      return box(random, { 0.5 * width, 0.5 * width * random.uniform(0.7, 1.4), half }, surface);
    }
    case SolidFamily::Cone:
    {
      shape.kind = Kind::Cone;
      const double half = random.uniform(0.08, 0.42) * pi;
      shape.size = { std::cos(half), std::sin(half), 0.0 };
      const double along = random.uniform() < 0.5 ? 0.0 : logUniform(random, 0.5, 12.0);
      const double angle = random.uniform(0.0, 2.0 * pi);
      surface = along *
        Vec3{ shape.size[1] * std::cos(angle), shape.size[1] * std::sin(angle), -shape.size[0] };
      return shape;
    }
    case SolidFamily::Polytope:
      return polytope(random, surface);
    case SolidFamily::Blob:
      return blob(random, surface);
    case SolidFamily::Hills:
    case SolidFamily::BentSheet:
      shape.kind = Kind::Hills;
      shape.size = { family == SolidFamily::Hills ? 0.0 : 0.5 * thickness, 0.0, 0.0 };
      addHills(random, 4, n, shape);
      for (const SolidShape::Bump& hill : shape.bumps)
      {
        const double x = length(Vec2{ hill.centre.x, hill.centre.y }) / hill.radius;
        surface.z += hill.centre.z / (1.0 + x * x);
      }
      return shape;
    case SolidFamily::BentFilament:
      shape.kind = Kind::BentFilament;
      shape.size = { 0.5 * logUniform(random, 0.35, 10.0), 0.0, 0.0 };
      addHills(random, 4, n, shape);
      for (int i = 0; i < 4; ++i)
      {
        // The curve depends on w alone.
        SolidShape::Bump& hill = shape.bumps[i];
        hill.centre.y = 0.0;
        const double x = hill.centre.x / hill.radius;
        (i < 2 ? surface.x : surface.y) += hill.centre.z / (1.0 + x * x);
      }
      return shape;
    case SolidFamily::Slot:
    {
      shape.kind = Kind::Slot;
      const double width = logUniform(random, 0.5, 4.0);
      shape.size = { 0.5 * width,
        random.uniform() < 0.4 ? 100.0 : 0.5 * std::max(width, logUniform(random, 1.0, 16.0)),
        logUniform(random, 1.0, 12.0) };
      const double u = shape.size[0] * sign(random);
      const double v = random.uniform() < 0.5 ? 0.0 : std::min(shape.size[1], 14.0) * sign(random);
      surface = { u, v, random.uniform() < 0.5 ? 0.0 : -shape.size[2] * random.uniform() };
      surface.z = random.uniform() < 0.4 ? -shape.size[2] : surface.z;
      return shape;
    }
    default:
      return shape;
  }
}

/// Turns a body about a point of its surface, which comes to lie at `at`.
void place(SolidShape& shape, Vec3 surface, const std::array<Vec3, 3>& axes, Vec3 at)
{
  shape.axes = axes;
  shape.centre = at - surface.x * axes[0] - surface.y * axes[1] - surface.z * axes[2];
}

} // namespace

const char* solidFamilyName(SolidFamily family)
{
  static const char* const names[numberOfSolidFamilies] = { "ball", "ellipsoid", "box", "sheet",
    "slab", "shell", "cylinder", "filament", "cone", "polytope", "two bodies", "blob", "half-space",
    "hills", "bent sheet", "bent filament", "slot" };
  return names[static_cast<int>(family)];
}

RandomSolid randomSolid(std::uint64_t seed, std::uint64_t index, int n)
{
  // The planar sequence of the same seed has numbers of its own.
  CounterRandom random(seed ^ 0x736f6c69ull, index);
  RandomSolid solid;
  solid.family = pickFamily(random);
  solid.complement = random.uniform() < 0.5;
  const auto somewhere = [&] { return random.uniform(2.0, n - 2.0); };
  const Vec3 at{ somewhere(), somewhere(), somewhere() };
  Vec3 surface;
  if (solid.family != SolidFamily::TwoBodies)
  {
    solid.bodies.push_back(drawn(random, solid.family, n, surface));
    place(solid.bodies[0], surface, turned(random), at);
    return solid;
  }
  // Two bodies on either side of a gap: a point of each at its ends, both within balls or
  // half-spaces about the gap's middle plane.
  const Vec3 across = direction(random);
  const double gap = logUniform(random, 0.25, 3.0);
  for (const double side : { -1.0, 1.0 })
  {
    const Vec3 away = side * across;
    SolidShape body;
    if (random.uniform() < 0.2)
    {
      body.kind = Kind::HalfSpace;
      body.axes[2] = -away;
      const Vec3 any = std::fabs(away.x) < 0.6 ? Vec3{ 1, 0, 0 } : Vec3{ 0, 1, 0 };
      const Vec3 u = cross(any, away);
      body.axes[0] = 1.0 / length(u) * u;
      body.axes[1] = cross(body.axes[2], body.axes[0]);
      body.centre = at + 0.5 * gap * away;
    }
    else
    {
      const double radius = logUniform(random, 1.0, 20.0);
      body = ball(random, radius, surface);
      body.centre = at + (0.5 * gap + radius) * away;
    }
    solid.bodies.push_back(body);
  }
  return solid;
}

} // namespace mir
