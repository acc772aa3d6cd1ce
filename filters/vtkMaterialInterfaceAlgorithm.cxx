#include "vtkMaterialInterfaceAlgorithm.h"

#include "BlockwiseRun.h"
#include "ThreadsByDefault.h"
#include "VolumeFractionArrays.h"

#include "vtkDataSet.h"
#include "vtkImageData.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkPolyData.h"
#include "vtkRectilinearGrid.h"
#include "vtkStreamingDemandDrivenPipeline.h"

mirArrayListMacro(vtkMaterialInterfaceAlgorithm, VolumeFraction);
mirArrayListMacro(vtkMaterialInterfaceAlgorithm, Centroid);

//------------------------------------------------------------------------------
vtkMaterialInterfaceAlgorithm::vtkMaterialInterfaceAlgorithm()
{
  mir::useThreadsByDefault();
}

//------------------------------------------------------------------------------
vtkMaterialInterfaceAlgorithm::~vtkMaterialInterfaceAlgorithm() = default;

//------------------------------------------------------------------------------
vtkPolyData* vtkMaterialInterfaceAlgorithm::GetPolyDataOutput()
{
  return vtkPolyData::SafeDownCast(this->GetOutputDataObject(0));
}

//------------------------------------------------------------------------------
int vtkMaterialInterfaceAlgorithm::FillInputPortInformation(int, vtkInformation* info)
{
  mir::acceptBlocks(info);
  return 1;
}

//------------------------------------------------------------------------------
int vtkMaterialInterfaceAlgorithm::FillOutputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), "vtkDataObject");
  return 1;
}

//------------------------------------------------------------------------------
int vtkMaterialInterfaceAlgorithm::RequestDataObject(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  mir::makeOutput(
    vtkDataObject::GetData(inputVector[0]), this->OutputMaterials == INTERFACE, outputVector);
  return 1;
}

//------------------------------------------------------------------------------
int vtkMaterialInterfaceAlgorithm::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  using sddp = vtkStreamingDemandDrivenPipeline;
  vtkDataObject* input = vtkDataObject::GetData(inputVector[0]);
  const bool grid = vtkImageData::SafeDownCast(input) || vtkRectilinearGrid::SafeDownCast(input);
  vtkInformation* out = outputVector->GetInformationObject(0);
  inputVector[0]->GetInformationObject(0)->Set(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS(),
    out->Get(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS()) + this->GhostLayers(grid));
  return 1;
}

//------------------------------------------------------------------------------
bool vtkMaterialInterfaceAlgorithm::ReconstructBlocks(vtkInformationVector** inputVector,
  vtkInformationVector* outputVector,
  const std::function<void(vtkDataSet*, vtkDataObject*, const std::function<bool(double)>&)>&
    reconstruct)
{
  const mir::BlockMessages messages =
    mir::reconstructBlocks(this, vtkDataObject::GetData(inputVector[0]),
      this->OutputMaterials == INTERFACE, this->VolumeFractionArrays, outputVector, reconstruct);
  if (!messages.error.empty())
  {
    vtkErrorMacro(<< messages.error);
    return false;
  }
  if (!messages.warning.empty())
  {
    vtkWarningMacro(<< messages.warning);
  }
  return true;
}

//------------------------------------------------------------------------------
void vtkMaterialInterfaceAlgorithm::PrintSelf(ostream& os, vtkIndent indent)
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
  os << indent << "Tolerance: " << this->Tolerance << "\n";
  os << indent << "Normalize: " << this->Normalize << "\n";
  os << indent << "OutputMaterials: " << this->OutputMaterials << "\n";
  os << indent << "MixedCellsOnly: " << this->MixedCellsOnly << "\n";
}
