#include "reconstruct/continuous/SmoothnessSystem.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Holds directions that no row does.
constexpr double proximal = 1e-2;

/// The upper Cholesky factor in place, row after row, its diagonal inverted; false where the matrix
/// is not positive.
bool factoriseDense(double* a, int n)
{
  for (int k = 0; k < n; ++k)
  {
    double* row = a + static_cast<std::ptrdiff_t>(k) * n;
    if (!(row[k] > 0.0))
    {
      return false;
    }
    const double inverse = 1.0 / std::sqrt(row[k]);
    for (int j = k; j < n; ++j)
    {
      row[j] *= inverse;
    }
    for (int i = k + 1; i < n; ++i)
    {
      const double factor = row[i];
      if (factor != 0.0)
      {
        double* other = a + static_cast<std::ptrdiff_t>(i) * n;
        for (int j = i; j < n; ++j)
        {
          other[j] -= factor * row[j];
        }
      }
    }
    row[k] = inverse;
  }
  return true;
}

/// The rows of the upper triangle one after the other.
void pack(const double* a, int n, std::vector<float>& packed)
{
  packed.clear();
  for (int k = 0; k < n; ++k)
  {
    const double* row = a + static_cast<std::ptrdiff_t>(k) * n;
    packed.insert(packed.end(), row + k, row + n);
  }
}

/// Solves with a packed factor.
void substitute(const float* u, int n, float* x)
{
  const float* row = u;
  for (int k = 0; k < n; ++k)
  {
    const float value = x[k] * row[0];
    x[k] = value;
    for (int j = 1; j < n - k; ++j)
    {
      x[k + j] -= row[j] * value;
    }
    row += n - k;
  }
  for (int k = n - 1; k >= 0; --k)
  {
    row -= n - k;
    // Several sums, which the compiler may keep in one register.
    constexpr int lanes = 8;
    float sums[lanes] = {};
    int j = 1;
    for (; j + lanes <= n - k; j += lanes)
    {
      for (int l = 0; l < lanes; ++l)
      {
        sums[l] += row[j + l] * x[k + j + l];
      }
    }
    float sum = x[k];
    for (; j < n - k; ++j)
    {
      sum -= row[j] * x[k + j];
    }
    for (const float part : sums)
    {
      sum -= part;
    }
    x[k] = sum * row[0];
  }
}

} // namespace

double SmoothnessSystem::rowTimes(int row, const std::vector<double>& x) const
{
  double sum = 0.0;
  for (auto e = this->RowOffsets[row]; e < this->RowOffsets[row + 1]; ++e)
  {
    sum += this->EntryValues[e] * x[this->EntrySlots[e]];
  }
  return sum;
}

void SmoothnessSystem::gather(const std::vector<double>& rowValues, std::vector<double>& y) const
{
  this->shortLoops()(static_cast<int>(this->Mesh.slots), [&](int begin, int end) {
    for (int s = begin; s < end; ++s)
    {
      double sum = 0.0;
      for (auto k = this->SlotOffsets[s]; k < this->SlotOffsets[s + 1]; ++k)
      {
        const auto e = this->SlotEntries[k];
        sum += this->EntryValues[e] * rowValues[this->EntryRows[e]];
      }
      y[s] = sum;
    }
  });
}

void SmoothnessSystem::multiply(const std::vector<double>& x, std::vector<double>& y) const
{
  this->shortLoops()(static_cast<int>(this->RowWeights.size()), [&](int begin, int end) {
    for (int r = begin; r < end; ++r)
    {
      this->RowScratch[r] = this->RowWeights[r] * this->rowTimes(r, x);
    }
  });
  this->gather(this->RowScratch, y);
  for (std::size_t s = 0; s < y.size(); ++s)
  {
    y[s] = this->Held[s] ? 0.0 : y[s] + proximal * x[s];
  }
}

