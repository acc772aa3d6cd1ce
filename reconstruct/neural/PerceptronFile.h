// The perceptron in a file of weights.
#ifndef mir_reconstruct_neural_PerceptronFile_h
#define mir_reconstruct_neural_PerceptronFile_h

#include "reconstruct/neural/Perceptron.h"
#include "reconstruct/neural/Safetensors.h"

namespace mir {

/// The `activation` that files of perceptrons must name: algebraicGelu().
extern const char* const perceptronActivation;

/// Throws std::runtime_error naming the file when its `architecture` is another one, or its
/// activation.
void checkPerceptronFile(const TensorFile& file, const char* architecture);

/// The odd stencil size `K` in a file, 3 to 9. Throws std::runtime_error naming the file otherwise.
int stencilSizeOf(const TensorFile& file);

/// The network of `inputs` and `outputs` values in a file whose metadata give the number of its
/// `hidden` layers and their `width`, in tensors `layer0.weight` (outputs x inputs), `layer0.bias`,
/// ... A std::runtime_error names the file and what does not fit: other tensors or shapes, and
/// weights with which values may overflow.
Perceptron loadPerceptron(const TensorFile& file, int inputs, int outputs);

} // namespace mir

#endif
