// Laws of the error measures: zero for the truth itself, formulas for known errors, invariance.
#include "MeasureLaws.h"

#include "data/Measures.h"
#include "data/SegmentLocator.h"
#include "data/Shapes.h"
#include "plic/PlaneConstant.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

using namespace mir;
using namespace mir::testing;

namespace {

Vec2 polar(double radius, double angle)
{
  return { radius * std::cos(angle), radius * std::sin(angle) };
}

Polygon reversed(Polygon polygon)
{
  std::reverse(polygon.begin(), polygon.end());
  return polygon;
}

/// The unit square in n x n cells; inner points moved by up to `shake` cells, and every third cell
/// in two triangles if `mixedCells`.
PlanarMesh unitMesh(int n, double shake = 0.0, bool mixedCells = false)
{
  Random random(7);
  PlanarMesh mesh;
  for (int j = 0; j <= n; ++j)
  {
    for (int i = 0; i <= n; ++i)
    {
      Vec2 point{ static_cast<double>(i) / n, static_cast<double>(j) / n };
      if (i > 0 && i < n && j > 0 && j < n)
      {
        point = point + Vec2{ random(-shake, shake) / n, random(-shake, shake) / n };
      }
      mesh.points.push_back(point);
    }
  }
  auto add = [&mesh](std::initializer_list<std::int64_t> ids) {
    mesh.connectivity.insert(mesh.connectivity.end(), ids);
    mesh.offsets.push_back(static_cast<std::int64_t>(mesh.connectivity.size()));
  };
  for (int j = 0; j < n; ++j)
  {
    for (int i = 0; i < n; ++i)
    {
      const std::int64_t a = j * (n + 1) + i;
      if (mixedCells && (i + j) % 3 == 0)
      {
        add({ a, a + 1, a + n + 2 });
        add({ a, a + n + 2, a + n + 1 });
      }
      else
      {
        add({ a, a + 1, a + n + 2, a + n + 1 });
      }
    }
  }
  return mesh;
}

/// A mesh, the fractions and an interface.
struct Case
{
  PlanarMesh mesh;
  std::vector<double> fractions;
  InterfaceLines lines;

  void add(std::int64_t cell, Vec2 from, Vec2 to)
  {
    const std::int64_t id = static_cast<std::int64_t>(this->lines.points.size());
    this->lines.points.push_back(from);
    this->lines.points.push_back(to);
    this->lines.segments.push_back({ id, id + 1 });
    this->lines.cells.push_back(cell);
  }
  void addChain(std::int64_t cell, const Polygon& polygon)
  {
    for (std::size_t i = 0; i < polygon.size(); ++i)
    {
      this->add(cell, polygon[i], polygon[(i + 1) % polygon.size()]);
    }
  }
  void remove(std::size_t segment)
  {
    this->lines.segments.erase(this->lines.segments.begin() + segment);
    this->lines.cells.erase(this->lines.cells.begin() + segment);
  }
  void reverse()
  {
    for (auto& segment : this->lines.segments)
    {
      std::swap(segment[0], segment[1]);
    }
  }
  InterfaceErrors measure(const Region* truth) const
  {
    return mir::measure(
      this->mesh, CellMaterials({ this->fractions }, Tolerance), this->lines, truth);
  }
};

Case withFractions(PlanarMesh mesh, const Region& truth)
{
  Case c{ std::move(mesh), {}, {} };
  for (std::int64_t cell = 0; cell < c.mesh.numberOfCells(); ++cell)
  {
    c.fractions.push_back(truth.fraction(c.mesh.polygon(cell)));
  }
  return c;
}

/// Adds the planes of given normals, placed by the fractions.
void addPlanes(Case& c, const std::function<Vec2(Vec2)>& normalAt)
{
  for (std::int64_t cell = 0; cell < c.mesh.numberOfCells(); ++cell)
  {
    const double f = c.fractions[cell];
    if (f <= Tolerance || f >= 1.0 - Tolerance)
    {
      continue;
    }
    Polygon local = c.mesh.polygon(cell);
    const Vec2 origin = local[0];
    for (Vec2& point : local)
    {
      point = point - origin;
    }
    const Vec2 normal = normalAt(origin + centroid(local));
    for (const auto& piece : cut(local, normal, planeConstant(local, normal, f)))
    {
      c.add(cell, origin + piece[0], origin + piece[1]);
    }
  }
}

/// The half-plane normal . x <= constant within 10 units about the origin.
Region halfPlane(Vec2 normal, double constant)
{
  Polygon half;
  clip(
    { { -10.0, -10.0 }, { 10.0, -10.0 }, { 10.0, 10.0 }, { -10.0, 10.0 } }, normal, constant, half);
  return makePolygonRegion({ half });
}

Polygon star(Vec2 centre, double radius)
{
  Polygon polygon;
  for (int i = 0; i < 10; ++i)
  {
    polygon.push_back(centre + polar(i % 2 == 0 ? radius : 0.5 * radius, 0.3 + i * Pi / 5.0));
  }
  return polygon;
}

/// The half-plane left of x = (column + phi) h on a mesh of n x n squares, one segment a row that
/// lies offsets[row] cells farther to the right.
struct Columns
{
  static constexpr int n = 6;
  static constexpr int column = 2;
  static constexpr double h = 1.0 / n;
  double phi;
  Region truth;
  Case c;

