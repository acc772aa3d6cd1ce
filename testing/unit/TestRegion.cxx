// Laws of the ground truth in the plane: areas, fractions, inside and nearest points.
#include "RandomCells.h"

#include "data/Region.h"
#include "data/Shapes.h"

#include <gtest/gtest.h>

#include <string>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr double pi = 3.14159265358979323846;

constexpr Shape shapes[] = { Shape::Circle, Shape::Ellipse, Shape::Square, Shape::Star, Shape::Gear,
  Shape::ZalesakDisk, Shape::Spiral, Shape::TwoBodies };
const char* const shapeNames[] = { "circle", "ellipse", "square", "star", "gear", "Zalesak's disk",
  "spiral", "two bodies" };
constexpr int numberOfShapes = 8;

/// Area of a polygon whose vertices lie at equal angles at these radii: a sum of triangles.
double fanArea(const std::vector<double>& radii)
{
  double sum = 0.0;
  const int n = static_cast<int>(radii.size());
  for (int i = 0; i < n; ++i)
  {
    sum += 0.5 * radii[i] * radii[(i + 1) % n] * std::sin(2.0 * pi / n);
  }
  return sum;
}

std::vector<double> repeated(std::vector<double> pattern, int times)
{
  std::vector<double> all;
  for (int i = 0; i < times; ++i)
  {
    all.insert(all.end(), pattern.begin(), pattern.end());
  }
  return all;
}

Polygon rectangle(Vec2 low, Vec2 high)
{
  return { low, { high.x, low.y }, high, { low.x, high.y } };
}

/// Splits a counter-clockwise quad along a random zigzag from its first to its third corner.
std::array<Polygon, 2> zigzag(Dice& dice, const Polygon& quad)
{
  Polygon path;
  const Vec2 middle = 0.25 * (quad[0] + quad[1] + quad[2] + quad[3]);
  for (const double t : { 0.25, 0.5, 0.75 })
  {
    // On the diagonal, moved a little towards the corners beside it.
    const Vec2 p = quad[0] + t * (quad[2] - quad[0]);
    const double towards = dice.uniform(-0.3, 0.3);
    const Vec2 corner = towards > 0.0 ? quad[1] : quad[3];
    path.push_back(p + std::abs(towards) * (0.5 * (corner + middle) - p));
  }
  Polygon first{ quad[0], quad[1], quad[2] };
  first.insert(first.end(), path.rbegin(), path.rend());
  Polygon second{ quad[2], quad[3], quad[0] };
  second.insert(second.end(), path.begin(), path.end());
  return { first, second };
}

/// Cells that tile [-1.2, 1.2]^2: distorted quads; the same in triangles; pieces cut at random;
/// and non-convex pieces.
std::vector<Polygon> tiling(Dice& dice, int kind, int n)
{
  std::vector<Vec2> points;
  for (int j = 0; j <= n; ++j)
  {
    for (int i = 0; i <= n; ++i)
    {
      const double wx = i > 0 && i < n ? dice.uniform(-0.25, 0.25) : 0.0;
      const double wy = j > 0 && j < n ? dice.uniform(-0.25, 0.25) : 0.0;
      points.push_back({ -1.2 + 2.4 * (i + wx) / n, -1.2 + 2.4 * (j + wy) / n });
    }
  }
  std::vector<Polygon> cells;
  for (int j = 0; j < n; ++j)
  {
    for (int i = 0; i < n; ++i)
    {
      const int a = j * (n + 1) + i;
      const Polygon quad{ points[a], points[a + 1], points[a + n + 2], points[a + n + 1] };
      switch (kind)
      {
        case 0:
          cells.push_back(quad);
          break;
        case 1:
          cells.push_back({ quad[0], quad[1], quad[2] });
          cells.push_back({ quad[0], quad[2], quad[3] });
          break;
        case 2:
        {
          const Vec2 normal = dice.direction2();
          const double constant = dot(normal, centroid(quad));
          Polygon part;
          clip(quad, normal, constant, part);
          cells.push_back(part);
          clip(quad, -normal, -constant, part);
          cells.push_back(part);
          break;
        }
        default:
          for (const Polygon& part : zigzag(dice, quad))
          {
            cells.push_back(part);
          }
      }
    }
  }
  return cells;
}

