#include "vtkPLICInterface.h"

#include "BlockwiseRun.h"
#include "FieldValues.h"
#include "PLICReconstruction.h"
#include "ThreadsByDefault.h"
#include "VolumeFractionArrays.h"

#include "vtkDataSet.h"
#include "vtkImageData.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkObjectFactory.h"
#include "vtkPolyData.h"
#include "vtkRectilinearGrid.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkTimerLog.h"

vtkStandardNewMacro(vtkPLICInterface);
mirArrayListMacro(vtkPLICInterface, VolumeFraction);
mirArrayListMacro(vtkPLICInterface, Centroid);

//------------------------------------------------------------------------------
vtkPLICInterface::vtkPLICInterface()
{
  mir::useThreadsByDefault();
}

//------------------------------------------------------------------------------
vtkPLICInterface::~vtkPLICInterface() = default;

//------------------------------------------------------------------------------
vtkPolyData* vtkPLICInterface::GetPolyDataOutput()
{
  return vtkPolyData::SafeDownCast(this->GetOutputDataObject(0));
}

//------------------------------------------------------------------------------
int vtkPLICInterface::FillInputPortInformation(int, vtkInformation* info)
{
  mir::acceptBlocks(info);
  return 1;
}

//------------------------------------------------------------------------------
int vtkPLICInterface::FillOutputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), "vtkDataObject");
  return 1;
}

//------------------------------------------------------------------------------
int vtkPLICInterface::RequestDataObject(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  mir::makeOutput(
    vtkDataObject::GetData(inputVector[0]), this->OutputMaterials == INTERFACE, outputVector);
  return 1;
}

//------------------------------------------------------------------------------
int vtkPLICInterface::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  // One layer of ghost cells feeds the stencils of the cells at a piece's edge; every round of an
  // iterated method looks one layer further.
  using sddp = vtkStreamingDemandDrivenPipeline;
  vtkDataObject* input = vtkDataObject::GetData(inputVector[0]);
  const mir::MethodInput data{ vtkImageData::SafeDownCast(input) ||
      vtkRectilinearGrid::SafeDownCast(input),
    this->CentroidArrays.size() == this->VolumeFractionArrays.size() };
  const int layers = 1 + mir::roundsOf(static_cast<mir::NormalMethod>(this->Method), data);
  vtkInformation* out = outputVector->GetInformationObject(0);
  inputVector[0]->GetInformationObject(0)->Set(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS(),
    out->Get(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS()) + layers);
  return 1;
}

//------------------------------------------------------------------------------
int vtkPLICInterface::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkDataObject* input = vtkDataObject::GetData(inputVector[0]);
  mir::PLICOptions options;
  options.fractionArrays = this->VolumeFractionArrays;
  options.centroidArrays = this->CentroidArrays;
  options.method = static_cast<mir::NormalMethod>(this->Method);
  options.automaticOrder = this->MaterialOrder == AUTOMATIC_ORDER;
  options.normalize = this->Normalize;
  options.tolerance = this->Tolerance;
  options.simplices = this->OutputMaterials == CLIPPED_TETRAHEDRA;
  options.mixedCellsOnly = this->MixedCellsOnly;

  mir::PLICCounts total;
  auto reconstruct = [&](vtkDataSet* data, vtkDataObject* result, double from, double to) {
    const double start = vtkTimerLog::GetUniversalTime();
    options.progress = [this, from, to](double part) {
      this->UpdateProgress(from + part * (to - from));
      return !this->GetAbortExecute();
    };
    const mir::PLICCounts counts = mir::reconstructPLIC(data, options, result);
    total.mixed += counts.mixed;
    total.otherMethod += counts.otherMethod;
    total.withoutDirection += counts.withoutDirection;
    mir::setField(result, "Method", std::string("PLIC ") + mir::methodName(counts.used));
    mir::setField(result, "MixedCells", counts.mixed);
    mir::setField(result, "ReconstructedCells", counts.reconstructed);
    mir::setField(result, "RejectedCells", counts.mixed - counts.reconstructed);
    mir::setField(result, "FallbackCells", counts.otherMethod + counts.withoutDirection);
    mir::setField(result, "NormalizedCells", counts.normalized);
    mir::setField(result, "Milliseconds", 1e3 * (vtkTimerLog::GetUniversalTime() - start));
  };

  const mir::BlockMessages messages = mir::reconstructBlocks(this, input,
    this->OutputMaterials == INTERFACE, this->VolumeFractionArrays, outputVector, reconstruct);
  if (!messages.error.empty())
  {
    vtkErrorMacro(<< messages.error);
    return 0;
  }
  if (!messages.warning.empty())
  {
    vtkWarningMacro(<< messages.warning);
  }
  if (total.otherMethod > 0)
  {
    vtkWarningMacro(<< mir::methodName(options.method) << " needs "
                    << mir::methodNeeds(options.method) << ": " << total.otherMethod << " of "
                    << total.mixed << " mixed cells got Reconstructed Distance");
  }
  if (total.withoutDirection > 0 && this->Method != AUTOMATIC)
  {
    vtkWarningMacro(<< "The fractions about " << total.withoutDirection << " of " << total.mixed
                    << " mixed cells tell no direction; their planes face the first axis");
  }
  return 1;
}

//------------------------------------------------------------------------------
void vtkPLICInterface::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  for (const std::string& name : this->VolumeFractionArrays)
  {
    os << indent << "VolumeFractionArray: " << name << "\n";
  }
  for (const std::string& name : this->CentroidArrays)
  {
    os << indent << "CentroidArray: " << name << "\n";
  }
  os << indent << "Method: " << mir::methodName(static_cast<mir::NormalMethod>(this->Method))
     << "\n";
  os << indent << "MaterialOrder: " << this->MaterialOrder << "\n";
  os << indent << "Tolerance: " << this->Tolerance << "\n";
  os << indent << "Normalize: " << this->Normalize << "\n";
  os << indent << "OutputMaterials: " << this->OutputMaterials << "\n";
  os << indent << "MixedCellsOnly: " << this->MixedCellsOnly << "\n";
}
