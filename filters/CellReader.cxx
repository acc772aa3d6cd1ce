#include "CellReader.h"

#include "vtkCellArray.h"
#include "vtkCellType.h"
#include "vtkDoubleArray.h"
#include "vtkFloatArray.h"
#include "vtkGenericCell.h"
#include "vtkIdList.h"
#include "vtkImageData.h"
#include "vtkMatrix3x3.h"
#include "vtkNew.h"
#include "vtkPoints.h"
#include "vtkPolyData.h"
#include "vtkRectilinearGrid.h"
#include "vtkStructuredGrid.h"
#include "vtkUnsignedCharArray.h"
#include "vtkUnstructuredGrid.h"

#include <algorithm>

namespace mir {

int linearCellDimension(int type)
{
  switch (type)
  {
    case VTK_TRIANGLE:
    case VTK_POLYGON:
    case VTK_PIXEL:
    case VTK_QUAD:
      return 2;
    case VTK_TETRA:
    case VTK_VOXEL:
    case VTK_HEXAHEDRON:
    case VTK_WEDGE:
    case VTK_PYRAMID:
    case VTK_PENTAGONAL_PRISM:
    case VTK_HEXAGONAL_PRISM:
    case VTK_POLYHEDRON:
      return 3;
    default:
      return 0;
  }
}

int pointsOfType(int type)
{
  switch (type)
  {
    case VTK_TRIANGLE:
      return 3;
    case VTK_PIXEL:
    case VTK_QUAD:
    case VTK_TETRA:
      return 4;
    case VTK_PYRAMID:
      return 5;
    case VTK_WEDGE:
      return 6;
    case VTK_VOXEL:
    case VTK_HEXAHEDRON:
      return 8;
    case VTK_PENTAGONAL_PRISM:
      return 10;
    case VTK_HEXAGONAL_PRISM:
      return 12;
    default:
      return 0;
  }
}

const FaceTable& facesOfType(int type)
{
  static const FaceTable tetra{ { 0, 3, 6, 9, 12 }, { 0, 1, 3, 1, 2, 3, 2, 0, 3, 0, 2, 1 } };
  static const FaceTable hexahedron{ { 0, 4, 8, 12, 16, 20, 24 },
    { 0, 4, 7, 3, 1, 2, 6, 5, 0, 1, 5, 4, 3, 7, 6, 2, 0, 3, 2, 1, 4, 5, 6, 7 } };
  static const FaceTable wedge{ { 0, 3, 6, 10, 14, 18 },
    { 0, 1, 2, 3, 5, 4, 0, 3, 4, 1, 1, 4, 5, 2, 2, 5, 3, 0 } };
  static const FaceTable pyramid{ { 0, 4, 7, 10, 13, 16 },
    { 0, 3, 2, 1, 0, 1, 4, 1, 2, 4, 2, 3, 4, 3, 0, 4 } };
  static const FaceTable pentagonal{ { 0, 5, 10, 14, 18, 22, 26, 30 },
    { 0, 4, 3, 2, 1, 5, 6, 7, 8, 9, 0, 1, 6, 5, 1, 2, 7, 6, 2, 3, 8, 7, 3, 4, 9, 8, 4, 0, 5, 9 } };
  static const FaceTable hexagonal{ { 0, 6, 12, 16, 20, 24, 28, 32, 36 },
    { 0, 5, 4, 3, 2, 1, 6, 7, 8, 9, 10, 11, 0, 1, 7, 6, 1, 2, 8, 7, 2, 3, 9, 8, 3, 4, 10, 9, 4, 5,
      11, 10, 5, 0, 6, 11 } };
  switch (type)
  {
    case VTK_TETRA:
      return tetra;
    case VTK_WEDGE:
      return wedge;
    case VTK_PYRAMID:
      return pyramid;
    case VTK_PENTAGONAL_PRISM:
      return pentagonal;
    case VTK_HEXAGONAL_PRISM:
      return hexagonal;
    default:
      return hexahedron;
  }
}

CellReader::CellReader(vtkDataSet* mesh)
  : Mesh(mesh)
  , Cells(mesh->GetNumberOfCells())
  , Points(mesh->GetNumberOfPoints())
{
  vtkPoints* points = nullptr;
  vtkCellArray* cells = nullptr;
  int dims[3] = { 0, 0, 0 };
  int extent[6] = {};
  if (auto* image = vtkImageData::SafeDownCast(mesh))
  {
    image->GetDimensions(dims);
    image->GetExtent(extent);
    if (image->GetDirectionMatrix()->IsIdentity())
    {
      this->AxisAligned = true;
      for (int axis = 0; axis < 3; ++axis)
      {
        for (int i = extent[2 * axis]; i <= extent[2 * axis + 1]; ++i)
        {
          this->Coordinates[axis].push_back(
            image->GetOrigin()[axis] + i * image->GetSpacing()[axis]);
        }
      }
    }
  }
  else if (auto* rectilinear = vtkRectilinearGrid::SafeDownCast(mesh))
  {
    rectilinear->GetDimensions(dims);
    rectilinear->GetExtent(extent);
    vtkDataArray* arrays[3] = { rectilinear->GetXCoordinates(), rectilinear->GetYCoordinates(),
      rectilinear->GetZCoordinates() };
    this->AxisAligned = true;
    for (int axis = 0; axis < 3; ++axis)
    {
      for (int i = 0; i < dims[axis]; ++i)
      {
        this->Coordinates[axis].push_back(arrays[axis]->GetTuple1(i));
      }
    }
  }
  else if (auto* structured = vtkStructuredGrid::SafeDownCast(mesh))
  {
    structured->GetDimensions(dims);
    structured->GetExtent(extent);
    points = structured->GetPoints();
  }
  else if (auto* unstructured = vtkUnstructuredGrid::SafeDownCast(mesh))
  {
    points = unstructured->GetPoints();
    cells = unstructured->GetCells();
    this->Types = this->Cells > 0 ? unstructured->GetCellTypesArray()->GetPointer(0) : nullptr;
  }
  else if (auto* polydata = vtkPolyData::SafeDownCast(mesh))
  {
    points = polydata->GetPoints();
    // Polydata numbers its vertices and lines first, which are no cells for these methods, so that
    // only polygons are read from the arrays.
    if (polydata->GetNumberOfPolys() == this->Cells)
    {
      cells = polydata->GetPolys();
    }
  }

  if (points)
  {
    if (auto* doubles = vtkDoubleArray::SafeDownCast(points->GetData()))
    {
      this->PointsDouble = doubles->GetPointer(0);
    }
    else if (auto* floats = vtkFloatArray::SafeDownCast(points->GetData()))
    {
      this->PointsFloat = floats->GetPointer(0);
    }
  }
  if (cells && cells->IsStorage64Bit())
  {
    this->Offsets64 = cells->GetOffsetsArray64()->GetPointer(0);
    this->Connectivity64 = cells->GetConnectivityArray64()->GetPointer(0);
  }
  else if (cells)
  {
    this->Offsets32 = cells->GetOffsetsArray32()->GetPointer(0);
    this->Connectivity32 = cells->GetConnectivityArray32()->GetPointer(0);
  }
  if (dims[0] > 0)
  {
    std::vector<int> thick;
    for (int axis = 0; axis < 3; ++axis)
    {
      this->Dimensions[axis] = dims[axis];
      this->FirstIndices[axis] = extent[2 * axis];
      this->CellDimensions[axis] = std::max(1, dims[axis] - 1);
      if (dims[axis] > 1)
      {
        thick.push_back(axis);
      }
      const std::vector<double>& x = this->Coordinates[axis];
      for (std::size_t i = 1; i < x.size(); ++i)
      {
        this->AxisAligned = this->AxisAligned && x[i] > x[i - 1];
      }
    }
    const vtkIdType stride[3] = { 1, dims[0], static_cast<vtkIdType>(dims[0]) * dims[1] };
    if (thick.size() == 3)
    {
      this->StructuredType = VTK_HEXAHEDRON;
      this->NumberOfCorners = 8;
      const vtkIdType x = stride[0];
      const vtkIdType y = stride[1];
      const vtkIdType z = stride[2];
      this->Corners = { 0, x, x + y, y, z, z + x, z + x + y, z + y };
    }
    else if (thick.size() == 2)
    {
      this->StructuredType = VTK_QUAD;
      this->NumberOfCorners = 4;
      const vtkIdType u = stride[thick[0]];
      const vtkIdType v = stride[thick[1]];
      this->Corners = { 0, u, u + v, v };
    }
    else
    {
      this->StructuredType = thick.empty() ? VTK_VERTEX : VTK_LINE;
      this->AxisAligned = false;
    }
  }
  else
  {
    this->AxisAligned = false;
  }
  if (!this->Offsets64 && !this->Offsets32 && this->StructuredType == 0 && this->Cells > 0)
  {
    // VTK builds its caches on first use; after that its calls are safe from threads.
    vtkNew<vtkIdList> ids;
    mesh->GetCellPoints(0, ids);
  }
  if (this->Cells > 0)
  {
    vtkNew<vtkGenericCell> cell;
    mesh->GetCell(0, cell);
  }
}

int CellReader::type(vtkIdType cell) const
{
  if (this->StructuredType)
  {
    return this->StructuredType;
  }
  const int type = this->Types ? this->Types[cell] : this->Mesh->GetCellType(cell);
  return type == VTK_PIXEL ? VTK_QUAD : type == VTK_VOXEL ? VTK_HEXAHEDRON : type;
}

void CellReader::points(vtkIdType cell, std::vector<vtkIdType>& ids) const
{
  if (this->StructuredType)
  {
    const vtkIdType i = cell % this->CellDimensions[0];
    const vtkIdType j = cell / this->CellDimensions[0] % this->CellDimensions[1];
    const vtkIdType k = cell / (this->CellDimensions[0] * this->CellDimensions[1]);
    const vtkIdType first = i + this->Dimensions[0] * (j + this->Dimensions[1] * k);
    ids.resize(this->NumberOfCorners);
    for (int corner = 0; corner < this->NumberOfCorners; ++corner)
    {
      ids[corner] = first + this->Corners[corner];
    }
    return;
  }
  if (this->Offsets64)
  {
    ids.assign(this->Connectivity64 + this->Offsets64[cell],
      this->Connectivity64 + this->Offsets64[cell + 1]);
  }
  else if (this->Offsets32)
  {
    ids.assign(this->Connectivity32 + this->Offsets32[cell],
      this->Connectivity32 + this->Offsets32[cell + 1]);
  }
  else
  {
    vtkNew<vtkIdList> list;
    this->Mesh->GetCellPoints(cell, list);
    ids.assign(list->GetPointer(0), list->GetPointer(0) + list->GetNumberOfIds());
  }
  const int type = this->Types ? this->Types[cell] : this->Mesh->GetCellType(cell);
  if (type == VTK_PIXEL && ids.size() == 4)
  {
    std::swap(ids[2], ids[3]);
  }
  else if (type == VTK_VOXEL && ids.size() == 8)
  {
    std::swap(ids[2], ids[3]);
    std::swap(ids[6], ids[7]);
  }
}

void CellReader::polyhedronFaces(vtkIdType cell, std::vector<std::vector<vtkIdType>>& faces) const
{
  vtkNew<vtkGenericCell> generic;
  this->Mesh->GetCell(cell, generic);
  faces.resize(generic->GetNumberOfFaces());
  for (std::size_t f = 0; f < faces.size(); ++f)
  {
    vtkIdList* ids = generic->GetFace(static_cast<int>(f))->GetPointIds();
    faces[f].assign(ids->GetPointer(0), ids->GetPointer(0) + ids->GetNumberOfIds());
  }
}

Vec3 CellReader::point(vtkIdType id) const
{
  if (this->PointsDouble)
  {
    const double* x = this->PointsDouble + 3 * id;
    return { x[0], x[1], x[2] };
  }
  if (this->PointsFloat)
  {
    const float* x = this->PointsFloat + 3 * id;
    return { x[0], x[1], x[2] };
  }
  if (!this->Coordinates[0].empty())
  {
    const vtkIdType i = id % this->Dimensions[0];
    const vtkIdType j = id / this->Dimensions[0] % this->Dimensions[1];
    const vtkIdType k = id / (this->Dimensions[0] * this->Dimensions[1]);
    return { this->Coordinates[0][i], this->Coordinates[1][j], this->Coordinates[2][k] };
  }
  double x[3];
  this->Mesh->GetPoint(id, x);
  return { x[0], x[1], x[2] };
}

} // namespace mir