/// Area of the part of a polygon in a convex cell, as Sutherland and Hodgman (1974) have it, in
/// extended precision; nothing of the library's.
Real clippedArea(const Polygon& subject, const Polygon& cell)
{
  struct P
  {
    Real x, y;
  };
  std::vector<P> part;
  for (const Vec2& p : subject)
  {
    part.push_back({ p.x, p.y });
  }
  for (std::size_t e = 0; e < cell.size(); ++e)
  {
    const Vec2 a = cell[e];
    const Vec2 b = cell[(e + 1) % cell.size()];
    auto side = [&](const P& p) {
      return (Real(b.x) - a.x) * (p.y - a.y) - (Real(b.y) - a.y) * (p.x - a.x);
    };
    std::vector<P> next;
    for (std::size_t i = 0; i < part.size(); ++i)
    {
      const P p = part[i];
      const P q = part[(i + 1) % part.size()];
      const Real sp = side(p);
      const Real sq = side(q);
      if (sp >= 0)
      {
        next.push_back(p);
      }
      if ((sp > 0 && sq < 0) || (sp < 0 && sq > 0))
      {
        const Real t = sp / (sp - sq);
        next.push_back({ p.x + t * (q.x - p.x), p.y + t * (q.y - p.y) });
      }
    }
    part = std::move(next);
  }
  Real twice = 0;
  for (std::size_t i = 2; i < part.size(); ++i)
  {
    twice += (part[i - 1].x - part[0].x) * (part[i].y - part[0].y) -
      (part[i - 1].y - part[0].y) * (part[i].x - part[0].x);
  }
  return twice / 2;
}

/// Area of [x0, x1] x [y0, y1] in the unit disk about the origin by quadrature, x = sin t: smooth
/// between the points where the circle crosses a side, and so exact with 20 Gauss points a piece.
Real rectangleInUnitDisk(Real x0, Real x1, Real y0, Real y1)
{
  auto clampUnit = [](Real v) { return std::clamp<Real>(v, -1, 1); };
  std::vector<Real> stops{ std::asin(clampUnit(x0)), std::asin(clampUnit(x1)) };
  for (const Real y : { y0, y1 })
  {
    if (std::abs(y) < 1)
    {
      const Real t = std::acos(std::abs(y));
      for (const Real stop : { t, -t })
      {
        if (stop > stops[0] && stop < stops[1])
        {
          stops.push_back(stop);
        }
      }
    }
  }
  std::sort(stops.begin(), stops.end());
  // Gauss-Legendre nodes by Newton's method on the Legendre polynomial.
  constexpr int n = 20;
  Real sum = 0;
  for (int i = 0; i < n; ++i)
  {
    Real z = std::cos(3.14159265358979323846264338L * (i + 0.75L) / (n + 0.5L));
    Real slope = 0;
    for (int iteration = 0; iteration < 10; ++iteration)
    {
      Real p0 = 1;
      Real p1 = z;
      for (int k = 2; k <= n; ++k)
      {
        const Real p2 = ((2 * k - 1) * z * p1 - (k - 1) * p0) / k;
        p0 = p1;
        p1 = p2;
      }
      slope = n * (z * p1 - p0) / (z * z - 1);
      z -= p1 / slope;
    }
    const Real weight = 2 / ((1 - z * z) * slope * slope);
    for (std::size_t s = 0; s + 1 < stops.size(); ++s)
    {
      const Real half = (stops[s + 1] - stops[s]) / 2;
      const Real t = stops[s] + half * (1 + z);
      const Real top = std::min(y1, std::cos(t));
      const Real bottom = std::max(y0, -std::cos(t));
      sum += weight * half * std::max<Real>(0, top - bottom) * std::cos(t);
    }
  }
  return sum;
}

