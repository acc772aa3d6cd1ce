#include "vtkNeuralInterface.h"

#include "FieldValues.h"
#include "NeuralReconstruction.h"

#include "reconstruct/autoencoder/AutoencoderField.h"

#include "vtkDataSet.h"
#include "vtkObjectFactory.h"
#include "vtkTimerLog.h"

#include <algorithm>
#include <cstdint>
#include <string>

vtkStandardNewMacro(vtkNeuralInterface);

//------------------------------------------------------------------------------
vtkNeuralInterface::vtkNeuralInterface() = default;

//------------------------------------------------------------------------------
vtkNeuralInterface::~vtkNeuralInterface() = default;

//------------------------------------------------------------------------------
int vtkNeuralInterface::GhostLayers(bool)
{
  // For the stencil, 7 x 7 at the most, or for an autoencoder's tiles, which a file may hold, too;
  // and one more layer whose shared nodes move alike.
  const bool stencil = this->Model.rfind("subcell", 0) == 0;
  return 1 + (stencil ? 3 : mir::autoencoderReach);
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
  options.normalize = this->Normalize;

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
    total.irregular += counts.irregular;
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
    mir::setField(result, "FallbackCells", counts.why.empty() ? counts.irregular : counts.mixed);
    mir::setField(result, "NormalizedCells", counts.normalized);
    mir::setField(result, "ConservationMax", counts.conservationMax);
    mir::setField(result, "Milliseconds", 1e3 * (vtkTimerLog::GetUniversalTime() - start));
  };

  if (!this->ReconstructBlocks(inputVector, outputVector, reconstruct))
  {
    return 0;
  }
  if (!total.why.empty())
  {
    vtkWarningMacro(<< "Variational instead of the network for " << total.otherMethod << " of "
                    << total.mixed << " mixed cells: " << total.why);
  }
  if (total.irregular > 0)
  {
    vtkWarningMacro(<< "Averaged Paraboloids instead of the network for " << total.irregular
                    << " of " << total.mixed << " mixed cells: the grid is irregular about them");
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
  os << indent << "Model: " << this->Model << "\n";
  os << indent << "Conserve: " << this->Conserve << "\n";
  os << indent << "Device: " << this->Device << "\n";
}
