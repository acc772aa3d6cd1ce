// Training of the sub-cell models, in the plane and in space.
#ifndef mir_reconstruct_training_SubcellTraining_h
#define mir_reconstruct_training_SubcellTraining_h

#include "reconstruct/training/TrainingSamples.h"

#include <cstdint>
#include <string>

namespace mir {

struct SubcellTraining
{
  std::string out;
  std::int64_t cells = 3000000; ///< Mixed cells in the training set.
  int width = 128;              ///< Of the hidden layers.
  int hidden = 3;
  double epochs = 60.0;   ///< Passes over the set.
  double noisyPart = 0.7; ///< Of the samples (SampleBatches.h).
  double rate = 2e-3;     ///< The highest.
  int threads = 0;        ///< 0: all of the machine's.
  bool resume = false;
};

/// Trains and writes `out`, with the log beside it (.log.jsonl) and, while it runs, a checkpoint
/// (.checkpoint) every minute. The loss is PerceptronTrainer's; Adam with 200 warm-up steps and a
/// cosine; batches of 512, 2048 and 4096. The result depends on source and options alone, not on
/// threads or interruptions (on one type of machine). Errors are std::runtime_error.
void trainSubcell(const SampleSource& source, const SubcellTraining& options);

} // namespace mir

#endif
