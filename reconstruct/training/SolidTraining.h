// Training of the sub-cell model in space.
#ifndef mir_reconstruct_training_SolidTraining_h
#define mir_reconstruct_training_SolidTraining_h

#include "reconstruct/training/SolidSamples.h"

#include <cstdint>
#include <string>

namespace mir {

struct SolidTraining
{
  std::string out;
  SolidSampling sampling;
  std::int64_t cells = 1200000; ///< Mixed cells in the training set.
  int width = 96;
  int hidden = 3;
  double epochs = 80.0;       ///< Passes over the set.
  double noisyFraction = 0.5; ///< Of the samples, with sigma from 3e-4 to 3e-2, log-uniform.
  double rate = 2e-3;
  int threads = 0; ///< 0: all of the machine's.
  bool resume = false;
};

/// Trains and writes `out`, with the log beside it (.log.jsonl) and, while it runs, a checkpoint
/// (.checkpoint) and the weights so far (.partial.safetensors) every minute. Adam with 200 warm-up
/// steps and a cosine; batches of 512, 2048 and 4096. The result depends on the options alone, not
/// on threads or interruptions (on one type of machine). Errors are std::runtime_error.
void trainSolid(const SolidTraining& options);

} // namespace mir

#endif
