// What evaluates one tile; Perceptron.h says how it is stored. Private to this folder.
#ifndef mir_reconstruct_neural_PerceptronKernels_h
#define mir_reconstruct_neural_PerceptronKernels_h

#include "reconstruct/neural/Perceptron.h"

namespace mir {

constexpr int panelOutputs = 4;
constexpr int blockOutputs = 16;
constexpr int blockInputs = 32;

constexpr int roundedUp(int value, int multiple)
{
  return (value + multiple - 1) / multiple * multiple;
}

/// The best kernel of this machine in float. The first `inputs` inputs are in `from`, which is
/// overwritten; the outputs end up in the buffer that is returned, `from` or `to`.
float* evaluateTileSimd(const Perceptron& network, int rows, int inputs, float* from, float* to);

/// The same on the matrix unit: inputs and outputs are in `values`, with room for layers rounded up
/// to blockOutputs; the others have room for layers rounded up to blockInputs.
void evaluateTileAmx(const Perceptron& network, int inputs, float* values, std::uint16_t* pairs,
  std::uint16_t* otherPairs);

} // namespace mir

#endif
