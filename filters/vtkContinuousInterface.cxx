#include "vtkContinuousInterface.h"

#include "BlockwiseRun.h"
#include "ContinuousReconstruction.h"
#include "FieldValues.h"
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

#include <algorithm>
#include <string>

vtkStandardNewMacro(vtkContinuousInterface);
mirArrayListMacro(vtkContinuousInterface, VolumeFraction);
mirArrayListMacro(vtkContinuousInterface, Centroid);

//------------------------------------------------------------------------------
vtkContinuousInterface::vtkContinuousInterface()
{
  mir::useThreadsByDefault();
}

//------------------------------------------------------------------------------
vtkContinuousInterface::~vtkContinuousInterface() = default;

//------------------------------------------------------------------------------
vtkPolyData* vtkContinuousInterface::GetPolyDataOutput()
{
  return vtkPolyData::SafeDownCast(this->GetOutputDataObject(0));
}

//------------------------------------------------------------------------------
int vtkContinuousInterface::FillInputPortInformation(int, vtkInformation* info)
{
  mir::acceptBlocks(info);
  return 1;
}

//------------------------------------------------------------------------------
int vtkContinuousInterface::FillOutputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), "vtkDataObject");
  return 1;
}

//------------------------------------------------------------------------------
int vtkContinuousInterface::RequestDataObject(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  mir::makeOutput(
    vtkDataObject::GetData(inputVector[0]), this->OutputMaterials == INTERFACE, outputVector);
  return 1;
}

//------------------------------------------------------------------------------
int vtkContinuousInterface::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  // Those of the planes (see vtkPLICInterface), and two layers more whose shared nodes move alike.
  using sddp = vtkStreamingDemandDrivenPipeline;
  vtkDataObject* input = vtkDataObject::GetData(inputVector[0]);
  const bool grid = vtkImageData::SafeDownCast(input) || vtkRectilinearGrid::SafeDownCast(input);
  const int layers = 3 + mir::roundsOf(static_cast<mir::NormalMethod>(this->Planes), grid);
  vtkInformation* out = outputVector->GetInformationObject(0);
  inputVector[0]->GetInformationObject(0)->Set(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS(),
    out->Get(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS()) + layers);
  return 1;
}

//------------------------------------------------------------------------------
int vtkContinuousInterface::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkDataObject* input = vtkDataObject::GetData(inputVector[0]);
  mir::ContinuousOptions options;
  options.fractionArrays = this->VolumeFractionArrays;
  options.centroidArrays = this->CentroidArrays;
  options.method = static_cast<mir::ContinuousOptions::Method>(this->Method);
  options.planes = static_cast<mir::NormalMethod>(this->Planes);
  options.conserve = static_cast<mir::Conservation>(this->Conserve);
  options.relaxedTolerance = this->RelaxedTolerance;
  options.refinement = this->Refinement;
  options.normalize = this->Normalize;
  options.tolerance = this->Tolerance;
  options.mixedCellsOnly = this->MixedCellsOnly;
  const bool interface = this->OutputMaterials == INTERFACE;

  mir::ContinuousCounts total;
  auto reconstruct = [&](vtkDataSet* data, vtkDataObject* result, double from, double to) {
    const double start = vtkTimerLog::GetUniversalTime();
    options.progress = [this, from, to](double part) {
      this->UpdateProgress(from + part * (to - from));
      return !this->GetAbortExecute();
    };
    const mir::ContinuousCounts counts = mir::reconstructContinuous(data, options, result);
    total.mixed += counts.mixed;
    total.otherMethod += counts.otherMethod;
    total.hangingFaces += counts.hangingFaces;
    total.firstUnsplit = total.unsplit == 0 ? counts.firstUnsplit : total.firstUnsplit;
    total.unsplit += counts.unsplit;
    total.firstFailed = total.failed == 0 ? counts.firstFailed : total.firstFailed;
    total.failed += counts.failed;
    total.conservationMax = std::max(total.conservationMax, counts.conservationMax);
    static const char* const methods[] = { "Continuous Averaged Planes", "Continuous Variational",
      "Continuous Averaged Paraboloids" };
    mir::setField(result, "Method", std::string(methods[this->Method]));
    mir::setField(result, "MixedCells", counts.mixed);
    mir::setField(result, "ReconstructedCells", counts.reconstructed);
    mir::setField(result, "RejectedCells", counts.mixed - counts.reconstructed);
    mir::setField(result, "SeededCells", counts.seeded);
    mir::setField(result, "AdjustedCells", counts.adjusted);
    mir::setField(result, "FailedCells", counts.failed);
    mir::setField(result, "FallbackCells", counts.otherMethod + counts.unsplit);
    mir::setField(result, "HangingFaces", counts.hangingFaces);
    mir::setField(result, "NormalizedCells", counts.normalized);
    mir::setField(result, "ConservationMax", counts.conservationMax);
    mir::setField(result, "Milliseconds", 1e3 * (vtkTimerLog::GetUniversalTime() - start));
  };

  const mir::BlockMessages messages = mir::reconstructBlocks(
    this, input, interface, this->VolumeFractionArrays, outputVector, reconstruct);
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
    vtkWarningMacro(<< mir::methodName(options.planes)
                    << " needs an image or rectilinear grid: " << total.otherMethod << " of "
                    << total.mixed << " mixed cells got Reconstructed Distance");
  }
  if (total.failed > 0 && this->Conserve == EXACT)
  {
    vtkWarningMacro(<< total.failed << " of " << total.mixed
                    << " mixed cells could not be given their volume fractions, the first is cell "
                    << total.firstFailed << "; the largest error is " << total.conservationMax);
  }
  if (total.unsplit > 0)
  {
    vtkWarningMacro(
      << total.unsplit << " of " << total.mixed
      << " mixed cells have a shape that cannot be split and got planes, the first is "
      << "cell " << total.firstUnsplit);
  }
  if (total.hangingFaces > 0)
  {
    vtkWarningMacro(<< "The interface may have gaps at " << total.hangingFaces
                    << " faces with points of smaller cells on them (hanging nodes)");
  }
  return 1;
}

//------------------------------------------------------------------------------
void vtkContinuousInterface::PrintSelf(ostream& os, vtkIndent indent)
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
  os << indent << "Method: " << this->Method << "\n";
  os << indent << "Planes: " << mir::methodName(static_cast<mir::NormalMethod>(this->Planes))
     << "\n";
  os << indent << "Conserve: " << this->Conserve << "\n";
  os << indent << "RelaxedTolerance: " << this->RelaxedTolerance << "\n";
  os << indent << "Tolerance: " << this->Tolerance << "\n";
  os << indent << "Refinement: " << this->Refinement << "\n";
  os << indent << "Normalize: " << this->Normalize << "\n";
  os << indent << "OutputMaterials: " << this->OutputMaterials << "\n";
  os << indent << "MixedCellsOnly: " << this->MixedCellsOnly << "\n";
}
