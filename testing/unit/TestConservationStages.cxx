// The steps on all nodes, the relaxed mode, and what the caller can refuse or stop.
#include "ConservationProblems.h"

#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/conservation/SharedProjection.h"
#include "reconstruct/continuous/conservation/VolumeRows.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

namespace mir::testing {
namespace {

TEST(ConservationStages, RelaxedNeverGrowsTheMeanExcess)
{
  for (const double tolerance : { 1e-3, 1e-2, 0.1 })
  {
    for (unsigned int seed = 1; seed < 7; ++seed)
    {
      Example e = example(seed % 2 ? BandMesh::Quads : BandMesh::Triangles, 6, 2 + seed % 3, seed);
      auto excess = [&](const std::vector<double>& field) {
        VolumeRows volumes(e.mesh);
        volumes.evaluate(field);
        return meanExcess(e.mesh, volumes.volumes(), tolerance);
      };
      std::vector<double> field = e.field;
      ConservationOptions options;
      options.mode = Conservation::Off;
      conserve(e.mesh, field, options);
      const double before = excess(field);
      options.mode = Conservation::Relaxed;
      options.tolerance = tolerance;
      const ConservationReport report = conserve(e.mesh, field, options);
      EXPECT_LE(excess(field), before);
      EXPECT_EQ(report.residuals.size(), e.mesh.cells.size());
      EXPECT_EQ(intrusions(e.band, e.materials, e.mesh, field), 0);
    }
  }
}

TEST(ConservationStages, StepsOnAllNodesReduceResidualsOnAPlane)
{
  const CellBand band = bandMesh(BandMesh::Quads, 10, 2);
  const std::vector<double> f = planeFractions(band, { 0.52, 0.47, 0.0 }, { 0.6, 0.8, 0.0 });
  BandMaterials held;
  for (const double value : f)
  {
    for (int k = 0; k < 2; ++k)
    {
      const double part = k == 0 ? value : 1.0 - value;
      if (part > 0.0)
      {
        held.materials.push_back(static_cast<unsigned char>(k));
        held.fractions.push_back(part);
      }
    }
    held.offsets.push_back(static_cast<std::int64_t>(held.materials.size()));
  }
  const SubcellBand mesh = subdivideBand(band, held, 4);
  std::vector<double> cellValues;
  Dice dice(1);
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    std::vector<Vec3> x(mesh.subdivision(c).nodes);
    nodePositions(band, mesh, c, x.data());
    for (const Vec3& position : x)
    {
      cellValues.push_back(
        0.6 * (0.52 - position.x) + 0.8 * (0.47 - position.y) + dice.uniform(-1e-3, 1e-3));
    }
  }
  std::vector<double> field = averageOntoField(mesh, cellValues);
  applyPresence(mesh, field);
  SharedProjectionOptions options;
  options.linearTolerance = 1e-2;
  SharedProjection projection(mesh, options);
  projection.linearise(field);
  const double before = projection.meanExcess();
  projection.run(field);
  EXPECT_LE(projection.meanExcess(), options.linearTolerance * before);
}

TEST(ConservationStages, RejectsWhatItCannotUse)
{
  Example e = example(BandMesh::Quads, 4, 3, 2);
  std::vector<double> small(e.field.begin(), e.field.end() - 1);
  EXPECT_THROW(conserve(e.mesh, small, {}), std::invalid_argument);
  std::vector<double> broken = e.field;
  broken[e.mesh.interiorSlots[2]] = std::numeric_limits<double>::quiet_NaN();
  try
  {
    conserve(e.mesh, broken, {});
    FAIL();
  }
  catch (const std::invalid_argument& error)
  {
    EXPECT_NE(std::string(error.what()).find(std::to_string(e.mesh.cells[2])), std::string::npos);
  }
}

TEST(ConservationStages, StopsWhenAsked)
{
  Example e = example(BandMesh::Quads, 6, 3, 2);
  ConservationOptions options;
  double last = -1.0;
  bool stopped = false;
  options.progress = [&](double part) {
    EXPECT_GE(part, last);
    EXPECT_FALSE(stopped);
    last = part;
    stopped = part >= 0.7;
    return !stopped;
  };
  conserve(e.mesh, e.field, options);
  EXPECT_TRUE(stopped);
  EXPECT_LT(last, 1.0);
}

} // namespace
} // namespace mir::testing
