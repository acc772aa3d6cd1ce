// Laws of the sub-division of a band's mixed cells: exact measures, common faces, presence, fields.
#include "SubcellBandHelpers.h"

#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace mir {
namespace {

using namespace mir::testing;

class SubcellBandOf : public ::testing::TestWithParam<std::tuple<int, int>>
{
protected:
  BandMesh kind() const { return static_cast<BandMesh>(std::get<0>(this->GetParam())); }
  int refinement() const { return std::get<1>(this->GetParam()); }
  CellBand band(int n) const { return bandMesh(this->kind(), n, 3); }
};

// Inverted cells: every other one of a band runs the other way round.
CellBand withTurnedCells(CellBand band)
{
  const std::size_t shapes = band.shapes.size();
  for (std::size_t s = 0; s < shapes; ++s)
  {
    FaceTable turned = band.shapes[s];
    for (std::size_t f = 0; f + 1 < turned.offsets.size(); ++f)
    {
      std::reverse(turned.vertices.begin() + turned.offsets[f],
        turned.vertices.begin() + turned.offsets[f + 1]);
    }
    band.shapes.push_back(turned);
  }
  for (int cell = 0; cell < band.numberOfCells(); cell += 2)
  {
    if (band.kinds[cell] != CellKind::General)
    {
      continue;
    }
    if (band.dimension == 2)
    {
      std::reverse(band.cellPoints.begin() + band.cellOffsets[cell],
        band.cellPoints.begin() + band.cellOffsets[cell + 1]);
    }
    else
    {
      band.cellShapes[cell] += static_cast<int>(shapes);
    }
  }
  finishBand(band);
  return band;
}

// The simplices of every cell are positive, each has an interior node, weights are their measures,
// and they sum to the cell's exact measure.
TEST_P(SubcellBandOf, SimplicesFillTheCells)
{
  const CellBand band = withTurnedCells(this->band(4));
  const SubcellBand mesh =
    subdivideBand(band, everyCellMixed(band.numberOfCells()), this->refinement());
  ASSERT_EQ(mesh.numberOfCells(), band.numberOfCells());
  std::vector<Vec3> x;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    x.resize(cell.nodes);
    nodePositions(band, mesh, c, x.data());
    const double exact = band.volumes[mesh.cells[c]];
    double sum = 0.0;
    double weights = 0.0;
    for (std::size_t s = 0; s < cell.simplices.size(); ++s)
    {
      const double measure = simplexMeasure(band.dimension, x.data(), cell.simplices[s]);
      ASSERT_GT(measure, 0.0);
      ASSERT_GE(
        *std::max_element(cell.simplices[s].begin(), cell.simplices[s].end()), cell.boundaryNodes);
      ASSERT_NEAR(mesh.weightsOf(c)[s], measure / exact, 1e-13);
      sum += measure;
      weights += mesh.weightsOf(c)[s];
    }
    EXPECT_NEAR(sum, exact, 1e-13 * exact);
    EXPECT_NEAR(mesh.measures[c], exact, 1e-13 * exact);
    EXPECT_NEAR(weights, 1.0, 1e-13);
  }
}

