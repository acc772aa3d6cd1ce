#include "reconstruct/continuous/subdivision/CellSubdivision.h"

#include "reconstruct/continuous/subdivision/CellKernel.h"
#include "reconstruct/continuous/subdivision/FaceParts.h"
#include "reconstruct/continuous/subdivision/QuadFan.h"
#include "reconstruct/continuous/subdivision/SubdivisionBuilder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace mir {

namespace {

using Weights = SubdivisionBuilder::Weights;
using Corners = std::array<Weights, 4>;

// Calls add(corners) for the r^2 sub-triangles of a triangle, by weights of its vertices.
template <class Add>
void forSubTriangles(int r, Add add)
{
  constexpr int unit = SubdivisionBuilder::unit();
  auto at = [r](int i, int j) { return Weights{ unit * (r - i - j), unit * i, unit * j, 0 }; };
  for (int j = 0; j < r; ++j)
  {
    for (int i = 0; i + j < r; ++i)
    {
      add(Corners{ at(i, j), at(i + 1, j), at(i, j + 1), Weights{} });
      if (i + j < r - 1)
      {
        add(Corners{ at(i + 1, j), at(i + 1, j + 1), at(i, j + 1), Weights{} });
      }
    }
  }
}

// r x r sub-quads of four triangles, on the triangles about the mean.
void addSubQuads(SubdivisionBuilder& builder, int firstMacro)
{
  const int r = builder.refinement();
  constexpr int half = SubdivisionBuilder::unit() / 2;
  static const int turn[5][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 } };
  for (int y = 1 - r; y < r; y += 2)
  {
    for (int x = 1 - r; x < r; x += 2)
    {
      for (int side = 0; side < 4; ++side)
      {
        const int* a = turn[side];
        const int* b = turn[side + 1];
        const int triangle = quadFanTriangle(3 * x + a[0] + b[0], 3 * y + a[1] + b[1]);
        auto at = [&](int dx, int dy) {
          const auto w = quadFanWeights(triangle, x + dx, y + dy, r);
          return Weights{ half * w[0], half * w[1], half * w[2], 0 };
        };
        builder.addSimplex(firstMacro + triangle,
          { at(0, 0), at(a[0], a[1]), at(b[0], b[1]), Weights{} },
          namedCluster((y + r) * 2 * r + x));
      }
    }
  }
}

double fanBump(double centreWeight)
{
  return centreWeight * (2.0 - centreWeight);
}

// Adds the shape of a node with the given numerators of vertices.
void addShape(CellSubdivision& cell, const std::vector<int>& numerators, int denominator)
{
  int divisor = denominator;
  for (const int numerator : numerators)
  {
    divisor = std::gcd(divisor, numerator);
  }
  for (std::size_t v = 0; v < numerators.size(); ++v)
  {
    if (numerators[v] != 0)
    {
      cell.shapeVertices.push_back(static_cast<int>(v));
      cell.shapeNumerators.push_back(numerators[v] / divisor);
    }
  }
  cell.shapeDenominators.push_back(denominator / divisor);
  cell.shapeOffsets.push_back(static_cast<int>(cell.shapeVertices.size()));
}

} // namespace

CellSubdivision facePattern(int vertices, int r)
{
  SubdivisionBuilder builder(2, vertices, r);
  if (vertices == 3)
  {
    builder.addPlanarBoundary();
    const int macro = builder.addMacro({ 0, 1, 2, 0 });
    forSubTriangles(r, [&](const Corners& corners) {
      // As in the triangle of a tetrahedron opposite to its last anchor.
      forFaceParts(1 << 3, { corners[0], corners[1], corners[2] },
        [&](const Weights& a, const Weights& b, const Weights& c) {
          builder.addSimplex(macro, { a, b, c, Weights{} });
        });
    });
    return builder.finish([](const auto&, const auto&) { return 1.0; });
  }
  std::vector<int> all(vertices);
  std::iota(all.begin(), all.end(), 0);
  const int centre = builder.addMean(all);
  builder.addPlanarBoundary();
  for (int i = 0; i < vertices; ++i)
  {
    builder.addMacro({ centre, i, (i + 1) % vertices, 0 });
  }
  if (vertices == 4)
  {
    addSubQuads(builder, 0);
  }
  else
  {
    for (int i = 0; i < vertices; ++i)
    {
      forSubTriangles(r, [&](const Corners& corners) { builder.addSimplex(i, corners); });
    }
  }
  return builder.finish([centre](const auto& anchors, const auto& weights) {
    double depth = 0.0;
    for (int k = 0; k < 3; ++k)
    {
      depth += anchors[k] == centre ? weights[k] : 0.0;
    }
    return fanBump(depth);
  });
}

