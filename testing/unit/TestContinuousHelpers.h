// Meshes, fractions computed without the library's continuous core, and starting fields.
#ifndef mir_testing_unit_TestContinuousHelpers_h
#define mir_testing_unit_TestContinuousHelpers_h

#include "plic/LeastSquares.h"
#include "plic/PlanarMesh.h"
#include "plic/PlaneConstant.h"
#include "plic/Polygon.h"
#include "reconstruct/continuous/Conserve.h"
#include "reconstruct/continuous/PlaneField.h"
#include "reconstruct/continuous/SubcellMesh.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace mir::testing {

constexpr double pi = 3.14159265358979323846;
constexpr double pure = 1e-8;

/// n x n quads on [0, scale]^2 + shift, interior points moved by up to `distortion` cells.
inline PlanarMesh quadMesh(
  int n, double distortion = 0.0, double scale = 1.0, double shift = 0.0, unsigned seed = 1)
{
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> move(-distortion, distortion);
  PlanarMesh mesh;
  for (int j = 0; j <= n; ++j)
  {
    for (int i = 0; i <= n; ++i)
    {
      const double x = i > 0 && i < n ? i + move(random) : i;
      const double y = j > 0 && j < n ? j + move(random) : j;
      mesh.points.push_back({ shift + scale * (x / n), shift + scale * (y / n) });
    }
  }
  for (int j = 0; j < n; ++j)
  {
    for (int i = 0; i < n; ++i)
    {
      const int corner = j * (n + 1) + i;
      for (const int point : { corner, corner + 1, corner + n + 2, corner + n + 1 })
      {
        mesh.connectivity.push_back(point);
      }
      mesh.offsets.push_back(static_cast<std::int64_t>(mesh.connectivity.size()));
    }
  }
  return mesh;
}

/// The same mesh with every cell's vertex list rotated by its number.
inline PlanarMesh rotateCells(PlanarMesh mesh)
{
  for (std::int64_t c = 0; c < mesh.numberOfCells(); ++c)
  {
    const auto first = mesh.connectivity.begin() + mesh.offsets[c];
    std::rotate(first, first + c % 4, first + 4);
  }
  return mesh;
}

inline Polygon circle(double x, double y, double radius, int vertices = 2000)
{
  Polygon polygon;
  for (int k = 0; k < vertices; ++k)
  {
    const double angle = 2.0 * pi * k / vertices;
    polygon.push_back({ x + radius * std::cos(angle), y + radius * std::sin(angle) });
  }
  return polygon;
}

inline Polygon star(double x, double y, double outer, double inner, int tips, double turn)
{
  Polygon polygon;
  for (int k = 0; k < 2 * tips; ++k)
  {
    const double angle = turn + pi * k / tips;
    const double radius = k % 2 == 0 ? outer : inner;
    polygon.push_back({ x + radius * std::cos(angle), y + radius * std::sin(angle) });
  }
  return polygon;
}

inline Polygon strip(double x, double y, double angle, double half, double width)
{
  const Vec2 along{ half * std::cos(angle), half * std::sin(angle) };
  const Vec2 across{ -0.5 * width * std::sin(angle), 0.5 * width * std::cos(angle) };
  const Vec2 centre{ x, y };
  return { centre - along - across, centre + along - across, centre + along + across,
    centre - along + across };
}

/// Adds to `areas` the area of `shape` in every convex cell of `cells`, halving the set of cells.
inline void addAreas(const PlanarMesh& mesh, std::vector<std::int64_t> cells, const Polygon& shape,
  std::vector<double>& areas)
{
  if (shape.size() < 3)
  {
    return;
  }
  Polygon part = shape;
  Polygon next;
  if (cells.size() == 1)
  {
    const Polygon cell = mesh.polygon(cells[0]);
    for (std::size_t v = 0; v < cell.size(); ++v)
    {
      const Vec2 along = cell[(v + 1) % cell.size()] - cell[v];
      const Vec2 outwards{ along.y, -along.x };
      for (Vec2& p : part)
      {
        p = p - cell[v];
      }
      clip(part, outwards, 0.0, next);
      for (Vec2& p : next)
      {
        p = p + cell[v];
      }
      part.swap(next);
    }
    areas[cells[0]] += area(part);
    return;
  }
  Vec2 low = mesh.points[mesh.cellPoints(cells[0])[0]];
  Vec2 high = low;
  for (const std::int64_t c : cells)
  {
    for (int v = 0; v < mesh.cellSize(c); ++v)
    {
      const Vec2 p = mesh.points[mesh.cellPoints(c)[v]];
      low = { std::min(low.x, p.x), std::min(low.y, p.y) };
      high = { std::max(high.x, p.x), std::max(high.y, p.y) };
    }
  }
  clip(part, { 1.0, 0.0 }, high.x, next);
  clip(next, { -1.0, 0.0 }, -low.x, part);
  clip(part, { 0.0, 1.0 }, high.y, next);
  clip(next, { 0.0, -1.0 }, -low.y, part);
  const bool wide = high.x - low.x > high.y - low.y;
  const auto key = [&](std::int64_t c) {
    const Vec2 p = mesh.points[mesh.cellPoints(c)[0]] + mesh.points[mesh.cellPoints(c)[2]];
    return wide ? p.x : p.y;
  };
  const auto half = cells.begin() + static_cast<std::ptrdiff_t>(cells.size() / 2);
  std::nth_element(cells.begin(), half, cells.end(),
    [&](std::int64_t a, std::int64_t b) { return key(a) != key(b) ? key(a) < key(b) : a < b; });
  addAreas(mesh, { cells.begin(), half }, part, areas);
  addAreas(mesh, { half, cells.end() }, part, areas);
}

