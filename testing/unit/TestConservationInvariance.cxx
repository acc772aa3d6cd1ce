// What the result of conservation does not depend on: threads, order of the materials, units.
#include "ConservationProblems.h"

#include "reconstruct/continuous/conservation/Conservation.h"

#include <gtest/gtest.h>

namespace mir::testing {
namespace {

TEST(ConservationInvariance, IsTheSameOnAnyNumberOfThreads)
{
  // Ranges in another order, as threads would take them.
  const ParallelFor inThrees = [](int count, const std::function<void(int, int)>& body) {
    for (int part = 2; part >= 0; --part)
    {
      const int begin = static_cast<int>(static_cast<std::int64_t>(count) * part / 3);
      const int end = static_cast<int>(static_cast<std::int64_t>(count) * (part + 1) / 3);
      if (end > begin)
      {
        body(begin, end);
      }
    }
  };
  for (const BandMesh kind : { BandMesh::Polygons, BandMesh::Hexahedra })
  {
    for (const int materials : { 2, 3 })
    {
      Example e = example(kind, kind == BandMesh::Polygons ? 30 : 8, materials, 6);
      ASSERT_GT(e.mesh.numberOfCells(), 130);
      std::vector<double> other = e.field;
      ConservationOptions options;
      const ConservationReport one = conserve(e.mesh, e.field, options);
      options.parallelFor = inThrees;
      const ConservationReport three = conserve(e.mesh, other, options);
      EXPECT_EQ(e.field, other);
      EXPECT_EQ(one.residuals, three.residuals);
      EXPECT_EQ(one.evaluations, three.evaluations);
    }
  }
}

TEST(ConservationInvariance, PermutedMaterialsGiveThePermutedResult)
{
  // Two materials: the negative field. More: slots in the order of the materials.
  for (const int materials : { 2, 3 })
  {
    const CellBand band = bandMesh(BandMesh::Quads, 6, 3);
    const BandMaterials held = noise(band.numberOfCells(), materials, 31);
    BandMaterials reversed = held;
    for (int cell = 0; cell < band.numberOfCells(); ++cell)
    {
      const auto begin = held.offsets[cell];
      const auto end = held.offsets[cell + 1];
      for (auto i = begin; i < end; ++i)
      {
        const auto from = begin + end - 1 - i;
        reversed.materials[i] = static_cast<unsigned char>(materials - 1 - held.materials[from]);
        reversed.fractions[i] = held.fractions[from];
      }
    }
    const SubcellBand mesh = subdivideBand(band, held, 3);
    const SubcellBand other = subdivideBand(band, reversed, 3);
    const std::vector<double> start = planes(band, mesh, 8);
    // The same values for the other numbers, cell by cell.
    std::vector<double> cellValues;
    std::vector<double> values;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const int nodes = mesh.subdivision(c).nodes;
      const int count = mesh.materialCount(c);
      values.resize(numberOfValues(mesh, c));
      gatherValues(mesh, c, start, values.data());
      for (int k = 0; k < (count == 2 ? 1 : count); ++k)
      {
        for (int i = 0; i < nodes; ++i)
        {
          cellValues.push_back(count == 2 ? -values[i] : values[(count - 1 - k) * nodes + i]);
        }
      }
    }
    std::vector<double> field = start;
    std::vector<double> otherField = averageOntoField(other, cellValues);
    EXPECT_EQ(conserve(mesh, field, {}).failed, 0);
    EXPECT_EQ(conserve(other, otherField, {}).failed, 0);
    // Margins and tilts by material differ by up to 1e-4 of a cell, which the volumes of regions
    // that small can turn into more: the regions themselves are compared.
    int close = 0;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      const int count = mesh.materialCount(c);
      std::vector<double> a(numberOfValues(mesh, c));
      std::vector<double> b(a.size());
      gatherValues(mesh, c, field, a.data());
      gatherValues(other, c, otherField, b.data());
      int same = 0;
      for (int i = 0; i < cell.nodes; ++i)
      {
        auto winner = [&](const std::vector<double>& v) {
          int best = 0;
          for (int k = 1; k < count && count > 2; ++k)
          {
            best = v[k * cell.nodes + i] > v[best * cell.nodes + i] ? k : best;
          }
          return count == 2 ? (v[i] > 0.0 ? 0 : 1) : best;
        };
        same += winner(a) == count - 1 - winner(b) ? 1 : 0;
      }
      close += same >= 0.9 * cell.nodes ? 1 : 0;
    }
    EXPECT_GE(close, 0.9 * mesh.numberOfCells()) << materials << " materials";
  }
}

TEST(ConservationInvariance, DoesNotDependOnUnitsOrPlace)
{
  const CellBand band = bandMesh(BandMesh::Boxes2D, 6, 3);
  for (const int materials : { 2, 3 })
  {
    const BandMaterials held = noise(band.numberOfCells(), materials, 77);
    const SubcellBand mesh = subdivideBand(band, held, 3);
    const std::vector<double> start = planes(band, mesh, 8);
    std::vector<double> field = start;
    conserve(mesh, field, {});
    // By powers of two every digit stays.
    for (const double factor : { 0x1p-30, 0x1p30 })
    {
      const CellBand scaledBand = mapped(band, scaling(factor));
      const SubcellBand scaledMesh = subdivideBand(scaledBand, held, 3);
      std::vector<double> scaled = start;
      for (double& value : scaled)
      {
        value *= factor;
      }
      EXPECT_EQ(conserve(scaledMesh, scaled, {}).failed, 0);
      for (double& value : scaled)
      {
        value /= factor;
      }
      EXPECT_EQ(scaled, field);
    }
    for (const double factor : { 1e-9, 1e9 })
    {
      const CellBand moved = mapped(band, scaling(factor, { 100.0 * factor, -50.0 * factor, 0.0 }));
      const SubcellBand movedMesh = subdivideBand(moved, held, 3);
      std::vector<double> scaled = start;
      for (double& value : scaled)
      {
        value *= factor;
      }
      EXPECT_EQ(conserve(movedMesh, scaled, {}).failed, 0);
      EXPECT_LE(worstResidual(movedMesh, scaled), 1e-12);
    }
  }
}

} // namespace
} // namespace mir::testing
