#include "data/RandomShapes.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

constexpr double pi = 3.14159265358979323846;

std::uint64_t mix(std::uint64_t z)
{
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

double logUniform(CounterRandom& random, double low, double high)
{
  return low * std::pow(high / low, random.uniform());
}

Vec2 rotated(Vec2 p, double angle)
{
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  return { c * p.x - s * p.y, s * p.x + c * p.y };
}

// The sagitta of a chord of a circle cut into n is r pi^2 / (2 n^2).
int chords(double radius, double cellSize)
{
  return std::max(48, static_cast<int>(320.0 * std::sqrt(radius / cellSize)));
}

void orient(Polygon& loop, bool counterClockwise)
{
  double twiceArea = 0.0;
  for (std::size_t k = 0; k < loop.size(); ++k)
  {
    twiceArea += cross(loop[k] - loop[0], loop[(k + 1) % loop.size()] - loop[0]);
  }
  if ((twiceArea > 0.0) != counterClockwise)
  {
    std::reverse(loop.begin(), loop.end());
  }
}

Polygon ellipse(Vec2 centre, double a, double b, double angle, int n)
{
  Polygon loop(n);
  for (int k = 0; k < n; ++k)
  {
    const double t = 2.0 * pi * k / n;
    loop[k] = centre + rotated({ a * std::cos(t), b * std::sin(t) }, angle);
  }
  return loop;
}

// The radius stays positive: four harmonics of at most 2.2 * .12 / k sum to .55.
Polygon blob(CounterRandom& random, Vec2 centre, double radius, int n)
{
  constexpr int harmonics = 4;
  double amplitude[harmonics];
  double phase[harmonics];
  for (int k = 0; k < harmonics; ++k)
  {
    amplitude[k] = std::clamp(random.normal(), -2.2, 2.2) * 0.12 / (k + 1);
    phase[k] = random.uniform(0.0, 2.0 * pi);
  }
  Polygon loop(n);
  for (int i = 0; i < n; ++i)
  {
    const double t = 2.0 * pi * i / n;
    double r = 0.8 * radius;
    for (int k = 0; k < harmonics; ++k)
    {
      r += 0.8 * radius * amplitude[k] * std::cos((k + 2) * t + phase[k]);
    }
    loop[i] = centre + Vec2{ r * std::cos(t), r * std::sin(t) };
  }
  return loop;
}

Polygon rectangle(CounterRandom& random, Vec2 centre, double radius)
{
  const double half = random.uniform(0.25 * pi, 0.42 * pi);
  const double angle =
    random.uniform() < 0.25 ? 0.5 * pi * random.below(4) : random.uniform(0.0, 2.0 * pi);
  const double a = radius * std::sin(half);
  const double b = radius * std::cos(half);
  Polygon loop;
  for (Vec2 p : { Vec2{ -a, -b }, Vec2{ a, -b }, Vec2{ a, b }, Vec2{ -a, b } })
  {
    loop.push_back(centre + rotated(p, angle));
  }
  return loop;
}

Polygon convexPolygon(CounterRandom& random, Vec2 centre, double radius)
{
  if (random.uniform() < 0.2)
  {
    return rectangle(random, centre, radius);
  }
  const int n = 3 + random.below(4);
  const double start = random.uniform(0.0, 2.0 * pi);
  const double flat = random.uniform(0.6, 1.0);
  const double angle = random.uniform(0.0, pi);
  Polygon loop(n);
  for (int k = 0; k < n; ++k)
  {
    const double t = start + 2.0 * pi * (k + random.uniform(-0.3, 0.3)) / n;
    loop[k] = centre + rotated({ radius * std::cos(t), flat * radius * std::sin(t) }, angle);
  }
  return loop;
}

Polygon star(CounterRandom& random, Vec2 centre, double radius)
{
  const int n = 3 + random.below(5);
  const double start = random.uniform(0.0, 2.0 * pi);
  const double inner = random.uniform(0.35, 0.75);
  Polygon loop(2 * n);
  for (int k = 0; k < 2 * n; ++k)
  {
    const double r = k % 2 ? inner * radius : radius;
    const double t = start + pi * k / n;
    loop[k] = centre + Vec2{ r * std::cos(t), r * std::sin(t) };
  }
  return loop;
}

Polygon body(CounterRandom& random, ShapeFamily family, Vec2 centre, double radius, double cellSize)
{
  const int n = chords(radius, cellSize);
  Polygon loop;
  switch (family)
  {
    case ShapeFamily::Ellipse:
    {
      const double ratio = random.uniform(0.35, 0.95);
      loop = ellipse(centre, radius, radius * ratio, random.uniform(0.0, pi), n);
      break;
    }
    case ShapeFamily::Blob:
      loop = blob(random, centre, radius, n);
      break;
    case ShapeFamily::Polygon:
      loop = convexPolygon(random, centre, radius);
      break;
    case ShapeFamily::Star:
      loop = star(random, centre, radius);
      break;
    default:
      loop = ellipse(centre, radius, radius, 0.0, n);
      break;
  }
  orient(loop, true);
  return loop;
}

// Unbounded families: drawn about the origin, then turned and moved into the unit square.
Polygon placed(CounterRandom& random, Polygon loop)
{
  const double angle =
    random.uniform() < 0.05 ? 0.5 * pi * random.below(4) : random.uniform(0.0, 2.0 * pi);
  const Vec2 at{ random.uniform(0.2, 0.8), random.uniform(0.2, 0.8) };
  for (Vec2& p : loop)
  {
    p = at + rotated(p, angle);
  }
  orient(loop, true);
  return loop;
}

Polygon wavy(CounterRandom& random, const RandomShapeRange& range)
{
  const double shortest = std::max(range.minimumRadius, 0.08);
  const double frequency = pi * random.uniform(1.0, 1.0 / shortest);
  const double phase = random.uniform(0.0, 2.0 * pi);
  const double steepest = 3.0 / frequency / (0.5 * frequency * range.minimumRadius + 1.0);
  const double amplitude = std::min(random.uniform(0.02, 0.12), steepest);
  const int n = 2 * chords(0.4, range.cellSize);
  Polygon loop(n + 1);
  for (int i = 0; i <= n; ++i)
  {
    const double x = -1.6 + 3.2 * i / n;
    loop[i] = { x, amplitude * std::sin(frequency * x + phase) };
  }
  loop.push_back({ 1.6, -4.0 });
  loop.push_back({ -1.6, -4.0 });
  return loop;
}

// A straight edge broken into chords of one to six cells with random corners up to three cells off
// the line: small features without a pattern.
Polygon jagged(CounterRandom& random, const RandomShapeRange& range)
{
  const double shortest = logUniform(random, 1.0, 3.0) * range.cellSize;
  const double amplitude = random.uniform(0.5, 3.0) * range.cellSize;
  Polygon loop;
  for (double x = -1.6; x < 1.6; x += shortest * random.uniform(0.6, 2.0))
  {
    loop.push_back({ x, amplitude * random.uniform(-1.0, 1.0) });
  }
  loop.push_back({ 1.6, -4.0 });
  loop.push_back({ -1.6, -4.0 });
  return loop;
}

// A straight edge with a slot of square corners in it, one to eight cells deep.
Polygon slot(CounterRandom& random, const RandomShapeRange& range)
{
  const double half = 0.5 * logUniform(random, range.minimumWidth, range.maximumWidth);
  const double depth = logUniform(random, 1.0, 8.0) * range.cellSize;
  return { { 4, 0 }, { half, 0 }, { half, -depth }, { -half, -depth }, { -half, 0 }, { -4, 0 },
    { -4, -4 }, { 4, -4 } };
}

Polygon filament(CounterRandom& random, const RandomShapeRange& range)
{
  const double width = logUniform(random, range.minimumWidth, range.maximumWidth);
  const double amplitude = random.uniform(0.0, 0.12);
  const double frequency = random.uniform(2.0, 6.0);
  const double phase = random.uniform(0.0, 2.0 * pi);
  const double halfLength = random.uniform(0.3, 1.5);
  const int n = chords(0.4, range.cellSize);
  Polygon loop(2 * (n + 1));
  for (int i = 0; i <= n; ++i)
  {
    const double x = -halfLength + 2.0 * halfLength * i / n;
    const double slope = amplitude * frequency * std::cos(frequency * x + phase);
    const double s = 0.5 * width / std::sqrt(1.0 + slope * slope);
    const Vec2 middle{ x, amplitude * std::sin(frequency * x + phase) };
    loop[i] = middle + Vec2{ s * slope, -s };
    loop[2 * n + 1 - i] = middle + Vec2{ -s * slope, s };
  }
  return loop;
}

ShapeFamily pickFamily(CounterRandom& random, const RandomShapeRange& range)
{
  double total = 0.0;
  for (double weight : range.weights)
  {
    total += weight;
  }
  double pick = total * random.uniform();
  int family = 0;
  while (family < numberOfShapeFamilies - 1 && pick >= range.weights[family])
  {
    pick -= range.weights[family++];
  }
  return static_cast<ShapeFamily>(family);
}

} // namespace