// Every node is the sum of its shape's vertices, in lowest terms; clusters hold their nodes; bumps
// vanish on the boundary alone.
TEST_P(SubcellBandOf, TablesAgree)
{
  const CellBand band = this->band(2);
  const SubcellBand mesh =
    subdivideBand(band, everyCellMixed(band.numberOfCells()), this->refinement());
  std::vector<Vec3> x;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    x.resize(cell.nodes);
    nodePositions(band, mesh, c, x.data());
    double highest = 0.0;
    for (int i = 0; i < cell.nodes; ++i)
    {
      Vec3 sum;
      int numerators = 0;
      int divisor = cell.shapeDenominators[i];
      for (int j = cell.shapeOffsets[i]; j < cell.shapeOffsets[i + 1]; ++j)
      {
        const int point = mesh.cellVertices[mesh.vertexOffsets[c] + cell.shapeVertices[j]];
        sum = sum + static_cast<double>(cell.shapeNumerators[j]) * band.points[point];
        numerators += cell.shapeNumerators[j];
        divisor = std::gcd(divisor, cell.shapeNumerators[j]);
      }
      EXPECT_EQ(numerators, cell.shapeDenominators[i]);
      EXPECT_EQ(divisor, 1);
      ASSERT_LT(length(1.0 / cell.shapeDenominators[i] * sum - x[i]), 1e-14);
      EXPECT_EQ(cell.bump[i] == 0.0, i < cell.boundaryNodes);
      EXPECT_GE(cell.bump[i], 0.0);
      highest = std::max(highest, cell.bump[i]);
    }
    EXPECT_EQ(highest, 1.0);
    ASSERT_EQ(cell.clusters.back(), static_cast<int>(cell.simplices.size()));
    for (std::size_t k = 0; k + 1 < cell.clusters.size(); ++k)
    {
      std::set<int> nodes;
      for (int s = cell.clusters[k]; s < cell.clusters[k + 1]; ++s)
      {
        nodes.insert(cell.simplices[s].begin(), cell.simplices[s].begin() + band.dimension + 1);
      }
      const std::set<int> listed(cell.clusterNodes.begin() + cell.clusterNodeOffsets[k],
        cell.clusterNodes.begin() + cell.clusterNodeOffsets[k + 1]);
      EXPECT_EQ(nodes, listed);
    }
    // Alike clusters name every simplex once, with its nodes.
    std::vector<int> named(cell.simplices.size(), 0);
    for (const CellSubdivision::AlikeClusters& alike : cell.alikeClusters)
    {
      const std::size_t clusters = alike.begins.size();
      ASSERT_LE(clusters, std::size_t{ CellSubdivision::AlikeClusters::most });
      for (std::size_t i = 0; i < clusters; ++i)
      {
        for (std::size_t s = 0; s < alike.places.size(); ++s)
        {
          ++named[alike.begins[i] + s];
          for (int k = 0; k <= band.dimension; ++k)
          {
            ASSERT_EQ(alike.nodes[alike.places[s][k] * clusters + i],
              cell.simplices[alike.begins[i] + s][k]);
          }
        }
      }
    }
    EXPECT_EQ(std::count(named.begin(), named.end(), 1), std::ptrdiff_t(named.size()));
    // The faces' simplices are those of the cell that have all but one node on the boundary.
    std::map<std::set<int>, int> sides;
    for (const auto& simplex : cell.simplices)
    {
      for (int k = 0; k <= band.dimension; ++k)
      {
        std::set<int> side(simplex.begin(), simplex.begin() + band.dimension + 1);
        side.erase(simplex[k]);
        ++sides[side];
      }
    }
    std::set<std::set<int>> open;
    for (const auto& [side, count] : sides)
    {
      ASSERT_LE(count, 2);
      if (count == 1)
      {
        open.insert(side);
      }
    }
    std::set<std::set<int>> faces;
    for (const auto& simplex : cell.faceSimplices)
    {
      faces.insert(std::set<int>(simplex.begin(), simplex.begin() + band.dimension));
    }
    EXPECT_EQ(open, faces);
    if (!cell.lattice.empty())
    {
      const int r = this->refinement();
      const Vec3 a = x[cell.lattice[0]];
      EXPECT_EQ(cell.lattice[0], 0);
      EXPECT_EQ(cell.lattice[r], 1);
      EXPECT_EQ(cell.lattice[r * (r + 1)], 3);
      EXPECT_LT(length(x[cell.lattice[1]] - a - 1.0 / r * (x[1] - a)), 1e-14);
      EXPECT_LT(length(x[cell.lattice[r + 1]] - a - 1.0 / r * (x[3] - a)), 1e-14);
      EXPECT_EQ(*std::min_element(cell.lattice.begin(), cell.lattice.end()), 0);
      EXPECT_EQ(
        std::set<int>(cell.lattice.begin(), cell.lattice.end()).size(), cell.lattice.size());
    }
  }
}

