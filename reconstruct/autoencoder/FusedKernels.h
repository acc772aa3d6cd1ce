// The steps of the forward pass in float. Private to this folder.
#ifndef mir_reconstruct_autoencoder_FusedKernels_h
#define mir_reconstruct_autoencoder_FusedKernels_h

#include "reconstruct/autoencoder/FusedNetwork.h"

namespace mir {

/// The features of one image before the fully connected layer, normalised where the design says
/// so. `maps` and `other` are feature maps in PlaneLayout whose surroundings are zero, before and
/// after.
void encode(
  const FusedNetwork& network, const float* image, float* maps, float* other, float* features);

/// The image that features after the fully connected layers stand for.
void decode(
  const FusedNetwork& network, const float* features, float* maps, float* other, float* image);

/// outputs = leaky ReLU(weights inputs + bias) for `rows` rows. Every output is summed in the order
/// of the inputs: a row does not depend on the others, to the bit.
void multiply(const PanelLayer& layer, const float* inputs, int rows, float* outputs);

} // namespace mir

#endif
