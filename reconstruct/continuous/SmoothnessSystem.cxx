#include "reconstruct/continuous/SmoothnessSystem.h"

#include "reconstruct/continuous/CellVolumes.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Holds directions that no row does.
constexpr double proximal = 1e-2;

double valueAt(const TermNode& node, const std::vector<double>& field)
{
  return field[node.s] - field[node.t];
}

/// How far a pair lies below the best of the other materials, on the mean over some nodes.
double belowOthers(const SmoothnessTerms& terms, const TermNode* nodes, int count, int firstOther,
  int others, const std::vector<double>& field)
{
  double s = 0.0;
  double t = 0.0;
  for (int i = 0; i < count; ++i)
  {
    s += field[nodes[i].s];
    t += field[nodes[i].t];
  }
  double best = -1e300;
  for (int k = 0; k < others; ++k)
  {
    double sum = 0.0;
    for (int i = 0; i < count; ++i)
    {
      sum += field[terms.otherSlots[firstOther + k * count + i]];
    }
    best = std::max(best, sum);
  }
  return std::max(0.0, best - std::max(s, t)) / count;
}

/// The upper Cholesky factor in place, row after row; false where the matrix is not positive.
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

/// Solves with the factor; its diagonal holds inverses.
void substitute(const double* u, int n, double* x)
{
  for (int k = 0; k < n; ++k)
  {
    const double* row = u + static_cast<std::ptrdiff_t>(k) * n;
    const double value = x[k] * row[k];
    x[k] = value;
    for (int j = k + 1; j < n; ++j)
    {
      x[j] -= row[j] * value;
    }
  }
  for (int k = n - 1; k >= 0; --k)
  {
    const double* row = u + static_cast<std::ptrdiff_t>(k) * n;
    double sum[4] = { x[k], 0.0, 0.0, 0.0 };
    int j = k + 1;
    for (; j + 3 < n; j += 4)
    {
      sum[0] -= row[j] * x[j];
      sum[1] -= row[j + 1] * x[j + 1];
      sum[2] -= row[j + 2] * x[j + 2];
      sum[3] -= row[j + 3] * x[j + 3];
    }
    for (; j < n; ++j)
    {
      sum[0] -= row[j] * x[j];
    }
    x[k] = (sum[0] + sum[1] + sum[2] + sum[3]) * row[k];
  }
}

} // namespace

SmoothnessSystem::SmoothnessSystem(const SubcellBand& mesh, const SmoothnessTerms& terms,
  SmoothnessOptions options, const ParallelFor& parallelFor)
  : Mesh(mesh)
  , Terms(terms)
  , Options(options)
  , Run(parallelFor)
  , Cells(mesh.numberOfCells())
  , Jumps(static_cast<int>(terms.jumps.size()))
  , Slopes(static_cast<int>(terms.slopes.size()))
{
  this->buildStructure();
}

