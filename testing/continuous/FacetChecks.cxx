#include "FacetChecks.h"

#include "Meshes.h"
#include "Planes.h"

#include "data/CellMaterials.h"
#include "data/Measures.h"
#include "plic/NestedCuts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mir::testing {

namespace {

InterfaceLines interfaceLines(const ContinuousFacets& facets)
{
  InterfaceLines lines;
  for (const Vec3& x : facets.points)
  {
    lines.points.push_back({ x.x, x.y });
  }
  for (std::size_t i = 0; i < facets.cells.size(); ++i)
  {
    const int* points = facets.facetPoints.data() + facets.facetOffsets[i];
    lines.segments.push_back({ points[0], points[1] });
    lines.cells.push_back(facets.cells[i]);
    lines.materials.push_back({ facets.inside[i], facets.outside[i] });
  }
  return lines;
}

/// The number of cells between a cell and the boundary of the unit square or cube.
int cellsToBoundary(const Problem& problem, int cell)
{
  const Vec3 x = problem.band.centroids[cell];
  double least = std::min({ x.x, 1.0 - x.x, x.y, 1.0 - x.y });
  if (problem.band.dimension == 3)
  {
    least = std::min({ least, x.z, 1.0 - x.z });
  }
  return static_cast<int>(least * problem.n);
}

} // namespace

ContinuousFacets planeFacets(const Problem& problem, const MaterialNormals& normals)
{
  ContinuousFacets result;
  const std::vector<std::vector<MaterialCut>> cuts = planeCuts(problem, normals);
  NestedCutter cutter(problem.band);
  for (std::size_t i = 0; i < cuts.size(); ++i)
  {
    const int cell = problem.mixed[i];
    cutter.run(cell, cuts[i].data(), static_cast<int>(cuts[i].size()), false);
    for (const MaterialFacet& facet : cutter.facets())
    {
      for (int j = facet.begin; j < facet.end; ++j)
      {
        result.facetPoints.push_back(static_cast<int>(result.points.size()));
        result.points.push_back(problem.band.origin(cell) + cutter.points()[j]);
      }
      result.facetOffsets.push_back(static_cast<std::int64_t>(result.facetPoints.size()));
      result.inside.push_back(static_cast<unsigned char>(facet.inside));
      result.outside.push_back(static_cast<unsigned char>(facet.outside));
      result.cells.push_back(cell);
      result.normals.push_back(facet.normal);
    }
  }
  return result;
}

FacetErrors facetErrors(const Problem& problem, const ContinuousFacets& facets)
{
  FacetErrors errors;
  if (const Region* region = problem.truth->region())
  {
    std::vector<double> fractions(problem.band.numberOfCells());
    for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
    {
      fractions[cell] = problem.fraction(0, cell);
    }
    const ErrorSummary found = measure(planarMesh(problem.band),
      CellMaterials({ std::move(fractions) }, 0.0), interfaceLines(facets), region)
                                 .summary;
    return { found.hausdorff, found.continuityMean, found.conservationMax };
  }
  for (std::size_t i = 0; i < facets.cells.size(); ++i)
  {
    Vec3 middle;
    const auto size = static_cast<double>(facets.facetOffsets[i + 1] - facets.facetOffsets[i]);
    for (auto j = facets.facetOffsets[i]; j < facets.facetOffsets[i + 1]; ++j)
    {
      const Vec3 x = facets.points[facets.facetPoints[j]];
      middle = middle + 1.0 / size * x;
      errors.hausdorff = std::max(errors.hausdorff, problem.truth->clearance(x));
    }
    errors.hausdorff = std::max(errors.hausdorff, problem.truth->clearance(middle));
  }
  errors.hausdorff /= problem.size;
  return errors;
}

int pieces(const ContinuousFacets& facets)
{
  std::vector<int> parent(facets.points.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&parent](int i) {
    while (parent[i] != i)
    {
      i = parent[i] = parent[parent[i]];
    }
    return i;
  };
  int count = static_cast<int>(parent.size());
  for (std::size_t i = 0; i < facets.cells.size(); ++i)
  {
    for (auto j = facets.facetOffsets[i] + 1; j < facets.facetOffsets[i + 1]; ++j)
    {
      const int a = root(facets.facetPoints[j - 1]);
      const int b = root(facets.facetPoints[j]);
      parent[a] = b;
      count -= a != b;
    }
  }
  return count;
}

EdgeErrors edgeErrors(const Problem& problem, const SubcellBand& mesh,
  const std::vector<double>& wrongParts, const ContinuousFacets& facets, int reach)
{
  std::vector<double> areas(problem.band.numberOfCells(), 0.0);
  for (std::size_t i = 0; i < facets.cells.size(); ++i)
  {
    areas[facets.cells[i]] += facets.areas[i];
  }
  double wrong[2] = { 0.0, 0.0 };
  double area[2] = { 0.0, 0.0 };
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const int between = cellsToBoundary(problem, mesh.cells[c]);
    if (between == 0 || between >= reach)
    {
      const int where = between == 0 ? 0 : 1;
      wrong[where] += wrongParts[c] * mesh.measures[c];
      area[where] += areas[mesh.cells[c]];
    }
  }
  return { wrong[0] / (problem.size * area[0]), wrong[1] / (problem.size * area[1]) };
}

} // namespace mir::testing
