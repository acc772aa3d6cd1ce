#include "reconstruct/continuous/SmoothnessSystem.h"

#include "reconstruct/continuous/CellVolumes.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

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

} // namespace

void SmoothnessSystem::buildStructure()
{
  const int d = this->Mesh.dimension;
  const std::size_t slots = this->Mesh.slots;
  this->SlotSizes.assign(slots, 1.0);
  for (int n = 0; n < this->Mesh.numberOfSharedNodes(); ++n)
  {
    for (auto s = this->Mesh.sharedSlots[n]; s < this->Mesh.sharedSlots[n + 1]; ++s)
    {
      this->SlotSizes[s] = this->Mesh.sharedSizes[n];
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
    const double y = belowOthers(this->Terms, term.nodes, d, term.firstOther, term.others, field) /
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
      this->RowWeights[r] =
        near * term.measure * (isSharp ? 1.0 / std::sqrt(j * j + epsilon2) : 1.0 / term.width);
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
      this->RowWeights[r] = free ? 0.0
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
        volumes[0] = positiveVolume(cell, this->Mesh.weightsOf(c), values.data(), gradients.data());
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

} // namespace mir
