// The continuous interface of one data set, from arrays to polydata or to material cells.
#ifndef mir_filters_ContinuousReconstruction_h
#define mir_filters_ContinuousReconstruction_h

#include "PLICNormals.h"

#include "reconstruct/continuous/Conservation.h"

#include "vtkType.h" // for vtkIdType

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

class vtkDataObject;
class vtkDataSet;

namespace mir {

struct ContinuousOptions
{
  std::vector<std::string> fractionArrays;
  std::vector<std::string> centroidArrays;
  /// Whether the averaged planes are smoothed.
  bool variational = false;
  NormalMethod planes = NormalMethod::Automatic;
  Conservation conserve = Conservation::Exact;
  double relaxedTolerance = 1e-3;
  int refinement = 4;
  bool normalize = false;
  double tolerance = 1e-8;
  /// Of material cells none of the pure ones.
  bool mixedCellsOnly = false;
  /// Called with values from 0 to 1; the work stops when it returns false.
  std::function<bool(double)> progress = [](double) { return true; };
};

/// Ghost cells do not count.
struct ContinuousCounts
{
  std::int64_t mixed = 0;
  /// Mixed cells with a facet.
  std::int64_t reconstructed = 0;
  /// Mixed cells whose planes are of another method than the one asked for.
  std::int64_t otherMethod = 0;
  /// Cells whose fractions were moved or rescaled.
  std::int64_t normalized = 0;
  /// Of all cells, ghosts too: materials given a first piece, and cells whose last part came from
  /// within.
  std::int64_t seeded = 0;
  std::int64_t adjusted = 0;
  /// Mixed cells that do not hold their fractions as asked for, and the id of the first.
  std::int64_t failed = 0;
  vtkIdType firstFailed = -1;
  /// Largest |volume - fraction| of a material in a cell.
  double conservationMax = 0.0;
  std::int64_t hangingFaces = 0;
};

/// Fills a vtkPolyData with the interface or a vtkUnstructuredGrid with the material cells; leaves
/// it empty when the work was stopped. Throws std::runtime_error as MeshAdaptor, MaterialFractions
/// and findNormals do, and for more than 64 materials.
ContinuousCounts reconstructContinuous(
  vtkDataSet* mesh, const ContinuousOptions& options, vtkDataObject* output);

} // namespace mir

#endif
