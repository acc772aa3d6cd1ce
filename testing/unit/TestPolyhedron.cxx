// Laws of polyhedra: moments, and how they behave under cuts and maps.
#include "RandomCells.h"

#include <gtest/gtest.h>

#include <map>

using namespace mir;
using namespace mir::testing;

namespace {

/// A plane that meets the cell: an arbitrary one, through a vertex, through an edge, or in a face.
std::pair<Vec3, double> randomPlane(Dice& dice, const Polyhedron& p)
{
  const int n = static_cast<int>(p.points.size());
  const Vec3 a = p.points[dice.below(n)];
  switch (dice.below(5))
  {
    case 0:
    {
      const Vec3 normal = dice.direction3();
      return { normal, dot(normal, a) };
    }
    case 1:
    {
      const int face = dice.below(p.numberOfFaces());
      const int begin = p.faceOffsets[face];
      const Vec3 b = p.points[p.faceVertices[begin]];
      const Vec3 c = p.points[p.faceVertices[begin + 1]];
      const Vec3 normal = cross(c - b, dice.direction3());
      return { normal, dot(normal, b) };
    }
    case 2:
    {
      const int face = dice.below(p.numberOfFaces());
      std::vector<Vec3> loop;
      for (int i = p.faceOffsets[face]; i < p.faceOffsets[face + 1]; ++i)
      {
        loop.push_back(p.points[p.faceVertices[i]]);
      }
      const Vec3 outwards = vectorArea(loop);
      return dice.below(2) ? std::pair<Vec3, double>{ outwards, dot(outwards, loop[0]) }
                           : std::pair<Vec3, double>{ -outwards, -dot(outwards, loop[0]) };
    }
    case 3:
    {
      const Vec3 b = p.points[dice.below(n)];
      const Vec3 c = p.points[dice.below(n)];
      const Vec3 normal = cross(b - a, c - a);
      return { dot(normal, normal) > 1e-12 ? normal : dice.direction3(), dot(normal, a) };
    }
    default:
    {
      const Vec3 normal = dice.logUniform(1e-3, 1e3) * dice.direction3();
      const double t = dice.uniform();
      return { normal, dot(normal, t * a + (1.0 - t) * p.points[dice.below(n)]) };
    }
  }
}

/// Every directed edge of a closed surface runs once each way.
bool isClosed(const Polyhedron& p)
{
  std::map<std::pair<int, int>, int> edges;
  for (int f = 0; f < p.numberOfFaces(); ++f)
  {
    const int begin = p.faceOffsets[f];
    const int count = p.faceOffsets[f + 1] - begin;
    for (int i = 0; i < count; ++i)
    {
      const int a = p.faceVertices[begin + i];
      const int b = p.faceVertices[begin + (i + 1) % count];
      a < b ? ++edges[{ a, b }] : --edges[{ b, a }];
    }
  }
  return std::all_of(edges.begin(), edges.end(), [](const auto& e) { return e.second == 0; });
}

double cutArea(const Polyhedron& p, Vec3 normal, double constant)
{
  Vec3 sum;
  for (const auto& loop : cut(p, normal, constant))
  {
    sum = sum + vectorArea(loop);
  }
  return dot(sum, normal) / length(normal);
}

TEST(TestPolyhedron, VolumesAndCentroidsOfSimpleCellsHaveClosedForms)
{
  Dice dice(31);
  for (int trial = 0; trial < 1000; ++trial)
  {
    const Vec3 size{ dice.uniform(0.1, 3.0), dice.uniform(0.1, 3.0), dice.uniform(0.1, 3.0) };
    const Vec3 low = dice.point3(2.0);
    const Polyhedron cell = box(low, low + size);
    ASSERT_NEAR(volume(cell) / (size.x * size.y * size.z), 1.0, 1e-13);
    ASSERT_LT(length(centroid(cell) - (low + 0.5 * size)), 1e-13);

    const Polygon base = convexPolygon(dice, 3 + trial % 6);
    const Vec3 apex{ dice.uniform(-1.0, 1.0), dice.uniform(-1.0, 1.0), dice.uniform(0.2, 2.0) };
    const double baseArea = static_cast<double>(independentArea(base));
    const Vec2 c = centroid(base);
    const Polyhedron tip = pyramid(base, apex);
    ASSERT_NEAR(volume(tip), baseArea * apex.z / 3.0, 1e-13);
    ASSERT_LT(length(centroid(tip) - (0.75 * Vec3{ c.x, c.y, 0.0 } + 0.25 * apex)), 1e-12);

    const Polyhedron sweep = prism(base, apex);
    ASSERT_NEAR(volume(sweep), baseArea * apex.z, 1e-13);
    ASSERT_LT(length(centroid(sweep) - (Vec3{ c.x, c.y, 0.0 } + 0.5 * apex)), 1e-12);
  }
}

TEST(TestPolyhedron, TetrahedronIsASixthOfADeterminant)
{
  Dice dice(32);
  for (int trial = 0; trial < 5000; ++trial)
  {
    std::vector<Vec3> v{ dice.point3(1.0), dice.point3(1.0), dice.point3(1.0), dice.point3(1.0) };
    const double sixfold = dot(v[1] - v[0], cross(v[2] - v[0], v[3] - v[0]));
    const Polyhedron cell =
      makePolyhedron(v, { { 0, 2, 1 }, { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 } });
    ASSERT_NEAR(volume(cell), sixfold / 6.0, 1e-15);
    if (std::abs(sixfold) > 0.01)
    {
      ASSERT_LT(length(centroid(cell) - 0.25 * (v[0] + v[1] + v[2] + v[3])), 1e-12);
    }
  }
}

TEST(TestPolyhedron, WarpedHexahedronHasTheVolumeOfItsTrilinearMap)
{
  // Faces about the mean of their corners enclose what bilinear faces do: the integral of the
  // Jacobian, quadratic in each direction, for which two Gauss points a direction are exact.
  Dice dice(33);
  for (int trial = 0; trial < 2000; ++trial)
  {
    const std::array<Vec3, 8> v = randomHexahedronCorners(dice, 0.3);
    const Polyhedron cell = hexahedron(v);
    ASSERT_EQ(cell.numberOfFaces(), 24);
    const double gauss = 0.5 / std::sqrt(3.0);
    double integral = 0.0;
    for (int g = 0; g < 8; ++g)
    {
      const double t[3] = { 0.5 + (g & 1 ? gauss : -gauss), 0.5 + (g & 2 ? gauss : -gauss),
        0.5 + (g & 4 ? gauss : -gauss) };
      Vec3 d[3];
      for (int i = 0; i < 8; ++i)
      {
        const bool high[3] = { i % 4 == 1 || i % 4 == 2, i % 4 >= 2, i >= 4 };
        for (int axis = 0; axis < 3; ++axis)
        {
          double weight = high[axis] ? 1.0 : -1.0;
          for (int other = 0; other < 3; ++other)
          {
            weight *= other == axis ? 1.0 : high[other] ? t[other] : 1.0 - t[other];
          }
          d[axis] = d[axis] + weight * v[i];
        }
      }
      integral += dot(d[0], cross(d[1], d[2])) / 8.0;
    }
    ASSERT_NEAR(volume(cell), integral, 1e-13);
  }
}

TEST(TestPolyhedron, NeighboursSplitACommonWarpedFaceAlike)
{
  // Two warped hexahedra side by side fill their union without gap or overlap: the volume below any
  // plane sums to that of the union's hull made of both cells' other faces.
  Dice dice(34);
  for (int trial = 0; trial < 500; ++trial)
  {
    std::array<Vec3, 12> v;
    for (int i = 0; i < 12; ++i)
    {
      v[i] = Vec3{ static_cast<double>(i % 3), static_cast<double>(i / 3 % 2),
        static_cast<double>(i / 6) } +
        dice.point3(0.2);
    }
    const Polyhedron left = hexahedron({ v[0], v[1], v[4], v[3], v[6], v[7], v[10], v[9] });
    const Polyhedron right = hexahedron({ v[1], v[2], v[5], v[4], v[7], v[8], v[11], v[10] });
    const Polyhedron both = makePolyhedron({ v.begin(), v.end() },
      { { 0, 3, 4, 1 }, { 1, 4, 5, 2 }, { 6, 7, 10, 9 }, { 7, 8, 11, 10 }, { 0, 1, 7, 6 },
        { 1, 2, 8, 7 }, { 3, 9, 10, 4 }, { 4, 10, 11, 5 }, { 0, 6, 9, 3 }, { 2, 5, 11, 8 } });
    const Vec3 normal = dice.direction3();
    const double constant = dot(normal, Vec3{ 1.0, 0.5, 0.5 } + dice.point3(0.5));
    ASSERT_NEAR(volumeBelow(left, normal, constant) + volumeBelow(right, normal, constant),
      volumeBelow(both, normal, constant), 1e-13);
  }
}

TEST(TestPolyhedron, AddFaceKeepsPlanarFacesWhole)
{
  Dice dice(35);
  for (int trial = 0; trial < 1000; ++trial)
  {
    const int n = 3 + trial % 8;
    const Polyhedron cell = prism(convexPolygon(dice, n), { 0.0, 0.0, 1.0 });
    ASSERT_EQ(cell.numberOfFaces(), n + 2);
    ASSERT_EQ(cell.points.size(), 2u * n);
    ASSERT_TRUE(isClosed(cell));
  }
}

TEST(TestPolyhedron, VolumeBelowEqualsAnIndependentComputation)
{
  Dice dice(36);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    double worst = 0.0;
    for (int trial = 0; trial < 3000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      const auto [normal, constant] = randomPlane(dice, cell);
      const Real expected = independentVolumeBelow(cell, normal, constant);
      const Real whole = independentVolume(cell);
      worst = std::max(worst,
        std::abs(static_cast<double>((volumeBelow(cell, normal, constant) - expected) / whole)));
      Polyhedron below;
      clip(cell, normal, constant, below);
      worst = std::max(worst, std::abs(static_cast<double>((volume(below) - expected) / whole)));
    }
    EXPECT_LT(worst, 1e-12) << cellKindName(kind);
  }
}