  explicit Columns(double fraction, std::vector<double> offsets = std::vector<double>(n, 0.0))
    : phi(fraction)
    , truth(halfPlane({ 1.0, 0.0 }, (column + fraction) * h))
    , c(withFractions(unitMesh(n), truth))
  {
    for (int row = 0; row < n; ++row)
    {
      // The mesh's own points, so that segments end on its edges.
      const double x = (column + fraction + offsets[row]) * h;
      const double low = this->c.mesh.points[row * (n + 1)].y;
      const double high = this->c.mesh.points[(row + 1) * (n + 1)].y;
      this->c.add(row * n + column, { x, low }, { x, high });
    }
  }
};

} // namespace

TEST(Measures, VanishForTheTruthItself)
{
  Random random(11);
  int tried = 0;
  while (tried < 40)
  {
    const Vec2 normal = polar(random(0.5, 2.0), random(0.0, 2.0 * Pi));
    const double constant = dot(normal, { random(0.2, 0.8), random(0.2, 0.8) });
    const Region truth = halfPlane(normal, constant);
    Case c = withFractions(unitMesh(9, 0.3, true), truth);
    if (std::any_of(c.fractions.begin(), c.fractions.end(),
          [](double f) { return (f > 0.0 && f < 1e-4) || (f > 1.0 - 1e-4 && f < 1.0); }))
    {
      continue; // see FromFractions
    }
    ++tried;
    addPlanes(c, [normal](Vec2) { return normal; });
    const InterfaceErrors errors = c.measure(&truth);
    expectZero(errors.summary, FromFractions);
    EXPECT_GT(errors.summary.mixed, 5);
    for (double d : errors.distance)
    {
      EXPECT_NEAR(d, 0.0, FromFractions);
    }
  }
}

