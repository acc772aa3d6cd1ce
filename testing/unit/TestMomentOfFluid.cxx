// Laws of the normals from fractions and centroids.
#include "BandMeshes.h"

#include "plic/LeastSquares.h"
#include "plic/MomentOfFluid.h"

#include <gtest/gtest.h>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr double degree = 3.14159265358979323846 / 180.0;

double angle(Vec3 a, Vec3 b)
{
  return std::atan2(length(cross(a, b)), dot(a, b));
}

Vec3 randomNormal(Dice& dice, int dimension)
{
  if (dimension == 3)
  {
    return dice.direction3();
  }
  const Vec2 n = dice.direction2();
  return { n.x, n.y, 0.0 };
}

/// Centroid of the cell's part in normal . (x - origin) <= constant, by the clipped cell.
Vec3 centroidBelow(const CellBand& band, int cell, Vec3 normal, double constant)
{
  if (band.dimension == 2)
  {
    Polygon polygon;
    Polygon below;
    band.polygon(cell, polygon);
    clip(polygon, { normal.x, normal.y }, constant, below);
    const Vec2 c = centroid(below);
    return band.origin(cell) + Vec3{ c.x, c.y, 0.0 };
  }
  Polyhedron polyhedron;
  Polyhedron below;
  band.polyhedron(cell, polyhedron);
  clip(polyhedron, normal, constant, below);
  return band.origin(cell) + centroid(below);
}

struct Moments
{
  MaterialField field;
  std::vector<Vec3> centroids;
};

Moments planeMoments(const CellBand& band, Vec3 point, Vec3 normal)
{
  Moments moments;
  moments.field = materialField(planeFractions(band, point, normal), 1e-8);
  for (const int cell : moments.field.mixed)
  {
    moments.centroids.push_back(
      centroidBelow(band, cell, normal, dot(normal, point - band.origin(cell))));
  }
  return moments;
}

/// Those of a plane with the centroids moved at random, by up to a hundredth of the cell in both
/// the material and its complement.
Moments roughMoments(const CellBand& band, Dice& dice)
{
  const Vec3 middle{ 0.5, 0.5, band.dimension == 3 ? 0.5 : 0.0 };
  Moments moments = planeMoments(band, middle, randomNormal(dice, band.dimension));
  for (std::size_t slot = 0; slot < moments.centroids.size(); ++slot)
  {
    const int cell = moments.field.mixed[slot];
    const double fraction = moments.field.fractions[cell];
    const double size =
      band.dimension == 2 ? std::sqrt(band.volumes[cell]) : std::cbrt(band.volumes[cell]);
    moments.centroids[slot] =
      moments.centroids[slot] + 0.01 * size * (1.0 - fraction) * randomNormal(dice, band.dimension);
  }
  return moments;
}

class MomentOfFluidOnMeshes : public ::testing::TestWithParam<int>
{
public:
  BandMesh mesh() const { return static_cast<BandMesh>(this->GetParam()); }
  bool flat() const { return this->GetParam() < numberOfPlanarBandMeshes; }
  int cells() const { return this->flat() ? 14 : 6; }
};

INSTANTIATE_TEST_SUITE_P(TestMomentOfFluid, MomentOfFluidOnMeshes,
  ::testing::Range(0, numberOfBandMeshes), [](const auto& info) {
    std::string name = bandMeshName(static_cast<BandMesh>(info.param));
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
  });

TEST_P(MomentOfFluidOnMeshes, GiveBackPlanesAtAnyScale)
{
  const CellBand unit = bandMesh(this->mesh(), this->cells(), 21);
  Dice dice(321);
  const double factors[3] = { 1.0, 1e-9, 1e9 };
  for (int trial = 0; trial < 18; ++trial)
  {
    const double factor = factors[trial % 3];
    const CellBand band = mapped(unit, scaling(factor));
    const Vec3 exact = randomNormal(dice, band.dimension);
    Vec3 point = Vec3{ 0.5, 0.5, 0.5 } + dice.point3(0.2);
    point.z = this->flat() ? 0.0 : point.z;
    const Moments moments = planeMoments(band, factor * point, exact);
    const NormalField normals =
      momentOfFluid(band, moments.field, moments.centroids, leastSquares(band, moments.field));
    for (std::size_t slot = 0; slot < normals.size(); ++slot)
    {
      const double fraction = moments.field.fractions[moments.field.mixed[slot]];
      // The rounding of the material's centroid grows in that of a small complement as the inverse
      // of its fraction, and counts against its size.
      const double lost = std::pow(1.0 - fraction, -1.0 - 1.0 / band.dimension);
      ASSERT_LE(angle(normals[slot], exact), 1e-6 * degree + 1e-13 * lost)
        << "fraction " << fraction << ", rest " << 1.0 - fraction;
      ASSERT_NEAR(length(normals[slot]), 1.0, 1e-14);
    }
  }
}

