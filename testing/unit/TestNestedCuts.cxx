// Nested cuts give every material its volume, and facets and parts that fit together.
#include "RandomCells.h"

#include "plic/NestedCuts.h"
#include "plic/PartTetrahedra.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <numeric>

using namespace mir;
using namespace mir::testing;

namespace {

CellBand bandOf(const Polyhedron& cell)
{
  CellBand band;
  band.points.assign(cell.points.begin(), cell.points.end());
  band.cellPoints.resize(cell.points.size());
  std::iota(band.cellPoints.begin(), band.cellPoints.end(), 0);
  band.cellOffsets.push_back(static_cast<std::int64_t>(cell.points.size()));
  band.kinds = { CellKind::General };
  band.shapes = { { cell.faceOffsets, cell.faceVertices } };
  band.cellShapes = { 0 };
  allocateMeasures(band);
  measureBand(band, 0, 1);
  return band;
}

CellBand bandOf(const Polygon& cell)
{
  CellBand band;
  band.dimension = 2;
  for (const Vec2& p : cell)
  {
    band.cellPoints.push_back(static_cast<int>(band.points.size()));
    band.points.push_back({ p.x, p.y, 0.0 });
  }
  band.cellOffsets.push_back(static_cast<std::int64_t>(cell.size()));
  band.kinds = { CellKind::General };
  allocateMeasures(band);
  measureBand(band, 0, 1);
  return band;
}

CellBand randomBand(Dice& dice, int dimension, int kind)
{
  return dimension == 2 ? bandOf(randomPolygon(dice, kind)) : bandOf(randomCell(dice, kind));
}

int numberOfKinds(int dimension)
{
  return dimension == 2 ? numberOfPolygonKinds : numberOfCellKinds;
}

const char* kindName(int dimension, int kind)
{
  return dimension == 2 ? polygonKindName(kind) : cellKindName(kind);
}

/// Fractions that sum to 1, of very unlike sizes in half of the calls; normals in all directions,
/// along one line, or along the axes. Material numbers are not those of the order.
std::vector<MaterialCut> randomCuts(Dice& dice, int dimension, int count)
{
  std::vector<MaterialCut> cuts(count);
  const bool unlike = dice.below(2) == 0;
  const int directions = dice.below(4);
  double sum = 0.0;
  const Vec3 common = dice.direction3();
  for (int k = 0; k < count; ++k)
  {
    cuts[k].material = (7 * k + 3) % 64;
    cuts[k].fraction = unlike ? dice.logUniform(1e-8, 1.0) : dice.uniform(0.1, 1.0);
    sum += cuts[k].fraction;
    Vec3 normal = dice.direction3();
    if (directions == 0)
    {
      normal = dice.below(2) ? common : -common;
    }
    else if (directions == 1)
    {
      const int axis = dice.below(dimension);
      const double sign = dice.below(2) ? 1.0 : -1.0;
      normal = { axis == 0 ? sign : 0.0, axis == 1 ? sign : 0.0, axis == 2 ? sign : 0.0 };
    }
    if (dimension == 2)
    {
      normal.z = 0.0;
    }
    cuts[k].normal = 1.0 / length(normal) * normal;
  }
  for (MaterialCut& cut : cuts)
  {
    cut.fraction /= sum;
  }
  return cuts;
}

Real partVolume(const MaterialPart& part, int dimension)
{
  return dimension == 2 ? independentArea(part.polygon) : independentVolume(part.polyhedron);
}

Real partVolumeBelow(const MaterialPart& part, int dimension, Vec3 n, double d)
{
  return dimension == 2 ? independentAreaBelow(part.polygon, { n.x, n.y }, d)
                        : independentVolumeBelow(part.polyhedron, n, d);
}

/// Sums of face vectors (2D: edges turned outwards) of a part by the cut that made them.
std::map<int, Vec3> faceVectors(const MaterialPart& part, int dimension)
{
  std::map<int, Vec3> sums;
  for (std::size_t face = 0; face < part.cuts.size(); ++face)
  {
    Vec3 vector;
    if (dimension == 2)
    {
      const Vec2 e = part.polygon[(face + 1) % part.polygon.size()] - part.polygon[face];
      vector = { e.y, -e.x, 0.0 };
    }
    else
    {
      std::vector<Vec3> loop;
      for (int i = part.polyhedron.faceOffsets[face]; i < part.polyhedron.faceOffsets[face + 1];
           ++i)
      {
        loop.push_back(part.polyhedron.points[part.polyhedron.faceVertices[i]]);
      }
      vector = vectorArea(loop);
    }
    sums[part.cuts[face]] = sums[part.cuts[face]] + vector;
  }
  return sums;
}

/// The vector of a facet, from inside to outside.
Vec3 facetVector(const NestedCutter& cutter, const MaterialFacet& facet, int dimension)
{
  const std::vector<Vec3> loop(
    cutter.points().begin() + facet.begin, cutter.points().begin() + facet.end);
  if (dimension == 2)
  {
    const Vec3 e = loop[1] - loop[0];
    return { e.y, -e.x, 0.0 };
  }
  return vectorArea(loop);
}

double faceScale(const CellBand& band)
{
  const double size = diameter(band.points);
  return band.dimension == 2 ? size : size * size;
}

class NestedCutsIn : public ::testing::TestWithParam<int>
{};

} // namespace

