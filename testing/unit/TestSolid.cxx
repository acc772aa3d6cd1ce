// Laws of the ground truth in space: balls and half-spaces in any cell.
#include "RandomCells.h"

#include "data/Solid.h"

#include <gtest/gtest.h>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr Real piReal = 3.14159265358979323846264338327950288L;

/// Area of x <= a and y <= b within the disk of radius r about the origin, in extended precision:
/// primitives of the half chord, after which a rectangle is an inclusion and exclusion of four.
Real quadrantArea(Real r, Real a, Real b)
{
  if (a <= -r || b <= -r)
  {
    return 0;
  }
  a = std::min(a, r);
  b = std::min(b, r);
  // Integral of the half chord from -r to x.
  auto primitive = [r](Real x) {
    const Real chord = std::sqrt(std::max<Real>(0, (r - x) * (r + x)));
    return (x * chord + r * r * std::atan2(x, chord)) / 2 + piReal * r * r / 4;
  };
  const Real half = std::sqrt(std::max<Real>(0, (r - b) * (r + b)));
  if (b >= 0)
  {
    // Strip between x = -half and half is cut at b, the rest holds the full chord.
    Real sum = 2 * primitive(std::min(a, -half));
    if (a > -half)
    {
      const Real end = std::min(a, half);
      sum += primitive(end) - primitive(-half) + b * (end + half);
    }
    if (a > half)
    {
      sum += 2 * (primitive(a) - primitive(half));
    }
    return sum;
  }
  if (a <= -half)
  {
    return 0;
  }
  const Real end = std::min(a, half);
  return primitive(end) - primitive(-half) + b * (end + half);
}

Real rectangleInDisk(Real r, Real x0, Real x1, Real y0, Real y1)
{
  return quadrantArea(r, x1, y1) - quadrantArea(r, x0, y1) - quadrantArea(r, x1, y0) +
    quadrantArea(r, x0, y0);
}

/// Volume of a box in the unit ball about the origin: areas of rectangles in disks, integrated over
/// z by tanh-sinh quadrature between the heights where the disk meets a side or a corner.
Real boxInUnitBall(Vec3 low, Vec3 high)
{
  std::vector<Real> stops{ std::clamp<Real>(low.z, -1, 1), std::clamp<Real>(high.z, -1, 1) };
  const Real x[2] = { low.x, high.x };
  const Real y[2] = { low.y, high.y };
  auto meet = [&](Real distance2) {
    if (distance2 < 1)
    {
      for (const Real z : { std::sqrt(1 - distance2), -std::sqrt(1 - distance2) })
      {
        if (z > stops[0] && z < stops[1])
        {
          stops.push_back(z);
        }
      }
    }
  };
  for (const Real a : x)
  {
    meet(a * a);
    for (const Real b : y)
    {
      meet(a * a + b * b);
    }
  }
  meet(y[0] * y[0]);
  meet(y[1] * y[1]);
  std::sort(stops.begin(), stops.end());
  Real sum = 0;
  for (std::size_t s = 0; s + 1 < stops.size(); ++s)
  {
    const Real half = (stops[s + 1] - stops[s]) / 2;
    const Real middle = (stops[s + 1] + stops[s]) / 2;
    constexpr Real step = 1.0L / 32;
    for (int k = -128; k <= 128; ++k)
    {
      const Real t = k * step;
      const Real u = piReal / 2 * std::sinh(t);
      const Real z = middle + half * std::tanh(u);
      const Real weight = step * piReal / 2 * std::cosh(t) / (std::cosh(u) * std::cosh(u));
      const Real r = std::sqrt(std::max<Real>(0, (1 - z) * (1 + z)));
      if (r > 0)
      {
        sum += half * weight * rectangleInDisk(r, x[0], x[1], y[0], y[1]);
      }
    }
  }
  return sum;
}

Polyhedron placed(Polyhedron cell, double size, Vec3 at)
{
  for (Vec3& p : cell.points)
  {
    p = at + size * p;
  }
  return cell;
}

