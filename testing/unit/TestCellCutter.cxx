// The cells of a band, cut: closed forms and sums over simplices against volumes in extended
// precision, for planes at random and planes through vertices, edges and faces.
#include "RandomCells.h"

#include "plic/CellBand.h"
#include "plic/CellCutter.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int Trials = 60000;

/// A band of one cell, measured.
struct OneCell
{
  CellBand band;
  Polyhedron polyhedron;
  Polygon polygon;
  Real volume = 0.0;
  double size = 0.0;

  void finish()
  {
    allocateMeasures(this->band);
    measureBand(this->band, 0, 1);
    if (this->band.dimension == 2)
    {
      this->band.polygon(0, this->polygon);
      this->volume = independentArea(this->polygon);
    }
    else
    {
      this->band.polyhedron(0, this->polyhedron);
      this->volume = independentVolume(this->polyhedron);
    }
    this->size = diameter(this->band.points);
  }

  /// Part of the cell below a plane, by formulas that share nothing with the kernel.
  Real below(Vec3 n, double d) const
  {
    return (this->band.dimension == 2 ? independentAreaBelow(this->polygon, { n.x, n.y }, d)
                                      : independentVolumeBelow(this->polyhedron, n, d)) /
      this->volume;
  }
};

OneCell planarCell(const Polygon& polygon, CellKind kind)
{
  OneCell one;
  one.band.dimension = 2;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    one.band.points.push_back({ polygon[i].x, polygon[i].y, 0.0 });
    one.band.cellPoints.push_back(static_cast<int>(i));
  }
  one.band.cellOffsets.push_back(static_cast<std::int64_t>(polygon.size()));
  one.band.kinds.push_back(kind);
  one.finish();
  return one;
}

OneCell spatialCell(const Polyhedron& polyhedron, CellKind kind)
{
  OneCell one;
  one.band.points.assign(polyhedron.points.begin(), polyhedron.points.end());
  for (std::size_t i = 0; i < polyhedron.points.size(); ++i)
  {
    one.band.cellPoints.push_back(static_cast<int>(i));
  }
  one.band.cellOffsets.push_back(static_cast<std::int64_t>(polyhedron.points.size()));
  one.band.kinds.push_back(kind);
  one.band.shapes.push_back({ polyhedron.faceOffsets, polyhedron.faceVertices });
  one.band.cellShapes.push_back(0);
  one.finish();
  return one;
}

Vec3 randomWidths(Dice& dice)
{
  return { dice.logUniform(1e-2, 1e2), dice.logUniform(1e-2, 1e2), dice.logUniform(1e-2, 1e2) };
}

OneCell randomBox(Dice& dice, int dimension)
{
  const Vec3 w = randomWidths(dice);
  const Vec3 low = dice.point3(3.0);
  if (dimension == 2)
  {
    return planarCell({ { low.x, low.y }, { low.x + w.x, low.y }, { low.x + w.x, low.y + w.y },
                        { low.x, low.y + w.y } },
      CellKind::Box);
  }
  std::array<Vec3, 8> corners;
  for (int i = 0; i < 8; ++i)
  {
    const bool right = i % 4 == 1 || i % 4 == 2;
    const bool back = i % 4 >= 2;
    corners[i] = { low.x + (right ? w.x : 0.0), low.y + (back ? w.y : 0.0),
      low.z + (i >= 4 ? w.z : 0.0) };
  }
  return spatialCell(hexahedron(corners), CellKind::Box);
}

OneCell randomSimplex(Dice& dice, int dimension)
{
  if (dimension == 2)
  {
    return planarCell({ dice.point2(1.0), dice.point2(1.0), dice.point2(1.0) }, CellKind::Simplex);
  }
  Polyhedron p;
  p.points = { dice.point3(1.0), dice.point3(1.0), dice.point3(1.0), dice.point3(1.0) };
  p.faceOffsets = { 0, 3, 6, 9, 12 };
  p.faceVertices = { 0, 1, 3, 1, 2, 3, 2, 0, 3, 0, 2, 1 };
  return spatialCell(p, CellKind::Simplex);
}

OneCell randomGeneral(Dice& dice, int dimension, int trial)
{
  return dimension == 2
    ? planarCell(randomPolygon(dice, trial % numberOfPolygonKinds), CellKind::General)
    : spatialCell(randomCell(dice, trial % numberOfCellKinds), CellKind::General);
}