TEST(TestRegion, AreasAreThoseOfTheDefinitions)
{
  const double h = 1.0 / 6.0;
  const double slot = 2.0 * h * 2.0 / 3.0 + h * std::sqrt(1.0 - h * h) + std::asin(h);
  const double expected[] = { pi, 0.6 * pi, 2.0, fanArea(repeated({ 1.0, 0.45 }, 5)),
    fanArea(repeated({ 1.0, 1.0, 0.8, 0.8 }, 8)), pi - slot, 0.0, 2.0 * pi * 0.42 * 0.42 };
  Dice dice(81);
  for (int trial = 0; trial < 50; ++trial)
  {
    const double radius = dice.logUniform(1e-9, 1e9);
    const Vec2 centre = radius * dice.point2(10.0);
    const double angle = dice.uniform(-10.0, 10.0);
    for (int s = 0; s < numberOfShapes; ++s)
    {
      if (shapes[s] != Shape::Spiral)
      {
        const Region region = makeShape(shapes[s], centre, radius, angle);
        EXPECT_NEAR(region.area() / (radius * radius), expected[s], 1e-12) << shapeNames[s];
      }
    }
  }
}

TEST(TestRegion, SpiralHasTheAreaOfATubeAboutItsMiddleLine)
{
  // A strip of half width w along a curve covers 2 w times its length, if it does not overlap.
  // r = a + g t in polar coordinates; its length has a closed form.
  const double turn = 2.25 * 2.0 * pi;
  const double g = (0.925 - 0.1) / turn;
  auto primitive = [g](double r) {
    return 0.5 / g * (r * std::sqrt(r * r + g * g) + g * g * std::asinh(r / g));
  };
  const double tube = 2.0 * 0.075 * (primitive(0.925) - primitive(0.1));
  // Each side is drawn in 512 chords of q radians, which lose q^2 / 12 times the integral of
  // x' cross x'' over the angle: kappa v^3 (1 +- w kappa)^2 for the two curves parallel to one of
  // curvature kappa and speed v. The difference of the two sides, by Simpson's rule:
  const double q = turn / 512.0;
  constexpr int n = 20000;
  double integral = 0.0;
  for (int i = 0; i <= n; ++i)
  {
    const double r = 0.1 + (0.925 - 0.1) * i / n;
    const double v = std::sqrt(r * r + g * g);
    const double kappa = (r * r + 2.0 * g * g) / (v * v * v);
    integral += (i == 0 || i == n ? 1.0 : i % 2 ? 4.0 : 2.0) * kappa * kappa * v * v * v;
  }
  const double loss = q * q / 12.0 * 4.0 * 0.075 * integral * turn / (3.0 * n);
  // What is left is of the next order.
  EXPECT_NEAR(makeShape(Shape::Spiral, { 0.0, 0.0 }, 1.0, 0.0).area(), tube - loss, q * q * q * q);
}

TEST(TestRegion, ShapesFitInTheirCircle)
{
  for (int s = 0; s < numberOfShapes; ++s)
  {
    double farthest = 0.0;
    const Region region = makeShape(shapes[s], { 3.0, -2.0 }, 0.5, 0.7);
    for (const Polygon& loop : region.outline(720))
    {
      for (const Vec2& p : loop)
      {
        farthest = std::max(farthest, length(p - Vec2{ 3.0, -2.0 }));
      }
    }
    EXPECT_LE(farthest, 0.5 * (1.0 + 3e-3)) << shapeNames[s]; // the spiral's corner overhangs
    EXPECT_GE(farthest, 0.45) << shapeNames[s];
  }
}

