// Gradients and Adam for small perceptrons, without LibTorch: a matrix product is all it takes.
#ifndef mir_reconstruct_training_PerceptronTrainer_h
#define mir_reconstruct_training_PerceptronTrainer_h

#include "plic/ParallelFor.h"
#include "reconstruct/neural/Safetensors.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mir {

/// A perceptron with algebraicGelu between its layers, trained by Adam (Kingma and Ba 2015) on
/// smooth-L1 (beta .01) of its outputs d, weighted with 1 / (|d| + .15).
///
/// Steps give the same bits on any number of threads: a batch is cut into parts of `partRows`,
/// whose gradients are summed in their order.
class PerceptronTrainer
{
public:
  /// Layers of sizes[0] inputs to sizes.back() outputs; weights and biases uniform in
  /// +-1 / sqrt(inputs) from the seed.
  PerceptronTrainer(std::vector<int> sizes, std::uint64_t seed);

  static constexpr std::size_t partRows = 256;

  /// One step on `rows` rows of inputs and targets; returns the mean loss.
  double step(const float* inputs, const float* targets, std::size_t rows, double rate,
    const ParallelFor& parallelFor);

  struct Errors
  {
    double loss = 0.0;
    double near = 0.0; ///< Mean |error| of targets within .2 of 0.
  };
  Errors errors(const float* inputs, const float* targets, std::size_t rows,
    const ParallelFor& parallelFor) const;

  /// Adds `layer0.weight` (outputs x inputs), `layer0.bias`, ... to a file.
  void addWeights(TensorFile& file) const;

  /// Parameters, moments and steps; restore() throws std::runtime_error when they do not fit.
  TensorFile checkpoint() const;
  void restore(const TensorFile& file);

  std::int64_t steps() const { return this->Steps; }

private:
  /// Padded with zeros, which stay zero, to full registers.
  struct Layer
  {
    int inputs = 0;
    int outputs = 0;
    int usedInputs = 0;
    int usedOutputs = 0;
    std::size_t weights = 0; ///< Where its inputs x outputs weights lie in the parameters.
    std::size_t bias = 0;
  };
  /// Memory of a part of a batch: sums before and values after each activation, the gradients of
  /// the layer in hand and of the parameters.
  struct Part
  {
    std::vector<std::vector<float>> sums;
    std::vector<std::vector<float>> values;
    std::vector<float> gradient;
    std::vector<float> previous;
    std::vector<float> parameters;
  };
  double forward(const float* inputs, const float* targets, std::size_t rows, Part& part) const;
  void backward(const float* inputs, std::size_t rows, Part& part) const;
  void transposeWeights();

  std::vector<Layer> Layers;
  std::vector<Part> Parts;       ///< Kept from step to step.
  std::vector<float> Transposed; ///< The weights of each layer, outputs x inputs.
  std::vector<float> Parameters;
  std::vector<float> First;
  std::vector<float> Second;
  std::int64_t Steps = 0;
};

/// Loops on a team of threads; 0: as many as the machine has.
ParallelFor runOnThreads(int threads);

} // namespace mir

#endif
