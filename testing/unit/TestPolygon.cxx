// Laws of polygons in the plane: moments, and how they behave under cuts and maps.
#include "RandomCells.h"

#include <gtest/gtest.h>

#include <numeric>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr double pi = 3.14159265358979323846;

Polygon regular(int n, double radius, double start)
{
  Polygon polygon;
  for (int i = 0; i < n; ++i)
  {
    const double angle = start + 2.0 * pi * i / n;
    polygon.push_back({ radius * std::cos(angle), radius * std::sin(angle) });
  }
  return polygon;
}

Polygon moved(Polygon polygon, Vec2 by)
{
  for (Vec2& p : polygon)
  {
    p = p + by;
  }
  return polygon;
}

Polygon scaled(Polygon polygon, double by)
{
  for (Vec2& p : polygon)
  {
    p = by * p;
  }
  return polygon;
}

Polygon turned(Polygon polygon, double angle)
{
  for (Vec2& p : polygon)
  {
    p = { std::cos(angle) * p.x - std::sin(angle) * p.y,
      std::sin(angle) * p.x + std::cos(angle) * p.y };
  }
  return polygon;
}

Polygon mirroredInX(Polygon polygon)
{
  for (Vec2& p : polygon)
  {
    p.x = -p.x;
  }
  std::reverse(polygon.begin(), polygon.end());
  return polygon;
}

double cutLength(const Polygon& polygon, Vec2 normal, double constant)
{
  double sum = 0.0;
  for (const auto& piece : cut(polygon, normal, constant))
  {
    sum += length(piece[1] - piece[0]);
  }
  return sum;
}

/// A line through the polygon: an arbitrary one, through a vertex, or along an edge.
std::pair<Vec2, double> randomLine(Dice& dice, const Polygon& polygon)
{
  const int n = static_cast<int>(polygon.size());
  const int i = dice.below(n);
  switch (dice.below(4))
  {
    case 0:
    {
      const Vec2 normal = dice.direction2();
      return { normal, dot(normal, polygon[i]) };
    }
    case 1:
    {
      const Vec2 d = polygon[(i + 1) % n] - polygon[i];
      const Vec2 normal = dice.below(2) ? Vec2{ d.y, -d.x } : Vec2{ -d.y, d.x };
      return { normal, dot(normal, polygon[i]) };
    }
    case 2:
    {
      const Vec2 d = polygon[dice.below(n)] - polygon[i];
      const Vec2 normal = dot(d, d) > 0.0 ? Vec2{ d.y, -d.x } : Vec2{ 1.0, 0.0 };
      return { normal, dot(normal, polygon[i]) };
    }
    default:
    {
      const Vec2 normal = dice.logUniform(1e-3, 1e3) * dice.direction2();
      return { normal, dot(normal, dice.point2(0.8)) };
    }
  }
}

TEST(TestPolygon, AreasAndPerimetersOfRegularPolygonsHaveClosedForms)
{
  for (int n = 3; n <= 100; ++n)
  {
    const Polygon polygon = regular(n, 2.5, 0.1 * n);
    EXPECT_NEAR(area(polygon) / (0.5 * n * 6.25 * std::sin(2.0 * pi / n)), 1.0, 1e-13);
    EXPECT_NEAR(perimeter(polygon) / (2.0 * n * 2.5 * std::sin(pi / n)), 1.0, 1e-13);
    EXPECT_NEAR(length(centroid(polygon)), 0.0, 1e-14);
  }
}