TEST(TestRegion, PartsInACoveringMeshSumToTheArea)
{
  Dice dice(82);
  for (int s = 0; s < numberOfShapes; ++s)
  {
    for (int kind = 0; kind < 4; ++kind)
    {
      for (const int n : { 3, 16, 50 })
      {
        const Region region =
          makeShape(shapes[s], dice.point2(0.1), dice.uniform(0.3, 1.0), dice.uniform(0.0, 6.3));
        double sum = 0.0;
        double cells = 0.0;
        for (const Polygon& cell : tiling(dice, kind, n))
        {
          const double part = region.areaInside(cell);
          EXPECT_GE(part, -1e-14);
          EXPECT_LE(part, area(cell) + 1e-14);
          EXPECT_NEAR(region.fraction(cell) * area(cell), part, 1e-13 * area(cell) + 1e-15);
          sum += part;
          cells += area(cell);
        }
        EXPECT_NEAR(cells, 2.4 * 2.4, 1e-12);
        EXPECT_NEAR(sum / region.area(), 1.0, 1e-12) << shapeNames[s] << ", " << n;
      }
    }
  }
}

TEST(TestRegion, PartsOfACutCellSumToTheWhole)
{
  Dice dice(83);
  for (int s = 0; s < numberOfShapes; ++s)
  {
    const Region region = makeShape(shapes[s], { 0.0, 0.0 }, 1.0, 0.3);
    for (int trial = 0; trial < 2000; ++trial)
    {
      // Cells from as large as the shape down to 1 / 1000 of it.
      const double size = dice.logUniform(1e-3, 1.0);
      const Vec2 centre = dice.point2(1.0);
      Polygon cell = randomPolygon(dice, trial % numberOfPolygonKinds);
      for (Vec2& p : cell)
      {
        p = centre + size * p;
      }
      const Vec2 normal = dice.direction2();
      const double constant = dot(normal, centre + 0.2 * size * dice.direction2());
      Polygon below;
      Polygon above;
      clip(cell, normal, constant, below);
      clip(cell, -normal, -constant, above);
      // The ends of the cut are rounded in coordinates of about 1.
      ASSERT_NEAR(region.areaInside(below) + region.areaInside(above), region.areaInside(cell),
        1e-15 * perimeter(cell))
        << shapeNames[s] << " " << polygonKindName(trial % numberOfPolygonKinds);
    }
  }
}

TEST(TestRegion, ClockwiseCellsCountNegative)
{
  Dice dice(84);
  const Region region = makeShape(Shape::ZalesakDisk, { 0.0, 0.0 }, 1.0, 0.3);
  for (int trial = 0; trial < 2000; ++trial)
  {
    Polygon cell = randomPolygon(dice, trial % numberOfPolygonKinds);
    const double inside = region.areaInside(cell);
    std::reverse(cell.begin(), cell.end());
    ASSERT_NEAR(region.areaInside(cell), -inside, 1e-14);
  }
}

TEST(TestRegion, PolygonsAndTheirComplementsFillEveryCell)
{
  Dice dice(85);
  for (int trial = 0; trial < 300; ++trial)
  {
    const Polygon body = randomPolygon(dice, 1 + trial % (numberOfPolygonKinds - 1));
    Polygon hole = body;
    std::reverse(hole.begin(), hole.end());
    const Region inside = makePolygonRegion({ body });
    const Region outside = makePolygonRegion({ rectangle({ -5.0, -5.0 }, { 5.0, 5.0 }), hole });
    for (const Polygon& cell : tiling(dice, trial % 4, 6))
    {
      ASSERT_NEAR(inside.areaInside(cell) + outside.areaInside(cell), area(cell), 1e-14);
      ASSERT_NEAR(inside.fraction(cell) + outside.fraction(cell), 1.0, 1e-12);
    }
  }
}