OneCell randomKind(Dice& dice, int trial)
{
  const int dimension = 2 + trial % 2;
  switch (trial / 2 % 3)
  {
    case 0:
      return randomBox(dice, dimension);
    case 1:
      return randomSimplex(dice, dimension);
    default:
      return randomGeneral(dice, dimension, trial / 6);
  }
}

/// At random, along axes, along diagonals, and a rounding off axes.
Vec3 randomNormal(Dice& dice, int dimension)
{
  Vec3 n = dice.direction3();
  switch (dice.below(4))
  {
    case 0:
      n = { static_cast<double>(dice.below(3) - 1), static_cast<double>(dice.below(3) - 1),
        static_cast<double>(dice.below(3) - 1) };
      break;
    case 1:
      n = { dice.logUniform(1e-18, 1.0), -dice.logUniform(1e-18, 1.0),
        dice.logUniform(1e-18, 1.0) };
      break;
    default:
      break;
  }
  n.z = dimension == 2 ? 0.0 : n.z;
  return length(n) > 0.0 ? 1.0 / length(n) * n : Vec3{ 0.0, -1.0, 0.0 };
}

Vec3 sumOf(const std::vector<std::vector<Vec3>>& loops)
{
  Vec3 sum;
  for (const auto& loop : loops)
  {
    sum = sum + vectorArea(loop);
  }
  return sum;
}

double sizeOfCut(const std::vector<std::vector<Vec3>>& loops, Vec3 normal, int dimension)
{
  double size = 0.0;
  for (const auto& loop : loops)
  {
    size += dimension == 2 ? length(loop[1] - loop[0]) : 0.0;
  }
  return dimension == 2 ? size : dot(sumOf(loops), normal);
}

} // namespace

TEST(TestCellCutter, EveryCellIsCutIntoItsFractionAndGetsItsFacet)
{
  Dice dice(1);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    CellCutter cutter(one.band);
    for (int plane = 0; plane < 5; ++plane)
    {
      const double f = dice.fraction();
      const Vec3 n = randomNormal(dice, one.band.dimension);
      const double d = cutter.planeConstant(0, n, f);
      ASSERT_LE(std::abs(static_cast<double>(one.below(n, d) - f)), 1e-12) << trial;
      ASSERT_GT(sizeOfCut(cutter.cut(0, n, d), n, one.band.dimension), 0.0) << trial;
    }
  }
}

TEST(TestCellCutter, PlanesThroughVerticesAreFoundAndCut)
{
  Dice dice(2);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    CellCutter cutter(one.band);
    const Vec3 n = randomNormal(dice, one.band.dimension);
    const Vec3 x = one.band.point(0, dice.below(one.band.cellSize(0))) - one.band.origin(0);
    const double f = static_cast<double>(one.below(n, dot(n, x)));
    if (f > 1e-8 && f < 1.0 - 1e-8)
    {
      const double d = cutter.planeConstant(0, n, f);
      ASSERT_LE(std::abs(static_cast<double>(one.below(n, d) - f)), 1e-12) << trial;
      ASSERT_GT(sizeOfCut(cutter.cut(0, n, d), n, one.band.dimension), 0.0) << trial;
    }
  }
}

TEST(TestCellCutter, VolumesBelowAreThoseOfExtendedPrecision)
{
  Dice dice(3);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    CellCutter cutter(one.band);
    const Vec3 n = randomNormal(dice, one.band.dimension);
    const double d = dice.uniform(-1.0, 1.0) * one.size;
    // Heights are known to the rounding of the cell's size, which moves the cut by as much.
    const double volume = static_cast<double>(one.volume);
    const double moved = 1e-15 * std::pow(one.size, one.band.dimension) / volume;
    ASSERT_NEAR(
      cutter.volumeBelow(0, n, d) / volume, static_cast<double>(one.below(n, d)), 1e-14 + moved)
      << trial;
  }
}

