// Interface polydata read back as segments or planes in the cells of a mesh.
#ifndef mir_filters_InterfaceInput_h
#define mir_filters_InterfaceInput_h

#include "MeshAdaptor.h"

#include "data/SolidMeasures.h"
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
/// a cell (a global id where the mesh has them), and when a facet's cell is neither a line nor, in
/// an extruded mesh, a polygon with an edge on the lower plane. Without the cell array `Normals`
/// the segments of each cell are turned the way that conserves better.
PlanarInterface planarInterface(vtkPolyData* interface, const MeshAdaptor& mesh,
  const PlanarMesh& planar, const std::vector<double>& fractions);

/// The plane of every mixed cell of a 3D mesh; facets of pure cells lie on their faces and bound
/// nothing within. Throws as above, and when a cell has several planes.
std::vector<PlanarFacet3> solidInterface(vtkPolyData* interface, const MeshAdaptor& mesh,
  const std::vector<double>& fractions, double tolerance, std::vector<vtkIdType>& facetOfCell);

} // namespace mir

#endif