TEST(TestRegion, PolygonInAConvexCellIsThePolygonClippedByTheCell)
{
  Dice dice(86);
  double worst = 0.0;
  for (int trial = 0; trial < 4000; ++trial)
  {
    const Polygon body = randomPolygon(dice, trial % numberOfPolygonKinds);
    // A hole that is sure to lie inside.
    Polygon hole;
    std::vector<Polygon> loops{ body };
    if (trial % numberOfPolygonKinds == 4)
    {
      hole = convexPolygon(dice, 5);
      for (Vec2& p : hole)
      {
        p = 0.05 * p;
      }
      std::reverse(hole.begin(), hole.end());
      loops.push_back(hole);
    }
    const Region region = makePolygonRegion(loops);
    const double size = dice.logUniform(1e-3, 1.5);
    const Vec2 centre = dice.point2(1.0);
    Polygon cell = convexPolygon(dice, 3 + dice.below(6));
    for (Vec2& p : cell)
    {
      p = centre + size * p;
    }
    Real expected = clippedArea(body, cell);
    if (!hole.empty())
    {
      expected += clippedArea(hole, cell);
    }
    worst = std::max(
      worst, std::abs(static_cast<double>(region.areaInside(cell) - expected)) / area(cell));
  }
  EXPECT_LT(worst, 1e-12);
}

TEST(TestRegion, EdgesOnCellFacesLeavePureCellsPure)
{
  // A square whose edges lie on mesh lines: cells are exactly full or empty.
  const Region region = makePolygonRegion({ rectangle({ 0.25, 0.25 }, { 0.75, 0.5 }) });
  for (int j = 0; j < 16; ++j)
  {
    for (int i = 0; i < 16; ++i)
    {
      const Polygon cell = rectangle({ i / 16.0, j / 16.0 }, { (i + 1) / 16.0, (j + 1) / 16.0 });
      const bool inside = i >= 4 && i < 12 && j >= 4 && j < 8;
      EXPECT_EQ(region.fraction(cell), inside ? 1.0 : 0.0);
    }
  }
}

TEST(TestRegion, SmallCellsOnACircleEqualAQuadrature)
{
  Dice dice(87);
  const Region disk = makeShape(Shape::Circle, { 0.0, 0.0 }, 1.0, 0.0);
  double worst = 0.0;
  for (int trial = 0; trial < 3000; ++trial)
  {
    const double angle = trial % 7 == 0 ? 0.5 * pi * dice.below(4) : dice.uniform(0.0, 2.0 * pi);
    // Thin cells too, down to 1 / 1000 of the radius.
    const double w = dice.logUniform(1e-3, 1.0);
    const double h = dice.logUniform(1e-3, 1.0);
    const Vec2 low{ std::cos(angle) - w * dice.uniform(), std::sin(angle) - h * dice.uniform() };
    const Vec2 high = low + Vec2{ w, h };
    const Polygon cell = rectangle(low, high);
    const Real expected = rectangleInUnitDisk(low.x, high.x, low.y, high.y);
    const Real whole = (Real(high.x) - low.x) * (Real(high.y) - low.y);
    for (const double found : { disk.areaInside(cell), areaInDisk(cell, { 0.0, 0.0 }, 1.0) })
    {
      worst = std::max(worst, std::abs(static_cast<double>((found - expected) / whole)));
    }
  }
  EXPECT_LT(worst, 1e-12);
}

