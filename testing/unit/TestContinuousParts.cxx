// Laws of the regions' simplices, for random fields of several materials on all meshes.
#include "InterfaceProblems.h"

#include "reconstruct/continuous/volumes/CellVolumes.h"
#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace {

using namespace mir;
using namespace mir::testing;

double measure(const ContinuousParts& parts, std::size_t i, int dimension)
{
  const auto& s = parts.simplices[i];
  const Vec3 origin = parts.points[s[0]];
  const Vec3 a = parts.points[s[1]] - origin;
  const Vec3 b = parts.points[s[2]] - origin;
  return dimension == 2 ? 0.5 * cross(a, b).z : dot(cross(a, b), parts.points[s[3]] - origin) / 6.0;
}

TEST(ContinuousPartsOfRegions, PartsHaveTheVolumesOfTheRegions)
{
  for (const bool ties : { false, true })
  {
    forAllProblems(ties, [](const Problem& problem) {
      const SubcellBand& mesh = problem.mesh;
      const ContinuousParts parts = extractParts(problem.band, mesh, problem.field);
      std::map<std::pair<int, int>, double> volumes;
      for (std::size_t i = 0; i < parts.simplices.size(); ++i)
      {
        const double one = measure(parts, i, mesh.dimension);
        ASSERT_GT(one, 0.0);
        volumes[{ parts.cells[i], parts.materials[i] }] += one;
      }
      std::size_t found = 0;
      for (int c = 0; c < mesh.numberOfCells(); ++c)
      {
        const int count = mesh.materialCount(c);
        std::vector<double> values(numberOfValues(mesh, c));
        gatherValues(mesh, c, problem.field, values.data());
        if (count == 2)
        {
          values.resize(2 * values.size(), 0.0);
        }
        std::vector<double> expected(count);
        regionVolumes(
          mesh.subdivision(c), mesh.weightsOf(c), values.data(), count, expected.data());
        double sum = 0.0;
        for (int k = 0; k < count; ++k)
        {
          const std::pair<int, int> key{ mesh.cells[c], mesh.materialsOf(c)[k] };
          const auto at = volumes.find(key);
          const double volume = at == volumes.end() ? 0.0 : at->second / mesh.measures[c];
          found += at == volumes.end() ? 0 : 1;
          sum += volume;
          EXPECT_NEAR(volume, expected[k], 1e-12);
        }
        EXPECT_NEAR(sum, 1.0, 1e-12);
      }
      EXPECT_EQ(found, volumes.size());
    });
  }
}

