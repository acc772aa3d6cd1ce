// Types, point ids and points of a data set's cells, without VTK's calls per cell.
#ifndef mir_filters_CellReader_h
#define mir_filters_CellReader_h

#include "plic/CellBand.h"
#include "plic/Vector.h"

#include "vtkType.h" // for vtkIdType

#include <array>
#include <vector>

class vtkDataSet;

namespace mir {

/// Reads cells of image data, rectilinear, structured and unstructured grids and polydata from
/// their arrays; safe from several threads. Cells of the first three kinds always have their grid's
/// type, hidden ones too.
class CellReader
{
public:
  explicit CellReader(vtkDataSet* mesh);

  vtkIdType numberOfCells() const { return this->Cells; }
  vtkIdType numberOfPoints() const { return this->Points; }

  /// VTK's cell type; pixels and voxels are told as quads and hexahedra.
  int type(vtkIdType cell) const;
  /// Point ids in VTK's order for the type.
  void points(vtkIdType cell, std::vector<vtkIdType>& ids) const;
  /// Calls visit(id) for the point ids in any order, without a copy where the mesh's arrays hold
  /// them.
  template <typename Visit>
  void forEachPoint(vtkIdType cell, std::vector<vtkIdType>& scratch, Visit visit) const
  {
    if (this->Offsets64)
    {
      const vtkTypeInt64 end = this->Offsets64[cell + 1];
      for (vtkTypeInt64 i = this->Offsets64[cell]; i < end; ++i)
      {
        visit(static_cast<vtkIdType>(this->Connectivity64[i]));
      }
      return;
    }
    this->points(cell, scratch);
    for (vtkIdType id : scratch)
    {
      visit(id);
    }
  }
  /// Faces of a polyhedron by point ids.
  void polyhedronFaces(vtkIdType cell, std::vector<std::vector<vtkIdType>>& faces) const;
  Vec3 point(vtkIdType id) const;

  /// Cells with edges along the axes and rising coordinates.
  bool axisAligned() const { return this->AxisAligned; }
  /// Points along each axis of a structured data set; 0 for others.
  const std::array<vtkIdType, 3>& dimensions() const { return this->Dimensions; }
  /// Indices of a structured data set's first point in the whole of which it is a piece; 0 for
  /// others.
  const std::array<int, 3>& firstIndices() const { return this->FirstIndices; }
  /// Coordinates along each axis where the points are their product; else empty.
  const std::array<std::vector<double>, 3>& coordinates() const { return this->Coordinates; }

private:
  vtkDataSet* Mesh;
  vtkIdType Cells;
  vtkIdType Points;

  // Structured data.
  std::array<vtkIdType, 3> Dimensions{ 0, 0, 0 };
  std::array<vtkIdType, 3> CellDimensions{ 0, 0, 0 };
  std::array<int, 3> FirstIndices{ 0, 0, 0 };
  int StructuredType = 0;
  std::array<vtkIdType, 8> Corners{};
  int NumberOfCorners = 0;
  bool AxisAligned = false;
  std::array<std::vector<double>, 3> Coordinates;

  // Cells in arrays.
  const unsigned char* Types = nullptr;
  const vtkTypeInt64* Offsets64 = nullptr;
  const vtkTypeInt64* Connectivity64 = nullptr;
  const vtkTypeInt32* Offsets32 = nullptr;
  const vtkTypeInt32* Connectivity32 = nullptr;
  const double* PointsDouble = nullptr;
  const float* PointsFloat = nullptr;
};

/// Dimension of a linear cell type that the methods take: 2, 3, or 0 for all others.
int linearCellDimension(int type);
/// Number of points of a linear cell type; 0 where it varies.
int pointsOfType(int type);
/// Faces of the fixed 3D cell types by local vertex, outwards (VTK's wedges: inwards).
const FaceTable& facesOfType(int type);

} // namespace mir

#endif
