// Laws of the graph of extracted interfaces, for random fields of several materials on all meshes.
#include "InterfaceProblems.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace {

using namespace mir;
using namespace mir::testing;

/// Where the graph of the facets may be open: on the domain's boundary, and on edges of faces
/// between pure cells of different materials (in 3D; their points in 2D), which others draw.
class OpenPlaces
{
public:
  explicit OpenPlaces(const Problem& problem)
    : Band(problem.band)
  {
    std::set<std::vector<int>> pureDisjoint;
    for (const BandFace& face : facesOf(problem.band))
    {
      if (face.cells[1] < 0)
      {
        this->Faces.push_back(face);
        continue;
      }
      const BandMaterials& m = problem.materials;
      const int a = face.cells[0];
      const int b = face.cells[1];
      if (m.count(a) == 1 && m.count(b) == 1 &&
        m.materials[m.offsets[a]] != m.materials[m.offsets[b]])
      {
        const std::size_t count = face.points.size();
        for (std::size_t i = 0; i < count; ++i)
        {
          BandFace edge;
          edge.points = { face.points[i], face.points[(i + 1) % count] };
          this->Faces.push_back(edge);
        }
      }
    }
  }

  /// Whether all points lie on one of them.
  bool hold(const std::vector<Vec3>& points) const
  {
    return std::any_of(this->Faces.begin(), this->Faces.end(), [&](const BandFace& face) {
      return std::all_of(points.begin(), points.end(), [&](Vec3 x) {
        // In 2D such a face is no place, its ends are.
        return distanceToFace(this->Band, face, x) < 1e-9;
      });
    });
  }

private:
  const CellBand& Band;
  std::vector<BandFace> Faces;
};

/// The facets' ends in 2D, their edges in 3D (by sorted points), with the facets at each and the
/// sign with which the first material's boundary passes there.
using Ends = std::map<std::array<int, 2>, std::vector<std::pair<std::size_t, int>>>;

Ends endsOf(const ContinuousFacets& facets, int dimension)
{
  Ends ends;
  for (std::size_t i = 0; i < facets.areas.size(); ++i)
  {
    const int* points = facets.facetPoints.data() + facets.facetOffsets[i];
    const int count = static_cast<int>(facets.facetOffsets[i + 1] - facets.facetOffsets[i]);
    for (int k = 0; k < count; ++k)
    {
      const int next = points[(k + 1) % count];
      if (dimension == 2)
      {
        ends[{ points[k], -1 }].push_back({ i, k == 0 ? 1 : -1 });
      }
      else
      {
        ends[{ std::min(points[k], next), std::max(points[k], next) }].push_back(
          { i, points[k] < next ? 1 : -1 });
      }
    }
  }
  return ends;
}

std::vector<Vec3> placeOf(const ContinuousFacets& facets, const std::array<int, 2>& end)
{
  std::vector<Vec3> points{ facets.points[end[0]] };
  if (end[1] >= 0)
  {
    points.push_back(facets.points[end[1]]);
  }
  return points;
}

TEST(ContinuousFacetsOfRegions, RegionsAreClosedOffTheBoundary)
{
  for (const bool ties : { false, true })
  {
    forAllProblems(ties, [](const Problem& problem) {
      const ContinuousFacets facets = extractFacets(problem.band, problem.mesh, problem.field);
      ASSERT_GT(facets.areas.size(), 0u);
      const OpenPlaces open(problem);
      for (const auto& [end, all] : endsOf(facets, problem.band.dimension))
      {
        std::map<int, int> balance;
        for (const auto& [facet, sign] : all)
        {
          balance[facets.inside[facet]] += sign;
          balance[facets.outside[facet]] -= sign;
        }
        const bool closed = std::all_of(
          balance.begin(), balance.end(), [](const auto& entry) { return entry.second == 0; });
        ASSERT_TRUE(closed || open.hold(placeOf(facets, end)));
      }
    });
  }
}

