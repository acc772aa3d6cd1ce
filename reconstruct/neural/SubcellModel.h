// The sub-cell model: from a stencil of volume fractions to signed distances inside the cell.
#ifndef mir_reconstruct_neural_SubcellModel_h
#define mir_reconstruct_neural_SubcellModel_h

#include "reconstruct/neural/FramedPerceptron.h"
#include "reconstruct/neural/Safetensors.h"

#include <cstddef>
#include <memory>

namespace mir {

/// A perceptron on K x K fractions in their canonical frame and on which of these cells lie outside
/// the domain (FramedPerceptron.h), which answers with the signed distance to the interface at the
/// (r + 1)^2 lattice nodes of the centre cell.
struct SubcellModel
{
  int stencilSize = 7;  ///< K, odd.
  int subdivisions = 4; ///< r.
  Perceptron network;

  int stencilValues() const { return this->stencilSize * this->stencilSize; }
  int nodesPerCell() const { return (this->subdivisions + 1) * (this->subdivisions + 1); }

  /// Evaluates `count` stencils of K * K fractions in [0, 1] or outsideDomain, row-major [j][i]
  /// with the cell in the middle, into `count` rows of (r + 1)^2 node values: value b * (r + 1) + a
  /// lies at (a, b) / r in the cell and is in units of the cell size, positive in the material.
  ///
  /// Guarantees: the 8 symmetries of the square commute with the evaluation to the bit, the
  /// exchange of the materials to about 1e-6; a row's values do not depend on the other rows.
  /// May be called from several threads at once.
  void evaluate(const float* stencils, std::size_t count, double* nodes,
    Precision precision = Precision::Single) const;

  /// What evaluate() uses.
  std::shared_ptr<const FrameTable> frames() const;
};

/// The model in a file of architecture `subcell`: metadata `architecture`, `K`, `r`, `width`,
/// `hidden` and `activation`, tensors `layer0.weight` (outputs x inputs), `layer0.bias`, ...
/// A std::runtime_error names the file and what does not fit.
SubcellModel loadSubcellModel(const TensorFile& file);

/// The inverse of loadSubcellModel, without the metadata that describes a training.
TensorFile subcellModelFile(const SubcellModel& model);

/// The models compiled into the library, no file is needed: data/weights/subcell.safetensors, 7 x
/// 7, and subcell-fast.safetensors, 5 x 5 and of narrower layers.
const SubcellModel& shippedSubcellModel();
const SubcellModel& shippedFastSubcellModel();

} // namespace mir

#endif