TEST(TestPolyhedron, PartsOfACutSumToTheWholeInVolumeAndMoment)
{
  Dice dice(37);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    for (int trial = 0; trial < 3000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      const auto [normal, constant] = randomPlane(dice, cell);
      const double whole = volume(cell);
      ASSERT_GT(whole, 0.0);
      Polyhedron below;
      Polyhedron above;
      clip(cell, normal, constant, below);
      clip(cell, -normal, -constant, above);
      ASSERT_NEAR(volume(below) + volume(above), whole, 1e-12 * whole) << cellKindName(kind);
      const Vec3 moment = volume(below) * centroid(below) + volume(above) * centroid(above);
      ASSERT_LT(length(moment - whole * centroid(cell)), 1e-12 * whole * diameter(cell.points))
        << cellKindName(kind);
    }
  }
}

TEST(TestPolyhedron, ClippedCellsAreClosedAndLieBelowThePlane)
{
  Dice dice(38);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    for (int trial = 0; trial < 2000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      ASSERT_TRUE(isClosed(cell));
      const auto [normal, constant] = randomPlane(dice, cell);
      Polyhedron below;
      clip(cell, normal, constant, below);
      for (const Vec3& p : below.points)
      {
        ASSERT_LE(dot(normal, p) - constant, 1e-14 * length(normal)) << cellKindName(kind);
      }
      ASSERT_TRUE(isClosed(below)) << cellKindName(kind);
      // The divergence theorem on constants: the vector areas of a closed surface sum to zero.
      Vec3 sum;
      for (int f = 0; f < below.numberOfFaces(); ++f)
      {
        std::vector<Vec3> loop;
        for (int i = below.faceOffsets[f]; i < below.faceOffsets[f + 1]; ++i)
        {
          loop.push_back(below.points[below.faceVertices[i]]);
        }
        sum = sum + vectorArea(loop);
      }
      ASSERT_LT(length(sum), 1e-13) << cellKindName(kind);
    }
  }
}

