// Bands with the exact fractions of known shapes, starting fields of them, and how far an interface
// is from the truth.
#ifndef mir_testing_unit_FractionProblems_h
#define mir_testing_unit_FractionProblems_h

#include "BandMeshes.h"

#include "plic/LeastSquares.h"
#include "plic/MaterialField.h"
#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/continuous/starts/StartingField.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace mir::testing {

/// One list of fractions a material, one fraction a cell.
using FractionLists = std::vector<std::vector<double>>;

/// What is not `inside` is the second material.
inline FractionLists withRest(const std::vector<double>& inside)
{
  FractionLists result{ inside, {} };
  for (const double fraction : inside)
  {
    result[1].push_back(1.0 - fraction);
  }
  return result;
}

inline BandMaterials bandMaterials(const FractionLists& fractions, double tolerance = 1e-10)
{
  BandMaterials result;
  for (std::size_t cell = 0; cell < fractions[0].size(); ++cell)
  {
    const auto begin = result.materials.size();
    double sum = 0.0;
    for (std::size_t k = 0; k < fractions.size(); ++k)
    {
      if (fractions[k][cell] > tolerance)
      {
        result.materials.push_back(static_cast<unsigned char>(k));
        result.fractions.push_back(fractions[k][cell]);
        sum += fractions[k][cell];
      }
    }
    for (auto e = begin; e < result.fractions.size(); ++e)
    {
      result.fractions[e] /= sum;
    }
    result.offsets.push_back(static_cast<std::int64_t>(result.materials.size()));
  }
  return result;
}

/// Unit normals of least squares out of each material of each mixed cell.
inline MaterialNormals leastSquaresNormals(
  const CellBand& band, const SubcellBand& mesh, const FractionLists& fractions)
{
  std::vector<MaterialField> fields;
  std::vector<NormalField> estimates;
  for (const auto& some : fractions)
  {
    fields.push_back(materialField(some, 1e-10));
    estimates.push_back(leastSquares(band, fields.back()));
  }
  MaterialNormals result;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    for (int k = 0; k < mesh.materialCount(c); ++k)
    {
      const int material = mesh.materialsOf(c)[k];
      const int slot = fields[material].slots[mesh.cells[c]];
      result.push_back(slot >= 0 ? estimates[material][slot] : Vec3{});
    }
  }
  return result;
}

/// A band with fractions, its sub-division and averaged planes of least-squares normals.
struct FractionProblem
{
  CellBand band;
  FractionLists fractions;
  BandMaterials materials;
  SubcellBand mesh;
  std::vector<double> start;

  FractionProblem(CellBand theBand, FractionLists theFractions, int r)
    : band(std::move(theBand))
    , fractions(std::move(theFractions))
    , materials(bandMaterials(this->fractions))
    , mesh(subdivideBand(this->band, this->materials, r))
    , start(averagedPlanes(this->band, this->materials, this->mesh,
        leastSquaresNormals(this->band, this->mesh, this->fractions)))
  {}
};

/// The field that has valueOf(material, position) for every material at every node.
inline std::vector<double> sampledField(
  const CellBand& band, const SubcellBand& mesh, const std::function<double(int, Vec3)>& valueOf)
{
  std::vector<double> field(mesh.slots, 0.0);
  for (int n = 0; n < mesh.numberOfSharedNodes(); ++n)
  {
    const Vec3 x = mesh.sharedPositions[n];
    for (auto s = mesh.sharedSlots[n]; s < mesh.sharedSlots[n + 1]; ++s)
    {
      field[s] = valueOf(mesh.slotMaterials[s], x) -
        (mesh.singleSlot(n) ? valueOf(mesh.otherMaterials[s], x) : 0.0);
    }
  }
  std::vector<Vec3> positions;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    const unsigned char* own = mesh.materialsOf(c);
    const int count = mesh.materialCount(c);
    positions.resize(cell.nodes);
    nodePositions(band, mesh, c, positions.data());
    auto s = mesh.interiorSlots[c];
    for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
    {
      const Vec3 x = positions[i];
      for (int k = 0; k < (count == 2 ? 1 : count); ++k)
      {
        field[s++] = valueOf(own[k], x) - (count == 2 ? valueOf(own[1], x) : 0.0);
      }
    }
  }
  return field;
}

/// The corners of a regular simplex about 0 with edges of length 1, one for each of up to
/// dimension + 1 materials: gradients of linear functions that all differ by a unit slope.
inline Vec3 simplexDirection(int dimension, int material)
{
  const double third = std::sqrt(1.0 / 12.0);
  const Vec3 triangle[3] = { { 0.5, third, 0.0 }, { -0.5, third, 0.0 },
    { 0.0, -2.0 * third, 0.0 } };
  static const Vec3 tetrahedron[4] = { { 1, 1, 1 }, { 1, -1, -1 }, { -1, 1, -1 }, { -1, -1, 1 } };
  // Turned, so that they lie along no axis of a grid.
  const Vec3 v = dimension == 2 ? triangle[material] : std::sqrt(0.125) * tetrahedron[material];
  const double c = 0.8;
  const double s = 0.6;
  const Vec3 turned{ c * v.x - s * v.y, s * v.x + c * v.y, v.z };
  return dimension == 2
    ? turned
    : Vec3{ c * turned.x - s * turned.z, turned.y, s * turned.x + c * turned.z };
}

/// Mean and largest distance of an interface to a truth, over the ends and middles of its facets,
/// weighted by their size.
struct Distances
{
  double mean = 0.0;
  double largest = 0.0;
};

inline Distances distances(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, const std::function<double(Vec3)>& distance)
{
  const ContinuousFacets facets = extractFacets(band, mesh, field);
  Distances result;
  double total = 0.0;
  for (std::size_t f = 0; f + 1 < facets.facetOffsets.size(); ++f)
  {
    const auto first = facets.facetOffsets[f];
    const int count = static_cast<int>(facets.facetOffsets[f + 1] - first);
    Vec3 middle;
    double sum = 0.0;
    for (int i = 0; i < count; ++i)
    {
      const Vec3 x = facets.points[facets.facetPoints[first + i]];
      middle = middle + 1.0 / count * x;
      const double d = std::abs(distance(x));
      sum += d;
      result.largest = std::max(result.largest, d);
    }
    sum += std::abs(distance(middle));
    result.mean += facets.areas[f] * sum / (count + 1);
    total += facets.areas[f];
  }
  result.mean /= total;
  return result;
}

} // namespace mir::testing

#endif
