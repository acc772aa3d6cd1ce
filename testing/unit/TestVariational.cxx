// Laws of the variational method: what is straight stays, circles and spheres come out round, and
// soft fractions take out noise.
#include "VariationalProblems.h"

#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/variational/Variational.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace mir;
using namespace mir::testing;

TEST(Variational, AStraightInterfaceStays)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = smallMesh(BandMesh(kind));
    const Vec3 point{ 0.47, 0.52, isPlanar(kind) ? 0.0 : 0.53 };
    const Vec3 normal = isPlanar(kind) ? Vec3{ 0.8, 0.6, 0.0 } : Vec3{ 2.0 / 7, 3.0 / 7, 6.0 / 7 };
    const auto height = [&](Vec3 x) { return dot(normal, x - point); };
    FractionProblem problem = withFractions(band, withRest(planeFractions(band, point, normal)));
    const SubcellBand& mesh = problem.mesh;
    ASSERT_GT(mesh.numberOfCells(), 5);
    const double size = largestSize(mesh);
    // Nodes of pure cells keep their margin, which may bend it by as much.
    std::vector<double> field = sampledField(
      band, mesh, [&](int material, Vec3 x) { return (material == 0 ? -0.5 : 0.5) * height(x); });
    smooth(band, mesh, field, {});
    EXPECT_LT(distances(band, mesh, field, height).largest, pureMargin * size);

    // And it is found again from planes that lean to all sides.
    Dice dice(3);
    MaterialNormals leaning;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      Vec3 n = normal + dice.point3(0.3);
      n.z = isPlanar(kind) ? 0.0 : n.z;
      leaning.push_back(1.0 / length(n) * n);
      leaning.push_back(-leaning.back());
    }
    field = averagedPlanes(band, problem.materials, mesh, leaning);
    const Distances before = distances(band, mesh, field, height);
    smooth(band, mesh, field, {});
    EXPECT_LT(conserve(mesh, field, {}).maxResidual, 1e-12);
    const Distances after = distances(band, mesh, field, height);
    EXPECT_GT(before.mean, 10.0 * lastStep * size);
    EXPECT_LT(after.mean, lastStep * size);
    EXPECT_LT(after.largest, 0.1 * before.largest);
  }
}

TEST(Variational, LayersStay)
{
  const Vec3 normal{ 0.8, 0.6, 0.0 };
  // Thicker and thinner than a cell.
  const std::vector<double> heights{ 0.55, 0.55 + 0.06, 0.9 };
  const auto toLayers = [&](Vec3 x) {
    double least = 1e300;
    for (const double height : heights)
    {
      least = std::min(least, std::abs(dot(normal, x) - height));
    }
    return least;
  };
  for (int kind = 0; kind < numberOfPlanarBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = smallMesh(BandMesh(kind));
    FractionLists fractions;
    std::vector<double> below(band.numberOfCells(), 0.0);
    for (const double height : { heights[0], heights[1], heights[2], 9.0 })
    {
      const std::vector<double> upTo = planeFractions(band, height * normal, normal);
      fractions.push_back(upTo);
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        fractions.back()[cell] -= below[cell];
      }
      below = upTo;
    }
    FractionProblem problem = withFractions(band, fractions);
    const SubcellBand& mesh = problem.mesh;
    // Sums of the distances to the planes between: differences of neighbours are distances.
    std::vector<double> field = sampledField(band, mesh, [&](int material, Vec3 x) {
      double value = 0.0;
      for (int k = material; k < 3; ++k)
      {
        value += heights[k] - dot(normal, x);
      }
      return value;
    });
    // Where two layers' planes pass the same face the rules of presence may bend one of them.
    applyPresence(mesh, field);
    const Distances before = distances(band, mesh, field, toLayers);
    smooth(band, mesh, field, {});
    EXPECT_LT(conserve(mesh, field, {}).maxResidual, 1e-12);
    const Distances after = distances(band, mesh, field, toLayers);
    const double size = largestSize(mesh);
    EXPECT_LT(after.mean, before.mean + lastStep * size);
    EXPECT_LT(after.largest, before.largest + 5.0 * lastStep * size);
  }
}

TEST(Variational, JunctionsOf120DegreesStayAndAreFound)
{
  for (int kind = 0; kind < numberOfPlanarBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = smallMesh(BandMesh(kind));
    FractionProblem problem = withFractions(band, sectorFractions(band));
    const SubcellBand& mesh = problem.mesh;
    const double size = largestSize(mesh);
    std::vector<double> field = sampledField(band, mesh,
      [&](int material, Vec3 x) { return dot(simplexDirection(2, material), x - junction); });
    // The rules of presence bend it near the junction, unless that lies well within a cell.
    applyPresence(mesh, field);
    const Distances bent = distances(band, mesh, field, toSectors);
    smooth(band, mesh, field, {});
    const Distances stayed = distances(band, mesh, field, toSectors);
    EXPECT_LT(stayed.mean, bent.mean + lastStep * size);
    EXPECT_LT(stayed.largest, bent.largest + 5.0 * lastStep * size);

    std::vector<double> planes = problem.start;
    conserve(mesh, planes, {});
    field = problem.start;
    smooth(band, mesh, field, {});
    EXPECT_LT(conserve(mesh, field, {}).maxResidual, 1e-12);
    const Distances before = distances(band, mesh, planes, toSectors);
    const Distances after = distances(band, mesh, field, toSectors);
    EXPECT_LT(after.mean, bent.mean + 0.25 * before.mean);
  }
}

