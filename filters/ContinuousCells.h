// The mixed cells of a data set on shared nodes: what every continuous method does but for its
// field.
#ifndef mir_filters_ContinuousCells_h
#define mir_filters_ContinuousCells_h

#include "ContinuousCounts.h"
#include "InterfaceBand.h"
#include "PLICNormals.h"
#include "ThreadedLoops.h"

#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/starts/StartingField.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <vector>

class vtkDataObject;

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// Mixed cells and their neighbours, what they hold, and the sub-division of the mixed ones.
/// Normals are left to findNormals().
struct ContinuousCells
{
  InterfaceBand band;
  MixedMaterials mixed;
  BandMaterials materials;
  SubcellBand subcells;
  /// Places in band.mixed of cells that cannot be split, such as polyhedra no point of which sees
  /// all faces: they are cut by planes, and for their neighbours the mesh ends there.
  std::vector<int> unsplit;
};

/// Throws std::runtime_error as makeInterfaceBand() does, and for more than 64 materials.
ContinuousCells continuousCells(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  double tolerance, int refinement, const ParallelFor& parallelFor = runThreaded);

/// The normals that findNormals() left, as the sub-divided cells have them.
MaterialNormals materialNormals(const ContinuousCells& cells);

/// Makes a field of the sub-divided cells conserve and counts what it took.
ContinuousCounts conserveCells(const MeshAdaptor& mesh, const ContinuousCells& cells,
  std::vector<double>& field, const ConservationOptions& options);

/// Fills a vtkPolyData with the interface, or a vtkUnstructuredGrid with the material cells (none
/// of the pure ones when `mixedOnly`). Cells that cannot be split need their normals. Returns the
/// number of mixed cells with a facet.
std::int64_t writeContinuous(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  const ContinuousCells& cells, const std::vector<double>& field, bool mixedOnly,
  vtkDataObject* output, const ParallelFor& parallelFor = runThreaded);

} // namespace mir

#endif
