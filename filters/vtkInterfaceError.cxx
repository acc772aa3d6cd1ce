#include "vtkInterfaceError.h"

#include "EmptyPiece.h"
#include "InterfaceInput.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "StoppableLoops.h"
#include "TruthAdaptor.h"
#include "VolumeFractionArrays.h"

#include "data/Measures.h"
#include "data/SolidMeasures.h"

#include "vtkCellData.h"
#include "vtkDataSet.h"
#include "vtkDoubleArray.h"
#include "vtkFieldData.h"
#include "vtkIdTypeArray.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkNew.h"
#include "vtkObjectFactory.h"
#include "vtkPolyData.h"
#include "vtkSmartPointer.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkStringArray.h"
#include "vtkTable.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

vtkStandardNewMacro(vtkInterfaceError);
mirVolumeFractionArraysMacro(vtkInterfaceError);

namespace {

constexpr double NotANumber = std::numeric_limits<double>::quiet_NaN();

void addCellArray(vtkDataSet* output, const char* name, const std::vector<double>& values)
{
  if (values.empty())
  {
    return;
  }
  vtkNew<vtkDoubleArray> array;
  array->SetName(name);
  array->SetNumberOfValues(static_cast<vtkIdType>(values.size()));
  std::copy(values.begin(), values.end(), array->GetPointer(0));
  output->GetCellData()->AddArray(array);
}

template <typename Array, typename Value>
void addColumn(vtkTable* table, const char* name, Value value)
{
  vtkNew<Array> column;
  column->SetName(name);
  column->InsertNextValue(value);
  table->AddColumn(column);
}

void fillTable(
  vtkTable* table, const std::string& method, const mir::ErrorSummary& e, double milliseconds)
{
  addColumn<vtkStringArray>(table, "Method", method);
  addColumn<vtkIdTypeArray>(table, "Cells", static_cast<vtkIdType>(e.cells));
  addColumn<vtkIdTypeArray>(table, "Mixed", static_cast<vtkIdType>(e.mixed));
  addColumn<vtkDoubleArray>(table, "ConservationMax", e.conservationMax);
  addColumn<vtkDoubleArray>(table, "ConservationMean", e.conservationMean);
  addColumn<vtkDoubleArray>(table, "ContinuityMax", e.continuityMax);
  addColumn<vtkDoubleArray>(table, "ContinuityMean", e.continuityMean);
  addColumn<vtkDoubleArray>(table, "ShapeError", e.shape);
  addColumn<vtkDoubleArray>(table, "Hausdorff", e.hausdorff);
  addColumn<vtkDoubleArray>(table, "NormalError", e.normal);
  addColumn<vtkDoubleArray>(table, "Milliseconds", milliseconds);
}

/// The errors in the shape that the outputs want: one value a cell, one distance a facet.
struct Errors
{
  std::vector<double> conservation;
  std::vector<double> continuity;
  std::vector<double> shape;
  std::vector<double> normal;
  std::vector<double> distance;
  mir::ErrorSummary summary;
};

/// The cells that count: ghost and hidden ones belong to somebody else.
struct CountedCells
{
  std::vector<vtkIdType> cells;
  std::vector<vtkIdType> position; // of every cell of the mesh in `cells`, or -1

  explicit CountedCells(const mir::MeshAdaptor& mesh)
    : position(mesh.mesh()->GetNumberOfCells(), -1)
  {
    for (std::size_t cell = 0; cell < this->position.size(); ++cell)
    {
      if (!mesh.isGhost(static_cast<vtkIdType>(cell)))
      {
        this->position[cell] = static_cast<vtkIdType>(this->cells.size());
        this->cells.push_back(static_cast<vtkIdType>(cell));
      }
    }
  }

