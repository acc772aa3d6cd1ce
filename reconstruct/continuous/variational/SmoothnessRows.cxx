#include "reconstruct/continuous/variational/SmoothnessSystem.h"

#include "reconstruct/continuous/volumes/CellVolumes.h"

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

double SmoothnessSystem::nearness(const JumpTerm& term, const std::vector<double>& field) const
{
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

void SmoothnessSystem::linearise(const std::vector<double>& field)
{
  const auto count = static_cast<int>(this->WorkingCells.size());
  this->loops()(count, [&](int begin, int end) {
    VolumeBuffers buffers;
    for (int i = begin; i < end; ++i)
    {
      const int c = this->WorkingCells[i];
      this->lineariseJumps(c, field);
      this->lineariseSlopes(c, field);
      this->lineariseVolumes(c, field, buffers);
      std::fill(this->PlaceSums.begin() + this->PlaceOffsets[c],
        this->PlaceSums.begin() + this->PlaceOffsets[c + 1], 0.0);
      for (auto r = this->RowStarts[c]; r < this->RowStarts[c + 1]; ++r)
      {
        for (auto e = this->RowOffsets[r]; e < this->RowOffsets[r + 1]; ++e)
        {
          this->PlaceSums[this->EntryPlaces[e]] -= this->EntryValues[e] * this->RowSlopes[r];
        }
      }
    }
  });
  this->Right.assign(this->Mesh.slots, 0.0);
  for (const int s : this->MovingSlots)
  {
    for (auto k = this->SlotPlaceOffsets[s]; k < this->SlotPlaceOffsets[s + 1]; ++k)
    {
      this->Right[s] += this->PlaceSums[this->SlotPlaces[k]];
    }
  }
}

void SmoothnessSystem::lineariseJumps(int c, const std::vector<double>& field)
{
  const int d = this->Mesh.dimension;
  const double epsilon2 = this->Options.epsilon * this->Options.epsilon;
  auto r = this->RowStarts[c];
  auto e = this->RowOffsets[r];
  for (auto k = this->Terms.jumpOffsets[c]; k < this->Terms.jumpOffsets[c + 1]; ++k, ++r)
  {
    const JumpTerm& term = this->Terms.jumps[k];
    const double near = this->nearness(term, field);
    this->Nearness[k] = near;
    double j = 0.0;
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
    const bool isSharp = this->Sharp[term.cells[0]] || this->Sharp[term.cells[1]];
    this->RowWeights[r] =
      near * term.measure * (isSharp ? 1.0 / std::sqrt(j * j + epsilon2) : 1.0 / term.width);
    this->RowSlopes[r] = this->RowWeights[r] * j;
  }
}

void SmoothnessSystem::lineariseSlopes(int c, const std::vector<double>& field)
{
  const int d = this->Mesh.dimension;
  const double weight =
    this->Sharp[c] ? this->Options.sharpSlopeWeight : this->Options.smoothSlopeWeight;
  auto r = this->RowStarts[c] + this->Terms.jumpOffsets[c + 1] - this->Terms.jumpOffsets[c];
  auto e = this->RowOffsets[r];
  for (auto k = this->Terms.slopeOffsets[c]; k < this->Terms.slopeOffsets[c + 1]; ++k, ++r)
  {
    const SlopeTerm& term = this->Terms.slopes[k];
    Vec3 g;
    for (int i = 0; i <= d; ++i)
    {
      g = g + valueAt(term.nodes[i], field) * term.gradients[i];
    }
    const double slope = length(g);
    const Vec3 unit = 1.0 / std::max(slope, 1e-6) * g;
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
    this->RowWeights[r] = free ? 0.0 : term.measure * weight;
    this->RowSlopes[r] = this->RowWeights[r] * (slope - 1.0);
  }
}

void SmoothnessSystem::measure(
  int c, const std::vector<double>& field, bool derivatives, VolumeBuffers& buffers) const
{
  const CellSubdivision& cell = this->Mesh.subdivision(c);
  const int materials = this->Mesh.materialCount(c);
  const SimplexWeights weights = this->Mesh.weightsOf(c);
  buffers.values.resize(numberOfValues(this->Mesh, c));
  gatherValues(this->Mesh, c, field, buffers.values.data());
  buffers.volumes.resize(materials);
  const int pairs = materials == 2 ? 1 : numberOfPairs(materials);
  buffers.gradients.resize(static_cast<std::size_t>(pairs) * cell.nodes);
  double* gradients = derivatives ? buffers.gradients.data() : nullptr;
  if (materials == 2)
  {
    buffers.volumes[0] = positiveVolume(cell, weights, buffers.values.data(), gradients);
  }
  else
  {
    regionVolumes(
      cell, weights, buffers.values.data(), materials, buffers.volumes.data(), gradients);
  }
}

void SmoothnessSystem::lineariseVolumes(
  int c, const std::vector<double>& field, VolumeBuffers& buffers)
{
  const CellSubdivision& cell = this->Mesh.subdivision(c);
  const int materials = this->Mesh.materialCount(c);
  const double* fractions = this->Mesh.fractionsOf(c);
  const int* table = this->Mesh.slotTableOf(c);
  const std::vector<double>& gradients = buffers.gradients;
  this->measure(c, field, true, buffers);
  auto r = this->firstVolume(c);
  for (int v = this->VolumeStarts[c]; v < this->VolumeStarts[c + 1]; ++v, ++r)
  {
    const int m = this->VolumeMaterials[v];
    const double residual = fractions[m] - buffers.volumes[m];
    this->Residuals[v] = residual;
    this->RowWeights[r] = this->Options.penalty;
    this->RowSlopes[r] = -(this->Multipliers[v] + this->Options.penalty * residual);
    // In the order of the patch.
    auto e = this->RowOffsets[r];
    const auto put = [&](int i, int k, int s) {
      if (s == 0 || e == this->RowOffsets[r + 1] || this->PlaceSlots[this->EntryPlaces[e]] != s)
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

} // namespace mir