TEST(TestSolid, BallInALargeCellIsWhole)
{
  Dice dice(101);
  for (int trial = 0; trial < 1000; ++trial)
  {
    const double radius = dice.logUniform(1e-9, 1e9);
    const Vec3 centre = radius * dice.point3(2.0);
    const Polyhedron cell =
      transformed(randomRotation(dice), box({ -1.0, -1.0, -1.0 }, { 1.0, 1.0, 1.0 }));
    const Ball ball(centre, radius);
    // Cubes of half width 1.001 to 50 radii about the centre.
    const Polyhedron around = placed(cell, radius * dice.logUniform(1.001, 50.0), centre);
    EXPECT_NEAR(
      ball.volumeInside(around) / (4.0 / 3.0 * pi * radius * radius * radius), 1.0, 1e-12);
  }
}

TEST(TestSolid, SectorsOfABallAreShares)
{
  // Cells with a corner, an edge or a face at the centre: octants, wedges of a dihedral angle and
  // halves, turned at random.
  Dice dice(102);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const double radius = dice.logUniform(0.01, 100.0);
    const Vec3 centre = radius * dice.point3(3.0);
    const double whole = 4.0 / 3.0 * pi * radius * radius * radius;
    const Map3 rotation = randomRotation(dice);
    const double reach = 3.0 * radius;
    const Ball ball(centre, radius);
    const Polyhedron octant = transformed(rotation, box({ 0, 0, 0 }, { 1, 1, 1 }));
    EXPECT_NEAR(ball.volumeInside(placed(octant, reach, centre)) / whole, 1.0 / 8.0, 1e-12);
    const Polyhedron half = transformed(rotation, box({ -1, -1, 0 }, { 1, 1, 1 }));
    EXPECT_NEAR(ball.volumeInside(placed(half, reach, centre)) / whole, 0.5, 1e-12);
    const double angle = dice.uniform(0.05, 2.0);
    Polyhedron wedge = prism({ { 0.0, 0.0 }, { 1.0, 0.0 }, { std::cos(angle), std::sin(angle) } });
    for (Vec3& p : wedge.points)
    {
      p = Vec3{ 3.0 * p.x, 3.0 * p.y, 2.0 * p.z - 1.0 };
    }
    EXPECT_NEAR(ball.volumeInside(placed(transformed(rotation, wedge), reach, centre)) / whole,
      angle / (2.0 * pi), 1e-12);
  }
}

TEST(TestSolid, CapsHaveTheFormulaOfArchimedes)
{
  Dice dice(103);
  for (int trial = 0; trial < 3000; ++trial)
  {
    const double h = dice.logUniform(1e-3, 2.0);
    const Map3 rotation = randomRotation(dice);
    const Polyhedron cell = transformed(rotation, box({ -2.0, -2.0, 1.0 - h }, { 2.0, 2.0, 4.0 }));
    EXPECT_NEAR(Ball({}, 1.0).volumeInside(cell), pi * h * h * (3.0 - h) / 3.0, 1e-12)
      << "height " << h;
  }
}

TEST(TestSolid, SmallAndThinBoxesEqualAQuadrature)
{
  Dice dice(104);
  const Ball ball({}, 1.0);
  double worst = 0.0;
  int mixed = 0;
  for (int trial = 0; trial < 3000; ++trial)
  {
    const Vec3 size{ dice.logUniform(1e-3, 1.0), dice.logUniform(1e-3, 1.0),
      dice.logUniform(1e-3, 1.0) };
    // About a point of the sphere; every seventh at a pole, where faces are tangent.
    Vec3 at = dice.direction3();
    if (trial % 7 == 0)
    {
      at = trial % 2 ? Vec3{ 0.0, 0.0, 1.0 } : Vec3{ -1.0, 0.0, 0.0 };
    }
    const Vec3 low =
      at - Vec3{ dice.uniform() * size.x, dice.uniform() * size.y, dice.uniform() * size.z };
    const Vec3 high = low + size;
    const Real expected = boxInUnitBall(low, high);
    const Real whole = (Real(high.x) - low.x) * (Real(high.y) - low.y) * (Real(high.z) - low.z);
    const Real found = ball.volumeInside(box(low, high));
    worst = std::max(worst, std::abs(static_cast<double>((found - expected) / whole)));
    mixed += expected > 0 && expected < whole ? 1 : 0;
  }
  EXPECT_GT(mixed, 2000);
  EXPECT_LT(worst, 1e-12);
}