TEST(TestPolyhedron, ManyCutsOneAfterTheOtherSumToTheWhole)
{
  Dice dice(39);
  for (int trial = 0; trial < 240; ++trial)
  {
    const Polyhedron whole = randomCell(dice, trial % numberOfCellKinds);
    std::vector<Polyhedron> parts{ whole };
    for (int cuts = 0; cuts < 5; ++cuts)
    {
      const auto [normal, constant] = randomPlane(dice, whole);
      std::vector<Polyhedron> next;
      for (const Polyhedron& part : parts)
      {
        next.emplace_back();
        clip(part, normal, constant, next.back());
        next.emplace_back();
        clip(part, -normal, -constant, next.back());
      }
      parts = std::move(next);
    }
    double sum = 0.0;
    for (const Polyhedron& part : parts)
    {
      EXPECT_GE(volume(part), -1e-14);
      sum += volume(part);
    }
    EXPECT_NEAR(sum, volume(whole), 1e-12 * volume(whole))
      << cellKindName(trial % numberOfCellKinds);
  }
}

TEST(TestPolyhedron, CutLoopsLieInThePlaneAndTurnAboutTheNormal)
{
  Dice dice(40);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    const bool convex = kind <= 3 || (kind >= 5 && kind <= 8);
    int compared = 0;
    for (int trial = 0; trial < 3000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      const auto [normal, constant] = randomPlane(dice, cell);
      const double fraction = volumeBelow(cell, normal, constant) / volume(cell);
      const bool mixed = fraction > 1e-8 && fraction < 1.0 - 1e-8;
      const auto loops = cut(cell, normal, constant);
      for (const auto& loop : loops)
      {
        ASSERT_GE(loop.size(), 3u);
        for (const Vec3& p : loop)
        {
          ASSERT_NEAR(dot(normal, p), constant, 1e-14 * length(normal)) << cellKindName(kind);
        }
      }
      if (mixed)
      {
        ++compared;
        ASSERT_GT(cutArea(cell, normal, constant), 0.0) << cellKindName(kind);
        if (convex)
        {
          ASSERT_EQ(loops.size(), 1u) << cellKindName(kind);
        }
      }
    }
    EXPECT_GT(compared, 1000) << cellKindName(kind);
  }
}

