// Autoencoders with random weights.
#ifndef mir_testing_unit_RandomAutoencoder_h
#define mir_testing_unit_RandomAutoencoder_h

#include "reconstruct/autoencoder/AutoencoderDesign.h"

#include <cmath>
#include <random>

namespace mir {

// A file of this design with random weights, none so small that it could be left out unseen.
inline TensorFile randomAutoencoderFile(const AutoencoderDesign& design)
{
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  TensorFile file;
  file.name = design.description();
  addMetadata(design, file);
  for (const auto& [name, shape] : parameterShapes(design))
  {
    Tensor tensor;
    tensor.shape = shape;
    std::int64_t count = 1;
    for (std::int64_t size : shape)
    {
      count *= size;
    }
    const double inputs = shape.size() == 1 ? 1.0 : double(count) / shape[0];
    tensor.values.resize(count);
    for (float& value : tensor.values)
    {
      value = static_cast<float>(1.7 / std::sqrt(inputs)) * uniform(random);
    }
    file.tensors[name] = tensor;
  }
  return file;
}

} // namespace mir

#endif