TEST(TestSolid, PartsOfACutCellSumToTheWhole)
{
  Dice dice(105);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    if (kind == 2)
    {
      continue; // thin boxes have their own test
    }
    for (int trial = 0; trial < 400; ++trial)
    {
      const double size = dice.logUniform(1e-2, 2.0);
      const Polyhedron cell = placed(randomCell(dice, kind), size, dice.direction3());
      const Vec3 normal = dice.direction3();
      const Vec3 c = centroid(cell);
      Polyhedron below;
      Polyhedron above;
      clip(cell, normal, dot(normal, c), below);
      clip(cell, -normal, -dot(normal, c), above);
      // The ends of the cut are rounded in coordinates of about 1.
      const double size2 = diameter(cell.points) * diameter(cell.points);
      for (const Vec3 centre : { Vec3{}, c, cell.points[0] })
      {
        const Ball ball(centre, centre.x == 0.0 ? 1.0 : 0.4 * size);
        const double whole = ball.volumeInside(cell);
        ASSERT_NEAR(ball.volumeInside(below) + ball.volumeInside(above), whole, 1e-14 * size2)
          << cellKindName(kind);
        ASSERT_GE(whole, -1e-14 * size2);
        ASSERT_LE(whole, volume(cell) + 1e-14 * size2);
      }
    }
  }
}

TEST(TestSolid, CellsThatCoverTheBallSumToIt)
{
  // An irregular mesh of warped hexahedra, split into tetrahedra in one of two runs.
  Dice dice(106);
  for (const int n : { 2, 5, 12 })
  {
    std::vector<Vec3> points;
    for (int k = 0; k <= n; ++k)
    {
      for (int j = 0; j <= n; ++j)
      {
        for (int i = 0; i <= n; ++i)
        {
          auto along = [&](int index) {
            const double move = index > 0 && index < n ? dice.uniform(-0.2, 0.2) : 0.0;
            return -1.0 + 2.0 * (index + move) / n;
          };
          points.push_back({ along(i), along(j), along(k) });
        }
      }
    }
    const Ball ball({ 0.05, -0.03, 0.02 }, 0.7);
    const double expected = 4.0 / 3.0 * pi * 0.7 * 0.7 * 0.7;
    double warped = 0.0;
    double tetrahedra = 0.0;
    for (int k = 0; k < n; ++k)
    {
      for (int j = 0; j < n; ++j)
      {
        for (int i = 0; i < n; ++i)
        {
          auto at = [&](int a, int b, int c) {
            return points[((k + c) * (n + 1) + j + b) * (n + 1) + i + a];
          };
          const std::array<Vec3, 8> v{ at(0, 0, 0), at(1, 0, 0), at(1, 1, 0), at(0, 1, 0),
            at(0, 0, 1), at(1, 0, 1), at(1, 1, 1), at(0, 1, 1) };
          warped += ball.volumeInside(hexahedron(v));
          // Kuhn's six tetrahedra about the diagonal 0-6 fit across faces.
          const int paths[6][2] = { { 1, 2 }, { 2, 3 }, { 3, 7 }, { 7, 4 }, { 4, 5 }, { 5, 1 } };
          for (const auto& path : paths)
          {
            tetrahedra += ball.volumeInside(makePolyhedron({ v[0], v[path[0]], v[path[1]], v[6] },
              { { 0, 2, 1 }, { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 } }));
          }
        }
      }
    }
    EXPECT_NEAR(warped / expected, 1.0, 1e-12) << n;
    EXPECT_NEAR(tetrahedra / expected, 1.0, 1e-12) << n;
  }
}

