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
  one.band.points = polyhedron.points;
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
