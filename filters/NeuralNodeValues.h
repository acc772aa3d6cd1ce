// Runs a neural model by name and returns its proposal for the nodes of the mixed cells.
#ifndef mir_filters_NeuralNodeValues_h
#define mir_filters_NeuralNodeValues_h

#include "reconstruct/neural/LogicalGrid.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mir {

/// What a model proposes: values at the (r + 1)^2 lattice nodes of every mixed cell.
struct NeuralProposal
{
  /// As figures and tables call it: "Neural subcell", "Neural autoencoder 2 channels".
  std::string method;
  int subdivisions = 4;
  std::vector<double> nodeValues;
};

/// `model` is a shipped name or the path of a safetensors file; `device` 0 Auto, 1 CPU, 2 CUDA.
/// Throws std::runtime_error for unknown names, bad files, and models that this build cannot run.
NeuralProposal neuralNodeValues(const std::string& model, int device, const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells);

} // namespace mir

#endif
