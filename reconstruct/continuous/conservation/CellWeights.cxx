#include "reconstruct/continuous/conservation/CellWeights.h"

#include "reconstruct/continuous/volumes/CellRegions.h"
#include "reconstruct/continuous/volumes/CellVolumes.h"
#include "reconstruct/continuous/conservation/MonotoneRoot.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mir {

namespace {

// First step of a search, in cell sizes.
constexpr double firstReach = 0.01;
// Factors of the bump, in cell sizes, between which the simplices are sorted but once.
constexpr double pairReach = 2e-3;
// A material with less than this part of its fraction is all but lost.
constexpr double lostPart = 0.02;

template <bool Facets>
struct RegionSink
{
  static constexpr bool facets = Facets;
  double* volumes;
  double* pairs;
  const double* bump;
  int count;

  void volume(int k, double part) { this->volumes[k] += part; }
  template <std::size_t N>
  void facet(int j, int k, double weight, const int* nodes, const std::array<double, N>& integral)
  {
    double sum = 0.0;
    for (std::size_t i = 0; i < N; ++i)
    {
      sum += integral[i] * this->bump[nodes[i]];
    }
    this->pairs[pairIndex(this->count, j, k)] += weight * sum;
  }
};

// Solves a symmetric positive system in place; false when it is singular.
bool solveCholesky(int n, double* matrix, double* x)
{
  for (int i = 0; i < n; ++i)
  {
    for (int j = 0; j <= i; ++j)
    {
      double sum = matrix[i * n + j];
      for (int k = 0; k < j; ++k)
      {
        sum -= matrix[i * n + k] * matrix[j * n + k];
      }
      if (i == j)
      {
        if (!(sum > 1e-300))
        {
          return false;
        }
        matrix[i * n + i] = std::sqrt(sum);
      }
      else
      {
        matrix[i * n + j] = sum / matrix[j * n + j];
      }
    }
  }
  for (int i = 0; i < n; ++i)
  {
    for (int k = 0; k < i; ++k)
    {
      x[i] -= matrix[i * n + k] * x[k];
    }
    x[i] /= matrix[i * n + i];
  }
  for (int i = n - 1; i >= 0; --i)
  {
    for (int k = i + 1; k < n; ++k)
    {
      x[i] -= matrix[k * n + i] * x[k];
    }
    x[i] /= matrix[i * n + i];
  }
  return true;
}

} // namespace

CellWeightsResult CellWeights::solvePair(const CellSubdivision& cell, const SimplexWeights& weights,
  double size, double fraction, double* values)
{
  CellWeightsResult result;
  result.start = -1.0;
  this->Cuts.start(cell, weights, values, pairReach * size);
  const MonotoneRoot root = findMonotoneRoot(
    [&](double factor, double& slope) {
      const double volume = this->Cuts.volume(factor, slope);
      result.start = result.start < 0.0 ? std::fabs(volume - fraction) : result.start;
      return volume;
    },
    fraction, exactTarget, 0.0, firstReach * size);
  result.startExcess = result.start;
  result.residual = root.residual;
  result.evaluations = root.evaluations;
  if (root.place != 0.0)
  {
    for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
    {
      values[i] += root.place * cell.bump[i];
    }
  }
  return result;
}

void CellWeights::evaluate(const double* w, bool hessian)
{
  const CellSubdivision& cell = *this->Cell;
  const int count = this->Count;
  for (int k = 0; k < count; ++k)
  {
    const double* from = this->Start + static_cast<std::ptrdiff_t>(k) * cell.nodes;
    double* to = this->Moved.data() + static_cast<std::ptrdiff_t>(k) * cell.nodes;
    for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
    {
      to[i] = from[i] + w[k] * cell.bump[i];
    }
  }
  ++this->Result.evaluations;
  this->Volumes.assign(count, 0.0);
  const double* values = this->Moved.data();
  auto visit = [&](auto& sink) {
    if (cell.dimension == 2)
    {
      detail::visitRegions<3>(cell, *this->Measures, values, count, sink);
    }
    else
    {
      detail::visitRegions<4>(cell, *this->Measures, values, count, sink);
    }
  };
  if (hessian)
  {
    this->Pairs.assign(numberOfPairs(count), 0.0);
    RegionSink<true> sink{ this->Volumes.data(), this->Pairs.data(), cell.bump.data(), count };
    visit(sink);
  }
  else
  {
    RegionSink<false> sink{ this->Volumes.data(), nullptr, nullptr, count };
    visit(sink);
  }
}

double CellWeights::residual() const
{
  double worst = 0.0;
  for (int k = 0; k < this->Count; ++k)
  {
    worst = std::max(worst, std::fabs(this->Volumes[k] - this->Fractions[k]));
  }
  return worst;
}

double CellWeights::merit() const
{
  double sum = 0.0;
  for (int k = 0; k < this->Count; ++k)
  {
    const double error = this->Volumes[k] - this->Fractions[k];
    sum += error * error / this->Fractions[k];
  }
  return sum;
}

