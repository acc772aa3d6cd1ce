#include "PlaneTruths.h"

#include "RandomCells.h"

#include "data/Region.h"
#include "data/Shapes.h"

#include <algorithm>
#include <cmath>

namespace mir::testing {

namespace {

constexpr double Pi = 3.14159265358979323846;

/// The number behind a name such as "filament0.5".
double numberIn(const std::string& name, double otherwise)
{
  const std::size_t digit = name.find_first_of("0123456789.");
  return digit == std::string::npos ? otherwise : std::stod(name.substr(digit));
}

/// Material k fills regions[k], less the region before where they are nested; the last one the
/// rest. Discs of one more material lie apart from all boundaries.
class Regions : public Truth
{
public:
  struct Disc
  {
    Vec2 centre;
    double radius;
    int around;
  };

  std::vector<Region> regions;
  bool nested = false;
  std::vector<Disc> discs;

  int materialAt(Vec3 x) const override
  {
    const Vec2 at{ x.x, x.y };
    for (const Disc& disc : this->discs)
    {
      if (length(at - disc.centre) < disc.radius)
      {
        return this->materials - 1;
      }
    }
    int k = 0;
    while (k < static_cast<int>(this->regions.size()) && !this->regions[k].contains(at))
    {
      ++k;
    }
    return k;
  }

  double clearance(Vec3 x) const override
  {
    const Vec2 at{ x.x, x.y };
    double least = 1e300;
    for (const Region& region : this->regions)
    {
      least = std::min(least, std::abs(region.nearest(at).signedDistance));
    }
    for (const Disc& disc : this->discs)
    {
      least = std::min(least, std::abs(length(at - disc.centre) - disc.radius));
    }
    return least;
  }

  Vec3 normal(Vec3 x) const override
  {
    const Vec2 n = this->regions[0].nearest({ x.x, x.y }).normal;
    return { n.x, n.y, 0.0 };
  }

  const Region* region() const override { return this->regions.data(); }

