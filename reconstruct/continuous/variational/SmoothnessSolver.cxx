#include "reconstruct/continuous/variational/CellBlock.h"
#include "reconstruct/continuous/variational/SmoothnessSystem.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Holds directions that no row does.
constexpr double proximal = 1e-2;
/// Sums over slots are sums of those of so many, whatever the threads.
constexpr int chunkSize = 1024;

} // namespace

double SmoothnessSystem::rowTimes(std::int64_t row, const std::vector<double>& x) const
{
  double sum = 0.0;
  for (auto e = this->RowOffsets[row]; e < this->RowOffsets[row + 1]; ++e)
  {
    sum += this->EntryValues[e] * x[this->PlaceSlots[this->EntryPlaces[e]]];
  }
  return sum;
}

template <typename Use>
double SmoothnessSystem::sumPlaces(Use use) const
{
  const int count = static_cast<int>(this->FreeSlots.size());
  std::vector<double> results((count + chunkSize - 1) / chunkSize);
  this->loops()(static_cast<int>(results.size()), [&](int begin, int end) {
    for (int chunk = begin; chunk < end; ++chunk)
    {
      double result = 0.0;
      const int last = std::min(count, (chunk + 1) * chunkSize);
      for (int i = chunk * chunkSize; i < last; ++i)
      {
        const int s = this->FreeSlots[i];
        double sum = 0.0;
        for (auto k = this->SlotPlaceOffsets[s]; k < this->SlotPlaceOffsets[s + 1]; ++k)
        {
          sum += this->PlaceSums[this->SlotPlaces[k]];
        }
        result += use(s, sum);
      }
      results[chunk] = result;
    }
  });
  double sum = 0.0;
  for (const double result : results)
  {
    sum += result;
  }
  return sum;
}

template <typename Value, typename Use>
double SmoothnessSystem::multiply(Value value, Use use) const
{
  this->loops()(static_cast<int>(this->WorkingCells.size()), [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
    {
      const int c = this->WorkingCells[i];
      const auto first = this->PlaceOffsets[c];
      const auto last = this->PlaceOffsets[c + 1];
      for (auto k = first; k < last; ++k)
      {
        this->PlaceValues[k] = value(this->PlaceSlots[k]);
        this->PlaceSums[k] = 0.0;
      }
      auto e = this->RowOffsets[this->RowStarts[c]];
      for (auto r = this->RowStarts[c]; r < this->RowStarts[c + 1]; ++r)
      {
        const auto start = e;
        const auto stop = this->RowOffsets[r + 1];
        double product = 0.0;
        for (; e < stop; ++e)
        {
          product += this->EntryValues[e] * this->PlaceValues[this->EntryPlaces[e]];
        }
        product *= this->RowWeights[r];
        for (e = start; e < stop; ++e)
        {
          this->PlaceSums[this->EntryPlaces[e]] += product * this->EntryValues[e];
        }
      }
    }
  });
  return this->sumPlaces(use);
}

template <typename Value, typename Use>
double SmoothnessSystem::precondition(Value value, Use use) const
{
  this->loops()(static_cast<int>(this->WorkingCells.size()), [&](int begin, int end) {
    // Single precision is enough here.
    std::vector<float> x;
    std::vector<float> z;
    for (int i = begin; i < end; ++i)
    {
      const int c = this->WorkingCells[i];
      const auto first = this->PlaceOffsets[c];
      double* sums = this->PlaceSums.data() + first;
      const int n =
        this->InverseOffsets[c] == this->InverseOffsets[c + 1] ? 0 : this->PatchSizes[c];
      if (n > 0)
      {
        x.assign(blockStride(n), 0.0f);
        z.resize(x.size());
        for (int k = 0; k < n; ++k)
        {
          x[k] = static_cast<float>(value(this->PlaceSlots[first + k]));
        }
        multiplyInverse(this->Inverses.data() + this->InverseOffsets[c], n, x.data(), z.data());
        std::copy_n(z.begin(), n, sums);
      }
      std::fill(sums + n, sums + (this->PlaceOffsets[c + 1] - first), 0.0);
    }
  });
  return this->sumPlaces(use);
}

