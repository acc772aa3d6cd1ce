// Parts of cut cells as cells of VTK.
#ifndef mir_filters_PartWriter_h
#define mir_filters_PartWriter_h

#include "PartMeasure.h"

#include "plic/NestedCuts.h"
#include "plic/Vector.h"

#include "vtkType.h" // for vtkIdType

#include <array>
#include <vector>

namespace mir {

class MeshAdaptor;

/// Parts of mixed cells, in order; points are those of space.
struct PartChunk
{
  std::vector<Vec3> points;
  /// The points of the parts one after the other, by their place in `points`; empty where each has
  /// its own, in their order.
  std::vector<int> connectivity;
  /// VTK cell types, and the number of points of each part.
  std::vector<unsigned char> types;
  std::vector<int> sizes;
  /// Of polyhedra: number of faces, and for each face its number of points and these, as positions
  /// in the part. Parts of other types have none.
  std::vector<int> faces;
  std::vector<int> materials;
  std::vector<vtkIdType> cells;
};

/// Appends the parts of cells to a chunk, so that what VTK measures of them is what they are: as
/// polygons or polyhedra where VTK is right about these, else as triangles or tetrahedra (all of
/// them when `simplices`). Parts of an extruded mesh are prisms. Use one object a thread.
class PartWriter
{
public:
  PartWriter(const MeshAdaptor& mesh, bool simplices);

  /// A part of a cell, relative to `origin`: of a mesh of dimension 2 a polygon in its plane.
  void add(PartChunk& chunk, vtkIdType cell, Vec3 origin, const MaterialPart& part);

private:
  void addPolygon(PartChunk& chunk, Vec3 origin, const Polygon& part);
  void addPolyhedron(PartChunk& chunk, Vec3 origin, const Polyhedron& part);
  /// Whether VTK agrees with the volume of the chunk's last cell, whose faces begin there. Asked
  /// near the origin, so that the answer does not depend on where the mesh lies.
  bool measuredRight(const PartChunk& chunk, std::size_t facesBegin, double volume);

  const MeshAdaptor& Mesh;
  bool Simplices;
  PartMeasure Measure;
  std::vector<std::array<Vec3, 4>> Tetrahedra;
  std::vector<std::array<Vec2, 3>> Triangles;
};

/// Whether the triangles from the first point to the edges, none counted negative, are the polygon:
/// so VTK measures polygons.
bool isFan(const Polygon& polygon);

} // namespace mir

#endif
