// Laws of the rules of presence at shared nodes.
#include "SubcellBandHelpers.h"

#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace mir {
namespace {

using namespace mir::testing;

class PresenceIn : public ::testing::TestWithParam<std::tuple<int, int>>
{
protected:
  BandMesh kind() const { return static_cast<BandMesh>(std::get<0>(this->GetParam())); }
  int refinement() const { return std::get<1>(this->GetParam()); }
  CellBand band(int n) const { return bandMesh(this->kind(), n, 3); }
};

// Presence by the sentence that defines it, node by node, from the faces of the band's own tables.
TEST_P(PresenceIn, PresenceFollowsItsRule)
{
  const CellBand band = this->band(3);
  for (int materialCount = 2; materialCount <= 8; materialCount += 3)
  {
    Dice dice(17 + materialCount);
    const BandMaterials materials = randomMaterials(dice, band.numberOfCells(), materialCount, 0.5);
    const SubcellBand mesh = subdivideBand(band, materials, this->refinement());
    auto setOf = [&](int cell) {
      return std::set<int>(materials.materials.begin() + materials.offsets[cell],
        materials.materials.begin() + materials.offsets[cell + 1]);
    };
    // Faces by their points, with their cells.
    std::map<std::set<int>, std::vector<int>> faces;
    for (int cell = 0; cell < band.numberOfCells(); ++cell)
    {
      const int* points = band.cellPoints.data() + band.cellOffsets[cell];
      if (band.dimension == 2)
      {
        for (int i = 0; i < band.cellSize(cell); ++i)
        {
          faces[{ points[i], points[(i + 1) % band.cellSize(cell)] }].push_back(cell);
        }
        continue;
      }
      const FaceTable& table = band.shapes[band.cellShapes[cell]];
      for (std::size_t f = 0; f + 1 < table.offsets.size(); ++f)
      {
        std::set<int> key;
        for (int i = table.offsets[f]; i < table.offsets[f + 1]; ++i)
        {
          key.insert(points[table.vertices[i]]);
        }
        faces[key].push_back(cell);
      }
    }
    std::vector<std::vector<const std::pair<const std::set<int>, std::vector<int>>*>> facesAbout(
      band.points.size());
    for (const auto& face : faces)
    {
      for (const int point : face.first)
      {
        facesAbout[point].push_back(&face);
      }
    }
    // The points that span each shared node, and the mixed cells about it.
    std::vector<std::set<int>> spans(mesh.numberOfSharedNodes());
    std::vector<std::set<int>> about(mesh.numberOfSharedNodes());
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      for (int i = 0; i < cell.boundaryNodes; ++i)
      {
        const int n = mesh.boundaryNodesOf(c)[i];
        std::set<int> span;
        for (int j = cell.shapeOffsets[i]; j < cell.shapeOffsets[i + 1]; ++j)
        {
          span.insert(mesh.cellVertices[mesh.vertexOffsets[c] + cell.shapeVertices[j]]);
        }
        EXPECT_TRUE(spans[n].empty() || spans[n] == span);
        spans[n] = span;
        for (const int m : setOf(mesh.cells[c]))
        {
          about[n].insert(m);
        }
      }
    }
    for (int n = 0; n < mesh.numberOfSharedNodes(); ++n)
    {
      std::set<int> free;
      std::set<int> held;
      std::set<int> anyCommon;
      bool constrained = false;
      for (const auto* face : facesAbout[*spans[n].begin()])
      {
        if (!std::includes(
              face->first.begin(), face->first.end(), spans[n].begin(), spans[n].end()) ||
          face->second.size() != 2)
        {
          continue;
        }
        const auto a = setOf(face->second[0]);
        const auto b = setOf(face->second[1]);
        std::set<int> common;
        std::set_intersection(
          a.begin(), a.end(), b.begin(), b.end(), std::inserter(common, common.end()));
        if (common.empty() || (a.size() == 1 && b.size() == 1))
        {
          continue;
        }
        if (!constrained)
        {
          free = common;
          constrained = true;
        }
        std::set<int> rest;
        std::set_intersection(
          free.begin(), free.end(), common.begin(), common.end(), std::inserter(rest, rest.end()));
        free = rest;
        held.insert(a.begin(), a.end());
        held.insert(b.begin(), b.end());
        anyCommon.insert(common.begin(), common.end());
      }
      auto rule = [&](int m) {
        if (held.count(m) == 0 || free.count(m) != 0)
        {
          return SlotRule::Free;
        }
        return free.empty() && anyCommon.count(m) != 0 ? SlotRule::Tied : SlotRule::Lowered;
      };
      const auto slot = mesh.sharedSlots[n];
      if (about[n].size() == 2)
      {
        ASSERT_TRUE(mesh.singleSlot(n));
        const int a = *about[n].begin();
        const int b = *about[n].rbegin();
        EXPECT_EQ(mesh.slotMaterials[slot], a);
        EXPECT_EQ(mesh.otherMaterials[slot], b);
        const double infinity = std::numeric_limits<double>::infinity();
        const double margin = pureMargin * mesh.sharedSizes[n];
        const bool tied = rule(a) == SlotRule::Tied;
        EXPECT_EQ(tied, rule(b) == SlotRule::Tied);
        EXPECT_EQ(mesh.lower[slot], tied ? 0.0 : rule(b) == SlotRule::Lowered ? margin : -infinity);
        EXPECT_EQ(mesh.upper[slot], tied ? 0.0 : rule(a) == SlotRule::Lowered ? -margin : infinity);
        continue;
      }
      ASSERT_EQ(mesh.sharedSlots[n + 1] - slot, static_cast<std::int64_t>(about[n].size()));
      std::int64_t s = slot;
      for (const int m : about[n])
      {
        EXPECT_EQ(mesh.slotMaterials[s], m);
        EXPECT_EQ(mesh.slotRules[s], rule(m));
        ++s;
      }
    }
    // Disjoint faces, each once.
    std::set<std::set<int>> expected;
    for (const auto& [points, cells] : faces)
    {
      if (cells.size() == 2)
      {
        const auto a = setOf(cells[0]);
        const auto b = setOf(cells[1]);
        std::vector<int> common;
        std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
        if (common.empty() && (a.size() > 1 || b.size() > 1))
        {
          expected.insert(points);
        }
      }
    }
    std::set<std::set<int>> found;
    for (const auto& face : mesh.disjointFaces)
    {
      EXPECT_TRUE(face.faceA >= 0 || face.faceB >= 0);
      std::set<int> points;
      for (const auto& [cell, f] :
        { std::pair{ face.cellA, face.faceA }, std::pair{ face.cellB, face.faceB } })
      {
        EXPECT_EQ(f >= 0, mesh.cellOfBand[cell] >= 0);
        if (f >= 0)
        {
          points = facePoints(mesh, mesh.cellOfBand[cell], f);
          const auto& cells = faces.at(points);
          EXPECT_EQ(
            (std::set<int>{ face.cellA, face.cellB }), (std::set<int>{ cells[0], cells[1] }));
        }
      }
      EXPECT_TRUE(found.insert(points).second);
    }
    EXPECT_EQ(found, expected);
  }
}