TEST(TestRegion, DiskInAPolygonAboutItIsWholeAndItsSectorsAreAngles)
{
  Dice dice(88);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const double radius = dice.logUniform(1e-3, 1e3);
    const Vec2 centre = radius * dice.point2(3.0);
    Polygon around = convexPolygon(dice, 3 + dice.below(6));
    for (Vec2& p : around)
    {
      p = centre + 1000.0 * radius * p;
    }
    const bool about =
      clippedArea(
        around, rectangle(centre - Vec2{ radius, radius }, centre + Vec2{ radius, radius })) >
      Real(4) * radius * radius * (1 - 1e-12L);
    if (about)
    {
      EXPECT_NEAR(areaInDisk(around, centre, radius) / (pi * radius * radius), 1.0, 1e-12);
    }
    // A triangle from the centre that reaches out of the disk holds a sector.
    const double a = dice.uniform(0.0, 6.0);
    const double sector = dice.uniform(0.01, 2.5);
    const double reach = 1.01 * radius / std::cos(0.5 * sector);
    const Polygon triangle{ centre, centre + reach * Vec2{ std::cos(a), std::sin(a) },
      centre + reach * Vec2{ std::cos(a + sector), std::sin(a + sector) } };
    EXPECT_NEAR(
      areaInDisk(triangle, centre, radius) / (0.5 * radius * radius * sector), 1.0, 1e-11);
  }
}

TEST(TestRegion, PolygonsWithManySegmentsConvergeToTheArcsWithOrderTwo)
{
  for (const Shape shape : { Shape::Circle, Shape::Ellipse, Shape::ZalesakDisk, Shape::TwoBodies })
  {
    const Region exact = makeShape(shape, { 0.1, -0.05 }, 0.9, 0.4);
    Dice dice(89);
    const auto cells = tiling(dice, 0, 12);
    double before = 0.0;
    for (int segments = 256; segments <= 4096; segments *= 2)
    {
      const Region polygons = makePolygonRegion(exact.outline(segments));
      double difference = 0.0;
      for (const Polygon& cell : cells)
      {
        difference += std::abs(exact.areaInside(cell) - polygons.areaInside(cell));
      }
      if (before > 0.0)
      {
        EXPECT_NEAR(std::log2(before / difference), 2.0, 0.1)
          << shapeNames[static_cast<int>(shape)];
      }
      before = difference;
    }
  }
}

TEST(TestRegion, CircleAsAPolygonHasThePolygonsArea)
{
  const Region circle = makeShape(Shape::Circle, { 0.3, 0.4 }, 2.0, 0.9);
  for (const int n : { 8, 100, 720 })
  {
    EXPECT_NEAR(
      makePolygonRegion(circle.outline(n)).area(), 0.5 * n * 4.0 * std::sin(2.0 * pi / n), 1e-12);
  }
}

TEST(TestRegion, FractionsFollowMovesScalesAndTurns)
{
  Dice dice(90);
  for (int s = 0; s < numberOfShapes; ++s)
  {
    for (int trial = 0; trial < 500; ++trial)
    {
      const double angle = dice.uniform(0.0, 6.3);
      const Region region = makeShape(shapes[s], { 0.0, 0.0 }, 1.0, angle);
      Polygon cell = convexPolygon(dice, 4);
      const Vec2 centre = dice.point2(1.0);
      const double size = dice.logUniform(0.01, 0.5);
      for (Vec2& p : cell)
      {
        p = centre + size * p;
        p = { std::round(p.x * 0x1p30) / 0x1p30, std::round(p.y * 0x1p30) / 0x1p30 };
      }
      const double fraction = region.fraction(cell);
      for (const double scale : { 1e-9, 1e9 })
      {
        Polygon other = cell;
        for (Vec2& p : other)
        {
          p = scale * p;
        }
        ASSERT_NEAR(
          makeShape(shapes[s], { 0.0, 0.0 }, scale, angle).fraction(other), fraction, 1e-12)
          << shapeNames[s];
      }
      // A shift by 2^20 leaves the multiples of 2^-30 as they are.
      Polygon far = cell;
      for (Vec2& p : far)
      {
        p = p + Vec2{ 0x1p20, -0x1p20 };
      }
      ASSERT_NEAR(
        makeShape(shapes[s], { 0x1p20, -0x1p20 }, 1.0, angle).fraction(far), fraction, 1e-12)
        << shapeNames[s];
      const double turn = dice.uniform(0.0, 6.3);
      Polygon turned = cell;
      for (Vec2& p : turned)
      {
        p = { std::cos(turn) * p.x - std::sin(turn) * p.y,
          std::sin(turn) * p.x + std::cos(turn) * p.y };
      }
      // Rounding moves the turned vertices by 1e-16, in cells down to 0.01.
      ASSERT_NEAR(
        makeShape(shapes[s], { 0.0, 0.0 }, 1.0, angle + turn).fraction(turned), fraction, 1e-12)
        << shapeNames[s];
    }
  }
}

