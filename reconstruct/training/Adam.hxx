// Adam (Kingma and Ba 2015) on a list of named parameters, with a state that can be saved.
#ifndef mir_reconstruct_training_Adam_hxx
#define mir_reconstruct_training_Adam_hxx

#include "reconstruct/neural/Safetensors.h"

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

namespace mir {

using NamedParameters = std::vector<std::pair<std::string, torch::Tensor>>;

class Adam
{
public:
  explicit Adam(NamedParameters parameters);
  /// One step with the parameters' gradients, which are then cleared.
  void step(double rate);
  /// Parameters, moments and `progress` (what the caller counts), in single precision.
  TensorFile checkpoint(std::int64_t progress) const;
  /// Restores checkpoint(); returns its progress. A std::runtime_error when it does not fit.
  std::int64_t restore(const TensorFile& file);
  const NamedParameters& parameters() const { return this->Parameters; }

private:
  NamedParameters Parameters;
  std::vector<torch::Tensor> First;
  std::vector<torch::Tensor> Second;
  std::int64_t Steps = 0;
};

/// A contiguous tensor's values.
Tensor plainTensor(const torch::Tensor& tensor);
/// Replaces the values of a parameter by those of `from`, whose shape fits.
void setValues(torch::Tensor parameter, const Tensor& from);

} // namespace mir

#endif
