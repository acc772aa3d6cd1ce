#include "reconstruct/training/Adam.hxx"

#include "reconstruct/training/AdamStep.h"

#include <cmath>
#include <stdexcept>

namespace mir {

Tensor plainTensor(const torch::Tensor& tensor)
{
  const torch::Tensor values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  Tensor plain;
  plain.shape = values.sizes().vec();
  plain.values.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  return plain;
}

void setValues(torch::Tensor parameter, const Tensor& from)
{
  const torch::NoGradGuard guard;
  parameter.copy_(torch::from_blob(const_cast<float*>(from.values.data()), from.shape));
}

Adam::Adam(NamedParameters parameters)
  : Parameters(std::move(parameters))
{
  for (const auto& [name, parameter] : this->Parameters)
  {
    this->First.push_back(torch::zeros_like(parameter));
    this->Second.push_back(torch::zeros_like(parameter));
  }
}

void Adam::step(double rate)
{
  constexpr double beta1 = 0.9;
  constexpr double beta2 = 0.999;
  const torch::NoGradGuard guard;
  ++this->Steps;
  const double correction1 = 1.0 - std::pow(beta1, this->Steps);
  const double correction2 = 1.0 - std::pow(beta2, this->Steps);
  for (std::size_t k = 0; k < this->Parameters.size(); ++k)
  {
    torch::Tensor parameter = this->Parameters[k].second;
    const torch::Tensor gradient = parameter.grad().contiguous();
    adamStep(gradient.data_ptr<float>(), gradient.numel(), static_cast<float>(rate / correction1),
      static_cast<float>(1.0 / correction2), this->First[k].data_ptr<float>(),
      this->Second[k].data_ptr<float>(), parameter.data_ptr<float>());
    parameter.mutable_grad() = torch::Tensor();
  }
}

TensorFile Adam::checkpoint(std::int64_t progress) const
{
  TensorFile file;
  file.name = "checkpoint";
  file.metadata = { { "architecture", "checkpoint" }, { "progress", std::to_string(progress) },
    { "steps", std::to_string(this->Steps) } };
  for (std::size_t k = 0; k < this->Parameters.size(); ++k)
  {
    const std::string& name = this->Parameters[k].first;
    file.tensors[name] = plainTensor(this->Parameters[k].second);
    file.tensors[name + ".first"] = plainTensor(this->First[k]);
    file.tensors[name + ".second"] = plainTensor(this->Second[k]);
  }
  return file;
}

std::int64_t Adam::restore(const TensorFile& file)
{
  const std::int64_t progress = file.integer("progress", 0, 999999999);
  this->Steps = file.integer("steps", 0, 999999999);
  for (std::size_t k = 0; k < this->Parameters.size(); ++k)
  {
    const auto& [name, parameter] = this->Parameters[k];
    const std::vector<std::int64_t> shape = parameter.sizes().vec();
    setValues(parameter, file.tensor(name, shape));
    setValues(this->First[k], file.tensor(name + ".first", shape));
    setValues(this->Second[k], file.tensor(name + ".second", shape));
  }
  return progress;
}

} // namespace mir