TEST(TestRegion, CellsThatTheBoundaryDoesNotTouchAreExactlyFullOrEmpty)
{
  Dice dice(91);
  for (int s = 0; s < numberOfShapes; ++s)
  {
    const Region region = makeShape(shapes[s], { 0.2, 0.1 }, 0.8, 0.5);
    int inside = 0;
    for (int trial = 0; trial < 5000; ++trial)
    {
      const Vec2 point = Vec2{ 0.2, 0.1 } + dice.point2(0.9);
      const NearestPoint nearest = region.nearest(point);
      ASSERT_EQ(nearest.signedDistance < 0.0, region.contains(point)) << shapeNames[s];
      // A cell of any kind that fits between the point and the boundary.
      const double reach =
        std::min(0.7 * std::abs(nearest.signedDistance), dice.logUniform(1e-5, 1.0));
      Polygon cell = convexPolygon(dice, 3 + dice.below(4));
      for (Vec2& p : cell)
      {
        p = point + reach * p;
      }
      ASSERT_EQ(region.fraction(cell), region.contains(point) ? 1.0 : 0.0)
        << shapeNames[s] << ", cell of " << reach;
      inside += region.contains(point) ? 1 : 0;
    }
    EXPECT_GT(inside, 200) << shapeNames[s];
  }
}

TEST(TestRegion, NearestPointsAreOnTheBoundaryAndNoOutlinePointIsNearer)
{
  Dice dice(92);
  for (int s = 0; s < numberOfShapes; ++s)
  {
    const Region region = makeShape(shapes[s], { 0.2, 0.1 }, 0.8, 0.5);
    constexpr int resolution = 20000;
    const auto outline = region.outline(resolution);
    // Samples, also along straight edges, at most this far apart.
    const double spacing = 2.0 * pi * 0.8 / resolution;
    std::vector<Vec2> samples;
    for (const Polygon& loop : outline)
    {
      for (std::size_t i = 0; i < loop.size(); ++i)
      {
        const Vec2 d = loop[(i + 1) % loop.size()] - loop[i];
        const int count = std::max(1, static_cast<int>(std::ceil(length(d) / spacing)));
        for (int k = 0; k < count; ++k)
        {
          samples.push_back(loop[i] + static_cast<double>(k) / count * d);
        }
      }
    }
    for (int trial = 0; trial < 300; ++trial)
    {
      const Vec2 point = Vec2{ 0.2, 0.1 } + dice.point2(trial % 3 == 0 ? 5.0 : 1.0);
      const NearestPoint nearest = region.nearest(point);
      double least = 1e300;
      for (const Vec2& sample : samples)
      {
        least = std::min(least, length(sample - point));
      }
      const double distance = std::abs(nearest.signedDistance);
      ASSERT_NEAR(length(nearest.point - point), distance, 1e-14);
      ASSERT_NEAR(length(nearest.normal), 1.0, 1e-14);
      // A chord leaves its arc by a quarter of the sagitta of two: spacing^2 / (8 radius).
      ASSERT_LE(distance, least + spacing * spacing) << shapeNames[s];
      ASSERT_GE(distance, least - spacing) << shapeNames[s];
      ASSERT_LT(std::abs(region.nearest(nearest.point).signedDistance), 1e-12) << shapeNames[s];
    }
  }
}

