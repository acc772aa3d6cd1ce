// The volume of a cell whose values move along its bump, near and far from where it was sorted.
#include "RandomCells.h"

#include "reconstruct/continuous/volumes/CellVolumes.h"
#include "reconstruct/continuous/volumes/CellCuts.h"
#include "reconstruct/continuous/conservation/PairCuts.h"

#include <gtest/gtest.h>

#include <vector>

namespace mir::testing {
namespace {

TEST(PairCuts, IsTheVolumeOfTheMovedValues)
{
  Dice dice(7);
  std::vector<int> order;
  FaceTable tetrahedron;
  tetrahedron.vertices = { 0, 2, 1, 0, 1, 3, 1, 2, 3, 2, 0, 3 };
  tetrahedron.offsets = { 0, 3, 6, 9, 12 };
  const CellSubdivision cells[] = { quadSubdivision(4), triangleSubdivision(3),
    solidSubdivision(tetrahedron, 3, order) };
  for (const CellSubdivision& cell : cells)
  {
    PairCuts cuts;
    std::vector<double> numbers(cell.numberOfWeights(), 1.0 / cell.simplices.size());
    detail::findClusterWeights(cell, numbers.data(), numbers.data() + cell.simplices.size());
    const SimplexWeights even(cell, numbers.data());
    for (int round = 0; round < 50; ++round)
    {
      std::vector<double> values(cell.nodes);
      for (double& value : values)
      {
        value = dice.uniform(-1.0, 1.0);
      }
      cuts.start(cell, even, values.data(), 0.05);
      for (const double factor : { 0.0, 0.03, -0.05, 0.4, 0.42, -3.0, 1e3 })
      {
        std::vector<double> moved = values;
        for (int i = 0; i < cell.nodes; ++i)
        {
          moved[i] += factor * cell.bump[i];
        }
        std::vector<double> gradient(cell.nodes);
        const double expected = positiveVolume(cell, even, moved.data(), gradient.data());
        double along = 0.0;
        for (int i = 0; i < cell.nodes; ++i)
        {
          along += gradient[i] * cell.bump[i];
        }
        double slope = 0.0;
        EXPECT_NEAR(cuts.volume(factor, slope), expected, 1e-13);
        EXPECT_NEAR(slope, along, 1e-12 * (1.0 + along));
      }
    }
  }
}

} // namespace
} // namespace mir::testing
