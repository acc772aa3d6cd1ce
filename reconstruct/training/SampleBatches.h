// A set of samples, and the noisy batches in which a network sees it.
#ifndef mir_reconstruct_training_SampleBatches_h
#define mir_reconstruct_training_SampleBatches_h

#include "plic/ParallelFor.h"
#include "reconstruct/training/TrainingSamples.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mir {

/// Samples as a network takes them.
struct SampleSet
{
  /// Rows of 2 f - 1 for every value of the stencil, 0 outside the domain; the other half of a
  /// network's inputs follows from it (networkInputs()).
  std::vector<float> inputs;
  std::vector<float> targets;
  std::uint64_t bodies = 0; ///< How many were drawn.

  std::int64_t size(const SampleSource& source) const
  {
    return static_cast<std::int64_t>(this->targets.size()) / source.nodesPerCell();
  }
};

/// At least `cells` samples of bodies `first`, ...: all cells of the last ones drawn.
SampleSet drawSamples(const SampleSource& source, std::uint64_t first, std::int64_t cells,
  const ParallelFor& parallelFor);

/// A network's inputs (FramedPerceptron.h) from a row of the set: `count` values and as many again,
/// 1 outside the domain and 0 within.
void networkInputs(const float* row, std::size_t count, float* inputs);

/// Shuffled passes over a set. Normal noise, of another size (3e-4 to 3e-2, log-uniform) in every
/// row of the noisy part, changes the fractions of mixed cells. All follows from the seed and the
/// number of rows seen before.
class SampleBatches
{
public:
  /// `set` must outlive it; `noisyPart` of the rows get noise.
  SampleBatches(const SampleSource& source, const SampleSet& set, double noisyPart);

  /// Fills inputs and targets with the rows after the first `seen`; returns how many, fewer than
  /// `rows` at the end of a pass.
  std::int64_t next(std::int64_t seen, std::int64_t rows, const ParallelFor& parallelFor);

  std::vector<float> inputs;
  std::vector<float> targets;

private:
  void shuffle(std::int64_t pass);
  void addNoise(std::int64_t row, float* fractions) const;

  const SampleSet& Set;
  std::uint64_t Seed;
  double NoisyPart;
  std::size_t Values;
  std::size_t Nodes;
  std::vector<float> Noise;
  std::vector<std::int64_t> Order;
  std::int64_t Pass = -1;
};

} // namespace mir

#endif
