#include "reconstruct/continuous/volumes/CellCuts.h"

#include "reconstruct/continuous/volumes/CutParts.h"
#include "reconstruct/continuous/volumes/CutSorting.h"

#include <cstddef>

namespace mir {
namespace detail {

namespace {

// Room for all, and for what appending writes beyond.
CutEntries makeRoom(CellCuts::List& list, std::size_t simplices)
{
  const std::size_t room = simplices + CutEntries::slack;
  if (list.entries.size() < room)
  {
    list.entries.resize(room);
  }
  return { list.entries.data(), 0 };
}

} // namespace

void CellCuts::sort(const CellSubdivision& cell, const SimplexWeights& weights,
  const double* values, double low, double high)
{
  const std::size_t simplices = cell.simplices.size();
  this->Codes.resize(cell.nodes);
  // A cluster has no more nodes than the cell.
  this->Signs.resize(cell.nodes);
  findSteadySigns(values, cell.bump.data(), low, high, cell.nodes, this->Codes.data());
  SortedCuts sorted;
  sorted.corners = makeRoom(this->Corners, simplices);
  sorted.wedges = makeRoom(this->Wedges, simplices);
  sorted.unsteady = makeRoom(this->Unsteady, simplices);
  sorted.fullOnes = makeRoom(this->FullOnes, simplices);
  sortCuts(cell, weights, this->Codes.data(), this->Signs.data(), sorted);
  this->Full = sorted.full;
  this->Corners.count = sorted.corners.count;
  this->Wedges.count = sorted.wedges.count;
  this->Unsteady.count = sorted.unsteady.count;
}

} // namespace detail
} // namespace mir