TEST(Measures, OfALineShiftedInEveryRowFollowFromTheShifts)
{
  const std::vector<double> shifts{ 0.1, -0.2, 0.05, 0.3, -0.1, 0.25 };
  const Columns columns(0.4, shifts);
  const InterfaceErrors errors = columns.c.measure(&columns.truth);
  const int n = Columns::n;
  double sum = 0.0;
  double jumps = 0.0;
  for (int row = 0; row < n; ++row)
  {
    const std::int64_t cell = row * n + Columns::column;
    EXPECT_NEAR(errors.conservation[cell], std::abs(shifts[row]), Rounding);
    EXPECT_NEAR(errors.shape[cell], std::abs(shifts[row]), Rounding);
    EXPECT_NEAR(errors.distance[row], shifts[row], Rounding);
    const double down = row > 0 ? std::abs(shifts[row] - shifts[row - 1]) : 0.0;
    const double up = row + 1 < n ? std::abs(shifts[row] - shifts[row + 1]) : 0.0;
    EXPECT_NEAR(errors.continuity[cell], std::max(down, up), Rounding);
    sum += std::abs(shifts[row]);
    jumps += up;
  }
  const ErrorSummary& s = errors.summary;
  EXPECT_EQ(s.cells, n * n);
  EXPECT_EQ(s.mixed, n);
  EXPECT_NEAR(s.conservationMax, 0.3, Rounding);
  EXPECT_NEAR(s.conservationMean, sum / n, Rounding);
  EXPECT_NEAR(s.continuityMax, 0.4, Rounding);
  EXPECT_NEAR(s.continuityMean, jumps / (n - 1), Rounding);
  EXPECT_NEAR(s.shape, sum * Columns::h * Columns::h / columns.truth.area(), Rounding);
  EXPECT_NEAR(s.hausdorff, 0.3, Rounding);
  EXPECT_NEAR(s.normal, 0.0, Rounding);
}

TEST(Measures, OfALineTurnedAboutTheMiddleOfItsCellFollowFromTheAngle)
{
  const double angle = 0.3;
  Columns columns(0.5);
  Case c{ columns.c.mesh, columns.c.fractions, {} };
  addPlanes(c, [angle](Vec2) { return polar(1.0, angle); });
  const InterfaceErrors errors = c.measure(&columns.truth);
  for (int row = 0; row < Columns::n; ++row)
  {
    const std::int64_t cell = row * Columns::n + Columns::column;
    EXPECT_NEAR(errors.normal[cell], 1.0 - std::cos(angle), Rounding);
    // Two triangles of the height 1/2 on either side of the truth.
    EXPECT_NEAR(errors.shape[cell], 0.25 * std::tan(angle), Rounding);
    EXPECT_NEAR(errors.distance[row], 0.0, Rounding);
  }
  EXPECT_NEAR(errors.summary.normal, 1.0 - std::cos(angle), Rounding);
  EXPECT_NEAR(errors.summary.conservationMax, 0.0, Rounding);
  EXPECT_NEAR(errors.summary.continuityMean, std::tan(angle), Rounding);
  EXPECT_NEAR(errors.summary.hausdorff, 0.5 * std::tan(angle), Rounding);
}

TEST(Measures, CountAMissingFacetInFull)
{
  for (double phi : { 0.3, 0.7 })
  {
    const int row = 3;
    Columns columns(phi);
    columns.c.remove(row);
    const InterfaceErrors errors = columns.c.measure(&columns.truth);
    const std::int64_t cell = row * Columns::n + Columns::column;
    EXPECT_EQ(errors.summary.missing, 1);
    EXPECT_NEAR(errors.conservation[cell], 0.7, Rounding);
    EXPECT_NEAR(errors.shape[cell], 0.7, Rounding);
    EXPECT_NEAR(errors.continuity[cell], 1.0, Rounding);
    EXPECT_EQ(errors.normal[cell], 2.0);
    EXPECT_NEAR(errors.summary.normal, 2.0 / Columns::n, Rounding);
    // The truth in the middle of the cell, or the sample next to it.
    EXPECT_LE(errors.summary.hausdorff, 0.5 + Rounding);
    EXPECT_GE(errors.summary.hausdorff, 0.5 - 1.0 / 16.0);
  }
}

TEST(Measures, WithoutAnyInterfaceTheDistanceIsInfinite)
{
  Columns columns(0.3);
  columns.c.lines = {};
  const ErrorSummary s = columns.c.measure(&columns.truth).summary;
  EXPECT_EQ(s.missing, s.mixed);
  EXPECT_TRUE(std::isinf(s.hausdorff));
  EXPECT_EQ(s.normal, 2.0);
}