  using Truth::measures;
  void measures(const Polygon& polygon, double* result) const override
  {
    double rest = area(polygon);
    double before = 0.0;
    for (std::size_t k = 0; k < this->regions.size(); ++k)
    {
      const double inside = this->regions[k].areaInside(polygon);
      result[k] = inside - (this->nested ? before : 0.0);
      rest -= result[k];
      before = inside;
    }
    result[this->regions.size()] = rest;
    if (!this->discs.empty())
    {
      result[this->materials - 1] = 0.0;
      for (const Disc& disc : this->discs)
      {
        const double inside = areaInDisk(polygon, disc.centre, disc.radius);
        result[this->materials - 1] += inside;
        result[disc.around] -= inside;
      }
    }
  }
};

Vec2 centreOf(Dice& dice)
{
  return Vec2{ 0.5, 0.5 } + dice.point2(0.06);
}

double perimeterOf(const std::vector<Polygon>& loops)
{
  double sum = 0.0;
  for (const Polygon& loop : loops)
  {
    sum += perimeter(loop);
  }
  return sum;
}

/// The sector between two angles about a point, out to where nothing is measured any more.
Region sector(Vec2 tip, double begin, double end)
{
  Polygon loop{ tip };
  const int steps = 24;
  for (int i = 0; i <= steps; ++i)
  {
    const double angle = begin + (end - begin) * i / steps;
    loop.push_back(tip + 6.0 * Vec2{ std::cos(angle), std::sin(angle) });
  }
  return makePolygonRegion({ loop });
}

/// The length of a ray inside the unit square.
double rayLength(Vec2 from, double angle)
{
  const Vec2 d{ std::cos(angle), std::sin(angle) };
  const double x = d.x > 0.0 ? (1.0 - from.x) / d.x : d.x < 0.0 ? -from.x / d.x : 1e300;
  const double y = d.y > 0.0 ? (1.0 - from.y) / d.y : d.y < 0.0 ? -from.y / d.y : 1e300;
  return std::min(x, y);
}

std::shared_ptr<Regions> sectors(Vec2 tip, const std::vector<double>& angles)
{
  auto truth = std::make_shared<Regions>();
  truth->materials = static_cast<int>(angles.size());
  truth->measure = 0.0;
  for (std::size_t i = 0; i < angles.size(); ++i)
  {
    truth->measure += rayLength(tip, angles[i]);
    if (i + 1 < angles.size())
    {
      truth->regions.push_back(sector(tip, angles[i], angles[i + 1]));
    }
  }
  return truth;
}

/// A polygon placed by a turn about the square's middle.
Polygon turned(Polygon loop, double angle)
{
  for (Vec2& x : loop)
  {
    x = Vec2{ 0.5, 0.5 } +
      Vec2{ std::cos(angle) * x.x - std::sin(angle) * x.y,
        std::sin(angle) * x.x + std::cos(angle) * x.y };
  }
  return loop;
}

/// A band of the given width about a curve, cut square at its ends; `curve` gives a point and a
/// tangent at t in [0, 1].
template <typename Curve>
Polygon bandAlong(const Curve& curve, double width, int count)
{
  Polygon loop;
  Polygon upper;
  for (int i = 0; i < count; ++i)
  {
    const auto [point, tangent] = curve(static_cast<double>(i) / (count - 1));
    const Vec2 up = 0.5 * width / length(tangent) * Vec2{ -tangent.y, tangent.x };
    loop.push_back(point - up);
    upper.push_back(point + up);
  }
  loop.insert(loop.end(), upper.rbegin(), upper.rend());
  return loop;
}

/// A band of the given width along y = .1 sin(7 x + phase) for |x| < .36.
Polygon filament(double width, double phase)
{
  auto curve = [phase](double t) {
    const double x = -0.36 + 0.72 * t;
    return std::pair{ Vec2{ x, 0.1 * std::sin(7.0 * x + phase) },
      Vec2{ 1.0, 0.7 * std::cos(7.0 * x + phase) } };
  };
  return bandAlong(curve, width, 300);
}

/// A band of the given width along two turns of an Archimedean spiral from radius .06 to .32.
Polygon spiral(double width)
{
  auto curve = [](double t) {
    const double angle = 4.0 * Pi * t;
    const double radius = 0.06 + 0.26 * t;
    const Vec2 out{ std::cos(angle), std::sin(angle) };
    return std::pair{ radius * out, 0.26 * out + 4.0 * Pi * radius * Vec2{ -out.y, out.x } };
  };
  return bandAlong(curve, width, 1000);
}

/// The astroid of radius .32: four cusps (x, y) = .32 (cos^3 t, sin^3 t).
Polygon astroid()
{
  constexpr int count = 2000;
  Polygon loop;
  for (int i = 0; i < count; ++i)
  {
    const double t = 2.0 * Pi * i / count;
    const double c = std::cos(t);
    const double s = std::sin(t);
    loop.push_back({ 0.32 * c * c * c, 0.32 * s * s * s });
  }
  return loop;
}

/// The part of the loops' length inside the unit square, from chords short against a cell.
double lengthInSquare(const std::vector<Polygon>& loops)
{
  double sum = 0.0;
  for (const Polygon& loop : loops)
  {
    for (std::size_t i = 0; i < loop.size(); ++i)
    {
      const Vec2 a = loop[i];
      const Vec2 b = loop[(i + 1) % loop.size()];
      const Vec2 middle = 0.5 * (a + b);
      const bool inside = middle.x > 0.0 && middle.x < 1.0 && middle.y > 0.0 && middle.y < 1.0;
      sum += inside ? length(b - a) : 0.0;
    }
  }
  return sum;
}

std::shared_ptr<Regions> layers(double cell, Dice& dice)
{
  auto truth = std::make_shared<Regions>();
  truth->materials = 5;
  truth->nested = true;
  truth->measure = 0.0;
  const double angle = dice.uniform(0.0, 2.0 * Pi);
  const double phase = dice.uniform(0.0, 2.0 * Pi);
  for (double offset : { -0.45, -0.15, 0.15, 0.45 })
  {
    Polygon loop;
    constexpr int count = 2001;
    for (int i = 0; i < count; ++i)
    {
      const double x = 2.0 - 4.0 * i / (count - 1);
      loop.push_back({ x, 0.04 * std::sin(6.0 * x + phase) + offset * cell });
    }
    loop.push_back({ -2.0, -3.0 });
    loop.push_back({ 2.0, -3.0 });
    const Polygon placed = turned(loop, angle);
    for (int i = 0; i + 1 < count; ++i)
    {
      const Vec2 middle = 0.5 * (placed[i] + placed[i + 1]);
      const bool inside = middle.x > 0.0 && middle.x < 1.0 && middle.y > 0.0 && middle.y < 1.0;
      truth->measure += inside ? length(placed[i + 1] - placed[i]) : 0.0;
    }
    truth->regions.push_back(makePolygonRegion({ placed }));
  }
  return truth;
}

std::shared_ptr<Regions> islands(int n, Dice& dice)
{
  auto truth = std::make_shared<Regions>();
  truth->materials = 3;
  const Vec2 centre = centreOf(dice);
  const double radius = 0.3;
  truth->regions.push_back(makeShape(Shape::Circle, centre, radius, 0.0));
  truth->measure = 2.0 * Pi * radius;
  const double cell = 1.0 / n;
  std::vector<char> taken(static_cast<std::size_t>(n) * n, 0);
  const int wanted = std::max(4, n * n / 10);
  for (int tries = 0; tries < 100 * wanted && static_cast<int>(truth->discs.size()) < wanted;
       ++tries)
  {
    const int i = dice.below(n);
    const int j = dice.below(n);
    const double r = cell * dice.uniform(0.05, 0.4);
    const Vec2 at = cell * Vec2{ i + 0.5, j + 0.5 } + dice.point2(0.49 * cell - r);
    const double distance = length(at - centre);
    if (!taken[j * n + i] && std::abs(distance - radius) > 1.02 * r)
    {
      taken[j * n + i] = 1;
      truth->discs.push_back({ at, r, distance < radius ? 0 : 1 });
      truth->measure += 2.0 * Pi * r;
    }
  }
  return truth;
}

} // namespace

std::shared_ptr<const Truth> makePlaneTruth(const std::string& name, int n, unsigned seed)
{
  Dice dice(1000 * seed + 17);
  const double cell = 1.0 / n;
  auto truth = std::make_shared<Regions>();
  if (name == "circle")
  {
    truth->regions.push_back(makeShape(Shape::Circle, centreOf(dice), 0.32, 0.0));
    truth->measure = 2.0 * Pi * 0.32;
    return truth;
  }
  if (name == "square")
  {
    const Vec2 centre = centreOf(dice);
    truth->regions.push_back(makeShape(Shape::Square, centre, 0.36, dice.uniform(0.0, 2.0 * Pi)));
    truth->measure = 4.0 * std::sqrt(2.0) * 0.36;
    return truth;
  }
  if (name == "star")
  {
    const Vec2 centre = centreOf(dice);
    const double turn = dice.uniform(0.0, 2.0 * Pi);
    Polygon loop;
    for (int i = 0; i < 10; ++i)
    {
      const double angle = turn + i * Pi / 5.0;
      loop.push_back(centre + (i % 2 ? 0.18 : 0.36) * Vec2{ std::cos(angle), std::sin(angle) });
    }
    truth->regions.push_back(makePolygonRegion({ loop }));
    truth->measure = perimeterOf({ loop });
    return truth;
  }
  if (name == "zalesak" || name == "gear" || name == "cusp" || name == "bowtie" ||
    name.rfind("spiral", 0) == 0)
  {
    const Vec2 shift = dice.point2(0.06);
    const double turn = dice.uniform(0.0, 2.0 * Pi);
    if (name == "zalesak" || name == "gear")
    {
      truth->regions.push_back(makeShape(
        name == "gear" ? Shape::Gear : Shape::ZalesakDisk, Vec2{ 0.5, 0.5 } + shift, 0.32, turn));
      truth->measure = perimeterOf(truth->regions[0].outline(20000));
      return truth;
    }
    std::vector<Polygon> loops;
    if (name == "cusp")
    {
      loops = { astroid() };
    }
    else if (name == "bowtie")
    {
      const double half = 0.32 * std::sin(0.6);
      const double reach = 0.32 * std::cos(0.6);
      loops = { { { 0.0, 0.0 }, { reach, -half }, { reach, half } },
        { { 0.0, 0.0 }, { -reach, half }, { -reach, -half } } };
    }
    else
    {
      loops = { spiral(numberIn(name, 0.6) * cell) };
    }
    for (Polygon& loop : loops)
    {
      loop = turned(loop, turn);
      for (Vec2& x : loop)
      {
        x = x + shift;
      }
    }
    truth->regions.push_back(makePolygonRegion(loops));
    truth->measure = perimeterOf(loops);
    return truth;
  }
  if (name == "coast")
  {
    // A circle of radius .32 about a point near an edge or a corner of the square.
    const double along = dice.uniform(-0.1, 1.1);
    const double off = dice.uniform(-0.1, 0.1);
    const Vec2 centres[4] = { { along, off }, { along, 1.0 + off }, { off, along },
      { 1.0 + off, along } };
    const Vec2 centre = centres[dice.below(4)];
    Polygon loop;
    for (int i = 0; i < 20000; ++i)
    {
      const double t = 2.0 * Pi * i / 20000;
      loop.push_back(centre + 0.32 * Vec2{ std::cos(t), std::sin(t) });
    }
    truth->regions.push_back(makeShape(Shape::Circle, centre, 0.32, 0.0));
    truth->measure = lengthInSquare({ loop });
    return truth;
  }
  if (name == "pier")
  {
    const Vec2 tip{ dice.uniform(0.2, 0.8), cell * dice.uniform(0.0, 1.5) };
    const double first = dice.uniform(0.0, 2.0 * Pi);
    return sectors(tip, { first, first + 0.5 * Pi });
  }
  if (name.rfind("filament", 0) == 0)
  {
    const double turn = dice.uniform(0.0, 2.0 * Pi);
    const double phase = dice.uniform(0.0, 2.0 * Pi);
    const Polygon loop = turned(filament(numberIn(name, 0.5) * cell, phase), turn);
    truth->regions.push_back(makePolygonRegion({ loop }));
    truth->measure = perimeterOf({ loop });
    return truth;
  }
  if (name == "triple")
  {
    const Vec2 tip = Vec2{ 0.5, 0.5 } + dice.point2(0.1);
    const double first = dice.uniform(0.0, 2.0 * Pi);
    const double second = first + dice.uniform(1.6, 2.5);
    return sectors(tip, { first, second, second + dice.uniform(1.6, 2.5) });
  }
  if (name == "quadrants")
  {
    const Vec2 tip = Vec2{ 0.5, 0.5 } + dice.point2(0.1);
    const double first = dice.uniform(0.0, 2.0 * Pi);
    return sectors(tip, { first, first + 0.5 * Pi, first + Pi, first + 1.5 * Pi });
  }
  if (name == "aligned")
  {
    // The junction in the middle of a cell, on a face, or at a vertex with the first line turned.
    const double middle = std::round(0.5 * n) * cell;
    const Vec2 shifts[3] = { { 0.5 * cell, 0.5 * cell }, { 0.3 * cell, 0.0 }, { 0.0, 0.0 } };
    const double first = seed % 3 == 2 ? 0.3 : 0.0;
    return sectors(Vec2{ middle, middle } + shifts[seed % 3], { first, 0.5 * Pi, Pi, 1.5 * Pi });
  }
  if (name.rfind("annulus", 0) == 0)
  {
    const Vec2 centre = centreOf(dice);
    const double width = numberIn(name, 0.5) * cell;
    truth->materials = 3;
    truth->nested = true;
    truth->regions.push_back(makeShape(Shape::Circle, centre, 0.3, 0.0));
    truth->regions.push_back(makeShape(Shape::Circle, centre, 0.3 + width, 0.0));
    truth->measure = 2.0 * Pi * (0.6 + width);
    return truth;
  }
  if (name == "layers")
  {
    return layers(cell, dice);
  }
  if (name == "islands")
  {
    return islands(n, dice);
  }
  return nullptr;
}

} // namespace mir::testing
