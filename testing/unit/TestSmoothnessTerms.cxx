// Laws of the variational method's terms: what is linear costs nothing, nothing is left out or
// counted twice, and jumps are what the gradients on both sides say.
#include "FractionProblems.h"
#include "InterfaceProblems.h"
#include "SubcellBandHelpers.h"

#include "reconstruct/continuous/variational/SmoothnessTerms.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr double everywhere = std::numeric_limits<double>::infinity();
constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// A node for a pair of materials is known by its slots; a facet or simplex by its nodes.
using NodeKey = std::pair<int, int>;
using NodeKeys = std::vector<NodeKey>;

NodeKey keyOf(const TermNode& node)
{
  return { node.s, node.t };
}

NodeKeys sortedKeys(const TermNode* nodes, int count)
{
  NodeKeys keys;
  for (int i = 0; i < count; ++i)
  {
    keys.push_back(keyOf(nodes[i]));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// Calls body(band, mesh, dimension) for meshes of every kind with random sets of materials.
template <typename Body>
void forAllMeshes(int mostMaterials, const Body& body)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    const int dimension = kind < numberOfPlanarBandMeshes ? 2 : 3;
    for (int materials = 2; materials <= std::min(mostMaterials, dimension + 1); ++materials)
    {
      SCOPED_TRACE(std::string(bandMeshName(BandMesh(kind))) + ", " + std::to_string(materials) +
        " materials");
      Dice dice(31 * kind + materials);
      const CellBand band = bandMesh(BandMesh(kind),
        kind == int(BandMesh::Polyhedra) ? 1
          : dimension == 2               ? 4
                                         : 2);
      const BandMaterials held =
        mir::testing::randomMaterials(dice, band.numberOfCells(), materials, 0.2);
      const SubcellBand mesh = subdivideBand(band, held, dimension == 2 ? 3 : 2);
      body(band, mesh, dimension);
    }
  }
}

/// Slots of the values at all local nodes of a cell, for each of its materials: its definition in
/// SubcellBand.h once more.
std::vector<int> slotsOf(const SubcellBand& mesh, int c)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  std::vector<int> slots(
    mesh.slotTableOf(c), mesh.slotTableOf(c) + std::ptrdiff_t(cell.boundaryNodes) * count);
  int next = static_cast<int>(mesh.interiorSlots[c]);
  for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
  {
    slots.push_back(next++);
    for (int k = 1; k < count; ++k)
    {
      slots.push_back(count == 2 ? 0 : next++);
    }
  }
  return slots;
}

double jumpOf(const JumpTerm& term, int dimension, const std::vector<double>& field)
{
  double sum = 0.0;
  for (int i = 0; i < dimension + 2; ++i)
  {
    sum += term.coefficients[i] * valueAt(term.nodes[i], field);
  }
  return sum;
}

Vec3 gradientOf(const SlopeTerm& term, int dimension, const std::vector<double>& field)
{
  Vec3 sum;
  for (int i = 0; i <= dimension; ++i)
  {
    sum = sum + valueAt(term.nodes[i], field) * term.gradients[i];
  }
  return sum;
}

} // namespace

TEST(SmoothnessTerms, LinearFunctionsHaveNoJumpsAndTheirOwnSlopes)
{
  forAllMeshes(4, [](const CellBand& band, const SubcellBand& mesh, int dimension) {
    const Vec3 point{ 0.47, 0.52, 0.41 };
    const std::vector<double> field = sampledField(band, mesh,
      [&](int material, Vec3 x) { return dot(simplexDirection(dimension, material), x - point); });
    const SmoothnessTerms terms = smoothnessTerms(band, mesh, field, everywhere);
    // Rounding of places and values below 2 in size, times the coefficients.
    for (const JumpTerm& term : terms.jumps)
    {
      double bound = 0.0;
      for (int i = 0; i < dimension + 2; ++i)
      {
        bound += 32.0 * epsilon * std::abs(term.coefficients[i]);
      }
      ASSERT_LE(std::abs(jumpOf(term, dimension, field)), bound);
    }
    for (const SlopeTerm& term : terms.slopes)
    {
      double bound = 0.0;
      for (int i = 0; i <= dimension; ++i)
      {
        bound += 32.0 * epsilon * length(term.gradients[i]);
      }
      ASSERT_LE(std::abs(length(gradientOf(term, dimension, field)) - 1.0), bound);
    }
  });
}

