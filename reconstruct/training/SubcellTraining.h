// Training of the sub-cell model.
#ifndef mir_reconstruct_training_SubcellTraining_h
#define mir_reconstruct_training_SubcellTraining_h

#include "reconstruct/training/SubcellSamples.h"

#include <cstdint>
#include <string>

namespace mir {

struct SubcellTraining
{
  std::string out;
  SubcellSampling sampling;
  std::int64_t cells = 3000000; ///< Mixed cells in the training set.
  int width = 112;
  int hidden = 3;
  double epochs = 0.0; ///< Passes over the set; 0 takes as many as fit into `minutes`.
  double minutes = 10.0;
  double noisyFraction = 0.7; ///< Of the samples, with sigma from 3e-4 to 3e-2, log-uniform.
  double rate = 2e-3;
  bool resume = false;
};

/// Trains and writes `out`, with the log beside it (.log.jsonl) and, while it runs, a checkpoint
/// (.checkpoint) every minute. Smooth-L1 (beta .01) on the node distances d, weighted with
/// 1 / (|d| + .15); Adam with 200 warm-up steps and a cosine; batches of 512, 2048 and 8192.
/// With `epochs` given, the result depends on the options alone (on one thread of one machine
/// type), whether or not the run was interrupted. Errors are std::runtime_error.
void trainSubcell(const SubcellTraining& options);

} // namespace mir

#endif