TEST_P(NestedCutsIn, EveryMaterialHasItsVolumeAndThePartsFillTheCell)
{
  const int dimension = GetParam();
  Dice dice(11);
  for (int kind = 0; kind < numberOfKinds(dimension); ++kind)
  {
    double worst = 0.0;
    double worstSum = 0.0;
    int lost = 0;
    for (int trial = 0; trial < 150; ++trial)
    {
      CellBand band = randomBand(dice, dimension, kind);
      const double unit = trial % 3 == 0 ? 1e-9 : trial % 3 == 1 ? 1.0 : 1e9;
      for (Vec3& point : band.points)
      {
        point = unit * point;
      }
      measureBand(band, 0, 1);
      const int count = trial % 5 == 4 ? 64 : 2 + dice.below(7);
      const std::vector<MaterialCut> cuts = randomCuts(dice, dimension, count);
      NestedCutter cutter(band);
      cutter.run(0, cuts.data(), count, true);
      ASSERT_EQ(cutter.numberOfParts(), count);
      Real sum = 0;
      for (int k = 0; k < count; ++k)
      {
        const Real size = partVolume(cutter.part(k), dimension);
        EXPECT_EQ(cutter.part(k).material, cuts[k].material);
        lost += !(size > 0);
        sum += size;
        const double error = static_cast<double>(size / band.volumes[0]) - cuts[k].fraction;
        worst = std::abs(error) <= worst ? worst : std::abs(error);
      }
      const double error = static_cast<double>(sum / band.volumes[0]) - 1.0;
      worstSum = std::abs(error) <= worstSum ? worstSum : std::abs(error);
    }
    std::printf("%-20s volume %.1e sum %.1e\n", kindName(dimension, kind), worst, worstSum);
    EXPECT_EQ(lost, 0) << kindName(dimension, kind);
    EXPECT_LE(worst, 1e-13) << kindName(dimension, kind);
    EXPECT_LE(worstSum, 1e-12) << kindName(dimension, kind);
  }
}

TEST_P(NestedCutsIn, FacetsAreTheFacesBetweenMaterialsEachOnce)
{
  const int dimension = GetParam();
  Dice dice(12);
  for (int kind = 0; kind < numberOfKinds(dimension); ++kind)
  {
    for (int trial = 0; trial < 40; ++trial)
    {
      const CellBand band = randomBand(dice, dimension, kind);
      const int count = 2 + dice.below(8);
      const std::vector<MaterialCut> cuts = randomCuts(dice, dimension, count);
      const double tolerance = 1e-12 * faceScale(band);
      NestedCutter cutter(band);
      cutter.run(0, cuts.data(), count, true);

      // Sums over the facets of every pair, and of every material.
      std::map<std::pair<int, int>, Vec3> pairs;
      std::map<int, Vec3> insides;
      for (const MaterialFacet& facet : cutter.facets())
      {
        const Vec3 vector = facetVector(cutter, facet, dimension);
        pairs[{ facet.inside, facet.outside }] = pairs[{ facet.inside, facet.outside }] + vector;
        insides[facet.inside] = insides[facet.inside] + vector;
        EXPECT_EQ(facet.inside, cuts[facet.cut].material);
        EXPECT_NEAR(length(facet.normal), 1.0, 1e-14);
        EXPECT_LE(length(cross(facet.normal, vector)), tolerance);
        for (int i = facet.begin; i < facet.end; ++i)
        {
          EXPECT_NEAR(dot(facet.normal, cutter.points()[i] - cutter.points()[facet.begin]), 0.0,
            1e-13 * diameter(band.points));
        }
      }
      for (int k = 0; k < count; ++k)
      {
        Vec3 closed;
        for (const auto& [cut, vector] : faceVectors(cutter.part(k), dimension))
        {
          closed = closed + vector;
          if (cut == k)
          {
            // The whole cap faces materials cut later.
            EXPECT_LE(length(insides[cuts[k].material] - vector), tolerance);
          }
          else if (cut >= 0)
          {
            // The faces of this part look the other way.
            EXPECT_LE(
              length((pairs[{ cuts[cut].material, cuts[k].material }]) + vector), tolerance);
            pairs.erase({ cuts[cut].material, cuts[k].material });
          }
        }
        EXPECT_LE(length(closed), tolerance);
      }
      for (const auto& [pair, vector] : pairs)
      {
        EXPECT_LE(length(vector), tolerance) << pair.first << " " << pair.second;
      }

      // The same facets without parts.
      NestedCutter alone(band);
      alone.run(0, cuts.data(), count, false);
      std::map<int, Vec3> alike;
      for (const MaterialFacet& facet : alone.facets())
      {
        alike[facet.inside] = alike[facet.inside] + facetVector(alone, facet, dimension);
      }
      for (const auto& [material, vector] : insides)
      {
        EXPECT_LE(length(vector - alike[material]), tolerance);
      }
      EXPECT_EQ(alone.numberOfParts(), 0);
    }
  }
}

