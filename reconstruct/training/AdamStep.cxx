#include "reconstruct/training/AdamStep.h"

#include "plic/AllProcessors.h"

#include <cmath>

namespace mir {

MIR_FOR_ALL_PROCESSORS
void adamStep(const float* gradient, std::size_t count, float rate, float scale, float* first,
  float* second, float* parameters)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    first[i] = 0.9f * first[i] + 0.1f * gradient[i];
    second[i] = 0.999f * second[i] + 0.001f * gradient[i] * gradient[i];
    parameters[i] -= rate * first[i] / (std::sqrt(scale * second[i]) + 1e-8f);
  }
}

} // namespace mir
