#include "reconstruct/continuous/variational/CellBlock.h"

#include "plic/AllProcessors.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Columns that are eliminated at once: every row is then read and written once for all of them.
constexpr int columns = pivotRows;

/// other -= factors * pivots
void eliminate(
  double* __restrict other, const double* factors, const double* pivots, int stride, int end)
{
  const double f0 = factors[0];
  const double f1 = factors[1];
  const double f2 = factors[2];
  const double f3 = factors[3];
  const double* p0 = pivots;
  const double* p1 = p0 + stride;
  const double* p2 = p1 + stride;
  const double* p3 = p2 + stride;
  for (int j = 0; j < end; ++j)
  {
    other[j] = other[j] - f0 * p0[j] - f1 * p1[j] - f2 * p2[j] - f3 * p3[j];
  }
}

} // namespace

MIR_FOR_ALL_PROCESSORS
bool invertBlock(double* a, int n, float* w)
{
  // Elimination of [A | 1] in the place of A, some columns at once: left of them are rows of W, as
  // far as they are known, and right of them is what is left of A.
  const int stride = blockStride(n);
  double* pivots = a + static_cast<std::ptrdiff_t>(n) * stride;
  for (int first = 0; first < n; first += columns)
  {
    const int last = std::min(n, first + columns);
    for (int k = first; k < last; ++k)
    {
      // Column k of the factor, and with it row k of W.
      double* pivot = pivots + static_cast<std::ptrdiff_t>(k - first) * stride;
      double* row = a + static_cast<std::ptrdiff_t>(k) * stride;
      for (int i = k; i < n; ++i)
      {
        double value = a[static_cast<std::ptrdiff_t>(i) * stride + k];
        for (int q = 0; q < k - first; ++q)
        {
          const double* earlier = pivots + static_cast<std::ptrdiff_t>(q) * stride;
          value -= earlier[i] * earlier[k];
        }
        pivot[i] = value;
      }
      if (!(pivot[k] > 0.0))
      {
        return false;
      }
      const double inverse = 1.0 / std::sqrt(pivot[k]);
      for (int i = k + 1; i < n; ++i)
      {
        pivot[i] *= inverse;
      }
      std::fill(row + first, row + k, 0.0);
      row[k] = 1.0;
      for (int q = first; q < k; ++q)
      {
        const double* earlier = a + static_cast<std::ptrdiff_t>(q) * stride;
        const double factor = pivots[static_cast<std::ptrdiff_t>(q - first) * stride + k];
        for (int j = 0; j <= q; ++j)
        {
          row[j] -= factor * earlier[j];
        }
      }
      for (int j = 0; j <= k; ++j)
      {
        row[j] *= inverse;
      }
    }
    for (int k = first; k < last; ++k)
    {
      double* pivot = pivots + static_cast<std::ptrdiff_t>(k - first) * stride;
      std::copy_n(a + static_cast<std::ptrdiff_t>(k) * stride, k + 1, pivot);
      std::fill(pivot + k + 1, pivot + last, 0.0);
    }
    for (int i = last; i < n; ++i)
    {
      double factors[columns];
      for (int q = 0; q < columns; ++q)
      {
        factors[q] = pivots[static_cast<std::ptrdiff_t>(q) * stride + i];
      }
      double* other = a + static_cast<std::ptrdiff_t>(i) * stride;
      std::fill(other + first, other + last, 0.0);
      eliminate(
        other, factors, pivots, stride, (i + blockLanes / 2) / (blockLanes / 2) * (blockLanes / 2));
    }
  }
  for (int i = 0; i < n; ++i)
  {
    const double* row = a + static_cast<std::ptrdiff_t>(i) * stride;
    const int end = blockStride(i + 1);
    for (int j = 0; j < end; ++j)
    {
      w[j] = j <= i ? static_cast<float>(row[j]) : 0.0f;
    }
    w += end;
  }
  return true;
}

MIR_FOR_ALL_PROCESSORS
void multiplyInverse(const float* w, int n, const float* x, float* __restrict z)
{
  std::fill_n(z, blockStride(n), 0.0f);
  for (int i = 0; i < n; ++i)
  {
    const int end = blockStride(i + 1);
    float lanes[blockLanes] = {};
    for (int j = 0; j < end; j += blockLanes)
    {
      for (int l = 0; l < blockLanes; ++l)
      {
        lanes[l] += w[j + l] * x[j + l];
      }
    }
    for (int half = blockLanes / 2; half > 0; half /= 2)
    {
      for (int l = 0; l < half; ++l)
      {
        lanes[l] += lanes[l + half];
      }
    }
    const float value = lanes[0];
    for (int j = 0; j < end; ++j)
    {
      z[j] += value * w[j];
    }
    w += end;
  }
}

} // namespace mir
