// Laws of the blocks that precondition the variational method.
#include "RandomCells.h"

#include "reconstruct/continuous/variational/CellBlock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

using namespace mir;
using mir::testing::Dice;

namespace {

/// G^T G + 1 in the rows of a block, with room for invertBlock().
std::vector<double> randomBlock(int n, Dice& dice)
{
  std::vector<double> g(static_cast<std::size_t>(n) * n);
  for (double& value : g)
  {
    value = dice.uniform(-1.0, 1.0);
  }
  const int stride = blockStride(n);
  std::vector<double> a(static_cast<std::size_t>(n + pivotRows) * stride, 0.0);
  for (int i = 0; i < n; ++i)
  {
    for (int j = 0; j <= i; ++j)
    {
      double sum = i == j ? 1.0 : 0.0;
      for (int k = 0; k < n; ++k)
      {
        sum += g[k * n + i] * g[k * n + j];
      }
      a[static_cast<std::size_t>(i) * stride + j] = sum;
    }
  }
  return a;
}

} // namespace

TEST(CellBlock, TheInverseUndoesTheBlock)
{
  Dice dice(1);
  for (const int n : { 1, 3, 4, 5, 15, 16, 17, 41, 90 })
  {
    const std::vector<double> a = randomBlock(n, dice);
    const int stride = blockStride(n);
    std::vector<float> x(stride, 0.0f);
    std::vector<double> image(n, 0.0);
    for (int i = 0; i < n; ++i)
    {
      x[i] = static_cast<float>(dice.uniform(-1.0, 1.0));
    }
    double norm = 0.0;
    for (int i = 0; i < n; ++i)
    {
      double row = 0.0;
      for (int j = 0; j < n; ++j)
      {
        const double value =
          a[static_cast<std::size_t>(j <= i ? i : j) * stride + (j <= i ? j : i)];
        image[i] += value * x[j];
        row += std::abs(value);
      }
      norm = std::max(norm, row);
    }
    std::vector<double> work = a;
    std::vector<float> w(inverseSize(n));
    ASSERT_TRUE(invertBlock(work.data(), n, w.data()));
    std::vector<float> rounded(stride, 0.0f);
    std::copy(image.begin(), image.end(), rounded.begin());
    std::vector<float> found(stride);
    multiplyInverse(w.data(), n, rounded.data(), found.data());
    // The least eigenvalue is at least 1, so the norm bounds what rounding grows by.
    for (int i = 0; i < n; ++i)
    {
      EXPECT_NEAR(found[i], x[i], n * norm * std::numeric_limits<float>::epsilon()) << n;
    }
  }
}

TEST(CellBlock, WhatIsNotPositiveIsRefused)
{
  Dice dice(2);
  for (const int n : { 1, 4, 6, 30 })
  {
    const int stride = blockStride(n);
    std::vector<float> w(inverseSize(n));
    for (const double diagonal : { 0.0, -1.0, std::nan("") })
    {
      std::vector<double> a = randomBlock(n, dice);
      a[static_cast<std::size_t>(n - 1) * stride + n - 1] = diagonal;
      EXPECT_FALSE(invertBlock(a.data(), n, w.data()));
    }
  }
}
