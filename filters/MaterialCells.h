// Cells cut into their materials, as an unstructured grid.
#ifndef mir_filters_MaterialCells_h
#define mir_filters_MaterialCells_h

#include "plic/NestedCuts.h"
#include "plic/Vector.h"

#include "PartMeasure.h"

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
  /// Whether VTK agrees with the volume of the chunk's last cell, whose faces begin there.
  bool measuredRight(const PartChunk& chunk, std::size_t facesBegin, double volume);

  const MeshAdaptor& Mesh;
  bool Simplices;
  PartMeasure Measure;
  std::vector<std::array<Vec3, 4>> Tetrahedra;
  std::vector<std::array<Vec2, 3>> Triangles;
};

/// Pure cells as they are (polygons and polyhedra that are not convex as triangles or tetrahedra),
/// unless `mixedOnly`, then the parts. Cell arrays: `MaterialId`,
/// `SourceCellIds`, and every array of the input's cells but ghost marks. Ghost cells are left out.
void writeMaterialCells(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  std::vector<PartChunk> chunks, bool mixedOnly, vtkUnstructuredGrid* output);

} // namespace mir

#endif
