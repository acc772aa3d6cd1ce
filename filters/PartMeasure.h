// What VTK will measure of a part of a cell.
#ifndef mir_filters_PartMeasure_h
#define mir_filters_PartMeasure_h

#include "vtkNew.h"
#include "vtkType.h" // for vtkIdType

#include "plic/Vector.h"

#include <vector>

class vtkIdList;
class vtkPoints;
class vtkPolyhedron;

namespace mir {

/// Asks VTK's polyhedron for the tetrahedra that its filters integrate over. These miss small
/// features and fill hollows; such parts are better given as tetrahedra. Use one object a thread.
class PartMeasure
{
public:
  PartMeasure();
  ~PartMeasure();

  /// Volume as vtkCellSizeFilter and vtkIntegrateAttributes have it. `faces` are a number of faces
  /// and for each its number of points and these, by position.
  double polyhedron(const Vec3* points, int count, const int* faces, int length);

private:
  vtkNew<vtkPolyhedron> Polyhedron;
  vtkNew<vtkIdList> Ids;
  vtkNew<vtkPoints> Corners;
  std::vector<vtkIdType> Faces;
};

} // namespace mir

#endif
