// Training samples of the sub-cell model in space.
#ifndef mir_reconstruct_training_SolidSamples_h
#define mir_reconstruct_training_SolidSamples_h

#include "reconstruct/training/TrainingSamples.h"

namespace mir {

/// The mixed cells (1e-6 < f < 1 - 1e-6) of random bodies (data/RandomSolids.h) on 12^3 cells. Of
/// the cells whose stencil reaches beyond these, which is the boundary of the domain then, 35 % are
/// kept.
SampleSource solidSamples(std::uint64_t seed, int stencilSize, int subdivisions);

} // namespace mir

#endif
