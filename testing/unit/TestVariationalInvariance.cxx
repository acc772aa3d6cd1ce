// What must not matter to the variational method: names, places, sizes, threads; and what it leaves
// whatever it is given.
#include "InterfaceProblems.h"
#include "SubcellBandHelpers.h"
#include "VariationalProblems.h"

#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/variational/Variational.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

/// The mean difference, in cell sizes, between two fields' values of pairs of materials where these
/// are within a quarter of a cell of the interface; rounding may turn a step that single cells
/// take. The second field's mesh has the same cells; materialOf() and nodeOf() translate.
double meanChange(const SubcellBand& first, const std::vector<double>& a, const SubcellBand& second,
  const std::vector<double>& b, double scale, const std::function<int(int)>& materialOf,
  const std::function<int(int, int)>& nodeOf)
{
  double sum = 0.0;
  int number = 0;
  std::vector<double> u;
  std::vector<double> v;
  for (int c = 0; c < first.numberOfCells(); ++c)
  {
    const int nodes = first.subdivision(c).nodes;
    const int count = first.materialCount(c);
    u.resize(numberOfValues(first, c));
    v.resize(numberOfValues(second, c));
    gatherValues(first, c, a, u.data());
    gatherValues(second, c, b, v.data());
    const unsigned char* names = first.materialsOf(c);
    const unsigned char* others = second.materialsOf(c);
    const auto value = [&](const std::vector<double>& values, int k, int i) {
      return count > 2 ? values[k * nodes + i] : (k == 0 ? 0.5 : -0.5) * values[i];
    };
    const auto place = [&](int k) {
      return static_cast<int>(std::find(others, others + count, materialOf(names[k])) - others);
    };
    for (int i = 0; i < nodes; ++i)
    {
      const int j = nodeOf(c, i);
      for (int k = 1; k < count; ++k)
      {
        const double before = value(u, k, i) - value(u, 0, i);
        const double after = value(v, place(k), j) - value(v, place(0), j);
        if (std::abs(before) < 0.25 * first.sizes[c])
        {
          sum += std::abs(after / scale - before) / first.sizes[c];
          ++number;
        }
      }
    }
  }
  return sum / number;
}

int same(int material)
{
  return material;
}
int sameNode(int, int node)
{
  return node;
}

} // namespace

TEST(VariationalInvariance, NamesOfMaterialsDoNotMatter)
{
  for (const BandMesh kind : { BandMesh::Boxes2D, BandMesh::Triangles, BandMesh::Tetrahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = kind == BandMesh::Tetrahedra ? bandMesh(kind, 3) : smallMesh(kind);
    FractionLists lists = withRest(roundFractions(band));
    FractionProblem plain = withFractions(band, lists);
    std::swap(lists[0], lists[1]);
    FractionProblem turned = withFractions(band, lists);
    for (std::size_t s = 0; s < plain.start.size(); ++s)
    {
      turned.start[s] = -plain.start[s];
    }
    smooth(band, plain.mesh, plain.start, {});
    smooth(band, turned.mesh, turned.start, {});
    EXPECT_LT(meanChange(
                plain.mesh, plain.start, turned.mesh, turned.start, 1.0,
                [](int material) { return 1 - material; }, sameNode),
      lastStep);
  }
  const int names[3] = { 2, 0, 1 };
  for (const BandMesh kind : { BandMesh::Boxes2D, BandMesh::Triangles, BandMesh::Polygons })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = smallMesh(kind);
    const FractionLists lists = sectorFractions(band);
    FractionLists renamed(3);
    for (int k = 0; k < 3; ++k)
    {
      renamed[names[k]] = lists[k];
    }
    FractionProblem plain = withFractions(band, lists);
    FractionProblem turned = withFractions(band, renamed);
    // Sectors with bent borders.
    const auto bent = [&](int material, Vec3 x) {
      return dot(simplexDirection(2, material), x - junction) +
        0.02 * std::sin(9.0 * x.x + 7.0 * x.y + 2.0 * material);
    };
    plain.start = sampledField(band, plain.mesh, bent);
    turned.start = sampledField(band, turned.mesh, [&](int material, Vec3 x) {
      return bent(static_cast<int>(std::find(names, names + 3, material) - names), x);
    });
    const double size = largestSize(plain.mesh);
    smooth(band, plain.mesh, plain.start, {});
    smooth(band, turned.mesh, turned.start, {});
    const Distances one = distances(band, plain.mesh, plain.start, toSectors);
    const Distances other = distances(band, turned.mesh, turned.start, toSectors);
    // On triangles the energy has two minima so close that rounding, which differs with the order
    // of the sums, chooses between them.
    const bool two = kind == BandMesh::Triangles;
    EXPECT_NEAR(one.mean, other.mean, (two ? 2.0 : 0.1) * lastStep * size);
    EXPECT_NEAR(one.largest, other.largest, (two ? 2.0 : 1.0) * lastStep * size);
  }
}