TEST(SmoothnessTerms, SimplicesFillTheCellsForEachPair)
{
  forAllMeshes(4, [](const CellBand& band, const SubcellBand& mesh, int dimension) {
    const SmoothnessTerms terms =
      smoothnessTerms(band, mesh, std::vector<double>(mesh.slots, 0.0), everywhere);
    std::vector<double> sums(mesh.numberOfCells(), 0.0);
    std::set<NodeKeys> seen;
    for (const SlopeTerm& term : terms.slopes)
    {
      EXPECT_GT(term.measure, 0.0);
      EXPECT_EQ(term.size, mesh.sizes[term.cell]);
      EXPECT_EQ(term.others, mesh.materialCount(term.cell) - 2);
      sums[term.cell] += term.measure * std::pow(term.size, dimension);
      EXPECT_TRUE(seen.insert(sortedKeys(term.nodes, dimension + 1)).second);
    }
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const int materials = mesh.materialCount(c);
      const double pairs = 0.5 * materials * (materials - 1);
      EXPECT_NEAR(sums[c], pairs * mesh.measures[c], 1e-12 * pairs * mesh.measures[c]);
    }
  });
}

TEST(SmoothnessTerms, EveryFacetBetweenTwoSimplicesHasOneJump)
{
  forAllMeshes(4, [](const CellBand& band, const SubcellBand& mesh, int dimension) {
    // Facets of all simplices by the nodes of each pair of materials that the cell holds.
    struct Facet
    {
      std::vector<int> cells;
      double measures = 0.0;
    };
    std::map<NodeKeys, Facet> facets;
    int across = 0;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      const int count = mesh.materialCount(c);
      const std::vector<int> slots = slotsOf(mesh, c);
      std::vector<Vec3> positions(cell.nodes);
      nodePositions(band, mesh, c, positions.data());
      for (const auto& simplex : cell.simplices)
      {
        const double measure = simplexMeasure(dimension, positions.data(), simplex);
        for (int left = 0; left <= dimension; ++left)
        {
          for (int a = 0; a < count; ++a)
          {
            for (int b = a + 1; b < count; ++b)
            {
              NodeKeys key;
              for (int i = 0; i <= dimension; ++i)
              {
                if (i != left)
                {
                  key.emplace_back(slots[simplex[i] * count + a], slots[simplex[i] * count + b]);
                }
              }
              std::sort(key.begin(), key.end());
              Facet& facet = facets[key];
              facet.cells.push_back(c);
              facet.measures += measure;
            }
          }
        }
      }
    }
    std::size_t expected = 0;
    for (const auto& facet : facets)
    {
      ASSERT_LE(facet.second.cells.size(), 2u);
      expected += facet.second.cells.size() == 2 ? 1 : 0;
    }
    const SmoothnessTerms terms =
      smoothnessTerms(band, mesh, std::vector<double>(mesh.slots, 0.0), everywhere);
    EXPECT_EQ(terms.jumps.size(), expected);
    for (const JumpTerm& term : terms.jumps)
    {
      const auto found = facets.find(sortedKeys(term.nodes, dimension));
      ASSERT_TRUE(found != facets.end());
      ASSERT_EQ(found->second.cells.size(), 2u);
      EXPECT_EQ(found->second.cells[0], std::min(term.cells[0], term.cells[1]));
      EXPECT_EQ(found->second.cells[1], std::max(term.cells[0], term.cells[1]));
      // Its size times the width across it is that of the two simplices.
      const double both = term.measure * term.width * std::pow(term.size, dimension);
      EXPECT_NEAR(both, found->second.measures, 1e-10 * found->second.measures);
      EXPECT_EQ(term.others,
        std::max(mesh.materialCount(term.cells[0]), mesh.materialCount(term.cells[1])) - 2);
      across += term.cells[0] != term.cells[1] ? 1 : 0;
      // Once each.
      facets.erase(found);
    }
    EXPECT_GT(across, 0);
  });
}

TEST(SmoothnessTerms, JumpsAreDifferencesOfTheGradientsOnBothSides)
{
  forAllMeshes(3, [](const CellBand& band, const SubcellBand& mesh, int dimension) {
    Dice dice(5);
    const std::vector<double> field = randomField(dice, mesh, false);
    const SmoothnessTerms terms = smoothnessTerms(band, mesh, field, everywhere);
    std::map<NodeKeys, const SlopeTerm*> simplices;
    for (const SlopeTerm& term : terms.slopes)
    {
      simplices[sortedKeys(term.nodes, dimension + 1)] = &term;
    }
    for (const JumpTerm& term : terms.jumps)
    {
      Vec3 gradients[2];
      for (int side = 0; side < 2; ++side)
      {
        TermNode nodes[4];
        std::copy(term.nodes, term.nodes + dimension, nodes);
        nodes[dimension] = term.nodes[dimension + side];
        const auto found = simplices.find(sortedKeys(nodes, dimension + 1));
        ASSERT_TRUE(found != simplices.end());
        gradients[side] = gradientOf(*found->second, dimension, field);
      }
      // Along the facet they agree, as the field is continuous.
      const double expected = length(gradients[0] - gradients[1]);
      double scale = length(gradients[0]) + length(gradients[1]);
      for (int i = 0; i < dimension + 2; ++i)
      {
        scale += std::abs(term.coefficients[i]);
      }
      ASSERT_NEAR(std::abs(jumpOf(term, dimension, field)), expected, 1e-11 * scale);
    }
  });
}