TEST(TestCellCutter, MomentsAreThoseOfTheFacet)
{
  Dice dice(4);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    CellCutter cutter(one.band);
    const Vec3 n = randomNormal(dice, one.band.dimension);
    const double d = cutter.planeConstant(0, n, dice.uniform(0.01, 0.99));
    CutMoments moments;
    cutter.volumeBelow(0, n, d, &moments);
    const auto& loops = cutter.cut(0, n, d);
    const double unit = std::pow(one.size, one.band.dimension - 1);
    ASSERT_NEAR(moments.area, sizeOfCut(loops, n, one.band.dimension), 1e-9 * unit) << trial;
    // Integrals of x and x x^T over the facet by quadrature points that are exact for squares.
    Vec3 first;
    double second[6] = {};
    auto add = [&](double weight, Vec3 x) {
      first = first + weight * x;
      const double square[6] = { x.x * x.x, x.y * x.y, x.z * x.z, x.x * x.y, x.x * x.z, x.y * x.z };
      for (int i = 0; i < 6; ++i)
      {
        second[i] += weight * square[i];
      }
    };
    const Vec3 c = moments.centroid;
    for (const auto& loop : loops)
    {
      if (one.band.dimension == 2)
      {
        const double weight = length(loop[1] - loop[0]) / 6.0;
        add(weight, loop[0] - c);
        add(4.0 * weight, 0.5 * (loop[0] + loop[1]) - c);
        add(weight, loop[1] - c);
        continue;
      }
      for (std::size_t i = 2; i < loop.size(); ++i)
      {
        const double weight = dot(cross(loop[i - 1] - loop[0], loop[i] - loop[0]), n) / 6.0;
        add(weight, 0.5 * (loop[0] + loop[i - 1]) - c);
        add(weight, 0.5 * (loop[i - 1] + loop[i]) - c);
        add(weight, 0.5 * (loop[i] + loop[0]) - c);
      }
    }
    ASSERT_LE(length(first), 1e-9 * unit * one.size) << trial;
    for (int i = 0; i < 6; ++i)
    {
      ASSERT_NEAR(moments.second[i], second[i], 1e-9 * unit * one.size * one.size) << trial;
    }
  }
}

TEST(TestCellCutter, TheOtherSideHasTheSamePlane)
{
  Dice dice(5);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    CellCutter cutter(one.band);
    const double f = dice.uniform(0.01, 0.99);
    const Vec3 n = randomNormal(dice, one.band.dimension);
    const double d = cutter.planeConstant(0, n, f);
    const double back = -cutter.planeConstant(0, -n, 1.0 - f);
    CutMoments moments;
    cutter.volumeBelow(0, n, d, &moments);
    // Where the cut is small its place is as unsure as volumes are.
    ASSERT_LE(std::abs(d - back) * moments.area, 1e-13 * static_cast<double>(one.volume)) << trial;
  }
}

TEST(TestCellCutter, TheCutIsTheDerivativeOfTheVolume)
{
  Dice dice(6);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    CellCutter cutter(one.band);
    const Vec3 n = randomNormal(dice, one.band.dimension);
    const double d = cutter.planeConstant(0, n, dice.uniform(0.05, 0.95));
    // Over a step within which the cut hardly changes, by Simpson's rule.
    const double h = 1e-5 * one.size;
    CutMoments low;
    CutMoments middle;
    CutMoments high;
    const double below = cutter.volumeBelow(0, n, d - h, &low);
    cutter.volumeBelow(0, n, d, &middle);
    const double above = cutter.volumeBelow(0, n, d + h, &high);
    const double mean = (low.area + 4.0 * middle.area + high.area) / 6.0;
    const double jump = std::abs(low.area - middle.area) + std::abs(high.area - middle.area);
    ASSERT_NEAR((above - below) / (2.0 * h), mean,
      jump + 1e-9 * static_cast<double>(one.volume) / h * 1e-3 + 1e-9 * mean)
      << trial;
  }
}

