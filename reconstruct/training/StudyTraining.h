// Training of the study's autoencoders.
#ifndef mir_reconstruct_training_StudyTraining_h
#define mir_reconstruct_training_StudyTraining_h

#include "reconstruct/training/StudyImages.h"

#include <cstdint>
#include <string>

namespace mir {

struct StudyTraining
{
  std::string out;
  AutoencoderDesign design;
  std::uint64_t seed = 1;
  std::int64_t samples = 300000; ///< Each seen once.
  int batch = 32;
  int cellSize = autoencoderCellSize; ///< In pixels: 8, or 4 for 16 x 16 cells.
  double rate = 1e-3;
  StudyPenalties penalties;
  bool resume = false;
};

/// Trains on 64 x 64 images of exact coverage, shown to the network as constant cells, and writes
/// `out` in half precision, with the log beside it (.log.jsonl) and, while it runs, a checkpoint
/// (.checkpoint) every minute. The loss is studyLoss(); Adam, warm-up over 5000 samples, then a
/// cosine. Computes on one thread of the processor: the result depends on the options alone (on one
/// machine type), whether or not the run was interrupted. Errors are std::runtime_error.
void trainStudy(const StudyTraining& options);

} // namespace mir

#endif