TEST(TestPolygon, CentroidsOfTrianglesAndTrapezaHaveClosedForms)
{
  Dice dice(11);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const Polygon triangle = convexPolygon(dice, 3);
    const Vec2 mean = 1.0 / 3.0 * (triangle[0] + triangle[1] + triangle[2]);
    EXPECT_LT(length(centroid(triangle) - mean), 1e-14);
    // Trapezium with the parallel sides a (below) and b, one height apart.
    const double a = dice.uniform(0.1, 2.0);
    const double b = dice.uniform(0.1, 2.0);
    const double h = dice.uniform(0.1, 2.0);
    const Polygon trapezium{ { 0.0, 0.0 }, { a, 0.0 }, { 0.3 + b, h }, { 0.3, h } };
    EXPECT_NEAR(area(trapezium), 0.5 * (a + b) * h, 1e-14);
    EXPECT_NEAR(centroid(trapezium).y, h / 3.0 * (a + 2.0 * b) / (a + b), 1e-14);
  }
}

TEST(TestPolygon, VanishingPolygonsHaveTheMeanAsCentroid)
{
  EXPECT_EQ(area({}), 0.0);
  EXPECT_EQ(area({ { 1.0, 2.0 }, { 3.0, 4.0 } }), 0.0);
  const Vec2 c = centroid({ { 1.0, 1.0 }, { 2.0, 2.0 }, { 6.0, 6.0 } });
  EXPECT_NEAR(c.x, 3.0, 1e-15);
  EXPECT_NEAR(c.y, 3.0, 1e-15);
}

TEST(TestPolygon, AreaBelowEqualsAnIndependentComputation)
{
  Dice dice(12);
  for (int kind = 0; kind < numberOfPolygonKinds; ++kind)
  {
    double worst = 0.0;
    for (int trial = 0; trial < 5000; ++trial)
    {
      const Polygon polygon = randomPolygon(dice, kind);
      const auto [normal, constant] = randomLine(dice, polygon);
      const Real expected = independentAreaBelow(polygon, normal, constant);
      const double error = static_cast<double>(areaBelow(polygon, normal, constant) - expected);
      worst = std::max(worst, std::abs(error) / area(polygon));
    }
    // The line moves by rounding: at most some 1e-16 of the size times the length of the cut.
    EXPECT_LT(worst, 1e-13) << polygonKindName(kind);
  }
}

TEST(TestPolygon, PartsOfACutSumToTheWholeInAreaAndMoment)
{
  Dice dice(13);
  for (int kind = 0; kind < numberOfPolygonKinds; ++kind)
  {
    for (int trial = 0; trial < 5000; ++trial)
    {
      const Polygon polygon = randomPolygon(dice, kind);
      const auto [normal, constant] = randomLine(dice, polygon);
      Polygon below;
      Polygon above;
      clip(polygon, normal, constant, below);
      clip(polygon, -normal, -constant, above);
      const double whole = area(polygon);
      ASSERT_NEAR(area(below) + area(above), whole, 1e-14) << polygonKindName(kind);
      const Vec2 moment = area(below) * centroid(below) + area(above) * centroid(above);
      ASSERT_LT(length(moment - whole * centroid(polygon)), 1e-13) << polygonKindName(kind);
    }
  }
}

TEST(TestPolygon, ManyCutsOneAfterTheOtherSumToTheWhole)
{
  Dice dice(14);
  for (int trial = 0; trial < 300; ++trial)
  {
    const Polygon whole = randomPolygon(dice, trial % numberOfPolygonKinds);
    std::vector<Polygon> parts{ whole };
    for (int cuts = 0; cuts < 6; ++cuts)
    {
      const auto [normal, constant] = randomLine(dice, whole);
      std::vector<Polygon> next;
      for (const Polygon& part : parts)
      {
        next.emplace_back();
        clip(part, normal, constant, next.back());
        next.emplace_back();
        clip(part, -normal, -constant, next.back());
      }
      parts = std::move(next);
    }
    double sum = 0.0;
    for (const Polygon& part : parts)
    {
      EXPECT_GE(area(part), -1e-14);
      sum += area(part);
    }
    EXPECT_NEAR(sum, area(whole), 1e-13);
  }
}

