// The forward pass of a small fully connected network: the readable reference.
#ifndef mir_reconstruct_neural_Perceptron_h
#define mir_reconstruct_neural_Perceptron_h

#include <cmath>
#include <cstddef>
#include <vector>

namespace mir {

/// outputs = weights^T inputs + bias, with weights[i * stride + o]. Rows of weights, and the bias,
/// are padded with zeros to `stride`, a multiple of denseBlock, so that kernels need no tails.
struct DenseLayer
{
  int inputs = 0;
  int outputs = 0;
  int stride = 0;
  std::vector<float> weights;
  std::vector<float> bias;
};
constexpr int denseBlock = 16;

/// A layer from `weight`, row-major (outputs, inputs) as in LibTorch, and `bias`.
DenseLayer denseLayer(int inputs, int outputs, const float* weight, const float* bias);

/// Layers with algebraicGelu between them and none after the last.
struct Perceptron
{
  std::vector<DenseLayer> layers;
};

/// The activation x/2 (1 + x / sqrt(x^2 + pi/2)). It has the shape of GELU (Hendrycks and Gimpel
/// 2016) and its slope at 0, but only operations that IEEE 754 rounds correctly, so that every
/// implementation gives the same bits.
inline float algebraicGelu(float x)
{
  return 0.5f * x * (1.0f + x / std::sqrt(x * x + 1.57079633f));
}

/// Evaluates `count` rows of layers.front().inputs values into rows of layers.back().outputs.
/// Every output is summed in the order bias, input 0, input 1, ... so that a row gives the same
/// bits alone, in any batch, on any instruction set and in any thread.
void evaluate(const Perceptron& network, const float* inputs, std::size_t count, float* outputs);

} // namespace mir

#endif
