// The sub-cell model in the plane on an NVIDIA GPU.
#ifndef mir_reconstruct_neural_cuda_SubcellCuda_h
#define mir_reconstruct_neural_cuda_SubcellCuda_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "reconstruct/neural/LogicalGrid.h"
#include "reconstruct/neural/SubcellModel.h"
#include "reconstruct/neural/cuda/CudaDevice.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace mir {

/// A model in the memory of a GPU. One is for one thread. Single: where one frame is canonical, the
/// bits of SubcellModel::evaluate, else within 1e-11. Half: within .01.
class SubcellCuda
{
public:
  /// A std::runtime_error without a GPU, or when a layer is too wide for its shared memory.
  SubcellCuda(const SubcellModel& model, CudaPrecision precision);
  ~SubcellCuda();

  /// SubcellModel::evaluate().
  void evaluate(const float* stencils, std::size_t count, double* nodes);

  /// subcellNodeValues(): while the GPU evaluates a batch, the processor gathers the next one.
  UninitializedVector<double> nodeValues(const LogicalGrid& grid,
    const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells,
    const ParallelFor& parallelFor = runSerially);

private:
  struct Implementation;
  std::unique_ptr<Implementation> Parts;
};

} // namespace mir

#endif