// Whatever the field, once the rules are applied the materials of both cells that are the largest
// agree all over a face with a common material: at points in all of its simplices, and at their
// nodes, where tied ones may be equal.
TEST_P(PresenceIn, WinnersOnFacesAreCommon)
{
  const CellBand band = this->band(3);
  const int dimension = band.dimension;
  for (const int materialCount : { 2, 3, 5, 8 })
  {
    Dice dice(23 + materialCount);
    const BandMaterials materials = randomMaterials(dice, band.numberOfCells(), materialCount, 0.3);
    const SubcellBand mesh = subdivideBand(band, materials, this->refinement());
    std::vector<double> field(mesh.slots);
    for (double& value : field)
    {
      value = dice.uniform(-1.0, 1.0);
    }
    field[0] = 0.0;
    applyPresence(mesh, field);
    const std::vector<double> once = field;
    applyPresence(mesh, field);
    for (std::size_t s = 0; s < field.size(); ++s)
    {
      ASSERT_NEAR(once[s], field[s], 1e-15);
    }
    std::map<std::set<int>, std::vector<std::pair<int, int>>> faces;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      for (int f = 0; f < mesh.subdivision(c).numberOfFaces(); ++f)
      {
        faces[facePoints(mesh, c, f)].push_back({ c, f });
      }
    }
    // The materials that win at the nodes, middles of sides and some points within of each simplex.
    std::vector<std::array<double, 3>> places{ { 1.0, 0.0, 0.0 }, { 0.0, 1.0, 0.0 },
      { 0.5, 0.5, 0.0 } };
    for (int i = 0; i < 8; ++i)
    {
      const double u = dice.uniform();
      const double v = dimension == 2 ? 1.0 - u : (1.0 - u) * dice.uniform();
      places.push_back({ u, v, 1.0 - u - v });
    }
    if (dimension == 3)
    {
      places.insert(places.end(), { { 0.0, 0.0, 1.0 }, { 0.5, 0.0, 0.5 }, { 0.0, 0.5, 0.5 } });
    }
    using Winners = std::map<std::vector<std::pair<int, double>>, std::set<int>>;
    auto winners = [&](int c, int f) {
      const CellSubdivision& cell = mesh.subdivision(c);
      const int count = mesh.materialCount(c);
      std::vector<double> values(numberOfValues(mesh, c));
      gatherValues(mesh, c, field, values.data());
      Winners result;
      for (int s = cell.faceSimplexOffsets[f]; s < cell.faceSimplexOffsets[f + 1]; ++s)
      {
        const int* shared = mesh.boundaryNodesOf(c);
        std::vector<int> nodes(
          cell.faceSimplices[s].begin(), cell.faceSimplices[s].begin() + dimension);
        std::sort(
          nodes.begin(), nodes.end(), [shared](int a, int b) { return shared[a] < shared[b]; });
        for (const auto& place : places)
        {
          std::vector<std::pair<int, double>> where;
          std::vector<double> sums(count, 0.0);
          for (int i = 0; i < dimension; ++i)
          {
            where.push_back({ shared[nodes[i]], place[i] });
            for (int k = 0; k < (count == 2 ? 1 : count); ++k)
            {
              sums[k] += place[i] * values[k * cell.nodes + nodes[i]];
            }
          }
          const double most = *std::max_element(sums.begin(), sums.end());
          for (int k = 0; k < count; ++k)
          {
            if (sums[k] > most - 1e-13)
            {
              result[where].insert(mesh.materialsOf(c)[k]);
            }
          }
        }
      }
      return result;
    };
    int checked = 0;
    for (const auto& [points, sides] : faces)
    {
      if (sides.size() < 2)
      {
        continue;
      }
      const int a = sides[0].first;
      const int b = sides[1].first;
      std::vector<int> common;
      std::set_intersection(mesh.materialsOf(a), mesh.materialsOf(a) + mesh.materialCount(a),
        mesh.materialsOf(b), mesh.materialsOf(b) + mesh.materialCount(b),
        std::back_inserter(common));
      if (common.empty())
      {
        continue;
      }
      const Winners here = winners(a, sides[0].second);
      const Winners there = winners(b, sides[1].second);
      ASSERT_EQ(here.size(), there.size());
      for (const auto& [where, won] : here)
      {
        const std::set<int>& others = there.at(where);
        std::vector<int> both;
        std::set_intersection(
          won.begin(), won.end(), others.begin(), others.end(), std::back_inserter(both));
        ASSERT_FALSE(both.empty());
        const bool within = std::all_of(
          where.begin(), where.end(), [](const auto& node) { return node.second > 0.0; });
        ASSERT_TRUE(!within || (won.size() == 1 && others.size() == 1));
        ++checked;
      }
    }
    EXPECT_GT(checked, 20);
  }
}

INSTANTIATE_TEST_SUITE_P(Meshes, PresenceIn,
  ::testing::Combine(::testing::Range(0, numberOfBandMeshes), ::testing::Values(2, 3, 4)),
  [](const ::testing::TestParamInfo<std::tuple<int, int>>& info) {
    std::string name = bandMeshName(static_cast<BandMesh>(std::get<0>(info.param)));
    std::replace(name.begin(), name.end(), ' ', '_');
    return name + "_r" + std::to_string(std::get<1>(info.param));
  });

} // namespace
} // namespace mir
