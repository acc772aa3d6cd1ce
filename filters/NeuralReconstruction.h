// The neural interface of one data set, from arrays to polydata.
#ifndef mir_filters_NeuralReconstruction_h
#define mir_filters_NeuralReconstruction_h

#include "ContinuousCells.h"
#include "Progress.h"

#include "reconstruct/continuous/conservation/Conservation.h"

#include <string>
#include <vector>

class vtkDataObject;
class vtkDataSet;

namespace mir {

struct NeuralOptions
{
  std::vector<std::string> fractionArrays;
  /// As neuralModel() takes them.
  std::string model = "subcell";
  int device = 0;
  Conservation conserve = Conservation::Exact;
  double tolerance = 1e-8;
  bool normalize = false;
  Progress progress = [](double) { return true; };
};

struct NeuralCounts : ContinuousCounts
{
  /// "Neural subcell", ..., or "Continuous Variational".
  std::string method;
  /// Mixed cells about which the grid is irregular, so that Averaged Paraboloids took most of the
  /// network's place.
  std::int64_t irregular = 0;
  /// Why Variational took the network's place; empty where it did not.
  std::string why;
};

/// Fills a vtkPolyData with the interface; leaves it empty when the work was stopped. On meshes
/// that are no logical grid of quadrilaterals or hexahedra, where the networks have no stencil, the
/// field is that of Variational. Throws std::runtime_error as reconstructContinuous() and
/// neuralModel() do.
NeuralCounts reconstructNeural(
  vtkDataSet* mesh, const NeuralOptions& options, vtkDataObject* output);

} // namespace mir

#endif
