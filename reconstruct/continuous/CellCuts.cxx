#include "reconstruct/continuous/CellCuts.h"

#include "plic/AllProcessors.h"
#include "reconstruct/continuous/CutParts.h"
#include "reconstruct/continuous/CutSorting.h"

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

// Sum of the weights of the simplices of some entries, in an order that their number alone decides.
MIR_FOR_ALL_PROCESSORS
double sumOfEntries(const double* weights, const unsigned int* entries, int count)
{
  constexpr int width = 8;
  double sums[width] = {};
  int i = 0;
  for (; i + width <= count; i += width)
  {
    for (int k = 0; k < width; ++k)
    {
      sums[k] += weights[static_cast<int>(entries[i + k] >> 4)];
    }
  }
  for (; i < count; ++i)
  {
    sums[0] += weights[entries[i] >> 4];
  }
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

} // namespace

void CellCuts::sort(
  const CellSubdivision& cell, const double* weights, const double* values, double low, double high)
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
  sorted.full = makeRoom(this->FullOnes, simplices);
  sortCuts(cell, weights, this->Codes.data(), this->Signs.data(), sorted);
  this->Full = sorted.fullClusters + sumOfEntries(weights, sorted.full.entries, sorted.full.count);
  this->Corners.count = sorted.corners.count;
  this->Wedges.count = sorted.wedges.count;
  this->Unsteady.count = sorted.unsteady.count;
}

} // namespace detail
} // namespace mir
