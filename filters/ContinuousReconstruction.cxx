#include "ContinuousReconstruction.h"

#include "GridStencils.h"
#include "HangingFaces.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "StoppableLoops.h"

#include "reconstruct/continuous/starts/CornerField.h"
#include "reconstruct/continuous/starts/ParaboloidField.h"
#include "reconstruct/continuous/variational/Variational.h"

#include "vtkDataObject.h"
#include "vtkDataSet.h"

#include <stdexcept>

namespace mir {

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
  const bool automatic = options.planes == NormalMethod::Automatic;
  // Paraboloids need the best planes.
  const NormalMethod planes = automatic && (variational || paraboloids)
    ? NormalMethod::ReconstructedDistance
    : options.planes;
  const MethodInput data{ GridStencils::apply(mesh),
    options.centroidArrays.size() == options.fractionArrays.size() };
  const NormalMethod method = applicableMethod(planes, data);
  try
  {
    ContinuousCells cells =
      continuousCells(mesh, fractions, options.tolerance, options.refinement, loops);
    const auto normals = [&](NormalMethod by) {
      findNormals(by, roundsOf(planes, data), options.centroidArrays, mesh, fractions, cells.band,
        options.tolerance, cells.mixed);
      return materialNormals(cells);
    };
    const bool bent = paraboloids || (variational && method == NormalMethod::ReconstructedDistance);
    std::vector<BentPlane> surfaces;
    std::vector<double> field = bent
      ? averagedParaboloids(
          cells.band.cells, cells.materials, cells.subcells, normals(method), loops, &surfaces)
      : averagedPlanes(cells.band.cells, cells.materials, cells.subcells, normals(method), loops);
    work.reach(0.25);
    if (variational)
    {
      VariationalOptions how;
      if (bent)
      {
        how.planes = &surfaces;
        how.sharpStart = [&](const std::vector<char>& sharp) {
          return cornerField(cells.band.cells, cells.materials, cells.subcells,
            normals(NormalMethod::LeastSquares), surfaces, sharp, loops);
        };
      }
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
    const bool asked = automatic || options.planes == method;
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