TEST(VariationalInvariance, UnitsAndPlacesDoNotMatter)
{
  for (const BandMesh kind :
    { BandMesh::Boxes2D, BandMesh::Quads, BandMesh::Triangles, BandMesh::Hexahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = kind == BandMesh::Hexahedra ? bandMesh(kind, 4) : smallMesh(kind);
    const FractionLists lists = withRest(roundFractions(band));
    FractionProblem plain = withFractions(band, lists);
    std::vector<double> field = plain.start;
    smooth(band, plain.mesh, field, {});
    // A power of two is no rounding at all.
    for (const double factor : { std::ldexp(1.0, -20), std::ldexp(1.0, 20) })
    {
      const CellBand moved = mapped(band, scaling(factor));
      FractionProblem scaled = withFractions(moved, lists);
      for (std::size_t s = 0; s < scaled.start.size(); ++s)
      {
        scaled.start[s] = factor * plain.start[s];
      }
      smooth(moved, scaled.mesh, scaled.start, {});
      const double change =
        meanChange(plain.mesh, field, scaled.mesh, scaled.start, factor, same, sameNode);
      // Cube roots may round.
      EXPECT_LE(change, band.dimension == 2 ? 0.0 : lastStep);
    }
    // Of others there is some.
    for (const double factor : { 1e-6, 1e6 })
    {
      const CellBand moved = mapped(band, scaling(factor, { 3.0 * factor, -2.0 * factor, 0.0 }));
      FractionProblem scaled = withFractions(moved, lists);
      for (std::size_t s = 0; s < scaled.start.size(); ++s)
      {
        scaled.start[s] = factor * plain.start[s];
      }
      smooth(moved, scaled.mesh, scaled.start, {});
      const double change =
        meanChange(plain.mesh, field, scaled.mesh, scaled.start, factor, same, sameNode);
      EXPECT_LT(change, lastStep);
    }
  }
}

TEST(VariationalInvariance, TheMirrorImageOfAMeshHasTheMirrorImage)
{
  for (const BandMesh kind : { BandMesh::Quads, BandMesh::Triangles, BandMesh::Polygons })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = smallMesh(kind);
    CellBand image = band;
    for (Vec3& point : image.points)
    {
      point.x = -point.x;
    }
    for (int cell = 0; cell < image.numberOfCells(); ++cell)
    {
      std::reverse(image.cellPoints.begin() + image.cellOffsets[cell],
        image.cellPoints.begin() + image.cellOffsets[cell + 1]);
    }
    finishBand(image);
    const FractionLists lists = withRest(roundFractions(band));
    FractionProblem plain = withFractions(band, lists);
    FractionProblem mirrored = withFractions(image, lists);
    smooth(band, plain.mesh, plain.start, {});
    smooth(image, mirrored.mesh, mirrored.start, {});
    std::vector<Vec3> x;
    std::vector<Vec3> y;
    int at = -1;
    const auto nodeOf = [&](int c, int i) {
      const std::size_t nodes = plain.mesh.subdivision(c).nodes;
      if (at != c)
      {
        x.resize(nodes);
        y.resize(nodes);
        nodePositions(band, plain.mesh, c, x.data());
        nodePositions(image, mirrored.mesh, c, y.data());
        at = c;
      }
      const Vec3 wanted{ -x[i].x, x[i].y, 0.0 };
      const auto nearer = [&](Vec3 a, Vec3 b) { return length(a - wanted) < length(b - wanted); };
      return static_cast<int>(std::min_element(y.begin(), y.end(), nearer) - y.begin());
    };
    const double change =
      meanChange(plain.mesh, plain.start, mirrored.mesh, mirrored.start, 1.0, same, nodeOf);
    EXPECT_LT(change, lastStep);
  }
}

