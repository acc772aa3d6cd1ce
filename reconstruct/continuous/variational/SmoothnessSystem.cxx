#include "reconstruct/continuous/variational/SmoothnessSystem.h"

#include <algorithm>
#include <cmath>

namespace mir {

SmoothnessSystem::SmoothnessSystem(
  const SubcellBand& mesh, const SmoothnessTerms& terms, const ParallelFor& parallelFor)
  : Mesh(mesh)
  , Terms(terms)
  , Run(parallelFor)
  , Cells(mesh.numberOfCells())
{
  this->buildPlaces();
}

void SmoothnessSystem::begin(const SmoothnessOptions& options, const std::vector<char>& sharp)
{
  this->Options = options;
  this->Sharp = sharp;
  this->Multipliers.assign(this->VolumeMaterials.size(), 0.0);
  this->Radius.assign(this->Cells, options.maximumStep);
}

void SmoothnessSystem::activate(const std::vector<char>& active)
{
  this->ActiveCells.clear();
  this->WorkingCells.clear();
  this->MovingSlots.clear();
  std::vector<char> moving(this->Mesh.slots, 0);
  for (int c = 0; c < this->Cells; ++c)
  {
    if (active[c])
    {
      this->ActiveCells.push_back(c);
      const auto first = this->PlaceOffsets[c];
      for (auto k = first; k < first + this->PatchSizes[c]; ++k)
      {
        moving[this->PlaceSlots[k]] = 1;
      }
    }
  }
  for (int s = 0; s < static_cast<int>(moving.size()); ++s)
  {
    if (moving[s])
    {
      this->MovingSlots.push_back(s);
    }
  }
  for (int c = 0; c < this->Cells; ++c)
  {
    const auto first = this->PlaceSlots.begin() + this->PlaceOffsets[c];
    const auto last = this->PlaceSlots.begin() + this->PlaceOffsets[c + 1];
    if (std::any_of(first, last, [&](int s) { return moving[s]; }))
    {
      this->WorkingCells.push_back(c);
    }
  }
  this->reserveInverses();
}

std::vector<double> SmoothnessSystem::step(
  const std::vector<char>& active, std::vector<double>& field)
{
  this->activate(active);
  this->linearise(field);
  this->hold(field);
  this->factorise();
  this->solve(field);
  for (const int c : this->WorkingCells)
  {
    for (int v = this->VolumeStarts[c]; v < this->VolumeStarts[c + 1] && !this->Options.soft; ++v)
    {
      const auto row = this->firstVolume(c) + v - this->VolumeStarts[c];
      this->Multipliers[v] +=
        this->Options.penalty * (this->Residuals[v] - this->rowTimes(row, this->Step));
    }
  }

  const std::vector<double> start = field;
  std::vector<double> before;
  std::vector<double> after;
  this->merits(start, before);
  std::vector<double> limit(field.size());
  for (int attempt = 0;; ++attempt)
  {
    // A value moves as far as the least radius of the cells about it.
    std::fill(limit.begin(), limit.end(), this->Options.maximumStep);
    for (const int c : this->WorkingCells)
    {
      const auto first = this->PlaceOffsets[c];
      for (auto k = first; k < first + this->PatchSizes[c]; ++k)
      {
        double& l = limit[this->PlaceSlots[k]];
        l = std::min(l, this->Radius[c]);
      }
    }
    for (const int s : this->MovingSlots)
    {
      const double move = std::max(-limit[s], std::min(limit[s], this->Step[s]));
      field[s] = start[s] + move * this->SlotSizes[s];
    }
    applyPresence(this->Mesh, field);
    if (attempt == 4)
    {
      break;
    }
    this->merits(field, after);
    bool again = false;
    std::vector<double> radius = this->Radius;
    for (const int c : this->WorkingCells)
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
        const auto first = this->PlaceOffsets[c];
        for (auto k = first; k < first + this->PatchSizes[c]; ++k)
        {
          largest = std::max(largest, std::fabs(this->Step[this->PlaceSlots[k]]));
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
  for (double& radius : this->Radius)
  {
    radius = std::min(this->Options.maximumStep, 4.0 * radius);
  }
  return this->motions(start, field);
}

std::vector<double> SmoothnessSystem::motions(
  const std::vector<double>& start, const std::vector<double>& field) const
{
  std::vector<double> result(this->Cells, 0.0);
  for (const int c : this->WorkingCells)
  {
    const auto first = this->RowOffsets[this->firstVolume(c)];
    const auto last = this->RowOffsets[this->RowStarts[c + 1]];
    for (auto e = first; e < last; ++e)
    {
      if (this->EntryValues[e] != 0.0)
      {
        const int s = this->PlaceSlots[this->EntryPlaces[e]];
        result[c] = std::max(result[c], std::fabs(field[s] - start[s]) / this->SlotSizes[s]);
      }
    }
  }
  return result;
}

} // namespace mir