TEST(Measures, SeeAReversedInterface)
{
  Columns columns(0.3);
  columns.c.reverse();
  const InterfaceErrors errors = columns.c.measure(&columns.truth);
  EXPECT_NEAR(errors.summary.conservationMax, 0.4, Rounding);
  EXPECT_NEAR(errors.shape[Columns::column], 1.0, Rounding);
  EXPECT_NEAR(errors.summary.continuityMax, 1.0, Rounding);
  EXPECT_NEAR(errors.summary.normal, 2.0, Rounding);
  EXPECT_NEAR(errors.summary.hausdorff, 0.0, Rounding);
}

TEST(Measures, DoNotForgiveAnInterfaceInAPureCell)
{
  Columns columns(0.3);
  const std::int64_t cell = 4; // empty, in the lowest row
  const double x = 4.25 * Columns::h;
  // Running down, it has the cell's right part on its left.
  columns.c.add(cell, { x, Columns::h }, { x, 0.0 });
  const InterfaceErrors errors = columns.c.measure(&columns.truth);
  EXPECT_NEAR(errors.conservation[cell], 0.75, Rounding);
  EXPECT_NEAR(errors.shape[cell], 0.75, Rounding);
  EXPECT_NEAR(errors.continuity[cell], 1.0, Rounding);
}

TEST(Measures, TakeAnInterfaceBetweenPureCellsAsItIs)
{
  const int n = 4;
  const Region truth = halfPlane({ 1.0, 0.0 }, 0.5);
  Case c = withFractions(unitMesh(n), truth);
  // Not drawn: the regions are right all the same.
  ErrorSummary s = c.measure(&truth).summary;
  EXPECT_EQ(s.mixed, 0);
  EXPECT_EQ(s.conservationMax, 0.0);
  EXPECT_EQ(s.continuityMax, 0.0);
  EXPECT_EQ(s.shape, 0.0);
  // Drawn on the faces, with the full cell's id.
  for (int row = 0; row < n; ++row)
  {
    c.add(row * n + 1, { 0.5, row * 0.25 }, { 0.5, (row + 1) * 0.25 });
  }
  s = c.measure(&truth).summary;
  expectZero(s, Rounding);
}

TEST(Measures, VanishForFilmsIslandsAndHoles)
{
  // A film within one column of cells: two lines a cell.
  const Polygon film{ { 0.4, -1.0 }, { 0.5, -1.0 }, { 0.5, 2.0 }, { 0.4, 2.0 } };
  const Region filmTruth = makePolygonRegion({ film });
  Case c = withFractions(unitMesh(3), filmTruth);
  for (int row = 0; row < 3; ++row)
  {
    const double low = c.mesh.points[row * 4].y;
    const double high = c.mesh.points[(row + 1) * 4].y;
    c.add(row * 3 + 1, { 0.4, high }, { 0.4, low });
    c.add(row * 3 + 1, { 0.5, low }, { 0.5, high });
  }
  EXPECT_EQ(c.measure(nullptr).summary.mixed, 3);
  expectZero(c.measure(&filmTruth).summary, Rounding);

  const Polygon body = star({ 0.5, 0.5 }, 0.15);
  const Region island = makePolygonRegion({ body });
  c = withFractions(unitMesh(3), island);
  c.addChain(4, body);
  expectZero(c.measure(&island).summary, Rounding);

  const Region hole = makePolygonRegion(
    { { { -1.0, -1.0 }, { 2.0, -1.0 }, { 2.0, 2.0 }, { -1.0, 2.0 } }, reversed(body) });
  c = withFractions(unitMesh(3), hole);
  c.addChain(4, reversed(body));
  expectZero(c.measure(&hole).summary, Rounding);
}

