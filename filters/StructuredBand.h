// Bands of image data, rectilinear and curvilinear grids, by the indices of their cells.
#ifndef mir_filters_StructuredBand_h
#define mir_filters_StructuredBand_h

#include "InterfaceBand.h"

#include "plic/Vector.h"

#include "vtkType.h" // for vtkIdType

#include <vector>

namespace mir {

/// Mixed cells and those that share a point with one, ascending.
std::vector<vtkIdType> structuredNeighbours(
  const MeshAdaptor& mesh, const MaterialFractions& fractions);

/// Mixed cells and, of those in the two outermost layers of the mesh, the neighbours, ascending.
std::vector<vtkIdType> structuredNeighboursAtEdge(
  const MeshAdaptor& mesh, const MaterialFractions& fractions);

/// Fills in the cells of band.ids. No two share points, so that threads may write them.
void addStructuredCells(const MeshAdaptor& mesh, InterfaceBand& band);

/// Finds the neighbours of the wanted cells (one entry a cell).
void connectStructuredCells(
  const MeshAdaptor& mesh, const std::vector<char>& wanted, InterfaceBand& band);

/// A point of the mesh in the coordinates of a band, before band.reference is taken off.
Vec3 bandPoint(const MeshAdaptor& mesh, vtkIdType id);

/// Turns a quadrilateral, given by positions in `points`, so that it is the rectangle of a Box,
/// where it is one.
bool turnRectangle(const Vec3* points, int* corners);

/// Whether a hexahedron is a box along the axes with its first point lowest.
bool isBox(const Vec3* points, const int* corners);

} // namespace mir

#endif
