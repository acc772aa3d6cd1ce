// Laws of the interface extracted from a field on shared nodes.
#include "TestContinuousHelpers.h"

#include "reconstruct/continuous/ExtractInterface.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace mir;
using namespace mir::testing;

namespace {

enum class Phase
{
  Mixed,
  Full,
  Empty
};

Phase phaseOf(double f)
{
  return f <= pure ? Phase::Empty : f >= 1.0 - pure ? Phase::Full : Phase::Mixed;
}

// Twice the area that the segments of one convex cell bound with its boundary, relative to `origin`
// and modulo the cell: the region runs along the interface, then counter-clockwise along the cell
// from the end of one chain to the start of the next.
double enclosedArea(const Polygon& cell, const std::vector<std::array<Vec2, 2>>& segments)
{
  const Vec2 origin = cell[0];
  const auto sweep = [&](Vec2 a, Vec2 b) { return 0.5 * cross(a - origin, b - origin); };
  double sum = 0.0;
  // +1 where a chain starts, -1 where it ends.
  std::map<std::pair<double, double>, int> balance;
  for (const auto& segment : segments)
  {
    sum += sweep(segment[0], segment[1]);
    ++balance[{ segment[0].x, segment[0].y }];
    --balance[{ segment[1].x, segment[1].y }];
  }
  // Chain ends by their place on the perimeter: edge number + share of the edge.
  struct End
  {
    double place;
    int sign;
    Vec2 point;
  };
  std::vector<End> ends;
  for (const auto& [key, count] : balance)
  {
    const Vec2 p{ key.first, key.second };
    double nearest = 1e300;
    double place = 0.0;
    for (std::size_t e = 0; e < cell.size(); ++e)
    {
      const Vec2 along = cell[(e + 1) % cell.size()] - cell[e];
      const double t = std::max(0.0, std::min(1.0, dot(p - cell[e], along) / dot(along, along)));
      const double distance = length(p - (cell[e] + t * along));
      if (distance < nearest)
      {
        nearest = distance;
        place = static_cast<double>(e) + t;
      }
    }
    for (int k = 0; k < std::abs(count); ++k)
    {
      ends.push_back({ place, count > 0 ? 1 : -1, p });
    }
  }
  std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.place < b.place; });
  for (std::size_t i = 0; i < ends.size(); ++i)
  {
    if (ends[i].sign > 0)
    {
      continue;
    }
    const End& next = ends[(i + 1) % ends.size()];
    EXPECT_EQ(next.sign, 1) << "chains do not alternate along the cell";
    double place = ends[i].place;
    Vec2 from = ends[i].point;
    const double goal =
      next.place + (i + 1 == ends.size() ? static_cast<double>(cell.size()) : 0.0);
    while (std::floor(place) + 1.0 <= goal)
    {
      place = std::floor(place) + 1.0;
      const Vec2 corner = cell[static_cast<std::size_t>(place) % cell.size()];
      sum += sweep(from, corner);
      from = corner;
    }
    sum += sweep(from, next.point);
  }
  return sum;
}

struct Result
{
  SubcellMesh subcells;
  std::vector<double> phi;
  InterfaceLines lines;
};

Result reconstruct(const Case& sample, const std::string& start = "planes")
{
  Result result{ sample.subdivided(), {}, {} };
  result.phi = start == "planes" ? planeStart(result.subcells, sample.mesh, sample.fractions)
    : start == "noise"           ? noiseStart(result.subcells, 5)
                                 : std::vector<double>(result.subcells.nodes.size(), 0.0);
  const ConserveReport report = conserve(result.subcells, sample.fractions, result.phi, {});
  EXPECT_EQ(report.failed, 0) << sample.name;
  result.lines = extractInterface(result.subcells, sample.mesh, sample.fractions, pure, result.phi);
  return result;
}

void forAll(const std::function<void(const Case&, const Result&)>& law)
{
  for (const Case& sample : allCases())
  {
    for (const std::string start : { "planes", "noise", "zero" })
    {
      SCOPED_TRACE(sample.name + " from " + start);
      law(sample, reconstruct(sample, start));
    }
  }
}