void SmoothnessSystem::hold(const std::vector<char>& active, const std::vector<double>& field)
{
  std::fill(this->Held.begin(), this->Held.end(), 1);
  for (int c = 0; c < this->Cells; ++c)
  {
    if (active[c])
    {
      for (auto k = this->PatchOffsets[c]; k < this->PatchOffsets[c + 1]; ++k)
      {
        this->Held[this->PatchSlots[k]] = 0;
      }
    }
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
  for (std::size_t s = 0; s < this->Held.size(); ++s)
  {
    this->Right[s] = this->Held[s] ? 0.0 : this->Right[s];
  }
}

void SmoothnessSystem::factorise(const std::vector<char>& active)
{
  this->Run(this->Cells, [&](int begin, int end) {
    std::vector<double> a;
    std::vector<int> position(this->Mesh.slots, -1);
    int at[64];
    double value[64];
    std::vector<int> manyAt;
    std::vector<double> manyValues;
    for (int c = begin; c < end; ++c)
    {
      if (!active[c])
      {
        this->Factors[c].clear();
        continue;
      }
      const auto first = this->PatchOffsets[c];
      const int n = static_cast<int>(this->PatchOffsets[c + 1] - first);
      a.assign(static_cast<std::size_t>(n) * n, 0.0);
      for (int i = 0; i < n; ++i)
      {
        const int s = this->PatchSlots[first + i];
        position[s] = this->Held[s] ? -1 : i;
      }
      for (auto k = this->PatchRowOffsets[c]; k < this->PatchRowOffsets[c + 1]; ++k)
      {
        const int r = this->PatchRows[k];
        const double weight = this->RowWeights[r];
        if (weight == 0.0)
        {
          continue;
        }
        const auto size = this->RowOffsets[r + 1] - this->RowOffsets[r];
        int* p = at;
        double* v = value;
        if (size > 64)
        {
          manyAt.resize(size);
          manyValues.resize(size);
          p = manyAt.data();
          v = manyValues.data();
        }
        int count = 0;
        for (auto e = this->RowOffsets[r]; e < this->RowOffsets[r + 1]; ++e)
        {
          const int i = position[this->EntrySlots[e]];
          if (i >= 0 && this->EntryValues[e] != 0.0)
          {
            p[count] = i;
            v[count++] = this->EntryValues[e];
          }
        }
        for (int i = 0; i < count; ++i)
        {
          const double w = weight * v[i];
          double* row = a.data() + static_cast<std::ptrdiff_t>(p[i]) * n;
          for (int j = 0; j < count; ++j)
          {
            row[p[j]] += w * v[j];
          }
        }
      }
      double largest = 0.0;
      for (int i = 0; i < n; ++i)
      {
        largest = std::max(largest, a[static_cast<std::size_t>(i) * n + i]);
      }
      for (int i = 0; i < n; ++i)
      {
        double& diagonal = a[static_cast<std::size_t>(i) * n + i];
        diagonal =
          position[this->PatchSlots[first + i]] < 0 ? 1.0 : diagonal + proximal + 1e-12 * largest;
        position[this->PatchSlots[first + i]] = -1;
      }
      if (!factoriseDense(a.data(), n))
      {
        a.assign(static_cast<std::size_t>(n) * n, 0.0);
        for (int i = 0; i < n; ++i)
        {
          a[static_cast<std::size_t>(i) * n + i] = 1.0 / std::sqrt(std::max(largest, proximal));
        }
      }
      pack(a.data(), n, this->Factors[c]);
    }
  });
}

void SmoothnessSystem::precondition(const std::vector<double>& r, std::vector<double>& z) const
{
  // Single precision is enough here, near 1.
  double largest = 0.0;
  for (const double x : r)
  {
    largest = std::max(largest, std::fabs(x));
  }
  const double scale = largest > 0.0 ? 1.0 / largest : 1.0;
  this->shortLoops()(this->Cells, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      const auto first = this->PatchOffsets[c];
      const int n = static_cast<int>(this->PatchOffsets[c + 1] - first);
      float* x = this->PatchValues.data() + first;
      if (this->Factors[c].empty())
      {
        std::fill(x, x + n, 0.0f);
        continue;
      }
      for (int i = 0; i < n; ++i)
      {
        x[i] = static_cast<float>(r[this->PatchSlots[first + i]] * scale);
      }
      substitute(this->Factors[c].data(), n, x);
    }
  });
  this->shortLoops()(static_cast<int>(this->Mesh.slots), [&](int begin, int end) {
    for (int s = begin; s < end; ++s)
    {
      double sum = 0.0;
      for (auto k = this->SlotPatchOffsets[s]; k < this->SlotPatchOffsets[s + 1]; ++k)
      {
        sum += this->PatchValues[this->SlotPatchEntries[k]];
      }
      z[s] = this->Held[s] ? 0.0 : sum / scale;
    }
  });
}

void SmoothnessSystem::solve(const std::vector<double>& field)
{
  this->Step.assign(this->Right.size(), 0.0);
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
    this->conjugateGradients();
  }
}

void SmoothnessSystem::conjugateGradients()
{
  const std::size_t n = this->Right.size();
  std::vector<double>& x = this->Step;
  std::vector<double> r(n);
  std::vector<double> z(n);
  std::vector<double> image(n);
  const auto product = [n](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i)
    {
      sum += a[i] * b[i];
    }
    return sum;
  };
  const auto reference = [&] {
    for (std::size_t i = 0; i < n; ++i)
    {
      r[i] = this->Held[i] ? 0.0 : this->Right[i];
    }
    this->precondition(r, z);
    return product(r, z);
  };
  const double target = reference() * this->Options.linearTolerance * this->Options.linearTolerance;
  this->multiply(x, image);
  for (std::size_t i = 0; i < n; ++i)
  {
    r[i] -= image[i];
  }
  this->precondition(r, z);
  std::vector<double> p = z;
  double norm = product(r, z);
  for (int k = 0; k < this->Options.linearIterations && norm > target && norm > 0.0; ++k)
  {
    this->multiply(p, image);
    const double length = norm / product(p, image);
    for (std::size_t i = 0; i < n; ++i)
    {
      x[i] += length * p[i];
      r[i] -= length * image[i];
    }
    this->precondition(r, z);
    const double next = product(r, z);
    for (std::size_t i = 0; i < n; ++i)
    {
      p[i] = z[i] + next / norm * p[i];
    }
    norm = next;
    ++this->Iterations;
  }
}

} // namespace mir
