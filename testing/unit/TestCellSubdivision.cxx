// Laws of the sub-division of single cells of every type, and of types that meet.
#include "SubcellBandHelpers.h"

#include "reconstruct/continuous/subdivision/CellKernel.h"
#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace mir {
namespace {

using namespace mir::testing;

CellBand bandOf(const Polygon& polygon)
{
  CellBand band;
  band.dimension = 2;
  std::vector<int> ids;
  for (const Vec2& p : polygon)
  {
    ids.push_back(static_cast<int>(band.points.size()));
    band.points.push_back({ p.x, p.y, 0.0 });
  }
  testing::detail::addCell(band, CellKind::General, ids);
  finishBand(band);
  return band;
}

CellBand bandOf(const std::vector<Vec3>& points, const FaceTable& faces)
{
  CellBand band;
  band.points.assign(points.begin(), points.end());
  band.shapes.push_back(faces);
  std::vector<int> ids(points.size());
  std::iota(ids.begin(), ids.end(), 0);
  testing::detail::addCell(band, CellKind::General, ids);
  finishBand(band);
  return band;
}

// Positive simplices that fill the cell, each with an interior node.
void expectFilled(const CellBand& band, int r)
{
  const SubcellBand mesh = subdivideBand(band, everyCellMixed(band.numberOfCells()), r);
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    std::vector<Vec3> x(cell.nodes);
    nodePositions(band, mesh, c, x.data());
    const double exact = band.volumes[c];
    double sum = 0.0;
    for (std::size_t s = 0; s < cell.simplices.size(); ++s)
    {
      const double measure = simplexMeasure(band.dimension, x.data(), cell.simplices[s]);
      ASSERT_GT(measure, 0.0);
      ASSERT_GE(
        *std::max_element(cell.simplices[s].begin(), cell.simplices[s].end()), cell.boundaryNodes);
      ASSERT_NEAR(mesh.weightsOf(c)[s], measure / exact, 1e-13);
      sum += measure;
    }
    EXPECT_NEAR(sum, exact, 1e-12 * exact);
    for (int i = 0; i < cell.nodes; ++i)
    {
      EXPECT_EQ(cell.bump[i] > 0.0, i >= cell.boundaryNodes);
      EXPECT_LE(cell.bump[i], 1.0);
    }
  }
}

TEST(CellSubdivision, FillsPolygonsConvexOrNot)
{
  Dice dice(3);
  for (int trial = 0; trial < 200; ++trial)
  {
    const Polygon polygon = randomPolygon(dice, trial % numberOfPolygonKinds);
    SCOPED_TRACE(polygonKindName(trial % numberOfPolygonKinds));
    expectFilled(bandOf(polygon), 2 + trial % 3);
    expectFilled(bandOf(Polygon(polygon.rbegin(), polygon.rend())), 3);
  }
}

TEST(CellSubdivision, FillsPolygonsWithFlatCorners)
{
  // Hanging nodes on one, two and all edges; a dart; an L with a flat corner.
  for (const Polygon& polygon : { Polygon{ { 0, 0 }, { 0.5, 0 }, { 1, 0 }, { 0.2, 1 } },
         Polygon{ { 0, 0 }, { 0.5, 0 }, { 1, 0 }, { 1, 0.5 }, { 1, 1 }, { 0, 1 } },
         Polygon{ { 0, 0 }, { 0.5, 0 }, { 1, 0 }, { 0.5, 0.5 }, { 0, 1 }, { 0, 0.5 } },
         Polygon{ { 0, 0 }, { 1, 0 }, { 0.1, 0.1 }, { 0, 1 } },
         Polygon{ { 0, 0 }, { 2, 0 }, { 2, 0.1 }, { 0.1, 0.1 }, { 0.1, 2 }, { 0, 2 }, { 0, 1 } } })
  {
    for (std::size_t start = 0; start < polygon.size(); ++start)
    {
      Polygon turned = polygon;
      std::rotate(turned.begin(), turned.begin() + start, turned.end());
      expectFilled(bandOf(turned), 4);
    }
  }
}

FaceTable tableOf(const Polyhedron& p)
{
  return { p.faceOffsets, p.faceVertices };
}