TEST(TestPolyhedron, CutAlongAFaceOfANonConvexCellLiesBetweenTheCutsBesideIt)
{
  // The area of the cut jumps where the plane holds a face. Rounding decides which vertices count
  // as below, but the cut never leaves the range between both sides.
  Dice dice(46);
  int compared = 0;
  for (int trial = 0; trial < 20000; ++trial)
  {
    const int kind = 9 + trial % 3;
    const Polyhedron cell = randomCell(dice, kind);
    const int face = dice.below(cell.numberOfFaces());
    std::vector<Vec3> loop;
    for (int i = cell.faceOffsets[face]; i < cell.faceOffsets[face + 1]; ++i)
    {
      loop.push_back(cell.points[cell.faceVertices[i]]);
    }
    const Vec3 outwards = vectorArea(loop);
    const Vec3 normal = 1.0 / length(outwards) * outwards;
    const double constant = dot(normal, loop[0]);
    const double fraction = volumeBelow(cell, normal, constant) / volume(cell);
    if (fraction < 1e-8 || fraction > 1.0 - 1e-8)
    {
      continue;
    }
    ++compared;
    const double step = 1e-9;
    double sides[2] = { 0.0, 0.0 };
    volumeBelow(cell, normal, constant - step, &sides[0]);
    volumeBelow(cell, normal, constant + step, &sides[1]);
    const auto [low, high] = std::minmax(sides[0], sides[1]);
    double derivative = 0.0;
    volumeBelow(cell, normal, constant, &derivative);
    ASSERT_GE(derivative, low - 1e-7) << cellKindName(kind);
    ASSERT_LE(derivative, high + 1e-7) << cellKindName(kind);
    const double found = cutArea(cell, normal, constant);
    ASSERT_GE(found, low - 1e-7) << cellKindName(kind);
    ASSERT_LE(found, high + 1e-7) << cellKindName(kind);
  }
  EXPECT_GT(compared, 1000);
}

TEST(TestPolyhedron, CutAreaEqualsTheGapInTheClippedSurface)
{
  // The faces of the clipped cell other than its cap leave a gap whose vector area is the cut's.
  Dice dice(41);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    for (int trial = 0; trial < 3000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      const Vec3 normal = dice.direction3();
      const Vec3 inside = cell.points[dice.below(static_cast<int>(cell.points.size()))];
      const double t = dice.uniform(0.1, 0.9);
      const double constant = dot(normal, t * inside + (1.0 - t) * cell.points[0]);
      double derivative = 0.0;
      volumeBelow(cell, normal, constant, &derivative);
      ASSERT_NEAR(cutArea(cell, normal, constant), derivative, 1e-13) << cellKindName(kind);
      ASSERT_NEAR(cutArea(cell, -normal, -constant), derivative, 1e-13) << cellKindName(kind);
    }
  }
}