TEST(SmoothnessTerms, CellsListTheTermsAtTheirNodesAndTheirNeighbours)
{
  forAllMeshes(3, [](const CellBand& band, const SubcellBand& mesh, int dimension) {
    Dice dice(7);
    const std::vector<double> field = randomField(dice, mesh, false);
    const SmoothnessTerms terms = smoothnessTerms(band, mesh, field, 0.3);
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const std::vector<int> list = slotsOf(mesh, c);
      std::set<int> own(list.begin(), list.end());
      own.erase(0);
      const auto meets = [&](const TermNode* nodes, int count) {
        return std::any_of(nodes, nodes + count,
          [&](const TermNode& node) { return own.count(node.s) + own.count(node.t) > 0; });
      };
      std::vector<int> jumps;
      for (std::size_t i = 0; i < terms.jumps.size(); ++i)
      {
        if (meets(terms.jumps[i].nodes, dimension + 2))
        {
          jumps.push_back(static_cast<int>(i));
        }
      }
      std::vector<int> slopes;
      for (std::size_t i = 0; i < terms.slopes.size(); ++i)
      {
        if (meets(terms.slopes[i].nodes, dimension + 1))
        {
          slopes.push_back(static_cast<int>(i));
        }
      }
      std::set<int> neighbours{ c };
      const std::set<int> nodes(
        mesh.boundaryNodesOf(c), mesh.boundaryNodesOf(c) + mesh.subdivision(c).boundaryNodes);
      for (int b = 0; b < mesh.numberOfCells(); ++b)
      {
        const int* others = mesh.boundaryNodesOf(b);
        if (std::any_of(others, others + mesh.subdivision(b).boundaryNodes,
              [&](int node) { return nodes.count(node) > 0; }))
        {
          neighbours.insert(b);
        }
      }
      const auto listed = [c](const std::vector<std::int64_t>& offsets,
                            const std::vector<int>& members) {
        return std::vector<int>(members.begin() + offsets[c], members.begin() + offsets[c + 1]);
      };
      ASSERT_EQ(listed(terms.cellJumpOffsets, terms.cellJumps), jumps);
      ASSERT_EQ(listed(terms.cellSlopeOffsets, terms.cellSlopes), slopes);
      ASSERT_EQ(listed(terms.neighbourOffsets, terms.neighbours),
        std::vector<int>(neighbours.begin(), neighbours.end()));
    }
  });
}

TEST(SmoothnessTerms, FewerWithinASmallerReachAndTheSameOnThreads)
{
  forAllMeshes(3, [](const CellBand& band, const SubcellBand& mesh, int dimension) {
    Dice dice(11);
    const std::vector<double> field = randomField(dice, mesh, false);
    std::set<NodeKeys> before;
    for (const double reach : { everywhere, 0.4, 0.1 })
    {
      const SmoothnessTerms serial = smoothnessTerms(band, mesh, field, reach);
      std::set<NodeKeys> now;
      for (const SlopeTerm& term : serial.slopes)
      {
        now.insert(sortedKeys(term.nodes, dimension + 1));
      }
      EXPECT_TRUE(
        before.empty() || std::includes(before.begin(), before.end(), now.begin(), now.end()));
      before = now;
      const SmoothnessTerms split = smoothnessTerms(band, mesh, field, reach, runOnThreeThreads);
      ASSERT_EQ(serial.jumps.size(), split.jumps.size());
      ASSERT_EQ(serial.slopes.size(), split.slopes.size());
      EXPECT_EQ(serial.otherSlots, split.otherSlots);
      EXPECT_EQ(serial.cellJumps, split.cellJumps);
      EXPECT_EQ(serial.cellSlopes, split.cellSlopes);
      for (std::size_t i = 0; i < serial.jumps.size(); ++i)
      {
        ASSERT_EQ(
          jumpOf(serial.jumps[i], dimension, field), jumpOf(split.jumps[i], dimension, field));
      }
    }
  });
}
