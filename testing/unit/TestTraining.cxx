// Laws of the training: gradients, threads, what samples and batches are made of.
#include "data/RandomShapes.h"
#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/SolidModel.h"
#include "reconstruct/neural/SubcellModel.h"
#include "reconstruct/training/PerceptronTrainer.h"
#include "reconstruct/training/PlanarSamples.h"
#include "reconstruct/training/SampleBatches.h"
#include "reconstruct/training/SolidSamples.h"
#include "reconstruct/training/StudyImages.h"
#include "reconstruct/training/SubcellTraining.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

using namespace mir;

namespace {

std::vector<float> randomValues(std::uint64_t seed, std::size_t count)
{
  CounterRandom random(seed, 0);
  std::vector<float> values(count);
  std::generate(
    values.begin(), values.end(), [&] { return static_cast<float>(random.uniform(-1.0, 1.0)); });
  return values;
}

// The first moment of Adam's first step is a tenth of the gradient.
TEST(TestTraining, GradientsAreTheSlopesOfTheLoss)
{
  constexpr std::size_t rows = 40;
  PerceptronTrainer trainer({ 5, 7, 6, 3 }, 2);
  const std::vector<float> inputs = randomValues(1, rows * 5);
  const std::vector<float> targets = randomValues(2, rows * 3);
  TensorFile start = trainer.checkpoint();
  trainer.step(inputs.data(), targets.data(), rows, 1e-3, runSerially);
  const std::vector<float> moment = trainer.checkpoint().tensors.at("first").values;
  std::vector<float>& parameters = start.tensors.at("parameters").values;
  const auto lossWith = [&](std::size_t i, float value) {
    const float before = parameters[i];
    parameters[i] = value;
    trainer.restore(start);
    parameters[i] = before;
    return trainer.errors(inputs.data(), targets.data(), rows, runSerially).loss;
  };
  constexpr float h = 1e-3f;
  int used = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i)
  {
    const double slope =
      (lossWith(i, parameters[i] + h) - lossWith(i, parameters[i] - h)) / (2.0 * h);
    EXPECT_NEAR(10.0 * moment[i], slope, 1e-3) << i;
    used += std::fabs(slope) > 1e-2 ? 1 : 0;
  }
  EXPECT_GT(used, 20);
}

void expectSameTensors(const TensorFile& a, const TensorFile& b)
{
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors)
  {
    EXPECT_EQ(tensor.values, b.tensors.at(name).values) << name;
  }
}

TensorFile trained(const SampleSource& source, int threads)
{
  SubcellTraining options;
  options.out =
    std::string(MIR_TESTING_TEMPORARY) + "/" + source.architecture + "-trained.safetensors";
  options.cells = 1500;
  options.width = 24;
  options.epochs = 3.0;
  options.threads = threads;
  trainSubcell(source, options);
  return readSafetensors(options.out);
}

TEST(TestTraining, GivesTheSameModelOnAnyNumberOfThreads)
{
  const SampleSource planar = planarSamples(3, 5, 4);
  const TensorFile file = trained(planar, 1);
  expectSameTensors(file, trained(planar, 3));
  EXPECT_EQ(loadSubcellModel(file).stencilSize, 5);
  const SampleSource solid = solidSamples(3, 3, 2);
  EXPECT_EQ(loadSolidModel(trained(solid, 2)).subdivisions, 2);
}

TEST(TestTraining, SamplesDependOnSeedAndIndexAlone)
{
  for (const auto makeSource : { planarSamples, solidSamples })
  {
    TrainingSamples first;
    const SampleSource source = makeSource(9, 5, 4);
    source.append(17, first);
    TrainingSamples again;
    makeSource(9, 5, 4).append(4, again);
    const std::size_t before = again.nodes.size();
    source.append(17, again);
    EXPECT_TRUE(std::equal(first.nodes.begin(), first.nodes.end(), again.nodes.begin() + before));
    TrainingSamples other;
    makeSource(10, 5, 4).append(17, other);
    EXPECT_NE(first.stencils, other.stencils);
  }
}

