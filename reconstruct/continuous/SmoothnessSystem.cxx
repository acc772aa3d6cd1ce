#include "reconstruct/continuous/SmoothnessSystem.h"

#include "reconstruct/continuous/CellVolumes.h"

#include <algorithm>
#include <cmath>

namespace mir {

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
        sum += this->Options.soft ? 0.5 * this->Options.penalty * e * e : multiplier * std::fabs(e);
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

double SmoothnessSystem::step(
  const std::vector<char>& sharp, const std::vector<char>& active, std::vector<double>& field)
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
  for (std::size_t s = 0; s < field.size(); ++s)
  {
    largest = std::max(largest, std::fabs(field[s] - start[s]) / this->SlotSizes[s]);
  }
  for (double& radius : this->Radius)
  {
    radius = std::min(this->Options.maximumStep, 4.0 * radius);
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
