// The neural models by name, as functions from fractions on a logical grid to node values.
#ifndef mir_filters_NeuralNodeValues_h
#define mir_filters_NeuralNodeValues_h

#include "plic/UninitializedVector.h"
#include "reconstruct/neural/LogicalGrid.h"
#include "reconstruct/neural/SolidGrid.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mir {

/// Signed distances from the boundary of the material with these fractions (of all cells of the
/// grid) at the (r + 1)^2 or (r + 1)^3 lattice nodes of some cells, each in the cell's own order.
template <typename Grid>
using NodeDistances = std::function<UninitializedVector<double>(
  const Grid& grid, const std::vector<double>& fractions, const std::vector<std::int64_t>& cells)>;

struct NeuralModel
{
  /// As figures and tables call it: "Neural subcell", "Neural autoencoder 2 channels".
  std::string method;
  int subdivisions = 4; ///< r.
  /// Whether paraboloids take its place on smooth interfaces (SmoothSurfaces); the study's
  /// autoencoders are shown as they are.
  bool withParaboloids = true;
  bool onGpu = false;
  /// The one of the dimension that was asked for.
  NodeDistances<LogicalGrid> planar;
  NodeDistances<SolidGrid> solid;
};

/// The model for meshes of a dimension (2 or 3). `model` is a shipped name or the path of a
/// safetensors file; "subcell" means subcell3d for 3. `device` 0 Auto (a GPU where there is one and
/// kernels for the model), 1 CPU, 2 CUDA. Throws
/// std::runtime_error for unknown names, bad files, models of the other dimension, and models that
/// this build cannot run.
NeuralModel neuralModel(const std::string& model, int device, int dimension);

} // namespace mir

#endif