void SmoothnessSystem::hold(const std::vector<double>& field)
{
  this->Held.assign(this->Mesh.slots, 1);
  for (const int s : this->MovingSlots)
  {
    this->Held[s] = 0;
  }
  for (int n = 0; n < this->Mesh.numberOfSharedNodes(); ++n)
  {
    const auto first = this->Mesh.sharedSlots[n];
    const auto last = this->Mesh.sharedSlots[n + 1];
    if (last - first == 1)
    {
      // Projected Newton: at a bound and pushed against it.
      const double lower = this->Mesh.lower[first];
      const double upper = this->Mesh.upper[first];
      const double margin = 1e-9 * this->Mesh.sharedSizes[n];
      const double push = this->Right[first];
      if (lower == upper || (field[first] <= lower + margin && push < 0.0) ||
        (field[first] >= upper - margin && push > 0.0))
      {
        this->Held[first] = 1;
      }
      continue;
    }
    double free = 1e300;
    for (auto s = first; s < last; ++s)
    {
      free = this->Mesh.slotRules[s] == SlotRule::Free ? std::min(free, field[s]) : free;
    }
    for (auto s = first; s < last; ++s)
    {
      if (this->Mesh.slotRules[s] == SlotRule::Tied)
      {
        this->Held[s] = 1;
      }
      else if (this->Mesh.slotRules[s] == SlotRule::Lowered)
      {
        const double limit = free -
          presenceMargin * (1.0 + 0.37 * this->Mesh.slotMaterials[s]) * this->Mesh.sharedSizes[n];
        if (this->Right[s] > 0.0 && field[s] >= limit - 1e-9 * this->Mesh.sharedSizes[n])
        {
          this->Held[s] = 1;
        }
      }
    }
  }
}

void SmoothnessSystem::factorise()
{
  this->loops()(static_cast<int>(this->ActiveCells.size()), [&](int begin, int end) {
    std::vector<double> a;
    // Of each slot its position in the cell's block.
    std::vector<int> position(this->Mesh.slots, -1);
    std::vector<int> at;
    std::vector<double> values;
    for (int index = begin; index < end; ++index)
    {
      const int c = this->ActiveCells[index];
      const auto first = this->PlaceOffsets[c];
      const int n = this->PatchSizes[c];
      const int stride = blockStride(n);
      a.assign(static_cast<std::size_t>(n + pivotRows) * stride, 0.0);
      for (int i = 0; i < n; ++i)
      {
        const int s = this->PlaceSlots[first + i];
        position[s] = this->Held[s] ? -1 : i;
      }
      const auto add = [&](std::int64_t r) {
        const double weight = this->RowWeights[r];
        if (weight == 0.0)
        {
          return;
        }
        at.clear();
        values.clear();
        for (auto e = this->RowOffsets[r]; e < this->RowOffsets[r + 1]; ++e)
        {
          const int i = position[this->PlaceSlots[this->EntryPlaces[e]]];
          if (i >= 0 && this->EntryValues[e] != 0.0)
          {
            at.push_back(i);
            values.push_back(this->EntryValues[e]);
          }
        }
        for (std::size_t i = 0; i < at.size(); ++i)
        {
          const double w = weight * values[i];
          for (std::size_t j = 0; j <= i; ++j)
          {
            a[static_cast<std::size_t>(std::max(at[i], at[j])) * stride + std::min(at[i], at[j])] +=
              w * values[j];
          }
        }
      };
      for (auto k = this->Terms.cellJumpOffsets[c]; k < this->Terms.cellJumpOffsets[c + 1]; ++k)
      {
        add(this->rowOfJump(this->Terms.cellJumps[k]));
      }
      for (auto k = this->Terms.cellSlopeOffsets[c]; k < this->Terms.cellSlopeOffsets[c + 1]; ++k)
      {
        add(this->rowOfSlope(this->Terms.cellSlopes[k]));
      }
      for (auto k = this->Terms.neighbourOffsets[c]; k < this->Terms.neighbourOffsets[c + 1]; ++k)
      {
        const int b = this->Terms.neighbours[k];
        for (auto r = this->firstVolume(b); r < this->RowStarts[b + 1]; ++r)
        {
          add(r);
        }
      }
      double largest = 0.0;
      for (int i = 0; i < n; ++i)
      {
        largest = std::max(largest, a[static_cast<std::size_t>(i) * stride + i]);
      }
      for (int i = 0; i < n; ++i)
      {
        double& diagonal = a[static_cast<std::size_t>(i) * stride + i];
        int& place = position[this->PlaceSlots[first + i]];
        diagonal = place < 0 ? 1.0 : diagonal + proximal + 1e-12 * largest;
        place = -1;
      }
      float* inverse = this->Inverses.data() + this->InverseOffsets[c];
      if (!invertBlock(a.data(), n, inverse))
      {
        std::fill(a.begin(), a.end(), 0.0);
        for (int i = 0; i < n; ++i)
        {
          a[static_cast<std::size_t>(i) * stride + i] = std::max(largest, proximal);
        }
        invertBlock(a.data(), n, inverse);
      }
    }
  });
}

