// The step of Adam (Kingma and Ba 2015) in one pass through memory.
#ifndef mir_reconstruct_training_AdamStep_h
#define mir_reconstruct_training_AdamStep_h

#include <cstddef>

namespace mir {

/// Moves both moments on with decays .9 and .999, and the parameters by
/// -rate first / (sqrt(scale second) + 1e-8). The caller corrects the bias of young moments with
/// rate and scale.
void adamStep(const float* gradient, std::size_t count, float rate, float scale, float* first,
  float* second, float* parameters);

} // namespace mir

#endif
