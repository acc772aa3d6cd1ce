#include "vtkNeuralInterface.h"

#include "InputFractions.h"
#include "InterfacePolyData.h"
#include "MeshAdaptor.h"
#include "NeuralNodeValues.h"
#include "ThreadsByDefault.h"
#include "VolumeFractionArrays.h"

#include "reconstruct/continuous/Conserve.h"
#include "reconstruct/continuous/ExtractInterface.h"
#include "reconstruct/continuous/SubcellMesh.h"
#include "reconstruct/neural/LogicalGrid.h"

#include "vtkDataSet.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkObjectFactory.h"
#include "vtkPolyData.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkTimerLog.h"

#include <algorithm>
#include <set>
#include <stdexcept>

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
int vtkNeuralInterface::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkDataSet");
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
  vtkDataSet* input = vtkDataSet::GetData(inputVector[0]);
  vtkPolyData* output = vtkPolyData::GetData(outputVector);
  const double start = vtkTimerLog::GetUniversalTime();
  try
  {
    if (mir::isEmptyPiece(input, outputVector))
    {
      return 1;
    }
    const mir::MeshAdaptor mesh(input);
    if (mesh.dimension() != 2)
    {
      throw std::runtime_error(
        "the mesh is 3D and more than one cell thick; neural models are 2D for now");
    }
    const std::vector<double> fractions =
      mir::readFractions(input, this->VolumeFractionArrays, this->Tolerance);
    const std::vector<vtkIdType> mixed = mir::mixedCells(fractions, this->Tolerance);

    const mir::PlanarMesh planar = mesh.planarMesh();
    const mir::LogicalGrid grid = mir::logicalGrid(planar);
    this->UpdateProgress(0.1);
    const mir::NeuralProposal proposal = mir::neuralNodeValues(this->Model, this->Device, grid,
      fractions, std::vector<std::int64_t>(mixed.begin(), mixed.end()));
    this->UpdateProgress(0.4);
    if (this->GetAbortExecute())
    {
      return 1;
    }

    const mir::SubcellMesh subcells =
      mir::subdivide(planar, fractions, this->Tolerance, proposal.subdivisions);
    std::vector<double> phi = mir::averageOntoNodes(subcells, proposal.nodeValues.data());
    mir::ConserveOptions options;
    options.mode = static_cast<mir::Conserve>(this->Conserve);
    const mir::ConserveReport report = mir::conserve(subcells, fractions, phi, options);
    this->UpdateProgress(0.9);

    const mir::InterfaceLines lines =
      mir::extractInterface(subcells, planar, fractions, this->Tolerance, phi);
    mir::InterfaceBuilder builder(mesh);
    builder.addSegments(lines.points, lines.segments, lines.cells);
    builder.finish(output);

    if (this->Conserve == EXACT && report.failed > 0)
    {
      vtkWarningMacro(<< report.failed << " cells could not be given their volume fraction, the "
                      << "first is cell " << report.firstFailed << "; the largest error is "
                      << report.maxResidual);
    }
    const auto owned = std::count_if(
      mixed.begin(), mixed.end(), [&mesh](vtkIdType cell) { return !mesh.isGhost(cell); });
    const std::set<std::int64_t> reconstructed(lines.cells.begin(), lines.cells.end());
    const auto missing = std::count_if(mixed.begin(), mixed.end(),
      [&](vtkIdType cell) { return !mesh.isGhost(cell) && reconstructed.count(cell) == 0; });
    mir::setField(output, "Method", proposal.method);
    mir::setField(output, "Model", this->Model);
    mir::setField(output, "MixedCells", static_cast<std::int64_t>(owned));
    mir::setField(output, "ReconstructedCells", static_cast<std::int64_t>(owned - missing));
    mir::setField(output, "RejectedCells", static_cast<std::int64_t>(missing));
    mir::setField(output, "SeededCells", report.seeded);
    mir::setField(output, "BumpedCells", report.bumped);
    mir::setField(output, "ConservationMax", report.maxResidual);
    mir::setField(output, "Milliseconds", 1e3 * (vtkTimerLog::GetUniversalTime() - start));
  }
  catch (const std::exception& error)
  {
    output->Initialize();
    vtkErrorMacro(<< error.what());
    return 0;
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
