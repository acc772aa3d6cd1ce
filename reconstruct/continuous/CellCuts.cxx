#include "reconstruct/continuous/CellCuts.h"

#include "plic/AllProcessors.h"
#include "reconstruct/continuous/CutParts.h"
#include "reconstruct/continuous/SimplexVolume.h"

#include <cstddef>
#include <cstdint>

namespace mir {
namespace detail {

namespace {

enum class CutKind : unsigned char
{
  Empty,
  Full,
  Corner,
  Wedge,
  Unsteady
};

// What a simplex is by the codes of findSteadySigns() of its vertices, two bits each.
template <int N>
struct CutKinds
{
  CutKind kinds[1 << 2 * N] = {};
  unsigned char sets[1 << 2 * N] = {};

  constexpr CutKinds()
  {
    for (unsigned int word = 0; word < 1u << 2 * N; ++word)
    {
      unsigned int set = 0;
      bool steady = true;
      for (int v = 0; v < N; ++v)
      {
        const unsigned int code = word >> 2 * v & 3u;
        set |= (code >> 1) << v;
        steady = steady && code != 1;
      }
      this->sets[word] = static_cast<unsigned char>(set);
      this->kinds[word] = !steady      ? CutKind::Unsteady
        : bitCount[set] == 0           ? CutKind::Empty
        : bitCount[set] == N           ? CutKind::Full
        : N == 4 && bitCount[set] == 2 ? CutKind::Wedge
                                       : CutKind::Corner;
    }
  }
};

// Room for all, and for one more that appending without a branch writes and does not keep.
template <class T>
void makeRoom(std::vector<T>& list, std::size_t simplices)
{
  if (list.size() <= simplices)
  {
    list.resize(simplices + 1);
  }
}

// Adds the weight of a simplex that is full in a cluster with this word to `sum`, appends one that
// is neither full nor empty; without a branch.
inline void takeMixed(int place, std::uint64_t word, std::uint64_t mask, double weight, double& sum,
  int* mixed, int& count)
{
  const int notFull = (~word & mask) != 0 ? 1 : 0;
  const int notEmpty = (word & mask) != 0 ? 1 : 0;
  sum += notFull ? 0.0 : weight;
  mixed[count] = place;
  count += notFull & notEmpty;
}

// Appends the simplices of a cell in clusters that one sign does not fill and that are not full or
// empty themselves, if the clusters know; `full` is the sum of the weights of the full ones.
// Returns their number.
MIR_FOR_ALL_PROCESSORS
int findMixed(const CellSubdivision& cell, const double* weights, const unsigned char* codes,
  int* mixed, double& full)
{
  const int clusters = static_cast<int>(cell.clusters.size()) - 1;
  const std::uint64_t* masks = cell.simplexMasks.empty() ? nullptr : cell.simplexMasks.data();
  int count = 0;
  full = 0.0;
  for (int cluster = 0; cluster < clusters; ++cluster)
  {
    const int* nodes = cell.clusterNodes.data() + cell.clusterNodeOffsets[cluster];
    const int number = cell.clusterNodeOffsets[cluster + 1] - cell.clusterNodeOffsets[cluster];
    const int begin = cell.clusters[cluster];
    const int end = cell.clusters[cluster + 1];
    if (number > 32 || !masks)
    {
      for (int place = begin; place < end; ++place)
      {
        mixed[count++] = place;
      }
      continue;
    }
    std::uint64_t word = 0;
    for (int i = 0; i < number; ++i)
    {
      word |= static_cast<std::uint64_t>(codes[nodes[i]]) << 2 * i;
    }
    if (word == ~std::uint64_t{ 0 } >> (64 - 2 * number))
    {
      full += sumOfWeights(weights, begin, end);
      continue;
    }
    if (word == 0)
    {
      continue;
    }
    // Four sums, so that none waits for another.
    double sums[4] = { 0.0, 0.0, 0.0, 0.0 };
    int place = begin;
    for (; place + 4 <= end; place += 4)
    {
      for (int i = 0; i < 4; ++i)
      {
        takeMixed(place + i, word, masks[place + i], weights[place + i], sums[i], mixed, count);
      }
    }
    for (; place < end; ++place)
    {
      takeMixed(place, word, masks[place], weights[place], sums[0], mixed, count);
    }
    full += (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  return count;
}

// What sortMixed() appends to and how many there are.
struct CutEntries
{
  unsigned int* entries;
  int count = 0;

  void append(unsigned int entry, bool wanted)
  {
    this->entries[this->count] = entry;
    this->count += wanted ? 1 : 0;
  }
};

struct SortedCuts
{
  CutEntries corners, wedges, unsteady;
  double full = 0.0;
};

template <int N>
inline void sortMixedOf(const int* simplices, const double* weights, const unsigned char* codes,
  const int* mixed, int count, SortedCuts& sorted)
{
  static constexpr CutKinds<N> table;
  SortedCuts result = sorted;
  for (int i = 0; i < count; ++i)
  {
    const int place = mixed[i];
    const int* nodes = simplices + std::ptrdiff_t{ 4 } * place;
    unsigned int word = 0;
    for (int v = 0; v < N; ++v)
    {
      word |= static_cast<unsigned int>(codes[nodes[v]]) << 2 * v;
    }
    const CutKind kind = table.kinds[word];
    const unsigned int entry = static_cast<unsigned int>(place) << 4 | table.sets[word];
    result.corners.append(entry, kind == CutKind::Corner);
    result.wedges.append(entry, kind == CutKind::Wedge);
    result.unsteady.append(entry, kind == CutKind::Unsteady);
    if (kind == CutKind::Full)
    {
      result.full += weights[place];
    }
  }
  sorted = result;
}

MIR_FOR_ALL_PROCESSORS
void sortMixed(int dimension, const int* simplices, const double* weights,
  const unsigned char* codes, const int* mixed, int count, SortedCuts& sorted)
{
  if (dimension == 2)
  {
    sortMixedOf<3>(simplices, weights, codes, mixed, count, sorted);
  }
  else
  {
    sortMixedOf<4>(simplices, weights, codes, mixed, count, sorted);
  }
}

} // namespace

void CellCuts::sort(
  const CellSubdivision& cell, const double* weights, const double* values, double low, double high)
{
  const std::size_t simplices = cell.simplices.size();
  makeRoom(this->Mixed, simplices);
  makeRoom(this->Corners.entries, simplices);
  makeRoom(this->Wedges.entries, simplices);
  makeRoom(this->Unsteady.entries, simplices);
  this->Codes.resize(cell.nodes);
  findSteadySigns(values, cell.bump.data(), low, high, cell.nodes, this->Codes.data());
  SortedCuts sorted{ { this->Corners.entries.data() }, { this->Wedges.entries.data() },
    { this->Unsteady.entries.data() } };
  const int mixed = findMixed(cell, weights, this->Codes.data(), this->Mixed.data(), sorted.full);
  sortMixed(cell.dimension, cell.simplices.data()->data(), weights, this->Codes.data(),
    this->Mixed.data(), mixed, sorted);
  this->Full = sorted.full;
  this->Corners.count = sorted.corners.count;
  this->Wedges.count = sorted.wedges.count;
  this->Unsteady.count = sorted.unsteady.count;
}

} // namespace detail
} // namespace mir
