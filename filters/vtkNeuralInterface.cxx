#include "vtkNeuralInterface.h"

#include "BlockwiseRun.h"
#include "FieldValues.h"
#include "NeuralReconstruction.h"
#include "ThreadsByDefault.h"
#include "VolumeFractionArrays.h"

#include "vtkDataSet.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkObjectFactory.h"
#include "vtkPolyData.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkTimerLog.h"

#include <algorithm>
#include <cstdint>
#include <string>

vtkStandardNewMacro(vtkNeuralInterface);
mirVolumeFractionArraysMacro(vtkNeuralInterface);

//------------------------------------------------------------------------------
vtkNeuralInterface::vtkNeuralInterface()
{
  mir::useThreadsByDefault();
}

//------------------------------------------------------------------------------
vtkNeuralInterface::~vtkNeuralInterface() = default;

//------------------------------------------------------------------------------
vtkPolyData* vtkNeuralInterface::GetPolyDataOutput()
{
  return vtkPolyData::SafeDownCast(this->GetOutputDataObject(0));
}

//------------------------------------------------------------------------------
int vtkNeuralInterface::FillInputPortInformation(int, vtkInformation* info)
{
  mir::acceptBlocks(info);
  return 1;
}

//------------------------------------------------------------------------------
int vtkNeuralInterface::FillOutputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), "vtkDataObject");
  return 1;
}

//------------------------------------------------------------------------------
int vtkNeuralInterface::RequestDataObject(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  mir::makeOutput(vtkDataObject::GetData(inputVector[0]), true, outputVector);
  return 1;
}

//------------------------------------------------------------------------------
int vtkNeuralInterface::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  // Ghost cells for the 7 x 7 stencil, and one more layer whose shared nodes move alike.
  constexpr int layers = 4;
  using sddp = vtkStreamingDemandDrivenPipeline;
  vtkInformation* out = outputVector->GetInformationObject(0);
  inputVector[0]->GetInformationObject(0)->Set(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS(),
    out->Get(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS()) + layers);
  return 1;
}

//------------------------------------------------------------------------------
int vtkNeuralInterface::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  mir::NeuralOptions options;
  options.fractionArrays = this->VolumeFractionArrays;
  options.model = this->Model;
  options.device = this->Device;
  options.conserve = static_cast<mir::Conservation>(this->Conserve);
  options.tolerance = this->Tolerance;

  mir::NeuralCounts total;
  auto reconstruct = [&](vtkDataSet* data, vtkDataObject* result, double from, double to) {
    const double start = vtkTimerLog::GetUniversalTime();
    options.progress = [this, from, to](double part) {
      this->UpdateProgress(from + part * (to - from));
      return !this->GetAbortExecute();
    };
    const mir::NeuralCounts counts = mir::reconstructNeural(data, options, result);
    total.why = total.why.empty() ? counts.why : total.why;
    total.mixed += counts.mixed;
    total.otherMethod += counts.why.empty() ? 0 : counts.mixed;
    total.firstFailed = total.failed == 0 ? counts.firstFailed : total.firstFailed;
    total.failed += counts.failed;
    total.conservationMax = std::max(total.conservationMax, counts.conservationMax);
    mir::setField(result, "Method", counts.method);
    mir::setField(result, "Model", this->Model);
    mir::setField(result, "MixedCells", counts.mixed);
    mir::setField(result, "ReconstructedCells", counts.reconstructed);
    mir::setField(result, "RejectedCells", counts.mixed - counts.reconstructed);
    mir::setField(result, "SeededCells", counts.seeded);
    mir::setField(result, "AdjustedCells", counts.adjusted);
    mir::setField(result, "FailedCells", counts.failed);
    mir::setField(result, "FallbackCells", counts.why.empty() ? std::int64_t{ 0 } : counts.mixed);
    mir::setField(result, "ConservationMax", counts.conservationMax);
    mir::setField(result, "Milliseconds", 1e3 * (vtkTimerLog::GetUniversalTime() - start));
  };

  const mir::BlockMessages messages =
    mir::reconstructBlocks(this, vtkDataObject::GetData(inputVector[0]), true,
      this->VolumeFractionArrays, outputVector, reconstruct);
  if (!messages.error.empty())
  {
    vtkErrorMacro(<< messages.error);
    return 0;
  }
  if (!messages.warning.empty())
  {
    vtkWarningMacro(<< messages.warning);
  }
  if (!total.why.empty())
  {
    vtkWarningMacro(<< "Variational instead of the network for " << total.otherMethod << " of "
                    << total.mixed << " mixed cells: " << total.why);
  }
  if (total.failed > 0 && this->Conserve == EXACT)
  {
    vtkWarningMacro(<< total.failed << " of " << total.mixed
                    << " mixed cells could not be given their volume fractions, the first is cell "
                    << total.firstFailed << "; the largest error is " << total.conservationMax);
  }
  return 1;
}

//------------------------------------------------------------------------------
void vtkNeuralInterface::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  for (const std::string& name : this->VolumeFractionArrays)
  {
    os << indent << "VolumeFractionArray: " << name << "\n";
  }
  os << indent << "Model: " << this->Model << "\n";
  os << indent << "Conserve: " << this->Conserve << "\n";
  os << indent << "Device: " << this->Device << "\n";
  os << indent << "Tolerance: " << this->Tolerance << "\n";
}
