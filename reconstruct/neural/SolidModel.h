// The sub-cell model in space: from a stencil of volume fractions to signed distances in the cell.
#ifndef mir_reconstruct_neural_SolidModel_h
#define mir_reconstruct_neural_SolidModel_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "reconstruct/neural/FramedPerceptron.h"
#include "reconstruct/neural/Perceptron.h"
#include "reconstruct/neural/Safetensors.h"
#include "reconstruct/neural/SolidGrid.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace mir {

/// A perceptron on K^3 fractions in their canonical frame (CubeFrame.h), which answers with the
/// signed distance to the interface at the (r + 1)^3 lattice nodes of the centre cell. Its inputs
/// are 2 f - 1, 0 outside the domain, and as many again: 1 outside, 0 within.
struct SolidModel
{
  int stencilSize = 5;  ///< K, odd.
  int subdivisions = 4; ///< r.
  Perceptron network;

  int stencilValues() const { return this->stencilSize * this->stencilSize * this->stencilSize; }
  int nodesPerCell() const
  {
    const int n = this->subdivisions + 1;
    return n * n * n;
  }

  /// Evaluates `count` stencils of K^3 fractions in [0, 1] or outsideDomain, x fastest, into
  /// `count` rows of (r + 1)^3 node values: value a + (r + 1) (b + (r + 1) c) lies at (a, b, c) / r
  /// in the cell and is in units of the cell size, positive in the material. Distances are those in
  /// the grid's index space, where cells are unit cubes.
  ///
  /// Guarantees: the 48 symmetries of the cube commute with the evaluation to the bit, the exchange
  /// of the materials to about 1e-6; a row's values do not depend on the other rows. May be called
  /// from several threads at once.
  void evaluate(const float* stencils, std::size_t count, double* nodes,
    Precision precision = Precision::Single) const;

  /// What evaluate() uses.
  std::shared_ptr<const FrameTable> frames() const;
};

/// The model in a file of architecture `subcell3d`: metadata `architecture`, `K`, `r`, `width`,
/// `hidden` and `activation`, tensors `layer0.weight` (outputs x inputs), `layer0.bias`, ...
/// A std::runtime_error names the file and what does not fit.
SolidModel loadSolidModel(const TensorFile& file);

/// The model compiled into the library (data/weights/subcell3d.safetensors): no file is needed.
const SolidModel& shippedSolidModel();

/// Signed distances (index space, positive inside) at the lattice nodes of every r-th part of the
/// given cells, in the cell's own order: of cell m the (r + 1)^3 values from m (r + 1)^3, of the
/// lattice whose axes run from its vertex 0 to 1, 3 and 4. `refinement` is the model's r or divides
/// it: the nodes of a coarser lattice are among those of the finer one.
///
/// Neighbours answer independently: average the values of cells that share a node to make the field
/// continuous (latticeField()). The result does not depend on the order of cells or on threads.
UninitializedVector<double> solidNodeValues(const SolidGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& cells,
  const SolidModel& model, int refinement, const ParallelFor& parallelFor = runSerially,
  Precision precision = Precision::Single);

} // namespace mir

#endif
