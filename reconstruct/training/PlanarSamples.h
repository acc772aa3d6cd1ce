// Training samples of the sub-cell models in the plane.
#ifndef mir_reconstruct_training_PlanarSamples_h
#define mir_reconstruct_training_PlanarSamples_h

#include "reconstruct/training/TrainingSamples.h"

namespace mir {

/// The mixed cells (1e-7 < f < 1 - 1e-7) of random shapes (data/RandomShapes.h) on 16 x 16 cells:
/// radii from 1.2 to 48 cells, filaments and slots from .32 to 2.6 cells wide. One shape in seven
/// is stretched as cells of an aspect ratio of up to 10 see it; one cell in five lies at a boundary
/// of the domain, an edge, a corner or a re-entrant corner that cuts its stencil.
SampleSource planarSamples(std::uint64_t seed, int stencilSize, int subdivisions);

} // namespace mir

#endif
