// Laws of conservation on bands of every kind of cell, with any number of materials.
#include "FractionProblems.h"
#include "SubcellBandHelpers.h"

#include "reconstruct/continuous/CellVolumes.h"
#include "reconstruct/continuous/CellWeights.h"
#include "reconstruct/continuous/Conservation.h"
#include "reconstruct/continuous/SharedProjection.h"
#include "reconstruct/continuous/VolumeRows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>

namespace mir::testing {
namespace {

// Fractions of no shape: gamma distributed, two fifths of them zero, a seventh of them tiny.
BandMaterials noise(int cells, int materials, unsigned int seed)
{
  std::mt19937_64 random(seed);
  std::gamma_distribution<double> gamma(0.3);
  std::uniform_real_distribution<double> uniform;
  BandMaterials result;
  for (int cell = 0; cell < cells; ++cell)
  {
    std::vector<double> f(materials);
    double sum = 0.0;
    for (double& value : f)
    {
      const double u = uniform(random);
      value = u < 0.4 ? 0.0 : gamma(random);
      sum += value;
    }
    if (sum <= 0.0)
    {
      f[random() % materials] = sum = 1.0;
    }
    double total = 0.0;
    for (double& value : f)
    {
      value = value > 0.0 && uniform(random) < 0.25 ? 1e-6 : value / sum < 1e-8 ? 0.0 : value / sum;
      total += value;
    }
    for (int k = 0; k < materials; ++k)
    {
      if (f[k] > 0.0)
      {
        result.materials.push_back(static_cast<unsigned char>(k));
        result.fractions.push_back(f[k] / total);
      }
    }
    result.offsets.push_back(static_cast<std::int64_t>(result.materials.size()));
  }
  return result;
}

// Planes of random directions with about the fractions, averaged at the nodes.
std::vector<double> planes(const CellBand& band, const SubcellBand& mesh, unsigned int seed)
{
  Dice dice(seed);
  std::vector<double> values;
  std::vector<Vec3> x;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const int count = mesh.materialCount(c);
    x.resize(mesh.subdivision(c).nodes);
    nodePositions(band, mesh, c, x.data());
    const Vec3 origin = band.centroids[mesh.cells[c]];
    for (int k = 0; k < (count == 2 ? 1 : count); ++k)
    {
      const Vec2 flat = dice.direction2();
      const Vec3 normal = mesh.dimension == 2 ? Vec3{ flat.x, flat.y, 0.0 } : dice.direction3();
      const double slope = count == 2 ? 1.0 : 0.5;
      const double shift = slope * (mesh.fractionsOf(c)[k] - 0.5) * mesh.sizes[c];
      for (const Vec3& position : x)
      {
        values.push_back(slope * dot(normal, position - origin) + shift);
      }
    }
  }
  return averageOntoField(mesh, values);
}

// Volumes of the materials of a cell from the values stored.
std::vector<double> volumesOf(const SubcellBand& mesh, int c, const std::vector<double>& field)
{
  std::vector<double> values(numberOfValues(mesh, c));
  gatherValues(mesh, c, field, values.data());
  const int count = mesh.materialCount(c);
  std::vector<double> volumes(count);
  if (count == 2)
  {
    volumes[0] = positiveVolume(mesh.subdivision(c), mesh.weightsOf(c), values.data());
    for (double& value : values)
    {
      value = -value;
    }
    volumes[1] = positiveVolume(mesh.subdivision(c), mesh.weightsOf(c), values.data());
    return volumes;
  }
  regionVolumes(mesh.subdivision(c), mesh.weightsOf(c), values.data(), count, volumes.data());
  return volumes;
}

double worstResidual(const SubcellBand& mesh, const std::vector<double>& field)
{
  double worst = 0.0;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const std::vector<double> volumes = volumesOf(mesh, c, field);
    for (int k = 0; k < mesh.materialCount(c); ++k)
    {
      worst = std::max(worst, std::fabs(volumes[k] - mesh.fractionsOf(c)[k]));
    }
  }
  return worst;
}

// At the nodes of faces to pure cells no other material may be above the pure cell's.
int intrusions(const CellBand& band, const BandMaterials& materials, const SubcellBand& mesh,
  const std::vector<double>& field)
{
  std::map<std::set<int>, int> pureFaces;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    if (materials.count(cell) != 1)
    {
      continue;
    }
    const int size = band.cellSize(cell);
    const int* points = band.cellPoints.data() + band.cellOffsets[cell];
    const int material = materials.materials[materials.offsets[cell]];
    if (band.dimension == 2)
    {
      for (int i = 0; i < size; ++i)
      {
        pureFaces[{ points[i], points[(i + 1) % size] }] = material;
      }
      continue;
    }
    const FaceTable& shape = band.shapes[band.cellShapes[cell]];
    for (std::size_t f = 0; f + 1 < shape.offsets.size(); ++f)
    {
      std::set<int> face;
      for (int i = shape.offsets[f]; i < shape.offsets[f + 1]; ++i)
      {
        face.insert(points[shape.vertices[i]]);
      }
      pureFaces[face] = material;
    }
  }
  int number = 0;
  std::vector<double> values;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    const int count = mesh.materialCount(c);
    values.resize(numberOfValues(mesh, c));
    gatherValues(mesh, c, field, values.data());
    for (int f = 0; f < cell.numberOfFaces(); ++f)
    {
      const auto pure = pureFaces.find(facePoints(mesh, c, f));
      if (pure == pureFaces.end())
      {
        continue;
      }
      const unsigned char* held = mesh.materialsOf(c);
      const int k = static_cast<int>(std::find(held, held + count, pure->second) - held);
      for (int at = cell.faceNodeOffsets[f]; k < count && at < cell.faceNodeOffsets[f + 1]; ++at)
      {
        const int i = cell.faceNodes[at];
        for (int j = 0; j < count; ++j)
        {
          const double lead = count == 2 ? (k == 0 ? values[i] : -values[i])
                                         : values[k * cell.nodes + i] - values[j * cell.nodes + i];
          number += j != k && lead < -1e-12 * mesh.sizes[c] ? 1 : 0;
        }
      }
    }
  }
  return number;
}

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

struct Example
{
  CellBand band;
  BandMaterials materials;
  SubcellBand mesh;
  std::vector<double> field;
};

Example example(BandMesh kind, int n, int materials, unsigned int seed)
{
  Example result;
  result.band = bandMesh(kind, n, seed);
  result.materials = noise(result.band.numberOfCells(), materials, seed);
  result.mesh = subdivideBand(result.band, result.materials, 3);
  result.field = planes(result.band, result.mesh, seed);
  return result;
}

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

TEST(Conservation, IsTheSameOnAnyNumberOfThreads)
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

TEST(Conservation, PermutedMaterialsGiveThePermutedResult)
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

TEST(Conservation, DoesNotDependOnUnitsOrPlace)
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

TEST(Conservation, RelaxedNeverGrowsTheMeanExcess)
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

TEST(Conservation, StepsOnAllNodesReduceResidualsOnAPlane)
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
  SharedProjection projection(mesh, {});
  projection.linearise(field);
  const double before = projection.meanExcess();
  projection.run(field);
  EXPECT_LE(projection.meanExcess(), 1e-2 * before);
}

TEST(Conservation, RejectsWhatItCannotUse)
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

TEST(Conservation, StopsWhenAsked)
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