TEST(VariationalInvariance, TheSameBitsOnThreads)
{
  for (const BandMesh kind : { BandMesh::Quads, BandMesh::Triangles, BandMesh::Tetrahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = smallMesh(kind);
    const FractionProblem problem = withFractions(
      band, band.dimension == 2 ? sectorFractions(band) : withRest(roundFractions(band)));
    std::vector<double> serial = problem.start;
    std::vector<double> split = problem.start;
    VariationalOptions options;
    smooth(band, problem.mesh, serial, options);
    options.parallelFor = runOnThreeThreads;
    smooth(band, problem.mesh, split, options);
    EXPECT_EQ(serial, split);
  }

  // The linear solver uses threads for many values alone.
  const CellBand band = bandMesh(BandMesh::Boxes3D, 20);
  const FractionProblem large = withFractions(band, withRest(roundFractions(band)));
  std::vector<double> serial = large.start;
  std::vector<double> split = large.start;
  VariationalOptions options;
  options.smoothSteps = 1;
  options.sharpSteps = 0;
  smooth(band, large.mesh, serial, options);
  options.parallelFor = runOnThreeThreads;
  smooth(band, large.mesh, split, options);
  EXPECT_EQ(serial, split);
}

TEST(VariationalInvariance, AnyFractionsEndInAFieldThatKeepsTheRules)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    for (const int materials : { 2, isPlanar(kind) ? 4 : 3 })
    {
      SCOPED_TRACE(std::string(bandMeshName(BandMesh(kind))) + ", " + std::to_string(materials) +
        " materials");
      Problem problem = randomProblem(BandMesh(kind), materials, 17 * kind + materials, false);
      const SubcellBand& mesh = problem.mesh;
      VariationalOptions options;
      options.sharpSteps = isPlanar(kind) ? 20 : 2;
      smooth(problem.band, mesh, problem.field, options);
      for (const double value : problem.field)
      {
        ASSERT_TRUE(std::isfinite(value));
      }
      std::vector<double> again = problem.field;
      applyPresence(mesh, again);
      EXPECT_EQ(again, problem.field);
      // A tetrahedron between pure ones of both materials may have no value but 0 on all of its
      // faces: at r = 2 its interior nodes then leave no choice but between a few volumes.
      const ConservationReport report = conserve(mesh, problem.field, {});
      EXPECT_TRUE(report.failed == 0 || BandMesh(kind) == BandMesh::Tetrahedra);

      // On the faces of a pure cell its material wins.
      std::map<std::set<int>, int> pure;
      for (const BandFace& face : facesOf(problem.band))
      {
        for (const int cell : face.cells)
        {
          if (cell >= 0 && problem.materials.count(cell) == 1)
          {
            pure[std::set<int>(face.points.begin(), face.points.end())] =
              problem.materials.materials[problem.materials.offsets[cell]];
          }
        }
      }
      std::vector<double> values;
      for (int c = 0; c < mesh.numberOfCells(); ++c)
      {
        const CellSubdivision& cell = mesh.subdivision(c);
        const int count = mesh.materialCount(c);
        const unsigned char* own = mesh.materialsOf(c);
        values.resize(numberOfValues(mesh, c));
        gatherValues(mesh, c, problem.field, values.data());
        for (int f = 0; f < cell.numberOfFaces(); ++f)
        {
          const auto found = pure.find(facePoints(mesh, c, f));
          const auto held =
            found == pure.end() ? own + count : std::find(own, own + count, found->second);
          if (held == own + count)
          {
            continue;
          }
          const auto k = held - own;
          for (int i = cell.faceNodeOffsets[f]; i < cell.faceNodeOffsets[f + 1]; ++i)
          {
            const int node = cell.faceNodes[i];
            for (int other = 0; other < count; ++other)
            {
              const double ahead = count == 2
                ? (k == 0 ? values[node] : -values[node])
                : values[k * cell.nodes + node] - values[other * cell.nodes + node];
              EXPECT_TRUE(other == k || ahead >= 0.0);
            }
          }
        }
      }
    }
  }
}

TEST(VariationalInvariance, StopsWhenToldAndLeavesAUsableField)
{
  const CellBand band = smallMesh(BandMesh::Quads);
  FractionProblem problem = withFractions(band, sectorFractions(band));
  for (const int most : { 1, 3, 10 })
  {
    VariationalOptions options;
    int calls = 0;
    double last = 0.0;
    options.progress = [&](double done) {
      EXPECT_GE(done, last);
      EXPECT_LE(done, 1.0);
      last = done;
      return ++calls < most;
    };
    std::vector<double> field = problem.start;
    const VariationalReport report = smooth(band, problem.mesh, field, options);
    EXPECT_LE(report.smoothSteps + report.sharpSteps, most);
    EXPECT_EQ(conserve(problem.mesh, field, {}).failed, 0);
  }
  // No steps at all leave the field, but for the rules of presence.
  VariationalOptions none;
  none.smoothSteps = 0;
  none.sharpSteps = 0;
  std::vector<double> field = problem.start;
  smooth(band, problem.mesh, field, none);
  applyPresence(problem.mesh, problem.start);
  EXPECT_EQ(field, problem.start);
}

TEST(VariationalInvariance, EmptyBandsAreFineAndWrongSizesAreNot)
{
  const CellBand band = smallMesh(BandMesh::Quads);
  const BandMaterials pure =
    bandMaterials(withRest(std::vector<double>(band.numberOfCells(), 1.0)));
  const SubcellBand empty = subdivideBand(band, pure, 4);
  ASSERT_EQ(empty.numberOfCells(), 0);
  std::vector<double> field(empty.slots, 0.0);
  const VariationalReport report = smooth(band, empty, field, {});
  EXPECT_EQ(report.sharpCells, 0);
  field.push_back(0.0);
  EXPECT_THROW(smooth(band, empty, field, {}), std::invalid_argument);
}
