#include "ContinuousReconstruction.h"

#include "ContinuousOutput.h"
#include "GridStencils.h"
#include "HangingFaces.h"
#include "InterfaceBand.h"
#include "MaterialCells.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"

#include "reconstruct/continuous/ContinuousInterface.h"
#include "reconstruct/continuous/StartingField.h"
#include "reconstruct/continuous/SubcellBand.h"
#include "reconstruct/continuous/Variational.h"

#include "vtkDataSet.h"
#include "vtkPolyData.h"
#include "vtkUnstructuredGrid.h"

#include <algorithm>
#include <stdexcept>
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

/// The normals of the mixed cells as the sub-divided ones have them.
MaterialNormals normalsOf(
  const SubcellBand& subcells, const InterfaceBand& band, const MixedMaterials& mixed)
{
  MaterialNormals normals;
  std::size_t next = 0;
  for (int cell : subcells.cells)
  {
    while (band.mixed[next] != cell)
    {
      ++next;
    }
    normals.insert(normals.end(), mixed.normals.begin() + mixed.offsets[next],
      mixed.normals.begin() + mixed.offsets[next + 1]);
  }
  return normals;
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

ContinuousCounts reconstructContinuous(
  vtkDataSet* input, const ContinuousOptions& options, vtkDataObject* output)
{
  const MeshAdaptor mesh(input);
  const MaterialFractions fractions(
    input, options.fractionArrays, options.tolerance, options.normalize);
  if (fractions.numberOfMaterials() > mostMaterials)
  {
    throw std::runtime_error(std::to_string(fractions.numberOfMaterials()) +
      " materials are more than the " + std::to_string(mostMaterials) +
      " that continuous interfaces take");
  }
  ContinuousCounts counts;
  counts.normalized = fractions.numberNormalized();
  const NormalMethod method = applicableMethod(options.planes, mesh);
  const InterfaceBand band = makeInterfaceBand(mesh, fractions, BandExtent::Neighbours, true);
  counts.mixed = std::count_if(
    band.mixed.begin(), band.mixed.end(), [&](int cell) { return !mesh.isGhost(band.ids[cell]); });
  counts.otherMethod =
    options.planes == method || options.planes == NormalMethod::Automatic ? 0 : counts.mixed;
  MixedMaterials mixed = mixedMaterials(fractions, band, options.tolerance);
  findNormals(method, roundsOf(options.planes, GridStencils::apply(mesh)), options.centroidArrays,
    mesh, fractions, band, options.tolerance, mixed);
  if (!options.progress(0.1))
  {
    return counts;
  }
  if (mesh.reader().dimensions()[0] == 0)
  {
    counts.hangingFaces = countHangingFaces(band.cells);
  }

  const BandMaterials materials = bandMaterials(fractions, band, mixed);
  const SubcellBand subcells = subdivideBand(
    band.cells, materials, options.refinement, pieceFreePointIds(mesh, band), runThreaded);
  std::vector<double> field =
    averagedPlanes(band.cells, materials, subcells, normalsOf(subcells, band, mixed), runThreaded);
  bool goOn = options.progress(0.2);
  auto part = [&](double from, double to) {
    return [&, from, to](double done) {
      goOn = goOn && options.progress(from + done * (to - from));
      return goOn;
    };
  };
#ifdef MIR_WITH_VARIATIONAL
  if (options.variational && goOn)
  {
    VariationalOptions how;
    how.progress = part(0.2, 0.7);
    how.parallelFor = runThreaded;
    smooth(band.cells, subcells, field, how);
  }
#endif
  if (!goOn)
  {
    return counts;
  }
  ConservationOptions how;
  how.mode = options.conserve;
  how.tolerance = options.relaxedTolerance;
  how.progress = part(options.variational ? 0.7 : 0.2, 0.9);
  how.parallelFor = runThreaded;
  const ConservationReport report = conserve(subcells, field, how);
  if (!goOn)
  {
    return counts;
  }
  counts.seeded = report.seeded;
  counts.adjusted = report.adjusted;
  countResiduals(mesh, band, subcells, report,
    options.conserve == Conservation::Exact ? 1e-10 : options.relaxedTolerance, counts);

  const ContinuousFacets facets = extractFacets(band.cells, subcells, field, runThreaded);
  counts.reconstructed = countCells(mesh, band, facets.cells);
  if (auto* polydata = vtkPolyData::SafeDownCast(output))
  {
    writeFacets(mesh, { facetsInSpace(mesh, fractions, band, facets) }, polydata);
  }
  else
  {
    const ContinuousParts parts = extractParts(band.cells, subcells, field, runThreaded);
    writeMaterialCells(mesh, fractions, { partsInSpace(mesh, band, parts) }, options.mixedCellsOnly,
      vtkUnstructuredGrid::SafeDownCast(output));
  }
  options.progress(1.0);
  return counts;
}

} // namespace mir
