// Laws of least-squares normals over a band of cells.
#include "BandMeshes.h"

#include "plic/LeastSquares.h"

#include <gtest/gtest.h>

using namespace mir;
using namespace mir::testing;

namespace {

/// A field in which every cell is mixed.
MaterialField everywhere(std::vector<double> fractions)
{
  return materialField(std::move(fractions), -1.0);
}

} // namespace

/// Where fractions are linear in the centroids the normal is their gradient, on any mesh.
TEST(LeastSquaresBand, LinearFieldsAreExact)
{
  Dice dice(201);
  for (int mesh = 0; mesh < numberOfBandMeshes; ++mesh)
  {
    const CellBand band = bandMesh(static_cast<BandMesh>(mesh), 6, 7);
    Vec3 direction = dice.direction3();
    if (band.dimension == 2)
    {
      direction.z = 0.0;
      direction = 1.0 / length(direction) * direction;
    }
    std::vector<double> fractions;
    for (const Vec3& centroid : band.centroids)
    {
      fractions.push_back(0.5 - 0.1 * dot(direction, centroid));
    }
    for (const Vec3& normal : leastSquares(band, everywhere(fractions)))
    {
      ASSERT_LT(length(normal - direction), 1e-11) << bandMeshName(static_cast<BandMesh>(mesh));
    }
  }
}

/// The band form is leastSquaresNormal() of every cell, scaled to a unit vector.
TEST(LeastSquaresBand, AgreesWithTheSingleCell)
{
  Dice dice(202);
  for (int mesh = 0; mesh < numberOfBandMeshes; ++mesh)
  {
    const CellBand band = bandMesh(static_cast<BandMesh>(mesh), 5, 8);
    std::vector<double> fractions(band.numberOfCells());
    for (double& fraction : fractions)
    {
      fraction = dice.uniform();
    }
    const NormalField normals = leastSquares(band, everywhere(fractions));
    for (int cell = 0; cell < band.numberOfCells(); ++cell)
    {
      std::vector<NeighbourDifference> differences;
      for (auto i = band.neighbourOffsets[cell]; i < band.neighbourOffsets[cell + 1]; ++i)
      {
        const int neighbour = band.neighbours[i];
        differences.push_back({ band.centroids[neighbour] - band.centroids[cell],
          fractions[neighbour] - fractions[cell] });
      }
      const Vec3 expected = leastSquaresNormal(differences, band.dimension);
      ASSERT_LT(length(normals[cell] - 1.0 / length(expected) * expected), 1e-12);
    }
  }
}

/// In one row of cells only the component along the row can be told.
TEST(LeastSquaresBand, DirectionsWithoutNeighboursGetNoComponent)
{
  CellBand band;
  band.dimension = 3;
  band.shapes.push_back(detail::hexahedronFaces());
  for (int i = 0; i < 5; ++i)
  {
    for (const auto& [y, z] : { std::pair{ 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } })
    {
      band.points.push_back({ 0.3 * i, double(y), double(z) });
    }
  }
  for (int i = 0; i < 4; ++i)
  {
    const int a = 4 * i;
    const int b = a + 4;
    detail::addCell(band, CellKind::Box, { a, b, b + 1, a + 1, a + 2, b + 2, b + 3, a + 3 });
  }
  finishBand(band);
  for (const Vec3& normal : leastSquares(band, everywhere({ 1.0, 0.9, 0.2, 0.1 })))
  {
    EXPECT_LT(length(normal - Vec3{ 1.0, 0.0, 0.0 }), 1e-14);
  }
}

/// Zero where differences vanish, or cancel in the sum.
TEST(LeastSquaresBand, ZeroWhereNothingCanBeTold)
{
  for (const BandMesh mesh : { BandMesh::Boxes2D, BandMesh::Boxes3D })
  {
    const CellBand band = bandMesh(mesh, 5);
    const int middle = band.numberOfCells() / 2;
    std::vector<double> fractions(band.numberOfCells(), 0.25);
    for (const Vec3& normal : leastSquares(band, everywhere(fractions)))
    {
      EXPECT_EQ(length(normal), 0.0);
    }
    fractions.assign(band.numberOfCells(), 0.0);
    fractions[middle] = 0.7;
    EXPECT_EQ(length(leastSquares(band, everywhere(fractions))[middle]), 0.0);
  }
}

/// The same bits however the loop is split, and unit vectors all.
TEST(LeastSquaresBand, DoesNotDependOnTheSplit)
{
  const CellBand band = bandMesh(BandMesh::Tetrahedra, 8);
  const MaterialField field = materialField(ballFractions(band, { 0.5, 0.48, 0.51 }, 0.3), 1e-8);
  const NormalField whole = leastSquares(band, field);
  const NormalField split =
    leastSquares(band, field, [](int count, const std::function<void(int, int)>& body) {
      for (int end = count; end > 0; end = end * 2 / 3)
      {
        body(end * 2 / 3, end);
      }
    });
  for (std::size_t i = 0; i < whole.size(); ++i)
  {
    EXPECT_EQ(whole[i].x, split[i].x);
    EXPECT_EQ(whole[i].y, split[i].y);
    EXPECT_EQ(whole[i].z, split[i].z);
    EXPECT_NEAR(length(whole[i]), 1.0, 1e-15);
  }
}
