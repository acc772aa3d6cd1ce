#include "vtkNeuralInterface.h"

#include "ContinuousCells.h"
#include "FieldValues.h"
#include "InputFractions.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "NeuralNodeValues.h"
#include "ThreadsByDefault.h"
#include "VolumeFractionArrays.h"

#include "reconstruct/continuous/LatticeField.h"
#include "reconstruct/neural/LogicalGrid.h"

#include "vtkDataSet.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkObjectFactory.h"
#include "vtkPolyData.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkTimerLog.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace {

/// The band's points at the corners of every sub-divided cell in the order that the networks see
/// them in: that of the planar mesh.
std::vector<std::array<int, 4>> quadsOf(
  const mir::ContinuousCells& cells, const mir::PlanarMesh& planar)
{
  std::vector<std::array<int, 4>> quads;
  for (int cell : cells.subcells.cells)
  {
    const std::int64_t* ids = planar.cellPoints(cells.band.ids[cell]);
    const mir::CellBand& band = cells.band.cells;
    std::array<int, 4> quad{};
    for (int corner = 0; corner < 4; ++corner)
    {
      const int* first = band.cellPoints.data() + band.cellOffsets[cell];
      quad[corner] = *std::find_if(
        first, first + 3, [&](int point) { return cells.band.pointIds[point] == ids[corner]; });
    }
    quads.push_back(quad);
  }
  return quads;
}

} // namespace

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
    const std::vector<double> inside =
      mir::readFractions(input, this->VolumeFractionArrays, this->Tolerance);
    const mir::MaterialFractions fractions(input, this->VolumeFractionArrays, this->Tolerance);
    const std::vector<vtkIdType>& mixed = fractions.mixedCells();

    const mir::PlanarMesh planar = mesh.planarMesh();
    const mir::LogicalGrid grid = mir::logicalGrid(planar);
    this->UpdateProgress(0.1);
    const mir::NeuralProposal proposal = mir::neuralNodeValues(this->Model, this->Device, grid,
      inside, std::vector<std::int64_t>(mixed.begin(), mixed.end()));
    this->UpdateProgress(0.4);
    if (this->GetAbortExecute())
    {
      return 1;
    }

    const mir::ContinuousCells cells =
      mir::continuousCells(mesh, fractions, this->Tolerance, proposal.subdivisions);
    if (!cells.unsplit.empty())
    {
      throw std::runtime_error("cell " +
        std::to_string(cells.band.ids[cells.band.mixed[cells.unsplit[0]]]) +
        " cannot be split into triangles");
    }
    std::vector<double> field = mir::latticeField(cells.subcells, quadsOf(cells, planar),
      proposal.nodeValues, proposal.subdivisions, mir::runThreaded);
    mir::ConservationOptions options;
    options.mode = static_cast<mir::Conservation>(this->Conserve);
    options.parallelFor = mir::runThreaded;
    options.progress = [this](double part) {
      this->UpdateProgress(0.5 + 0.4 * part);
      return !this->GetAbortExecute();
    };
    const mir::ContinuousCounts counts = mir::conserveCells(mesh, cells, field, options);
    if (this->GetAbortExecute())
    {
      return 1;
    }
    const std::int64_t reconstructed =
      mir::writeContinuous(mesh, fractions, cells, field, false, output);

    if (this->Conserve == EXACT && counts.failed > 0)
    {
      vtkWarningMacro(<< counts.failed << " cells could not be given their volume fraction, the "
                      << "first is cell " << counts.firstFailed << "; the largest error is "
                      << counts.conservationMax);
    }
    mir::setField(output, "Method", proposal.method);
    mir::setField(output, "Model", this->Model);
    mir::setField(output, "MixedCells", counts.mixed);
    mir::setField(output, "ReconstructedCells", reconstructed);
    mir::setField(output, "RejectedCells", counts.mixed - reconstructed);
    mir::setField(output, "SeededCells", counts.seeded);
    mir::setField(output, "AdjustedCells", counts.adjusted);
    mir::setField(output, "FailedCells", counts.failed);
    mir::setField(output, "ConservationMax", counts.conservationMax);
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
