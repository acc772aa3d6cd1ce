// Layers of few channels for LibTorch on a processor, many times as fast as its own there.
#ifndef mir_reconstruct_training_PlanarLayers_hxx
#define mir_reconstruct_training_PlanarLayers_hxx

#include <torch/torch.h>

#include <cstdint>

namespace mir {

/// Whether planarConvolution() has these channels: 1, 2 or 4 each.
bool isPlanar(std::int64_t inputs, std::int64_t outputs);

/// torch::conv2d with stride 1 followed by leaky ReLU with slope `leak` (1: none), differentiable
/// once: float tensors (count, inputs, side, side), sides of 17 to 64 before and after,
/// kernels (outputs, inputs, k, k) with k 3 or 5, bias (outputs). Sums on one thread, always in one
/// order.
torch::Tensor planarConvolution(const torch::Tensor& images, const torch::Tensor& weight,
  const torch::Tensor& bias, std::int64_t padding, std::int64_t dilation, double leak);

/// torch::max_pool2d with 5 x 5 windows, stride 1 and no padding, differentiable once.
torch::Tensor planarPooling(const torch::Tensor& images, std::int64_t dilation);

} // namespace mir

#endif