TEST(Variational, CirclesAreFourTimesAsRoundAsAveragedPlanes)
{
  for (int kind = 0; kind < numberOfPlanarBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = bandMesh(BandMesh(kind), kind == int(BandMesh::Triangles) ? 12 : 16);
    FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
    const auto distance = [&](Vec3 x) { return toCircle(band, x); };
    std::vector<double> planes = problem.start;
    conserve(problem.mesh, planes, {});
    std::vector<double> field = problem.start;
    EXPECT_EQ(smooth(band, problem.mesh, field, {}).sharpCells, 0);
    EXPECT_LT(conserve(problem.mesh, field, {}).maxResidual, 1e-12);
    const Distances before = distances(band, problem.mesh, planes, distance);
    const Distances after = distances(band, problem.mesh, field, distance);
    EXPECT_LT(after.mean, 0.25 * before.mean);
    EXPECT_LT(after.largest, 0.5 * before.largest);
  }
}

TEST(Variational, SpheresAreAsRoundAsTheSubdivisionAllows)
{
  for (const BandMesh kind : { BandMesh::Boxes3D, BandMesh::Hexahedra, BandMesh::Tetrahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    // At two sub-edges an edge a tetrahedron has 5 nodes within for the 22 on its faces.
    const bool tetrahedra = kind == BandMesh::Tetrahedra;
    const CellBand band = bandMesh(kind, tetrahedra ? 6 : 10);
    FractionProblem problem{ band, withRest(roundFractions(band)), tetrahedra ? 4 : 2 };
    const auto distance = [&](Vec3 x) { return toCircle(band, x); };
    std::vector<double> planes = problem.start;
    conserve(problem.mesh, planes, {});
    // What pieces of planes between the nodes can do at best: the distance itself at the nodes.
    std::vector<double> best = sampledField(band, problem.mesh,
      [&](int material, Vec3 x) { return (material == 0 ? -0.5 : 0.5) * distance(x); });
    conserve(problem.mesh, best, {});
    std::vector<double> field = problem.start;
    // So few cells turn it by as much as a corner from one to the next, all alike.
    EXPECT_EQ(smooth(band, problem.mesh, field, {}).sharpCells, 0);
    EXPECT_LT(conserve(problem.mesh, field, {}).maxResidual, 1e-12);
    const Distances least = distances(band, problem.mesh, best, distance);
    const Distances before = distances(band, problem.mesh, planes, distance);
    const Distances after = distances(band, problem.mesh, field, distance);
    EXPECT_LT(after.mean, 1.5 * least.mean);
    EXPECT_LT(after.mean, before.mean);
  }
}

TEST(Variational, SpheresOnBoxesAreFourTimesAsRoundAsAveragedPlanes)
{
  const CellBand band = bandMesh(BandMesh::Boxes3D, 12);
  FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
  const auto distance = [&](Vec3 x) { return toCircle(band, x); };
  std::vector<double> planes = problem.start;
  conserve(problem.mesh, planes, {});
  smooth(band, problem.mesh, problem.start, {});
  EXPECT_LT(conserve(problem.mesh, problem.start, {}).maxResidual, 1e-12);
  EXPECT_LT(distances(band, problem.mesh, problem.start, distance).mean,
    0.25 * distances(band, problem.mesh, planes, distance).mean);
}

TEST(Variational, SoftFractionsAreRounderWhereThereIsNoise)
{
  for (const BandMesh kind : { BandMesh::Boxes2D, BandMesh::Triangles, BandMesh::Polygons })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = bandMesh(kind, 12);
    Dice dice(4);
    const double noise = 0.03;
    std::vector<double> fractions = roundFractions(band);
    for (double& fraction : fractions)
    {
      // What is mixed stays so.
      const double moved = fraction + dice.uniform(-noise, noise);
      fraction = fraction > 0.0 && fraction < 1.0 ? std::clamp(moved, 1e-3, 1.0 - 1e-3) : fraction;
    }
    FractionProblem problem = withFractions(band, withRest(fractions));
    const auto distance = [&](Vec3 x) { return toCircle(band, x); };
    VariationalOptions options;
    std::vector<double> exact = problem.start;
    smooth(band, problem.mesh, exact, options);
    std::vector<double> soft = problem.start;
    options.tolerance = noise;
    smooth(band, problem.mesh, soft, options);
    const double hard = distances(band, problem.mesh, exact, distance).mean;
    const double eased = distances(band, problem.mesh, soft, distance).mean;
    EXPECT_LT(eased, 0.7 * hard);
  }
}
