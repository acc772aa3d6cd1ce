#include "reconstruct/continuous/subdivision/CellMeasures.h"

#include "reconstruct/continuous/subdivision/CellCatalogue.h"
#include "reconstruct/continuous/subdivision/SimplexWeights.h"
#include "reconstruct/continuous/subdivision/CellKernel.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// Simplices below this part of the mean one count as flat.
constexpr double flat = 1e-9;

// Whether the simplices of a cell are in the ratios of affineWeights, to rounding.
bool isAffine(const CellBand& band, const SubcellBand& mesh, int c)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  if (cell.affineWeights.empty())
  {
    return false;
  }
  if (band.kinds[mesh.cells[c]] != CellKind::General || cell.vertices == cell.dimension + 1)
  {
    return true;
  }
  const int* v = mesh.cellVertices.data() + mesh.vertexOffsets[c];
  const Vec3 origin = band.points[v[0]];
  auto at = [&](int i) { return band.points[v[i]] - origin; };
  auto differ = [](Vec3 a, Vec3 b, double size) {
    const Vec3 d = a - b;
    return std::abs(d.x) + std::abs(d.y) + std::abs(d.z) > 2e-16 * size;
  };
  const Vec3 u = at(1);
  const Vec3 w = at(3);
  const double size = length(u) + length(w);
  if (differ(at(2), u + w, size))
  {
    return false;
  }
  if (cell.dimension == 2)
  {
    return true;
  }
  const Vec3 up = at(4);
  return !differ(at(5), u + up, size) && !differ(at(7), w + up, size) &&
    !differ(at(6), u + w + up, size);
}

// Room that one thread uses for cell after cell.
struct Scratch
{
  std::vector<Vec3> anchors;
  std::vector<Vec3> nodes;
  std::vector<double> simplices;
};

// Numbers of a cell that is not affine in SubcellBand::weights.
std::size_t numberOfOwnWeights(const CellSubdivision& cell)
{
  const std::size_t clusters = cell.numberOfClusters();
  return clusters + (cell.macros.empty() ? cell.simplices.size() : cell.macros.size());
}

// The weights of a cell that is not affine, and the sum of its simplices' measures. Returns whether
// all of these are positive.
bool findWeights(const CellBand& band, const SubcellBand& mesh, int c, double* weights, double& sum,
  Scratch& scratch)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  std::vector<Vec3>& x = scratch.anchors;
  x.resize(cell.numberOfAnchors());
  anchorPositions(band, mesh, c, x.data());
  auto triangle = [](Vec3 a, Vec3 b, Vec3 d) {
    return 0.5 * ((b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x));
  };
  const int count = static_cast<int>(cell.simplices.size());
  sum = 0.0;
  double least = 0.0;
  if (cell.macros.empty())
  {
    std::vector<Vec3>& nodes = scratch.nodes;
    nodes.resize(cell.nodes);
    for (int i = 0; i < cell.nodes; ++i)
    {
      const auto& w = cell.placeWeights[i];
      nodes[i] = { w[0] * x[0].x + w[1] * x[1].x + w[2] * x[2].x + w[3] * x[3].x,
        w[0] * x[0].y + w[1] * x[1].y + w[2] * x[2].y + w[3] * x[3].y, 0.0 };
    }
    for (int i = 0; i < count; ++i)
    {
      const auto& s = cell.simplices[i];
      weights[i] = triangle(nodes[s[0]], nodes[s[1]], nodes[s[2]]);
      sum += weights[i];
      least = i == 0 ? weights[i] : std::min(least, weights[i]);
    }
    const double factor = 1.0 / sum;
    for (int i = 0; i < count; ++i)
    {
      weights[i] *= factor;
    }
    detail::findClusterWeights(cell, weights, weights + count);
    return sum > 0.0 && least > flat * sum / count;
  }
  const int macros = static_cast<int>(cell.macros.size());
  for (int m = 0; m < macros; ++m)
  {
    const auto& s = cell.macros[m];
    const double measure = cell.dimension == 2
      ? triangle(x[s[0]], x[s[1]], x[s[2]])
      : dot(x[s[1]] - x[s[0]], cross(x[s[2]] - x[s[0]], x[s[3]] - x[s[0]])) / 6.0;
    weights[m] = measure;
    sum += measure;
    least = m == 0 ? measure : std::min(least, measure);
  }
  const double factor = 1.0 / sum;
  for (int m = 0; m < macros; ++m)
  {
    weights[m] *= factor;
  }
  scratch.simplices.resize(count);
  double* simplices = scratch.simplices.data();
  const double* parts = cell.simplexParts.data();
  const int* inMacros = cell.simplexMacros.data();
  for (int i = 0; i < count; ++i)
  {
    simplices[i] = parts[i] * weights[inMacros[i]];
  }
  detail::findClusterWeights(cell, simplices, weights + macros);
  return sum > 0.0 && least > flat * sum / macros;
}

