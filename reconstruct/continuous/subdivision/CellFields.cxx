#include "reconstruct/continuous/subdivision/CellFields.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

// Whether a cell has a slot among its nodes.
bool hasSlot(const SubcellBand& mesh, int c, std::int64_t slot)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  const std::int64_t interior = slot - mesh.interiorSlots[c];
  const std::int64_t own =
    static_cast<std::int64_t>(cell.nodes - cell.boundaryNodes) * (count == 2 ? 1 : count);
  const int* table = mesh.slotTableOf(c);
  const int* tableEnd = table + static_cast<std::ptrdiff_t>(cell.boundaryNodes) * count;
  return (interior >= 0 && interior < own) || std::find(table, tableEnd, slot) != tableEnd;
}

} // namespace

void checkField(
  const SubcellBand& mesh, const std::vector<double>& field, const ParallelFor& parallelFor)
{
  const auto size = static_cast<std::int64_t>(field.size());
  if (size != mesh.slots)
  {
    throw std::invalid_argument("the field has " + std::to_string(size) +
      " values where the sub-division has " + std::to_string(mesh.slots));
  }
  std::atomic<bool> finite{ true };
  forValues(mesh, parallelFor, [&](std::int64_t begin, std::int64_t end) {
    std::int64_t bad = 0;
    for (std::int64_t slot = begin; slot < end; ++slot)
    {
      bad += std::fabs(field[slot]) <= std::numeric_limits<double>::max() ? 0 : 1;
    }
    if (bad != 0)
    {
      finite = false;
    }
  });
  if (finite)
  {
    return;
  }
  const auto bad =
    std::find_if(field.begin(), field.end(), [](double value) { return !std::isfinite(value); });
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    if (hasSlot(mesh, c, bad - field.begin()))
    {
      throw std::invalid_argument(
        "the field is not finite in cell " + std::to_string(mesh.cells[c]));
    }
  }
  throw std::invalid_argument("the field is not finite");
}

double roundingDistance(const CellBand& band)
{
  double largest = 0.0;
  for (const Vec3& x : band.points)
  {
    largest = std::max({ largest, std::abs(x.x), std::abs(x.y), std::abs(x.z) });
  }
  return 2.0 * std::numeric_limits<double>::epsilon() * largest;
}

void CellFields::load(
  const CellBand& band, const SubcellBand& mesh, int c, const std::vector<double>& field)
{
  this->cell = &mesh.subdivision(c);
  this->count = mesh.materialCount(c);
  this->materials = mesh.materialsOf(c);
  const int nodes = this->cell->nodes;
  this->positions.resize(nodes);
  this->values.resize(numberOfValues(mesh, c));
  this->winners.resize(nodes);
  nodePositions(band, mesh, c, this->positions.data());
  gatherValues(mesh, c, field, this->values.data());
  if (this->count == 2)
  {
    for (int n = 0; n < nodes; ++n)
    {
      this->winners[n] = this->values[n] >= 0.0 ? 0 : 1;
    }
    return;
  }
  for (int n = 0; n < nodes; ++n)
  {
    int best = 0;
    double most = this->values[n];
    for (int k = 1; k < this->count; ++k)
    {
      const double value = this->values[static_cast<std::size_t>(k) * nodes + n];
      if (value > most)
      {
        most = value;
        best = k;
      }
    }
    this->winners[n] = static_cast<unsigned char>(best);
  }
}

CellFields::Meeting CellFields::mixedMeeting(const int* nodes) const
{
  Meeting result;
  const int corners = this->cell->dimension + 1;
  if (this->count == 2)
  {
    result.first = 0;
    result.second = 1;
    for (int i = 0; i < corners; ++i)
    {
      result.differences[i] = this->values[nodes[i]];
      result.inside |= (this->winners[nodes[i]] ^ 1u) << i;
    }
    return result;
  }
  result.first = this->winners[nodes[0]];
  for (int i = 1; i < corners; ++i)
  {
    const int winner = this->winners[nodes[i]];
    if (winner != result.first && winner != result.second)
    {
      result.more = result.second >= 0;
      result.second = winner;
    }
  }
  if (result.more)
  {
    return result;
  }
  if (result.first > result.second)
  {
    std::swap(result.first, result.second);
  }
  const double* first = this->run(result.first);
  const double* second = this->run(result.second);
  for (int i = 0; i < corners; ++i)
  {
    result.differences[i] = first[nodes[i]] - second[nodes[i]];
    result.inside |= (this->winners[nodes[i]] == result.first ? 1u : 0u) << i;
  }
  // A third material stays out if it is below one of the two at all nodes.
  for (int k = 0; k < this->count && !result.more; ++k)
  {
    if (k == result.first || k == result.second)
    {
      continue;
    }
    const double* other = this->run(k);
    bool belowFirst = true;
    bool belowSecond = true;
    for (int i = 0; i < corners; ++i)
    {
      const int n = nodes[i];
      belowFirst = belowFirst && other[n] < first[n];
      belowSecond = belowSecond && other[n] < second[n];
    }
    result.more = !belowFirst && !belowSecond;
  }
  return result;
}

} // namespace mir
