#include "reconstruct/neural/cuda/SubcellCuda.h"

#include "reconstruct/neural/cuda/CudaMemory.h"
#include "reconstruct/neural/cuda/SubcellKernels.h"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>

namespace mir {

namespace {

std::vector<std::uint16_t> halfRows(const DenseLayer& layer)
{
  constexpr int fragment = 16;
  const int inputs = (layer.inputs + fragment - 1) / fragment * fragment;
  const int outputs = (layer.outputs + fragment - 1) / fragment * fragment;
  std::vector<std::uint16_t> rows(static_cast<std::size_t>(inputs) * outputs, 0);
  for (int o = 0; o < layer.outputs; ++o)
  {
    for (int i = 0; i < layer.inputs; ++i)
    {
      rows[static_cast<std::size_t>(o) * inputs + i] =
        halfFromFloat(layer.weights[static_cast<std::size_t>(o) * layer.inputs + i]);
    }
  }
  return rows;
}

constexpr std::size_t batchCells = 16384;

// What one batch needs; two of them take turns.
struct Slot
{
  Slot(int stencilValues, int nodesPerCell)
    : Stencils(batchCells * stencilValues, Memory<float>::Where::PinnedHost)
    , DeviceStencils(batchCells * stencilValues, Memory<float>::Where::Device)
    , DeviceNodes(batchCells * nodesPerCell, Memory<double>::Where::Device)
    , Nodes(batchCells * nodesPerCell, Memory<double>::Where::PinnedHost)
  {
    check(cudaStreamCreate(&this->Stream));
  }
  ~Slot() { cudaStreamDestroy(this->Stream); }

  Memory<float> Stencils;
  Memory<float> DeviceStencils;
  Memory<double> DeviceNodes;
  Memory<double> Nodes;
  cudaStream_t Stream = nullptr;
  std::size_t First = 0;
  std::size_t Count = 0;
};

} // namespace

struct SubcellCuda::Implementation
{
  Implementation(const SubcellModel& model, CudaPrecision precision)
    : StencilValues(model.stencilValues())
    , NodesPerCell(model.nodesPerCell())
    , Subdivisions(model.subdivisions)
    , Half(precision == CudaPrecision::Half)
  {
    std::string reason;
    if (!cudaAvailable(&reason))
    {
      throw std::runtime_error(reason);
    }
    const std::vector<DenseLayer>& layers = model.network.layers;
    if (layers.size() > tile::mostLayers)
    {
      throw std::runtime_error("CUDA: the model has more than 17 layers");
    }
    this->View.stencilSize = model.stencilSize;
    this->View.subdivisions = model.subdivisions;
    this->View.layerCount = static_cast<int>(layers.size());
    for (std::size_t k = 0; k < layers.size(); ++k)
    {
      const DenseLayer& layer = layers[k];
      this->Width = std::max({ this->Width, layer.inputs, layer.outputs });
      this->Floats.push_back(std::make_unique<Memory<float>>(layer.panels));
      const float* const panels = this->Floats.back()->data();
      this->Floats.push_back(std::make_unique<Memory<float>>(layer.paddedBias));
      this->Rows.push_back(std::make_unique<Memory<std::uint16_t>>(halfRows(layer)));
      this->View.layers[k] = { layer.inputs, layer.outputs, panels, this->Floats.back()->data(),
        this->Rows.back()->data() };
    }
    this->Width = (this->Width + 15) / 16 * 16;
    if (!prepareKernels(this->Width, this->Half))
    {
      cudaGetLastError();
      throw std::runtime_error("CUDA: a layer of the model is too wide for this GPU");
    }
    for (std::unique_ptr<Slot>& slot : this->Slots)
    {
      slot = std::make_unique<Slot>(this->StencilValues, this->NodesPerCell);
    }
  }

