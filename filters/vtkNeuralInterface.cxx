#include "vtkNeuralInterface.h"

#include "FieldValues.h"
#include "NeuralReconstruction.h"

#include "reconstruct/autoencoder/AutoencoderField.h"

#include "vtkDataSet.h"
#include "vtkObjectFactory.h"

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

  mir::ContinuousCounts total;
  std::string why;
  std::int64_t otherMethod = 0;
  std::int64_t irregular = 0;
  auto reconstruct = [&](vtkDataSet* data, vtkDataObject* result, const mir::Progress& progress) {
    options.progress = progress;
    const mir::NeuralCounts counts = mir::reconstructNeural(data, options, result);
    total += counts;
    why = why.empty() ? counts.why : why;
    otherMethod += counts.why.empty() ? 0 : counts.mixed;
    irregular += counts.irregular;
    mir::setField(result, "Method", counts.method);
    mir::setField(result, "Model", this->Model);
    mir::writeCounts(counts, counts.why.empty() ? counts.irregular : counts.mixed, result);
  };

  if (!this->ReconstructBlocks(inputVector, outputVector, reconstruct))
  {
    return 0;
  }
  if (!why.empty())
  {
    vtkWarningMacro(<< "Variational instead of the network for " << otherMethod << " of "
                    << total.mixed << " mixed cells: " << why);
  }
  if (irregular > 0)
  {
    vtkWarningMacro(<< "Averaged Paraboloids instead of the network for " << irregular << " of "
                    << total.mixed << " mixed cells: the grid is irregular about them");
  }
  if (total.failed > 0 && this->Conserve == EXACT)
  {
    vtkWarningMacro(<< mir::conservationWarning(total));
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
