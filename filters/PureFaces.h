// Faces between full cells of different materials: interface without a mixed cell.
#ifndef mir_filters_PureFaces_h
#define mir_filters_PureFaces_h

#include "vtkType.h" // for vtkIdType

#include <vector>

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// A face, or an edge of a mesh of dimension 2, between two pure cells.
struct PureFace
{
  /// The cell with the lower material id, and the other one.
  vtkIdType inside;
  vtkIdType outside;
  /// The one that the face is told to lie in: the inside one, unless that is a coarser ghost.
  vtkIdType source;
  /// Ids of the face's points, counter-clockwise seen from outside; of an edge, the material inside
  /// on its left (in an extruded mesh on the lower plane).
  std::vector<vtkIdType> points;
};

/// All such faces, in the order of the cells' ids; each is given by one piece of the mesh alone,
/// that whose inside cell is no ghost, or the finer one. Faces that only one of the cells has whole
/// (hanging nodes) are not found.
std::vector<PureFace> pureFaces(const MeshAdaptor& mesh, const MaterialFractions& fractions);

} // namespace mir

#endif