TEST_P(MomentOfFluidOnMeshes, LeaveADifferenceAlongTheNormalOnly)
{
  const CellBand band = bandMesh(this->mesh(), this->cells(), 22);
  Dice dice(322);
  CellCutter cutter(band);
  for (int trial = 0; trial < 4; ++trial)
  {
    const Moments moments = roughMoments(band, dice);
    const NormalField normals =
      momentOfFluid(band, moments.field, moments.centroids, leastSquares(band, moments.field));
    for (std::size_t slot = 0; slot < normals.size(); ++slot)
    {
      const int cell = moments.field.mixed[slot];
      const double fraction = moments.field.fractions[cell];
      if (std::min(fraction, 1.0 - fraction) < 0.02)
      {
        continue; // The move may be out of the reach of a small part.
      }
      const Vec3 n = normals[slot];
      const double constant = cutter.planeConstant(cell, n, fraction);
      const Vec3 difference = centroidBelow(band, cell, n, constant) - moments.centroids[slot];
      const double size =
        band.dimension == 2 ? std::sqrt(band.volumes[cell]) : std::cbrt(band.volumes[cell]);
      ASSERT_LE(length(difference - dot(difference, n) * n), 1e-6 * size)
        << "cell " << cell << ", fraction " << fraction;
      ASSERT_LE(length(difference), 0.011 * size);
    }
  }
}

TEST_P(MomentOfFluidOnMeshes, FollowMirrorsTurnsAndComplements)
{
  const CellBand band = bandMesh(this->mesh(), this->cells(), 23);
  Dice dice(323);
  const Moments moments = roughMoments(band, dice);
  const NormalField start(moments.field.mixed.size());
  const NormalField normals = momentOfFluid(band, moments.field, moments.centroids, start);
  auto isFat = [&moments](std::size_t slot) {
    const double fraction = moments.field.fractions[moments.field.mixed[slot]];
    return fraction > 0.02 && fraction < 0.98;
  };
  Map3 mirror;
  mirror.columns[0] = { -1.0, 0.0, 0.0 };
  Map3 turn;
  turn.columns[0] = { 0.0, 1.0, 0.0 };
  turn.columns[1] = { -1.0, 0.0, 0.0 };
  for (const Map3& map : { mirror, turn })
  {
    std::vector<Vec3> centroids;
    for (const Vec3& centroid : moments.centroids)
    {
      centroids.push_back(map(centroid));
    }
    const NormalField images = momentOfFluid(mapped(band, map), moments.field, centroids, start);
    for (std::size_t slot = 0; slot < normals.size(); ++slot)
    {
      if (isFat(slot))
      {
        ASSERT_LE(length(images[slot] - map.vector(normals[slot])), 1e-12);
      }
    }
  }
  std::vector<double> rest;
  for (const double fraction : moments.field.fractions)
  {
    rest.push_back(1.0 - fraction);
  }
  std::vector<Vec3> centroids;
  for (std::size_t slot = 0; slot < normals.size(); ++slot)
  {
    const int cell = moments.field.mixed[slot];
    const double fraction = moments.field.fractions[cell];
    centroids.push_back(band.centroids[cell] -
      fraction / (1.0 - fraction) * (moments.centroids[slot] - band.centroids[cell]));
  }
  const NormalField complements = momentOfFluid(band, materialField(rest, 1e-8), centroids, start);
  ASSERT_EQ(complements.size(), normals.size());
  for (std::size_t slot = 0; slot < normals.size(); ++slot)
  {
    if (isFat(slot))
    {
      ASSERT_LE(length(complements[slot] + normals[slot]), 1e-10);
    }
  }
}

TEST_P(MomentOfFluidOnMeshes, AreTheSameInAnyRanges)
{
  const CellBand band = bandMesh(this->mesh(), this->cells(), 24);
  Dice dice(324);
  const Moments moments = roughMoments(band, dice);
  const NormalField start = leastSquares(band, moments.field);
  auto inPieces = [](int count, const std::function<void(int, int)>& body) {
    for (int end = count; end > 0; end -= 5)
    {
      body(std::max(0, end - 5), end);
    }
  };
  const NormalField normals = momentOfFluid(band, moments.field, moments.centroids, start);
  const NormalField pieces = momentOfFluid(band, moments.field, moments.centroids, start, inPieces);
  for (std::size_t slot = 0; slot < normals.size(); ++slot)
  {
    ASSERT_EQ(normals[slot].x, pieces[slot].x);
    ASSERT_EQ(normals[slot].y, pieces[slot].y);
    ASSERT_EQ(normals[slot].z, pieces[slot].z);
  }
}

TEST(TestMomentOfFluid, TellsNothingOfCentroidsThatAreNone)
{
  const CellBand band = bandMesh(BandMesh::Hexahedra, 2, 25);
  const MaterialField field = materialField(std::vector<double>(band.numberOfCells(), 0.25), 1e-8);
  std::vector<Vec3> centroids = band.centroids;
  centroids[3].y = std::nan("");
  const NormalField normals =
    momentOfFluid(band, field, centroids, NormalField(band.numberOfCells()));
  for (const Vec3& normal : normals)
  {
    EXPECT_EQ(length(normal), 0.0);
  }
}

} // namespace