TEST(TestRegion, DistanceToSmoothBoundariesIsAlongTheNormal)
{
  Dice dice(93);
  for (const Shape shape : { Shape::Circle, Shape::Ellipse, Shape::TwoBodies })
  {
    const Region region = makeShape(shape, { 0.2, 0.1 }, 0.8, 0.5);
    for (int trial = 0; trial < 3000; ++trial)
    {
      const Vec2 point = Vec2{ 0.2, 0.1 } + dice.point2(1.2);
      const NearestPoint nearest = region.nearest(point);
      const Vec2 along = nearest.point + nearest.signedDistance * nearest.normal;
      ASSERT_LT(length(along - point), 1e-12) << shapeNames[static_cast<int>(shape)];
    }
  }
}

TEST(TestRegion, DistancesToACircleAndToItsCentreHaveClosedForms)
{
  Dice dice(94);
  const Region region = makeShape(Shape::Circle, { 0.2, 0.1 }, 0.8, 0.5);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const Vec2 point = dice.point2(3.0);
    ASSERT_NEAR(
      region.nearest(point).signedDistance, length(point - Vec2{ 0.2, 0.1 }) - 0.8, 1e-14);
  }
  // The ellipse's centre is nearest to the ends of the short axis.
  const Region ellipse = makeShape(Shape::Ellipse, { 0.2, 0.1 }, 0.8, 0.5);
  EXPECT_NEAR(ellipse.nearest({ 0.2, 0.1 }).signedDistance, -0.6 * 0.8, 1e-12);
}

TEST(TestRegion, NormalsPointOutOfTheRegion)
{
  Dice dice(95);
  for (int s = 0; s < numberOfShapes; ++s)
  {
    const Region region = makeShape(shapes[s], { 0.0, 0.0 }, 1.0, 0.2);
    for (int trial = 0; trial < 1000; ++trial)
    {
      const NearestPoint nearest = region.nearest(dice.point2(1.2));
      // At corners a normal may graze the other edge: step away from both sides of smooth points.
      const NearestPoint out = region.nearest(nearest.point + 1e-6 * nearest.normal);
      const NearestPoint in = region.nearest(nearest.point - 1e-6 * nearest.normal);
      if (std::abs(std::abs(out.signedDistance) - 1e-6) < 1e-9 &&
        std::abs(std::abs(in.signedDistance) - 1e-6) < 1e-9)
      {
        ASSERT_GT(out.signedDistance, 0.0) << shapeNames[s];
        ASSERT_LT(in.signedDistance, 0.0) << shapeNames[s];
      }
    }
  }
}

TEST(TestRegion, OutlinesRunWithTheRegionOnTheirLeft)
{
  const Region ring = makePolygonRegion(
    { rectangle({ 0.0, 0.0 }, { 4.0, 4.0 }), { { 1, 1 }, { 1, 3 }, { 3, 3 }, { 3, 1 } } });
  EXPECT_EQ(ring.area(), 12.0);
  EXPECT_FALSE(ring.contains({ 2.0, 2.0 }));
  EXPECT_TRUE(ring.contains({ 0.5, 2.0 }));
  EXPECT_NEAR(ring.nearest({ 2.0, 1.5 }).signedDistance, 0.5, 1e-15);
  EXPECT_NEAR(ring.nearest({ 0.5, 2.0 }).signedDistance, -0.5, 1e-15);
  for (int s = 0; s < numberOfShapes; ++s)
  {
    const Region region = makeShape(shapes[s], { 0.0, 0.0 }, 1.0, 0.0);
    double sum = 0.0;
    for (const Polygon& loop : region.outline(720))
    {
      sum += static_cast<double>(independentArea(loop));
    }
    // 720 segments a circle lack (2 pi / 720)^2 / 6 of its area.
    EXPECT_NEAR(sum / region.area(), 1.0, 2e-5) << shapeNames[s];
  }
}

} // namespace