TEST(TestPolygon, ClippedPartsLieBelowTheLine)
{
  Dice dice(15);
  for (int trial = 0; trial < 5000; ++trial)
  {
    const Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    const auto [normal, constant] = randomLine(dice, polygon);
    Polygon below;
    clip(polygon, normal, constant, below);
    for (const Vec2& p : below)
    {
      ASSERT_LE(dot(normal, p) - constant, 1e-14 * length(normal));
    }
  }
}

TEST(TestPolygon, CutPiecesLieOnTheLineWithTheInsideOnTheirLeft)
{
  Dice dice(16);
  for (int trial = 0; trial < 20000; ++trial)
  {
    const int kind = trial % numberOfPolygonKinds;
    const Polygon polygon = randomPolygon(dice, kind);
    const auto [normal, constant] = randomLine(dice, polygon);
    const auto pieces = cut(polygon, normal, constant);
    if (kind <= 3)
    {
      ASSERT_LE(pieces.size(), 1u);
    }
    for (const auto& piece : pieces)
    {
      const Vec2 d = piece[1] - piece[0];
      for (const Vec2& p : piece)
      {
        ASSERT_NEAR(dot(normal, p), constant, 1e-14 * length(normal));
      }
      // The left of the piece is d turned by 90 degrees: down the normal.
      ASSERT_LE(dot(Vec2{ -d.y, d.x }, normal), 1e-14 * length(normal));
    }
  }
}

TEST(TestPolygon, LineBetweenVerticesAlwaysCuts)
{
  Dice dice(17);
  for (int trial = 0; trial < 20000; ++trial)
  {
    const Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    const auto [normal, constant] = randomLine(dice, polygon);
    int below = 0;
    for (const Vec2& p : polygon)
    {
      below += dot(normal, p) - constant < 0.0 ? 1 : 0;
    }
    const bool crosses = below > 0 && below < static_cast<int>(polygon.size());
    ASSERT_EQ(!cut(polygon, normal, constant).empty(), crosses);
  }
}

TEST(TestPolygon, LengthOfTheCutIsTheDerivativeOfTheArea)
{
  Dice dice(18);
  for (int kind = 0; kind < numberOfPolygonKinds; ++kind)
  {
    int compared = 0;
    for (int trial = 0; trial < 3000; ++trial)
    {
      const Polygon polygon = randomPolygon(dice, kind);
      const Vec2 normal = dice.direction2();
      const double constant = dot(normal, dice.point2(0.5));
      // Between two vertices' heights the area is quadratic: a centred difference is exact.
      const double step = 1e-3;
      bool clear = true;
      for (const Vec2& p : polygon)
      {
        clear = clear && std::abs(dot(normal, p) - constant) > step;
      }
      if (!clear)
      {
        continue;
      }
      ++compared;
      const Real slope = (independentAreaBelow(polygon, normal, Real(constant) + step) -
                           independentAreaBelow(polygon, normal, Real(constant) - step)) /
        (2 * Real(step));
      ASSERT_NEAR(cutLength(polygon, normal, constant), static_cast<double>(slope), 1e-12)
        << polygonKindName(kind);
    }
    EXPECT_GT(compared, 1000) << polygonKindName(kind);
  }
}

TEST(TestPolygon, LengthOfTheCutIsTheSameFromBothSides)
{
  Dice dice(19);
  for (int trial = 0; trial < 5000; ++trial)
  {
    const Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    const Vec2 normal = dice.direction2();
    const double constant = dot(normal, dice.point2(0.7));
    ASSERT_NEAR(
      cutLength(polygon, normal, constant), cutLength(polygon, -normal, -constant), 1e-14);
  }
}

