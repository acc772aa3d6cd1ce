// Training of the study's autoencoder.
#ifndef mir_reconstruct_training_AutoencoderTraining_h
#define mir_reconstruct_training_AutoencoderTraining_h

#include <cstdint>
#include <string>

namespace mir {

struct AutoencoderTraining
{
  std::string out;
  std::uint64_t seed = 1;
  int channels = 2;
  int latent = 128;
  std::int64_t samples = 150000; ///< Each seen once.
  int batch = 64;
  double rate = 1e-3;
  bool resume = false;
};

/// Trains on 64 x 64 images of exact coverage, shown to the network as 8 x 8 constant cells, and
/// writes `out` in half precision, with the log beside it (.log.jsonl) and, while it runs, a
/// checkpoint (.checkpoint) every minute. The loss is the mean squared error, plus .5 times the
/// mean square of each cell's error in its fraction (conservation), plus .1 times the mean square
/// of the error in the jump across cell faces (continuity). Adam, warm-up over 5000 samples, then
/// a cosine. The result depends on the options alone (on one thread of one machine type), whether
/// or not the run was interrupted. Errors are std::runtime_error.
void trainAutoencoder(const AutoencoderTraining& options);

} // namespace mir

#endif