  /// The fractions of all materials in these cells; of one array those of its material alone.
  mir::CellMaterials materials(const mir::MaterialFractions& fractions, double tolerance) const
  {
    std::vector<std::vector<double>> all(fractions.numberOfArrays());
    for (int material = 0; material < fractions.numberOfArrays(); ++material)
    {
      all[material].reserve(this->cells.size());
      for (vtkIdType cell : this->cells)
      {
        all[material].push_back(fractions.fraction(material, cell));
      }
    }
    return { std::move(all), tolerance };
  }

  /// One value a cell of the mesh, 0 in those that do not count.
  std::vector<double> scatter(const std::vector<double>& counted) const
  {
    std::vector<double> all(counted.empty() ? 0 : this->position.size(), 0.0);
    for (std::size_t i = 0; i < counted.size(); ++i)
    {
      all[this->cells[i]] = counted[i];
    }
    return all;
  }
};

Errors scatter(
  const CountedCells& counted, const mir::InterfaceErrors& e, std::vector<double> distances)
{
  return { counted.scatter(e.conservation), counted.scatter(e.continuity), counted.scatter(e.shape),
    counted.scatter(e.normal), std::move(distances), e.summary };
}

/// One distance a facet, of a facet of several segments the last one's.
std::vector<double> distancesOf(vtkPolyData* interface, const std::vector<vtkIdType>& facets,
  const std::vector<double>& distances)
{
  std::vector<double> all(distances.empty() ? 0 : interface->GetNumberOfCells(), NotANumber);
  for (std::size_t i = 0; i < distances.size(); ++i)
  {
    all[facets[i]] = distances[i];
  }
  return all;
}

Errors planarErrors(vtkPolyData* interface, const mir::MeshAdaptor& mesh,
  const CountedCells& counted, const mir::CellMaterials& materials, const mir::Region* truth)
{
  const mir::PlanarMesh planar = mesh.planarMesh();
  const mir::PlanarInterface found = mir::planarInterface(interface, mesh, materials.materials());
  mir::PlanarMesh part;
  part.points = planar.points;
  for (vtkIdType cell : counted.cells)
  {
    const std::int64_t* ids = planar.cellPoints(cell);
    part.connectivity.insert(part.connectivity.end(), ids, ids + planar.cellSize(cell));
    part.offsets.push_back(static_cast<std::int64_t>(part.connectivity.size()));
  }
  mir::InterfaceLines lines;
  lines.points = found.lines.points;
  lines.oriented = found.lines.oriented;
  std::vector<vtkIdType> facets;
  for (std::size_t s = 0; s < found.facets.size(); ++s)
  {
    const vtkIdType cell = counted.position[found.lines.cells[s]];
    if (cell >= 0)
    {
      lines.segments.push_back(found.lines.segments[s]);
      lines.materials.push_back(found.lines.materials[s]);
      lines.cells.push_back(cell);
      facets.push_back(found.facets[s]);
    }
  }
  const mir::InterfaceErrors e = mir::measure(part, materials, lines, truth);
  return scatter(counted, e, distancesOf(interface, facets, e.distance));
}

Errors solidErrors(vtkPolyData* interface, const mir::MeshAdaptor& mesh,
  const CountedCells& counted, const mir::CellMaterials& materials, const mir::Solid* truth,
  const mir::ParallelFor& parallelFor)
{
  const mir::SolidFacets found = mir::solidInterface(interface, mesh, materials.materials());
  mir::SolidFacets facets;
  facets.points = found.points;
  facets.oriented = found.oriented;
  std::vector<vtkIdType> ids;
  std::vector<bool> active(mesh.mesh()->GetNumberOfCells(), false);
  for (std::int64_t f = 0; f < found.size(); ++f)
  {
    const vtkIdType cell = counted.position[found.cells[f]];
    if (cell >= 0)
    {
      facets.connectivity.insert(facets.connectivity.end(),
        found.connectivity.begin() + found.offsets[f],
        found.connectivity.begin() + found.offsets[f + 1]);
      facets.offsets.push_back(static_cast<std::int64_t>(facets.connectivity.size()));
      facets.materials.push_back(found.materials[f]);
      facets.cells.push_back(cell);
      ids.push_back(f);
      active[found.cells[f]] = true;
    }
  }
  std::vector<vtkIdType> activeCells;
  for (std::size_t i = 0; i < counted.cells.size(); ++i)
  {
    if (active[counted.cells[i]] || materials.mixed(static_cast<std::int64_t>(i)))
    {
      activeCells.push_back(counted.cells[i]);
    }
  }
  mir::SolidMeshView view;
  view.cells = static_cast<std::int64_t>(counted.cells.size());
  view.cell = [&](std::int64_t i, mir::Polyhedron& p) { mesh.polyhedron(counted.cells[i], p); };
  for (mir::MeshFace& face : mesh.facesOf(activeCells))
  {
    face.a = counted.position[face.a];
    face.b = face.b >= 0 ? counted.position[face.b] : -1;
    if (face.a < 0)
    {
      // Seen from the cell that counts.
      std::swap(face.a, face.b);
      std::reverse(face.polygon.begin(), face.polygon.end());
    }
    view.faces.push_back(std::move(face));
  }
  const mir::InterfaceErrors e = mir::measure(view, materials, facets, truth, parallelFor);
  return scatter(counted, e, distancesOf(interface, ids, e.distance));
}

std::string methodOf(vtkPolyData* interface)
{
  auto* method =
    vtkStringArray::SafeDownCast(interface->GetFieldData()->GetAbstractArray("Method"));
  return method && method->GetNumberOfValues() > 0 ? method->GetValue(0) : std::string("unnamed");
}

} // namespace

