#include "vtkVolumeFractions.h"

#include "EmptyPiece.h"
#include "MeshAdaptor.h"
#include "ThreadsByDefault.h"
#include "TruthAdaptor.h"

#include "vtkCellData.h"
#include "vtkDataSet.h"
#include "vtkDoubleArray.h"
#include "vtkImplicitFunction.h"
#include "vtkInformation.h"
#include "vtkNew.h"
#include "vtkObjectFactory.h"
#include "vtkPointData.h"
#include "vtkPolyData.h"
#include "vtkSMPTools.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>

vtkStandardNewMacro(vtkVolumeFractions);

namespace {

/// Fills the fraction of every cell; returns the first cell without volume, or -1.
vtkIdType computeFractions(
  const mir::MeshAdaptor& mesh, const mir::Truth& truth, double* fractions, vtkAlgorithm* self)
{
  const vtkIdType cells = mesh.mesh()->GetNumberOfCells();
  std::atomic<vtkIdType> firstBad{ cells };
  auto compute = [&](vtkIdType begin, vtkIdType end) {
    mir::Polygon polygon;
    mir::Polyhedron polyhedron;
    for (vtkIdType cell = begin; cell < end && !self->GetAbortExecute(); ++cell)
    {
      double size;
      if (truth.region)
      {
        mesh.polygon(cell, polygon);
        size = mir::area(polygon);
        fractions[cell] = size > 0.0 ? truth.region->fraction(polygon) : 0.0;
      }
      else
      {
        mesh.polyhedron(cell, polyhedron);
        size = mir::volume(polyhedron);
        fractions[cell] = size > 0.0 ? truth.solid->fraction(polyhedron) : 0.0;
      }
      if (!(size > 0.0) && !mesh.isGhost(cell))
      {
        vtkIdType known = firstBad;
        while (cell < known && !firstBad.compare_exchange_weak(known, cell))
        {}
      }
    }
  };
  // In slices, so that progress is seen and an abort is heard.
  const vtkIdType slice = std::max<vtkIdType>(4096, cells / 20);
  for (vtkIdType begin = 0; begin < cells && !self->GetAbortExecute(); begin += slice)
  {
    vtkSMPTools::For(begin, std::min(cells, begin + slice), compute);
    self->UpdateProgress(static_cast<double>(begin) / cells);
  }
  return firstBad < cells ? firstBad.load() : -1;
}

} // namespace

//------------------------------------------------------------------------------
vtkVolumeFractions::vtkVolumeFractions()
{
  this->SetNumberOfInputPorts(2);
  mir::useThreadsByDefault();
}

//------------------------------------------------------------------------------
vtkVolumeFractions::~vtkVolumeFractions() = default;

//------------------------------------------------------------------------------
void vtkVolumeFractions::SetImplicitFunction(vtkImplicitFunction* function)
{
  if (this->ImplicitFunction != function)
  {
    this->ImplicitFunction = function;
    this->Modified();
  }
}

//------------------------------------------------------------------------------
vtkImplicitFunction* vtkVolumeFractions::GetImplicitFunction()
{
  return this->ImplicitFunction;
}

//------------------------------------------------------------------------------
void vtkVolumeFractions::SetTruthConnection(vtkAlgorithmOutput* port)
{
  this->SetInputConnection(1, port);
}

//------------------------------------------------------------------------------
vtkMTimeType vtkVolumeFractions::GetMTime()
{
  const vtkMTimeType own = this->Superclass::GetMTime();
  return this->ImplicitFunction ? std::max(own, this->ImplicitFunction->GetMTime()) : own;
}

//------------------------------------------------------------------------------
int vtkVolumeFractions::FillInputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), port == 0 ? "vtkDataSet" : "vtkPolyData");
  if (port == 1)
  {
    info->Set(vtkAlgorithm::INPUT_IS_OPTIONAL(), 1);
  }
  return 1;
}

//------------------------------------------------------------------------------
int vtkVolumeFractions::RequestUpdateExtent(
  vtkInformation* request, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  const int result = this->Superclass::RequestUpdateExtent(request, inputVector, outputVector);
  mir::requestWholeTruth(inputVector[1]);
  return result;
}

//------------------------------------------------------------------------------
int vtkVolumeFractions::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkDataSet* input = vtkDataSet::GetData(inputVector[0]);
  vtkPolyData* drawing = vtkPolyData::GetData(inputVector[1]);
  vtkDataSet* output = vtkDataSet::GetData(outputVector);
  try
  {
    if (mir::isEmptyPiece(input, outputVector))
    {
      return 1;
    }
    const mir::MeshAdaptor mesh(input);
    if (!drawing && !this->ImplicitFunction)
    {
      throw std::runtime_error("there is no truth: connect one or choose an implicit function");
    }
    const mir::Truth truth = drawing ? mir::truthFromPolyData(drawing, mesh)
                                     : mir::truthFromFunction(this->ImplicitFunction, mesh);
    vtkNew<vtkDoubleArray> inside;
    inside->SetName("VolumeFraction");
    inside->SetNumberOfValues(input->GetNumberOfCells());
    const vtkIdType bad = computeFractions(mesh, truth, inside->GetPointer(0), this);
    if (bad >= 0)
    {
      throw std::runtime_error("cell " + std::to_string(bad) + " has no volume");
    }
    vtkNew<vtkDoubleArray> outside;
    outside->SetName("VolumeFractionOutside");
    outside->SetNumberOfValues(input->GetNumberOfCells());
    for (vtkIdType cell = 0; cell < input->GetNumberOfCells(); ++cell)
    {
      outside->SetValue(cell, 1.0 - inside->GetValue(cell));
    }
    output->ShallowCopy(input);
    output->GetCellData()->AddArray(inside);
    output->GetCellData()->AddArray(outside);
    // So that ParaView colours by the fractions, not by a scalar of the points.
    output->GetPointData()->SetActiveScalars(nullptr);
    output->GetCellData()->SetActiveScalars("VolumeFraction");
  }
  catch (const std::exception& error)
  {
    output->Initialize();
    vtkErrorMacro(<< error.what());
    return 0;
  }
  return 1;
}

//------------------------------------------------------------------------------
void vtkVolumeFractions::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "ImplicitFunction: " << this->ImplicitFunction.Get() << "\n";
}