void SmoothnessSystem::listFree()
{
  this->FreeSlots.clear();
  for (const int s : this->MovingSlots)
  {
    if (!this->Held[s])
    {
      this->FreeSlots.push_back(s);
    }
  }
}

void SmoothnessSystem::solve(const std::vector<double>& field)
{
  this->Step.assign(this->Mesh.slots, 0.0);
  this->listFree();
  this->conjugateGradients();
  // Values that the step would take past their bounds stop there, and the others know.
  for (int pass = 0; pass < this->Options.boundPasses; ++pass)
  {
    bool any = false;
    for (int n = 0; n < this->Mesh.numberOfSharedNodes(); ++n)
    {
      const auto s = this->Mesh.sharedSlots[n];
      if (this->Mesh.sharedSlots[n + 1] - s != 1 || this->Held[s])
      {
        continue;
      }
      const double size = this->SlotSizes[s];
      const double value = field[s] + this->Step[s] * size;
      const double bounded = std::max(this->Mesh.lower[s], std::min(this->Mesh.upper[s], value));
      if (std::fabs(bounded - value) > 1e-6 * size)
      {
        this->Step[s] = (bounded - field[s]) / size;
        this->Held[s] = 1;
        any = true;
      }
    }
    if (!any)
    {
      break;
    }
    this->listFree();
    this->conjugateGradients();
  }
}

void SmoothnessSystem::conjugateGradients()
{
  const std::size_t n = this->Mesh.slots;
  std::vector<double>& x = this->Step;
  // 0 where slots are held.
  std::vector<double> r(n, 0.0);
  std::vector<double> z(n, 0.0);
  std::vector<double> p(n, 0.0);
  std::vector<double> image(n, 0.0);
  for (const int s : this->FreeSlots)
  {
    r[s] = this->Right[s];
  }
  const auto keep = [&](int s, double sum) {
    z[s] = sum;
    return r[s] * sum;
  };
  const auto residual = [&](int s) { return r[s]; };
  const double target = this->precondition(residual, keep) * this->Options.linearTolerance *
    this->Options.linearTolerance;
  this->multiply([&](int s) { return x[s]; },
    [&](int s, double sum) {
      r[s] -= sum + proximal * x[s];
      return 0.0;
    });
  double norm = this->precondition(residual, keep);
  double ratio = 0.0;
  for (int k = 0; k < this->Options.linearIterations && norm > target && norm > 0.0; ++k)
  {
    const double curvature = this->multiply([&](int s) { return z[s] + ratio * p[s]; },
      [&](int s, double sum) {
        p[s] = z[s] + ratio * p[s];
        image[s] = sum + proximal * p[s];
        return p[s] * image[s];
      });
    const double length = norm / curvature;
    const double next = this->precondition([&](int s) { return r[s] - length * image[s]; },
      [&](int s, double sum) {
        x[s] += length * p[s];
        r[s] -= length * image[s];
        z[s] = sum;
        return r[s] * sum;
      });
    ratio = next / norm;
    norm = next;
    ++this->Iterations;
  }
}

} // namespace mir