// Of two nodes of a face's simplex the vertices that span one span the other too, and one node is
// spanned by all of the face's: what is to hold at all faces about a node is then a chain.
TEST_P(SubcellBandOf, NodesOfFaceSimplicesLieOnNestedParts)
{
  const CellBand band = this->band(2);
  const SubcellBand mesh =
    subdivideBand(band, everyCellMixed(band.numberOfCells()), this->refinement());
  for (const CellSubdivision& cell : mesh.subdivisions)
  {
    auto spanOf = [&cell](int node) {
      return std::set<int>(cell.shapeVertices.begin() + cell.shapeOffsets[node],
        cell.shapeVertices.begin() + cell.shapeOffsets[node + 1]);
    };
    for (int f = 0; f < cell.numberOfFaces(); ++f)
    {
      const std::set<int> all(cell.faceVertices.begin() + cell.faceVertexOffsets[f],
        cell.faceVertices.begin() + cell.faceVertexOffsets[f + 1]);
      for (int s = cell.faceSimplexOffsets[f]; s < cell.faceSimplexOffsets[f + 1]; ++s)
      {
        std::vector<std::set<int>> spans;
        for (int i = 0; i < cell.dimension; ++i)
        {
          spans.push_back(spanOf(cell.faceSimplices[s][i]));
        }
        std::sort(spans.begin(), spans.end(),
          [](const auto& a, const auto& b) { return a.size() < b.size(); });
        ASSERT_EQ(spans.back(), all);
        for (std::size_t i = 1; i < spans.size(); ++i)
        {
          ASSERT_TRUE(std::includes(
            spans[i].begin(), spans[i].end(), spans[i - 1].begin(), spans[i - 1].end()));
        }
      }
    }
  }
}

// The two cells of a face have the same simplices there, turned; and a face's nodes are shared by
// just the cells of that face.
TEST_P(SubcellBandOf, CellsAgreeOnCommonFaces)
{
  const CellBand band = withTurnedCells(this->band(3));
  const SubcellBand mesh =
    subdivideBand(band, everyCellMixed(band.numberOfCells()), this->refinement());
  std::map<std::set<int>, std::vector<std::pair<int, int>>> faces;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    for (int f = 0; f < mesh.subdivision(c).numberOfFaces(); ++f)
    {
      faces[facePoints(mesh, c, f)].push_back({ c, f });
    }
  }
  int common = 0;
  for (const auto& [points, sides] : faces)
  {
    ASSERT_LE(sides.size(), 2u);
    if (sides.size() == 2)
    {
      ++common;
      EXPECT_EQ(faceSet(mesh, sides[0].first, sides[0].second, false),
        faceSet(mesh, sides[1].first, sides[1].second, true));
    }
  }
  EXPECT_GT(common, band.numberOfCells() / 2);
  // Places are told apart: no two shared nodes lie in one place.
  std::set<std::array<double, 3>> places;
  std::set<std::uint64_t> hashes;
  for (int n = 0; n < mesh.numberOfSharedNodes(); ++n)
  {
    const Vec3 p = mesh.sharedPositions[n];
    places.insert({ p.x, p.y, p.z });
    hashes.insert(mesh.sharedHashes[n]);
    if (mesh.sharedPoints[n] >= 0)
    {
      EXPECT_EQ(length(p - band.points[mesh.sharedPoints[n]]), 0.0);
    }
  }
  EXPECT_EQ(static_cast<int>(places.size()), mesh.numberOfSharedNodes());
  EXPECT_EQ(static_cast<int>(hashes.size()), mesh.numberOfSharedNodes());
}

using NodeSet = std::map<std::uint64_t, std::array<double, 4>>;
NodeSet nodeSet(const SubcellBand& mesh)
{
  NodeSet result;
  for (int n = 0; n < mesh.numberOfSharedNodes(); ++n)
  {
    const Vec3 p = mesh.sharedPositions[n];
    result[mesh.sharedHashes[n]] = { p.x, p.y, p.z, 0.0 };
  }
  return result;
}