// A sub-division for a cell that its own does not fit: other triangles, or another centre.
CellSubdivision findOther(const CellBand& band, const SubcellBand& mesh, int c)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int* points = mesh.cellVertices.data() + mesh.vertexOffsets[c];
  const Vec3 origin = band.points[points[0]];
  if (cell.dimension == 2)
  {
    std::vector<Vec2> polygon;
    for (int i = 0; i < cell.vertices; ++i)
    {
      const Vec3 x = band.points[points[i]] - origin;
      polygon.push_back({ x.x, x.y });
    }
    return polygonSubdivision(polygon, mesh.refinement);
  }
  const FaceTable faces{ cell.faceVertexOffsets, cell.faceVertices };
  std::vector<Vec3> x;
  Vec3 mean;
  for (int i = 0; i < cell.vertices; ++i)
  {
    x.push_back(band.points[points[i]] - origin);
    mean = mean + 1.0 / cell.vertices * x.back();
  }
  std::vector<std::array<Vec3, 3>> triangles;
  for (int f = 0; f < cell.numberOfFaces(); ++f)
  {
    const int* v = faces.vertices.data() + faces.offsets[f];
    const int size = faces.offsets[f + 1] - faces.offsets[f];
    if (size == 3)
    {
      triangles.push_back({ x[v[0]], x[v[1]], x[v[2]] });
      continue;
    }
    Vec3 centre;
    for (int i = 0; i < size; ++i)
    {
      centre = centre + 1.0 / size * x[v[i]];
    }
    for (int i = 0; i < size; ++i)
    {
      triangles.push_back({ centre, x[v[i]], x[v[(i + 1) % size]] });
    }
  }
  Vec3 deepest;
  if (deepestPoint(triangles, mean, deepest) <= 0.0)
  {
    throw std::invalid_argument("no point of the cell sees all of its faces from within");
  }
  constexpr int denominator = 1 << 16;
  return conedSolidSubdivision(
    faces, mesh.refinement, vertexWeights(x, deepest, denominator), denominator);
}

// Gives a cell its own sub-division and weights. Returns what is wrong where it has none.
std::string splitOtherwise(const CellBand& band, SubcellBand& mesh, int c, Scratch& scratch)
{
  if (mesh.subdivision(c).vertices == mesh.dimension + 1)
  {
    return "has no positive measure";
  }
  try
  {
    CellSubdivision other = findOther(band, mesh, c);
    mesh.cellSubdivisions[c] = static_cast<int>(mesh.subdivisions.size());
    mesh.subdivisions.push_back(std::move(other));
  }
  catch (const std::invalid_argument& reason)
  {
    return std::string("cannot be split: ") + reason.what();
  }
  mesh.weightOffsets[c] = static_cast<std::int64_t>(mesh.weights.size());
  mesh.weights.resize(mesh.weights.size() + numberOfOwnWeights(mesh.subdivision(c)));
  if (!findWeights(
        band, mesh, c, mesh.weights.data() + mesh.weightOffsets[c], mesh.measures[c], scratch))
  {
    return "has a simplex of no positive measure";
  }
  mesh.sizes[c] = mesh.dimension == 2 ? std::sqrt(mesh.measures[c]) : std::cbrt(mesh.measures[c]);
  return {};
}

} // namespace

