// The plane constant cuts off the fraction asked for, in every cell.
#include "RandomCells.h"

#include "plic/PlaneConstant.h"

#include <gtest/gtest.h>

#include <cstdio>

using namespace mir;
using namespace mir::testing;

namespace {

/// Along an axis, in an axis plane, along a face's normal, across an edge, or arbitrary.
Vec3 randomNormal(Dice& dice, const Polyhedron& cell)
{
  const double sign = dice.below(2) ? 1.0 : -1.0;
  const double norm = dice.logUniform(1e-3, 1e3);
  switch (dice.below(8))
  {
    case 0:
    {
      const int axis = dice.below(3);
      return sign * Vec3{ axis == 0 ? norm : 0.0, axis == 1 ? norm : 0.0, axis == 2 ? norm : 0.0 };
    }
    case 1:
    {
      const Vec2 d = dice.direction2();
      const int axis = dice.below(3);
      return axis == 0 ? Vec3{ 0.0, d.x, d.y }
        : axis == 1    ? Vec3{ d.x, 0.0, d.y }
                       : Vec3{ d.x, d.y, 0.0 };
    }
    case 2:
    {
      const int face = dice.below(cell.numberOfFaces());
      std::vector<Vec3> loop;
      for (int i = cell.faceOffsets[face]; i < cell.faceOffsets[face + 1]; ++i)
      {
        loop.push_back(cell.points[cell.faceVertices[i]]);
      }
      return sign * vectorArea(loop);
    }
    case 3:
    {
      const int face = dice.below(cell.numberOfFaces());
      const int begin = cell.faceOffsets[face];
      const Vec3 edge =
        cell.points[cell.faceVertices[begin + 1]] - cell.points[cell.faceVertices[begin]];
      return 1.0 / length(edge) * cross(edge, dice.direction3());
    }
    case 4:
      // Nearly along an axis, as in a nearly flat interface.
      return Vec3{ sign, 0.0, 0.0 } + dice.logUniform(1e-15, 1e-3) * dice.direction3();
    default:
      return norm * dice.direction3();
  }
}

/// Relative to the first point, where cells are solved.
Polyhedron local(Polyhedron cell)
{
  const Vec3 origin = cell.points[0];
  for (Vec3& p : cell.points)
  {
    p = p - origin;
  }
  return cell;
}

struct Worst
{
  double error = 0.0;
  int withoutFacet = 0;
  int cells = 0;

