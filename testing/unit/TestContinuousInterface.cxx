// What extracted interfaces do not depend on, and faces that are the interface.
#include "InterfaceProblems.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

namespace {

using namespace mir;
using namespace mir::testing;

template <typename Vector>
bool sameBits(const Vector& a, const Vector& b)
{
  return a.size() == b.size() &&
    (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(a[0])) == 0);
}

TEST(ContinuousInterface, SameBitsOnThreeThreads)
{
  for (const BandMesh kind : { BandMesh::Quads, BandMesh::Hexahedra })
  {
    Dice dice(11);
    Problem problem;
    problem.band = bandMesh(kind, kind == BandMesh::Quads ? 30 : 5, 3);
    problem.materials = randomMaterials(dice, problem.band, 4, 0.5);
    problem.mesh = subdivideBand(problem.band, problem.materials, 2);
    problem.field = randomField(dice, problem.mesh, true);
    const ContinuousFacets one = extractFacets(problem.band, problem.mesh, problem.field);
    const ContinuousFacets three =
      extractFacets(problem.band, problem.mesh, problem.field, runOnThreeThreads);
    EXPECT_TRUE(sameBits(one.points, three.points));
    EXPECT_TRUE(sameBits(one.facetOffsets, three.facetOffsets));
    EXPECT_TRUE(sameBits(one.facetPoints, three.facetPoints));
    EXPECT_TRUE(sameBits(one.inside, three.inside));
    EXPECT_TRUE(sameBits(one.outside, three.outside));
    EXPECT_TRUE(sameBits(one.cells, three.cells));
    EXPECT_TRUE(sameBits(one.normals, three.normals));
    EXPECT_TRUE(sameBits(one.areas, three.areas));
    const ContinuousParts parts = extractParts(problem.band, problem.mesh, problem.field);
    const ContinuousParts partsOfThree =
      extractParts(problem.band, problem.mesh, problem.field, runOnThreeThreads);
    EXPECT_TRUE(sameBits(parts.points, partsOfThree.points));
    EXPECT_TRUE(sameBits(parts.simplices, partsOfThree.simplices));
    EXPECT_TRUE(sameBits(parts.materials, partsOfThree.materials));
    EXPECT_TRUE(sameBits(parts.cells, partsOfThree.cells));
  }
}

TEST(ContinuousInterface, FacesBetweenCellsWithoutCommonMaterialsAreCovered)
{
  // Left half: materials 1 and 2; right half: 4 and 6, or 3 alone.
  for (const BandMesh kind : { BandMesh::Boxes2D, BandMesh::Boxes3D })
  {
    for (const bool pure : { false, true })
    {
      Dice dice(17);
      Problem problem;
      problem.band = bandMesh(kind, 6, 3);
      BandMaterials& m = problem.materials;
      for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
      {
        const bool left = problem.band.centroids[cell].x < 0.5;
        if (!left && pure)
        {
          m.materials.push_back(3);
          m.fractions.push_back(1.0);
        }
        else
        {
          m.materials.insert(m.materials.end(),
            { static_cast<unsigned char>(left ? 1 : 4), static_cast<unsigned char>(left ? 2 : 6) });
          m.fractions.insert(m.fractions.end(), { 0.5, 0.5 });
        }
        m.offsets.push_back(static_cast<std::int64_t>(m.materials.size()));
      }
      problem.mesh = subdivideBand(problem.band, problem.materials, 3);
      problem.field = randomField(dice, problem.mesh, false);
      const ContinuousFacets facets = extractFacets(problem.band, problem.mesh, problem.field);
      double area = 0.0;
      std::set<std::pair<int, int>> pairs;
      for (std::size_t i = 0; i < facets.areas.size(); ++i)
      {
        if (facets.inside[i] <= 2 && facets.outside[i] >= 3)
        {
          area += facets.areas[i];
          pairs.insert({ facets.inside[i], facets.outside[i] });
          EXPECT_NEAR(facets.normals[i].x, 1.0, 1e-12);
          EXPECT_LT(problem.band.centroids[facets.cells[i]].x, 0.5);
          for (auto p = facets.facetOffsets[i]; p < facets.facetOffsets[i + 1]; ++p)
          {
            EXPECT_NEAR(facets.points[facets.facetPoints[p]].x, 0.5, 1e-12);
          }
        }
      }
      EXPECT_NEAR(area, 1.0, 1e-12);
      EXPECT_EQ(pairs.size(), pure ? 2u : 4u);
    }
  }
}

