#include "ContinuousCells.h"

#include "CellCutting.h"
#include "ContinuousOutput.h"
#include "MaterialCells.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include "vtkPolyData.h"
#include "vtkUnstructuredGrid.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

constexpr int mostMaterials = 64;

BandMaterials bandMaterials(
  const MaterialFractions& fractions, const InterfaceBand& band, const MixedMaterials& mixed)
{
  BandMaterials result;
  std::size_t next = 0;
  for (int cell = 0; cell < band.cells.numberOfCells(); ++cell)
  {
    if (next < band.mixed.size() && band.mixed[next] == cell)
    {
      const auto begin = mixed.offsets[next];
      const auto end = mixed.offsets[next + 1];
      result.materials.insert(
        result.materials.end(), mixed.materials.begin() + begin, mixed.materials.begin() + end);
      result.fractions.insert(
        result.fractions.end(), mixed.fractions.begin() + begin, mixed.fractions.begin() + end);
      ++next;
    }
    else
    {
      result.materials.push_back(fractions.state(band.ids[cell]));
      result.fractions.push_back(1.0);
    }
    result.offsets.push_back(static_cast<std::int64_t>(result.materials.size()));
  }
  return result;
}

/// Cells that count as mixed and hold one material alone above a large tolerance, as a whole.
PartChunk wholeParts(
  const MeshAdaptor& mesh, const InterfaceBand& band, const BandMaterials& materials)
{
  PartChunk result;
  PartWriter writer(mesh, true);
  for (int cell : band.mixed)
  {
    const vtkIdType id = band.ids[cell];
    if (materials.count(cell) == 1 && !mesh.isGhost(id))
    {
      writer.add(result, id, {}, wholeCell(mesh, id, materials.materials[materials.offsets[cell]]));
    }
  }
  return result;
}

/// What conservation has left of the cells that are no ghosts.
void countResiduals(const MeshAdaptor& mesh, const InterfaceBand& band, const SubcellBand& subcells,
  const ConservationReport& report, double bound, ContinuousCounts& counts)
{
  for (int c = 0; c < subcells.numberOfCells(); ++c)
  {
    const vtkIdType id = band.ids[subcells.cells[c]];
    const double residual = report.residuals[c];
    if (mesh.isGhost(id))
    {
      continue;
    }
    counts.conservationMax = std::max(counts.conservationMax, residual);
    if (!(residual <= bound))
    {
      counts.firstFailed = counts.failed == 0 ? mesh.globalId(id) : counts.firstFailed;
      ++counts.failed;
    }
  }
}

/// Mixed cells, ghosts not counted, with one of the given cells of the band.
std::int64_t countCells(
  const MeshAdaptor& mesh, const InterfaceBand& band, const std::vector<int>& cells)
{
  std::vector<char> seen(band.ids.size(), 0);
  for (int cell : cells)
  {
    seen[cell] = 1;
  }
  return std::count_if(band.mixed.begin(), band.mixed.end(),
    [&](int cell) { return seen[cell] != 0 && !mesh.isGhost(band.ids[cell]); });
}

} // namespace

ContinuousCells continuousCells(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  double tolerance, int refinement, const ParallelFor& parallelFor)
{
  if (fractions.numberOfMaterials() > mostMaterials)
  {
    throw std::runtime_error(std::to_string(fractions.numberOfMaterials()) +
      " materials are more than the " + std::to_string(mostMaterials) +
      " that continuous interfaces take");
  }
  ContinuousCells cells;
  cells.band = makeInterfaceBand(mesh, fractions, BandExtent::Neighbours, true);
  cells.mixed = mixedMaterials(fractions, cells.band, tolerance);
  cells.materials = bandMaterials(fractions, cells.band, cells.mixed);
  std::vector<int> leftOut;
  cells.subcells = subdivideBand(cells.band.cells, cells.materials, refinement,
    pieceFreePointIds(mesh, cells.band), parallelFor, &leftOut);
  for (int cell : leftOut)
  {
    const auto place = std::lower_bound(cells.band.mixed.begin(), cells.band.mixed.end(), cell);
    cells.unsplit.push_back(static_cast<int>(place - cells.band.mixed.begin()));
  }
  return cells;
}

MaterialNormals materialNormals(const ContinuousCells& cells)
{
  MaterialNormals normals;
  std::size_t next = 0;
  for (int cell : cells.subcells.cells)
  {
    while (cells.band.mixed[next] != cell)
    {
      ++next;
    }
    normals.insert(normals.end(), cells.mixed.normals.begin() + cells.mixed.offsets[next],
      cells.mixed.normals.begin() + cells.mixed.offsets[next + 1]);
  }
  return normals;
}

ContinuousCounts conserveCells(const MeshAdaptor& mesh, const ContinuousCells& cells,
  std::vector<double>& field, const ConservationOptions& options)
{
  ContinuousCounts counts;
  const ConservationReport report = conserve(cells.subcells, field, options);
  counts.seeded = report.seeded;
  counts.adjusted = report.adjusted;
  counts.mixed = std::count_if(cells.band.mixed.begin(), cells.band.mixed.end(),
    [&](int cell) { return !mesh.isGhost(cells.band.ids[cell]); });
  for (int mixed : cells.unsplit)
  {
    const vtkIdType id = cells.band.ids[cells.band.mixed[mixed]];
    if (!mesh.isGhost(id))
    {
      counts.firstUnsplit = counts.unsplit == 0 ? mesh.globalId(id) : counts.firstUnsplit;
      ++counts.unsplit;
    }
  }
  countResiduals(mesh, cells.band, cells.subcells, report,
    options.mode == Conservation::Exact ? 1e-10 : options.tolerance, counts);
  return counts;
}

std::int64_t writeContinuous(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  const ContinuousCells& cells, const std::vector<double>& field, bool mixedOnly,
  vtkDataObject* output, const ParallelFor& parallelFor)
{
  auto* polydata = vtkPolyData::SafeDownCast(output);
  std::int64_t reconstructed = 0;
  FacetChunk planes;
  PartChunk planeParts;
  if (!cells.unsplit.empty())
  {
    CellCutting cutting(mesh, fractions, cells.band, cells.mixed, true);
    if (!polydata)
    {
      cutting.makeParts(true);
    }
    for (int mixed : cells.unsplit)
    {
      reconstructed += !cutting.isGhost(mixed) && cutting.cut(mixed, planes, planeParts) ? 1 : 0;
    }
  }
  const ContinuousFacets facets =
    extractFacets(cells.band.cells, cells.subcells, field, parallelFor);
  if (polydata)
  {
    writeFacets(
      mesh, { facetsInSpace(mesh, fractions, cells.band, facets), std::move(planes) }, polydata);
  }
  else
  {
    const ContinuousParts parts =
      extractParts(cells.band.cells, cells.subcells, field, parallelFor);
    writeMaterialCells(mesh, fractions,
      { partsInSpace(mesh, cells.band, parts), wholeParts(mesh, cells.band, cells.materials),
        std::move(planeParts) },
      mixedOnly, vtkUnstructuredGrid::SafeDownCast(output));
  }
  return reconstructed + countCells(mesh, cells.band, facets.cells);
}

} // namespace mir