TEST(TestPolyhedron, AreaOfTheCutIsTheDerivativeOfTheVolume)
{
  Dice dice(42);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    int compared = 0;
    for (int trial = 0; trial < 2000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      const double scale = dice.logUniform(0.1, 10.0);
      const Vec3 normal = scale * dice.direction3();
      const Vec3 a = cell.points[dice.below(static_cast<int>(cell.points.size()))];
      const double constant = dot(normal, 0.3 * a + 0.7 * cell.points[0]);
      double low = -1e300;
      double high = 1e300;
      for (const Vec3& p : cell.points)
      {
        const double h = dot(normal, p);
        (h < constant ? low : high) = h < constant ? std::max(low, h) : std::min(high, h);
      }
      // Between two vertices' heights the volume is cubic: its centred difference over 2 s is the
      // derivative plus c s^2; two steps take c out.
      const Real step = 0.9L * std::min(constant - low, high - constant);
      if (!(step > 1e-4))
      {
        continue;
      }
      ++compared;
      auto slope = [&](Real s) {
        return (independentVolumeBelow(cell, normal, constant + s) -
                 independentVolumeBelow(cell, normal, constant - s)) /
          (2 * s);
      };
      const double expected = static_cast<double>((4 * slope(step / 2) - slope(step)) / 3);
      double derivative = 0.0;
      volumeBelow(cell, normal, constant, &derivative);
      ASSERT_NEAR(derivative * scale, expected * scale, 1e-11) << cellKindName(kind);
    }
    EXPECT_GT(compared, 300) << cellKindName(kind);
  }
}

TEST(TestPolyhedron, BoxBelowAPlaneIsTheFormulaOfScardovelliAndZaleski)
{
  // Scardovelli and Zaleski 2000, eq. 6, for m > 0: inclusion and exclusion of corner tetrahedra.
  Dice dice(43);
  for (int trial = 0; trial < 20000; ++trial)
  {
    const Vec3 m{ dice.uniform(0.05, 1.0), dice.uniform(0.05, 1.0), dice.uniform(0.05, 1.0) };
    const double alpha = dice.uniform(0.0, m.x + m.y + m.z);
    auto cube = [alpha](Real offset) {
      const Real t = alpha - offset;
      return t > 0 ? t * t * t : Real(0);
    };
    const Real expected = (cube(0) - cube(m.x) - cube(m.y) - cube(m.z) + cube(Real(m.x) + m.y) +
                            cube(Real(m.y) + m.z) + cube(Real(m.z) + m.x)) /
      (6 * Real(m.x) * m.y * m.z);
    ASSERT_NEAR(
      volumeBelow(box({ 0, 0, 0 }, { 1, 1, 1 }), m, alpha), static_cast<double>(expected), 1e-14);
  }
}

TEST(TestPolyhedron, VolumesBelowDoNotDependOnPlaceScaleMirrorOrRotation)
{
  Dice dice(44);
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    for (int trial = 0; trial < 1000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      Polyhedron rounded = cell;
      for (Vec3& p : rounded.points)
      {
        // Multiples of 2^-20, which stay exact 1e6 away.
        p = { std::round(p.x * 1048576.0) / 1048576.0, std::round(p.y * 1048576.0) / 1048576.0,
          std::round(p.z * 1048576.0) / 1048576.0 };
      }
      const double whole = volume(cell);
      const auto [normal, constant] = randomPlane(dice, cell);
      const double below = volumeBelow(cell, normal, constant);
      const std::string name = cellKindName(kind);

      Map3 shift;
      shift.shift = { 1e6, -1e6, 1e6 };
      ASSERT_EQ(volume(transformed(shift, rounded)), volume(rounded)) << name;

      for (const double s : { 0x1p-30, 0x1p30 })
      {
        Map3 scale;
        for (Vec3& column : scale.columns)
        {
          column = s * column;
        }
        ASSERT_EQ(volume(transformed(scale, cell)), s * s * s * whole) << name;
        ASSERT_EQ(volumeBelow(transformed(scale, cell), normal, s * constant), s * s * s * below)
          << name;
      }
      for (const double s : { 1e-9, 1e9 })
      {
        Map3 scale;
        for (Vec3& column : scale.columns)
        {
          column = s * column;
        }
        const Polyhedron other = transformed(scale, cell);
        ASSERT_NEAR(volume(other) / (s * s * s), whole, 1e-14) << name;
        ASSERT_NEAR(volumeBelow(other, normal, s * constant) / (s * s * s), below, 1e-12 * whole)
          << name;
      }
      ASSERT_NEAR(
        volumeBelow(mirrored(cell), { -normal.x, normal.y, normal.z }, constant), below, 1e-13)
        << name;
      const Map3 rotation = randomRotation(dice);
      // A plane in a face or through an edge is tilted by rounding, by 1e-16 of the size.
      ASSERT_NEAR(
        volumeBelow(transformed(rotation, cell), rotation.vector(normal), constant), below, 1e-13)
        << name;
    }
  }
}

