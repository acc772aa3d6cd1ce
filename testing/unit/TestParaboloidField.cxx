// Laws of averaged paraboloids: planes stay, curved interfaces come back to third order.
#include "InterfaceProblems.h"
#include "VariationalProblems.h"

#include "plic/MaterialField.h"
#include "plic/ReconstructedDistance.h"
#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/continuous/starts/ParaboloidField.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mir;
using namespace mir::testing;

namespace {

/// Normals of Reconstructed Distance out of each material of each mixed cell of two materials.
MaterialNormals distanceNormals(
  const CellBand& band, const SubcellBand& mesh, const FractionLists& fractions)
{
  const MaterialField field = materialField(fractions[0], 1e-10);
  const NormalField normals = reconstructedDistance(band, field);
  MaterialNormals result;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const Vec3 normal = normals[field.slots[mesh.cells[c]]];
    result.push_back(normal);
    result.push_back(-normal);
  }
  return result;
}

/// The mean error of the field as a distance over the nodes within half a cell of the circle or
/// sphere, in its radii.
double roundError(BandMesh kind, int n)
{
  const CellBand band = bandMesh(kind, n);
  const FractionProblem problem(band, withRest(roundFractions(band)), 2);
  const std::vector<double> field = averagedParaboloids(
    band, problem.materials, problem.mesh, distanceNormals(band, problem.mesh, problem.fractions));
  const double near = 0.5 / n;
  double sum = 0.0;
  int looked = 0;
  for (int c = 0; c < problem.mesh.numberOfCells(); ++c)
  {
    std::vector<Vec3> positions(problem.mesh.subdivision(c).nodes);
    nodePositions(band, problem.mesh, c, positions.data());
    std::vector<double> values(positions.size());
    gatherValues(problem.mesh, c, field, values.data());
    for (std::size_t node = 0; node < positions.size(); ++node)
    {
      const double distance = -toCircle(band, positions[node]);
      if (std::abs(distance) < near)
      {
        sum += std::abs(values[node] - distance) / radius;
        ++looked;
      }
    }
  }
  EXPECT_GT(looked, 100);
  return sum / looked;
}

} // namespace

TEST(ParaboloidField, PlanesStayAsTheyAre)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(static_cast<BandMesh>(kind)));
    const CellBand band = smallMesh(static_cast<BandMesh>(kind));
    const Vec3 normal =
      band.dimension == 2 ? Vec3{ 0.8, 0.6, 0.0 } : Vec3{ 2.0 / 7, 3.0 / 7, 6.0 / 7 };
    const FractionProblem problem =
      withFractions(band, withRest(planeFractions(band, centreOf(band), normal)));
    MaterialNormals normals;
    for (int c = 0; c < problem.mesh.numberOfCells(); ++c)
    {
      normals.push_back(normal);
      normals.push_back(-normal);
    }
    const std::vector<BentPlane> planes = bentPlanes(band, problem.mesh, normals);
    const CellValues before = planeValues(band, problem.materials, problem.mesh, normals);
    const CellValues values =
      planeValues(band, problem.materials, problem.mesh, normals, runSerially, &planes);
    int fitted = 0;
    for (const BentPlane& plane : planes)
    {
      if (std::isfinite(plane.misfit))
      {
        EXPECT_LT(plane.misfit, 1e-7); // the root of what rounding leaves of a sum of squares
        ++fitted;
      }
    }
    EXPECT_GT(2 * fitted, problem.mesh.numberOfCells());
    for (std::size_t i = 0; i < before.values.size(); ++i)
    {
      ASSERT_NEAR(values.values[i], before.values[i], 1e-11);
    }
  }
}

