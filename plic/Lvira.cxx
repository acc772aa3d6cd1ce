#include "plic/Lvira.h"

#include "plic/MixedYoungsCentered.h"
#include "plic/Neighbourhood.h"
#include "plic/NormalDescent.h"
#include "plic/Surroundings.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <vector>

namespace mir {

namespace {

/// Mean squares of the misses over the neighbours, above which a fit is tried from other
/// directions: in space curved interfaces miss by more than in the plane.
constexpr double poorFit2D = 0.006;
constexpr double poorFit3D = 0.025;
/// Normals of neighbours that miss less by this factor are tried, unless the misses are rounding.
constexpr double muchBetter = 0.2;
/// Neighbours' normals that are tried.
constexpr int mostTries = 3;

/// The misfits of planes in a neighbourhood.
class Fit
{
public:
  explicit Fit(Neighbourhood& about)
    : About(about)
  {}

  long long evaluations = 0;

  /// The normal of least misfit that steps downhill from a unit vector lead to.
  Vec3 minimise(Vec3 normal, double& value)
  {
    return descend(normal, this->About.dimension, 1e-28, value,
      [this](
        Vec3 n, const Vec3(&tangents)[2], Vec3 near) { return this->evaluate(n, tangents, near); });
  }

  /// `near` is a point that the plane about passes through. Given up where the value passes
  /// `limit`.
  NormalMisfit evaluate(Vec3 normal, const Vec3 (&tangents)[2], Vec3 near, double limit = 1e300)
  {
    ++this->evaluations;
    NormalMisfit misfit;
    CutSums sums;
    const double constant = this->About.constant(normal, dot(normal, near), sums);
    misfit.centre = sums.area > 0.0 ? 1.0 / sums.area * sums.moment : near;
    for (int i = 1; i < this->About.numberOfCells() && misfit.value < limit; ++i)
    {
      const bool cut = this->About.cut(i, normal, constant, sums);
      const double scale = 1.0 / this->About.volume(i);
      const double weight = this->About.weight(i);
      const double residual = scale * sums.volume - this->About.fraction(i);
      if (cut)
      {
        const Vec3 slope = scale * (sums.area * misfit.centre - sums.moment);
        misfit.add(weight, residual, { dot(slope, tangents[0]), dot(slope, tangents[1]) });
      }
      else
      {
        misfit.value += weight * residual * residual;
      }
    }
    return misfit;
  }

private:
  Neighbourhood& About;
};

/// A normal, and the mean square of the misses of its plane.
struct FittedNormal
{
  Vec3 normal;
  double misfit = 0.0;
};

/// The best normal from one start, or from several if that misses by much or `several` asks for it.
FittedNormal bestNormal(Neighbourhood& about, Vec3 start, bool several, LviraCounts& counts)
{
  Fit fit(about);
  const double norm = length(start);
  start = norm > 0.0 ? 1.0 / norm * start : about.descent();
  if (length(start) == 0.0 || about.numberOfCells() < 2)
  {
    return { start, 0.0 };
  }
  FittedNormal best;
  best.normal = fit.minimise(start, best.misfit);
  if (several ||
    best.misfit > about.sumOfWeights() * (about.dimension == 2 ? poorFit2D : poorFit3D))
  {
    ++counts.restarts;
    auto tryFrom = [&](Vec3 direction) {
      double misfit;
      const Vec3 normal = fit.minimise(direction, misfit);
      if (misfit < (1.0 - 1e-9) * best.misfit)
      {
        best = { normal, misfit };
      }
    };
    const Vec3 descent = about.descent();
    const Vec3 side = length(descent) > 0.0 ? descent : start;
    tryFrom(side);
    // The axes that lead out of the material.
    tryFrom({ std::copysign(1.0, side.x), 0.0, 0.0 });
    tryFrom({ 0.0, std::copysign(1.0, side.y), 0.0 });
    if (about.dimension == 3)
    {
      tryFrom({ 0.0, 0.0, std::copysign(1.0, side.z) });
    }
  }
  counts.evaluations += fit.evaluations;
  best.misfit /= about.sumOfWeights();
  return best;
}

/// A cell of a band and those about it.
void gather(const CellBand& band, const MaterialField& field, int cell,
  const std::vector<int>& others, LviraWeights weights, Neighbourhood& about)
{
  const Vec3 centre = band.centroids[cell];
  const double unit =
    band.dimension == 2 ? std::sqrt(band.volumes[cell]) : std::cbrt(band.volumes[cell]);
  about.dimension = band.dimension;
  about.clear();
  about.addBandCell(band, cell, centre, unit, field.fractions[cell]);
  for (const int neighbour : others)
  {
    if (band.volumes[neighbour] > 0.0)
    {
      about.addBandCell(band, neighbour, centre, unit, field.fractions[neighbour]);
    }
  }
  about.weigh(weights == LviraWeights::Equal ? 0 : 4);
}

/// Mixed neighbours that fit much better than the cell, the best of them first; returns their
/// number.
int betterNeighbours(const CellBand& band, const MaterialField& field,
  const std::vector<double>& misfits, int slot, int (&slots)[mostTries])
{
  int count = 0;
  const int cell = field.mixed[slot];
  for (auto i = band.neighbourOffsets[cell]; i < band.neighbourOffsets[cell + 1]; ++i)
  {
    int other = field.slots[band.neighbours[i]];
    if (other < 0 || misfits[other] >= muchBetter * misfits[slot])
    {
      continue;
    }
    for (int place = 0; place < count; ++place)
    {
      if (misfits[other] < misfits[slots[place]])
      {
        std::swap(other, slots[place]);
      }
    }
    if (count < mostTries)
    {
      slots[count++] = other;
    }
  }
  return count;
}

} // namespace

std::vector<double> lviraAt(const std::vector<int>& slots, const CellBand& band,
  const MaterialField& field, NormalField& normals, const ParallelFor& parallelFor,
  LviraWeights weights, LviraCounts* counts)
{
  NormalField first = normals;
  std::vector<double> misfits(normals.size(), 1e300);
  std::atomic<long long> evaluations{ 0 };
  std::atomic<long long> restarts{ 0 };
  auto forEachSlot = [&](auto&& visit) {
    parallelFor(static_cast<int>(slots.size()), [&](int begin, int end) {
      Neighbourhood about;
      Surroundings surroundings(band, field);
      LviraCounts own;
      for (int i = begin; i < end; ++i)
      {
        visit(slots[i], about, surroundings, own);
      }
      evaluations += own.evaluations;
      restarts += own.restarts;
    });
  };
  forEachSlot([&](int slot, Neighbourhood& about, Surroundings& surroundings, LviraCounts& own) {
    const int cell = field.mixed[slot];
    gather(band, field, cell, surroundings.about(cell), weights, about);
    FittedNormal fitted = bestNormal(about, first[slot], surroundings.tooFew(cell), own);
    const bool exact = fitted.misfit <= lviraRounding && length(fitted.normal) > 0.0;
    if (exact && surroundings.endedEarly())
    {
      // Other planes may do as well: one that explains what lies beyond too is the one.
      gather(band, field, cell, surroundings.beyond(cell), weights, about);
      const FittedNormal wider = bestNormal(about, first[slot], true, own);
      fitted = wider.misfit <= lviraRounding ? wider : fitted;
    }
    first[slot] = fitted.normal;
    misfits[slot] = fitted.misfit;
  });
  for (const int slot : slots)
  {
    normals[slot] = first[slot];
  }
  std::vector<double> least = misfits;
  // The misfit has kinks where the plane leaves a corner of the cell for another one, and minima
  // between them: neighbours, whose kinks are elsewhere, lead out.
  forEachSlot([&](int slot, Neighbourhood& about, Surroundings& surroundings, LviraCounts& own) {
    const int cell = field.mixed[slot];
    int better[mostTries];
    if (misfits[slot] <= lviraRounding || length(first[slot]) == 0.0)
    {
      return;
    }
    const int tries = betterNeighbours(band, field, misfits, slot, better);
    if (tries == 0)
    {
      return;
    }
    gather(band, field, cell, surroundings.about(cell), weights, about);
    Fit fit(about);
    double best = misfits[slot] * about.sumOfWeights();
    for (int i = 0; i < tries; ++i)
    {
      const Vec3 direction = first[better[i]];
      const Vec3 none[2] = {};
      if (fit.evaluate(direction, none, {}, best).value < best)
      {
        double misfit;
        const Vec3 normal = fit.minimise(direction, misfit);
        if (misfit < (1.0 - 1e-9) * best)
        {
          best = misfit;
          normals[slot] = normal;
          least[slot] = misfit / about.sumOfWeights();
          own.restarts += i == 0;
        }
      }
    }
    own.evaluations += fit.evaluations;
  });
  if (counts)
  {
    counts->evaluations = evaluations;
    counts->restarts = restarts;
  }
  std::vector<double> result;
  result.reserve(slots.size());
  for (const int slot : slots)
  {
    result.push_back(least[slot]);
  }
  return result;
}

NormalField lvira(const CellBand& band, const MaterialField& field, const NormalField& start,
  const ParallelFor& parallelFor, LviraWeights weights, LviraCounts* counts)
{
  std::vector<int> slots(field.mixed.size());
  std::iota(slots.begin(), slots.end(), 0);
  NormalField normals = start;
  lviraAt(slots, band, field, normals, parallelFor, weights, counts);
  return normals;
}

Vec3 lviraNormal(const AxisStencil& stencil, Vec3 start, LviraWeights weights)
{
  thread_local Neighbourhood about;
  about.dimension = stencil.dimension;
  about.clear();
  const bool flat = stencil.dimension == 2;
  const double volume =
    stencil.widths[0][1] * stencil.widths[1][1] * (flat ? 1.0 : stencil.widths[2][1]);
  const double scale = flat ? 1.0 / std::sqrt(volume) : 1.0 / std::cbrt(volume);
  auto add = [&](int i, int j, int k) {
    const int index[3] = { i, j, k };
    double low[3];
    double width[3];
    for (int axis = 0; axis < 3; ++axis)
    {
      const double* w = stencil.widths[axis];
      width[axis] = scale * w[index[axis]];
      low[axis] = scale *
        (index[axis] == 0      ? -w[0] - 0.5 * w[1]
            : index[axis] == 1 ? -0.5 * w[1]
                               : 0.5 * w[1]);
    }
    if (flat)
    {
      low[2] = -0.5;
      width[2] = 1.0;
    }
    about.addBox(
      { low[0], low[1], low[2] }, { width[0], width[1], width[2] }, stencil.fractions[i][j][k]);
  };
  add(1, 1, 1);
  for (int i = 0; i < 3; ++i)
  {
    for (int j = 0; j < 3; ++j)
    {
      for (int k = flat ? 1 : 0; k < (flat ? 2 : 3); ++k)
      {
        if (i != 1 || j != 1 || k != 1)
        {
          add(i, j, k);
        }
      }
    }
  }
  about.weigh(weights == LviraWeights::Equal ? 0 : 4);
  start.z = flat ? 0.0 : start.z;
  LviraCounts counts;
  if (length(start) == 0.0)
  {
    start = mixedYoungsCenteredNormal(stencil);
  }
  return bestNormal(about, start, false, counts).normal;
}

} // namespace mir
