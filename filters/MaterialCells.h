// Cells cut into their materials, as an unstructured grid.
#ifndef mir_filters_MaterialCells_h
#define mir_filters_MaterialCells_h

#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include "vtkType.h" // for vtkIdType

#include <array>
#include <vector>

class vtkUnstructuredGrid;

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// Parts of mixed cells, in order; points are those of space and shared by no two parts.
struct PartChunk
{
  std::vector<Vec3> points;
  /// VTK cell types, and the number of points of each part.
  std::vector<unsigned char> types;
  std::vector<int> sizes;
  /// Of polyhedra: number of faces, and for each face its number of points and these, as positions
  /// in the part. Parts of other types have none.
  std::vector<int> faces;
  std::vector<int> materials;
  std::vector<vtkIdType> cells;

  /// Appends a part relative to `origin`: of a mesh of dimension 2 a polygon in its plane (in an
  /// extruded mesh the prism over it), else a polyhedron.
  void add(const MeshAdaptor& mesh, vtkIdType cell, Vec3 origin, const Polygon& part, int material);
  void add(
    const MeshAdaptor& mesh, vtkIdType cell, Vec3 origin, const Polyhedron& part, int material);
  /// Appends a tetrahedron of positive volume.
  void add(vtkIdType cell, Vec3 origin, const std::array<Vec3, 4>& tetrahedron, int material);
  /// Appends a triangle in the plane of a mesh, counter-clockwise; in an extruded mesh the prism
  /// over it as three tetrahedra.
  void add(const MeshAdaptor& mesh, vtkIdType cell, Vec3 origin,
    const std::array<Vec2, 3>& triangle, int material);
};

/// Pure cells as they are, unless `mixedOnly`, then the parts. Cell arrays: `MaterialId`,
/// `SourceCellIds`, and every array of the input's cells but ghost marks. Ghost cells are left out.
void writeMaterialCells(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  const std::vector<PartChunk>& chunks, bool mixedOnly, vtkUnstructuredGrid* output);

} // namespace mir

#endif