TEST(Measures, AreThoseOfTheComplement)
{
  const Polygon body = star({ 0.48, 0.52 }, 0.35);
  const Region truth = makePolygonRegion({ body });
  const Region rest = makePolygonRegion(
    { { { -9.0, -9.0 }, { 9.0, -9.0 }, { 9.0, 9.0 }, { -9.0, 9.0 } }, reversed(body) });
  Case c = withFractions(unitMesh(12, 0.2, true), truth);
  addPlanes(c, [](Vec2 p) { return p - Vec2{ 0.45, 0.5 }; });
  InterfaceErrors errors = c.measure(&truth);
  Case complement = c;
  complement.reverse();
  for (double& f : complement.fractions)
  {
    f = 1.0 - f;
  }
  InterfaceErrors others = complement.measure(&rest);
  for (double& d : others.distance)
  {
    d = -d;
  }
  expectNear(errors.distance, others.distance, Rounding);
  EXPECT_NEAR(errors.summary.shape * truth.area(), others.summary.shape * rest.area(), Rounding);
  errors.summary.shape = others.summary.shape = 0.0;
  expectSame(errors, others, Rounding);
}

TEST(Measures, DoNotDependOnUnitsPlaceAndMirroring)
{
  const Polygon body = star({ 0.48, 0.52 }, 0.35);
  Case c = withFractions(unitMesh(12, 0.2, true), makePolygonRegion({ body }));
  addPlanes(c, [](Vec2 p) { return p - Vec2{ 0.45, 0.5 }; });
  const Region truth = makePolygonRegion({ body });
  const InterfaceErrors errors = c.measure(&truth);
  auto compare = [&](const std::function<Vec2(Vec2)>& map, bool mirror, double tolerance) {
    Case image = c;
    Polygon imageBody = body;
    for (auto* points : { &image.mesh.points, &image.lines.points, &imageBody })
    {
      std::transform(points->begin(), points->end(), points->begin(), map);
    }
    if (mirror)
    {
      image.reverse();
      imageBody = reversed(imageBody);
      for (std::int64_t cell = 0; cell < image.mesh.numberOfCells(); ++cell)
      {
        std::reverse(image.mesh.connectivity.begin() + image.mesh.offsets[cell],
          image.mesh.connectivity.begin() + image.mesh.offsets[cell + 1]);
      }
    }
    const Region imageTruth = makePolygonRegion({ imageBody });
    const InterfaceErrors others = image.measure(&imageTruth);
    expectSame(errors, others, tolerance);
    expectNear(errors.distance, others.distance, tolerance);
  };
  compare([](Vec2 p) { return 0.25 * p; }, false, 1e-15);
  compare([](Vec2 p) { return 1e-9 * p; }, false, 1e-12);
  compare([](Vec2 p) { return 1e9 * p; }, false, 1e-12);
  compare([](Vec2 p) { return Vec2{ 0.3 - p.x, p.y }; }, true, 1e-12);
  // Coordinates of 1e6 have errors of 1e-10, some 1e-9 of a cell.
  compare([](Vec2 p) { return p + Vec2{ 1e6, -1e6 }; }, false, 2e-8);
}

