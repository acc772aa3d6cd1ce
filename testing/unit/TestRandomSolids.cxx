// Laws of the training's bodies: distances, fractions against exact ones, and reproducibility.
#include "RandomCells.h"

#include "data/RandomSolids.h"
#include "data/Solid.h"
#include "data/SolidCoverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int n = 12;

std::vector<double> distancesAt(
  const std::vector<SolidShape>& bodies, const std::vector<Vec3>& places, bool estimates = false)
{
  std::vector<double> axes[3];
  for (const Vec3& x : places)
  {
    axes[0].push_back(x.x);
    axes[1].push_back(x.y);
    axes[2].push_back(x.z);
  }
  const PointArrays points{ axes[0].data(), axes[1].data(), axes[2].data(),
    static_cast<int>(places.size()) };
  std::vector<double> result(places.size());
  estimates ? bodies[0].estimates(points, result.data())
            : unionDistances(bodies, points, result.data());
  return result;
}

std::vector<Vec3> placesInGrid(unsigned seed, int count)
{
  Dice dice(seed);
  std::vector<Vec3> places(count);
  for (Vec3& x : places)
  {
    x = { dice.uniform(0.0, n), dice.uniform(0.0, n), dice.uniform(0.0, n) };
  }
  return places;
}

Polyhedron unitCube(Vec3 low)
{
  Polyhedron cube;
  for (int i = 0; i < 8; ++i)
  {
    cube.points.push_back(low + Vec3{ double(i & 1), double(i >> 1 & 1), double(i >> 2) });
  }
  static const int faces[6][4] = { { 0, 2, 3, 1 }, { 4, 5, 7, 6 }, { 0, 1, 5, 4 }, { 1, 3, 7, 5 },
    { 3, 2, 6, 7 }, { 2, 0, 4, 6 } };
  for (const auto& face : faces)
  {
    addFace(cube, face, 4);
  }
  return cube;
}

} // namespace

TEST(RandomSolids, ASampleDependsOnSeedAndIndexAlone)
{
  const std::vector<Vec3> places = placesInGrid(1, 100);
  std::vector<std::vector<double>> forward;
  for (int i = 0; i < 60; ++i)
  {
    forward.push_back(distancesAt(randomSolid(5, i, n).bodies, places));
  }
  for (int i = 60; i-- > 0;)
  {
    EXPECT_EQ(forward[i], distancesAt(randomSolid(5, i, n).bodies, places)) << i;
  }
  EXPECT_NE(forward[0], distancesAt(randomSolid(6, 0, n).bodies, places));
}

TEST(RandomSolids, SurfacesCrossTheGrid)
{
  std::array<int, numberOfSolidFamilies> seen{};
  int crossed = 0;
  for (int i = 0; i < 400; ++i)
  {
    const RandomSolid solid = randomSolid(2, i, n);
    ++seen[static_cast<int>(solid.family)];
    const std::vector<double> fractions = solidFractions(solid.bodies, n);
    crossed += std::any_of(
      fractions.begin(), fractions.end(), [](double f) { return f > 1e-6 && f < 1.0 - 1e-6; });
  }
  EXPECT_EQ(crossed, 400);
  for (int family = 0; family < numberOfSolidFamilies; ++family)
  {
    EXPECT_GT(seen[family], 0) << solidFamilyName(static_cast<SolidFamily>(family));
  }
}

// Where no body is in closed form the steps towards the nearest point may not find it.
TEST(RandomSolids, DistancesDifferByNoMoreThanTheWayBetween)
{
  const std::vector<Vec3> places = placesInGrid(3, 200);
  Dice dice(4);
  std::vector<Vec3> beside;
  for (const Vec3& x : places)
  {
    beside.push_back(x + 0.05 * dice.direction3());
  }
  for (int i = 0; i < 300; ++i)
  {
    const RandomSolid solid = randomSolid(3, i, n);
    if (!std::all_of(solid.bodies.begin(), solid.bodies.end(),
          [](const SolidShape& body) { return body.exact(); }))
    {
      continue;
    }
    const std::vector<double> here = distancesAt(solid.bodies, places);
    const std::vector<double> there = distancesAt(solid.bodies, beside);
    for (std::size_t p = 0; p < places.size(); ++p)
    {
      EXPECT_LE(std::fabs(here[p] - there[p]), 0.05 * (1.0 + 1e-6))
        << solidFamilyName(solid.family) << ' ' << i;
    }
  }
}

