#include "reconstruct/continuous/CellCuts.h"

#include "plic/AllProcessors.h"
#include "reconstruct/continuous/CutParts.h"

#include <algorithm>
#include <cstddef>

namespace mir {
namespace detail {

namespace {

// Room for all, and for one more that appending without a branch writes and does not keep.
void makeRoom(CellCuts::List& list, std::size_t simplices)
{
  if (list.entries.size() <= simplices)
  {
    list.entries.resize(simplices + 1);
  }
}

// Where entries are appended to, and how many there are.
struct CutEntries
{
  unsigned int* entries;
  int count = 0;

  void append(unsigned int entry, unsigned int wanted)
  {
    this->entries[this->count] = entry;
    this->count += static_cast<int>(wanted);
  }
};

struct SortedCuts
{
  CutEntries corners, wedges, unsteady;
  double full = 0.0;
};

inline int lowestBit(unsigned int bits)
{
  return __builtin_ctz(bits);
}

// A bit for each cluster in all words: in those of `signs`, one a place, the codes of
// findSteadySigns().
template <int N>
inline void sortAlike(const CellSubdivision::AlikeClusters& alike, const double* weights,
  const std::uint64_t* codes, std::uint64_t* signs, SortedCuts& sorted)
{
  const int clusters = static_cast<int>(alike.begins.size());
  const int simplices = static_cast<int>(alike.places.size());
  const int places = static_cast<int>(alike.nodes.size()) / clusters;
  const int* begins = alike.begins.data();
  const int* nodes = alike.nodes.data();
  const std::array<int, 4>* simplexPlaces = alike.places.data();
  std::uint64_t allSet = ~std::uint64_t{ 0 };
  std::uint64_t anySet = 0;
  for (int place = 0; place < places; ++place, nodes += clusters)
  {
    std::uint64_t word = 0;
    for (int i = 0; i < clusters; ++i)
    {
      // A shift by as wide a number, so that the compiler takes some at once.
      word |= codes[nodes[i]] << static_cast<std::uint64_t>(i);
    }
    signs[place] = word;
    allSet &= word;
    anySet |= word;
  }
  SortedCuts result = sorted;
  for (auto full = static_cast<unsigned int>(allSet); full != 0; full &= full - 1)
  {
    const int begin = begins[lowestBit(full)];
    result.full += sumOfWeights(weights, begin, begin + simplices);
  }
  const unsigned int mixed = static_cast<unsigned int>(anySet >> 32 & ~allSet);
  if (mixed == 0)
  {
    sorted = result;
    return;
  }
  for (int simplex = 0; simplex < simplices; ++simplex)
  {
    std::uint64_t words[N];
    std::uint64_t every = ~std::uint64_t{ 0 };
    std::uint64_t any = 0;
    for (int v = 0; v < N; ++v)
    {
      words[v] = signs[simplexPlaces[simplex][v]];
      every &= words[v];
      any |= words[v];
    }
    for (unsigned int full = mixed & static_cast<unsigned int>(every); full != 0; full &= full - 1)
    {
      result.full += weights[begins[lowestBit(full)] + simplex];
    }
    unsigned int cut = mixed & static_cast<unsigned int>(any >> 32 & ~every);
    if (cut == 0)
    {
      continue;
    }
    unsigned int odd = 0;
    unsigned int unsteady = 0;
    for (int v = 0; v < N; ++v)
    {
      odd ^= static_cast<unsigned int>(words[v]);
      unsteady |= static_cast<unsigned int>(words[v] ^ words[v] >> 32);
    }
    for (; cut != 0; cut &= cut - 1)
    {
      const int i = lowestBit(cut);
      auto entry = static_cast<unsigned int>(begins[i] + simplex) << 4;
      for (int v = 0; v < N; ++v)
      {
        entry |= static_cast<unsigned int>(words[v] >> i & 1u) << v;
      }
      const unsigned int moves = unsteady >> i & 1u;
      const unsigned int corner = N == 3 ? 1u : odd >> i & 1u;
      result.corners.append(entry, corner & ~moves);
      result.wedges.append(entry, ~(corner | moves) & 1u);
      result.unsteady.append(entry, moves);
    }
  }
  sorted = result;
}

MIR_FOR_ALL_PROCESSORS
void sortCuts(const CellSubdivision& cell, const double* weights, const std::uint64_t* codes,
  std::uint64_t* signs, SortedCuts& sorted)
{
  for (const CellSubdivision::AlikeClusters& alike : cell.alikeClusters)
  {
    if (cell.dimension == 2)
    {
      sortAlike<3>(alike, weights, codes, signs, sorted);
    }
    else
    {
      sortAlike<4>(alike, weights, codes, signs, sorted);
    }
  }
}

} // namespace

void CellCuts::sort(
  const CellSubdivision& cell, const double* weights, const double* values, double low, double high)
{
  const std::size_t simplices = cell.simplices.size();
  makeRoom(this->Corners, simplices);
  makeRoom(this->Wedges, simplices);
  makeRoom(this->Unsteady, simplices);
  this->Codes.resize(cell.nodes);
  // A cluster has no more nodes than the cell.
  this->Signs.resize(cell.nodes);
  findSteadySigns(values, cell.bump.data(), low, high, cell.nodes, this->Codes.data());
  SortedCuts sorted{ { this->Corners.entries.data() }, { this->Wedges.entries.data() },
    { this->Unsteady.entries.data() } };
  sortCuts(cell, weights, this->Codes.data(), this->Signs.data(), sorted);
  this->Full = sorted.full;
  this->Corners.count = sorted.corners.count;
  this->Wedges.count = sorted.wedges.count;
  this->Unsteady.count = sorted.unsteady.count;
}

} // namespace detail
} // namespace mir