/// The cell's points in another order: polygons turned or reversed, hexahedra turned about an axis.
CellBand reordered(const CellBand& band, Dice& dice)
{
  CellBand result = band;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    int* points = result.cellPoints.data() + result.cellOffsets[cell];
    const int size = band.cellSize(cell);
    if (band.dimension == 2)
    {
      std::rotate(points, points + dice.below(size), points + size);
      if (dice.below(2) == 0)
      {
        std::reverse(points, points + size);
      }
    }
    else
    {
      const int turn = dice.below(4);
      std::rotate(points, points + turn, points + 4);
      std::rotate(points + 4, points + 4 + turn, points + 8);
    }
  }
  finishBand(result);
  return result;
}

/// Facets of a smooth field of the materials, the same wherever nodes get their numbers from.
std::vector<std::array<double, 6>> facetsOfSmoothField(
  const CellBand& band, const BandMaterials& materials)
{
  const SubcellBand mesh = subdivideBand(band, materials, 3);
  std::vector<double> cellValues;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    std::vector<Vec3> positions(cell.nodes);
    nodePositions(band, mesh, c, positions.data());
    const auto value = [](int m, Vec3 x) {
      return 0.1 * std::sin(7.0 * x.x + m) * std::cos(5.0 * x.y - 2.0 * m + 4.0 * x.z);
    };
    const int count = mesh.materialCount(c);
    const unsigned char* m = mesh.materialsOf(c);
    for (int k = 0; k < (count == 2 ? 1 : count); ++k)
    {
      for (const Vec3& x : positions)
      {
        cellValues.push_back(count == 2 ? value(m[0], x) - value(m[1], x) : value(m[k], x));
      }
    }
  }
  std::vector<double> field = averageOntoField(mesh, cellValues);
  applyPresence(mesh, field);
  const ContinuousFacets facets = extractFacets(band, mesh, field);
  std::vector<std::array<double, 6>> result;
  for (std::size_t i = 0; i < facets.areas.size(); ++i)
  {
    Vec3 mean;
    const double count = double(facets.facetOffsets[i + 1] - facets.facetOffsets[i]);
    for (auto p = facets.facetOffsets[i]; p < facets.facetOffsets[i + 1]; ++p)
    {
      mean = mean + 1.0 / count * facets.points[facets.facetPoints[p]];
    }
    if (facets.areas[i] > 1e-9)
    {
      result.push_back(
        { double(facets.inside[i]), double(facets.outside[i]), std::round(mean.x * 1e9),
          std::round(mean.y * 1e9), std::round(mean.z * 1e9), facets.areas[i] });
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

TEST(ContinuousInterface, DoesNotDependOnTheOrderOfACellsPoints)
{
  for (const BandMesh kind :
    { BandMesh::Quads, BandMesh::Triangles, BandMesh::Polygons, BandMesh::Hexahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    Dice dice(23);
    const CellBand band = bandMesh(kind, 3, 5);
    const BandMaterials materials = randomMaterials(dice, band, 3, 0.8);
    const auto expected = facetsOfSmoothField(band, materials);
    const auto found = facetsOfSmoothField(reordered(band, dice), materials);
    ASSERT_EQ(found.size(), expected.size());
    ASSERT_GT(found.size(), 10u);
    std::map<std::pair<double, double>, double> difference;
    for (std::size_t i = 0; i < found.size(); ++i)
    {
      for (int k = 0; k < 5; ++k)
      {
        EXPECT_NEAR(found[i][k], expected[i][k], 1.0);
      }
      EXPECT_NEAR(found[i][5], expected[i][5], 1e-10);
    }
  }
}

TEST(ContinuousInterface, FieldsThatDoNotFitAreRefused)
{
  Problem problem = randomProblem(BandMesh::Quads, 3, 1, false);
  std::vector<double> shorter = problem.field;
  shorter.pop_back();
  EXPECT_THROW(extractFacets(problem.band, problem.mesh, shorter), std::invalid_argument);
  EXPECT_THROW(extractParts(problem.band, problem.mesh, shorter), std::invalid_argument);
  problem.field.back() = std::nan("");
  EXPECT_THROW(extractFacets(problem.band, problem.mesh, problem.field), std::invalid_argument);
}

} // namespace