TEST(TestSolid, CornersEdgesAndFacesOnTheSphereAreNoSpecialCase)
{
  // An inscribed cube has its corners on the sphere, one of half width sqrt(1/2) touches it with
  // its edges, a circumscribed one with its faces: volumes by the formulas for caps.
  const double corner = std::sqrt(1.0 / 3.0);
  const double edge = std::sqrt(0.5);
  const Ball ball({}, 1.0);
  auto cube = [](double half) { return box({ -half, -half, -half }, { half, half, half }); };
  auto cap = [](double h) { return pi * h * h * (3.0 - h) / 3.0; };
  EXPECT_NEAR(ball.volumeInside(cube(corner)), 8.0 * corner * corner * corner, 1e-12);
  EXPECT_NEAR(ball.volumeInside(cube(edge)), 4.0 / 3.0 * pi - 6.0 * cap(1.0 - edge), 1e-12);
  EXPECT_NEAR(ball.volumeInside(cube(1.0)), 4.0 / 3.0 * pi, 1e-12);
  EXPECT_EQ(ball.fraction(placed(cube(1.0), 1.0, { 2.0, 0.0, 0.0 })), 0.0);
  EXPECT_EQ(ball.fraction(cube(0.5)), 1.0);
  // Half of a ball about the middle of a face.
  EXPECT_NEAR(Ball({ 0.0, 0.0, 1.0 }, 0.5).volumeInside(cube(1.0)), pi / 12.0, 1e-12);
  EXPECT_NEAR(Ball({ 0.0, 1.0, 1.0 }, 0.5).volumeInside(cube(1.0)), pi / 24.0, 1e-12);
  EXPECT_NEAR(Ball({ 1.0, 1.0, 1.0 }, 0.5).volumeInside(cube(1.0)), pi / 48.0, 1e-12);
}

TEST(TestSolid, FractionsFollowMovesScalesMirrorsAndTurns)
{
  Dice dice(107);
  for (int trial = 0; trial < 6000; ++trial)
  {
    const int kind = trial % numberOfCellKinds;
    if (kind == 2)
    {
      continue; // thin boxes have their own test
    }
    Polyhedron cell = placed(randomCell(dice, kind), dice.logUniform(0.05, 1.0), dice.direction3());
    const double fraction = Ball({}, 1.0).fraction(cell);
    for (const double scale : { 1e-9, 1e9 })
    {
      ASSERT_NEAR(Ball({}, scale).fraction(placed(cell, scale, {})), fraction, 1e-12);
    }
    ASSERT_NEAR(Ball({}, 1.0).fraction(transformed(randomRotation(dice), cell)), fraction, 1e-12);
    ASSERT_NEAR(Ball({}, 1.0).fraction(mirrored(cell)), fraction, 1e-12);
    const Vec3 normal = dice.direction3();
    const Vec3 point = centroid(cell);
    const double below = HalfSpace(point, normal).fraction(cell);
    const Map3 rotation = randomRotation(dice);
    ASSERT_NEAR(
      HalfSpace(rotation(point), rotation.vector(normal)).fraction(transformed(rotation, cell)),
      below, 1e-12);
  }
}

TEST(TestSolid, FarFromTheOriginFractionsAreTheSame)
{
  Dice dice(108);
  for (int trial = 0; trial < 2000; ++trial)
  {
    // Boxes on multiples of 2^-30 stay as they are when shifted by 2^20.
    auto rounded = [](Vec3 v) {
      return Vec3{ std::round(v.x * 0x1p30) / 0x1p30, std::round(v.y * 0x1p30) / 0x1p30,
        std::round(v.z * 0x1p30) / 0x1p30 };
    };
    const Vec3 low = rounded(dice.direction3() + dice.point3(0.1));
    const Vec3 high = low + rounded(Vec3{ 0.1, 0.1, 0.1 } + dice.point3(0.05));
    const Vec3 shift{ 0x1p20, -0x1p20, 0x1p20 };
    ASSERT_EQ(Ball(shift, 1.0).fraction(box(low + shift, high + shift)),
      Ball({}, 1.0).fraction(box(low, high)));
    const Vec3 normal = dice.direction3();
    ASSERT_EQ(HalfSpace(shift + low, normal).fraction(box(low + shift, high + shift)),
      HalfSpace(low, normal).fraction(box(low, high)));
  }
}

