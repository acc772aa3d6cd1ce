// Laws of the variational method: what is straight stays, circles and spheres come out round,
// names, places, sizes and threads do not matter, and what comes in between ends in a usable field.
#include "FractionProblems.h"
#include "InterfaceProblems.h"
#include "SubcellBandHelpers.h"

#include "plic/Polygon.h"
#include "reconstruct/continuous/Conservation.h"
#include "reconstruct/continuous/Variational.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

using namespace mir;
using namespace mir::testing;

namespace {

/// In cell sizes: the method ends when no value moves by more. Each step leaves a part of what was
/// left before it, so that values are then about as close to where they would end.
constexpr double lastStep = 1e-3;
/// Of two runs that differ by rounding alone one may take a step more, or a shorter one, which
/// moves values by a few times as much.
constexpr double oneStep = 5.0 * lastStep;

bool isPlanar(int kind)
{
  return kind < numberOfPlanarBandMeshes;
}

/// Some twenty to two hundred mixed cells about a plane.
CellBand smallMesh(BandMesh kind)
{
  return bandMesh(kind,
    isPlanar(int(kind))                                             ? 8
      : kind == BandMesh::Polyhedra || kind == BandMesh::Tetrahedra ? 2
                                                                    : 3);
}

int refinementOf(const CellBand& band)
{
  return band.dimension == 2 ? 4 : 2;
}

FractionProblem withFractions(const CellBand& band, const FractionLists& fractions)
{
  return { band, fractions, refinementOf(band) };
}

constexpr double radius = 0.34;
Vec3 centreOf(const CellBand& band)
{
  return { 0.503, 0.487, band.dimension == 2 ? 0.0 : 0.511 };
}
double toCircle(const CellBand& band, Vec3 x)
{
  return length(x - centreOf(band)) - radius;
}

std::vector<double> roundFractions(const CellBand& band)
{
  const Vec3 centre = centreOf(band);
  return band.dimension == 2 ? discFractions(band, { centre.x, centre.y }, radius)
                             : ballFractions(band, centre, radius);
}

/// Three sectors of 120 degrees about a point, those where the product of the place with
/// simplexDirection() is largest.
const Vec3 junction{ 0.517, 0.481, 0.0 };
FractionLists sectorFractions(const CellBand& band)
{
  FractionLists result(3);
  Polygon whole;
  Polygon half;
  Polygon sector;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    band.polygon(cell, whole);
    for (int k = 0; k < 3; ++k)
    {
      const Vec3 a = simplexDirection(2, (k + 1) % 3) - simplexDirection(2, k);
      const Vec3 b = simplexDirection(2, (k + 2) % 3) - simplexDirection(2, k);
      const Vec3 from = junction - band.origin(cell);
      clip(whole, { a.x, a.y }, dot(a, from), half);
      clip(half, { b.x, b.y }, dot(b, from), sector);
      result[k].push_back(std::max(0.0, area(sector) / band.volumes[cell]));
    }
  }
  return result;
}

double toSectors(Vec3 x)
{
  double least = 1e300;
  for (int k = 0; k < 3; ++k)
  {
    const Vec3 along = -std::sqrt(3.0) * simplexDirection(2, k);
    const double t = std::max(0.0, dot(along, x - junction));
    least = std::min(least, length(x - junction - t * along));
  }
  return least;
}

double largestSize(const SubcellBand& mesh)
{
  return *std::max_element(mesh.sizes.begin(), mesh.sizes.end());
}

/// The largest difference between the values of a pair of materials near the interface, less than a
/// quarter of a cell, in two fields, in cell sizes.
/// The second field's mesh has the same cells; materialOf() and nodeOf() translate.
double largestChange(const SubcellBand& first, const std::vector<double>& a,
  const SubcellBand& second, const std::vector<double>& b, double scale,
  const std::function<int(int)>& materialOf, const std::function<int(int, int)>& nodeOf)
{
  double largest = 0.0;
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
          largest = std::max(largest, std::abs(after / scale - before) / first.sizes[c]);
        }
      }
    }
  }
  return largest;
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

TEST(Variational, AStraightInterfaceStays)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = smallMesh(BandMesh(kind));
    const Vec3 point{ 0.47, 0.52, isPlanar(kind) ? 0.0 : 0.53 };
    const Vec3 normal = isPlanar(kind) ? Vec3{ 0.8, 0.6, 0.0 } : Vec3{ 2.0 / 7, 3.0 / 7, 6.0 / 7 };
    const auto height = [&](Vec3 x) { return dot(normal, x - point); };
    FractionProblem problem = withFractions(band, withRest(planeFractions(band, point, normal)));
    const SubcellBand& mesh = problem.mesh;
    ASSERT_GT(mesh.numberOfCells(), 5);
    const double size = largestSize(mesh);
    // Nodes of pure cells keep their margin, which may bend it by as much.
    std::vector<double> field = sampledField(
      band, mesh, [&](int material, Vec3 x) { return (material == 0 ? -0.5 : 0.5) * height(x); });
    smooth(band, mesh, field, {});
    EXPECT_LT(distances(band, mesh, field, height).largest, pureMargin * size);

    // And it is found again from planes that lean to all sides.
    Dice dice(3);
    MaterialNormals leaning;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      Vec3 n = normal + dice.point3(0.3);
      n.z = isPlanar(kind) ? 0.0 : n.z;
      leaning.push_back(1.0 / length(n) * n);
      leaning.push_back(-leaning.back());
    }
    field = averagedPlanes(band, problem.materials, mesh, leaning);
    const Distances before = distances(band, mesh, field, height);
    smooth(band, mesh, field, {});
    EXPECT_LT(conserve(mesh, field, {}).maxResidual, 1e-12);
    const Distances after = distances(band, mesh, field, height);
    EXPECT_GT(before.mean, 10.0 * lastStep * size);
    EXPECT_LT(after.mean, lastStep * size);
    EXPECT_LT(after.largest, 0.1 * before.largest);
  }
}