TEST(ContinuousFacetsOfRegions, TwoFacetsOfAPairOrThreeOfAllPairsMeet)
{
  forAllProblems(false, [](const Problem& problem) {
    const ContinuousFacets facets = extractFacets(problem.band, problem.mesh, problem.field);
    // Nodes may be tied and hold any number, and so may all of an edge of the mesh in 3D.
    std::set<std::array<double, 3>> nodes;
    for (const Vec3& x : problem.mesh.sharedPositions)
    {
      nodes.insert({ x.x, x.y, x.z });
    }
    std::vector<BandFace> tied;
    for (const BandFace& face : facesOf(problem.band))
    {
      const std::size_t count = face.points.size();
      for (std::size_t i = 0; i < count; ++i)
      {
        BandFace edge;
        edge.points = { face.points[i], face.points[(i + 1) % count] };
        if (problem.band.dimension == 3)
        {
          tied.push_back(edge);
        }
      }
      // Where the interface is on the face, more than that meets.
      const BandMaterials& m = problem.materials;
      const auto common = [&] {
        for (auto a = m.offsets[face.cells[0]]; a < m.offsets[face.cells[0] + 1]; ++a)
        {
          for (auto b = m.offsets[face.cells[1]]; b < m.offsets[face.cells[1] + 1]; ++b)
          {
            if (m.materials[a] == m.materials[b])
            {
              return true;
            }
          }
        }
        return false;
      };
      if (face.cells[1] < 0 || !common())
      {
        tied.push_back(face);
      }
    }
    int threes = 0;
    for (const auto& [end, all] : endsOf(facets, problem.band.dimension))
    {
      std::map<std::pair<int, int>, int> pairs;
      std::set<int> materials;
      for (const auto& item : all)
      {
        const int a = facets.inside[item.first];
        const int b = facets.outside[item.first];
        ++pairs[{ a, b }];
        materials.insert({ a, b });
      }
      const bool two = pairs.size() == 1 && all.size() == 2;
      const bool three = pairs.size() == 3 && all.size() == 3 && materials.size() == 3;
      threes += three ? 1 : 0;
      if (two || three)
      {
        continue;
      }
      const std::vector<Vec3> place = placeOf(facets, end);
      bool excused = std::all_of(place.begin(), place.end(), [&nodes](Vec3 x) {
        return nodes.count({ x.x, x.y, x.z }) == 1;
      });
      for (std::size_t i = 0; i < tied.size() && !excused; ++i)
      {
        excused = std::all_of(place.begin(), place.end(),
          [&](Vec3 x) { return distanceToFace(problem.band, tied[i], x) < 1e-9; });
      }
      ASSERT_TRUE(excused) << all.size() << " facets of " << pairs.size() << " pairs";
    }
    EXPECT_TRUE(threes > 0 || problem.materials.count(0) < 3);
  });
}

TEST(ContinuousFacetsOfRegions, EveryPointIsUsedAndThereOnce)
{
  for (const bool ties : { false, true })
  {
    forAllProblems(ties, [ties](const Problem& problem) {
      const ContinuousFacets facets = extractFacets(problem.band, problem.mesh, problem.field);
      const ContinuousParts parts = extractParts(problem.band, problem.mesh, problem.field);
      const auto place = [](Vec3 x) { return std::array<double, 3>{ x.x, x.y, x.z }; };
      std::set<std::array<double, 3>> places;
      for (const Vec3& x : facets.points)
      {
        // Of equal values several points may lie at one place.
        ASSERT_TRUE(places.insert(place(x)).second || ties);
      }
      // Of two facets on the same points a material without thickness lies between.
      std::set<std::vector<int>> outlines;
      for (std::size_t i = 0; i < facets.areas.size(); ++i)
      {
        std::vector<int> outline(facets.facetPoints.begin() + facets.facetOffsets[i],
          facets.facetPoints.begin() + facets.facetOffsets[i + 1]);
        std::sort(outline.begin(), outline.end());
        ASSERT_EQ(std::unique(outline.begin(), outline.end()), outline.end());
        ASSERT_TRUE(outlines.insert(outline).second);
      }
      std::set<int> used(facets.facetPoints.begin(), facets.facetPoints.end());
      EXPECT_EQ(used.size(), facets.points.size());
      used.clear();
      for (const auto& simplex : parts.simplices)
      {
        used.insert(simplex.begin(), simplex.begin() + problem.band.dimension + 1);
      }
      EXPECT_EQ(used.size(), parts.points.size());
    });
  }
}

TEST(ContinuousFacetsOfRegions, NormalsPointOutwardsAndAreasAreThoseOfThePoints)
{
  forAllProblems(false, [](const Problem& problem) {
    const ContinuousFacets facets = extractFacets(problem.band, problem.mesh, problem.field);
    for (std::size_t i = 0; i < facets.areas.size(); ++i)
    {
      std::vector<Vec3> x;
      for (auto p = facets.facetOffsets[i]; p < facets.facetOffsets[i + 1]; ++p)
      {
        x.push_back(facets.points[facets.facetPoints[p]]);
      }
      Vec3 area;
      for (std::size_t k = 1; k + 1 < x.size(); ++k)
      {
        area = area + 0.5 * cross(x[k] - x[0], x[k + 1] - x[0]);
      }
      if (problem.band.dimension == 2)
      {
        // Inside is on the left.
        ASSERT_EQ(x.size(), 2u);
        area = { x[1].y - x[0].y, x[0].x - x[1].x, 0.0 };
      }
      ASSERT_GT(facets.areas[i], 0.0);
      EXPECT_NEAR(length(facets.normals[i]), 1.0, 1e-14);
      EXPECT_NEAR(length(area - facets.areas[i] * facets.normals[i]), 0.0, 1e-15);
      ASSERT_LT(facets.inside[i], facets.outside[i]);
    }
  });
}

} // namespace
