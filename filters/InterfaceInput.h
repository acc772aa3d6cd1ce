// Interface polydata read back as segments or planes in the cells of a mesh.
#ifndef mir_filters_InterfaceInput_h
#define mir_filters_InterfaceInput_h

#include "MeshAdaptor.h"

#include "data/SolidFacets.h"
#include "plic/PlanarMesh.h"

#include <vector>

class vtkPolyData;

namespace mir {

/// The segments of an interface on a mesh of dimension 2, in its plane, inside on their left, and
/// for every segment the polydata's cell. Facets of an extruded mesh count by their edge on the
/// lower plane.
struct PlanarInterface
{
  InterfaceLines lines;
  std::vector<vtkIdType> facets;
};

/// Throws std::runtime_error when there is no cell array `SourceCellIds`, when an id is not that of
/// a cell (a global id where the mesh has them), when a facet's cell is neither a line nor, in
/// an extruded mesh, a polygon with an edge on the lower plane, and when there is no cell array
/// `MaterialIds` although there are more than two materials. Without the cell array `Normals` the
/// segments are not oriented.
PlanarInterface planarInterface(vtkPolyData* interface, const MeshAdaptor& mesh, int materials);

/// The facets of an interface on a 3D mesh, all of the polydata's cells in their order. Throws as
/// above.
SolidFacets solidInterface(vtkPolyData* interface, const MeshAdaptor& mesh, int materials);

} // namespace mir

#endif