//------------------------------------------------------------------------------
vtkInterfaceError::vtkInterfaceError()
{
  this->SetNumberOfInputPorts(3);
  this->SetNumberOfOutputPorts(3);
}

//------------------------------------------------------------------------------
vtkInterfaceError::~vtkInterfaceError() = default;

//------------------------------------------------------------------------------
void vtkInterfaceError::SetMeshConnection(vtkAlgorithmOutput* port)
{
  this->SetInputConnection(1, port);
}

//------------------------------------------------------------------------------
void vtkInterfaceError::SetTruthConnection(vtkAlgorithmOutput* port)
{
  this->SetInputConnection(2, port);
}

//------------------------------------------------------------------------------
int vtkInterfaceError::FillInputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), port == 1 ? "vtkDataSet" : "vtkPolyData");
  if (port == 2)
  {
    info->Set(vtkAlgorithm::INPUT_IS_OPTIONAL(), 1);
  }
  return 1;
}

//------------------------------------------------------------------------------
int vtkInterfaceError::FillOutputPortInformation(int port, vtkInformation* info)
{
  const char* types[] = { "vtkDataSet", "vtkPolyData", "vtkTable" };
  info->Set(vtkDataObject::DATA_TYPE_NAME(), types[port]);
  return 1;
}

//------------------------------------------------------------------------------
int vtkInterfaceError::RequestDataObject(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkDataSet* mesh = vtkDataSet::GetData(inputVector[1]);
  if (!mesh)
  {
    return 0;
  }
  auto provide = [outputVector](int port, vtkDataObject* object) {
    vtkInformation* info = outputVector->GetInformationObject(port);
    vtkDataObject* current = info->Get(vtkDataObject::DATA_OBJECT());
    if (!current || !current->IsA(object->GetClassName()))
    {
      info->Set(vtkDataObject::DATA_OBJECT(), object);
    }
  };
  provide(0, vtk::TakeSmartPointer(mesh->NewInstance()));
  provide(1, vtkNew<vtkPolyData>());
  provide(2, vtkNew<vtkTable>());
  return 1;
}

