#include "reconstruct/continuous/variational/SmoothnessSystem.h"

#include <algorithm>
#include <cmath>

namespace mir {

void SmoothnessSystem::merits(const std::vector<double>& field, std::vector<double>& result) const
{
  result.assign(this->Cells, 0.0);
  this->loops()(static_cast<int>(this->WorkingCells.size()), [&](int begin, int end) {
    VolumeBuffers buffers;
    for (int i = begin; i < end; ++i)
    {
      const int c = this->WorkingCells[i];
      result[c] = this->energyOfJumps(c, field) + this->energyOfSlopes(c, field) +
        this->misfit(c, field, buffers);
    }
  });
}

double SmoothnessSystem::energyOfJumps(int c, const std::vector<double>& field) const
{
  const int d = this->Mesh.dimension;
  const double epsilon2 = this->Options.epsilon * this->Options.epsilon;
  double sum = 0.0;
  for (auto k = this->Terms.jumpOffsets[c]; k < this->Terms.jumpOffsets[c + 1]; ++k)
  {
    const JumpTerm& term = this->Terms.jumps[k];
    double j = 0.0;
    for (int i = 0; i < d + 2; ++i)
    {
      j += term.coefficients[i] * valueAt(term.nodes[i], field);
    }
    const bool isSharp = this->Sharp[term.cells[0]] || this->Sharp[term.cells[1]];
    sum += this->Nearness[k] * term.measure *
      (isSharp ? std::sqrt(j * j + epsilon2) : 0.5 * j * j / term.width);
  }
  return sum;
}

double SmoothnessSystem::energyOfSlopes(int c, const std::vector<double>& field) const
{
  const int d = this->Mesh.dimension;
  double sum = 0.0;
  for (auto k = this->Terms.slopeOffsets[c]; k < this->Terms.slopeOffsets[c + 1]; ++k)
  {
    const SlopeTerm& term = this->Terms.slopes[k];
    Vec3 g;
    for (int i = 0; i <= d; ++i)
    {
      g = g + valueAt(term.nodes[i], field) * term.gradients[i];
    }
    const double slope = length(g);
    const double rest = term.others > 0 ? std::min(0.0, slope - 1.0) : slope - 1.0;
    sum += 0.5 * term.measure * rest * rest;
  }
  return sum * (this->Sharp[c] ? this->Options.sharpSlopeWeight : this->Options.smoothSlopeWeight);
}

double SmoothnessSystem::misfit(
  int c, const std::vector<double>& field, VolumeBuffers& buffers) const
{
  this->measure(c, field, false, buffers);
  double sum = 0.0;
  for (int v = this->VolumeStarts[c]; v < this->VolumeStarts[c + 1]; ++v)
  {
    const int m = this->VolumeMaterials[v];
    const double e = this->Mesh.fractionsOf(c)[m] - buffers.volumes[m];
    const double multiplier = std::min(20.0, std::max(1.0, 1.5 * std::fabs(this->Multipliers[v])));
    sum += this->Options.soft ? 0.5 * this->Options.penalty * e * e : multiplier * std::fabs(e);
  }
  return sum;
}

} // namespace mir