double CellWeights::leastPart() const
{
  double least = std::numeric_limits<double>::infinity();
  for (int k = 0; k < this->Count; ++k)
  {
    least = std::min(least, this->Volumes[k] / this->Fractions[k]);
  }
  return least;
}

// Brings the volume of material k within `tolerance` of `goal` by its own weight; false where it
// jumps over that.
bool CellWeights::search(int k, double goal, double tolerance)
{
  this->Result.fallback = true;
  const MonotoneRoot root = findMonotoneRoot(
    [&](double weight, double& slope) {
      this->Weights[k] = weight;
      this->evaluate(this->Weights.data(), true);
      slope = 0.0;
      for (int j = 0; j < this->Count; ++j)
      {
        slope += j < k ? this->Pairs[pairIndex(this->Count, j, k)]
          : j > k      ? this->Pairs[pairIndex(this->Count, k, j)]
                       : 0.0;
      }
      return this->Volumes[k];
    },
    goal, tolerance, this->Weights[k], firstReach * this->Size);
  if (this->Weights[k] != root.place)
  {
    this->Weights[k] = root.place;
    this->evaluate(this->Weights.data(), true);
  }
  return root.residual <= std::max(tolerance, exactLimit);
}

// One damped step of Newton's method from volumes and pairs that are up to date, which it keeps so.
// False where no step helps.
bool CellWeights::step()
{
  const int count = this->Count;
  const int n = count - 1;
  auto material = [this](int row) { return row < this->Largest ? row : row + 1; };
  this->Matrix.assign(static_cast<std::size_t>(n) * n, 0.0);
  this->Step.resize(n);
  for (int row = 0; row < n; ++row)
  {
    const int k = material(row);
    double diagonal = 0.0;
    for (int j = 0; j < count; ++j)
    {
      if (j != k)
      {
        const double pair = this->Pairs[pairIndex(count, std::min(j, k), std::max(j, k))];
        diagonal += pair;
        if (j != this->Largest)
        {
          this->Matrix[row * n + (j < this->Largest ? j : j - 1)] = -pair;
        }
      }
    }
    this->Matrix[row * n + row] = diagonal;
    this->Step[row] = this->Fractions[k] - this->Volumes[k];
  }
  if (!solveCholesky(n, this->Matrix.data(), this->Step.data()))
  {
    return false;
  }
  const double merit = this->merit();
  const double part = std::min(1.0, this->leastPart());
  double length = 1.0;
  for (int halving = 0; halving < 14; ++halving, length *= 0.5)
  {
    this->Trial = this->Weights;
    for (int row = 0; row < n; ++row)
    {
      this->Trial[material(row)] += length * this->Step[row];
    }
    // The first step is nearly always taken: its derivatives are those of the next.
    this->evaluate(this->Trial.data(), true);
    const double decrease = 1.0 - 0.5 * length;
    if (this->leastPart() >= 0.3 * part && this->merit() <= decrease * decrease * merit)
    {
      this->Weights.swap(this->Trial);
      return true;
    }
  }
  this->evaluate(this->Weights.data(), true);
  return false;
}

CellWeightsResult CellWeights::solve(const CellSubdivision& cell, const SimplexWeights& weights,
  double size, int count, const double* fractions, double* values)
{
  this->Cell = &cell;
  this->Measures = &weights;
  this->Fractions = fractions;
  this->Start = values;
  this->Count = count;
  this->Size = size;
  this->Result = {};
  this->Largest = static_cast<int>(std::max_element(fractions, fractions + count) - fractions);
  this->Moved.assign(values, values + static_cast<std::ptrdiff_t>(count) * cell.nodes);
  this->Weights.assign(count, 0.0);
  this->evaluate(this->Weights.data(), true);
  this->Result.start = this->residual();
  for (int k = 0; k < count; ++k)
  {
    this->Result.startExcess += 0.5 * std::fabs(this->Volumes[k] - fractions[k]);
  }
  if (this->residual() > exactTarget)
  {
    bool jumps = false;
    for (int round = 0; round < 50 && this->leastPart() < lostPart && !jumps; ++round)
    {
      for (int k = 0; k < count && !jumps; ++k)
      {
        if (this->Volumes[k] < 0.1 * fractions[k])
        {
          jumps = !this->search(k, 0.6 * fractions[k], 0.3 * fractions[k]);
        }
      }
    }
    int stalls = 0;
    for (int iteration = 0; iteration < 200 && this->residual() > exactTarget && !jumps;
         ++iteration)
    {
      if (this->step())
      {
        continue;
      }
      // Rounding can end it short of the target.
      if (++stalls > 40 || (this->residual() <= exactLimit && stalls > 2))
      {
        break;
      }
      for (int k = 0; k < count && !jumps; ++k)
      {
        if (k != this->Largest)
        {
          jumps = !this->search(k, fractions[k], 0.02 * exactTarget);
        }
      }
    }
  }
  this->Result.residual = this->residual();
  std::copy(this->Moved.begin(), this->Moved.end(), values);
  return this->Result;
}

} // namespace mir