// What the nodes say about the cell in the middle: the part of the lattice that is inside, by the
// trapezium rule, is its fraction.
TEST(TestTraining, DistancesAndFractionsAreOfOneMaterial)
{
  for (const auto makeSource : { planarSamples, solidSamples })
  {
    const SampleSource source = makeSource(5, 5, 4);
    TrainingSamples samples;
    for (std::uint64_t body = 0; body < 100; ++body)
    {
      source.append(body, samples);
    }
    const int values = source.stencilValues();
    const int nodes = source.nodesPerCell();
    const int r = source.subdivisions;
    const int n = r + 1;
    const std::size_t rows = samples.nodes.size() / nodes;
    ASSERT_EQ(samples.stencils.size(), rows * values);
    double sum = 0.0;
    std::size_t outside = 0;
    for (std::size_t row = 0; row < rows; ++row)
    {
      const float* stencil = samples.stencils.data() + row * values;
      const float f = stencil[values / 2];
      EXPECT_GT(f, 0.0f);
      EXPECT_LE(f, 0.5f + 1e-5f);
      outside += std::count(stencil, stencil + values, outsideDomain) > 0 ? 1 : 0;
      double inside = 0.0;
      for (int k = 0; k < nodes; ++k)
      {
        const float d = samples.nodes[row * nodes + k];
        EXPECT_LE(std::fabs(d), 1.6f);
        double weight = 1.0;
        for (int axis = 0, rest = k; axis < source.dimension; ++axis, rest /= n)
        {
          weight *= (rest % n == 0 || rest % n == r ? 0.5 : 1.0) / r;
        }
        inside += d > 0.0f ? weight : 0.0;
      }
      EXPECT_NEAR(inside, f, 0.4);
      sum += inside - f;
    }
    EXPECT_NEAR(sum / static_cast<double>(rows), 0.0, 0.01);
    EXPECT_GT(outside, rows / 10);
    EXPECT_LT(outside, rows / 2);
  }
}

TEST(TestTraining, APassShowsEverySampleOnceAndMarksWhatLiesOutside)
{
  const SampleSource source = planarSamples(1, 5, 4);
  const SampleSet set = drawSamples(source, 0, 700, runSerially);
  const auto count = set.size(source);
  const int values = source.stencilValues();
  const int nodes = source.nodesPerCell();
  std::multiset<std::vector<float>> wanted;
  for (std::int64_t row = 0; row < count; ++row)
  {
    wanted.insert({ set.targets.begin() + row * nodes, set.targets.begin() + (row + 1) * nodes });
  }
  SampleBatches batches(source, set, 0.5);
  std::multiset<std::vector<float>> seen;
  for (std::int64_t first = 0; first < count;)
  {
    const std::int64_t rows = batches.next(first, 512, runSerially);
    for (std::int64_t row = 0; row < rows; ++row)
    {
      const float* targets = batches.targets.data() + row * nodes;
      seen.insert({ targets, targets + nodes });
      const float* inputs = batches.inputs.data() + row * 2 * values;
      for (int k = 0; k < values; ++k)
      {
        EXPECT_LE(std::fabs(inputs[k]), 1.0f);
        EXPECT_EQ(inputs[values + k], inputs[k] == 0.0f ? 1.0f : 0.0f);
      }
    }
    first += rows;
  }
  EXPECT_EQ(seen, wanted);
}

// The loss is quadratic: central differences are its slopes to rounding.
TEST(TestTraining, GradientOfTheStudysLossIsItsSlope)
{
  for (int cell : { 4, 8 })
  {
    const std::vector<float> truth = studyImages(3, 0, 2);
    const std::vector<float> direction = randomValues(4, truth.size());
    std::vector<float> predicted = randomValues(5, truth.size());
    std::vector<float> gradient(truth.size());
    const StudyPenalties penalties{ 0.7, 0.4 };
    studyLoss(truth, cell, penalties, predicted.data(), gradient.data());
    double slope = 0.0;
    for (std::size_t k = 0; k < truth.size(); ++k)
    {
      slope += double(gradient[k]) * direction[k];
    }
    const auto lossAt = [&](float step) {
      std::vector<float> moved = predicted;
      for (std::size_t k = 0; k < truth.size(); ++k)
      {
        moved[k] += step * direction[k];
      }
      std::vector<float> unused(truth.size());
      return studyLoss(truth, cell, penalties, moved.data(), unused.data());
    };
    EXPECT_NEAR(0.5 * (lossAt(1.0f) - lossAt(-1.0f)), slope, 1e-4 * std::fabs(slope));
  }
}

// Drawn cells hold each cell's material; the truth itself has no error; without penalties the loss
// is the mean squared error.
TEST(TestTraining, ImagesOfCellsConserveAndTheTruthHasNoError)
{
  const std::vector<float> truth = studyImages(1, firstHeldOutShape, 20);
  const std::vector<float> drawn = drawnCells(truth, 8);
  const StudyErrors none = studyErrors(truth, 8, truth);
  EXPECT_EQ(none.squared, 0.0);
  EXPECT_EQ(none.continuity, 0.0);
  const StudyErrors errors = studyErrors(truth, 8, drawn);
  EXPECT_LT(errors.conservation, 1e-6);
  EXPECT_GT(errors.continuity, 0.1);
  std::vector<float> gradient(truth.size());
  EXPECT_NEAR(studyLoss(truth, 8, { 0.0, 0.0 }, drawn.data(), gradient.data()), errors.squared,
    1e-6 * errors.squared);
}

} // namespace