CounterRandom::CounterRandom(std::uint64_t seed, std::uint64_t index)
  : State(mix(mix(seed + 0x9E3779B97F4A7C15ull) ^ (index * 0xD1342543DE82EF95ull)))
{}

std::uint64_t CounterRandom::next()
{
  this->State += 0x9E3779B97F4A7C15ull;
  return mix(this->State);
}

double CounterRandom::uniform()
{
  return static_cast<double>(this->next() >> 11) * 0x1p-53;
}

double CounterRandom::uniform(double low, double high)
{
  return low + (high - low) * this->uniform();
}

int CounterRandom::below(int count)
{
  return static_cast<int>(this->uniform() * count);
}

double CounterRandom::normal()
{
  const double radius = std::sqrt(-2.0 * std::log(1.0 - this->uniform()));
  return radius * std::cos(2.0 * pi * this->uniform());
}

const char* shapeFamilyName(ShapeFamily family)
{
  static const char* const names[numberOfShapeFamilies] = { "circle", "ellipse", "blob", "polygon",
    "star", "half-plane", "filament", "two bodies", "ring", "wavy", "wedge", "jagged", "slot" };
  return names[static_cast<int>(family)];
}

RandomShape randomShape(std::uint64_t seed, std::uint64_t index, const RandomShapeRange& range)
{
  CounterRandom random(seed, index);
  RandomShape shape;
  shape.family = pickFamily(random, range);
  shape.complement = random.uniform() < 0.5;

  const double radius = logUniform(random, range.minimumRadius, range.maximumRadius);
  Vec2 centre{ random.uniform(0.2, 0.8), random.uniform(0.2, 0.8) };
  if (radius > 0.45)
  {
    const double angle = random.uniform(0.0, 2.0 * pi);
    const Vec2 through{ random.uniform(0.15, 0.85), random.uniform(0.15, 0.85) };
    const bool hole = shape.family == ShapeFamily::Ring && random.uniform() < 0.5;
    const double reach = hole ? 0.6 * radius : radius;
    centre = through - reach * Vec2{ std::cos(angle), std::sin(angle) };
  }

  switch (shape.family)
  {
    case ShapeFamily::HalfPlane:
      shape.loops.push_back(placed(random, { { 4, 0 }, { -4, 0 }, { -4, -4 }, { 4, -4 } }));
      break;
    case ShapeFamily::Wedge:
    {
      const double half = 0.5 * random.uniform(0.15 * pi, 0.85 * pi);
      const Vec2 arm{ 4.0 * std::cos(half), 4.0 * std::sin(half) };
      shape.loops.push_back(placed(random, { { 0, 0 }, { arm.x, -arm.y }, { 8, 0 }, arm }));
      break;
    }
    case ShapeFamily::Wavy:
      shape.loops.push_back(placed(random, wavy(random, range)));
      break;
    case ShapeFamily::Jagged:
      shape.loops.push_back(placed(random, jagged(random, range)));
      break;
    case ShapeFamily::Filament:
      shape.loops.push_back(placed(random, filament(random, range)));
      break;
    case ShapeFamily::Slot:
      shape.loops.push_back(placed(random, slot(random, range)));
      break;
    case ShapeFamily::TwoBodies:
    {
      static const ShapeFamily kinds[3] = { ShapeFamily::Circle, ShapeFamily::Ellipse,
        ShapeFamily::Polygon };
      const double first = radius * random.uniform(0.4, 0.7);
      const double second = radius * random.uniform(0.4, 0.7);
      const double gap = random.uniform(0.02, 0.15);
      const double angle = random.uniform(0.0, 2.0 * pi);
      const double distance = first + second + gap;
      const Vec2 half = 0.5 * distance * Vec2{ std::cos(angle), std::sin(angle) };
      const ShapeFamily kind = kinds[random.below(3)];
      shape.loops.push_back(body(random, kind, centre + half, first, range.cellSize));
      const ShapeFamily other = kinds[random.below(3)];
      shape.loops.push_back(body(random, other, centre - half, second, range.cellSize));
      break;
    }
    case ShapeFamily::Ring:
    {
      const double inner = radius * random.uniform(0.3, 0.8);
      const double offset = random.uniform(0.0, 0.8) * (radius - inner);
      const double angle = random.uniform(0.0, 2.0 * pi);
      const Vec2 hole = centre + offset * Vec2{ std::cos(angle), std::sin(angle) };
      shape.loops.push_back(body(random, ShapeFamily::Circle, centre, radius, range.cellSize));
      shape.loops.push_back(body(random, ShapeFamily::Circle, hole, inner, range.cellSize));
      orient(shape.loops.back(), false);
      break;
    }
    default:
      shape.loops.push_back(body(random, shape.family, centre, radius, range.cellSize));
      break;
  }
  return shape;
}

} // namespace mir
