#include "vtkContinuousInterface.h"

#include "ContinuousReconstruction.h"
#include "FieldValues.h"

#include "vtkDataSet.h"
#include "vtkObjectFactory.h"

#include <string>

vtkStandardNewMacro(vtkContinuousInterface);

//------------------------------------------------------------------------------
vtkContinuousInterface::vtkContinuousInterface() = default;

//------------------------------------------------------------------------------
vtkContinuousInterface::~vtkContinuousInterface() = default;

//------------------------------------------------------------------------------
int vtkContinuousInterface::GhostLayers(bool grid)
{
  // Those of the planes (see vtkPLICInterface), and two layers more whose shared nodes move alike.
  const mir::MethodInput data{ grid,
    this->CentroidArrays.size() == this->VolumeFractionArrays.size() };
  return 3 + mir::roundsOf(static_cast<mir::NormalMethod>(this->Planes), data);
}

//------------------------------------------------------------------------------
int vtkContinuousInterface::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
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

  mir::ContinuousCounts total;
  auto reconstruct = [&](vtkDataSet* data, vtkDataObject* result, const mir::Progress& progress) {
    options.progress = progress;
    const mir::ContinuousCounts counts = mir::reconstructContinuous(data, options, result);
    total += counts;
    static const char* const methods[] = { "Continuous Averaged Planes", "Continuous Variational",
      "Continuous Averaged Paraboloids" };
    mir::setField(result, "Method", std::string(methods[this->Method]));
    mir::writeCounts(counts, counts.otherMethod + counts.unsplit, result);
  };

  if (!this->ReconstructBlocks(inputVector, outputVector, reconstruct))
  {
    return 0;
  }
  if (total.otherMethod > 0)
  {
    vtkWarningMacro(<< mir::methodName(options.planes) << " needs "
                    << mir::methodNeeds(options.planes) << ": " << total.otherMethod << " of "
                    << total.mixed << " mixed cells got Reconstructed Distance");
  }
  if (total.failed > 0 && this->Conserve == EXACT)
  {
    vtkWarningMacro(<< mir::conservationWarning(total));
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
  os << indent << "Method: " << this->Method << "\n";
  os << indent << "Planes: " << mir::methodName(static_cast<mir::NormalMethod>(this->Planes))
     << "\n";
  os << indent << "Conserve: " << this->Conserve << "\n";
  os << indent << "RelaxedTolerance: " << this->RelaxedTolerance << "\n";
  os << indent << "Refinement: " << this->Refinement << "\n";
}