/// Fractions of the union of disjoint polygons in convex cells, by clipping them.
inline std::vector<double> fractionsOf(const PlanarMesh& mesh, const std::vector<Polygon>& shapes)
{
  std::vector<double> fractions(mesh.numberOfCells(), 0.0);
  std::vector<std::int64_t> all(mesh.numberOfCells());
  std::iota(all.begin(), all.end(), 0);
  for (const Polygon& shape : shapes)
  {
    addAreas(mesh, all, shape, fractions);
  }
  for (std::int64_t c = 0; c < mesh.numberOfCells(); ++c)
  {
    const double f = fractions[c] / area(mesh.polygon(c));
    fractions[c] = f < 1e-12 ? 0.0 : f > 1.0 - 1e-12 ? 1.0 : f;
  }
  return fractions;
}

inline std::vector<double> complement(std::vector<double> fractions)
{
  for (double& f : fractions)
  {
    f = 1.0 - f;
  }
  return fractions;
}

/// Averaged Planes: least-squares normals over the vertex neighbours, planes that conserve.
inline std::vector<double> planeStart(
  const SubcellMesh& subcells, const PlanarMesh& mesh, const std::vector<double>& fractions)
{
  std::vector<std::vector<std::int64_t>> cellsOfPoint(mesh.points.size());
  std::vector<Vec2> centres;
  for (std::int64_t c = 0; c < mesh.numberOfCells(); ++c)
  {
    centres.push_back(centroid(mesh.polygon(c)));
    for (int v = 0; v < mesh.cellSize(c); ++v)
    {
      cellsOfPoint[mesh.cellPoints(c)[v]].push_back(c);
    }
  }
  std::vector<Vec2> normals;
  std::vector<double> constants;
  for (const std::int64_t c : subcells.cells)
  {
    std::vector<std::int64_t> around;
    for (int v = 0; v < mesh.cellSize(c); ++v)
    {
      const auto& cells = cellsOfPoint[mesh.cellPoints(c)[v]];
      around.insert(around.end(), cells.begin(), cells.end());
    }
    std::sort(around.begin(), around.end());
    around.erase(std::unique(around.begin(), around.end()), around.end());
    std::vector<NeighbourDifference> neighbours;
    for (const std::int64_t b : around)
    {
      if (b != c)
      {
        const Vec2 offset = centres[b] - centres[c];
        neighbours.push_back({ { offset.x, offset.y, 0.0 }, fractions[b] - fractions[c] });
      }
    }
    const Vec3 slope = leastSquaresNormal(neighbours, 2);
    const double size = length(slope);
    const Vec2 normal = size > 0.0 ? Vec2{ slope.x / size, slope.y / size } : Vec2{ 1.0, 0.0 };
    Polygon local = mesh.polygon(c);
    for (Vec2& p : local)
    {
      p = p - centres[c];
    }
    normals.push_back(normal);
    constants.push_back(planeConstant(local, normal, fractions[c]) + dot(normal, centres[c]));
  }
  return averageOntoNodes(subcells, planeField(subcells, normals, constants).data());
}

inline std::vector<double> noiseStart(const SubcellMesh& subcells, unsigned seed)
{
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> value(-1.0, 1.0);
  std::vector<double> phi(subcells.nodes.size());
  std::generate(phi.begin(), phi.end(), [&] { return value(random); });
  return phi;
}

/// A mesh with fractions, sub-divided.
struct Case
{
  std::string name;
  PlanarMesh mesh;
  std::vector<double> fractions;

