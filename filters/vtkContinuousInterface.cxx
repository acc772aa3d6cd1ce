#include "vtkContinuousInterface.h"

#include "ContinuousReconstruction.h"
#include "FieldValues.h"

#include "vtkDataSet.h"
#include "vtkObjectFactory.h"
#include "vtkTimerLog.h"

#include <algorithm>
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
  os << indent << "Method: " << this->Method << "\n";
  os << indent << "Planes: " << mir::methodName(static_cast<mir::NormalMethod>(this->Planes))
     << "\n";
  os << indent << "Conserve: " << this->Conserve << "\n";
  os << indent << "RelaxedTolerance: " << this->RelaxedTolerance << "\n";
  os << indent << "Refinement: " << this->Refinement << "\n";
}