TEST_P(NestedCutsIn, FacetsOfConvexCellsLookOutOfTheirMaterial)
{
  const int dimension = GetParam();
  Dice dice(13);
  // The convex kinds with planar faces.
  for (int kind = 0; kind < 4; ++kind)
  {
    for (int trial = 0; trial < 40; ++trial)
    {
      const CellBand band = randomBand(dice, dimension, kind);
      const int count = 2 + dice.below(8);
      const std::vector<MaterialCut> cuts = randomCuts(dice, dimension, count);
      NestedCutter cutter(band);
      cutter.run(0, cuts.data(), count, trial % 2 == 0);
      EXPECT_FALSE(cutter.facets().empty());
      for (const MaterialFacet& facet : cutter.facets())
      {
        EXPECT_GT(dot(facet.normal, facetVector(cutter, facet, dimension)), 0.0);
      }
    }
  }
}

TEST_P(NestedCutsIn, AMirroredCellGivesMirroredFacets)
{
  const int dimension = GetParam();
  Dice dice(14);
  for (int kind = 0; kind < numberOfKinds(dimension); ++kind)
  {
    for (int trial = 0; trial < 20; ++trial)
    {
      const CellBand band = randomBand(dice, dimension, kind);
      const int count = 2 + dice.below(5);
      std::vector<MaterialCut> cuts = randomCuts(dice, dimension, count);
      for (MaterialCut& cut : cuts)
      {
        // Planes through slivers are not known to 1e-12.
        cut.fraction = 1.0 / count;
      }
      NestedCutter cutter(band);
      cutter.run(0, cuts.data(), count, false);

      // Points keep their order, so that polygons run clockwise and faces look inwards.
      CellBand image = band;
      for (Vec3& point : image.points)
      {
        point.x = -point.x;
      }
      measureBand(image, 0, 1);
      for (MaterialCut& cut : cuts)
      {
        cut.normal.x = -cut.normal.x;
      }
      NestedCutter mirror(image);
      mirror.run(0, cuts.data(), count, false);

      std::map<std::pair<int, int>, Vec3> sums;
      for (const MaterialFacet& facet : cutter.facets())
      {
        Vec3& sum = sums[{ facet.inside, facet.outside }];
        sum = sum + facetVector(cutter, facet, dimension);
      }
      for (const MaterialFacet& facet : mirror.facets())
      {
        Vec3 vector = facetVector(mirror, facet, dimension);
        vector.x = -vector.x;
        Vec3& sum = sums[{ facet.inside, facet.outside }];
        sum = sum - vector;
      }
      for (const auto& [pair, difference] : sums)
      {
        EXPECT_LE(length(difference), 1e-12 * faceScale(band)) << pair.first << " " << pair.second;
      }
    }
  }
}

TEST_P(NestedCutsIn, LayersAlongOneNormalLieAtTheirQuantiles)
{
  const int dimension = GetParam();
  // A unit box in eight layers of 1/8: planes at multiples of 1/8, whichever end comes first.
  const CellBand band = dimension == 2 ? bandOf(Polygon{ { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } })
                                       : bandOf(box({ 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 }));
  std::vector<MaterialCut> cuts;
  for (int k = 0; k < 8; ++k)
  {
    cuts.push_back({ k, 0.125, { k % 2 ? -1.0 : 1.0, 0.0, 0.0 } });
  }
  NestedCutter cutter(band);
  cutter.run(0, cuts.data(), 8, false);
  ASSERT_EQ(cutter.facets().size(), 7u);
  for (const MaterialFacet& facet : cutter.facets())
  {
    const double position = cutter.points()[facet.begin].x;
    const double layer = facet.inside / 2 + 1;
    EXPECT_NEAR(position, 0.125 * (facet.inside % 2 ? 8 - layer : layer), 1e-14);
    EXPECT_NEAR(length(facetVector(cutter, facet, dimension)), 1.0, 1e-14);
  }
}