TEST(TestSolid, HalfSpacesEqualAnIndependentComputation)
{
  Dice dice(109);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    double worst = 0.0;
    for (int trial = 0; trial < 2000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      const Vec3 normal = dice.logUniform(0.01, 100.0) * dice.direction3();
      const Vec3 point = cell.points[0] + dice.point3(0.5);
      const Real expected = independentVolumeBelow(cell, normal,
        Real(normal.x) * point.x + Real(normal.y) * point.y + Real(normal.z) * point.z);
      worst = std::max(worst,
        std::abs(static_cast<double>(
          (HalfSpace(point, normal).volumeInside(cell) - expected) / independentVolume(cell))));
    }
    EXPECT_LT(worst, 1e-12) << cellKindName(kind);
  }
}

TEST(TestSolid, ALargeBallIsAHalfSpaceWithTheError1OverItsRadius)
{
  Dice dice(110);
  const Polyhedron cell = box({ -0.5, -0.5, -0.5 }, { 0.5, 0.5, 0.5 });
  for (int trial = 0; trial < 200; ++trial)
  {
    const Vec3 normal = dice.direction3();
    double before = 0.0;
    for (const double radius : { 1e2, 1e3, 1e4 })
    {
      const double difference = HalfSpace({}, normal).volumeInside(cell) -
        Ball(-radius * normal, radius).volumeInside(cell);
      // The ball bulges towards the plane from below: it always holds less.
      EXPECT_GT(difference, 0.0);
      if (before > 0.0)
      {
        EXPECT_NEAR(before / difference, 10.0, 0.1);
      }
      before = difference;
    }
  }
}

TEST(TestSolid, NearestPointsHaveClosedForms)
{
  Dice dice(111);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const Vec3 centre = dice.point3(2.0);
    const double radius = dice.uniform(0.1, 2.0);
    const Vec3 point = dice.point3(3.0);
    const NearestSurfacePoint ball = Ball(centre, radius).nearest(point);
    EXPECT_NEAR(ball.signedDistance, length(point - centre) - radius, 1e-14);
    EXPECT_NEAR(length(ball.point - centre), radius, 1e-14);
    EXPECT_NEAR(length(ball.normal), 1.0, 1e-14);
    EXPECT_LT(length(ball.point + ball.signedDistance * ball.normal - point), 1e-14);
    EXPECT_GT(dot(ball.normal, ball.point - centre), 0.0);

    const Vec3 normal = dice.logUniform(0.01, 100.0) * dice.direction3();
    const NearestSurfacePoint plane = HalfSpace(centre, normal).nearest(point);
    EXPECT_NEAR(length(plane.normal), 1.0, 1e-14);
    EXPECT_LT(length(cross(plane.normal, normal)), 1e-14 * length(normal));
    EXPECT_LT(length(plane.point + plane.signedDistance * plane.normal - point), 1e-14);
    EXPECT_NEAR(dot(plane.point - centre, plane.normal), 0.0, 1e-14);
  }
  // From the centre every point of the sphere is nearest: any unit normal will do.
  const NearestSurfacePoint centre = Ball({ 1.0, 2.0, 3.0 }, 0.5).nearest({ 1.0, 2.0, 3.0 });
  EXPECT_EQ(centre.signedDistance, -0.5);
  EXPECT_NEAR(length(centre.normal), 1.0, 1e-15);
}

TEST(TestSolid, NoCellNoVolume)
{
  EXPECT_EQ(Ball({}, 1.0).volumeInside(Polyhedron{}), 0.0);
  EXPECT_EQ(HalfSpace({}, { 1.0, 0.0, 0.0 }).volumeInside(Polyhedron{}), 0.0);
}

} // namespace
