// PLIC of one data set, from arrays to polydata or to material cells.
#ifndef mir_filters_PLICReconstruction_h
#define mir_filters_PLICReconstruction_h

#include "PLICNormals.h"
#include "Progress.h"

#include <cstdint>
#include <string>
#include <vector>

class vtkDataObject;
class vtkDataSet;

namespace mir {

struct PLICOptions
{
  std::vector<std::string> fractionArrays;
  std::vector<std::string> centroidArrays;
  NormalMethod method = NormalMethod::Automatic;
  bool automaticOrder = true;
  bool normalize = false;
  double tolerance = 1e-8;
  /// Of material cells: tetrahedra (2D: triangles) instead of polyhedra (polygons), and none of the
  /// pure cells.
  bool simplices = false;
  bool mixedCellsOnly = false;
  Progress progress = [](double) { return true; };
};

struct PLICCounts
{
  std::int64_t mixed = 0;
  /// Mixed cells with a facet.
  std::int64_t reconstructed = 0;
  /// Mixed cells on a mesh that the method asked for does not take.
  std::int64_t otherMethod = 0;
  /// Mixed cells whose fractions tell no direction.
  std::int64_t withoutDirection = 0;
  /// Cells whose fractions were moved or rescaled.
  std::int64_t normalized = 0;
  NormalMethod used = NormalMethod::Automatic;
};

/// Fills a vtkPolyData with the interface or a vtkUnstructuredGrid with the material cells. Throws
/// std::runtime_error as MeshAdaptor, MaterialFractions and findNormals do.
PLICCounts reconstructPLIC(vtkDataSet* mesh, const PLICOptions& options, vtkDataObject* output);

} // namespace mir

#endif
