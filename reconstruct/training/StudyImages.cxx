#include "reconstruct/training/StudyImages.h"

#include "data/Raster.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

constexpr int side = autoencoderImageSize;
constexpr std::size_t pixels = std::size_t(side) * side;

/// Mean of every cell of an image, row by row.
std::vector<float> cellMeans(const float* image, int cell)
{
  const int cells = side / cell;
  std::vector<float> means(static_cast<std::size_t>(cells) * cells, 0.0f);
  for (int y = 0; y < side; ++y)
  {
    float* row = means.data() + y / cell * cells;
    for (int i = 0; i < cells; ++i)
    {
      for (int x = 0; x < cell; ++x)
      {
        row[i] += image[y * side + i * cell + x];
      }
    }
  }
  const float weight = 1.0f / static_cast<float>(cell * cell);
  for (float& mean : means)
  {
    mean *= weight;
  }
  return means;
}

/// Calls visit(first pixel, pixel beyond the face) for all pairs at the faces between cells.
template <class Visit>
void forFacePixels(int cell, const Visit& visit)
{
  for (int face = cell; face < side; face += cell)
  {
    for (int k = 0; k < side; ++k)
    {
      visit(k * side + face - 1, k * side + face);
      visit((face - 1) * side + k, face * side + k);
    }
  }
}

} // namespace

RandomShape studyShape(std::uint64_t seed, std::uint64_t index)
{
  RandomShapeRange range;
  range.minimumRadius = 0.12;
  range.maximumRadius = 0.42;
  range.minimumWidth = 0.03;
  range.maximumWidth = 0.15;
  range.cellSize = 1.0 / side;
  std::fill_n(range.weights, numberOfShapeFamilies, 0.0);
  std::fill_n(range.weights, static_cast<int>(ShapeFamily::Wedge) + 1, 1.0);
  return randomShape(seed, index, range);
}

std::vector<float> studyImages(std::uint64_t seed, std::uint64_t first, int count)
{
  const UniformGrid grid{ side, side, 1.0 / side, { 0.0, 0.0 } };
  std::vector<float> images;
  images.reserve(count * pixels);
  for (int k = 0; k < count; ++k)
  {
    const RandomShape shape = studyShape(seed, first + k);
    for (double f : cellCoverage(shape.loops, grid))
    {
      images.push_back(static_cast<float>(shape.complement ? 1.0 - f : f));
    }
  }
  return images;
}

std::vector<float> drawnCells(const std::vector<float>& images, int cell)
{
  std::vector<float> drawn(images.size());
  for (std::size_t start = 0; start < images.size(); start += pixels)
  {
    const std::vector<float> means = cellMeans(images.data() + start, cell);
    for (int y = 0; y < side; ++y)
    {
      for (int x = 0; x < side; ++x)
      {
        drawn[start + y * side + x] = means[y / cell * (side / cell) + x / cell];
      }
    }
  }
  return drawn;
}

double studyLoss(const std::vector<float>& truth, int cell, const StudyPenalties& penalties,
  const float* predicted, float* gradient)
{
  const double count = static_cast<double>(truth.size() / pixels);
  const int cells = side / cell;
  const double ofPixels = 1.0 / (count * pixels);
  const double ofCells = penalties.conservation / (count * cells * cells);
  const double ofFaces = penalties.continuity / (count * (cells - 1) * side);
  double loss = 0.0;
  std::vector<float> error(pixels);
  for (std::size_t start = 0; start < truth.size(); start += pixels)
  {
    float* slope = gradient + start;
    double squares = 0.0;
    for (std::size_t k = 0; k < pixels; ++k)
    {
      error[k] = predicted[start + k] - truth[start + k];
      slope[k] = static_cast<float>(2.0 * ofPixels) * error[k];
      squares += error[k] * error[k];
    }
    const std::vector<float> means = cellMeans(error.data(), cell);
    double cellSquares = 0.0;
    for (float mean : means)
    {
      cellSquares += mean * mean;
    }
    const float perPixel = static_cast<float>(2.0 * ofCells / (cell * cell));
    for (int y = 0; y < side; ++y)
    {
      for (int x = 0; x < side; ++x)
      {
        slope[y * side + x] += perPixel * means[y / cell * cells + x / cell];
      }
    }
    double jumpSquares = 0.0;
    forFacePixels(cell, [&](int before, int beyond) {
      const float jump = error[beyond] - error[before];
      jumpSquares += jump * jump;
      slope[beyond] += static_cast<float>(2.0 * ofFaces) * jump;
      slope[before] -= static_cast<float>(2.0 * ofFaces) * jump;
    });
    loss += ofPixels * squares + ofCells * cellSquares + ofFaces * jumpSquares;
  }
  return loss;
}

StudyErrors studyErrors(
  const std::vector<float>& truth, int cell, const std::vector<float>& predicted)
{
  const int cells = side / cell;
  StudyErrors sums;
  double mixedCells = 0.0;
  double mixedPairs = 0.0;
  std::vector<float> error(pixels);
  for (std::size_t start = 0; start < truth.size(); start += pixels)
  {
    for (std::size_t k = 0; k < pixels; ++k)
    {
      error[k] = predicted[start + k] - truth[start + k];
      sums.squared += error[k] * error[k];
    }
    const std::vector<float> fractions = cellMeans(truth.data() + start, cell);
    const std::vector<float> means = cellMeans(error.data(), cell);
    const auto mixed = [&](int c) { return fractions[c] > 1e-6f && fractions[c] < 1.0f - 1e-6f; };
    for (int c = 0; c < cells * cells; ++c)
    {
      sums.conservation += mixed(c) ? std::fabs(means[c]) : 0.0;
      mixedCells += mixed(c) ? 1.0 : 0.0;
    }
    const auto cellOf = [&](
                          int pixel) { return pixel / side / cell * cells + pixel % side / cell; };
    forFacePixels(cell, [&](int before, int beyond) {
      if (mixed(cellOf(before)) || mixed(cellOf(beyond)))
      {
        sums.continuity += std::fabs(error[beyond] - error[before]);
        mixedPairs += 1.0;
      }
    });
  }
  return { sums.squared / static_cast<double>(truth.size()), sums.conservation / mixedCells,
    sums.continuity / mixedPairs };
}

} // namespace mir
