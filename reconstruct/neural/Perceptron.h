// The forward pass of a small fully connected network.
#ifndef mir_reconstruct_neural_Perceptron_h
#define mir_reconstruct_neural_Perceptron_h

#include "plic/UninitializedVector.h"
#include "reconstruct/neural/Activation.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mir {

/// Storage that starts on a cache line.
struct alignas(64) CacheLine
{
  float values[16];
};

/// outputs = weights inputs + bias. Made by denseLayer, which also arranges the weights as the
/// kernels read them.
struct DenseLayer
{
  int inputs = 0;
  int outputs = 0;
  std::vector<float> weights; ///< Row-major (outputs, inputs), as in LibTorch.
  std::vector<float> bias;

  /// Weights of 4 outputs side by side, [outputs / 4][inputs][4], and the bias, padded with zeros.
  std::vector<float> panels;
  std::vector<float> paddedBias;
  /// Weights rounded to bfloat16 in blocks of 16 outputs and 32 inputs,
  /// [outputs / 16][inputs / 32][16][32], padded with zeros; a block is 16 cache lines.
  std::vector<CacheLine> blocks;
};

/// A layer from `weights`, row-major (outputs, inputs), and `bias`.
DenseLayer denseLayer(int inputs, int outputs, const float* weights, const float* bias);

/// Layers with algebraicGelu between them and none after the last.
struct Perceptron
{
  std::vector<DenseLayer> layers;

  int inputs() const { return this->layers.front().inputs; }
  int outputs() const { return this->layers.back().outputs; }
};

/// A bound on everything that an evaluation of inputs in [-1, 1] computes. algebraicGelu needs it
/// to be at most 1e18; weights that mean something are far below.
double boundOfValues(const Perceptron& network);

/// What an evaluation computes with.
enum class Precision
{
  /// float. Every output is summed in the order bias, input 0, input 1, ... with fused
  /// multiply-adds: a row gives the same bits alone, in any batch and thread, and on every
  /// instruction set that has them; without them it differs by rounding.
  Single,
  /// Products of bfloat16 numbers (8 bits) summed in float by the matrix unit AMX, about twice as
  /// fast; outputs of size 1 are within .05 of Single's. Single where the machine
  /// has no such unit. A row still does not depend on the others.
  BFloat16
};

/// Evaluates `count` rows of network.inputs() values into rows of network.outputs() values.
void evaluate(const Perceptron& network, const float* inputs, std::size_t count, float* outputs,
  Precision precision = Precision::Single);

/// Rows evaluated together. All that a tile of the usual networks needs stays in the first-level
/// cache.
constexpr int tileRows = 48;

/// Evaluates tiles; its storage is allocated once. One is for one thread, and the network must
/// outlive it. Values are stored feature by feature: value k of row c is entry k * tileRows + c.
class TileEvaluator
{
public:
  TileEvaluator(const Perceptron& network, Precision precision);

  /// Where to put the inputs before every evaluation.
  float* inputs() { return this->buffer(0); }
  /// Outputs of the first `rows` rows, from the first `inputs` inputs, as if the others were zero;
  /// valid until the next evaluation.
  const float* evaluate(int rows, int inputs);

private:
  float* buffer(int which);

  const Perceptron& Network;
  bool OnMatrixUnit;
  std::size_t LinesOfBuffer;
  UninitializedVector<CacheLine> Storage;
};

/// Instruction sets that this machine has and kernels are compiled for, the best one first.
std::vector<std::string> instructionSets();
/// Uses this one of instructionSets() from now on, for tests and measurements: affects all threads,
/// and none may evaluate meanwhile.
void useInstructionSet(const std::string& name);
/// Whether Precision::BFloat16 has its unit here.
bool hasMatrixUnit();

} // namespace mir

#endif
