#include "ContinuousCells.h"

#include "CellCutting.h"
#include "ContinuousOutput.h"
#include "MaterialCells.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"

#include "reconstruct/continuous/ContinuousInterface.h"

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

/// Whether a cell of a band can be split when it is alone.
bool canBeSplit(const CellBand& band, const BandMaterials& materials, int cell, int refinement)
{
  CellBand alone;
  alone.dimension = band.dimension;
  BandMaterials own;
  for (int i = 0; i < band.cellSize(cell); ++i)
  {
    alone.points.push_back(band.point(cell, i));
    alone.cellPoints.push_back(i);
  }
  alone.cellOffsets.push_back(band.cellSize(cell));
  alone.kinds.push_back(band.kinds[cell]);
  if (band.dimension == 3)
  {
    alone.shapes.push_back(band.shapes[band.cellShapes[cell]]);
    alone.cellShapes.push_back(0);
  }
  connectBand(alone);
  allocateMeasures(alone);
  measureBand(alone, 0, 1);
  for (std::int64_t e = materials.offsets[cell]; e < materials.offsets[cell + 1]; ++e)
  {
    own.materials.push_back(materials.materials[e]);
    own.fractions.push_back(materials.fractions[e]);
  }
  own.offsets.push_back(static_cast<std::int64_t>(own.materials.size()));
  try
  {
    subdivideBand(alone, own, refinement);
    return true;
  }
  catch (const std::invalid_argument&)
  {
    return false;
  }
}

/// Splits all cells but those of cells.unsplit, which share no points with the others here and
/// count as pure.
void subdivideWithout(ContinuousCells& cells, std::vector<std::int64_t> pointIds, int refinement,
  const ParallelFor& loops)
{
  CellBand band = cells.band.cells;
  BandMaterials materials;
  std::vector<char> leftOut(band.numberOfCells(), 0);
  for (int mixed : cells.unsplit)
  {
    leftOut[cells.band.mixed[mixed]] = 1;
  }
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    const std::int64_t first = cells.materials.offsets[cell];
    const std::int64_t last = leftOut[cell] ? first + 1 : cells.materials.offsets[cell + 1];
    for (std::int64_t e = first; e < last; ++e)
    {
      materials.materials.push_back(cells.materials.materials[e]);
      materials.fractions.push_back(leftOut[cell] ? 1.0 : cells.materials.fractions[e]);
    }
    materials.offsets.push_back(static_cast<std::int64_t>(materials.materials.size()));
    for (int i = 0; leftOut[cell] && i < band.cellSize(cell); ++i)
    {
      int& point = band.cellPoints[band.cellOffsets[cell] + i];
      band.points.push_back(Vec3(band.points[point]));
      point = static_cast<int>(band.points.size()) - 1;
      // No other point's.
      pointIds.push_back(-1 - point);
    }
  }
  cells.subcells = subdivideBand(band, materials, refinement, pointIds, loops);
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
  std::vector<std::int64_t> pointIds = pieceFreePointIds(mesh, cells.band);
  try
  {
    cells.subcells =
      subdivideBand(cells.band.cells, cells.materials, refinement, pointIds, parallelFor);
  }
  catch (const std::invalid_argument&)
  {
    for (int i = 0; i < static_cast<int>(cells.band.mixed.size()); ++i)
    {
      const int cell = cells.band.mixed[i];
      if (cells.materials.count(cell) > 1 &&
        !canBeSplit(cells.band.cells, cells.materials, cell, refinement))
      {
        cells.unsplit.push_back(i);
      }
    }
    if (cells.unsplit.empty())
    {
      throw;
    }
    subdivideWithout(cells, std::move(pointIds), refinement, parallelFor);
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