  void add(double difference)
  {
    // A NaN stays: it must not be lost among the others.
    if (!std::isnan(this->error) && !(std::abs(difference) <= this->error))
    {
      this->error = std::abs(difference);
    }
  }
  void add(const Polyhedron& cell, Vec3 normal, double fraction)
  {
    const double constant = planeConstant(cell, normal, fraction);
    const Real found = independentVolumeBelow(cell, normal, constant) / independentVolume(cell);
    this->add(static_cast<double>(found - fraction));
    double facet = 0.0;
    for (const auto& loop : cut(cell, normal, constant))
    {
      facet += dot(vectorArea(loop), normal);
    }
    this->withoutFacet += facet > 0.0 ? 0 : 1;
    ++this->cells;
  }
  void add(const Polygon& cell, Vec2 normal, double fraction)
  {
    const double constant = planeConstant(cell, normal, fraction);
    const Real found = independentAreaBelow(cell, normal, constant) / independentArea(cell);
    this->add(static_cast<double>(found - fraction));
    double facet = 0.0;
    for (const auto& piece : cut(cell, normal, constant))
    {
      facet += length(piece[1] - piece[0]);
    }
    this->withoutFacet += facet > 0.0 ? 0 : 1;
    ++this->cells;
  }
  void print(const char* what) const
  {
    std::printf("%-20s %7d cells: max |vf_rec - vf| = %.2e, cells without a facet = %d\n", what,
      this->cells, this->error, this->withoutFacet);
  }
  void merge(const Worst& other)
  {
    this->add(other.error);
    this->withoutFacet += other.withoutFacet;
    this->cells += other.cells;
  }
};

TEST(TestPlaneConstant, EveryCellOfEveryKindIsCutIntoItsFraction)
{
  Dice dice(51);
  Worst all;
  for (int kind = 0; kind < numberOfCellKinds; ++kind)
  {
    Worst worst;
    for (int trial = 0; trial < 20000; ++trial)
    {
      const Polyhedron cell = local(randomCell(dice, kind));
      worst.add(cell, randomNormal(dice, cell), dice.fraction());
    }
    worst.print(cellKindName(kind));
    EXPECT_LE(worst.error, 1e-12) << cellKindName(kind);
    EXPECT_EQ(worst.withoutFacet, 0) << cellKindName(kind);
    all.merge(worst);
  }
  all.print("all polyhedra");
  EXPECT_GE(all.cells, 200000);
}

TEST(TestPlaneConstant, EveryPolygonOfEveryKindIsCutIntoItsFraction)
{
  Dice dice(52);
  Worst all;
  for (int kind = 0; kind < numberOfPolygonKinds; ++kind)
  {
    Worst worst;
    for (int trial = 0; trial < 40000; ++trial)
    {
      Polygon cell = randomPolygon(dice, kind);
      const Vec2 origin = cell[0];
      for (Vec2& p : cell)
      {
        p = p - origin;
      }
      Vec2 normal = dice.logUniform(1e-3, 1e3) * dice.direction2();
      switch (dice.below(5))
      {
        case 0:
          normal = dice.below(2) ? Vec2{ normal.x, 0.0 } : Vec2{ 0.0, normal.y };
          break;
        case 1:
        {
          const int i = dice.below(static_cast<int>(cell.size()));
          const Vec2 d = cell[(i + 1) % cell.size()] - cell[i];
          normal = dice.below(2) ? Vec2{ d.y, -d.x } : Vec2{ -d.y, d.x };
          break;
        }
        case 2:
          normal = Vec2{ 1.0, 0.0 } + dice.logUniform(1e-15, 1e-3) * dice.direction2();
          break;
        default:
          break;
      }
      worst.add(cell, normal, dice.fraction());
    }
    worst.print(polygonKindName(kind));
    EXPECT_LE(worst.error, 1e-12) << polygonKindName(kind);
    EXPECT_EQ(worst.withoutFacet, 0) << polygonKindName(kind);
    all.merge(worst);
  }
  all.print("all polygons");
  EXPECT_GE(all.cells, 200000);
}

TEST(TestPlaneConstant, PlanesThroughVerticesAndEdgesAreFound)
{
  // The fraction below a vertex, then the plane for that fraction: it passes through the vertex,
  // and through the whole edge or face where the normal stands at right angles to one. The
  // vertices of that edge or face are at one height but for rounding.
  Dice dice(53);
  Worst worst;
  for (int trial = 0; trial < 120000; ++trial)
  {
    const int kind = trial % numberOfCellKinds;
    const Polyhedron cell = local(randomCell(dice, kind));
    const Vec3 normal = randomNormal(dice, cell);
    const Vec3 vertex = cell.points[dice.below(static_cast<int>(cell.points.size()))];
    const double fraction = static_cast<double>(
      independentVolumeBelow(cell, normal, dot(normal, vertex)) / independentVolume(cell));
    if (fraction > 1e-8 && fraction < 1.0 - 1e-8)
    {
      worst.add(cell, normal, fraction);
    }
  }
  worst.print("through vertices");
  EXPECT_GT(worst.cells, 60000);
  EXPECT_LE(worst.error, 1e-12);
  EXPECT_EQ(worst.withoutFacet, 0);
}

TEST(TestPlaneConstant, ThinCellsMayLieInAnyDirection)
{
  // Plates down to 1 / 1000 and needles down to 1 / 100. Beyond, rounding of the coordinates'
  // products takes digits: a needle of 1 / 1000 that lies askew has its volume to 1e-11 only.
  Dice dice(59);
  for (const Vec3 size : { Vec3{ 1.0, 1.0, 1e-3 }, Vec3{ 1.0, 1e-2, 1e-2 } })
  {
    Worst worst;
    for (int trial = 0; trial < 20000; ++trial)
    {
      const Map3 rotation = randomRotation(dice);
      const Polyhedron cell = local(transformed(rotation, box({ 0.0, 0.0, 0.0 }, size)));
      const Vec3 normal = dice.below(2) ? rotation.vector({ 0.0, 0.0, 1.0 }) : dice.direction3();
      worst.add(cell, normal, dice.fraction());
    }
    worst.print(size.y == 1.0 ? "rotated plates" : "rotated needles");
    EXPECT_LE(worst.error, 1e-12);
    EXPECT_EQ(worst.withoutFacet, 0);
  }
}

TEST(TestPlaneConstant, PlaneOfAFractionIsWhereTheFractionWasTaken)
{
  Dice dice(54);
  int compared = 0;
  for (int trial = 0; trial < 24000; ++trial)
  {
    const int kind = trial % numberOfCellKinds;
    const Polyhedron cell = local(randomCell(dice, kind));
    const Vec3 normal = dice.direction3();
    double low = 1e300;
    double high = -1e300;
    for (const Vec3& p : cell.points)
    {
      low = std::min(low, dot(normal, p));
      high = std::max(high, dot(normal, p));
    }
    const double constant = low + dice.uniform(0.05, 0.95) * (high - low);
    const double whole = volume(cell);
    double slope = 0.0;
    const double fraction = volumeBelow(cell, normal, constant, &slope) / whole;
    // Where the cut is as large as the mean one the volume fixes the plane.
    if (slope * (high - low) > whole)
    {
      ++compared;
      ASSERT_NEAR(planeConstant(cell, normal, fraction), constant, 1e-13 * (high - low))
        << cellKindName(kind);
    }
  }
  EXPECT_GT(compared, 5000);
}

TEST(TestPlaneConstant, ComplementaryFractionsHaveTheSamePlane)
{
  Dice dice(55);
  for (int trial = 0; trial < 12000; ++trial)
  {
    const Polyhedron cell = local(randomCell(dice, trial % numberOfCellKinds));
    const Vec3 normal = dice.direction3();
    const double fraction = 1.0 / 1024.0 * (1 + dice.below(1023));
    const double inside = planeConstant(cell, normal, fraction);
    const double outside = -planeConstant(cell, -normal, 1.0 - fraction);
    const double between = static_cast<double>((independentVolumeBelow(cell, normal, inside) -
                                                 independentVolumeBelow(cell, normal, outside)) /
      independentVolume(cell));
    ASSERT_LE(std::abs(between), 2e-13) << cellKindName(trial % numberOfCellKinds);
  }
}

TEST(TestPlaneConstant, GrowsWithTheFraction)
{
  Dice dice(56);
  for (int trial = 0; trial < 1200; ++trial)
  {
    const Polyhedron cell = local(randomCell(dice, trial % numberOfCellKinds));
    const Vec3 normal = randomNormal(dice, cell);
    double before = planeConstant(cell, normal, 0.0);
    for (int i = 1; i <= 32; ++i)
    {
      const double constant = planeConstant(cell, normal, i / 32.0);
      ASSERT_GT(constant, before) << cellKindName(trial % numberOfCellKinds);
      before = constant;
    }
  }
}

TEST(TestPlaneConstant, EndsAreTheWholeAndNothing)
{
  Dice dice(57);
  for (int trial = 0; trial < 6000; ++trial)
  {
    const Polyhedron cell = local(randomCell(dice, trial % numberOfCellKinds));
    const Vec3 normal = dice.direction3();
    const double whole = volume(cell);
    ASSERT_NEAR(volumeBelow(cell, normal, planeConstant(cell, normal, 0.0)), 0.0, 1e-13 * whole);
    ASSERT_NEAR(volumeBelow(cell, normal, planeConstant(cell, normal, 1.0)), whole, 1e-13 * whole);
    const Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    const Vec2 flat = dice.direction2();
    const double size = area(polygon);
    ASSERT_NEAR(areaBelow(polygon, flat, planeConstant(polygon, flat, 0.0)), 0.0, 1e-13 * size);
    ASSERT_NEAR(areaBelow(polygon, flat, planeConstant(polygon, flat, 1.0)), size, 1e-13 * size);
  }
}

TEST(TestPlaneConstant, FollowsTheCellUnderScalesMirrorsAndRotations)
{
  Dice dice(58);
  for (int trial = 0; trial < 12000; ++trial)
  {
    const Polyhedron cell = local(randomCell(dice, trial % numberOfCellKinds));
    const Vec3 normal = randomNormal(dice, cell);
    const double fraction = dice.fraction();
    const char* name = cellKindName(trial % numberOfCellKinds);
    Worst worst;
    for (const double s : { 1e-9, 1e9 })
    {
      Map3 scale;
      for (Vec3& column : scale.columns)
      {
        column = s * column;
      }
      worst.add(transformed(scale, cell), normal, fraction);
    }
    if (trial % numberOfCellKinds != 2) // thin cells turn in a test of their own
    {
      const Map3 rotation = randomRotation(dice);
      worst.add(transformed(rotation, cell), rotation.vector(normal), fraction);
    }
    worst.add(mirrored(cell), { -normal.x, normal.y, normal.z }, fraction);
    ASSERT_LE(worst.error, 1e-12) << name;
    ASSERT_EQ(worst.withoutFacet, 0) << name;
    // Powers of two leave every digit alone; so does a longer normal.
    Map3 scale;
    for (Vec3& column : scale.columns)
    {
      column = 0x1p-30 * column;
    }
    const double constant = planeConstant(cell, normal, fraction);
    ASSERT_EQ(planeConstant(transformed(scale, cell), normal, fraction), 0x1p-30 * constant)
      << name;
    ASSERT_EQ(planeConstant(cell, 4.0 * normal, fraction), 4.0 * constant) << name;
  }
}

} // namespace