TEST(CellSubdivision, FillsConvexSolids)
{
  Dice dice(7);
  for (int trial = 0; trial < 90; ++trial)
  {
    const int kind = trial % 9;
    SCOPED_TRACE(cellKindName(kind));
    if (kind == 4)
    {
      const auto v = randomHexahedronCorners(dice, 0.25);
      expectFilled(
        bandOf({ v.begin(), v.end() }, testing::detail::hexahedronFaces()), 2 + trial % 3);
      continue;
    }
    const Polyhedron cell = randomCell(dice, kind);
    expectFilled(bandOf(cell.points, tableOf(cell)), 2 + trial % 3);
  }
}

// A box whose top is pressed in below the mean of all vertices: a point under the dent sees all.
TEST(CellSubdivision, FindsACentreThatSeesAllFaces)
{
  for (const double depth : { 0.3, 0.15, 0.6 })
  {
    const std::vector<Vec3> points{ { 0, 0, 0 }, { 1, 0, 0 }, { 1, 1, 0 }, { 0, 1, 0 }, { 0, 0, 1 },
      { 1, 0, 1 }, { 1, 1, 1 }, { 0, 1, 1 }, { 0.4, 0.5, depth } };
    const FaceTable faces =
      testing::detail::faceTable({ { 0, 3, 2, 1 }, { 0, 1, 5, 4 }, { 1, 2, 6, 5 }, { 2, 3, 7, 6 },
        { 3, 0, 4, 7 }, { 4, 5, 8 }, { 5, 6, 8 }, { 6, 7, 8 }, { 7, 4, 8 } });
    expectFilled(bandOf(points, faces), 4);
  }
  // A hexahedron with a corner pulled in so far that the mean does not see the faces about it.
  std::vector<Vec3> points{ { 0, 0, 0 }, { 1, 0, 0 }, { 1, 1, 0 }, { 0, 1, 0 }, { 0, 0, 1 },
    { 1, 0, 1 }, { 0.35, 0.35, 0.35 }, { 0, 1, 1 } };
  expectFilled(bandOf(points, testing::detail::hexahedronFaces()), 3);
}

TEST(CellSubdivision, RefusesCellsByName)
{
  Dice dice(13);
  const Polyhedron comb = prism(combPolygon(dice, 4));
  const CellBand band = bandOf(comb.points, tableOf(comb));
  try
  {
    subdivideBand(band, everyCellMixed(1), 4);
    FAIL() << "a comb has no centre";
  }
  catch (const std::invalid_argument& error)
  {
    EXPECT_NE(std::string(error.what()).find("cell 0 "), std::string::npos);
  }
  const CellBand quad = bandOf(Polygon{ { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } });
  EXPECT_THROW(subdivideBand(quad, everyCellMixed(1), 1), std::invalid_argument);
  EXPECT_THROW(subdivideBand(quad, everyCellMixed(2), 4), std::invalid_argument);
  BandMaterials materials = everyCellMixed(1);
  materials.fractions = { 0.5, 0.6 };
  EXPECT_THROW(subdivideBand(quad, materials, 4), std::invalid_argument);
  materials.fractions = { 0.0, 1.0 };
  EXPECT_THROW(subdivideBand(quad, materials, 4), std::invalid_argument);
  materials = everyCellMixed(1);
  materials.materials = { 1, 0 };
  EXPECT_THROW(subdivideBand(quad, materials, 4), std::invalid_argument);
  materials.materials = { 1, 64 };
  EXPECT_THROW(subdivideBand(quad, materials, 4), std::invalid_argument);
  const CellBand flat = bandOf(Polygon{ { 0, 0 }, { 1, 0 }, { 2, 0 }, { 3, 0 } });
  EXPECT_THROW(subdivideBand(flat, everyCellMixed(1), 4), std::invalid_argument);
}

