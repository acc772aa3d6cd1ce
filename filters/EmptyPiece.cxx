#include "EmptyPiece.h"

#include "vtkDataSet.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkStreamingDemandDrivenPipeline.h"

#include <stdexcept>

namespace mir {

bool isEmptyPiece(vtkDataSet* mesh, vtkInformationVector* output)
{
  if (mesh->GetNumberOfCells() > 0)
  {
    return false;
  }
  if (output->GetInformationObject(0)->Get(
        vtkStreamingDemandDrivenPipeline::UPDATE_NUMBER_OF_PIECES()) > 1)
  {
    return true;
  }
  throw std::runtime_error("the mesh has no cells");
}

} // namespace mir
