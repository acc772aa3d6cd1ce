// Conservation is exact on bands of every kind of cell, with any number of materials.
#include "ConservationProblems.h"
#include "FractionProblems.h"

#include "reconstruct/continuous/conservation/CellWeights.h"
#include "reconstruct/continuous/conservation/Conservation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace mir::testing {
namespace {

void conserveNoise(BandMesh kind, int n, int r, int materials, unsigned int seed)
{
  SCOPED_TRACE(std::string(bandMeshName(kind)) + ", r = " + std::to_string(r));
  const CellBand band = bandMesh(kind, n, seed);
  const BandMaterials held = noise(band.numberOfCells(), materials, seed);
  const SubcellBand mesh = subdivideBand(band, held, r);
  std::vector<double> field = planes(band, mesh, seed);
  const ConservationReport report = conserve(mesh, field, {});
  EXPECT_EQ(report.failed, 0) << "band cell " << report.firstFailed;
  EXPECT_LE(report.maxResidual, 1e-12);
  EXPECT_LE(worstResidual(mesh, field), 1e-12);
  EXPECT_EQ(intrusions(band, held, mesh, field), 0);
}

class ConservationOnMeshes : public ::testing::TestWithParam<int>
{};

TEST_P(ConservationOnMeshes, IsExactInNoise)
{
  const BandMesh kind = static_cast<BandMesh>(GetParam());
  const bool planar = GetParam() < numberOfPlanarBandMeshes;
  for (const int r : { 2, 3, 4 })
  {
    for (const int materials : { 2, 3, 5, 8 })
    {
      conserveNoise(kind, planar ? 6 : 2, r, materials, 100u * r + materials);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllMeshes, ConservationOnMeshes, ::testing::Range(0, numberOfBandMeshes));

// No field at all, where every value is tied, and one material above all others, which are tied.
TEST(Conservation, EqualFractionsEverywhereConserve)
{
  for (const BandMesh kind : { BandMesh::Quads, BandMesh::Boxes2D, BandMesh::Triangles,
         BandMesh::Polygons, BandMesh::Boxes3D, BandMesh::Tetrahedra, BandMesh::Mixture })
  {
    for (const int materials : { 2, 3, 4 })
    {
      const CellBand band = bandMesh(kind, kind < BandMesh::Boxes3D ? 5 : 2);
      BandMaterials held;
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        for (int k = 0; k < materials; ++k)
        {
          held.materials.push_back(static_cast<unsigned char>(k));
          held.fractions.push_back(1.0 / materials);
        }
        held.offsets.push_back(static_cast<std::int64_t>(held.materials.size()));
      }
      for (const int r : { 2, 3 })
      {
        const SubcellBand mesh = subdivideBand(band, held, r);
        for (const double lead : { 0.0, 0.5 })
        {
          std::vector<double> field = sampledField(
            band, mesh, [&](int k, Vec3) { return k == 1 ? lead * mesh.sizes[0] : 0.0; });
          const ConservationReport report = conserve(mesh, field, {});
          EXPECT_EQ(report.failed, 0) << bandMeshName(kind) << ", " << materials << " materials";
          EXPECT_LE(worstResidual(mesh, field), 1e-12);
        }
      }
    }
  }
}

TEST(Conservation, IslandsInSingleCellsConserve)
{
  for (const BandMesh kind : { BandMesh::Quads, BandMesh::Hexahedra, BandMesh::Tetrahedra })
  {
    for (const double fraction : { 1e-8, 1e-6, 1e-3, 0.3, 0.999 })
    {
      const CellBand band = bandMesh(kind, 3);
      const int island = band.numberOfCells() / 2;
      BandMaterials held;
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        held.materials.push_back(0);
        held.fractions.push_back(cell == island ? 1.0 - fraction : 1.0);
        if (cell == island)
        {
          held.materials.push_back(1);
          held.fractions.push_back(fraction);
        }
        held.offsets.push_back(static_cast<std::int64_t>(held.materials.size()));
      }
      const SubcellBand mesh = subdivideBand(band, held, 3);
      std::vector<double> field(mesh.slots, 0.1 * mesh.sizes[0]);
      const ConservationReport report = conserve(mesh, field, {});
      EXPECT_EQ(report.failed, 0) << bandMeshName(kind) << ", " << fraction;
      EXPECT_LE(worstResidual(mesh, field), 1e-12);
    }
  }
}

TEST(Conservation, JunctionsInFacesConserve)
{
  // Four quadrants whose lines run along the faces and through cells by halves.
  for (const BandMesh kind : { BandMesh::Boxes2D, BandMesh::Boxes3D })
  {
    for (const double shift : { 0.0, 0.5, 1e-6, 1e-7 })
    {
      const int n = 4;
      const CellBand band = bandMesh(kind, n);
      BandMaterials held;
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        const Vec3 low = band.origin(cell);
        auto below = [&](double x) { return std::clamp(0.5 * n + shift - n * x, 0.0, 1.0); };
        const double left = below(low.x) < 1e-9 ? 0.0 : below(low.x);
        const double under = below(low.y) < 1e-9 ? 0.0 : below(low.y);
        const double f[4] = { left * under, (1.0 - left) * under, left * (1.0 - under),
          (1.0 - left) * (1.0 - under) };
        double sum = 0.0;
        for (const double value : f)
        {
          sum += value > 1e-9 ? value : 0.0;
        }
        for (int k = 0; k < 4; ++k)
        {
          if (f[k] > 1e-9)
          {
            held.materials.push_back(static_cast<unsigned char>(k));
            held.fractions.push_back(f[k] / sum);
          }
        }
        held.offsets.push_back(static_cast<std::int64_t>(held.materials.size()));
      }
      const SubcellBand mesh = subdivideBand(band, held, 4);
      std::vector<double> field(mesh.slots, 0.0);
      EXPECT_EQ(conserve(mesh, field, {}).failed, 0) << shift;
      EXPECT_LE(worstResidual(mesh, field), 1e-12);
      EXPECT_EQ(intrusions(band, held, mesh, field), 0);
    }
  }
}

