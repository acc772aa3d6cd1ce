// Laws of closing an interface along a cell's boundary, and of the traces on its edges.
#include "data/CellRegion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mir;

namespace {

constexpr double Pi = 3.14159265358979323846;
using Segments = std::vector<std::array<Vec2, 2>>;

class Random
{
public:
  explicit Random(unsigned seed)
    : Engine(seed)
  {}
  double operator()(double low, double high)
  {
    return std::uniform_real_distribution<double>(low, high)(this->Engine);
  }
  std::mt19937& engine() { return this->Engine; }

private:
  std::mt19937 Engine;
};

/// Star-shaped about the origin, of diameter about 2: convex for few vertices, mostly not for many.
Polygon randomCell(Random& random)
{
  const int n = static_cast<int>(random(3.0, 12.0));
  Polygon cell;
  for (int i = 0; i < n; ++i)
  {
    const double angle = 2.0 * Pi * (i + random(0.0, 0.8)) / n;
    const double radius = random(0.3, 1.0);
    cell.push_back({ radius * std::cos(angle), radius * std::sin(angle) });
  }
  return cell;
}

Vec2 randomDirection(Random& random)
{
  const double angle = random(0.0, 2.0 * Pi);
  return { std::cos(angle), std::sin(angle) };
}

Segments reversed(const Segments& segments)
{
  Segments result;
  for (const auto& s : segments)
  {
    result.push_back({ s[1], s[0] });
  }
  return result;
}

/// A closed chain round a polygon, with the polygon on its left.
Segments outlineOf(const Polygon& polygon)
{
  Segments segments;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    segments.push_back({ polygon[i], polygon[(i + 1) % polygon.size()] });
  }
  return segments;
}

Segments joined(Segments a, const Segments& b)
{
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Polygon unitSquare{ { 0.0, 0.0 }, { 1.0, 0.0 }, { 1.0, 1.0 }, { 0.0, 1.0 } };

/// Areas of cells of size 1 are exact to this: some tens of roundings.
constexpr double Rounding = 1e-14;

} // namespace

TEST(CellRegion, ClosesTheCutOfAHalfPlaneToItsPartBelow)
{
  Random random(1);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const Polygon cell = randomCell(random);
    const Vec2 normal = randomDirection(random);
    const double d = random(-0.5, 0.5);
    const Segments pieces = cut(cell, normal, d);
    if (!pieces.empty())
    {
      EXPECT_NEAR(closeRegion(cell, pieces).area(), areaBelow(cell, normal, d), Rounding) << trial;
    }
  }
}

TEST(CellRegion, TracesOfAHalfPlaneAreTheEdgesPartsBelow)
{
  Random random(2);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const Polygon cell = randomCell(random);
    const Vec2 normal = randomDirection(random);
    const double d = random(-0.5, 0.5);
    const Segments pieces = cut(cell, normal, d);
    if (pieces.empty())
    {
      continue;
    }
    const CellRegion region = closeRegion(cell, pieces);
    for (std::size_t e = 0; e < cell.size(); ++e)
    {
      const double a = dot(normal, cell[e]) - d;
      const double b = dot(normal, cell[(e + 1) % cell.size()]) - d;
      const double below = a < 0.0 && b < 0.0 ? 1.0
        : a < 0.0                             ? a / (a - b)
        : b < 0.0                             ? b / (b - a)
                                              : 0.0;
      // A line nearly along an edge loses the digits of its height over the edge's ends.
      const double tolerance = Rounding * (1.0 + 1.0 / std::abs(a - b));
      EXPECT_NEAR(traceLength(region, static_cast<int>(e)), below, tolerance) << trial;
    }
  }
}

TEST(CellRegion, RegionAndComplementFillTheCellAndItsEdges)
{
  Random random(3);
  for (int trial = 0; trial < 1000; ++trial)
  {
    const Polygon cell = randomCell(random);
    const Vec2 normal = randomDirection(random);
    Segments segments = cut(cell, normal, random(-0.2, 0.2));
    if (segments.empty())
    {
      continue;
    }
    if (trial % 2 == 0)
    {
      segments = joined(segments, reversed(cut(cell, normal, random(-0.5, -0.25))));
    }
    const CellRegion region = closeRegion(cell, segments);
    const CellRegion rest = closeRegion(cell, reversed(segments));
    EXPECT_NEAR(region.area() + rest.area(), area(cell), Rounding);
    for (int e = 0; e < static_cast<int>(cell.size()); ++e)
    {
      EXPECT_NEAR(traceLength(region, e) + traceLength(rest, e), 1.0, Rounding);
    }
  }
}

