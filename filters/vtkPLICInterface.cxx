#include "vtkPLICInterface.h"

#include "AMRGhosts.h"
#include "InputFractions.h"
#include "InterfacePolyData.h"
#include "PLICReconstruction.h"
#include "ThreadsByDefault.h"
#include "VolumeFractionArrays.h"

#include "vtkCellData.h"
#include "vtkCompositeDataIterator.h"
#include "vtkCompositeDataSet.h"
#include "vtkDataObjectTreeIterator.h"
#include "vtkDataObjectTypes.h"
#include "vtkDataSet.h"
#include "vtkImageData.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkMultiBlockDataSet.h"
#include "vtkNew.h"
#include "vtkObjectFactory.h"
#include "vtkPartitionedDataSet.h"
#include "vtkPartitionedDataSetCollection.h"
#include "vtkPolyData.h"
#include "vtkRectilinearGrid.h"
#include "vtkSmartPointer.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkTimerLog.h"
#include "vtkUniformGrid.h"
#include "vtkUniformGridAMR.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

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
  info->Remove(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE());
  info->Append(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkDataSet");
  info->Append(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkCompositeDataSet");
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
  vtkDataObject* input = vtkDataObject::GetData(inputVector[0]);
  int type = this->OutputMaterials == INTERFACE ? VTK_POLY_DATA : VTK_UNSTRUCTURED_GRID;
  if (vtkPartitionedDataSet::SafeDownCast(input) ||
    vtkPartitionedDataSetCollection::SafeDownCast(input))
  {
    type = input->GetDataObjectType();
  }
  else if (vtkCompositeDataSet::SafeDownCast(input))
  {
    type = VTK_MULTIBLOCK_DATA_SET;
  }
  vtkDataObject* output = vtkDataObject::GetData(outputVector);
  if (!output || output->GetDataObjectType() != type)
  {
    const auto made = vtkSmartPointer<vtkDataObject>::Take(vtkDataObjectTypes::NewDataObject(type));
    outputVector->GetInformationObject(0)->Set(vtkDataObject::DATA_OBJECT(), made);
  }
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
  const bool grid = vtkImageData::SafeDownCast(input) || vtkRectilinearGrid::SafeDownCast(input);
  const int layers = 1 + mir::roundsOf(static_cast<mir::NormalMethod>(this->Method), grid);
  vtkInformation* out = outputVector->GetInformationObject(0);
  inputVector[0]->GetInformationObject(0)->Set(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS(),
    out->Get(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS()) + layers);
  return 1;
}

namespace {

/// What becomes of a leaf of a composite, given with the name that messages call it; may be null.
using Visit = std::function<vtkSmartPointer<vtkDataObject>(vtkDataSet*, const std::string&)>;

void forEachLeaf(vtkDataObjectTree* input, vtkDataObjectTree* output, const Visit& visit)
{
  output->CopyStructure(input);
  const auto leaf = vtkSmartPointer<vtkDataObjectTreeIterator>::Take(input->NewTreeIterator());
  for (leaf->InitTraversal(); !leaf->IsDoneWithTraversal(); leaf->GoToNextItem())
  {
    vtkDataSet* data = vtkDataSet::SafeDownCast(leaf->GetCurrentDataObject());
    if (data && data->GetNumberOfCells() > 0)
    {
      const bool named =
        leaf->HasCurrentMetaData() && leaf->GetCurrentMetaData()->Has(vtkCompositeDataSet::NAME());
      const std::string name = named
        ? std::string("'") + leaf->GetCurrentMetaData()->Get(vtkCompositeDataSet::NAME()) + "'"
        : std::to_string(leaf->GetCurrentFlatIndex());
      output->SetDataSet(leaf, visit(data, name));
    }
  }
}

/// The output has one block a level, each of its grids' results.
void forEachGrid(vtkUniformGridAMR* input, vtkMultiBlockDataSet* output,
  const std::vector<std::string>& arrays, const Visit& visit)
{
  const mir::AMRGhosts ghosts(input, arrays);
  output->SetNumberOfBlocks(input->GetNumberOfLevels());
  for (unsigned int level = 0; level < input->GetNumberOfLevels(); ++level)
  {
    vtkNew<vtkMultiBlockDataSet> grids;
    grids->SetNumberOfBlocks(input->GetNumberOfDataSets(level));
    output->SetBlock(level, grids);
    const std::string levelName = "level " + std::to_string(level);
    output->GetMetaData(level)->Set(vtkCompositeDataSet::NAME(), levelName.c_str());
    for (unsigned int index = 0; index < input->GetNumberOfDataSets(level); ++index)
    {
      vtkUniformGrid* grid = input->GetDataSet(level, index);
      if (grid && grid->GetNumberOfCells() > 0)
      {
        grids->SetBlock(index,
          visit(ghosts.surrounded(level, index), std::to_string(index) + " of " + levelName));
      }
    }
  }
}

} // namespace

//------------------------------------------------------------------------------
int vtkPLICInterface::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkDataObject* input = vtkDataObject::GetData(inputVector[0]);
  vtkDataObject* output = vtkDataObject::GetData(outputVector);
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

  std::string where;
  try
  {
    if (auto* data = vtkDataSet::SafeDownCast(input))
    {
      if (!mir::isEmptyPiece(data, outputVector))
      {
        reconstruct(data, output, 0.0, 1.0);
      }
    }
    else
    {
      if (this->VolumeFractionArrays.empty())
      {
        throw std::runtime_error("no cell array of volume fractions is chosen");
      }
      int blocks = 0;
      int done = 0;
      int without = 0;
      const auto leaves = vtkSmartPointer<vtkCompositeDataIterator>::Take(
        vtkCompositeDataSet::SafeDownCast(input)->NewIterator());
      for (leaves->InitTraversal(); !leaves->IsDoneWithTraversal(); leaves->GoToNextItem())
      {
        ++blocks;
      }
      const Visit visit = [&](vtkDataSet* data, const std::string& name) {
        where = "block " + name + ": ";
        const double from = static_cast<double>(done++) / blocks;
        vtkSmartPointer<vtkDataObject> result;
        if (this->GetAbortExecute())
        {
          return result;
        }
        if (std::none_of(this->VolumeFractionArrays.begin(), this->VolumeFractionArrays.end(),
              [&](
                const std::string& array) { return data->GetCellData()->HasArray(array.c_str()); }))
        {
          ++without;
          return result;
        }
        result.TakeReference(vtkDataObjectTypes::NewDataObject(
          this->OutputMaterials == INTERFACE ? VTK_POLY_DATA : VTK_UNSTRUCTURED_GRID));
        reconstruct(data, result, from, static_cast<double>(done) / blocks);
        return result;
      };
      if (auto* amr = vtkUniformGridAMR::SafeDownCast(input))
      {
        forEachGrid(
          amr, vtkMultiBlockDataSet::SafeDownCast(output), this->VolumeFractionArrays, visit);
      }
      else
      {
        forEachLeaf(
          vtkDataObjectTree::SafeDownCast(input), vtkDataObjectTree::SafeDownCast(output), visit);
      }
      const std::string first = "'" + this->VolumeFractionArrays[0] + "'";
      using sddp = vtkStreamingDemandDrivenPipeline;
      const bool alone =
        outputVector->GetInformationObject(0)->Get(sddp::UPDATE_NUMBER_OF_PIECES()) <= 1;
      if (without == done && done > 0 && alone)
      {
        where.clear();
        throw std::runtime_error("no block has a cell array " + first);
      }
      if (without > 0)
      {
        vtkWarningMacro(<< without << " of " << done << " blocks have no cell array " << first
                        << " and give no interface");
      }
    }
  }
  catch (const std::exception& error)
  {
    output->Initialize();
    vtkErrorMacro(<< where << error.what());
    return 0;
  }
  if (total.otherMethod > 0)
  {
    vtkWarningMacro(<< mir::methodName(options.method)
                    << " needs an image or rectilinear grid: " << total.otherMethod << " of "
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
