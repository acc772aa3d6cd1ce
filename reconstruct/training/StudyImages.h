// The images that the study's autoencoders learn from, and how their answers are judged.
#ifndef mir_reconstruct_training_StudyImages_h
#define mir_reconstruct_training_StudyImages_h

#include "data/RandomShapes.h"
#include "reconstruct/autoencoder/AutoencoderDesign.h"

#include <cstdint>
#include <vector>

namespace mir {

/// The first shape of the held-out images, far beyond those of any training.
constexpr std::uint64_t firstHeldOutShape = 1ull << 40;
constexpr int heldOutImages = 2000;

/// Shape `index` on the unit square: circles, ellipses, blobs, polygons, stars, half-planes,
/// filaments, two bodies, rings, wavy lines and wedges, equally often; radii of .12 to .42,
/// filaments .03 to .15 wide.
RandomShape studyShape(std::uint64_t seed, std::uint64_t index);

/// Exact coverage of the pixels by shapes first .. first + count - 1: `count` row-major images of
/// 64 x 64, the first row at y = 0.
std::vector<float> studyImages(std::uint64_t seed, std::uint64_t first, int count);

/// Images of cells of `cell` x `cell` pixels drawn as constant blocks: the means of these images.
std::vector<float> drawnCells(const std::vector<float>& images, int cell);

/// Weights of the penalties in the loss, which the study does not tell.
struct StudyPenalties
{
  double conservation = 0.5;
  double continuity = 0.1;
};

/// The mean squared error of `predicted`, plus `conservation` times the mean square of each cell's
/// error in its fraction, plus `continuity` times the mean square of the error in the jump between
/// the two pixels on either side of a cell face, for faces in x and in y. Writes the gradient.
double studyLoss(const std::vector<float>& truth, int cell, const StudyPenalties& penalties,
  const float* predicted, float* gradient);

struct StudyErrors
{
  double squared = 0.0;      ///< Mean squared error of the pixels.
  double conservation = 0.0; ///< Mean |mean of the cell - f| of mixed cells (1e-6 < f < 1 - 1e-6).
  double continuity = 0.0;   ///< Mean |jump error| at faces of a mixed cell.
};

StudyErrors studyErrors(
  const std::vector<float>& truth, int cell, const std::vector<float>& predicted);

} // namespace mir

#endif