  // `fill` writes the stencils of cells first .. first + count - 1, `take` gets their nodes.
  void run(std::size_t total, const std::function<void(std::size_t, std::size_t, float*)>& fill,
    const std::function<void(std::size_t, std::size_t, const double*)>& take)
  {
    const auto finish = [&](Slot& slot) {
      check(cudaStreamSynchronize(slot.Stream));
      if (slot.Count > 0)
      {
        take(slot.First, slot.Count, slot.Nodes.data());
      }
      slot.Count = 0;
    };
    std::size_t turn = 0;
    for (std::size_t first = 0; first < total; first += batchCells, ++turn)
    {
      Slot& slot = *this->Slots[turn % this->Slots.size()];
      finish(slot);
      slot.First = first;
      slot.Count = std::min(batchCells, total - first);
      fill(slot.First, slot.Count, slot.Stencils.data());
      check(cudaMemcpyAsync(slot.DeviceStencils.data(), slot.Stencils.data(),
        slot.Count * this->StencilValues * sizeof(float), cudaMemcpyHostToDevice, slot.Stream));
      launchSubcell(this->View, this->Width, this->Half, slot.DeviceStencils.data(),
        static_cast<int>(slot.Count), slot.DeviceNodes.data(), slot.Stream);
      check(cudaGetLastError());
      check(cudaMemcpyAsync(slot.Nodes.data(), slot.DeviceNodes.data(),
        slot.Count * this->NodesPerCell * sizeof(double), cudaMemcpyDeviceToHost, slot.Stream));
    }
    for (std::size_t k = 0; k < this->Slots.size(); ++k)
    {
      finish(*this->Slots[(turn + k) % this->Slots.size()]);
    }
  }

  int StencilValues;
  int NodesPerCell;
  int Subdivisions;
  bool Half;
  int Width = 0;
  tile::Model View{};
  std::vector<std::unique_ptr<Memory<float>>> Floats;
  std::vector<std::unique_ptr<Memory<std::uint16_t>>> Rows;
  std::array<std::unique_ptr<Slot>, 2> Slots;
};

SubcellCuda::SubcellCuda(const SubcellModel& model, CudaPrecision precision)
  : Parts(std::make_unique<Implementation>(model, precision))
{}

SubcellCuda::~SubcellCuda() = default;

void SubcellCuda::evaluate(const float* stencils, std::size_t count, double* nodes)
{
  const std::size_t values = this->Parts->StencilValues;
  const std::size_t perCell = this->Parts->NodesPerCell;
  this->Parts->run(
    count,
    [&](std::size_t first, std::size_t cells, float* to) {
      std::copy_n(stencils + first * values, cells * values, to);
    },
    [&](std::size_t first, std::size_t cells, const double* from) {
      std::copy_n(from, cells * perCell, nodes + first * perCell);
    });
}

UninitializedVector<double> SubcellCuda::nodeValues(const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells,
  const ParallelFor& parallelFor)
{
  const int K = this->Parts->View.stencilSize;
  const int r = this->Parts->Subdivisions;
  const std::size_t perCell = this->Parts->NodesPerCell;
  UninitializedVector<double> values(mixedCells.size() * perCell);
  this->Parts->run(
    mixedCells.size(),
    [&](std::size_t first, std::size_t cells, float* to) {
      parallelFor(static_cast<int>(cells), [&](int begin, int end) {
        gatherStencils(grid, fractions, mixedCells.data() + first + begin,
          static_cast<std::size_t>(end) - begin, K, to + static_cast<std::size_t>(begin) * K * K);
      });
    },
    [&](std::size_t first, std::size_t cells, const double* from) {
      parallelFor(static_cast<int>(cells), [&](int begin, int end) {
        for (std::size_t m = begin; m < static_cast<std::size_t>(end); ++m)
        {
          turnLattice(grid.rotation[mixedCells[first + m]], r, from + m * perCell,
            values.data() + (first + m) * perCell);
        }
      });
    });
  return values;
}

} // namespace mir