TEST(ParaboloidField, CirclesAndSpheresComeBackToThirdOrder)
{
  // Twice as many cells across leave an eighth of the error; from exact fractions, with a margin
  // for meshes that are not similar.
  for (BandMesh kind : { BandMesh::Boxes2D, BandMesh::Quads, BandMesh::Polygons, BandMesh::Boxes3D,
         BandMesh::Hexahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const int n = isPlanar(int(kind)) ? 12 : 7;
    EXPECT_GT(roundError(kind, n), 30.0 * roundError(kind, 4 * n));
  }
}

// A circle or a ball about the middle of a side: cells at the mesh's edge have facets on one side
// of them alone, and their part of the conserved interface is as near to the truth as that within,
// but for half.
TEST(ParaboloidField, InterfacesBendAtTheEdgeOfAMeshToo)
{
  for (BandMesh kind : { BandMesh::Boxes2D, BandMesh::Boxes3D })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const int n = isPlanar(int(kind)) ? 24 : 14;
    const CellBand band = bandMesh(kind, n);
    const Vec3 centre{ 0.503, 0.0, isPlanar(int(kind)) ? 0.0 : 0.511 };
    const std::vector<double> fractions = isPlanar(int(kind))
      ? discFractions(band, { centre.x, centre.y }, radius)
      : ballFractions(band, centre, radius);
    const FractionProblem problem(band, withRest(fractions), 4);
    std::vector<double> field = averagedParaboloids(band, problem.materials, problem.mesh,
      distanceNormals(band, problem.mesh, problem.fractions));
    conserve(problem.mesh, field, {});
    const ContinuousFacets facets = extractFacets(band, problem.mesh, field);
    double sums[2] = { 0.0, 0.0 };
    double areas[2] = { 0.0, 0.0 };
    for (std::size_t facet = 0; facet < facets.cells.size(); ++facet)
    {
      const bool edge = band.centroids[facets.cells[facet]].y < 1.0 / n;
      areas[edge] += facets.areas[facet];
      const double corners =
        static_cast<double>(facets.facetOffsets[facet + 1] - facets.facetOffsets[facet]);
      for (auto i = facets.facetOffsets[facet]; i < facets.facetOffsets[facet + 1]; ++i)
      {
        const double distance = radius - length(facets.points[facets.facetPoints[i]] - centre);
        sums[edge] += facets.areas[facet] / corners * std::abs(distance);
      }
    }
    ASSERT_GT(areas[1], 0.0);
    EXPECT_LT(sums[1] / areas[1], 1.5 * sums[0] / areas[0]);
  }
}

TEST(ParaboloidField, OnlyFacetsBetweenTheSameMaterialsCount)
{
  // Three sectors: cells of three materials have no paraboloid, and about the junction those of two
  // do not see the other lines, so that straight ones stay straight.
  const CellBand band = bandMesh(BandMesh::Quads, 9);
  const FractionLists fractions = sectorFractions(band);
  const BandMaterials materials = bandMaterials(fractions);
  const SubcellBand mesh = subdivideBand(band, materials, 4);
  MaterialNormals normals;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const unsigned char* numbers = mesh.materialsOf(c);
    for (int k = 0; k < mesh.materialCount(c); ++k)
    {
      const Vec3 across = simplexDirection(2, numbers[k]) - simplexDirection(2, numbers[k == 0]);
      normals.push_back(-1.0 / length(across) * across);
    }
  }
  const std::vector<BentPlane> planes = bentPlanes(band, mesh, normals);
  const CellValues before = planeValues(band, materials, mesh, normals);
  const CellValues values = planeValues(band, materials, mesh, normals, runSerially, &planes);
  int several = 0;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    if (mesh.materialCount(c) > 2)
    {
      EXPECT_EQ(planes[c].misfit, std::numeric_limits<double>::infinity());
      ++several;
    }
    else if (std::isfinite(planes[c].misfit))
    {
      EXPECT_LT(planes[c].misfit, 1e-7);
    }
  }
  EXPECT_GT(several, 0);
  for (std::size_t i = 0; i < before.values.size(); ++i)
  {
    ASSERT_NEAR(values.values[i], before.values[i], 1e-11);
  }
}

TEST(ParaboloidField, UnitsAndPlaceDoNotMatter)
{
  for (BandMesh kind : { BandMesh::Triangles, BandMesh::Hexahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = bandMesh(kind, 8);
    const FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
    const MaterialNormals normals = distanceNormals(band, problem.mesh, problem.fractions);
    const std::vector<double> field =
      averagedParaboloids(band, problem.materials, problem.mesh, normals);
    for (double factor : { 1e-9, 1e9 })
    {
      const CellBand scaled = mapped(band, scaling(factor));
      const SubcellBand mesh = subdivideBand(scaled, problem.materials, refinementOf(band));
      const std::vector<double> other =
        averagedParaboloids(scaled, problem.materials, mesh, normals);
      ASSERT_EQ(field.size(), other.size());
      for (std::size_t slot = 0; slot < field.size(); ++slot)
      {
        ASSERT_NEAR(other[slot] / factor, field[slot], 1e-12);
      }
    }
  }
}

TEST(ParaboloidField, ThreadsDoNotMatterToTheBit)
{
  const CellBand band = bandMesh(BandMesh::Polyhedra, 3);
  const FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
  const MaterialNormals normals = distanceNormals(band, problem.mesh, problem.fractions);
  std::vector<BentPlane> one;
  std::vector<BentPlane> three;
  EXPECT_EQ(averagedParaboloids(band, problem.materials, problem.mesh, normals, runSerially, &one),
    averagedParaboloids(band, problem.materials, problem.mesh, normals, runOnThreeThreads, &three));
  ASSERT_EQ(one.size(), three.size());
  for (std::size_t c = 0; c < one.size(); ++c)
  {
    EXPECT_EQ(one[c].misfit, three[c].misfit);
  }
}