  SubcellMesh subdivided(int r = 4) const
  {
    return subdivide(this->mesh, this->fractions, pure, r);
  }
};

/// Fractions on an n x n mesh from a function of (column, row).
inline Case patternCase(
  std::string name, PlanarMesh mesh, const std::function<double(int, int)>& fraction)
{
  const int n = static_cast<int>(std::lround(std::sqrt(mesh.numberOfCells())));
  std::vector<double> fractions;
  for (int c = 0; c < n * n; ++c)
  {
    fractions.push_back(fraction(c % n, c / n));
  }
  return { std::move(name), std::move(mesh), std::move(fractions) };
}

inline Case noiseCase(std::string name, PlanarMesh mesh, double pureShare, unsigned seed)
{
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> value(0.0, 1.0);
  return patternCase(std::move(name), std::move(mesh), [&](int, int) {
    const double kind = value(random);
    const double f = value(random);
    return kind < pureShare     ? (f < 0.5 ? 0.0 : 1.0)
      : kind < pureShare + 0.15 ? 1e-6
      : kind < pureShare + 0.30 ? 1.0 - 1e-6
                                : f;
  });
}

/// Shapes of every kind on straight and distorted quads, patterns and noise.
inline std::vector<Case> allCases()
{
  const PlanarMesh straight = quadMesh(25);
  const PlanarMesh distorted = rotateCells(quadMesh(25, 0.25));
  std::vector<Case> cases;
  const auto shape = [&](const std::string& name, const std::vector<Polygon>& polygons) {
    cases.push_back({ name, straight, fractionsOf(straight, polygons) });
    cases.push_back({ name + ", distorted", distorted, fractionsOf(distorted, polygons) });
  };
  shape("circle", { circle(0.503, 0.511, 0.31) });
  shape("star", { star(0.49, 0.52, 0.38, 0.15, 5, 0.3) });
  shape("square on faces", { Polygon{ { 0.2, 0.2 }, { 0.8, 0.2 }, { 0.8, 0.8 }, { 0.2, 0.8 } } });
  for (const double width : { 0.5, 0.1, 1e-3 })
  {
    shape("film of " + std::to_string(width) + " cells",
      { strip(0.5, 0.5, 0.4, 0.4, width / 25), strip(0.5, 0.15, 0.0, 0.4, width / 25) });
  }
  shape("leaving the domain", { circle(0.02, 0.4, 0.3), strip(0.5, 0.9, 0.1, 1.0, 0.06) });
  shape("islands",
    { circle(0.1, 0.1, 0.01, 50), circle(0.3, 0.3, 1e-3, 50), circle(0.42, 0.5, 0.005, 50),
      circle(0.6, 0.6, 1e-5, 50), circle(0.7, 0.22, 0.015, 50) });
  for (const double f : { 0.5, 1e-6, 1.0 - 1e-6, 0.3 })
  {
    const auto uniform = [f](int, int) { return f; };
    cases.push_back(patternCase("uniform " + std::to_string(f), straight, uniform));
    cases.push_back(
      patternCase("uniform " + std::to_string(f) + ", distorted", distorted, uniform));
  }
  for (const double f : { 0.0, 1e-6, 0.3, 0.5 })
  {
    cases.push_back(patternCase("checkerboard " + std::to_string(f), straight,
      [f](int i, int j) { return (i + j) % 2 ? f : 1.0 - f; }));
    cases.push_back(patternCase("half a checkerboard " + std::to_string(f), distorted,
      [f](int i, int j) { return (i + j) % 2 ? f : 0.5; }));
  }
  cases.push_back(patternCase("stripes", straight, [](int, int j) {
    return j % 3 == 0 ? 1.0 : j % 3 == 1 ? 0.5 : 0.0;
  }));
  cases.push_back(patternCase("single cells between full and empty", straight, [](int i, int j) {
    return i % 3 == 1 && j % 3 == 1 ? 0.5 : i < 12 ? 0.0 : 1.0;
  }));
  for (unsigned seed = 1; seed <= 4; ++seed)
  {
    const std::string name = "noise " + std::to_string(seed);
    cases.push_back(noiseCase(name, straight, 0.0, seed));
    cases.push_back(noiseCase(name + ", distorted", distorted, 0.0, seed + 10));
    cases.push_back(noiseCase(name + " with pure cells", straight, 0.3, seed + 20));
    cases.push_back(noiseCase(name + " with pure cells, distorted", distorted, 0.5, seed + 30));
  }
  return cases;
}

} // namespace mir::testing

#endif