// The band with its cells and points in another order, cells starting at another vertex and face
// tables at other faces; `ids` are the old points.
CellBand shuffled(const CellBand& band, Dice& dice, std::vector<std::int64_t>& ids)
{
  auto permutation = [&dice](int n) {
    std::vector<int> order(n);
    for (int i = 0; i < n; ++i)
    {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; --i)
    {
      std::swap(order[i], order[dice.below(i + 1)]);
    }
    return order;
  };
  CellBand result;
  result.dimension = band.dimension;
  const auto points = permutation(static_cast<int>(band.points.size()));
  std::vector<int> numbers(points.size());
  ids.clear();
  for (std::size_t i = 0; i < points.size(); ++i)
  {
    numbers[points[i]] = static_cast<int>(i);
    ids.push_back(points[i]);
    result.points.push_back(band.points[points[i]]);
  }
  for (const int cell : permutation(band.numberOfCells()))
  {
    const int n = band.cellSize(cell);
    std::vector<int> order = permutation(n);
    if (band.dimension == 2)
    {
      for (int i = 0; i < n; ++i)
      {
        order[i] = (order[0] + i) % n;
      }
    }
    std::vector<int> local(n);
    for (int i = 0; i < n; ++i)
    {
      local[order[i]] = i;
      result.cellPoints.push_back(numbers[band.cellPoints[band.cellOffsets[cell] + order[i]]]);
    }
    result.cellOffsets.push_back(static_cast<std::int64_t>(result.cellPoints.size()));
    result.kinds.push_back(
      band.kinds[cell] == CellKind::Box ? CellKind::General : band.kinds[cell]);
    if (band.dimension == 3)
    {
      // The table of a simplex is the cell's own order of points.
      const FaceTable& faces = band.shapes[band.cellShapes[cell]];
      const int count = static_cast<int>(faces.offsets.size()) - 1;
      FaceTable table;
      for (const int f : permutation(count))
      {
        const int size = faces.offsets[f + 1] - faces.offsets[f];
        const int start = dice.below(size);
        for (int i = 0; i < size; ++i)
        {
          table.vertices.push_back(local[faces.vertices[faces.offsets[f] + (start + i) % size]]);
        }
        table.offsets.push_back(static_cast<int>(table.vertices.size()));
      }
      result.kinds.back() = CellKind::General;
      result.cellShapes.push_back(static_cast<int>(result.shapes.size()));
      result.shapes.push_back(table);
    }
  }
  finishBand(result);
  return result;
}

TEST_P(SubcellBandOf, OrderOfCellsAndVerticesDoesNotMatter)
{
  const CellBand band = this->band(2);
  Dice dice(11);
  std::vector<std::int64_t> ids;
  const CellBand other = shuffled(band, dice, ids);
  const SubcellBand a =
    subdivideBand(band, everyCellMixed(band.numberOfCells()), this->refinement());
  const SubcellBand b =
    subdivideBand(other, everyCellMixed(band.numberOfCells()), this->refinement(), ids);
  EXPECT_EQ(nodeSet(a), nodeSet(b));
  // Simplices as sets of rounded places.
  auto simplexSet = [this](const CellBand& cells, const SubcellBand& mesh) {
    std::multiset<std::set<std::array<long, 3>>> result;
    std::vector<Vec3> x;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      x.resize(cell.nodes);
      nodePositions(cells, mesh, c, x.data());
      for (const auto& simplex : cell.simplices)
      {
        std::set<std::array<long, 3>> places;
        for (int k = 0; k <= cells.dimension; ++k)
        {
          const Vec3 p = x[simplex[k]];
          // An offset that no node lies half-way at.
          auto rounded = [](double v) { return std::lround(1e7 * v + 0.2371); };
          places.insert({ rounded(p.x), rounded(p.y), rounded(p.z) });
        }
        result.insert(places);
      }
    }
    return result;
  };
  EXPECT_EQ(simplexSet(band, a), simplexSet(other, b));
}

void runOnThreads(int count, const std::function<void(int, int)>& body)
{
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
  {
    threads.emplace_back([&, t] {
      if (count * t / 3 < count * (t + 1) / 3)
      {
        body(count * t / 3, count * (t + 1) / 3);
      }
    });
  }
  for (std::thread& thread : threads)
  {
    thread.join();
  }
}

