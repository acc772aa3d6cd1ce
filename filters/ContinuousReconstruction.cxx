#include "ContinuousReconstruction.h"

#include "GridStencils.h"
#include "HangingFaces.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "StoppableLoops.h"

#include "reconstruct/continuous/ParaboloidField.h"
#include "reconstruct/continuous/Variational.h"

#include "vtkDataObject.h"
#include "vtkDataSet.h"

#include <stdexcept>

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
  StoppableLoops work(options.progress);
  const ParallelFor loops = work.loops();
  const MeshAdaptor mesh(input);
  const MaterialFractions fractions(
    input, options.fractionArrays, options.tolerance, options.normalize);
  const bool variational = options.method == ContinuousOptions::Method::Variational;
  const bool paraboloids = options.method == ContinuousOptions::Method::Paraboloids;
  // Variational does as well from the cheapest planes, and better about corners; paraboloids need
  // the best.
  const NormalMethod planes = options.planes != NormalMethod::Automatic ? options.planes
    : variational                                                       ? NormalMethod::LeastSquares
    : paraboloids ? NormalMethod::ReconstructedDistance
                  : NormalMethod::Automatic;
  const NormalMethod method = applicableMethod(planes, mesh);
  try
  {
    ContinuousCells cells =
      continuousCells(mesh, fractions, options.tolerance, options.refinement, loops);
    findNormals(method, roundsOf(planes, GridStencils::apply(mesh)), options.centroidArrays, mesh,
      fractions, cells.band, options.tolerance, cells.mixed);
    work.reach(0.15);
    const MaterialNormals normals = normalsOf(cells.subcells, cells.band, cells.mixed);
    std::vector<double> field = paraboloids
      ? averagedParaboloids(cells.band.cells, cells.materials, cells.subcells, normals, loops)
      : averagedPlanes(cells.band.cells, cells.materials, cells.subcells, normals, loops);
    work.reach(0.25);
    if (variational)
    {
      VariationalOptions how;
      how.tolerance = options.conserve == Conservation::Relaxed ? options.relaxedTolerance : 0.0;
      how.progress = work.part(0.25, 0.6);
      how.parallelFor = loops;
      smooth(cells.band.cells, cells.subcells, field, how);
      work.reach(0.6);
    }
    ConservationOptions how;
    how.mode = options.conserve;
    how.tolerance = options.relaxedTolerance;
    how.progress = work.part(variational ? 0.6 : 0.25, 0.7);
    how.parallelFor = loops;
    ContinuousCounts counts = conserveCells(mesh, cells, field, how);
    work.reach(0.7);
    counts.reconstructed =
      writeContinuous(mesh, fractions, cells, field, options.mixedCellsOnly, output, loops);
    counts.normalized = fractions.numberNormalized();
    const bool asked = options.planes == method || options.planes == NormalMethod::Automatic;
    counts.otherMethod = asked ? 0 : counts.mixed;
    // Structured data have none.
    counts.hangingFaces =
      mesh.reader().dimensions()[0] == 0 ? countHangingFaces(cells.band.cells) : 0;
    work.reach(1.0);
    return counts;
  }
  catch (const WorkStopped&)
  {
    output->Initialize();
    return {};
  }
}

} // namespace mir