// A step along the gradient by the distance ends on the surface: the law of a distance wherever the
// nearest point is one alone.
TEST(RandomSolids, AStepOfTheDistanceEndsOnTheSurface)
{
  const std::vector<Vec3> places = placesInGrid(5, 400);
  constexpr double h = 1e-5;
  for (int i = 0; i < 300; ++i)
  {
    const RandomSolid solid = randomSolid(4, i, n);
    const std::vector<double> d = distancesAt(solid.bodies, places);
    std::vector<Vec3> feet;
    for (std::size_t p = 0; p < places.size(); ++p)
    {
      if (std::fabs(d[p]) > 0.5)
      {
        continue;
      }
      const Vec3 x = places[p];
      const std::vector<double> s = distancesAt(solid.bodies,
        { x + Vec3{ h, 0, 0 }, x - Vec3{ h, 0, 0 }, x + Vec3{ 0, h, 0 }, x - Vec3{ 0, h, 0 },
          x + Vec3{ 0, 0, h }, x - Vec3{ 0, 0, h } });
      const Vec3 slope = 0.5 / h * Vec3{ s[0] - s[1], s[2] - s[3], s[4] - s[5] };
      if (std::fabs(length(slope) - 1.0) < 1e-3)
      {
        feet.push_back(x - d[p] * slope);
      }
    }
    double sum = 0.0;
    for (double off : distancesAt(solid.bodies, feet))
    {
      sum += std::fabs(off);
    }
    EXPECT_LE(sum, 2e-3 * std::max<std::size_t>(feet.size(), 1))
      << solidFamilyName(solid.family) << ' ' << i;
  }
}

TEST(SolidCoverage, FractionsOfBallsAndHalfSpacesAreThoseOfSolid)
{
  Dice dice(6);
  double sum = 0.0;
  int mixed = 0;
  for (int round = 0; round < 12; ++round)
  {
    SolidShape shape;
    shape.kind = round % 3 == 0 ? SolidShape::Kind::HalfSpace : SolidShape::Kind::Ball;
    shape.centre = { dice.uniform(1.0, 4.0), dice.uniform(1.0, 4.0), dice.uniform(1.0, 4.0) };
    shape.size[0] = dice.logUniform(0.8, 3.0);
    shape.axes[2] = dice.direction3();
    const Vec3 any = std::fabs(shape.axes[2].x) < 0.6 ? Vec3{ 1, 0, 0 } : Vec3{ 0, 1, 0 };
    shape.axes[0] = cross(any, shape.axes[2]);
    shape.axes[0] = 1.0 / length(shape.axes[0]) * shape.axes[0];
    shape.axes[1] = cross(shape.axes[2], shape.axes[0]);
    const Ball ball(shape.centre, shape.size[0]);
    const HalfSpace half(shape.centre, shape.axes[2]);
    const Solid& exact =
      round % 3 == 0 ? static_cast<const Solid&>(half) : static_cast<const Solid&>(ball);
    const std::vector<double> fractions = solidFractions({ shape }, 5, { 3e-4, 6 });
    for (int cell = 0; cell < 125; ++cell)
    {
      const Vec3 low{ double(cell % 5), double(cell / 5 % 5), double(cell / 25) };
      const double f = exact.fraction(unitCube(low));
      const double error = std::fabs(f - fractions[cell]);
      sum += error;
      mixed += f > 0.0 && f < 1.0;
      EXPECT_LT(error, 2e-5);
      EXPECT_EQ(f == 0.0 && fractions[cell] > 1e-9, false);
    }
  }
  EXPECT_LT(sum / mixed, 3e-6);
}

TEST(SolidCoverage, TheTrainingsAccuracyIsOneInAHundredThousandInTheMean)
{
  std::array<double, numberOfSolidFamilies> sums{};
  std::array<int, numberOfSolidFamilies> counts{};
  for (int i = 0; i < 40; ++i)
  {
    const RandomSolid solid = randomSolid(8, i, 6);
    const std::vector<double> fast = solidFractions(solid.bodies, 6);
    const std::vector<double> fine = solidFractions(solid.bodies, 6, { 2e-4, 7 });
    for (std::size_t cell = 0; cell < fast.size(); ++cell)
    {
      const double error = std::fabs(fast[cell] - fine[cell]);
      EXPECT_LT(error, 1e-3) << solidFamilyName(solid.family) << ' ' << i;
      sums[static_cast<int>(solid.family)] += error;
      counts[static_cast<int>(solid.family)] += fine[cell] > 1e-6 && fine[cell] < 1.0 - 1e-6;
    }
  }
  double sum = 0.0;
  int count = 0;
  for (int family = 0; family < numberOfSolidFamilies; ++family)
  {
    sum += sums[family];
    count += counts[family];
  }
  EXPECT_LT(sum / count, 2e-5);
}

TEST(SolidShapes, EstimatesHaveTheSignOfTheDistances)
{
  const std::vector<Vec3> places = placesInGrid(9, 400);
  for (int i = 0; i < 200; ++i)
  {
    const RandomSolid solid = randomSolid(9, i, n);
    if (solid.bodies.size() == 1)
    {
      const std::vector<double> exact = distancesAt(solid.bodies, places);
      const std::vector<double> estimates = distancesAt(solid.bodies, places, true);
      for (std::size_t p = 0; p < places.size(); ++p)
      {
        EXPECT_EQ(exact[p] < 0.0, estimates[p] < 0.0) << solidFamilyName(solid.family);
      }
    }
  }
}