TEST(Variational, LayersStay)
{
  const Vec3 normal{ 0.8, 0.6, 0.0 };
  // Thicker and thinner than a cell.
  const std::vector<double> heights{ 0.55, 0.55 + 0.06, 0.9 };
  const auto toLayers = [&](Vec3 x) {
    double least = 1e300;
    for (const double height : heights)
    {
      least = std::min(least, std::abs(dot(normal, x) - height));
    }
    return least;
  };
  for (int kind = 0; kind < numberOfPlanarBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = smallMesh(BandMesh(kind));
    FractionLists fractions;
    std::vector<double> below(band.numberOfCells(), 0.0);
    for (const double height : { heights[0], heights[1], heights[2], 9.0 })
    {
      const std::vector<double> upTo = planeFractions(band, height * normal, normal);
      fractions.push_back(upTo);
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        fractions.back()[cell] -= below[cell];
      }
      below = upTo;
    }
    FractionProblem problem = withFractions(band, fractions);
    const SubcellBand& mesh = problem.mesh;
    // Sums of the distances to the planes between: differences of neighbours are distances.
    std::vector<double> field = sampledField(band, mesh, [&](int material, Vec3 x) {
      double value = 0.0;
      for (int k = material; k < 3; ++k)
      {
        value += heights[k] - dot(normal, x);
      }
      return value;
    });
    // Where two layers' planes pass the same face the rules of presence may bend one of them.
    applyPresence(mesh, field);
    const Distances before = distances(band, mesh, field, toLayers);
    smooth(band, mesh, field, {});
    EXPECT_LT(conserve(mesh, field, {}).maxResidual, 1e-12);
    const Distances after = distances(band, mesh, field, toLayers);
    const double size = largestSize(mesh);
    EXPECT_LT(after.mean, before.mean + lastStep * size);
    EXPECT_LT(after.largest, before.largest + oneStep * size);
  }
}

TEST(Variational, JunctionsOf120DegreesStayAndAreFound)
{
  for (int kind = 0; kind < numberOfPlanarBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = smallMesh(BandMesh(kind));
    FractionProblem problem = withFractions(band, sectorFractions(band));
    const SubcellBand& mesh = problem.mesh;
    const double size = largestSize(mesh);
    std::vector<double> field = sampledField(band, mesh,
      [&](int material, Vec3 x) { return dot(simplexDirection(2, material), x - junction); });
    // The rules of presence bend it near the junction, unless that lies well within a cell.
    applyPresence(mesh, field);
    const Distances bent = distances(band, mesh, field, toSectors);
    smooth(band, mesh, field, {});
    const Distances stayed = distances(band, mesh, field, toSectors);
    EXPECT_LT(stayed.mean, bent.mean + lastStep * size);
    EXPECT_LT(stayed.largest, bent.largest + oneStep * size);

    std::vector<double> planes = problem.start;
    conserve(mesh, planes, {});
    field = problem.start;
    smooth(band, mesh, field, {});
    EXPECT_LT(conserve(mesh, field, {}).maxResidual, 1e-12);
    const Distances before = distances(band, mesh, planes, toSectors);
    const Distances after = distances(band, mesh, field, toSectors);
    EXPECT_LT(after.mean, bent.mean + 0.25 * before.mean);
  }
}

TEST(Variational, CirclesAreFourTimesAsRoundAsAveragedPlanes)
{
  for (int kind = 0; kind < numberOfPlanarBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = bandMesh(BandMesh(kind), kind == int(BandMesh::Triangles) ? 12 : 16);
    FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
    const auto distance = [&](Vec3 x) { return toCircle(band, x); };
    std::vector<double> planes = problem.start;
    conserve(problem.mesh, planes, {});
    std::vector<double> field = problem.start;
    EXPECT_EQ(smooth(band, problem.mesh, field, {}).sharpCells, 0);
    EXPECT_LT(conserve(problem.mesh, field, {}).maxResidual, 1e-12);
    const Distances before = distances(band, problem.mesh, planes, distance);
    const Distances after = distances(band, problem.mesh, field, distance);
    EXPECT_LT(after.mean, 0.25 * before.mean);
    EXPECT_LT(after.largest, 0.5 * before.largest);
  }
}

