// Laws of extracted interfaces and parts, for random fields of several materials on all meshes.
#include "InterfaceProblems.h"

#include "reconstruct/continuous/CellVolumes.h"
#include "reconstruct/continuous/ContinuousInterface.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace {

using namespace mir;
using namespace mir::testing;

struct Problem
{
  CellBand band;
  BandMaterials materials;
  SubcellBand mesh;
  std::vector<double> field;
};

Problem randomProblem(BandMesh kind, int materials, unsigned seed, bool ties)
{
  Dice dice(seed);
  Problem problem;
  problem.band = bandMesh(kind, kind == BandMesh::Polyhedra ? 2 : 3, seed);
  problem.materials = randomMaterials(dice, problem.band, materials, 1.4 / materials);
  problem.mesh =
    subdivideBand(problem.band, problem.materials, problem.band.dimension == 2 ? 4 : 2);
  problem.field = randomField(dice, problem.mesh, ties);
  return problem;
}

/// Calls body(problem, what it is) for all meshes and numbers of materials.
template <typename Body>
void forAllProblems(bool ties, const Body& body)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    for (int materials = 2; materials <= 6; materials += kind < numberOfPlanarBandMeshes ? 1 : 2)
    {
      SCOPED_TRACE(std::string(bandMeshName(BandMesh(kind))) + ", " + std::to_string(materials) +
        " materials");
      body(randomProblem(BandMesh(kind), materials, 7 * kind + materials, ties));
    }
  }
}

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

TEST(ContinuousInterface, RegionsAreClosedOffTheBoundary)
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

TEST(ContinuousInterface, TwoFacetsOfAPairOrThreeOfAllPairsMeet)
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

TEST(ContinuousInterface, EveryPointIsUsedAndThereOnce)
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

TEST(ContinuousInterface, NormalsPointOutwardsAndAreasAreThoseOfThePoints)
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

double measure(const ContinuousParts& parts, std::size_t i, int dimension)
{
  const auto& s = parts.simplices[i];
  const Vec3 origin = parts.points[s[0]];
  const Vec3 a = parts.points[s[1]] - origin;
  const Vec3 b = parts.points[s[2]] - origin;
  return dimension == 2 ? 0.5 * cross(a, b).z : dot(cross(a, b), parts.points[s[3]] - origin) / 6.0;
}

TEST(ContinuousInterface, PartsHaveTheVolumesOfTheRegions)
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

/// A face of parts: whose they are, and its area vector outwards of the first.
struct PartFace
{
  std::vector<std::size_t> parts;
  Vec3 area;
  double height = 0.0;
};

TEST(ContinuousInterface, PartsConformAndFacetsLieBetweenThem)
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
    std::set<int> unsettled;
    for (const auto& face : problem.mesh.unsettledFaces)
    {
      unsettled.insert({ face.cellA, face.cellB });
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
        EXPECT_TRUE(disjoint.count(facets.cells[i]) + unsettled.count(facets.cells[i]) > 0);
        EXPECT_TRUE(holds(facets.cells[i], facets.inside[i]));
        continue;
      }
      bool tied = true;
      for (auto p = facets.facetOffsets[i]; p < facets.facetOffsets[i + 1]; ++p)
      {
        const Vec3 x = facets.points[facets.facetPoints[p]];
        tied = tied && nodes.count({ x.x, x.y, x.z }) == 1;
      }
      if (tied)
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
      if (unsettled.count(key[0]) != 0)
      {
        continue;
      }
      EXPECT_NEAR(length(area), 0.0, 1e-13);
      EXPECT_NEAR(areas[key], 0.0, 1e-13);
    }
  });
}

template <typename T>
bool sameBits(const std::vector<T>& a, const std::vector<T>& b)
{
  return a.size() == b.size() &&
    (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
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