// Cells that cannot be split are left out on request, as if they were missing.
TEST(CellSubdivision, LeavesOutCellsOnRequest)
{
  CellBand band = bandMesh(BandMesh::Quads, 3);
  // The middle cell is folded onto its lower edge by points of its own.
  const int middle = 4;
  const int extra = static_cast<int>(band.points.size());
  band.points.push_back(band.point(middle, 0));
  band.points.push_back(band.point(middle, 1));
  band.cellPoints[band.cellOffsets[middle] + 2] = extra + 1;
  band.cellPoints[band.cellOffsets[middle] + 3] = extra;
  finishBand(band);
  const BandMaterials materials = everyCellMixed(9);
  EXPECT_THROW(subdivideBand(band, materials, 4), std::invalid_argument);
  std::vector<int> leftOut;
  const SubcellBand mesh = subdivideBand(band, materials, 4, {}, runSerially, &leftOut);
  EXPECT_EQ(leftOut, std::vector<int>{ middle });
  EXPECT_EQ(mesh.cellOfBand[middle], -1);
  EXPECT_EQ(mesh.numberOfCells(), 8);
  EXPECT_TRUE(mesh.disjointFaces.empty());
  const CellBand whole = bandMesh(BandMesh::Quads, 3);
  subdivideBand(whole, materials, 4, {}, runSerially, &leftOut);
  EXPECT_TRUE(leftOut.empty());
}

// Hexahedron, wedge, pyramid, tetrahedra and a pentagonal prism about a common hexahedron; all
// faces between them are warped.
TEST(CellSubdivision, TypesAgreeOnCommonFaces)
{
  Dice dice(17);
  CellBand band;
  band.points = { { 0, 0, 0 }, { 1, 0, 0 }, { 1, 1, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 1, 0, 1 },
    { 1, 1, 1 }, { 0, 1, 1 }, { 0.5, 0.5, 1.8 }, { 2, 0.5, 0 }, { 2, 0.5, 1 }, { 0.5, -0.2, 2 },
    { 0, 0, -1 }, { 1, 0, -1 }, { 1, 1, -1 }, { 0, 1, -1 }, { 1.1, 2, 0 }, { 0.5, 2.5, 0 },
    { -0.1, 2, 0 }, { 1.1, 2, 1 }, { 0.5, 2.5, 1 }, { -0.1, 2, 1 } };
  for (Vec3& point : band.points)
  {
    point = point + dice.point3(0.08);
  }
  using testing::detail::faceTable;
  band.shapes = { testing::detail::hexahedronFaces(),
    faceTable({ { 0, 3, 2, 1 }, { 0, 1, 4 }, { 1, 2, 4 }, { 2, 3, 4 }, { 3, 0, 4 } }),
    testing::detail::prismFaces(3),
    faceTable({ { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 }, { 0, 2, 1 } }),
    testing::detail::prismFaces(5) };
  auto add = [&](const std::vector<int>& points, int shape) {
    testing::detail::addCell(band, CellKind::General, points, shape);
  };
  add({ 0, 1, 2, 3, 4, 5, 6, 7 }, 0);
  add({ 4, 5, 6, 7, 8 }, 1);
  add({ 1, 9, 2, 5, 10, 6 }, 2);
  add({ 5, 10, 6, 8 }, 3);
  add({ 4, 5, 8, 11 }, 3);
  add({ 12, 13, 14, 15, 0, 1, 2, 3 }, 0);
  add({ 3, 2, 16, 17, 18, 7, 6, 19, 20, 21 }, 4);
  finishBand(band);
  const SubcellBand mesh = subdivideBand(band, everyCellMixed(band.numberOfCells()), 4);
  expectFilled(band, 4);
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
    if (sides.size() == 2)
    {
      ++common;
      EXPECT_EQ(faceSet(mesh, sides[0].first, sides[0].second, false),
        faceSet(mesh, sides[1].first, sides[1].second, true));
    }
  }
  EXPECT_EQ(common, 7);
}

// The faces of a table, each from its lowest vertex on.
std::set<std::vector<int>> facesOf(const FaceTable& table)
{
  std::set<std::vector<int>> result;
  for (std::size_t f = 0; f + 1 < table.offsets.size(); ++f)
  {
    std::vector<int> face(
      table.vertices.begin() + table.offsets[f], table.vertices.begin() + table.offsets[f + 1]);
    std::rotate(face.begin(), std::min_element(face.begin(), face.end()), face.end());
    result.insert(face);
  }
  return result;
}