void anchorPositions(const CellBand& band, const SubcellBand& mesh, int c, Vec3* anchors)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int* v = mesh.cellVertices.data() + mesh.vertexOffsets[c];
  const Vec3 origin = band.points[v[0]];
  for (int a = 0; a < cell.vertices; ++a)
  {
    anchors[a] = band.points[v[a]] - origin;
  }
  for (int a = cell.vertices; a < cell.numberOfAnchors(); ++a)
  {
    Vec3 sum;
    for (int j = cell.anchorOffsets[a]; j < cell.anchorOffsets[a + 1]; ++j)
    {
      sum = sum + static_cast<double>(cell.anchorNumerators[j]) * anchors[cell.anchorVertices[j]];
    }
    anchors[a] = 1.0 / cell.anchorDenominators[a] * sum;
  }
}

std::vector<int> measureCells(
  const CellBand& band, SubcellBand& mesh, const ParallelFor& parallelFor, bool collect)
{
  std::vector<int> refused;
  auto refuse = [&](int c, const std::string& reason) {
    if (!collect)
    {
      throw std::invalid_argument(
        "cell " + std::to_string(mesh.cells[c]) + " of the band " + reason);
    }
    refused.push_back(mesh.cells[c]);
  };
  const int cells = mesh.numberOfCells();
  CellCatalogue catalogue(band);
  mesh.cellSubdivisions.resize(cells);
  mesh.vertexOffsets.resize(cells + 1);
  for (int c = 0; c < cells; ++c)
  {
    const int cell = mesh.cells[c];
    const CellCatalogue::Entry& entry = catalogue.find(cell);
    mesh.cellSubdivisions[c] = entry.type;
    if (entry.type < 0 || static_cast<int>(entry.order.size()) != band.cellSize(cell))
    {
      refuse(c, "has too few points, or faces that leave some out");
    }
    const int* points = band.cellPoints.data() + band.cellOffsets[cell];
    for (const int local : entry.order)
    {
      mesh.cellVertices.push_back(points[local]);
    }
    mesh.vertexOffsets[c + 1] = static_cast<std::int64_t>(mesh.cellVertices.size());
  }
  if (!refused.empty())
  {
    return refused;
  }
  mesh.subdivisions = catalogue.build(mesh.refinement, parallelFor);

  std::int64_t weights = 0;
  mesh.weightOffsets.resize(cells);
  for (int c = 0; c < cells; ++c)
  {
    mesh.weightOffsets[c] = -1;
    if (!isAffine(band, mesh, c))
    {
      mesh.weightOffsets[c] = weights;
      weights += static_cast<std::int64_t>(numberOfOwnWeights(mesh.subdivision(c)));
    }
  }
  mesh.weights.resize(weights);
  mesh.measures.resize(cells);
  mesh.sizes.resize(cells);
  std::vector<char> failed(cells, 0);
  parallelFor(cells, [&](int begin, int end) {
    Scratch scratch;
    for (int c = begin; c < end; ++c)
    {
      if (mesh.weightOffsets[c] < 0)
      {
        mesh.measures[c] = band.volumes[mesh.cells[c]];
        failed[c] = !(mesh.measures[c] > 0.0);
      }
      else
      {
        failed[c] = !findWeights(
          band, mesh, c, mesh.weights.data() + mesh.weightOffsets[c], mesh.measures[c], scratch);
      }
      mesh.sizes[c] =
        mesh.dimension == 2 ? std::sqrt(mesh.measures[c]) : std::cbrt(mesh.measures[c]);
    }
  });
  Scratch scratch;
  for (int c = 0; c < cells; ++c)
  {
    const std::string reason = failed[c] ? splitOtherwise(band, mesh, c, scratch) : std::string();
    if (!reason.empty())
    {
      refuse(c, reason);
    }
  }
  return refused;
}

} // namespace mir
