// The continuous interface of one data set, from arrays to polydata or to material cells.
#ifndef mir_filters_ContinuousReconstruction_h
#define mir_filters_ContinuousReconstruction_h

#include "ContinuousCells.h"
#include "PLICNormals.h"
#include "Progress.h"

#include "reconstruct/continuous/conservation/Conservation.h"

#include <string>
#include <vector>

class vtkDataObject;
class vtkDataSet;

namespace mir {

struct ContinuousOptions
{
  std::vector<std::string> fractionArrays;
  std::vector<std::string> centroidArrays;
  /// Averaged planes, averaged paraboloids, or what smooth() makes of averaged planes.
  enum class Method
  {
    Planes,
    Variational,
    Paraboloids
  };
  Method method = Method::Paraboloids;
  NormalMethod planes = NormalMethod::Automatic;
  Conservation conserve = Conservation::Exact;
  double relaxedTolerance = 1e-3;
  int refinement = 4;
  bool normalize = false;
  double tolerance = 1e-8;
  /// Of material cells none of the pure ones.
  bool mixedCellsOnly = false;
  Progress progress = [](double) { return true; };
};

/// Fills a vtkPolyData with the interface or a vtkUnstructuredGrid with the material cells; leaves
/// it empty when the work was stopped. Throws std::runtime_error as MeshAdaptor, MaterialFractions
/// and findNormals do, and for more than 64 materials.
ContinuousCounts reconstructContinuous(
  vtkDataSet* mesh, const ContinuousOptions& options, vtkDataObject* output);

} // namespace mir

#endif