TEST(TestContinuous, SegmentsBoundTheConservedAreaInEveryCell)
{
  forAll([](const Case& sample, const Result& result) {
    std::map<std::int64_t, std::vector<std::array<Vec2, 2>>> inCell;
    for (std::size_t s = 0; s < result.lines.segments.size(); ++s)
    {
      const auto [a, b] = result.lines.segments[s];
      inCell[result.lines.cells[s]].push_back({ result.lines.points[a], result.lines.points[b] });
    }
    double worst = 0.0;
    for (const std::int64_t c : result.subcells.cells)
    {
      const Polygon cell = sample.mesh.polygon(c);
      const double part = enclosedArea(cell, inCell[c]) / area(cell) - sample.fractions[c];
      worst = std::max(worst, std::fabs(part - std::round(part)));
    }
    EXPECT_LE(worst, 5e-12);
  });
}

TEST(TestContinuous, TracesOnBothSidesOfEveryFaceAreEqual)
{
  std::int64_t mixedFaces = 0;
  std::int64_t pureFaces = 0;
  forAll([&](const Case& sample, const Result& result) {
    std::map<std::int64_t, std::int64_t> mixed;
    for (std::int64_t m = 0; m < result.subcells.numberOfCells(); ++m)
    {
      mixed[result.subcells.cells[m]] = m;
    }
    const CellTemplate& cell = result.subcells.templates[0];
    const auto trace = [&](std::int64_t c, int edge) {
      const std::int64_t* nodes = result.subcells.nodesOf(mixed[c]);
      std::vector<double> values = { result.phi[nodes[cell.vertexNodes[edge]]] };
      for (const int i : cell.edgeNodes[edge])
      {
        values.push_back(result.phi[nodes[i]]);
      }
      values.push_back(result.phi[nodes[cell.vertexNodes[(edge + 1) % 4]]]);
      return values;
    };
    for (const MeshEdge& edge : meshEdges(sample.mesh))
    {
      if (edge.right < 0)
      {
        continue;
      }
      const Phase left = phaseOf(sample.fractions[edge.left]);
      const Phase right = phaseOf(sample.fractions[edge.right]);
      if (left == Phase::Mixed && right == Phase::Mixed)
      {
        std::vector<double> other = trace(edge.right, edge.rightEdge);
        std::reverse(other.begin(), other.end());
        EXPECT_EQ(trace(edge.left, edge.leftEdge), other);
        ++mixedFaces;
      }
      else if (left == Phase::Mixed || right == Phase::Mixed)
      {
        const bool leftIsMixed = left == Phase::Mixed;
        const std::vector<double> values =
          leftIsMixed ? trace(edge.left, edge.leftEdge) : trace(edge.right, edge.rightEdge);
        const bool full = (leftIsMixed ? right : left) == Phase::Full;
        for (std::size_t k = 0; k + 1 < values.size(); ++k)
        {
          const double low = std::min(values[k], values[k + 1]);
          const double high = std::max(values[k], values[k + 1]);
          EXPECT_TRUE(full ? low >= 0.0 && high > 0.0 : high <= 0.0 && low < 0.0);
        }
        ++pureFaces;
      }
    }
  });
  std::printf("%lld mixed-mixed and %lld mixed-pure faces\n", static_cast<long long>(mixedFaces),
    static_cast<long long>(pureFaces));
  EXPECT_GT(mixedFaces, 10000);
  EXPECT_GT(pureFaces, 10000);
}

TEST(TestContinuous, TheGraphCloses)
{
  std::int64_t points = 0;
  forAll([&](const Case& sample, const Result& result) {
    const InterfaceLines& lines = result.lines;
    std::set<std::pair<double, double>> vertices;
    for (const Vec2 p : sample.mesh.points)
    {
      vertices.insert({ p.x, p.y });
    }
    std::vector<int> starts(lines.points.size(), 0);
    std::vector<int> ends(lines.points.size(), 0);
    // Where phi is rounding at a node, the points about it on different edges may be one number.
    std::vector<bool> atNode(lines.points.size(), false);
    ASSERT_EQ(lines.cells.size(), lines.segments.size());
    for (const auto& segment : lines.segments)
    {
      ++starts[segment[0]];
      ++ends[segment[1]];
      const Vec2 along = lines.points[segment[1]] - lines.points[segment[0]];
      EXPECT_TRUE(along.x != 0.0 || along.y != 0.0);
      for (const std::int64_t end : segment)
      {
        atNode[end] = atNode[end] || length(along) < 1e-15;
      }
    }
    std::size_t distinct = 0;
    std::set<std::pair<double, double>> places;
    for (std::size_t p = 0; p < lines.points.size(); ++p)
    {
      const Vec2 at = lines.points[p];
      if (!atNode[p])
      {
        places.insert({ at.x, at.y });
        ++distinct;
      }
      const bool boundary = at.x == 0.0 || at.x == 1.0 || at.y == 0.0 || at.y == 1.0;
      const bool vertex = vertices.count({ at.x, at.y }) != 0;
      ++points;
      if (boundary)
      {
        EXPECT_LE(starts[p] + ends[p], vertex ? 4 : 1);
        EXPECT_GE(starts[p] + ends[p], 1);
        continue;
      }
      EXPECT_EQ(starts[p], ends[p]) << at.x << " " << at.y;
      EXPECT_GE(starts[p], 1);
      EXPECT_LE(starts[p], vertex ? 4 : 1) << at.x << " " << at.y;
    }
    EXPECT_EQ(places.size(), distinct) << "points that coincide";
  });
  std::printf("%lld points\n", static_cast<long long>(points));
}

