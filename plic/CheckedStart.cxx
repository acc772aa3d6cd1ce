#include "plic/CheckedStart.h"

#include "plic/EdgeCells.h"
#include "plic/Lvira.h"
#include "plic/Surroundings.h"

#include <cstddef>
#include <utility>

namespace mir {

namespace {

/// Starts are doubted whose mean cosine with the neighbours' is less than this and the neighbours'
/// one-sidedness together.
constexpr double leastAgreement = 0.5;
/// Planes that miss the fractions about by more than the root of this are no better.
constexpr double poorFit = 0.01;

/// The mean cosine between the normals of a cell and of its mixed neighbours; 1 where there are
/// none.
double agreement(
  const CellBand& band, const MaterialField& field, const NormalField& normals, int slot)
{
  const int cell = field.mixed[slot];
  // Of cells that are nearly pure the fractions about tell little.
  double cosines = 0.0;
  double sum = 0.0;
  for (auto i = band.neighbourOffsets[cell]; i < band.neighbourOffsets[cell + 1]; ++i)
  {
    const int neighbour = field.slots[band.neighbours[i]];
    if (neighbour >= 0)
    {
      const double fraction = field.fractions[band.neighbours[i]];
      const double weight = fraction * (1.0 - fraction);
      cosines += weight * dot(normals[slot], normals[neighbour]);
      sum += weight;
    }
  }
  return sum > 0.0 ? cosines / sum : 1.0;
}

} // namespace

CheckedStart checkedStart(const CellBand& band, const MaterialField& field, NormalField normals,
  const std::vector<int>& checked, const ParallelFor& parallelFor)
{
  const Surroundings surroundings(band, field);
  CheckedStart start{ std::move(normals), {}, {} };
  start.atEdge.assign(start.normals.size(), 0);
  std::vector<char> doubted(checked.size(), 0);
  parallelFor(static_cast<int>(checked.size()), [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
    {
      const int slot = checked[i];
      const int cell = field.mixed[slot];
      const double oneSided = oneSidedness(band, cell);
      start.atEdge[slot] = oneSided > leastOneSidedness;
      doubted[i] = surroundings.tooFew(cell) ||
        agreement(band, field, start.normals, slot) < leastAgreement + oneSided;
    }
  });
  std::vector<int> slots;
  for (std::size_t i = 0; i < checked.size(); ++i)
  {
    if (doubted[i])
    {
      slots.push_back(checked[i]);
    }
  }
  if (slots.empty())
  {
    return start;
  }
  NormalField fitted = start.normals;
  const std::vector<double> misfits = lviraAt(slots, band, field, fitted, parallelFor);
  start.settled.assign(start.normals.size(), 0);
  for (std::size_t i = 0; i < slots.size(); ++i)
  {
    const int slot = slots[i];
    if (misfits[i] <= poorFit && length(fitted[slot]) > 0.0)
    {
      start.normals[slot] = fitted[slot];
      start.settled[slot] = misfits[i] <= lviraRounding ? 1 : 0;
    }
  }
  return start;
}

} // namespace mir
