#include "ContinuousReconstruction.h"

#include "GridStencils.h"
#include "HangingFaces.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"

#include "reconstruct/continuous/StartingField.h"
#include "reconstruct/continuous/Variational.h"

#include "vtkDataSet.h"

namespace mir {

namespace {

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

} // namespace

ContinuousCounts reconstructContinuous(
  vtkDataSet* input, const ContinuousOptions& options, vtkDataObject* output)
{
  const MeshAdaptor mesh(input);
  const MaterialFractions fractions(
    input, options.fractionArrays, options.tolerance, options.normalize);
  const NormalMethod method = applicableMethod(options.planes, mesh);
  ContinuousCells cells = continuousCells(mesh, fractions, options.tolerance, options.refinement);
  findNormals(method, roundsOf(options.planes, GridStencils::apply(mesh)), options.centroidArrays,
    mesh, fractions, cells.band, options.tolerance, cells.mixed);
  bool goOn = options.progress(0.15);
  auto part = [&](double from, double to) {
    return [&, from, to](double done) {
      goOn = goOn && options.progress(from + done * (to - from));
      return goOn;
    };
  };
  std::vector<double> field;
  if (goOn)
  {
    field = averagedPlanes(cells.band.cells, cells.materials, cells.subcells,
      normalsOf(cells.subcells, cells.band, cells.mixed), runThreaded);
    goOn = options.progress(0.25);
  }
#ifdef MIR_WITH_VARIATIONAL
  if (options.variational && goOn)
  {
    VariationalOptions how;
    how.progress = part(0.25, 0.7);
    how.parallelFor = runThreaded;
    smooth(cells.band.cells, cells.subcells, field, how);
  }
#endif
  ContinuousCounts counts;
  if (goOn)
  {
    ConservationOptions how;
    how.mode = options.conserve;
    how.tolerance = options.relaxedTolerance;
    how.progress = part(options.variational ? 0.7 : 0.25, 0.9);
    how.parallelFor = runThreaded;
    counts = conserveCells(mesh, cells, field, how);
  }
  if (!goOn)
  {
    return {};
  }
  counts.reconstructed =
    writeContinuous(mesh, fractions, cells, field, options.mixedCellsOnly, output);
  counts.normalized = fractions.numberNormalized();
  const bool asked = options.planes == method || options.planes == NormalMethod::Automatic;
  counts.otherMethod = asked ? 0 : counts.mixed;
  // Structured data have none.
  counts.hangingFaces =
    mesh.reader().dimensions()[0] == 0 ? countHangingFaces(cells.band.cells) : 0;
  options.progress(1.0);
  return counts;
}

} // namespace mir