void SmoothnessSystem::buildStructure()
{
  const int d = this->Mesh.dimension;
  const std::size_t slots = this->Mesh.slots;
  this->SlotSizes.assign(slots, 1.0);
  this->SlotNodes.assign(slots, -1);
  for (int n = 0; n < this->Mesh.numberOfSharedNodes(); ++n)
  {
    for (auto s = this->Mesh.sharedSlots[n]; s < this->Mesh.sharedSlots[n + 1]; ++s)
    {
      this->SlotSizes[s] = this->Mesh.sharedSizes[n];
      this->SlotNodes[s] = n;
    }
  }
  const auto width = [&](int c) {
    const int materials = this->Mesh.materialCount(c);
    return materials == 2 ? 1 : materials;
  };
  for (int c = 0; c < this->Cells; ++c)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const auto first = this->Mesh.interiorSlots[c];
    const auto count = static_cast<std::int64_t>(cell.nodes - cell.boundaryNodes) * width(c);
    std::fill_n(this->SlotSizes.begin() + first, count, this->Mesh.sizes[c]);
  }

  // Rows of jumps and slopes.
  this->RowOffsets.assign(1, 0);
  std::vector<char> used(slots, 0);
  const auto addNode = [&](const TermNode& node) {
    for (const int s : { node.s, node.t })
    {
      if (s != 0)
      {
        this->EntrySlots.push_back(s);
        used[s] = 1;
      }
    }
  };
  const auto close = [&] {
    this->RowOffsets.push_back(static_cast<std::int64_t>(this->EntrySlots.size()));
  };
  for (const JumpTerm& term : this->Terms.jumps)
  {
    for (int i = 0; i < d + 2; ++i)
    {
      addNode(term.nodes[i]);
    }
    close();
  }
  for (const SlopeTerm& term : this->Terms.slopes)
  {
    for (int i = 0; i <= d; ++i)
    {
      addNode(term.nodes[i]);
    }
    close();
  }
  // Patches: the used slots of each cell; and the rows of its volumes over them.
  const int firstVolume = this->Jumps + this->Slopes;
  int row = firstVolume;
  for (int c = 0; c < this->Cells; ++c)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const int materials = this->Mesh.materialCount(c);
    const int* table = this->Mesh.slotTableOf(c);
    const auto start = this->PatchSlots.size();
    for (int i = 0; i < cell.boundaryNodes * materials; ++i)
    {
      if (table[i] != 0 && used[table[i]])
      {
        this->PatchSlots.push_back(table[i]);
      }
    }
    for (int i = 0; i < (cell.nodes - cell.boundaryNodes) * width(c); ++i)
    {
      const int s = static_cast<int>(this->Mesh.interiorSlots[c]) + i;
      if (used[s])
      {
        this->PatchSlots.push_back(s);
      }
    }
    this->PatchOffsets.push_back(static_cast<std::int64_t>(this->PatchSlots.size()));
    this->VolumeRows.push_back(row);
    const double* fractions = this->Mesh.fractionsOf(c);
    const int largest =
      static_cast<int>(std::max_element(fractions, fractions + materials) - fractions);
    for (int m = 0; m < materials; ++m)
    {
      if (materials == 2 ? m == 0 : (m != largest && fractions[m] > 1e-6))
      {
        this->EntrySlots.insert(
          this->EntrySlots.end(), this->PatchSlots.begin() + start, this->PatchSlots.end());
        close();
        this->RowMaterials.push_back(m);
        ++row;
      }
    }
  }
  this->VolumeRows.push_back(row);
  this->EntryValues.assign(this->EntrySlots.size(), 0.0);
  this->EntryRows.resize(this->EntrySlots.size());
  this->RowWeights.assign(row, 0.0);
  this->RowSlopes.assign(row, 0.0);
  this->Multipliers.assign(row - firstVolume, 0.0);
  this->Residuals.assign(row - firstVolume, 0.0);
  this->Nearness.assign(this->Jumps, 0.0);
  this->SlotOffsets.assign(slots + 1, 0);
  for (int r = 0; r < row; ++r)
  {
    for (auto e = this->RowOffsets[r]; e < this->RowOffsets[r + 1]; ++e)
    {
      this->EntryRows[e] = r;
      ++this->SlotOffsets[this->EntrySlots[e] + 1];
    }
  }
  for (std::size_t s = 0; s < slots; ++s)
  {
    this->SlotOffsets[s + 1] += this->SlotOffsets[s];
  }
  this->SlotEntries.resize(this->EntrySlots.size());
  std::vector<std::int64_t> next(this->SlotOffsets.begin(), this->SlotOffsets.end() - 1);
  for (std::size_t e = 0; e < this->EntrySlots.size(); ++e)
  {
    this->SlotEntries[next[this->EntrySlots[e]]++] = static_cast<std::int64_t>(e);
  }
  this->SlotPatchOffsets.assign(slots + 1, 0);
  for (const int s : this->PatchSlots)
  {
    ++this->SlotPatchOffsets[s + 1];
  }
  for (std::size_t s = 0; s < slots; ++s)
  {
    this->SlotPatchOffsets[s + 1] += this->SlotPatchOffsets[s];
  }
  this->SlotPatchEntries.resize(this->PatchSlots.size());
  next.assign(this->SlotPatchOffsets.begin(), this->SlotPatchOffsets.end() - 1);
  for (std::size_t e = 0; e < this->PatchSlots.size(); ++e)
  {
    this->SlotPatchEntries[next[this->PatchSlots[e]]++] = static_cast<std::int64_t>(e);
  }
  // Rows about each cell: its terms and the volumes of its neighbours.
  for (int c = 0; c < this->Cells; ++c)
  {
    for (auto k = this->Terms.cellJumpOffsets[c]; k < this->Terms.cellJumpOffsets[c + 1]; ++k)
    {
      this->PatchRows.push_back(this->Terms.cellJumps[k]);
    }
    for (auto k = this->Terms.cellSlopeOffsets[c]; k < this->Terms.cellSlopeOffsets[c + 1]; ++k)
    {
      this->PatchRows.push_back(this->Jumps + this->Terms.cellSlopes[k]);
    }
    for (auto k = this->Terms.neighbourOffsets[c]; k < this->Terms.neighbourOffsets[c + 1]; ++k)
    {
      const int b = this->Terms.neighbours[k];
      for (int r = this->VolumeRows[b]; r < this->VolumeRows[b + 1]; ++r)
      {
        this->PatchRows.push_back(r);
      }
    }
    this->PatchRowOffsets.push_back(static_cast<std::int64_t>(this->PatchRows.size()));
  }
  this->Factors.resize(this->Cells);
  this->PatchValues.resize(this->PatchSlots.size());
  this->RowScratch.resize(row);
  this->Held.assign(slots, 0);
  this->Radius.assign(this->Cells, this->Options.maximumStep);
}