CellSubdivision triangleSubdivision(int r)
{
  SubdivisionBuilder builder(2, 3, r);
  builder.addPlanarBoundary();
  const int macro = builder.addMacro({ 0, 1, 2, 0 });
  forSubTriangles(r, [&](const Corners& corners) { builder.addMovableSimplex(macro, corners); });
  CellSubdivision cell = builder.finish(
    [](const auto&, const auto& weights) { return weights[0] * weights[1] * weights[2]; });
  setAffine(cell, cell.simplexParts);
  checkInteriorNodes(cell);
  return cell;
}

CellSubdivision quadSubdivision(int r)
{
  CellSubdivision cell = facePattern(4, r);
  // The same nodes under the bilinear map.
  cell.shapeOffsets.assign(1, 0);
  cell.shapeVertices.clear();
  cell.shapeNumerators.clear();
  cell.shapeDenominators.clear();
  cell.lattice.assign((r + 1) * (r + 1), -1);
  const int n = 2 * r;
  static const double cornerX[4] = { 0.0, 1.0, 1.0, 0.0 };
  static const double cornerY[4] = { 0.0, 0.0, 1.0, 1.0 };
  double largest = 0.0;
  for (int i = 0; i < cell.nodes; ++i)
  {
    double u = 0.0;
    double v = 0.0;
    for (int k = 0; k < 4; ++k)
    {
      const int anchor = cell.placeAnchors[i][k];
      u += cell.placeWeights[i][k] * (anchor < 4 ? cornerX[anchor] : 0.5);
      v += cell.placeWeights[i][k] * (anchor < 4 ? cornerY[anchor] : 0.5);
    }
    const int x = static_cast<int>(std::lround(n * u));
    const int y = static_cast<int>(std::lround(n * v));
    if (x % 2 == 0 && y % 2 == 0)
    {
      cell.lattice[x / 2 + (r + 1) * (y / 2)] = i;
    }
    const std::vector<int> numerators{ (n - x) * (n - y), x * (n - y), x * y, (n - x) * y };
    addShape(cell, numerators, n * n);
    for (int k = 0; k < 4; ++k)
    {
      cell.placeAnchors[i][k] = k;
      cell.placeWeights[i][k] = static_cast<double>(numerators[k]) / (n * n);
    }
    cell.bump[i] = static_cast<double>(x * (n - x)) * (y * (n - y));
    largest = std::max(largest, cell.bump[i]);
  }
  for (double& b : cell.bump)
  {
    b /= largest;
  }
  cell.anchorOffsets.resize(5);
  cell.anchorVertices.resize(4);
  cell.anchorNumerators.resize(4);
  cell.anchorDenominators.resize(4);
  cell.macros.clear();
  cell.simplexMacros.clear();
  cell.simplexParts.clear();
  setAffine(cell,
    std::vector<double>(cell.simplices.size(), 1.0 / static_cast<double>(cell.simplices.size())));
  checkInteriorNodes(cell);
  return cell;
}

CellSubdivision polygonSubdivision(int vertices, int r)
{
  if (vertices < 5)
  {
    throw std::invalid_argument("a polygon about its mean has five vertices or more");
  }
  CellSubdivision cell = facePattern(vertices, r);
  checkInteriorNodes(cell);
  return cell;
}

CellSubdivision polygonSubdivision(const std::vector<Vec2>& polygon, int r)
{
  const int n = static_cast<int>(polygon.size());
  const auto triangles = triangulatePolygon(polygon);
  if (triangles.empty())
  {
    throw std::invalid_argument("the polygon has no triangles of positive area");
  }
  SubdivisionBuilder builder(2, n, r);
  builder.addPlanarBoundary();
  for (const auto& triangle : triangles)
  {
    const int macro = builder.addMacro({ triangle[0], triangle[1], triangle[2], 0 });
    forSubTriangles(r, [&](const Corners& corners) { builder.addMovableSimplex(macro, corners); });
  }
  // The distance from the polygon's edges, rounded off at the top.
  CellSubdivision cell = builder.finish([&](const auto& anchors, const auto& weights) {
    Vec2 x;
    for (int k = 0; k < 3; ++k)
    {
      x = x + weights[k] * polygon[anchors[k]];
    }
    double least = 0.0;
    for (int i = 0; i < n; ++i)
    {
      const Vec2 along = polygon[(i + 1) % n] - polygon[i];
      const double place = dot(x - polygon[i], along) / dot(along, along);
      const double distance = length(x - polygon[i] - std::clamp(place, 0.0, 1.0) * along);
      least = i == 0 ? distance : std::min(least, distance);
    }
    return least;
  });
  for (double& b : cell.bump)
  {
    b = fanBump(b);
  }
  checkInteriorNodes(cell);
  return cell;
}

} // namespace mir