TEST(ContinuousPartsOfRegions, ConservedPartsHaveTheFractionsOfTheCells)
{
  for (const BandMesh kind :
    { BandMesh::Quads, BandMesh::Polygons, BandMesh::Tetrahedra, BandMesh::Hexahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    for (const int materials : { 2, 4 })
    {
      Problem problem = randomProblem(kind, materials, 31, false);
      const SubcellBand& mesh = problem.mesh;
      const ConservationReport report = conserve(mesh, problem.field, {});
      EXPECT_EQ(report.failed, 0);
      const ContinuousParts parts = extractParts(problem.band, mesh, problem.field);
      std::map<std::pair<int, int>, double> volumes;
      for (std::size_t i = 0; i < parts.simplices.size(); ++i)
      {
        volumes[{ parts.cells[i], parts.materials[i] }] += measure(parts, i, mesh.dimension);
      }
      for (int c = 0; c < mesh.numberOfCells(); ++c)
      {
        for (int k = 0; k < mesh.materialCount(c); ++k)
        {
          const std::pair<int, int> key{ mesh.cells[c], mesh.materialsOf(c)[k] };
          EXPECT_NEAR(volumes[key] / mesh.measures[c], mesh.fractionsOf(c)[k], 2e-12);
        }
      }
    }
  }
}

/// A face of parts: whose they are, and its area vector outwards of the first.
struct PartFace
{
  std::vector<std::size_t> parts;
  Vec3 area;
  double height = 0.0;
};

TEST(ContinuousPartsOfRegions, PartsConformAndFacetsLieBetweenThem)
{
  forAllProblems(false, [](const Problem& problem) {
    const int dimension = problem.band.dimension;
    const ContinuousParts parts = extractParts(problem.band, problem.mesh, problem.field);
    const ContinuousFacets facets = extractFacets(problem.band, problem.mesh, problem.field);
    std::map<std::vector<int>, PartFace> faces;
    for (std::size_t i = 0; i < parts.simplices.size(); ++i)
    {
      for (int opposite = 0; opposite <= dimension; ++opposite)
      {
        std::vector<int> points;
        for (int v = 0; v <= dimension; ++v)
        {
          if (v != opposite)
          {
            points.push_back(parts.simplices[i][v]);
          }
        }
        const Vec3 a = parts.points[points[1]] - parts.points[points[0]];
        Vec3 area = dimension == 2
          ? Vec3{ a.y, -a.x, 0.0 }
          : 0.5 * cross(a, parts.points[points[2]] - parts.points[points[0]]);
        const double height =
          dot(area, parts.points[parts.simplices[i][opposite]] - parts.points[points[0]]);
        std::sort(points.begin(), points.end());
        PartFace& face = faces[points];
        face.parts.push_back(i);
        // Of the two parts the thicker one tells better which way is out.
        if (face.parts.size() == 1 || std::abs(height) > face.height)
        {
          const bool turned = (height > 0.0) == (face.parts.size() == 1);
          face.area = turned ? -area : area;
          face.height = std::abs(height);
        }
      }
    }
    // Between two materials of a cell: what the facets have in the same cell.
    std::map<std::array<int, 3>, Vec3> between;
    std::map<std::array<int, 3>, double> areas;
    for (const auto& item : faces)
    {
      const PartFace& face = item.second;
      ASSERT_LE(face.parts.size(), 2u);
      if (face.parts.size() == 1)
      {
        continue;
      }
      const int a = parts.materials[face.parts[0]];
      const int b = parts.materials[face.parts[1]];
      if (a != b && parts.cells[face.parts[0]] == parts.cells[face.parts[1]])
      {
        const std::array<int, 3> key{ parts.cells[face.parts[0]], std::min(a, b), std::max(a, b) };
        between[key] = between[key] + (a < b ? 1.0 : -1.0) * face.area;
        areas[key] += length(face.area);
      }
    }
    std::set<int> disjoint;
    for (const auto& face : problem.mesh.disjointFaces)
    {
      disjoint.insert({ face.cellA, face.cellB });
    }
    std::set<std::array<double, 3>> nodes;
    for (const Vec3& x : problem.mesh.sharedPositions)
    {
      nodes.insert({ x.x, x.y, x.z });
    }
    const auto holds = [&](int cell, int material) {
      const BandMaterials& m = problem.materials;
      return std::find(m.materials.begin() + m.offsets[cell],
               m.materials.begin() + m.offsets[cell + 1],
               material) != m.materials.begin() + m.offsets[cell + 1];
    };
    for (std::size_t i = 0; i < facets.areas.size(); ++i)
    {
      if (!holds(facets.cells[i], facets.outside[i]))
      {
        // On a face to a cell that holds other materials.
        EXPECT_TRUE(disjoint.count(facets.cells[i]) > 0);
        EXPECT_TRUE(holds(facets.cells[i], facets.inside[i]));
        continue;
      }
      int onNodes = 0;
      for (auto p = facets.facetOffsets[i]; p < facets.facetOffsets[i + 1]; ++p)
      {
        const Vec3 x = facets.points[facets.facetPoints[p]];
        onNodes += nodes.count({ x.x, x.y, x.z }) == 1 ? 1 : 0;
      }
      if (onNodes >= dimension)
      {
        // By ties the interface lies on a face between cells.
        continue;
      }
      const std::array<int, 3> key{ facets.cells[i], facets.inside[i], facets.outside[i] };
      between[key] = between[key] - facets.areas[i] * facets.normals[i];
      areas[key] -= facets.areas[i];
    }
    for (const auto& [key, area] : between)
    {
      EXPECT_NEAR(length(area), 0.0, 1e-13);
      EXPECT_NEAR(areas[key], 0.0, 1e-13);
    }
  });
}

} // namespace