TEST(Measures, OfACircleInACircleFollowFromTheRadii)
{
  // One cell of size 2; the interface is a regular polygon inscribed in the smaller circle.
  const int n = 2048;
  const double radius = 0.8;
  Case c;
  c.mesh.points = { { -1.0, -1.0 }, { 1.0, -1.0 }, { 1.0, 1.0 }, { -1.0, 1.0 } };
  c.mesh.connectivity = { 0, 1, 2, 3 };
  c.mesh.offsets = { 0, 4 };
  const Region truth = makeShape(Shape::Circle, {}, radius, 0.0);
  c.fractions = { Pi * radius * radius / 4.0 };
  for (double smaller : { 0.3, 0.6, 0.799 })
  {
    c.lines = {};
    Polygon polygon;
    for (int i = 0; i < n; ++i)
    {
      polygon.push_back(polar(smaller, 2.0 * Pi * i / n));
    }
    c.addChain(0, polygon);
    const InterfaceErrors errors = c.measure(&truth);
    const double sagitta = smaller * (1.0 - std::cos(Pi / n));
    const double inside = 0.5 * n * std::sin(2.0 * Pi / n) * smaller * smaller;
    EXPECT_GE(errors.summary.hausdorff, (radius - smaller) / 2.0 - Rounding);
    EXPECT_LE(errors.summary.hausdorff, (radius - smaller + sagitta) / 2.0 + Rounding);
    EXPECT_NEAR(errors.distance[5], -(radius - smaller + sagitta) / 2.0, Rounding);
    EXPECT_NEAR(errors.conservation[0], c.fractions[0] - inside / 4.0, Rounding);
    EXPECT_NEAR(errors.summary.shape, 1.0 - inside / (Pi * radius * radius), Rounding);
    EXPECT_NEAR(errors.summary.normal, 0.0, Rounding);
  }
}

TEST(Measures, WithoutATruthWhatNeedsOneIsNaN)
{
  const Columns columns(0.3);
  const InterfaceErrors errors = columns.c.measure(nullptr);
  EXPECT_TRUE(std::isnan(errors.summary.shape));
  EXPECT_TRUE(std::isnan(errors.summary.hausdorff));
  EXPECT_TRUE(std::isnan(errors.summary.normal));
  EXPECT_TRUE(errors.shape.empty() && errors.normal.empty() && errors.distance.empty());
  EXPECT_LE(errors.summary.conservationMax, Rounding);
}

TEST(Measures, RejectBadInput)
{
  const Columns good(0.3);
  Case bad = good.c;
  bad.fractions.pop_back();
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good.c;
  bad.fractions[3] = std::nan("");
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good.c;
  bad.lines.cells[0] = 1000;
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good.c;
  bad.lines.segments[0][1] = -1;
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good.c;
  bad.lines.points[0].x = std::nan("");
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good.c;
  std::reverse(bad.mesh.connectivity.begin(), bad.mesh.connectivity.begin() + 4);
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
}

TEST(SegmentLocator, FindsWhatASearchOfAllSegmentsFinds)
{
  Random random(21);
  for (int trial = 0; trial < 60; ++trial)
  {
    std::vector<std::array<Vec2, 2>> segments;
    const int count = trial < 3 ? trial : static_cast<int>(random(1.0, 300.0));
    const double longest = std::pow(10.0, random(-3.0, 1.0));
    const double flat = trial % 5 == 0 ? 0.0 : 1.0; // all on one line
    for (int i = 0; i < count; ++i)
    {
      const Vec2 a{ random(0.0, 3.0), flat * random(0.0, 1.0) };
      const Vec2 d{ random(-longest, longest), flat * random(-longest, longest) };
      segments.push_back({ a, i % 7 == 0 ? a : a + d });
    }
    const SegmentLocator locator(segments);
    for (int i = 0; i < 200; ++i)
    {
      const double reach = i % 2 == 0 ? 1.0 : 30.0;
      const Vec2 p{ random(-reach, 3.0 + reach), random(-reach, 1.0 + reach) };
      double least = std::numeric_limits<double>::infinity();
      for (const auto& s : segments)
      {
        const Vec2 d = s[1] - s[0];
        const double dd = dot(d, d);
        const double t = dd > 0.0 ? std::clamp(dot(p - s[0], d) / dd, 0.0, 1.0) : 0.0;
        least = std::min(least, length(p - s[0] - t * d));
      }
      const auto nearest = locator.nearest(p);
      if (count == 0)
      {
        EXPECT_EQ(nearest.segment, -1);
        EXPECT_EQ(nearest.distance, least);
        continue;
      }
      EXPECT_NEAR(nearest.distance, least, Rounding * (1.0 + least));
      EXPECT_NEAR(length(p - nearest.point), least, Rounding * (1.0 + least));
    }
  }
}