TEST(TestPolygon, AreaDoesNotDependOnThePlace)
{
  Dice dice(20);
  // Coordinates that are multiples of 2^-20 stay exact after a shift by 1e6 = 2^6 * 15625.
  auto rounded = [](Polygon polygon) {
    for (Vec2& p : polygon)
    {
      p = { std::round(p.x * 1048576.0) / 1048576.0, std::round(p.y * 1048576.0) / 1048576.0 };
    }
    return polygon;
  };
  for (int trial = 0; trial < 5000; ++trial)
  {
    const Polygon polygon = rounded(randomPolygon(dice, trial % numberOfPolygonKinds));
    const Polygon far = moved(polygon, { 1e6, -1e6 });
    ASSERT_EQ(area(far), area(polygon));
    const Vec2 c = centroid(far) - Vec2{ 1e6, -1e6 };
    // A double near 1e6 has a grid of 1.2e-10.
    ASSERT_LT(length(c - centroid(polygon)), 2e-10);
  }
}

TEST(TestPolygon, ScalingByPowersOfTwoIsExactAndByPowersOfTenToRounding)
{
  Dice dice(21);
  for (int trial = 0; trial < 3000; ++trial)
  {
    const Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    const auto [normal, constant] = randomLine(dice, polygon);
    const double below = areaBelow(polygon, normal, constant);
    for (const double s : { 0x1p-30, 0x1p30 })
    {
      ASSERT_EQ(area(scaled(polygon, s)), s * s * area(polygon));
      ASSERT_EQ(areaBelow(scaled(polygon, s), normal, s * constant), s * s * below);
    }
    for (const double s : { 1e-9, 1e9 })
    {
      ASSERT_NEAR(area(scaled(polygon, s)) / (s * s), area(polygon), 1e-14);
      ASSERT_LT(length(1.0 / s * centroid(scaled(polygon, s)) - centroid(polygon)), 1e-13);
    }
  }
}

TEST(TestPolygon, MirrorsKeepAndReversalNegatesTheArea)
{
  Dice dice(22);
  for (int trial = 0; trial < 3000; ++trial)
  {
    Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    const auto [normal, constant] = randomLine(dice, polygon);
    const Polygon mirror = mirroredInX(polygon);
    ASSERT_NEAR(area(mirror), area(polygon), 1e-14);
    ASSERT_NEAR(areaBelow(mirror, { -normal.x, normal.y }, constant),
      areaBelow(polygon, normal, constant), 1e-14);
    const double angle = dice.uniform(0.0, 6.3);
    ASSERT_NEAR(area(turned(polygon, angle)), area(polygon), 1e-14);
    std::reverse(polygon.begin() + 1, polygon.end());
    ASSERT_NEAR(area(polygon), -area(mirror), 1e-14);
  }
}

TEST(TestPolygon, ClippedEdgesTellWhereTheyStemFrom)
{
  Dice dice(29);
  for (int trial = 0; trial < 60000; ++trial)
  {
    const Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    const Vec2 normal = dice.direction2();
    // Every other line passes through a vertex.
    const Vec2 vertex = polygon[dice.below(static_cast<int>(polygon.size()))];
    const double constant = trial % 4 < 2 ? dot(normal, vertex) : dice.uniform(-0.8, 0.8);
    Polygon below;
    std::vector<int> sources(3, 7);
    clip(polygon, normal, constant, below, &sources);
    ASSERT_EQ(sources.size(), below.size());
    for (std::size_t i = 0; i < below.size(); ++i)
    {
      const Vec2 a = below[i];
      const Vec2 b = below[(i + 1) % below.size()];
      ASSERT_GE(sources[i], -1);
      ASSERT_LT(sources[i], static_cast<int>(polygon.size()));
      if (sources[i] < 0)
      {
        ASSERT_NEAR(dot(normal, a), constant, 1e-14);
        ASSERT_NEAR(dot(normal, b), constant, 1e-14);
        continue;
      }
      // Along the edge it stems from, the same way round.
      const Vec2 start = polygon[sources[i]];
      const Vec2 edge = polygon[(sources[i] + 1) % polygon.size()] - start;
      ASSERT_NEAR(cross(edge, a - start), 0.0, 1e-14);
      ASSERT_NEAR(cross(edge, b - start), 0.0, 1e-14);
      ASSERT_GE(dot(edge, b - a), -1e-14);
    }
  }
}

} // namespace