double SmoothnessSystem::nearness(int jump, const std::vector<double>& field) const
{
  const JumpTerm& term = this->Terms.jumps[jump];
  const int d = this->Mesh.dimension;
  double value = 0.0;
  for (int i = 0; i < d; ++i)
  {
    value += valueAt(term.nodes[i], field);
  }
  const double x = value / (d * this->Options.reach * term.size);
  double weight = 1.0 / (1.0 + x * x);
  if (term.others > 0)
  {
    const double y =
      belowOthers(this->Terms, term.nodes, d, term.firstOther, term.others, field) /
      (this->Options.otherReach * term.size);
    weight /= 1.0 + y * y;
  }
  return weight;
}

void SmoothnessSystem::linearise(const std::vector<char>& sharp, const std::vector<double>& field)
{
  const int d = this->Mesh.dimension;
  const double epsilon2 = this->Options.epsilon * this->Options.epsilon;
  this->Run(this->Jumps, [&](int begin, int end) {
    for (int r = begin; r < end; ++r)
    {
      const JumpTerm& term = this->Terms.jumps[r];
      const double near = this->nearness(r, field);
      this->Nearness[r] = near;
      double j = 0.0;
      auto e = this->RowOffsets[r];
      for (int i = 0; i < d + 2; ++i)
      {
        const TermNode& node = term.nodes[i];
        j += term.coefficients[i] * valueAt(node, field);
        if (node.s != 0)
        {
          this->EntryValues[e++] = term.coefficients[i] * this->SlotSizes[node.s];
        }
        if (node.t != 0)
        {
          this->EntryValues[e++] = -term.coefficients[i] * this->SlotSizes[node.t];
        }
      }
      const bool isSharp = sharp[term.cells[0]] || sharp[term.cells[1]];
      this->RowWeights[r] = near * term.measure *
        (isSharp ? 1.0 / std::sqrt(j * j + epsilon2) : 1.0 / term.width);
      this->RowSlopes[r] = this->RowWeights[r] * j;
    }
  });
  this->Run(this->Slopes, [&](int begin, int end) {
    for (int k = begin; k < end; ++k)
    {
      const SlopeTerm& term = this->Terms.slopes[k];
      const int r = this->Jumps + k;
      Vec3 g;
      for (int i = 0; i <= d; ++i)
      {
        g = g + valueAt(term.nodes[i], field) * term.gradients[i];
      }
      const double slope = length(g);
      const Vec3 unit = 1.0 / std::max(slope, 1e-6) * g;
      auto e = this->RowOffsets[r];
      for (int i = 0; i <= d; ++i)
      {
        const TermNode& node = term.nodes[i];
        const double along = dot(unit, term.gradients[i]);
        if (node.s != 0)
        {
          this->EntryValues[e++] = along * this->SlotSizes[node.s];
        }
        if (node.t != 0)
        {
          this->EntryValues[e++] = -along * this->SlotSizes[node.t];
        }
      }
      const bool free = term.others > 0 && slope >= 1.0;
      this->RowWeights[r] = free
        ? 0.0
        : term.measure *
          (sharp[term.cell] ? this->Options.sharpSlopeWeight : this->Options.smoothSlopeWeight);
      this->RowSlopes[r] = this->RowWeights[r] * (slope - 1.0);
    }
  });
  const int firstVolume = this->Jumps + this->Slopes;
  this->Run(this->Cells, [&](int begin, int end) {
    std::vector<double> values;
    std::vector<double> gradients;
    std::vector<double> volumes;
    std::vector<double> slotValues;
    for (int c = begin; c < end; ++c)
    {
      const CellSubdivision& cell = this->Mesh.subdivision(c);
      const int materials = this->Mesh.materialCount(c);
      const double* fractions = this->Mesh.fractionsOf(c);
      const int* table = this->Mesh.slotTableOf(c);
      values.resize(numberOfValues(this->Mesh, c));
      gatherValues(this->Mesh, c, field, values.data());
      volumes.resize(materials);
      const int pairs = materials == 2 ? 1 : numberOfPairs(materials);
      gradients.resize(static_cast<std::size_t>(pairs) * cell.nodes);
      if (materials == 2)
      {
        volumes[0] =
          positiveVolume(cell, this->Mesh.weightsOf(c), values.data(), gradients.data());
      }
      else
      {
        regionVolumes(cell, this->Mesh.weightsOf(c), values.data(), materials, volumes.data(),
          gradients.data());
      }
      for (int r = this->VolumeRows[c]; r < this->VolumeRows[c + 1]; ++r)
      {
        const int m = this->RowMaterials[r - firstVolume];
        const double residual = fractions[m] - volumes[m];
        this->Residuals[r - firstVolume] = residual;
        this->RowWeights[r] = this->Options.penalty;
        this->RowSlopes[r] =
          -(this->Multipliers[r - firstVolume] + this->Options.penalty * residual);
        // In the order of the patch.
        auto e = this->RowOffsets[r];
        const auto put = [&](int i, int k, int s) {
          if (s == 0 || e == this->RowOffsets[r + 1] || this->EntrySlots[e] != s)
          {
            return;
          }
          double g = 0.0;
          if (materials == 2)
          {
            g = k == 0 ? gradients[i] : -gradients[i];
          }
          else
          {
            const auto pair = [&](int a, int b) {
              return gradients[static_cast<std::size_t>(
                                 pairIndex(materials, std::min(a, b), std::max(a, b))) *
                  cell.nodes +
                i];
            };
            if (k == m)
            {
              for (int other = 0; other < materials; ++other)
              {
                g += other == m ? 0.0 : pair(m, other);
              }
            }
            else
            {
              g = -pair(m, k);
            }
          }
          this->EntryValues[e++] = g * this->SlotSizes[s];
        };
        for (int i = 0; i < cell.nodes; ++i)
        {
          for (int k = 0; k < materials; ++k)
          {
            if (i < cell.boundaryNodes)
            {
              put(i, k, table[i * materials + k]);
            }
            else if (materials > 2 || k == 0)
            {
              put(i, k,
                static_cast<int>(this->Mesh.interiorSlots[c]) +
                  (i - cell.boundaryNodes) * (materials == 2 ? 1 : materials) + k);
            }
          }
        }
      }
    }
  });
  this->Right.assign(this->Mesh.slots, 0.0);
  this->gather(this->RowSlopes, this->Right);
  for (double& x : this->Right)
  {
    x = -x;
  }
}

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
  this->Run(static_cast<int>(this->Mesh.slots), [&](int begin, int end) {
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
  this->Run(static_cast<int>(this->RowWeights.size()), [&](int begin, int end) {
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
    std::vector<int> position(this->Mesh.slots, -1);
    int at[64];
    double value[64];
    std::vector<int> manyAt;
    std::vector<double> manyValues;
    for (int c = begin; c < end; ++c)
    {
      std::vector<double>& a = this->Factors[c];
      if (!active[c])
      {
        a.clear();
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
        diagonal = position[this->PatchSlots[first + i]] < 0 ? 1.0
                                                              : diagonal + proximal + 1e-12 * largest;
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
    }
  });
}

void SmoothnessSystem::precondition(const std::vector<double>& r, std::vector<double>& z) const
{
  this->Run(this->Cells, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      const auto first = this->PatchOffsets[c];
      const int n = static_cast<int>(this->PatchOffsets[c + 1] - first);
      double* x = this->PatchValues.data() + first;
      if (this->Factors[c].empty())
      {
        std::fill(x, x + n, 0.0);
        continue;
      }
      for (int i = 0; i < n; ++i)
      {
        x[i] = r[this->PatchSlots[first + i]];
      }
      substitute(this->Factors[c].data(), n, x);
    }
  });
  this->Run(static_cast<int>(this->Mesh.slots), [&](int begin, int end) {
    for (int s = begin; s < end; ++s)
    {
      double sum = 0.0;
      for (auto k = this->SlotPatchOffsets[s]; k < this->SlotPatchOffsets[s + 1]; ++k)
      {
        sum += this->PatchValues[this->SlotPatchEntries[k]];
      }
      z[s] = this->Held[s] ? 0.0 : sum;
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
      const double bounded =
        std::max(this->Mesh.lower[s], std::min(this->Mesh.upper[s], value));
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
  const double target =
    reference() * this->Options.linearTolerance * this->Options.linearTolerance;
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

void SmoothnessSystem::merits(const std::vector<char>& sharp, const std::vector<double>& field,
  std::vector<double>& result) const
{
  const int d = this->Mesh.dimension;
  const double epsilon2 = this->Options.epsilon * this->Options.epsilon;
  std::vector<double> jumps(this->Jumps);
  std::vector<double> slopes(this->Slopes);
  this->Run(this->Jumps, [&](int begin, int end) {
    for (int r = begin; r < end; ++r)
    {
      const JumpTerm& term = this->Terms.jumps[r];
      double j = 0.0;
      for (int i = 0; i < d + 2; ++i)
      {
        j += term.coefficients[i] * valueAt(term.nodes[i], field);
      }
      const bool isSharp = sharp[term.cells[0]] || sharp[term.cells[1]];
      jumps[r] = this->Nearness[r] * term.measure *
        (isSharp ? std::sqrt(j * j + epsilon2) : 0.5 * j * j / term.width);
    }
  });
  this->Run(this->Slopes, [&](int begin, int end) {
    for (int k = begin; k < end; ++k)
    {
      const SlopeTerm& term = this->Terms.slopes[k];
      Vec3 g;
      for (int i = 0; i <= d; ++i)
      {
        g = g + valueAt(term.nodes[i], field) * term.gradients[i];
      }
      const double slope = length(g);
      const double rest = term.others > 0 ? std::min(0.0, slope - 1.0) : slope - 1.0;
      slopes[k] = 0.5 * term.measure * rest * rest *
        (sharp[term.cell] ? this->Options.sharpSlopeWeight : this->Options.smoothSlopeWeight);
    }
  });
  std::vector<double> misfits(this->Cells);
  const int firstVolume = this->Jumps + this->Slopes;
  this->Run(this->Cells, [&](int begin, int end) {
    std::vector<double> values;
    std::vector<double> volumes;
    for (int c = begin; c < end; ++c)
    {
      const CellSubdivision& cell = this->Mesh.subdivision(c);
      const int materials = this->Mesh.materialCount(c);
      values.resize(numberOfValues(this->Mesh, c));
      gatherValues(this->Mesh, c, field, values.data());
      volumes.resize(materials);
      if (materials == 2)
      {
        volumes[0] = positiveVolume(cell, this->Mesh.weightsOf(c), values.data());
      }
      else
      {
        regionVolumes(cell, this->Mesh.weightsOf(c), values.data(), materials, volumes.data());
      }
      double sum = 0.0;
      for (int r = this->VolumeRows[c]; r < this->VolumeRows[c + 1]; ++r)
      {
        const int m = this->RowMaterials[r - firstVolume];
        const double e = this->Mesh.fractionsOf(c)[m] - volumes[m];
        const double multiplier =
          std::min(20.0, std::max(1.0, 1.5 * std::fabs(this->Multipliers[r - firstVolume])));
        sum += this->Options.soft ? 0.5 * this->Options.penalty * e * e
                                  : multiplier * std::fabs(e);
      }
      misfits[c] = sum;
    }
  });
  result = misfits;
  for (int r = 0; r < this->Jumps; ++r)
  {
    result[this->Terms.jumps[r].cells[0]] += 0.5 * jumps[r];
    result[this->Terms.jumps[r].cells[1]] += 0.5 * jumps[r];
  }
  for (int k = 0; k < this->Slopes; ++k)
  {
    result[this->Terms.slopes[k].cell] += slopes[k];
  }
}

void SmoothnessSystem::setOptions(const SmoothnessOptions& options)
{
  this->Options = options;
  std::fill(this->Multipliers.begin(), this->Multipliers.end(), 0.0);
  std::fill(this->Radius.begin(), this->Radius.end(), options.maximumStep);
}

double SmoothnessSystem::step(const std::vector<char>& sharp, const std::vector<char>& active,
  std::vector<double>& field, std::vector<double>& moves)
{
  this->linearise(sharp, field);
  this->hold(active, field);
  this->factorise(active);
  this->solve(field);
  const int firstVolume = this->Jumps + this->Slopes;
  std::vector<double> multipliers = this->Multipliers;
  for (std::size_t r = 0; r < multipliers.size() && !this->Options.soft; ++r)
  {
    multipliers[r] += this->Options.penalty *
      (this->Residuals[r] - this->rowTimes(firstVolume + static_cast<int>(r), this->Step));
  }
  this->Multipliers = multipliers;

  const std::vector<double> start = field;
  std::vector<double> before;
  std::vector<double> after;
  this->merits(sharp, start, before);
  std::vector<double> limit(field.size());
  for (int attempt = 0;; ++attempt)
  {
    // A value moves as far as the least radius of the cells about it.
    std::fill(limit.begin(), limit.end(), this->Options.maximumStep);
    for (int c = 0; c < this->Cells; ++c)
    {
      for (auto k = this->PatchOffsets[c]; k < this->PatchOffsets[c + 1]; ++k)
      {
        double& l = limit[this->PatchSlots[k]];
        l = std::min(l, this->Radius[c]);
      }
    }
    for (std::size_t s = 0; s < field.size(); ++s)
    {
      const double move = std::max(-limit[s], std::min(limit[s], this->Step[s]));
      field[s] = start[s] + move * this->SlotSizes[s];
    }
    mir::applyPresence(this->Mesh, field);
    if (attempt == 4)
    {
      break;
    }
    this->merits(sharp, field, after);
    bool again = false;
    std::vector<double> radius = this->Radius;
    for (int c = 0; c < this->Cells; ++c)
    {
      double change = 0.0;
      double scale = 0.0;
      for (auto k = this->Terms.neighbourOffsets[c]; k < this->Terms.neighbourOffsets[c + 1]; ++k)
      {
        const int b = this->Terms.neighbours[k];
        change += after[b] - before[b];
        scale += before[b];
      }
      if (change > 1e-6 * scale)
      {
        double largest = 0.0;
        for (auto k = this->PatchOffsets[c]; k < this->PatchOffsets[c + 1]; ++k)
        {
          largest = std::max(largest, std::fabs(this->Step[this->PatchSlots[k]]));
        }
        radius[c] = 0.5 * std::min(this->Radius[c], largest);
        again = true;
      }
    }
    this->Radius = radius;
    if (!again)
    {
      break;
    }
  }
  double largest = 0.0;
  moves.assign(this->Cells, 0.0);
  for (int c = 0; c < this->Cells; ++c)
  {
    for (auto k = this->PatchOffsets[c]; k < this->PatchOffsets[c + 1]; ++k)
    {
      const int s = this->PatchSlots[k];
      moves[c] =
        std::max(moves[c], std::fabs(field[s] - start[s]) / this->SlotSizes[s]);
    }
    largest = std::max(largest, moves[c]);
    this->Radius[c] = std::min(this->Options.maximumStep, 4.0 * this->Radius[c]);
  }
  return largest;
}

std::vector<double> SmoothnessSystem::largestTurns(const std::vector<double>& field) const
{
  // The mean gradient in each cell over the simplices that the interface cuts.
  const int d = this->Mesh.dimension;
  std::vector<Vec3> normals(this->Cells);
  for (const SlopeTerm& term : this->Terms.slopes)
  {
    double low = 1e300;
    double high = -1e300;
    Vec3 g;
    for (int i = 0; i <= d; ++i)
    {
      const double value = valueAt(term.nodes[i], field);
      low = std::min(low, value);
      high = std::max(high, value);
      g = g + value * term.gradients[i];
    }
    const double size = length(g);
    if (low < 0.0 && high > 0.0 && size > 0.0)
    {
      normals[term.cell] = normals[term.cell] + term.measure / size * g;
    }
  }
  // Short pieces of interface tell no direction.
  double mean = 0.0;
  for (const Vec3& normal : normals)
  {
    mean += length(normal) / this->Cells;
  }
  std::vector<double> result(this->Cells, 0.0);
  for (int c = 0; c < this->Cells; ++c)
  {
    const unsigned char* own = this->Mesh.materialsOf(c);
    if (this->Mesh.materialCount(c) > 2)
    {
      result[c] = 4.0;
      continue;
    }
    for (auto k = this->Terms.neighbourOffsets[c]; k < this->Terms.neighbourOffsets[c + 1]; ++k)
    {
      const int b = this->Terms.neighbours[k];
      const unsigned char* other = this->Mesh.materialsOf(b);
      const double size = length(normals[c]) * length(normals[b]);
      if (this->Mesh.materialCount(b) == 2 && own[0] == other[0] && own[1] == other[1] &&
        length(normals[c]) > 0.5 * mean && length(normals[b]) > 0.5 * mean)
      {
        const double cosine = dot(normals[c], normals[b]) / size;
        result[c] = std::max(result[c], std::acos(std::max(-1.0, std::min(1.0, cosine))));
      }
    }
  }
  return result;
}

} // namespace mir
