// Laws of the search for where a function that never decreases has a value.
#include "RandomCells.h"

#include "reconstruct/continuous/conservation/MonotoneRoot.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mir::testing {
namespace {

TEST(MonotoneRoot, TheInverseCubicIsExactForInversesThatAreCubic)
{
  Dice dice(1);
  for (int round = 0; round < 1000; ++round)
  {
    // x = a y + b y^3 never decreases.
    const double a = dice.uniform(0.1, 2.0);
    const double b = dice.uniform(0.0, 1.0);
    const auto at = [a, b](double y) {
      return detail::SlopedValue{ a * y + b * y * y * y, y, 1.0 / (a + 3.0 * b * y * y) };
    };
    const double goal = dice.uniform(-1.0, 1.0);
    const double found =
      detail::inverseCubic(at(dice.uniform(-2.0, -1.1)), at(dice.uniform(1.1, 2.0)), goal);
    EXPECT_NEAR(found, at(goal).place, 1e-13);
  }
}

TEST(MonotoneRoot, FindsTheGoalOfSmoothFunctions)
{
  Dice dice(2);
  for (int round = 0; round < 1000; ++round)
  {
    const double steepness = dice.logUniform(1e-2, 1e2);
    const double middle = dice.uniform(-1.0, 1.0);
    const double goal = dice.uniform(0.01, 0.99);
    const MonotoneRoot root = findMonotoneRoot(
      [&](double x, double& slope) {
        const double value = 0.5 + 0.5 * std::tanh(steepness * (x - middle));
        slope = 2.0 * steepness * value * (1.0 - value);
        return value;
      },
      goal, 1e-13, 0.0, 0.01);
    EXPECT_LE(root.residual, 1e-13);
    EXPECT_NEAR(root.place, middle + std::atanh(2.0 * goal - 1.0) / steepness,
      1e-11 * (1.0 + 1.0 / steepness));
  }
}

TEST(MonotoneRoot, EndsWhereTheFunctionJumpsOverTheGoal)
{
  Dice dice(3);
  for (int round = 0; round < 200; ++round)
  {
    const double jump = dice.uniform(-1.0, 1.0);
    const MonotoneRoot root = findMonotoneRoot(
      [&](double x, double& slope) {
        slope = 1e-3;
        return 1e-3 * x + (x < jump ? 0.0 : 1.0);
      },
      0.5, 1e-13, 0.0, 0.01);
    EXPECT_NEAR(root.place, jump, 1e-12);
    EXPECT_NEAR(root.residual, 0.5, 2e-3);
  }
}

} // namespace
} // namespace mir::testing