TEST_P(NestedCutsIn, OneMaterialIsTheWholeCellAndHasNoFacets)
{
  const int dimension = GetParam();
  Dice dice(15);
  const CellBand band = randomBand(dice, dimension, 2);
  const MaterialCut cut{ 5, 1.0, {} };
  NestedCutter cutter(band);
  cutter.run(0, &cut, 1, true);
  EXPECT_TRUE(cutter.facets().empty());
  ASSERT_EQ(cutter.numberOfParts(), 1);
  EXPECT_EQ(cutter.part(0).material, 5);
  EXPECT_NEAR(static_cast<double>(partVolume(cutter.part(0), dimension)), band.volumes[0],
    1e-14 * band.volumes[0]);
}

TEST_P(NestedCutsIn, SimplicesFillThePartsWithoutOverlap)
{
  const int dimension = GetParam();
  Dice dice(16);
  std::vector<std::array<Vec3, 4>> solids;
  std::vector<std::array<Vec2, 3>> flats;
  for (int kind = 0; kind < numberOfKinds(dimension); ++kind)
  {
    double worst = 0.0;
    std::size_t pieces = 0;
    int parts = 0;
    for (int trial = 0; trial < 40; ++trial)
    {
      const CellBand band = randomBand(dice, dimension, kind);
      const int count = 1 + dice.below(5);
      const std::vector<MaterialCut> cuts = randomCuts(dice, dimension, count);
      NestedCutter cutter(band);
      cutter.run(0, cuts.data(), count, true);
      for (int k = 0; k < count; ++k)
      {
        const MaterialPart& part = cutter.part(k);
        // Pieces of positive volume that add up to the part below any plane fill it once.
        for (int plane = 0; plane < 6; ++plane)
        {
          Vec3 normal = dice.direction3();
          double low = 1e30;
          double high = -1e30;
          for (const Vec3& point : band.points)
          {
            const double height = dot(normal, point - band.points[0]);
            low = std::min(low, height);
            high = std::max(high, height);
          }
          if (dimension == 2)
          {
            normal.z = 0.0;
          }
          const double d = plane == 0 ? 1e30 : dice.uniform(low, high);
          Real sum = 0;
          if (dimension == 2)
          {
            triangles(part.polygon, flats);
            for (const auto& t : flats)
            {
              EXPECT_GT(cross(t[1] - t[0], t[2] - t[0]), 0.0);
              sum += independentAreaBelow({ t[0], t[1], t[2] }, { normal.x, normal.y }, d);
            }
            pieces += plane == 0 ? flats.size() : 0;
          }
          else
          {
            tetrahedra(part.polyhedron, solids);
            for (const auto& t : solids)
            {
              EXPECT_GT(dot(cross(t[1] - t[0], t[2] - t[0]), t[3] - t[0]), 0.0);
              sum +=
                independentVolumeBelow(makePolyhedron({ t[0], t[1], t[2], t[3] },
                                         { { 0, 2, 1 }, { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 } }),
                  normal, d);
            }
            pieces += plane == 0 ? solids.size() : 0;
          }
          const Real truth = partVolumeBelow(part, dimension, normal, d);
          const double error = std::abs(static_cast<double>((sum - truth) / band.volumes[0]));
          worst = error <= worst ? worst : error;
        }
        ++parts;
      }
    }
    std::printf("%-20s simplices a part %.1f, volume %.1e\n", kindName(dimension, kind),
      static_cast<double>(pieces) / parts, worst);
    EXPECT_LE(worst, 1e-12) << kindName(dimension, kind);
  }
}

TEST_P(NestedCutsIn, ConvexCellsAreToldFromOthers)
{
  const int dimension = GetParam();
  Dice dice(17);
  for (int trial = 0; trial < 50; ++trial)
  {
    if (dimension == 2)
    {
      EXPECT_TRUE(isConvex(randomPolygon(dice, trial % 4)));
      EXPECT_FALSE(isConvex(combPolygon(dice, 2 + dice.below(3))));
    }
    else
    {
      EXPECT_TRUE(isConvex(randomCell(dice, trial % 4)));
      EXPECT_FALSE(isConvex(randomCell(dice, 10)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Dimension, NestedCutsIn, ::testing::Values(2, 3));