TEST(Variational, SpheresAreAsRoundAsTheSubdivisionAllows)
{
  for (const BandMesh kind : { BandMesh::Boxes3D, BandMesh::Hexahedra, BandMesh::Tetrahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = bandMesh(kind, kind == BandMesh::Tetrahedra ? 6 : 10);
    FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
    const auto distance = [&](Vec3 x) { return toCircle(band, x); };
    std::vector<double> planes = problem.start;
    conserve(problem.mesh, planes, {});
    // What pieces of planes between the nodes can do at best: the distance itself at the nodes.
    std::vector<double> best = sampledField(band, problem.mesh,
      [&](int material, Vec3 x) { return (material == 0 ? -0.5 : 0.5) * distance(x); });
    conserve(problem.mesh, best, {});
    std::vector<double> field = problem.start;
    // So few cells turn it by as much as a corner from one to the next.
    VariationalOptions options;
    options.sharpSteps = 0;
    smooth(band, problem.mesh, field, options);
    EXPECT_LT(conserve(problem.mesh, field, {}).maxResidual, 1e-12);
    const Distances least = distances(band, problem.mesh, best, distance);
    const Distances before = distances(band, problem.mesh, planes, distance);
    const Distances after = distances(band, problem.mesh, field, distance);
    EXPECT_LT(after.mean, 1.5 * least.mean);
    EXPECT_LT(after.mean, before.mean);
  }
}

TEST(Variational, SpheresOnBoxesAreFourTimesAsRoundAsAveragedPlanes)
{
  const CellBand band = bandMesh(BandMesh::Boxes3D, 12);
  FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
  const auto distance = [&](Vec3 x) { return toCircle(band, x); };
  std::vector<double> planes = problem.start;
  conserve(problem.mesh, planes, {});
  smooth(band, problem.mesh, problem.start, {});
  EXPECT_LT(conserve(problem.mesh, problem.start, {}).maxResidual, 1e-12);
  EXPECT_LT(distances(band, problem.mesh, problem.start, distance).mean,
    0.25 * distances(band, problem.mesh, planes, distance).mean);
}

TEST(Variational, NamesOfMaterialsDoNotMatter)
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
    EXPECT_LT(largestChange(
                plain.mesh, plain.start, turned.mesh, turned.start, 1.0,
                [](int material) { return 1 - material; }, sameNode),
      oneStep);
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
    smooth(band, plain.mesh, plain.start, {});
    smooth(band, turned.mesh, turned.start, {});
    const Distances one = distances(band, plain.mesh, plain.start, toSectors);
    const Distances other = distances(band, turned.mesh, turned.start, toSectors);
    EXPECT_NEAR(one.mean, other.mean, 0.1 * lastStep * largestSize(plain.mesh));
    EXPECT_NEAR(one.largest, other.largest, lastStep * largestSize(plain.mesh));
  }
}

TEST(Variational, UnitsAndPlacesDoNotMatter)
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
        largestChange(plain.mesh, field, scaled.mesh, scaled.start, factor, same, sameNode);
      // Cube roots may round.
      EXPECT_LE(change, band.dimension == 2 ? 0.0 : oneStep);
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
        largestChange(plain.mesh, field, scaled.mesh, scaled.start, factor, same, sameNode);
      EXPECT_LT(change, oneStep);
    }
  }
}

TEST(Variational, TheMirrorImageOfAMeshHasTheMirrorImage)
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
      largestChange(plain.mesh, plain.start, mirrored.mesh, mirrored.start, 1.0, same, nodeOf);
    EXPECT_LT(change, oneStep);
  }
}

TEST(Variational, TheSameBitsOnThreads)
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
}

TEST(Variational, AnyFractionsEndInAFieldThatKeepsTheRules)
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

TEST(Variational, StopsWhenToldAndLeavesAUsableField)
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

TEST(Variational, EmptyBandsAreFineAndWrongSizesAreNot)
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

TEST(Variational, SoftFractionsAreRounderWhereThereIsNoise)
{
  for (const BandMesh kind : { BandMesh::Boxes2D, BandMesh::Triangles, BandMesh::Polygons })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = bandMesh(kind, 12);
    Dice dice(4);
    const double noise = 0.03;
    std::vector<double> fractions = roundFractions(band);
    for (double& fraction : fractions)
    {
      // What is mixed stays so.
      const double moved = fraction + dice.uniform(-noise, noise);
      fraction = fraction > 0.0 && fraction < 1.0 ? std::clamp(moved, 1e-3, 1.0 - 1e-3) : fraction;
    }
    FractionProblem problem = withFractions(band, withRest(fractions));
    const auto distance = [&](Vec3 x) { return toCircle(band, x); };
    VariationalOptions options;
    std::vector<double> exact = problem.start;
    smooth(band, problem.mesh, exact, options);
    std::vector<double> soft = problem.start;
    options.tolerance = noise;
    smooth(band, problem.mesh, soft, options);
    const double hard = distances(band, problem.mesh, exact, distance).mean;
    const double eased = distances(band, problem.mesh, soft, distance).mean;
    EXPECT_LT(eased, 0.7 * hard);
  }
}