TEST(Conservation, TheLastStageLeavesFacesAlone)
{
  for (const int materials : { 2, 4 })
  {
    Example e = example(BandMesh::Quads, 6, materials, 5);
    // Ties, seeds and the steps on all nodes have had their turn.
    conserve(e.mesh, e.field, {});
    const std::vector<double> before = e.field;
    CellWeights solver;
    for (int c = 0; c < e.mesh.numberOfCells(); ++c)
    {
      const int count = e.mesh.materialCount(c);
      const CellSubdivision& cell = e.mesh.subdivision(c);
      std::vector<double> values(numberOfValues(e.mesh, c));
      gatherValues(e.mesh, c, e.field, values.data());
      const std::vector<double> start = values;
      // Other fractions than those it has.
      std::vector<double> fractions(count, 1.0 / count);
      const CellWeightsResult result = count == 2
        ? solver.solvePair(cell, e.mesh.weightsOf(c), e.mesh.sizes[c], fractions[0], values.data())
        : solver.solve(
            cell, e.mesh.weightsOf(c), e.mesh.sizes[c], count, fractions.data(), values.data());
      EXPECT_LE(result.residual, 1e-12);
      for (int k = 0; k < (count == 2 ? 1 : count); ++k)
      {
        for (int i = 0; i < cell.boundaryNodes; ++i)
        {
          EXPECT_EQ(values[k * cell.nodes + i], start[k * cell.nodes + i]);
        }
      }
    }
    // What conserves already stays as it is, bit for bit.
    conserve(e.mesh, e.field, {});
    EXPECT_EQ(e.field, before);
  }
}

} // namespace
} // namespace mir::testing
