#include "plic/Surroundings.h"

#include <algorithm>

namespace mir {

namespace {

/// Mixed neighbours: inside a mesh lines meet two at least, planes six.
int leastMixed(int dimension)
{
  return dimension == 2 ? 2 : 6;
}
/// Mixed cells that end the search for more.
int enoughMixed(int dimension)
{
  return dimension == 2 ? 4 : 12;
}

} // namespace

Surroundings::Surroundings(const CellBand& band, const MaterialField& field)
  : Band(band)
  , Field(field)
{}

bool Surroundings::tooFew(int cell) const
{
  int mixed = 0;
  for (auto i = this->Band.neighbourOffsets[cell]; i < this->Band.neighbourOffsets[cell + 1]; ++i)
  {
    mixed += this->Field.slots[this->Band.neighbours[i]] >= 0 ? 1 : 0;
  }
  return mixed < leastMixed(this->Band.dimension);
}

const std::vector<int>& Surroundings::about(int cell)
{
  const auto begin = this->Band.neighbours.begin();
  const auto* offsets = this->Band.neighbourOffsets.data();
  this->Cells.assign(begin + offsets[cell], begin + offsets[cell + 1]);
  this->EndedEarly = false;
  if (!this->tooFew(cell))
  {
    return this->Cells;
  }
  this->Found.clear();
  this->Found.insert(cell);
  this->Found.insert(this->Cells.begin(), this->Cells.end());
  this->Mixed = 0;
  std::size_t next = 0;
  std::size_t ringEnd = 0;
  do
  {
    // The ring found last: its mixed cells are counted, and lead on.
    ringEnd = this->Cells.size();
    for (; next < ringEnd; ++next)
    {
      const int from = this->Cells[next];
      if (this->Field.slots[from] < 0)
      {
        continue;
      }
      ++this->Mixed;
      for (auto i = offsets[from]; i < offsets[from + 1]; ++i)
      {
        this->add(this->Band.neighbours[i]);
      }
    }
  } while (this->Cells.size() > ringEnd && this->Mixed < enoughMixed(this->Band.dimension));
  this->EndedEarly = this->Mixed < enoughMixed(this->Band.dimension);
  return this->Cells;
}

const std::vector<int>& Surroundings::beyond(int cell)
{
  this->Nearest.clear();
  for (const int other : this->Field.mixed)
  {
    if (this->Found.count(other) == 0)
    {
      const Vec3 offset = this->Band.centroids[other] - this->Band.centroids[cell];
      this->Nearest.emplace_back(dot(offset, offset), other);
    }
  }
  const std::size_t missing = enoughMixed(this->Band.dimension) - this->Mixed;
  const auto end = this->Nearest.begin() + std::min(missing, this->Nearest.size());
  std::partial_sort(this->Nearest.begin(), end, this->Nearest.end());
  for (auto nearest = this->Nearest.begin(); nearest != end; ++nearest)
  {
    const int from = nearest->second;
    this->add(from);
    for (auto i = this->Band.neighbourOffsets[from]; i < this->Band.neighbourOffsets[from + 1]; ++i)
    {
      this->add(this->Band.neighbours[i]);
    }
  }
  return this->Cells;
}

void Surroundings::add(int cell)
{
  if (this->Found.insert(cell).second)
  {
    this->Cells.push_back(cell);
  }
}

} // namespace mir
