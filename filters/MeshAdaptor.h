// A VTK data set as the geometry kernel sees it: polygons in a plane or polyhedra in space.
#ifndef mir_filters_MeshAdaptor_h
#define mir_filters_MeshAdaptor_h

#include "CellReader.h"

#include "data/SolidFacets.h"
#include "plic/PlanarMesh.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include "vtkType.h" // for vtkIdType

#include <string>
#include <vector>

class vtkDataArray;
class vtkDataSet;
class vtkUnsignedCharArray;

namespace mir {

/// The plane of a 2D mesh: x = origin + u * uAxis + v * vAxis, right-handed with `normal`. For
/// planes along the coordinate axes, u and v are coordinates of the points, unchanged.
struct MeshPlane
{
  Vec3 origin;
  Vec3 uAxis{ 1.0, 0.0, 0.0 };
  Vec3 vAxis{ 0.0, 1.0, 0.0 };
  Vec3 normal{ 0.0, 0.0, 1.0 };

  Vec2 project(Vec3 x) const { return { dot(x - origin, uAxis), dot(x - origin, vAxis) }; }
  double height(Vec3 x) const { return dot(x - origin, normal); }
  Vec3 lift(Vec2 u, double w = 0.0) const
  {
    return origin + u.x * uAxis + u.y * vAxis + w * normal;
  }
  /// A direction in the plane.
  Vec3 direction(Vec2 u) const { return u.x * uAxis + u.y * vAxis; }
};

/// Reads cells of any linear type. A 2D mesh must lie in one plane. A 3D mesh is one cell thick
/// ("extruded") when all its points lie on two parallel coordinate planes that every cell joins; it
/// then counts as the 2D mesh of the cells' faces on the lower plane.
///
/// The constructor throws std::runtime_error, naming the first such cell, for cells of other types
/// or mixed dimension, with too few points, with points that do not exist or are not finite, and
/// for 2D meshes out of plane. Hidden cells of structured data count as cells of the others' type.
/// Reading cells is safe from several threads.
class MeshAdaptor
{
public:
  explicit MeshAdaptor(vtkDataSet* mesh);

  vtkDataSet* mesh() const { return this->Mesh; }
  const CellReader& reader() const { return this->Reader; }
  /// 2 for planar and for extruded meshes, else 3.
  int dimension() const { return this->Planar ? 2 : 3; }
  bool extruded() const { return this->Extruded; }
  /// Dimension of the cells themselves.
  int cellDimension() const { return this->CellDimension; }
  const MeshPlane& plane() const { return this->Plane; }
  /// Extent through the thickness of an extruded mesh, else 0.
  double thickness() const { return this->Thickness; }

  /// The cell in the plane's coordinates, counter-clockwise; with its mesh point ids if asked for.
  /// Only for dimension() 2.
  void polygon(vtkIdType cell, Polygon& result, std::vector<vtkIdType>* ids = nullptr) const;

  /// Faces of a VTK_POLYHEDRON by its own points, in the order of reader().points().
  FaceTable polyhedronShape(vtkIdType cell) const;

  /// The cell in space, faces outwards. Only for cellDimension() 3.
  void polyhedron(vtkIdType cell, Polyhedron& result) const;

  /// All cells as a planar mesh with the ids of the data set. Only for dimension() 2.
  PlanarMesh planarMesh() const;

  /// All faces of `cells` (ascending ids), each once. Only for cellDimension() 3.
  std::vector<MeshFace> facesOf(const std::vector<vtkIdType>& cells) const;

  /// The cell's global id where the mesh has them, to the last digit, else its own.
  vtkIdType globalId(vtkIdType cell) const;
  bool hasGlobalIds() const { return this->GlobalIds != nullptr; }

  /// Ghost cells and hidden ones feed stencils and are never output.
  bool isGhost(vtkIdType cell) const;
  /// Blanked cells, and those that cells of a finer level take the place of.
  bool isHidden(vtkIdType cell) const;
  /// Ghost cells of a coarser AMR level.
  bool isCoarser(vtkIdType cell) const;

  /// Faces by point ids, counter-clockwise seen from outside the cell. Only for cellDimension() 3.
  void outwardFaces(vtkIdType cell, std::vector<std::vector<vtkIdType>>& faces) const;

private:
  void checkCells();
  [[noreturn]] void refuse(vtkIdType cell) const;
  void findPlane();
  bool findThickness();
  void cellFaces(vtkIdType cell, std::vector<std::vector<vtkIdType>>& faces) const;

  CellReader Reader;
  vtkDataSet* Mesh;
  vtkUnsignedCharArray* Ghosts;
  vtkDataArray* GlobalIds;
  int CellDimension = 0;
  bool Planar = false;
  bool Extruded = false;
  MeshPlane Plane;
  double Thickness = 0.0;
};

} // namespace mir

#endif