std::set<std::vector<int>> renamedFaces(const CellSubdivision& cell, const std::vector<int>& order)
{
  FaceTable table{ cell.faceVertexOffsets, cell.faceVertices };
  for (int& v : table.vertices)
  {
    v = order[v];
  }
  return facesOf(table);
}

// Types are known by their faces, whatever the table's order.
TEST(CellSubdivision, RecognisesShapes)
{
  Dice dice(19);
  const int r = 3;
  for (const FaceTable& plain : { testing::detail::hexahedronFaces(),
         testing::detail::faceTable({ { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 }, { 0, 2, 1 } }),
         testing::detail::prismFaces(3), testing::detail::prismFaces(6),
         bandMesh(BandMesh::Polyhedra, 1).shapes[0] })
  {
    const int faces = static_cast<int>(plain.offsets.size()) - 1;
    const int vertices = *std::max_element(plain.vertices.begin(), plain.vertices.end()) + 1;
    std::vector<int> order;
    const CellSubdivision expected = solidSubdivision(plain, r, order);
    for (int v = 0; v < vertices && (faces == 4 || !expected.lattice.empty()); ++v)
    {
      EXPECT_EQ(order[v], v);
    }
    EXPECT_EQ(renamedFaces(expected, order), facesOf(plain));
    for (int trial = 0; trial < 20; ++trial)
    {
      std::vector<int> numbers(vertices);
      std::iota(numbers.begin(), numbers.end(), 0);
      for (int v = vertices - 1; v > 0; --v)
      {
        std::swap(numbers[v], numbers[dice.below(v + 1)]);
      }
      FaceTable table;
      const int first = dice.below(faces);
      for (int f = 0; f < faces; ++f)
      {
        const int from = (first + f) % faces;
        const int size = plain.offsets[from + 1] - plain.offsets[from];
        const int start = dice.below(size);
        for (int i = 0; i < size; ++i)
        {
          table.vertices.push_back(
            numbers[plain.vertices[plain.offsets[from] + (start + i) % size]]);
        }
        table.offsets.push_back(static_cast<int>(table.vertices.size()));
      }
      const CellSubdivision cell = solidSubdivision(table, r, order);
      EXPECT_EQ(cell.simplices.size(), expected.simplices.size());
      EXPECT_EQ(cell.nodes, expected.nodes);
      EXPECT_EQ(cell.lattice.empty(), expected.lattice.empty());
      EXPECT_EQ(cell.affineWeights.size(), expected.affineWeights.size());
      EXPECT_EQ(cell.simplices, expected.simplices);
      EXPECT_EQ(renamedFaces(cell, order), facesOf(table));
    }
  }
}

// The deepest point of a simplex is the centre of its inscribed sphere.
TEST(CellKernel, DeepestPointOfATetrahedron)
{
  Dice dice(23);
  for (int trial = 0; trial < 50; ++trial)
  {
    std::array<Vec3, 4> v;
    double sixfold = 0.0;
    while (sixfold < 0.1)
    {
      for (Vec3& x : v)
      {
        x = dice.point3(1.0);
      }
      sixfold = dot(v[1] - v[0], cross(v[2] - v[0], v[3] - v[0]));
    }
    const std::vector<std::array<Vec3, 3>> faces{ { v[0], v[2], v[1] }, { v[0], v[1], v[3] },
      { v[1], v[2], v[3] }, { v[2], v[0], v[3] } };
    double surface = 0.0;
    for (const auto& f : faces)
    {
      surface += 0.5 * length(cross(f[1] - f[0], f[2] - f[0]));
    }
    const double radius = 0.5 * sixfold / surface;
    Vec3 point;
    const double depth = deepestPoint(faces, v[0], point);
    EXPECT_LE(depth, radius * (1.0 + 1e-12));
    EXPECT_GE(depth, 0.99 * radius);
    const auto weights = vertexWeights({ v.begin(), v.end() }, point, 1 << 16);
    Vec3 back;
    int sum = 0;
    for (int i = 0; i < 4; ++i)
    {
      back = back + static_cast<double>(weights[i]) / (1 << 16) * v[i];
      sum += weights[i];
    }
    EXPECT_EQ(sum, 1 << 16);
    EXPECT_LT(length(back - point), 1e-3 * radius + 1e-4);
  }
}

} // namespace
} // namespace mir
