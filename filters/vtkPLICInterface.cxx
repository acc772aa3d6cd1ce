#include "vtkPLICInterface.h"

#include "FieldValues.h"
#include "PLICReconstruction.h"

#include "vtkDataSet.h"
#include "vtkObjectFactory.h"

vtkStandardNewMacro(vtkPLICInterface);

//------------------------------------------------------------------------------
vtkPLICInterface::vtkPLICInterface() = default;

//------------------------------------------------------------------------------
vtkPLICInterface::~vtkPLICInterface() = default;

//------------------------------------------------------------------------------
int vtkPLICInterface::GhostLayers(bool grid)
{
  // One layer of ghost cells feeds the stencils of the cells at a piece's edge; every round of an
  // iterated method looks one layer further.
  const mir::MethodInput data{ grid,
    this->CentroidArrays.size() == this->VolumeFractionArrays.size() };
  return 1 + mir::roundsOf(static_cast<mir::NormalMethod>(this->Method), data);
}

//------------------------------------------------------------------------------
int vtkPLICInterface::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
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
  auto reconstruct = [&](vtkDataSet* data, vtkDataObject* result, const mir::Progress& progress) {
    options.progress = progress;
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
  };

  if (!this->ReconstructBlocks(inputVector, outputVector, reconstruct))
  {
    return 0;
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
  os << indent << "Method: " << mir::methodName(static_cast<mir::NormalMethod>(this->Method))
     << "\n";
  os << indent << "MaterialOrder: " << this->MaterialOrder << "\n";
}
