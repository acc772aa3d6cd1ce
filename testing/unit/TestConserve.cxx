// Laws of conservation on shared nodes.
#include "TestContinuousHelpers.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>

using namespace mir;
using namespace mir::testing;

namespace {

// Area of phi > 0 in a mixed cell over its area, by clipping its triangles as polygons in the frame
// of the node in its middle.
double clippedFraction(const SubcellMesh& subcells, std::int64_t m, const std::vector<double>& phi)
{
  const CellTemplate& cell = subcells.cellTemplate(m);
  const std::int64_t* nodes = subcells.nodesOf(m);
  double whole = 0.0;
  double part = 0.0;
  for (const auto& triangle : cell.triangles)
  {
    const Vec2 origin = subcells.nodes[nodes[triangle[0]]];
    Polygon polygon;
    for (const int i : triangle)
    {
      polygon.push_back(subcells.nodes[nodes[i]] - origin);
    }
    const auto distance = [&](int i) { return phi[nodes[i]] * subcells.nodeSizes[nodes[i]]; };
    const double a = distance(triangle[0]);
    const double b = distance(triangle[1]);
    const double c = distance(triangle[2]);
    const double full = cross(polygon[1], polygon[2]);
    whole += 0.5 * full;
    if (a > 0.0 && b > 0.0 && c > 0.0)
    {
      part += 0.5 * full;
    }
    else if (a > 0.0 || b > 0.0 || c > 0.0)
    {
      // On the reference triangle the function is a + (b - a) x + (c - a) y.
      const double scale = std::max({ std::fabs(a), std::fabs(b), std::fabs(c) });
      part += full *
        areaBelow(
          { { 0, 0 }, { 1, 0 }, { 0, 1 } }, { (a - b) / scale, (a - c) / scale }, a / scale);
    }
  }
  return part / whole;
}

void expectConserved(const Case& sample, const SubcellMesh& subcells, const std::string& start,
  std::vector<double> phi, double clipTolerance = 1e-11)
{
  const std::vector<double> before = phi;
  const ConserveReport report = conserve(subcells, sample.fractions, phi, {});
  EXPECT_LE(report.maxResidual, 1e-12) << sample.name << " from " << start;
  EXPECT_EQ(report.failed, 0) << sample.name << " from " << start;
  EXPECT_EQ(report.firstFailed, -1);
  double worst = 0.0;
  for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
  {
    const double f = sample.fractions[subcells.cells[m]];
    worst = std::max(worst, std::fabs(clippedFraction(subcells, m, phi) - f));
  }
  EXPECT_LE(worst, clipTolerance) << sample.name << " from " << start;
  const std::vector<double> areas = cellAreas(subcells, phi);
  for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
  {
    EXPECT_NEAR(areas[m], sample.fractions[subcells.cells[m]], 1e-12) << sample.name;
  }
  for (std::int64_t n = 0; n < subcells.numberOfNodes(); ++n)
  {
    EXPECT_GE(phi[n], subcells.lower[n]);
    EXPECT_LE(phi[n], subcells.upper[n]);
  }
  std::vector<double> again = before;
  conserve(subcells, sample.fractions, again, {});
  EXPECT_EQ(phi, again) << "not reproducible: " << sample.name;
}

TEST(TestConserve, EveryCellOfEveryCaseFromPlanes)
{
  for (const Case& sample : allCases())
  {
    const SubcellMesh subcells = sample.subdivided();
    expectConserved(
      sample, subcells, "planes", planeStart(subcells, sample.mesh, sample.fractions));
  }
}

TEST(TestConserve, EveryCellOfEveryCaseFromZeroFullAndNoise)
{
  for (const Case& sample : allCases())
  {
    const SubcellMesh subcells = sample.subdivided();
    const std::size_t nodes = subcells.nodes.size();
    expectConserved(sample, subcells, "zero", std::vector<double>(nodes, 0.0));
    expectConserved(sample, subcells, "0.3", std::vector<double>(nodes, 0.3));
    expectConserved(sample, subcells, "-0.3", std::vector<double>(nodes, -0.3));
    expectConserved(sample, subcells, "noise", noiseStart(subcells, 77));
  }
}

TEST(TestConserve, EveryCellFromAFieldProportionalToTheBump)
{
  for (const Case& sample : allCases())
  {
    const SubcellMesh subcells = sample.subdivided();
    for (const double factor : { 0.2, -0.2 })
    {
      std::vector<double> phi(subcells.nodes.size(), 0.0);
      for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
      {
        for (const int i : subcells.cellTemplate(m).interiorNodes)
        {
          phi[subcells.nodesOf(m)[i]] = factor * subcells.cellTemplate(m).bump[i];
        }
      }
      expectConserved(sample, subcells, "a bump", phi);
    }
  }
}

TEST(TestConserve, EveryRefinement)
{
  for (const int r : { 2, 3, 5, 8 })
  {
    for (const Case& sample :
      { noiseCase("noise", quadMesh(20, 0.25), 0.2, 3), noiseCase("noise", quadMesh(20), 0.0, 4) })
    {
      const SubcellMesh subcells = sample.subdivided(r);
      expectConserved(
        sample, subcells, "planes", planeStart(subcells, sample.mesh, sample.fractions));
      expectConserved(sample, subcells, "zero", std::vector<double>(subcells.nodes.size(), 0.0));
    }
  }
}

TEST(TestConserve, ScaleAndPlaceOfTheMeshDoNotMatter)
{
  const Case unit{ "star", quadMesh(20, 0.2), {} };
  const std::vector<double> fractions =
    fractionsOf(unit.mesh, { star(0.49, 0.52, 0.38, 0.15, 5, 0.3) });
  for (const auto& [scale, shift] : std::vector<std::pair<double, double>>{
         { 1e-9, 0.0 }, { 1e9, 0.0 }, { 1.0, 1e6 }, { 1e-3, 1e6 }, { 1e9, 1e6 } })
  {
    const Case moved{ "star x " + std::to_string(scale), quadMesh(20, 0.2, scale, shift),
      fractions };
    const SubcellMesh subcells = moved.subdivided();
    // Clipping works on rounded coordinates; the conserved areas do not.
    const double rounding = 1e-11 + 1e3 * 2.2e-16 * shift * 20 / scale;
    expectConserved(
      moved, subcells, "planes", planeStart(subcells, moved.mesh, fractions), rounding);
  }
  // Powers of 2 give the same bits.
  const SubcellMesh one = subdivide(unit.mesh, fractions, pure, 4);
  const SubcellMesh two = subdivide(quadMesh(20, 0.2, 0x1p-30), fractions, pure, 4);
  EXPECT_EQ(one.weights, two.weights);
  EXPECT_EQ(one.hashes, two.hashes);
  std::vector<double> first = planeStart(one, unit.mesh, fractions);
  std::vector<double> second = first;
  conserve(one, fractions, first, {});
  conserve(two, fractions, second, {});
  EXPECT_EQ(first, second);
}

TEST(TestConserve, TheComplementIsMirrored)
{
  double worst = 0.0;
  int compared = 0;
  for (const Case& sample : allCases())
  {
    // Where all fractions are equal planes lie on faces: halves are their own complement, and on
    // faces where phi is nearly flat rounding is amplified without bound.
    if (sample.name.find("uniform") != std::string::npos || sample.name == "checkerboard 0.500000")
    {
      continue;
    }
    const SubcellMesh subcells = sample.subdivided();
    const std::vector<double> opposite = complement(sample.fractions);
    const SubcellMesh mirror = subdivide(sample.mesh, opposite, pure, 4);
    ASSERT_EQ(mirror.cells, subcells.cells);
    std::vector<double> phi = planeStart(subcells, sample.mesh, sample.fractions);
    std::vector<double> negative = phi;
    for (double& value : negative)
    {
      value = -value;
    }
    const ConserveReport first = conserve(subcells, sample.fractions, phi, {});
    const ConserveReport second = conserve(mirror, opposite, negative, {});
    EXPECT_EQ(first.seeded, second.seeded) << sample.name;
    EXPECT_EQ(first.iterations, second.iterations) << sample.name;
    // Area between the two interfaces, bounded by the regions of the nodes' maxima and minima.
    std::vector<double> high(phi.size());
    std::vector<double> low(phi.size());
    for (std::size_t n = 0; n < phi.size(); ++n)
    {
      high[n] = std::max(phi[n], -negative[n]);
      low[n] = std::min(phi[n], -negative[n]);
      compared += high[n] != low[n];
    }
    const std::vector<double> outer = cellAreas(subcells, high);
    const std::vector<double> inner = cellAreas(subcells, low);
    double difference = 0.0;
    for (std::size_t m = 0; m < outer.size(); ++m)
    {
      difference = std::max(difference, outer[m] - inner[m]);
    }
    EXPECT_LE(difference, 1e-10) << sample.name;
    worst = std::max(worst, difference);
  }
  EXPECT_GT(compared, 0);
  std::printf("largest area between the two: %.1e of a cell\n", worst);
}

TEST(TestConserve, BumpsLeaveTheNodesThatCellsShareAlone)
{
  // With no steps on all nodes, only nodes inside cells may differ from the clamped start but for
  // seeds, of which a dense start needs none.
  const Case sample{ "circle", quadMesh(25),
    fractionsOf(quadMesh(25), { circle(0.5, 0.51, 0.3) }) };
  const SubcellMesh subcells = sample.subdivided();
  std::vector<double> phi = planeStart(subcells, sample.mesh, sample.fractions);
  clampToBounds(subcells, phi);
  const std::vector<double> start = phi;
  ConserveOptions options;
  options.maximumIterations = 0;
  const ConserveReport report = conserve(subcells, sample.fractions, phi, options);
  EXPECT_EQ(report.seeded, 0);
  EXPECT_EQ(report.iterations, 0);
  EXPECT_GT(report.bumped, 0);
  EXPECT_LE(report.maxResidual, 1e-12);
  for (std::int64_t m = 0; m < subcells.numberOfCells(); ++m)
  {
    for (const int i : subcells.cellTemplate(m).boundaryNodes)
    {
      const std::int64_t n = subcells.nodesOf(m)[i];
      EXPECT_NEAR(phi[n], start[n], 1e-4);
    }
  }
}

TEST(TestConserve, RelaxedHalvesTheMeanExcessAndKeepsCellsInTheBand)
{
  const Case sample{ "star", quadMesh(25),
    fractionsOf(quadMesh(25), { star(0.49, 0.52, 0.38, 0.15, 5, 0.3) }) };
  const SubcellMesh subcells = sample.subdivided();
  const std::vector<double> start = planeStart(subcells, sample.mesh, sample.fractions);
  ConserveOptions options;
  options.mode = Conserve::Relaxed;
  options.tolerance = 1e-2;
  const auto excess = [&](const std::vector<double>& phi) {
    const std::vector<double> areas = cellAreas(subcells, phi);
    double sum = 0.0;
    for (std::size_t m = 0; m < areas.size(); ++m)
    {
      const double residual = std::fabs(areas[m] - sample.fractions[subcells.cells[m]]);
      sum += std::max(0.0, residual - options.tolerance);
    }
    return sum;
  };
  std::vector<double> clamped = start;
  clampToBounds(subcells, clamped);
  std::vector<double> phi = start;
  const ConserveReport report = conserve(subcells, sample.fractions, phi, options);
  EXPECT_LT(excess(phi), 0.5 * excess(clamped));
  EXPECT_GT(report.maxResidual, 1e-12);
  EXPECT_EQ(report.bumped, 0);
  // A field within the band is not moved.
  std::vector<double> exact = start;
  conserve(subcells, sample.fractions, exact, {});
  std::vector<double> again = exact;
  const ConserveReport unmoved = conserve(subcells, sample.fractions, again, options);
  EXPECT_EQ(unmoved.iterations, 0);
  EXPECT_EQ(exact, again);
}

TEST(TestConserve, OffClampsAndNothingElse)
{
  const Case sample = noiseCase("noise", quadMesh(12), 0.3, 2);
  const SubcellMesh subcells = sample.subdivided();
  std::vector<double> phi = noiseStart(subcells, 3);
  std::vector<double> clamped = phi;
  clampToBounds(subcells, clamped);
  ConserveOptions options;
  options.mode = Conserve::Off;
  const ConserveReport report = conserve(subcells, sample.fractions, phi, options);
  EXPECT_EQ(phi, clamped);
  EXPECT_EQ(report.iterations + report.seeded + report.bumped, 0);
  EXPECT_GT(report.failed, 0);
  EXPECT_GE(report.firstFailed, 0);
}

TEST(TestConserve, FractionsOfTheMixedCellsAloneGiveTheSame)
{
  const Case sample = noiseCase("noise", quadMesh(12), 0.3, 2);
  const SubcellMesh subcells = sample.subdivided();
  std::vector<double> all = noiseStart(subcells, 3);
  std::vector<double> mixed = all;
  conserve(subcells, sample.fractions, all, {});
  conserve(subcells, mixedFractions(subcells, sample.fractions), mixed, {});
  EXPECT_EQ(all, mixed);
}

TEST(TestConserve, BadInputThrowsAndNamesTheCell)
{
  const Case sample =
    patternCase("one", quadMesh(3), [](int i, int j) { return i == 1 && j == 1 ? 0.5 : 0.0; });
  const SubcellMesh subcells = sample.subdivided();
  std::vector<double> phi(subcells.nodes.size(), 0.0);
  std::vector<double> few(3, 0.0);
  EXPECT_THROW(conserve(subcells, sample.fractions, few, {}), std::invalid_argument);
  EXPECT_THROW(conserve(subcells, { 0.1, 0.2 }, phi, {}), std::invalid_argument);
  EXPECT_THROW(conserve(subcells, { 1.0 }, phi, {}), std::invalid_argument);
  phi[5] = std::nan("");
  try
  {
    conserve(subcells, sample.fractions, phi, {});
    FAIL();
  }
  catch (const std::invalid_argument& error)
  {
    EXPECT_NE(std::string(error.what()).find("cell 4"), std::string::npos);
  }
  std::vector<double> none;
  const SubcellMesh empty = subdivide(quadMesh(3), std::vector<double>(9, 0.0), pure, 4);
  EXPECT_EQ(conserve(empty, std::vector<double>(9, 0.0), none, {}).maxResidual, 0.0);
}

TEST(TestConserve, MicrosecondsACell)
{
  const PlanarMesh mesh = quadMesh(200);
  const std::vector<double> fractions =
    fractionsOf(mesh, { circle(0.25, 0.26, 0.2), star(0.7, 0.7, 0.28, 0.11, 5, 0.3) });
  const SubcellMesh subcells = subdivide(mesh, fractions, pure, 4);
  const std::vector<double> start = planeStart(subcells, mesh, fractions);
  double best = std::numeric_limits<double>::infinity();
  ConserveReport report;
  for (int repeat = 0; repeat < 20; ++repeat)
  {
    std::vector<double> phi = start;
    const auto before = std::chrono::steady_clock::now();
    report = conserve(subcells, fractions, phi, {});
    const std::chrono::duration<double, std::micro> spent =
      std::chrono::steady_clock::now() - before;
    best = std::min(best, spent.count() / static_cast<double>(subcells.numberOfCells()));
  }
  RecordProperty("microseconds", std::to_string(best));
  std::printf("%lld mixed cells, %.2f us a cell, %d iterations, %lld seeded, %lld bumped, %.1e\n",
    static_cast<long long>(subcells.numberOfCells()), best, report.iterations,
    static_cast<long long>(report.seeded), static_cast<long long>(report.bumped),
    report.maxResidual);
  EXPECT_LE(report.maxResidual, 1e-12);
}

} // namespace