//------------------------------------------------------------------------------
int vtkInterfaceError::RequestInformation(
  vtkInformation* request, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  // Output 0 is the mesh of port 1, not the polydata of port 0.
  using sddp = vtkStreamingDemandDrivenPipeline;
  vtkInformation* mesh = inputVector[1]->GetInformationObject(0);
  vtkInformation* out = outputVector->GetInformationObject(0);
  if (mesh)
  {
    out->CopyEntry(mesh, sddp::WHOLE_EXTENT());
    out->CopyEntry(mesh, vtkDataObject::ORIGIN());
    out->CopyEntry(mesh, vtkDataObject::SPACING());
  }
  return this->Superclass::RequestInformation(request, inputVector, outputVector);
}

//------------------------------------------------------------------------------
int vtkInterfaceError::RequestUpdateExtent(
  vtkInformation* request, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  const int result = this->Superclass::RequestUpdateExtent(request, inputVector, outputVector);
  mir::requestWholeTruth(inputVector[2]);
  return result;
}

//------------------------------------------------------------------------------
int vtkInterfaceError::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkPolyData* interface = vtkPolyData::GetData(inputVector[0]);
  vtkDataSet* input = vtkDataSet::GetData(inputVector[1]);
  vtkPolyData* drawing = vtkPolyData::GetData(inputVector[2]);
  vtkDataSet* outputMesh = vtkDataSet::GetData(outputVector, 0);
  vtkPolyData* outputInterface = vtkPolyData::GetData(outputVector, 1);
  vtkTable* outputTable = vtkTable::GetData(outputVector, 2);
  mir::StoppableLoops work([this](double progress) {
    this->UpdateProgress(progress);
    return !this->GetAbortExecute();
  });
  try
  {
    if (mir::isEmptyPiece(input, outputVector))
    {
      return 1;
    }
    const mir::MeshAdaptor mesh(input);
    const CountedCells counted(mesh);
    const mir::CellMaterials materials = counted.materials(
      mir::MaterialFractions(input, this->VolumeFractionArrays, this->Tolerance), this->Tolerance);
    mir::Truth truth;
    if (drawing)
    {
      truth = mir::truthFromPolyData(drawing, mesh);
    }
    const bool planar = mesh.dimension() == 2;
    if (planar && truth.solid)
    {
      throw std::runtime_error("the truth is a 3D shape; a mesh one cell thick is measured in 2D");
    }
    const Errors errors = planar
      ? planarErrors(interface, mesh, counted, materials, truth.region.get())
      : solidErrors(interface, mesh, counted, materials, truth.solid.get(), work.loops());

    outputMesh->ShallowCopy(input);
    addCellArray(outputMesh, "ConservationError", errors.conservation);
    addCellArray(outputMesh, "ContinuityError", errors.continuity);
    addCellArray(outputMesh, "ShapeError", errors.shape);
    addCellArray(outputMesh, "NormalError", errors.normal);
    outputInterface->ShallowCopy(interface);
    addCellArray(outputInterface, "Distance", errors.distance);
    vtkDataArray* milliseconds = interface->GetFieldData()->GetArray("Milliseconds");
    fillTable(outputTable, this->MethodName.empty() ? methodOf(interface) : this->MethodName,
      errors.summary,
      milliseconds && milliseconds->GetNumberOfTuples() > 0 ? milliseconds->GetTuple1(0)
                                                            : NotANumber);
  }
  catch (const mir::WorkStopped&)
  {}
  catch (const std::exception& error)
  {
    outputMesh->Initialize();
    outputInterface->Initialize();
    outputTable->Initialize();
    vtkErrorMacro(<< error.what());
    return 0;
  }
  return 1;
}

//------------------------------------------------------------------------------
void vtkInterfaceError::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  for (const std::string& name : this->VolumeFractionArrays)
  {
    os << indent << "VolumeFractionArray: " << name << "\n";
  }
  os << indent << "MethodName: " << this->MethodName << "\n";
  os << indent << "Tolerance: " << this->Tolerance << "\n";
}