TEST(TestCellCutter, TheCutsMomentIsTheDerivativeOfTheVolumeAsTheNormalTurns)
{
  Dice dice(7);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    const int dimension = one.band.dimension;
    CellCutter cutter(one.band);
    const Vec3 n = randomNormal(dice, dimension);
    const Vec3 across = dimension == 2 ? Vec3{ 0.0, 0.0, 1.0 } : cross(n, dice.direction3());
    if (length(across) < 1e-3)
    {
      continue;
    }
    const Vec3 t = 1.0 / length(across) * cross(n, across);
    const double d = cutter.planeConstant(0, n, dice.uniform(0.05, 0.95));
    // Turning the plane by a about the origin, dV / da is minus the integral of x . t over the cut.
    // Simpson's rule, over a step within which the cut hardly changes.
    const double step = 1e-5;
    double volumes[3];
    double moments[3];
    for (int i = 0; i < 3; ++i)
    {
      const double angle = (i - 1) * step;
      const Vec3 turned = std::cos(angle) * n + std::sin(angle) * t;
      const Vec3 tangent = std::cos(angle) * t - std::sin(angle) * n;
      CutMoments cut;
      volumes[i] = cutter.volumeBelow(0, turned, d, &cut);
      moments[i] = -cut.area * dot(cut.centroid, tangent);
    }
    const double mean = (moments[0] + 4.0 * moments[1] + moments[2]) / 6.0;
    const double jump = std::abs(moments[0] - moments[1]) + std::abs(moments[2] - moments[1]);
    const double unit = std::pow(one.size, dimension);
    ASSERT_NEAR((volumes[2] - volumes[0]) / (2.0 * step), mean, jump + 1e-9 * unit) << trial;
  }
}

TEST(TestCellCutter, ClosedFormsAreThoseOfAGeneralCell)
{
  Dice dice(8);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const int dimension = 2 + trial % 2;
    const OneCell one =
      trial / 2 % 2 == 0 ? randomBox(dice, dimension) : randomSimplex(dice, dimension);
    CellBand general = one.band;
    general.kinds[0] = CellKind::General;
    CellCutter cutter(one.band);
    CellCutter generalCutter(general);
    const Vec3 n = randomNormal(dice, dimension);
    const double f = dice.fraction();
    const double d = cutter.planeConstant(0, n, f);
    CutMoments a;
    CutMoments b;
    const double volume = static_cast<double>(one.volume);
    const double unit = std::pow(one.size, dimension - 1);
    const double moved = 1e-15 * one.size * unit;
    ASSERT_NEAR(cutter.volumeBelow(0, n, d, &a), generalCutter.volumeBelow(0, n, d, &b),
      1e-14 * volume + moved)
      << trial;
    // Where the cut is small its place is as unsure as volumes are.
    ASSERT_LE(std::abs(d - generalCutter.planeConstant(0, n, f)) * a.area, 1e-13 * volume + moved)
      << trial;
    // Rounding may put a corner on either side of the plane, but a cut along a side stays whole.
    ASSERT_NEAR(a.area, b.area, 1e-9 * unit) << trial;
    ASSERT_LE(length(a.area * a.centroid - b.area * b.centroid), 1e-9 * unit * one.size) << trial;
    for (int i = 0; i < 6; ++i)
    {
      ASSERT_NEAR(a.second[i], b.second[i], 1e-9 * unit * one.size * one.size) << trial;
    }
  }
}

TEST(TestCellCutter, FollowsTheCellThroughScalesAndQuarterTurns)
{
  Dice dice(9);
  for (int trial = 0; trial < Trials; ++trial)
  {
    const OneCell one = randomKind(dice, trial);
    const int dimension = one.band.dimension;
    CellCutter cutter(one.band);
    const Vec3 n = randomNormal(dice, dimension);
    const double f = dice.fraction();
    const double d = cutter.planeConstant(0, n, f);
    for (const double scale : { 0x1p-30, 0x1p30, 1e-9, 1e9 })
    {
      OneCell scaled;
      scaled.band = one.band;
      for (Vec3& x : scaled.band.points)
      {
        x = scale * x;
      }
      scaled.finish();
      CellCutter other(scaled.band);
      const double constant = other.planeConstant(0, n, f);
      ASSERT_LE(std::abs(static_cast<double>(scaled.below(n, constant) - f)), 1e-12) << trial;
      if (scale == 0x1p-30 || scale == 0x1p30)
      {
        ASSERT_EQ(constant, scale * d) << trial;
      }
    }
    if (one.band.kinds[0] != CellKind::Box) // whose first corner is another then: TestBoxCut
    {
      OneCell turned;
      turned.band = one.band;
      for (Vec3& x : turned.band.points)
      {
        x = { -x.y, x.x, x.z };
      }
      turned.finish();
      CellCutter other(turned.band);
      const double back = other.planeConstant(0, { -n.y, n.x, n.z }, f);
      CutMoments cut;
      cutter.volumeBelow(0, n, d, &cut);
      ASSERT_LE(std::abs(back - d) * cut.area,
        1e-13 * static_cast<double>(one.volume) + 1e-15 * one.size * cut.area)
        << trial;
    }
  }
}

