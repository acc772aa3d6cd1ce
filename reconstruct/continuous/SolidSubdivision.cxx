#include "reconstruct/continuous/CellSubdivision.h"

#include "reconstruct/continuous/SolidBlocks.h"
#include "reconstruct/continuous/SubdivisionBuilder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>

namespace mir {

namespace {

int faceSize(const FaceTable& faces, int f)
{
  return faces.offsets[f + 1] - faces.offsets[f];
}

int numberOfFaces(const FaceTable& faces)
{
  return static_cast<int>(faces.offsets.size()) - 1;
}

int numberOfVertices(const FaceTable& faces)
{
  return faces.vertices.empty()
    ? 0
    : *std::max_element(faces.vertices.begin(), faces.vertices.end()) + 1;
}

bool hasFacesOfSize(const FaceTable& faces, int count, int size)
{
  bool all = numberOfFaces(faces) == count;
  for (int f = 0; all && f < count; ++f)
  {
    all = faceSize(faces, f) == size;
  }
  return all;
}

// The table with its vertices renumbered so that order[new] = old.
FaceTable renumbered(const FaceTable& faces, const std::vector<int>& order)
{
  std::vector<int> numbers(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
  {
    numbers[order[i]] = static_cast<int>(i);
  }
  FaceTable result = faces;
  for (int& v : result.vertices)
  {
    v = numbers[v];
  }
  return result;
}

// Faces as sets of directed edges, which tell orientation and neighbours alike.
std::set<std::set<std::pair<int, int>>> directedEdges(const FaceTable& faces)
{
  std::set<std::set<std::pair<int, int>>> result;
  for (int f = 0; f < numberOfFaces(faces); ++f)
  {
    const int size = faceSize(faces, f);
    const int* v = faces.vertices.data() + faces.offsets[f];
    std::set<std::pair<int, int>> edges;
    for (int i = 0; i < size; ++i)
    {
      edges.emplace(v[i], v[(i + 1) % size]);
    }
    result.insert(edges);
  }
  return result;
}

bool recogniseTetrahedron(const FaceTable& faces, std::vector<int>& order)
{
  if (numberOfVertices(faces) != 4 || !hasFacesOfSize(faces, 4, 3))
  {
    return false;
  }
  const FaceTable outwards{ { 0, 3, 6, 9, 12 }, { 0, 1, 3, 1, 2, 3, 2, 0, 3, 0, 2, 1 } };
  for (const auto& candidate : { std::vector<int>{ 0, 1, 2, 3 }, std::vector<int>{ 1, 0, 2, 3 } })
  {
    if (directedEdges(renumbered(faces, candidate)) == directedEdges(outwards))
    {
      order = candidate;
      return true;
    }
  }
  return false;
}

bool recogniseHexahedron(const FaceTable& faces, std::vector<int>& order)
{
  if (numberOfVertices(faces) != 8 || !hasFacesOfSize(faces, 6, 4))
  {
    return false;
  }
  // The first face is the bottom; each of its vertices has one edge that leads off it.
  const int* v = faces.vertices.data();
  std::vector<int> candidate{ v[0], v[3], v[2], v[1], -1, -1, -1, -1 };
  auto onBottom = [v](int vertex) { return std::find(v, v + 4, vertex) != v + 4; };
  for (int f = 1; f < 6; ++f)
  {
    for (int i = 0; i < 4; ++i)
    {
      const int a = v[4 * f + i];
      const int b = v[4 * f + (i + 1) % 4];
      for (int k = 0; k < 4; ++k)
      {
        if (candidate[k] == a && !onBottom(b))
        {
          candidate[k + 4] = b;
        }
      }
    }
  }
  auto sorted = candidate;
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i < 8; ++i)
  {
    if (sorted[i] != i)
    {
      return false;
    }
  }
  const FaceTable outwards{ { 0, 4, 8, 12, 16, 20, 24 },
    { 0, 3, 2, 1, 4, 5, 6, 7, 0, 1, 5, 4, 1, 2, 6, 5, 2, 3, 7, 6, 3, 0, 4, 7 } };
  if (directedEdges(renumbered(faces, candidate)) != directedEdges(outwards))
  {
    return false;
  }
  order = candidate;
  return true;
}

CellSubdivision tetrahedronSubdivision(const FaceTable& faces, int r)
{
  SubdivisionBuilder builder(3, 4, r);
  builder.addSolidBoundary(faces, std::vector<int>(4, -1));
  builder.addMacro({ 0, 1, 2, 3 });
  addTetrahedronBlock(builder, 0, BlockUse::WholeCell);
  CellSubdivision cell = builder.finish([](const auto&, const auto& weights) {
    return weights[0] * weights[1] * weights[2] * weights[3];
  });
  cell.affineWeights = cell.simplexParts;
  return cell;
}

// Anchors of the faces' means; -1 for triangles.
std::vector<int> addFaceMeans(SubdivisionBuilder& builder, const FaceTable& faces)
{
  std::vector<int> centres;
  for (int f = 0; f < numberOfFaces(faces); ++f)
  {
    const auto begin = faces.vertices.begin() + faces.offsets[f];
    const auto end = faces.vertices.begin() + faces.offsets[f + 1];
    centres.push_back(end - begin == 3 ? -1 : builder.addMean(std::vector<int>(begin, end)));
  }
  return centres;
}

CellSubdivision hexahedronSubdivision(const FaceTable& faces, int r)
{
  SubdivisionBuilder builder(3, 8, r);
  const std::vector<int> centres = addFaceMeans(builder, faces);
  const int centre = builder.addMean({ 0, 1, 2, 3, 4, 5, 6, 7 });
  builder.addSolidBoundary(faces, centres);
  std::array<int, 6> faceCentres{};
  for (int f = 0; f < 6; ++f)
  {
    const int* v = faces.vertices.data() + faces.offsets[f];
    faceCentres[hexahedronSide(v)] = centres[f];
  }
  addSubCubes(builder, centre, faceCentres);
  CellSubdivision cell = builder.finish([&](const auto& anchors, const auto& weights) {
    const Vec3 x = hexahedronPlace(anchors, weights, centre, faceCentres);
    return (1.0 - x.x * x.x) * (1.0 - x.y * x.y) * (1.0 - x.z * x.z);
  });
  cell.lattice.assign((r + 1) * (r + 1) * (r + 1), -1);
  for (int i = 0; i < cell.nodes; ++i)
  {
    const Vec3 x = hexahedronPlace(cell.placeAnchors[i], cell.placeWeights[i], centre, faceCentres);
    const int a = static_cast<int>(std::lround(r * (x.x + 1.0)));
    const int b = static_cast<int>(std::lround(r * (x.y + 1.0)));
    const int c = static_cast<int>(std::lround(r * (x.z + 1.0)));
    if (a % 2 == 0 && b % 2 == 0 && c % 2 == 0)
    {
      cell.lattice[a / 2 + (r + 1) * (b / 2 + (r + 1) * (c / 2))] = i;
    }
  }
  // In a parallelepiped the 24 tetrahedra are equal.
  cell.affineWeights = cell.simplexParts;
  for (double& weight : cell.affineWeights)
  {
    weight /= 24.0;
  }
  return cell;
}

CellSubdivision conedSubdivision(
  const FaceTable& faces, int r, const std::vector<int>& centreNumerators, int centreDenominator)
{
  const int vertices = numberOfVertices(faces);
  SubdivisionBuilder builder(3, vertices, r);
  const std::vector<int> centres = addFaceMeans(builder, faces);
  std::vector<int> all(vertices);
  std::iota(all.begin(), all.end(), 0);
  const int centre = builder.addAnchor(all, centreNumerators, centreDenominator);
  builder.addSolidBoundary(faces, centres);
  for (int f = 0; f < numberOfFaces(faces); ++f)
  {
    const int size = faceSize(faces, f);
    const int* v = faces.vertices.data() + faces.offsets[f];
    if (size == 3)
    {
      addTetrahedronBlock(
        builder, builder.addMacro({ centre, v[0], v[1], v[2] }), BlockUse::OverTriangle);
      continue;
    }
    int first = -1;
    for (int i = 0; i < size; ++i)
    {
      const int macro = builder.addMacro({ centre, centres[f], v[i], v[(i + 1) % size] });
      first = i == 0 ? macro : first;
    }
    if (size == 4)
    {
      addPyramidBlock(builder, first);
      continue;
    }
    for (int i = 0; i < size; ++i)
    {
      addTetrahedronBlock(builder, first + i, BlockUse::OverFan);
    }
  }
  return builder.finish([centre](const auto& anchors, const auto& weights) {
    double depth = 0.0;
    for (int k = 0; k < 4; ++k)
    {
      depth += anchors[k] == centre ? weights[k] : 0.0;
    }
    return depth * (2.0 - depth);
  });
}

} // namespace

CellSubdivision solidSubdivision(const FaceTable& faces, int r, std::vector<int>& order)
{
  if (numberOfFaces(faces) < 4 || numberOfVertices(faces) < 4)
  {
    throw std::invalid_argument("a polyhedron has four faces or more");
  }
  CellSubdivision cell;
  if (recogniseTetrahedron(faces, order))
  {
    cell = tetrahedronSubdivision(renumbered(faces, order), r);
  }
  else if (recogniseHexahedron(faces, order))
  {
    cell = hexahedronSubdivision(renumbered(faces, order), r);
  }
  else
  {
    const int vertices = numberOfVertices(faces);
    order.resize(vertices);
    std::iota(order.begin(), order.end(), 0);
    cell = conedSubdivision(faces, r, std::vector<int>(vertices, 1), vertices);
  }
  checkInteriorNodes(cell);
  return cell;
}

CellSubdivision conedSolidSubdivision(
  const FaceTable& faces, int r, const std::vector<int>& centreNumerators, int centreDenominator)
{
  CellSubdivision cell = conedSubdivision(faces, r, centreNumerators, centreDenominator);
  checkInteriorNodes(cell);
  return cell;
}

} // namespace mir
