#include "MaterialCells.h"

#include "CellSearch.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"

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
#include <initializer_list>
#include <numeric>

namespace mir {

namespace {

/// Starts a cell of the given points; its type may still change.
void addCell(PartChunk& chunk, int type, std::initializer_list<Vec3> points)
{
  chunk.points.insert(chunk.points.end(), points);
  chunk.types.push_back(static_cast<unsigned char>(type));
  chunk.sizes.push_back(static_cast<int>(points.size()));
}

/// Takes the last cell back.
void removeCell(PartChunk& chunk, std::size_t facesBefore)
{
  chunk.points.resize(chunk.points.size() - chunk.sizes.back());
  chunk.faces.resize(facesBefore);
  chunk.types.pop_back();
  chunk.sizes.pop_back();
}

/// The prism over a polygon as a polyhedron with the faces below, above and around.
void addPrism(PartChunk& chunk, const MeshAdaptor& mesh, Vec3 origin, const Polygon& part)
{
  const int n = static_cast<int>(part.size());
  for (double height : { 0.0, mesh.thickness() })
  {
    for (Vec2 x : part)
    {
      chunk.points.push_back(mesh.plane().lift({ origin.x + x.x, origin.y + x.y }, height));
    }
  }
  chunk.types.push_back(VTK_POLYHEDRON);
  chunk.sizes.push_back(2 * n);
  chunk.faces.push_back(n + 2);
  chunk.faces.push_back(n);
  for (int i = 0; i < n; ++i)
  {
    chunk.faces.push_back(n - 1 - i);
  }
  chunk.faces.push_back(n);
  for (int i = 0; i < n; ++i)
  {
    chunk.faces.push_back(n + i);
  }
  for (int i = 0; i < n; ++i)
  {
    const int next = (i + 1) % n;
    chunk.faces.insert(chunk.faces.end(), { 4, i, next, n + next, n + i });
  }
}

/// A triangle of the mesh's plane; in an extruded mesh the three tetrahedra of the prism over it.
void addTriangle(
  PartChunk& chunk, const MeshAdaptor& mesh, Vec3 origin, const std::array<Vec2, 3>& triangle)
{
  Vec3 low[3];
  Vec3 high[3];
  for (int i = 0; i < 3; ++i)
  {
    const Vec2 x{ origin.x + triangle[i].x, origin.y + triangle[i].y };
    low[i] = mesh.plane().lift(x);
    high[i] = mesh.plane().lift(x, mesh.thickness());
  }
  if (mesh.extruded())
  {
    addCell(chunk, VTK_TETRA, { low[0], low[1], low[2], high[2] });
    addCell(chunk, VTK_TETRA, { low[0], low[1], high[2], high[1] });
    addCell(chunk, VTK_TETRA, { low[0], high[1], high[2], high[0] });
    return;
  }
  addCell(chunk, VTK_TRIANGLE, { low[0], low[1], low[2] });
}

/// Whether the triangles from the first point to the edges, none counted negative, are the polygon:
/// so VTK measures polygons.
bool isFan(const Polygon& polygon)
{
  double all = 0.0;
  for (std::size_t i = 2; i < polygon.size(); ++i)
  {
    all += 0.5 * std::abs(cross(polygon[i - 1] - polygon[0], polygon[i] - polygon[0]));
  }
  return std::abs(all - area(polygon)) <= 1e-13 * all;
}

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

void addPureCells(const MeshAdaptor& mesh, const std::vector<vtkIdType>& cells, CellArrays& arrays)
{
  std::vector<vtkIdType> ids;
  std::vector<std::vector<vtkIdType>> faces;
  for (vtkIdType cell : cells)
  {
    const int type = mesh.reader().type(cell);
    mesh.reader().points(cell, ids);
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
  for (std::size_t part = 0; part < chunk.types.size(); ++part)
  {
    ids.resize(chunk.sizes[part]);
    std::iota(ids.begin(), ids.end(), firstPoint);
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

} // namespace

PartWriter::PartWriter(const MeshAdaptor& mesh, bool simplices)
  : Mesh(mesh)
  , Simplices(simplices)
{}

void PartWriter::add(PartChunk& chunk, vtkIdType cell, Vec3 origin, const MaterialPart& part)
{
  if (!part.polygon.empty())
  {
    this->addPolygon(chunk, origin, part.polygon);
  }
  else
  {
    this->addPolyhedron(chunk, origin, part.polyhedron);
  }
  chunk.materials.resize(chunk.types.size(), part.material);
  chunk.cells.resize(chunk.types.size(), cell);
}

void PartWriter::addPolygon(PartChunk& chunk, Vec3 origin, const Polygon& part)
{
  if (!this->Simplices && isFan(part))
  {
    const std::size_t facesBefore = chunk.faces.size();
    if (this->Mesh.extruded())
    {
      addPrism(chunk, this->Mesh, origin, part);
      if (this->measuredRight(chunk, facesBefore, area(part) * this->Mesh.thickness()))
      {
        return;
      }
      removeCell(chunk, facesBefore);
    }
    else
    {
      for (Vec2 x : part)
      {
        chunk.points.push_back(this->Mesh.plane().lift({ origin.x + x.x, origin.y + x.y }));
      }
      chunk.types.push_back(VTK_POLYGON);
      chunk.sizes.push_back(static_cast<int>(part.size()));
      return;
    }
  }
  triangles(part, this->Triangles);
  for (const auto& triangle : this->Triangles)
  {
    addTriangle(chunk, this->Mesh, origin, triangle);
  }
}

void PartWriter::addPolyhedron(PartChunk& chunk, Vec3 origin, const Polyhedron& part)
{
  if (!this->Simplices && part.points.size() > 4)
  {
    const std::size_t facesBefore = chunk.faces.size();
    for (Vec3 x : part.points)
    {
      chunk.points.push_back(origin + x);
    }
    chunk.types.push_back(VTK_POLYHEDRON);
    chunk.sizes.push_back(static_cast<int>(part.points.size()));
    chunk.faces.push_back(part.numberOfFaces());
    for (int f = 0; f < part.numberOfFaces(); ++f)
    {
      chunk.faces.push_back(part.faceOffsets[f + 1] - part.faceOffsets[f]);
      chunk.faces.insert(chunk.faces.end(), part.faceVertices.begin() + part.faceOffsets[f],
        part.faceVertices.begin() + part.faceOffsets[f + 1]);
    }
    if (this->measuredRight(chunk, facesBefore, volume(part)))
    {
      return;
    }
    removeCell(chunk, facesBefore);
  }
  tetrahedra(part, this->Tetrahedra);
  for (const auto& t : this->Tetrahedra)
  {
    addCell(chunk, VTK_TETRA, { origin + t[0], origin + t[1], origin + t[2], origin + t[3] });
  }
}

bool PartWriter::measuredRight(const PartChunk& chunk, std::size_t facesBegin, double expected)
{
  const int count = chunk.sizes.back();
  const Vec3* points = chunk.points.data() + chunk.points.size() - count;
  return std::abs(this->Measure.polyhedron(points, count, chunk.faces.data() + facesBegin,
                    static_cast<int>(chunk.faces.size() - facesBegin)) -
           expected) <= 1e-12 * expected;
}

namespace {

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

/// A full cell as it is, in the plane's coordinates or in space.
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

} // namespace

void writeMaterialCells(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  std::vector<PartChunk> chunks, bool mixedOnly, vtkUnstructuredGrid* output)
{
  std::vector<vtkIdType> pure;
  if (!mixedOnly)
  {
    pure = selectCells(fractions.numberOfCells(), [&](vtkIdType cell) {
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
  vtkSMPTools::For(0, numberOfPoints, [&](vtkIdType begin, vtkIdType end) {
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
    if (!array->GetName() ||
      std::strcmp(array->GetName(), vtkDataSetAttributes::GhostArrayName()) == 0)
    {
      continue;
    }
    auto copy = vtkSmartPointer<vtkAbstractArray>::Take(array->NewInstance());
    copy->SetName(array->GetName());
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
