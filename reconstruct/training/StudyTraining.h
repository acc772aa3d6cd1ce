// Training of the study's autoencoders.
#ifndef mir_reconstruct_training_StudyTraining_h
#define mir_reconstruct_training_StudyTraining_h

#include "reconstruct/autoencoder/AutoencoderDesign.h"

#include <cstdint>
#include <string>

namespace mir {

struct StudyTraining
{
  std::string out;
  AutoencoderDesign design;
  std::uint64_t seed = 1;
  std::int64_t samples = 300000; ///< Each seen once.
  int batch = 64;
  int cellSize = autoencoderCellSize; ///< In pixels: 8, or 4 for 16 x 16 cells.
  double rate = 1e-3;
  double conservation = 0.5; ///< Weight in the loss.
  double continuity = 0.1;
  bool resume = false;
};

/// Trains on 64 x 64 images of exact coverage, shown to the network as constant cells, and writes
/// `out` in half precision, with the log beside it (.log.jsonl) and, while it runs, a checkpoint
/// (.checkpoint) every minute. The loss is the mean squared error, plus `conservation` times the
/// mean square of each cell's error in its fraction, plus `continuity` times the mean square of the
/// error in the jump across cell faces; the study does not tell its weights. Adam, warm-up over
/// 5000 samples, then a cosine. Computes on a CUDA device where LibTorch has one. On the processor
/// the result depends on the options alone (on one thread of one machine type), whether or not the
/// run was interrupted. Errors are std::runtime_error.
void trainStudy(const StudyTraining& options);

} // namespace mir

#endif