TEST(TestContinuous, MaterialLiesOnTheLeft)
{
  // Closed and oriented, the whole interface encloses the whole material.
  for (const PlanarMesh& mesh : { quadMesh(25), quadMesh(25, 0.25) })
  {
    for (const std::vector<Polygon>& shapes : { std::vector<Polygon>{ circle(0.503, 0.511, 0.31) },
           std::vector<Polygon>{ star(0.49, 0.52, 0.38, 0.15, 5, 0.3) },
           std::vector<Polygon>{ { { 0.2, 0.2 }, { 0.8, 0.2 }, { 0.8, 0.8 }, { 0.2, 0.8 } } },
           std::vector<Polygon>{ circle(0.3, 0.3, 0.01), strip(0.6, 0.6, 0.4, 0.3, 0.01) } })
    {
      const Case sample{ "shape", mesh, fractionsOf(mesh, shapes) };
      double exact = 0.0;
      for (std::int64_t c = 0; c < mesh.numberOfCells(); ++c)
      {
        const double f = sample.fractions[c];
        exact += (phaseOf(f) == Phase::Mixed ? f : std::round(f)) * area(mesh.polygon(c));
      }
      for (const std::string start : { "planes", "noise" })
      {
        const Result result = reconstruct(sample, start);
        double enclosed = 0.0;
        for (const auto& segment : result.lines.segments)
        {
          enclosed += 0.5 * cross(result.lines.points[segment[0]], result.lines.points[segment[1]]);
        }
        EXPECT_NEAR(enclosed, exact, 1e-12);
      }
    }
  }
}

TEST(TestContinuous, FacesBetweenFullAndEmptyCellsAreTheInterface)
{
  const int n = 6;
  const Case board =
    patternCase("board", quadMesh(n, 0.2), [](int i, int j) { return (i + j) % 2 ? 1.0 : 0.0; });
  const Result result = reconstruct(board);
  EXPECT_EQ(result.subcells.numberOfCells(), 0);
  EXPECT_EQ(result.lines.segments.size(), std::size_t(2 * n * (n - 1)));
  for (std::size_t s = 0; s < result.lines.segments.size(); ++s)
  {
    const std::int64_t c = result.lines.cells[s];
    EXPECT_EQ(board.fractions[c], 1.0);
    const auto [a, b] = result.lines.segments[s];
    const Vec2 from = result.lines.points[a];
    EXPECT_GT(cross(result.lines.points[b] - from, centroid(board.mesh.polygon(c)) - from), 0.0);
  }
  // A half cell at a corner of two: the interface leaves the face through the common vertex.
  const Case mixed = patternCase("step", quadMesh(3), [](int i, int j) {
    return i == 1 && j == 1 ? 0.5 : j == 0 || (j == 1 && i == 0) ? 1.0 : 0.0;
  });
  const Result step = reconstruct(mixed);
  std::map<std::int64_t, int> degree;
  for (const auto& segment : step.lines.segments)
  {
    ++degree[segment[0]];
    ++degree[segment[1]];
  }
  for (const auto& [point, count] : degree)
  {
    const Vec2 at = step.lines.points[point];
    EXPECT_EQ(count, at.x == 0.0 || at.x == 1.0 ? 1 : 2) << at.x << " " << at.y;
  }
}