TEST(CellRegion, TwoLinesBoundAFilm)
{
  Random random(4);
  for (int trial = 0; trial < 1000; ++trial)
  {
    const Polygon cell = randomCell(random);
    const Vec2 normal = randomDirection(random);
    const double low = random(-0.25, 0.0);
    const double high = low + std::pow(10.0, random(-6.0, -0.6));
    const Segments lines = joined(cut(cell, normal, high), reversed(cut(cell, normal, low)));
    EXPECT_NEAR(closeRegion(cell, lines).area(),
      areaBelow(cell, normal, high) - areaBelow(cell, normal, low), Rounding)
      << trial;
  }
}

TEST(CellRegion, ClosedChainsAreIslandsAndHoles)
{
  const Polygon inner{ { 0.3, 0.2 }, { 0.8, 0.3 }, { 0.5, 0.7 } };
  const Polygon innermost{ { 0.5, 0.35 }, { 0.55, 0.35 }, { 0.5, 0.4 } };
  const Segments island = outlineOf(inner);
  EXPECT_NEAR(closeRegion(unitSquare, island).area(), area(inner), Rounding);
  EXPECT_EQ(traceLength(closeRegion(unitSquare, island), 0), 0.0);
  const Segments hole = reversed(island);
  EXPECT_NEAR(closeRegion(unitSquare, hole).area(), 1.0 - area(inner), Rounding);
  EXPECT_EQ(traceLength(closeRegion(unitSquare, hole), 0), 1.0);
  // A hole in an island, and an island in a hole.
  EXPECT_NEAR(closeRegion(unitSquare, joined(island, reversed(outlineOf(innermost)))).area(),
    area(inner) - area(innermost), Rounding);
  EXPECT_NEAR(closeRegion(unitSquare, joined(hole, outlineOf(innermost))).area(),
    1.0 - area(inner) + area(innermost), Rounding);
  // Beside a line that crosses the cell.
  const Segments line{ { Vec2{ 0.1, 1.0 }, Vec2{ 0.1, 0.0 } } };
  EXPECT_NEAR(closeRegion(unitSquare, joined(line, hole)).area(), 0.9 - area(inner), Rounding);
  EXPECT_NEAR(
    closeRegion(unitSquare, joined(reversed(line), island)).area(), 0.1 + area(inner), Rounding);
}

TEST(CellRegion, OrderAndSubdivisionOfSegmentsDoNotMatter)
{
  Random random(5);
  for (int trial = 0; trial < 300; ++trial)
  {
    const Polygon cell = randomCell(random);
    const Vec2 normal = randomDirection(random);
    const double d = random(-0.2, 0.2);
    Segments divided;
    for (const auto& s : cut(cell, normal, d))
    {
      Vec2 last = s[0];
      for (int k = 1; k <= 5; ++k)
      {
        const Vec2 next = k == 5 ? s[1] : s[0] + k / 5.0 * (s[1] - s[0]);
        divided.push_back({ last, next });
        last = next;
      }
    }
    if (divided.empty())
    {
      continue;
    }
    std::shuffle(divided.begin(), divided.end(), random.engine());
    EXPECT_NEAR(closeRegion(cell, divided).area(), areaBelow(cell, normal, d), Rounding);
  }
}