TEST(TestPolyhedron, ReversedFacesNegateTheVolume)
{
  Dice dice(45);
  for (int trial = 0; trial < 1200; ++trial)
  {
    Polyhedron cell = randomCell(dice, trial % numberOfCellKinds);
    const double whole = volume(cell);
    for (int f = 0; f < cell.numberOfFaces(); ++f)
    {
      std::reverse(cell.faceVertices.begin() + cell.faceOffsets[f],
        cell.faceVertices.begin() + cell.faceOffsets[f + 1]);
    }
    ASSERT_NEAR(volume(cell), -whole, 1e-14);
  }
}

TEST(TestPolyhedron, ClippedFacesTellWhereTheyStemFrom)
{
  Dice dice(47);
  int compared = 0;
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    for (int trial = 0; trial < 2000; ++trial)
    {
      const Polyhedron cell = randomCell(dice, kind);
      const auto [normal, constant] = randomPlane(dice, cell);
      Polyhedron below;
      std::vector<int> sources(3, 7);
      clip(cell, normal, constant, below, &sources);
      ASSERT_EQ(static_cast<int>(sources.size()), below.numberOfFaces()) << cellKindName(kind);
      auto loopOf = [](const Polyhedron& p, int face) {
        std::vector<Vec3> loop;
        for (int i = p.faceOffsets[face]; i < p.faceOffsets[face + 1]; ++i)
        {
          loop.push_back(p.points[p.faceVertices[i]]);
        }
        return loop;
      };
      // Vector areas of the parts of a face add up along the face's own, to no more than it is;
      // those of the cap along the plane's normal.
      std::vector<Vec3> sums(cell.numberOfFaces());
      for (int f = 0; f < below.numberOfFaces(); ++f)
      {
        const int source = sources[f];
        ASSERT_GE(source, -1);
        ASSERT_LT(source, cell.numberOfFaces());
        const std::vector<Vec3> loop = loopOf(below, f);
        if (source < 0)
        {
          for (Vec3 x : loop)
          {
            ASSERT_NEAR(dot(normal, x), constant, 1e-14 * length(normal)) << cellKindName(kind);
          }
          continue;
        }
        sums[source] = sums[source] + vectorArea(loop);
        const std::vector<Vec3> whole = loopOf(cell, source);
        const Vec3 across = vectorArea(whole);
        for (Vec3 x : loop)
        {
          ASSERT_NEAR(dot(across, x - whole[0]), 0.0, 1e-13 * length(across)) << cellKindName(kind);
        }
      }
      for (int f = 0; f < cell.numberOfFaces(); ++f)
      {
        const Vec3 across = vectorArea(loopOf(cell, f));
        const double size = length(across);
        ASSERT_LE(length(cross(sums[f], across)), 1e-13 * size) << cellKindName(kind);
        // Of a face in the plane itself rounding decides which part is below.
        double farthest = 0.0;
        for (Vec3 x : loopOf(cell, f))
        {
          farthest = std::max(farthest, std::abs(dot(normal, x) - constant) / length(normal));
        }
        if (farthest < 1e-14)
        {
          continue;
        }
        ++compared;
        const double part = dot(sums[f], across) / (size * size);
        ASSERT_GE(part, -1e-12) << cellKindName(kind);
        ASSERT_LE(part, 1.0 + 1e-12) << cellKindName(kind);
      }
    }
  }
  EXPECT_GT(compared, 100000);
}

} // namespace
