#include "MaterialCells.h"

#include "CellSearch.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "ThreadedLoops.h"

#include "plic/PartTetrahedra.h"

#include "vtkCellArray.h"
#include "vtkCellData.h"
#include "vtkCellType.h"
#include "vtkDataSet.h"
#include "vtkDataSetAttributes.h"
#include "vtkDoubleArray.h"
#include "vtkIdList.h"
#include "vtkIdTypeArray.h"
#include "vtkIntArray.h"
#include "vtkNew.h"
#include "vtkPoints.h"
#include "vtkSmartPointer.h"
#include "vtkTypeInt64Array.h"
#include "vtkUnsignedCharArray.h"
#include "vtkUnstructuredGrid.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>

namespace mir {

namespace {

/// A cell array and its faces as vtkUnstructuredGrid takes them.
struct CellArrays
{
  vtkNew<vtkUnsignedCharArray> types;
  vtkNew<vtkTypeInt64Array> offsets;
  vtkNew<vtkTypeInt64Array> connectivity;
  vtkNew<vtkIdTypeArray> faceLocations;
  vtkNew<vtkIdTypeArray> faces;
  bool anyPolyhedron = false;

  void add(int type, const vtkIdType* points, vtkIdType count)
  {
    this->types->InsertNextValue(static_cast<unsigned char>(type));
    this->offsets->InsertNextValue(this->connectivity->GetNumberOfValues());
    for (vtkIdType i = 0; i < count; ++i)
    {
      this->connectivity->InsertNextValue(points[i]);
    }
    this->faceLocations->InsertNextValue(
      type == VTK_POLYHEDRON ? this->faces->GetNumberOfValues() : -1);
    this->anyPolyhedron = this->anyPolyhedron || type == VTK_POLYHEDRON;
  }
};

/// Whether VTK would give a 3D cell a negative volume.
bool isInverted(const MeshAdaptor& mesh, vtkIdType cell, int type)
{
  if (type == VTK_POLYHEDRON)
  {
    return false;
  }
  std::vector<vtkIdType> ids;
  mesh.reader().points(cell, ids);
  const FaceTable& faces = facesOfType(type);
  const Vec3 origin = mesh.reader().point(ids[0]);
  double sixfold = 0.0;
  for (std::size_t f = 0; f + 1 < faces.offsets.size(); ++f)
  {
    auto corner = [&](int i) {
      return mesh.reader().point(ids[faces.vertices[faces.offsets[f] + i]]) - origin;
    };
    for (int i = 2; i < faces.offsets[f + 1] - faces.offsets[f]; ++i)
    {
      sixfold += dot(corner(0), cross(corner(i - 1), corner(i)));
    }
  }
  return sixfold < 0.0;
}

/// Gives a 3D cell of a fixed type the other orientation.
void turn(std::vector<vtkIdType>& ids, int type)
{
  if (type == VTK_TETRA)
  {
    std::swap(ids[1], ids[2]);
    return;
  }
  // The polygon below and, of prisms, the one above; a pyramid's apex stays.
  const std::size_t ring = type == VTK_PYRAMID ? 4 : ids.size() / 2;
  std::reverse(ids.begin() + 1, ids.begin() + ring);
  if (type != VTK_PYRAMID)
  {
    std::reverse(ids.begin() + ring + 1, ids.end());
  }
}

void addPureCells(const MeshAdaptor& mesh, const std::vector<vtkIdType>& cells, CellArrays& arrays)
{
  std::vector<vtkIdType> ids;
  std::vector<std::vector<vtkIdType>> faces;
  const bool mayTurn = mesh.cellDimension() == 3 && !mesh.reader().axisAligned();
  for (vtkIdType cell : cells)
  {
    const int type = mesh.reader().type(cell);
    mesh.reader().points(cell, ids);
    if (mayTurn && isInverted(mesh, cell, type))
    {
      turn(ids, type);
    }
    arrays.add(type, ids.data(), static_cast<vtkIdType>(ids.size()));
    if (type == VTK_POLYHEDRON)
    {
      mesh.reader().polyhedronFaces(cell, faces);
      arrays.faces->InsertNextValue(static_cast<vtkIdType>(faces.size()));
      for (const std::vector<vtkIdType>& face : faces)
      {
        arrays.faces->InsertNextValue(static_cast<vtkIdType>(face.size()));
        for (vtkIdType id : face)
        {
          arrays.faces->InsertNextValue(id);
        }
      }
    }
  }
}

void addParts(const PartChunk& chunk, vtkIdType firstPoint, CellArrays& arrays)
{
  std::vector<vtkIdType> ids;
  std::size_t at = 0;
  std::size_t corner = 0;
  const vtkIdType shared = firstPoint;
  for (std::size_t part = 0; part < chunk.types.size(); ++part)
  {
    ids.resize(chunk.sizes[part]);
    std::iota(ids.begin(), ids.end(), firstPoint);
    for (std::size_t i = 0; !chunk.connectivity.empty() && i < ids.size(); ++i)
    {
      ids[i] = shared + chunk.connectivity[corner++];
    }
    arrays.add(chunk.types[part], ids.data(), chunk.sizes[part]);
    if (chunk.types[part] == VTK_POLYHEDRON)
    {
      const int faces = chunk.faces[at++];
      arrays.faces->InsertNextValue(faces);
      for (int f = 0; f < faces; ++f)
      {
        const int size = chunk.faces[at++];
        arrays.faces->InsertNextValue(size);
        for (int i = 0; i < size; ++i)
        {
          arrays.faces->InsertNextValue(firstPoint + chunk.faces[at++]);
        }
      }
    }
    firstPoint += chunk.sizes[part];
  }
}

/// Whether VTK would take a full cell for another one: it measures polygons as fans of triangles
/// and polyhedra by their hulls.
bool needsSimplices(const MeshAdaptor& mesh, vtkIdType cell)
{
  switch (mesh.reader().type(cell))
  {
    case VTK_QUAD:
    case VTK_POLYGON:
    {
      Polygon polygon;
      mesh.polygon(cell, polygon);
      return !isFan(polygon);
    }
    case VTK_POLYHEDRON:
    {
      Polyhedron polyhedron;
      mesh.polyhedron(cell, polyhedron);
      return !isConvex(polyhedron);
    }
    default:
      return false;
  }
}

} // namespace

MaterialPart wholeCell(const MeshAdaptor& mesh, vtkIdType cell, int material)
{
  MaterialPart part;
  part.material = material;
  if (mesh.cellDimension() == 2)
  {
    mesh.polygon(cell, part.polygon);
  }
  else
  {
    mesh.polyhedron(cell, part.polyhedron);
  }
  return part;
}

void writeMaterialCells(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  std::vector<PartChunk> chunks, bool mixedOnly, vtkUnstructuredGrid* output)
{
  std::vector<vtkIdType> pure;
  if (!mixedOnly)
  {
    pure = selectIds(fractions.numberOfCells(), [&](vtkIdType cell) {
      const unsigned char state = fractions.state(cell);
      return state != MaterialFractions::Mixed && state != MaterialFractions::Unknown &&
        !mesh.isGhost(cell);
    });
  }
  if (!mesh.reader().axisAligned())
  {
    PartWriter writer(mesh, true);
    PartChunk split;
    const auto whole = std::stable_partition(
      pure.begin(), pure.end(), [&mesh](vtkIdType cell) { return !needsSimplices(mesh, cell); });
    for (auto cell = whole; cell != pure.end(); ++cell)
    {
      writer.add(split, *cell, {}, wholeCell(mesh, *cell, fractions.state(*cell)));
    }
    pure.erase(whole, pure.end());
    chunks.push_back(std::move(split));
  }
  vtkIdType numberOfPoints = pure.empty() ? 0 : mesh.reader().numberOfPoints();
  vtkNew<vtkDoubleArray> coordinates;
  coordinates->SetNumberOfComponents(3);
  vtkIdType all = numberOfPoints;
  vtkIdType cells = static_cast<vtkIdType>(pure.size());
  for (const PartChunk& chunk : chunks)
  {
    all += static_cast<vtkIdType>(chunk.points.size());
    cells += static_cast<vtkIdType>(chunk.types.size());
  }
  coordinates->SetNumberOfTuples(all);
  auto setPoint = [&](vtkIdType id, Vec3 x) {
    const double tuple[3] = { x.x, x.y, x.z };
    coordinates->SetTypedTuple(id, tuple);
  };
  runRanges(numberOfPoints, 1 << 14, [&](vtkIdType begin, vtkIdType end) {
    for (vtkIdType id = begin; id < end; ++id)
    {
      setPoint(id, mesh.reader().point(id));
    }
  });

  CellArrays arrays;
  vtkNew<vtkIntArray> materialIds;
  materialIds->SetName("MaterialId");
  vtkNew<vtkIdTypeArray> sourceCellIds;
  sourceCellIds->SetName("SourceCellIds");
  vtkNew<vtkIdList> sources;
  sources->Allocate(cells);
  auto addCellData = [&](vtkIdType cell, int material) {
    materialIds->InsertNextValue(material);
    sourceCellIds->InsertNextValue(mesh.globalId(cell));
    sources->InsertNextId(cell);
  };
  addPureCells(mesh, pure, arrays);
  for (vtkIdType cell : pure)
  {
    addCellData(cell, fractions.state(cell));
  }
  for (const PartChunk& chunk : chunks)
  {
    addParts(chunk, numberOfPoints, arrays);
    for (std::size_t part = 0; part < chunk.types.size(); ++part)
    {
      addCellData(chunk.cells[part], chunk.materials[part]);
    }
    for (Vec3 x : chunk.points)
    {
      setPoint(numberOfPoints++, x);
    }
  }
  arrays.offsets->InsertNextValue(arrays.connectivity->GetNumberOfValues());

  vtkNew<vtkPoints> points;
  points->SetData(coordinates);
  output->SetPoints(points);
  vtkNew<vtkCellArray> cellArray;
  cellArray->SetData(arrays.offsets, arrays.connectivity);
  if (arrays.anyPolyhedron)
  {
    output->SetCells(arrays.types, cellArray, arrays.faceLocations, arrays.faces);
  }
  else
  {
    output->SetCells(arrays.types, cellArray);
  }
  vtkCellData* input = mesh.mesh()->GetCellData();
  for (int i = 0; i < input->GetNumberOfArrays(); ++i)
  {
    vtkAbstractArray* array = input->GetAbstractArray(i);
    if (!array->GetName() || array->GetNumberOfTuples() != mesh.mesh()->GetNumberOfCells() ||
      std::strcmp(array->GetName(), vtkDataSetAttributes::GhostArrayName()) == 0)
    {
      continue;
    }
    auto copy = vtkSmartPointer<vtkAbstractArray>::Take(array->NewInstance());
    const std::string name = array->GetName();
    const bool taken = name == materialIds->GetName() ||
      (name == sourceCellIds->GetName() && array != input->GetGlobalIds());
    copy->SetName((name + (taken ? "Input" : "")).c_str());
    copy->SetNumberOfComponents(array->GetNumberOfComponents());
    copy->CopyComponentNames(array);
    copy->SetNumberOfTuples(sources->GetNumberOfIds());
    array->GetTuples(sources, copy);
    output->GetCellData()->AddArray(copy);
  }
  output->GetCellData()->AddArray(materialIds);
  output->GetCellData()->AddArray(sourceCellIds);
}

} // namespace mir