TEST(TestContinuous, ALinearInterfaceComesBackExactly)
{
  // A row of cells of very different sizes and shapes, all mixed.
  PlanarMesh mesh;
  const Vec2 bottom[] = { { 0, 0 }, { 1, 0.1 }, { 1.3, -0.4 }, { 2.9, 0.2 }, { 3.2, 0 } };
  const Vec2 top[] = { { 0.1, 1 }, { 0.8, 1.4 }, { 1.5, 1 }, { 2.4, 2 }, { 3.5, 1 } };
  for (int i = 0; i < 5; ++i)
  {
    mesh.points.push_back(bottom[i]);
    mesh.points.push_back(top[i]);
  }
  for (int i = 0; i < 4; ++i)
  {
    mesh.connectivity.insert(mesh.connectivity.end(), { 2 * i, 2 * i + 2, 2 * i + 3, 2 * i + 1 });
    mesh.offsets.push_back(4 * (i + 1));
  }
  mesh = rotateCells(mesh);
  const Vec2 normal{ -0.1 / std::sqrt(1.01), 1.0 / std::sqrt(1.01) };
  const double constant = 0.43;
  Case sample{ "half-plane", mesh, {} };
  for (std::int64_t c = 0; c < mesh.numberOfCells(); ++c)
  {
    const Polygon cell = mesh.polygon(c);
    sample.fractions.push_back(areaBelow(cell, normal, constant) / area(cell));
  }
  const SubcellMesh subcells = sample.subdivided();
  const std::size_t cells = subcells.cells.size();
  ASSERT_EQ(cells, 4u);
  std::vector<double> phi = averageOntoNodes(subcells,
    planeField(subcells, std::vector<Vec2>(cells, normal), std::vector<double>(cells, constant))
      .data());
  const ConserveReport report = conserve(subcells, sample.fractions, phi, {});
  EXPECT_EQ(report.iterations, 0);
  const InterfaceLines lines = extractInterface(subcells, mesh, sample.fractions, pure, phi);
  EXPECT_GT(lines.points.size(), 20u);
  for (const Vec2 p : lines.points)
  {
    EXPECT_NEAR(dot(normal, p), constant, 1e-14);
  }
}

TEST(TestContinuous, ExactZerosAtNodesCloseTheGraphToo)
{
  // phi of -1, 0 and 1 only: every way for the interface to pass through nodes, none conserved.
  const PlanarMesh mesh = quadMesh(6, 0.2);
  const std::vector<double> half(36, 0.5);
  const SubcellMesh subcells = subdivide(mesh, half, pure, 4);
  std::mt19937_64 random(11);
  for (int repeat = 0; repeat < 50; ++repeat)
  {
    std::vector<double> phi;
    for (std::size_t n = 0; n < subcells.nodes.size(); ++n)
    {
      phi.push_back(static_cast<double>(random() % 3) - 1.0);
    }
    const InterfaceLines lines = extractInterface(subcells, mesh, half, pure, phi);
    std::vector<int> balance(lines.points.size(), 0);
    std::set<std::array<std::int64_t, 2>> known;
    for (const auto& segment : lines.segments)
    {
      ++balance[segment[0]];
      --balance[segment[1]];
      EXPECT_TRUE(known.insert(segment).second);
      EXPECT_EQ(known.count({ segment[1], segment[0] }), 0u);
    }
    for (std::size_t p = 0; p < balance.size(); ++p)
    {
      const Vec2 at = lines.points[p];
      if (at.x != 0.0 && at.x != 1.0 && at.y != 0.0 && at.y != 1.0)
      {
        EXPECT_EQ(balance[p], 0);
      }
    }
  }
}

TEST(TestContinuous, SizesThatDoNotFitThrow)
{
  const PlanarMesh mesh = quadMesh(2);
  const std::vector<double> half(4, 0.5);
  const SubcellMesh subcells = subdivide(mesh, half, pure, 4);
  const std::vector<double> phi(subcells.nodes.size(), 1.0);
  EXPECT_NO_THROW(extractInterface(subcells, mesh, half, pure, phi));
  EXPECT_THROW(extractInterface(subcells, mesh, half, pure, {}), std::invalid_argument);
  EXPECT_THROW(extractInterface(subcells, mesh, { 0.5 }, pure, phi), std::invalid_argument);
  EXPECT_THROW(extractInterface(subcells, quadMesh(3), half, pure, phi), std::invalid_argument);
  EXPECT_THROW(planeField(subcells, {}, {}), std::invalid_argument);
}

} // namespace
