#include "BlockwiseRun.h"

#include "AMRGhosts.h"
#include "EmptyPiece.h"
#include "FieldValues.h"

#include "vtkAlgorithm.h"
#include "vtkCellData.h"
#include "vtkCompositeDataIterator.h"
#include "vtkCompositeDataSet.h"
#include "vtkDataObjectTree.h"
#include "vtkDataObjectTreeIterator.h"
#include "vtkDataObjectTypes.h"
#include "vtkDataSet.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkMultiBlockDataSet.h"
#include "vtkNew.h"
#include "vtkPartitionedDataSet.h"
#include "vtkPartitionedDataSetCollection.h"
#include "vtkSmartPointer.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkTimerLog.h"
#include "vtkType.h"
#include "vtkUniformGrid.h"
#include "vtkUniformGridAMR.h"

#include <algorithm>
#include <stdexcept>

namespace mir {

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
  const AMRGhosts ghosts(input, arrays);
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

int dataSetType(bool interface)
{
  return interface ? VTK_POLY_DATA : VTK_UNSTRUCTURED_GRID;
}

/// One data set, the part of the filter's work between `from` and `to`.
void reconstructTimed(vtkAlgorithm* filter, const ReconstructBlock& reconstruct, vtkDataSet* data,
  vtkDataObject* result, double from, double to)
{
  const double start = vtkTimerLog::GetUniversalTime();
  reconstruct(data, result, [=](double part) {
    filter->UpdateProgress(from + part * (to - from));
    return !filter->GetAbortExecute();
  });
  setField(result, "Milliseconds", 1e3 * (vtkTimerLog::GetUniversalTime() - start));
}

/// All blocks of a composite; `where` names the block in work.
std::string reconstructComposite(vtkAlgorithm* filter, vtkCompositeDataSet* input, bool interface,
  const std::vector<std::string>& arrays, vtkInformationVector* outputVector,
  const ReconstructBlock& reconstruct, std::string& where)
{
  if (arrays.empty())
  {
    throw std::runtime_error("no cell array of volume fractions is chosen");
  }
  vtkDataObject* output = vtkDataObject::GetData(outputVector);
  int blocks = 0;
  int done = 0;
  int without = 0;
  const auto leaves = vtkSmartPointer<vtkCompositeDataIterator>::Take(input->NewIterator());
  for (leaves->InitTraversal(); !leaves->IsDoneWithTraversal(); leaves->GoToNextItem())
  {
    ++blocks;
  }
  const Visit visit = [&](vtkDataSet* data, const std::string& name) {
    where = "block " + name + ": ";
    const double from = static_cast<double>(done++) / blocks;
    vtkSmartPointer<vtkDataObject> result;
    if (filter->GetAbortExecute())
    {
      return result;
    }
    if (std::none_of(arrays.begin(), arrays.end(),
          [&](const std::string& array) { return data->GetCellData()->HasArray(array.c_str()); }))
    {
      ++without;
      return result;
    }
    result.TakeReference(vtkDataObjectTypes::NewDataObject(dataSetType(interface)));
    reconstructTimed(filter, reconstruct, data, result, from, static_cast<double>(done) / blocks);
    return result;
  };
  if (auto* amr = vtkUniformGridAMR::SafeDownCast(input))
  {
    forEachGrid(amr, vtkMultiBlockDataSet::SafeDownCast(output), arrays, visit);
  }
  else
  {
    forEachLeaf(
      vtkDataObjectTree::SafeDownCast(input), vtkDataObjectTree::SafeDownCast(output), visit);
  }
  const std::string first = "'" + arrays[0] + "'";
  using sddp = vtkStreamingDemandDrivenPipeline;
  const bool alone =
    outputVector->GetInformationObject(0)->Get(sddp::UPDATE_NUMBER_OF_PIECES()) <= 1;
  if (without == done && done > 0 && alone)
  {
    where.clear();
    throw std::runtime_error("no block has a cell array " + first);
  }
  return without == 0 ? std::string()
                      : std::to_string(without) + " of " + std::to_string(done) +
      " blocks have no cell array " + first + " and give no interface";
}

} // namespace

void acceptBlocks(vtkInformation* info)
{
  info->Remove(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE());
  info->Append(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkDataSet");
  info->Append(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkCompositeDataSet");
}

void makeOutput(vtkDataObject* input, bool interface, vtkInformationVector* outputVector)
{
  int type = dataSetType(interface);
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
}

BlockMessages reconstructBlocks(vtkAlgorithm* filter, vtkDataObject* input, bool interface,
  const std::vector<std::string>& arrays, vtkInformationVector* outputVector,
  const ReconstructBlock& reconstruct)
{
  vtkDataObject* output = vtkDataObject::GetData(outputVector);
  BlockMessages messages;
  std::string where;
  try
  {
    if (auto* data = vtkDataSet::SafeDownCast(input))
    {
      if (!isEmptyPiece(data, outputVector))
      {
        reconstructTimed(filter, reconstruct, data, output, 0.0, 1.0);
      }
    }
    else
    {
      messages.warning = reconstructComposite(filter, vtkCompositeDataSet::SafeDownCast(input),
        interface, arrays, outputVector, reconstruct, where);
    }
  }
  catch (const std::exception& error)
  {
    output->Initialize();
    messages.error = where + error.what();
  }
  return messages;
}

} // namespace mir