TEST(TestCellCutter, CornersARoundingApartAreOneHeight)
{
  // A search between neighbouring numbers must come to its end.
  Dice dice(10);
  for (int trial = 0; trial < Trials; ++trial)
  {
    auto jitter = [&dice](double x) {
      for (int i = dice.below(3); i > 0; --i)
      {
        x = std::nextafter(x, 2.0);
      }
      return x;
    };
    const int dimension = 2 + trial % 2;
    OneCell one;
    if (dimension == 2)
    {
      Polygon polygon{ { 0.0, 0.0 }, { 1.0, 0.0 }, { 1.0, 0.5 }, { 0.5, 0.5 }, { 0.5, 1.0 },
        { 0.0, 1.0 } };
      for (Vec2& x : polygon)
      {
        x = { jitter(x.x), jitter(x.y) };
      }
      one = planarCell(polygon, CellKind::General);
    }
    else
    {
      std::array<Vec3, 8> corners = randomHexahedronCorners(dice, 0.0);
      for (Vec3& x : corners)
      {
        x = { jitter(x.x), jitter(x.y), jitter(x.z) };
      }
      one = spatialCell(hexahedron(corners), CellKind::General);
    }
    CellCutter cutter(one.band);
    const Vec3 n = randomNormal(dice, dimension);
    for (const double f : { 1e-8, 0.25, 0.5, 0.625, 0.75, 1.0 - 1e-8, dice.fraction() })
    {
      const double d = cutter.planeConstant(0, n, f);
      ASSERT_LE(std::abs(static_cast<double>(one.below(n, d) - f)), 1e-14) << trial;
      ASSERT_GT(sizeOfCut(cutter.cut(0, n, d), n, dimension), 0.0) << trial;
    }
  }
}

TEST(TestCellCutter, CallsInAnyOrderAnswerAlike)
{
  // What the cutter keeps from call to call changes no digit.
  Dice dice(11);
  for (int dimension = 2; dimension <= 3; ++dimension)
  {
    CellBand band;
    band.dimension = dimension;
    for (int c = 0; c < 40; ++c)
    {
      const OneCell one = randomGeneral(dice, dimension, c);
      const int first = static_cast<int>(band.points.size());
      band.points.insert(band.points.end(), one.band.points.begin(), one.band.points.end());
      for (int point : one.band.cellPoints)
      {
        band.cellPoints.push_back(first + point);
      }
      band.cellOffsets.push_back(static_cast<std::int64_t>(band.cellPoints.size()));
      band.kinds.push_back(CellKind::General);
      if (dimension == 3)
      {
        band.shapes.push_back(one.band.shapes[0]);
        band.cellShapes.push_back(c);
      }
    }
    allocateMeasures(band);
    measureBand(band, 0, band.numberOfCells());
    const Vec3 normals[3] = { randomNormal(dice, dimension), randomNormal(dice, dimension),
      randomNormal(dice, dimension) };
    CellCutter kept(band);
    for (int trial = 0; trial < 20000; ++trial)
    {
      const int cell = dice.below(band.numberOfCells());
      const Vec3 n = normals[dice.below(3)];
      const double f = dice.uniform(0.01, 0.99);
      CellCutter fresh(band);
      const double d = fresh.planeConstant(cell, n, f);
      CutMoments a;
      CutMoments b;
      switch (dice.below(3))
      {
        case 0:
          ASSERT_EQ(kept.planeConstant(cell, n, f), d);
          break;
        case 1:
          ASSERT_EQ(kept.volumeBelow(cell, n, d, &a), CellCutter(band).volumeBelow(cell, n, d, &b));
          ASSERT_EQ(a.area, b.area);
          ASSERT_EQ(length(a.centroid - b.centroid), 0.0);
          break;
        default:
        {
          const auto expected = CellCutter(band).cut(cell, n, d);
          const auto& found = kept.cut(cell, n, d);
          ASSERT_EQ(found.size(), expected.size());
          for (std::size_t i = 0; i < found.size(); ++i)
          {
            ASSERT_EQ(found[i].size(), expected[i].size());
            for (std::size_t j = 0; j < found[i].size(); ++j)
            {
              ASSERT_EQ(length(found[i][j] - expected[i][j]), 0.0);
            }
          }
        }
      }
    }
  }
}
