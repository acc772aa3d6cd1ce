#include "reconstruct/continuous/subdivision/CellSubdivision.h"

#include "reconstruct/continuous/subdivision/CanonicalFaces.h"
#include "reconstruct/continuous/subdivision/SolidBlocks.h"
#include "reconstruct/continuous/subdivision/SubdivisionBuilder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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

CellSubdivision tetrahedronSubdivision(const FaceTable& faces, int r)
{
  SubdivisionBuilder builder(3, 4, r);
  builder.addSolidBoundary(faces, std::vector<int>(4, -1));
  builder.addMacro({ 0, 1, 2, 3 });
  addTetrahedronBlock(builder, 0, BlockUse::WholeCell);
  CellSubdivision cell = builder.finish([](const auto&, const auto& weights) {
    return weights[0] * weights[1] * weights[2] * weights[3];
  });
  setAffine(cell, cell.simplexParts);
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
  std::vector<double> weights = cell.simplexParts;
  for (double& weight : weights)
  {
    weight /= 24.0;
  }
  setAffine(cell, std::move(weights));
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
  return canonicalSolidSubdivision(canonicalFaces(faces, order), r);
}

CellSubdivision canonicalSolidSubdivision(const FaceTable& faces, int r)
{
  const int vertices = numberOfVertices(faces);
  if (numberOfFaces(faces) < 4 || vertices < 4)
  {
    throw std::invalid_argument("a polyhedron has four faces or more");
  }
  const SolidType type = solidType(faces);
  CellSubdivision cell = type == SolidType::Tetrahedron ? tetrahedronSubdivision(faces, r)
    : type == SolidType::Hexahedron
    ? hexahedronSubdivision(faces, r)
    : conedSubdivision(faces, r, std::vector<int>(vertices, 1), vertices);
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