TEST(CellRegion, ChainsMeetInAPointOfTheCell)
{
  // Two opposite quarters, whose four segments meet in the middle in any order.
  const Vec2 middle{ 0.5, 0.5 };
  Segments segments{ { Vec2{ 0.5, 0.0 }, middle }, { middle, Vec2{ 0.0, 0.5 } },
    { Vec2{ 0.5, 1.0 }, middle }, { middle, Vec2{ 1.0, 0.5 } } };
  std::vector<int> order{ 0, 1, 2, 3 };
  do
  {
    Segments permuted;
    for (int i : order)
    {
      permuted.push_back(segments[i]);
    }
    const CellRegion region = closeRegion(unitSquare, permuted);
    EXPECT_NEAR(region.area(), 0.5, Rounding);
    for (int e = 0; e < 4; ++e)
    {
      EXPECT_NEAR(traceLength(region, e), 0.5, Rounding);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(CellRegion, LinesThroughVerticesCloseAsWell)
{
  const Segments diagonal{ { Vec2{ 0.0, 0.0 }, Vec2{ 1.0, 1.0 } } };
  for (const Segments& segments : { diagonal, reversed(diagonal) })
  {
    const CellRegion region = closeRegion(unitSquare, segments);
    EXPECT_NEAR(region.area(), 0.5, Rounding);
    double traces = 0.0;
    for (int e = 0; e < 4; ++e)
    {
      traces += traceLength(region, e);
    }
    EXPECT_EQ(traces, 2.0);
  }
  const Segments corner{ { Vec2{ 0.25, 0.0 }, Vec2{ 0.0, 1.0 } } };
  EXPECT_NEAR(closeRegion(unitSquare, corner).area(), 0.125, Rounding);
  EXPECT_NEAR(closeRegion(unitSquare, reversed(corner)).area(), 0.875, Rounding);
}

TEST(CellRegion, AStretchOfInterfaceAlongAnEdgeIsNoTrace)
{
  // The interface touches the lower edge between 0.5 and 0.8: nothing continues beyond.
  const Segments segments{ { Vec2{ 0.0, 0.5 }, Vec2{ 0.5, 0.0 } },
    { Vec2{ 0.5, 0.0 }, Vec2{ 0.8, 0.0 } }, { Vec2{ 0.8, 0.0 }, Vec2{ 1.0, 0.3 } } };
  const CellRegion region = closeRegion(unitSquare, segments);
  EXPECT_NEAR(region.area(), 1.0 - 0.125 - 0.03, Rounding);
  EXPECT_EQ(traceLength(region, 0), 0.0);
  EXPECT_NEAR(traceLength(region, 1), 0.7, Rounding);
}

TEST(CellRegion, DoesNotDependOnUnits)
{
  Random random(6);
  for (int trial = 0; trial < 300; ++trial)
  {
    const Polygon cell = randomCell(random);
    const Segments pieces = cut(cell, randomDirection(random), random(-0.2, 0.2));
    if (pieces.empty())
    {
      continue;
    }
    const double expected = closeRegion(cell, pieces).area();
    for (double scale : { 1e-9, 1e9 })
    {
      Polygon scaledCell = cell;
      Segments scaledPieces = pieces;
      for (Vec2& p : scaledCell)
      {
        p = scale * p;
      }
      for (auto& s : scaledPieces)
      {
        s = { scale * s[0], scale * s[1] };
      }
      EXPECT_NEAR(
        closeRegion(scaledCell, scaledPieces).area() / (scale * scale), expected, Rounding);
    }
  }
}

TEST(CellRegion, WithoutSegmentsItIsEmptyAndTheWholeCellIsFull)
{
  EXPECT_EQ(closeRegion(unitSquare, {}).area(), 0.0);
  EXPECT_TRUE(closeRegion(unitSquare, {}).traces.empty());
  EXPECT_EQ(fullRegion(unitSquare).area(), 1.0);
  EXPECT_EQ(traceLength(fullRegion(unitSquare), 3), 1.0);
}

TEST(TraceMismatch, IsTheLengthOfTheDifference)
{
  // Edge 1 of the square runs up, edge 3 of its right neighbour down.
  auto below = [](double y) {
    return closeRegion(unitSquare, { { Vec2{ 1.0, y }, Vec2{ 0.0, y } } });
  };
  auto above = [](double y) {
    return closeRegion(unitSquare, { { Vec2{ 0.0, y }, Vec2{ 1.0, y } } });
  };
  const CellRegion full = fullRegion(unitSquare);
  const CellRegion empty;
  EXPECT_EQ(traceMismatch(full, 1, full, 3), 0.0);
  EXPECT_EQ(traceMismatch(empty, 1, empty, 3), 0.0);
  EXPECT_EQ(traceMismatch(full, 1, empty, 3), 1.0);
  EXPECT_NEAR(traceMismatch(below(0.3), 1, below(0.3), 3), 0.0, Rounding);
  EXPECT_NEAR(traceMismatch(below(0.3), 1, below(0.45), 3), 0.15, Rounding);
  EXPECT_NEAR(traceMismatch(below(0.3), 1, above(0.3), 3), 1.0, Rounding);
  EXPECT_NEAR(traceMismatch(below(0.3), 1, above(0.8), 3), 0.5, Rounding);
  EXPECT_NEAR(traceMismatch(below(0.3), 1, full, 3), 0.7, Rounding);
  EXPECT_NEAR(traceMismatch(below(0.3), 1, empty, 3), 0.3, Rounding);
  EXPECT_NEAR(traceMismatch(above(0.8), 1, below(0.3), 3), 0.5, Rounding);
}

TEST(TraceMismatch, CountsStretchesBelowTheRoundingLimitAsNone)
{
  auto upTo = [](double end) {
    CellRegion region;
    region.traces.push_back({ 0, 0.0, end });
    return region;
  };
  auto from = [](double begin) {
    CellRegion region;
    region.traces.push_back({ 0, begin, 1.0 });
    return region;
  };
  EXPECT_EQ(traceMismatch(upTo(0.5), 0, from(0.5 - 5e-14), 0), 0.0);
  EXPECT_NEAR(traceMismatch(upTo(0.5), 0, from(0.5 - 1e-12), 0), 1e-12, 1e-15);
}