TEST_P(SubcellBandOf, ThreadsDoNotMatter)
{
  const CellBand band = this->band(3);
  Dice dice(5);
  const BandMaterials materials = randomMaterials(dice, band.numberOfCells(), 4, 0.3);
  const SubcellBand a = subdivideBand(band, materials, this->refinement());
  const SubcellBand b = subdivideBand(band, materials, this->refinement(), {}, runOnThreads);
  EXPECT_EQ(nodeSet(a), nodeSet(b));
  EXPECT_EQ(a.boundaryNodes, b.boundaryNodes);
  EXPECT_EQ(a.slotTable, b.slotTable);
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.sharedSizes, b.sharedSizes);
  std::vector<double> values;
  for (int c = 0; c < a.numberOfCells(); ++c)
  {
    for (int i = 0; i < numberOfValues(a, c); ++i)
    {
      values.push_back(dice.uniform(-1.0, 1.0));
    }
  }
  EXPECT_EQ(averageOntoField(a, values), averageOntoField(b, values, runOnThreads));
}

// A global linear function a material comes back exactly, up to what all materials of a node share.
TEST_P(SubcellBandOf, LinearFieldsComeBack)
{
  const CellBand band = this->band(3);
  for (int materialCount = 2; materialCount <= 6; materialCount += 2)
  {
    Dice dice(29);
    const BandMaterials materials = randomMaterials(dice, band.numberOfCells(), materialCount, 0.3);
    const SubcellBand mesh = subdivideBand(band, materials, this->refinement());
    std::vector<Vec3> gradients;
    std::vector<double> constants;
    for (int m = 0; m < materialCount; ++m)
    {
      gradients.push_back(dice.direction3());
      constants.push_back(dice.uniform());
    }
    std::vector<double> values;
    std::vector<Vec3> x;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const int nodes = mesh.subdivision(c).nodes;
      const int count = mesh.materialCount(c);
      x.resize(nodes);
      nodePositions(band, mesh, c, x.data());
      auto at = [&](int k, int i) {
        const int m = mesh.materialsOf(c)[k];
        return constants[m] + dot(gradients[m], x[i]);
      };
      for (int k = 0; k < (count == 2 ? 1 : count); ++k)
      {
        for (int i = 0; i < nodes; ++i)
        {
          // What each cell adds to all of its materials does not count.
          values.push_back(count == 2 ? at(0, i) - at(1, i) : at(k, i) + 0.3 * c);
        }
      }
    }
    const std::vector<double> field = averageOntoField(mesh, values);
    EXPECT_EQ(field[0], 0.0);
    std::size_t offset = 0;
    std::vector<double> back;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const int nodes = mesh.subdivision(c).nodes;
      const int count = mesh.materialCount(c);
      back.resize(numberOfValues(mesh, c));
      gatherValues(mesh, c, field, back.data());
      for (int i = 0; i < nodes; ++i)
      {
        for (int k = 0; k < (count == 2 ? 1 : count); ++k)
        {
          const double base = count == 2 ? 0.0 : back[i] - values[offset + i];
          ASSERT_NEAR(back[k * nodes + i] - base, values[offset + k * nodes + i], 1e-12);
        }
      }
      // Interior values go out and in unchanged.
      std::vector<double> copy = field;
      scatterInterior(mesh, c, back.data(), copy);
      EXPECT_EQ(copy, field);
      offset += back.size();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Meshes, SubcellBandOf,
  ::testing::Combine(::testing::Range(0, numberOfBandMeshes), ::testing::Values(2, 3, 4)),
  [](const ::testing::TestParamInfo<std::tuple<int, int>>& info) {
    std::string name = bandMeshName(static_cast<BandMesh>(std::get<0>(info.param)));
    std::replace(name.begin(), name.end(), ' ', '_');
    return name + "_r" + std::to_string(std::get<1>(info.param));
  });

} // namespace
} // namespace mir
