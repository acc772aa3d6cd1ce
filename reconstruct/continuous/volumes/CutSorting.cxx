// Highway compiles this file once for every instruction set and picks the best one at run time.
// Lanes are clusters of one shape; sums run one after the other, so that all give the same bits.
#include "reconstruct/continuous/volumes/CutSorting.h"

#include "reconstruct/InstructionSets.h"
#include "reconstruct/continuous/volumes/CellCuts.h"
#include "reconstruct/continuous/volumes/CutParts.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reconstruct/continuous/volumes/CutSorting.cxx"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mir {
namespace detail {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<std::uint32_t, CutEntries::slack>;
using Lanes = hn::Vec<Tag>;
constexpr Tag tag;

constexpr hn::RebindToSigned<Tag> signedTag;

// The lanes whose bits are set, and the other way round.
HWY_INLINE hn::Mask<Tag> lanesOf(std::uint64_t bits)
{
  return hn::LoadMaskBits(tag, reinterpret_cast<const std::uint8_t*>(&bits));
}

HWY_INLINE std::uint64_t bitsOf(hn::Mask<Tag> lanes)
{
  std::uint64_t bits = 0;
  hn::StoreMaskBits(tag, lanes, reinterpret_cast<std::uint8_t*>(&bits));
  return bits;
}

HWY_INLINE void append(CutEntries& list, Lanes entries, unsigned int lanes)
{
  hn::StoreU(hn::Compress(entries, lanesOf(lanes)), tag, list.entries + list.count);
  list.count += __builtin_popcount(lanes);
}

// term(0) + term(1) + ..; some side by side, as each addition waits for the one before.
template <class Term>
HWY_INLINE double sumOf(int count, const Term& term)
{
  double sums[4] = { 0.0, 0.0, 0.0, 0.0 };
  for (int i = 0; i < count; ++i)
  {
    sums[i % 4] += term(i);
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// The bits of a word that are in a set, side by side.
HWY_INLINE std::uint64_t gatherBits(std::uint64_t word, unsigned int set)
{
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  return _pext_u64(word, set);
#else
  std::uint64_t result = 0;
  for (int next = 0; set != 0; set &= set - 1, ++next)
  {
    result |= (word >> __builtin_ctz(set) & 1u) << next;
  }
  return result;
#endif
}

// A bit for each cluster in all words: in those of `signs`, one a place, whether it is never
// negative there, and 32 bits on whether it is not always.
template <int N>
HWY_INLINE void sortAlike(const CellSubdivision::AlikeClusters& alike,
  const SimplexWeights& weights, const std::uint32_t* codes, std::uint64_t* signs,
  SortedCuts& sorted)
{
  const int clusters = static_cast<int>(alike.begins.size());
  const int simplices = static_cast<int>(alike.places.size());
  const int places = alike.numberOfPlaces();
  const int* begins = alike.begins.data();
  const int* nodes = alike.nodes.data();
  const std::array<int, 4>* simplexPlaces = alike.places.data();
  constexpr int lanes = static_cast<int>(hn::MaxLanes(tag));
  constexpr unsigned int allLanes = (2u << (lanes - 1)) - 1u;
  const std::uint64_t wanted = (std::uint64_t{ 1 } << clusters) - 1;
  std::uint64_t allSet = ~std::uint64_t{ 0 };
  std::uint64_t anySet = 0;
  for (int place = 0; place < places; ++place, nodes += clusters)
  {
    std::uint64_t word = 0;
    for (int first = 0; first < clusters; first += lanes)
    {
      const Lanes found = hn::GatherIndex(tag, codes, hn::LoadU(signedTag, nodes + first));
      word |= bitsOf(hn::TestBit(found, hn::Set(tag, neverNegative))) << first;
      word |= bitsOf(hn::TestBit(found, hn::Set(tag, notAlwaysNegative))) << (32 + first);
    }
    // Without those beyond the last cluster.
    word &= wanted | wanted << 32;
    signs[place] = word;
    allSet &= word;
    anySet |= word;
  }
  auto full = static_cast<unsigned int>(allSet);
  sorted.full += sumOf(__builtin_popcount(full), [&](int) {
    const double weight = weights[alike.weights[__builtin_ctz(full)]];
    full &= full - 1;
    return weight;
  });
  const unsigned int mixed = static_cast<unsigned int>(anySet >> 32 & ~allSet);
  if (mixed == 0)
  {
    return;
  }
  // The others are done: the mixed ones move together, and fill few vectors.
  HWY_ALIGN unsigned int firstEntries[CellSubdivision::AlikeClusters::most] = {};
  int mixedCount = 0;
  for (unsigned int rest = mixed; rest != 0; rest &= rest - 1)
  {
    firstEntries[mixedCount++] = static_cast<unsigned int>(begins[__builtin_ctz(rest)]) << 4;
  }
  for (int place = 0; place < places; ++place)
  {
    signs[place] = gatherBits(signs[place], mixed) | gatherBits(signs[place] >> 32, mixed) << 32;
  }
  SortedCuts result = sorted;
  for (int simplex = 0; simplex < simplices; ++simplex)
  {
    std::uint64_t words[N];
    std::uint64_t every = ~std::uint64_t{ 0 };
    std::uint64_t any = 0;
    unsigned int odd = 0;
    unsigned int moves = 0;
    for (int v = 0; v < N; ++v)
    {
      words[v] = signs[simplexPlaces[simplex][v]];
      every &= words[v];
      any |= words[v];
      odd ^= static_cast<unsigned int>(words[v]);
      moves |= static_cast<unsigned int>(words[v] ^ words[v] >> 32);
    }
    const auto full = static_cast<unsigned int>(every);
    const auto cut = static_cast<unsigned int>(any >> 32 & ~every);
    const unsigned int steady = cut & ~moves;
    const unsigned int corners = N == 3 ? steady : steady & odd;
    for (int first = 0; first < mixedCount; first += lanes)
    {
      if (((full | cut) >> first & allLanes) == 0)
      {
        continue;
      }
      Lanes entries = hn::Add(
        hn::Load(tag, firstEntries + first), hn::Set(tag, static_cast<unsigned int>(simplex) << 4));
      for (int v = 0; v < N; ++v)
      {
        entries =
          hn::Or(entries, hn::IfThenElseZero(lanesOf(words[v] >> first), hn::Set(tag, 1u << v)));
      }
      append(result.fullOnes, entries, full >> first & allLanes);
      append(result.corners, entries, corners >> first & allLanes);
      if (N == 4)
      {
        append(result.wedges, entries, (steady & ~corners) >> first & allLanes);
      }
      if (((cut & moves) >> first & allLanes) != 0)
      {
        append(result.unsteady, entries, (cut & moves) >> first & allLanes);
      }
    }
  }
  const unsigned int* fullOnes = result.fullOnes.entries;
  const double* parts = weights.parts;
  const int* macros = weights.macros;
  const double* macroWeights = weights.macroWeights;
  result.full += macros
    ? sumOf(result.fullOnes.count,
        [=](int i) { return parts[fullOnes[i] >> 4] * macroWeights[macros[fullOnes[i] >> 4]]; })
    : sumOf(result.fullOnes.count, [=](int i) { return parts[fullOnes[i] >> 4]; });
  result.fullOnes.count = 0;
  sorted = result;
}

void sortClusters(const CellSubdivision& cell, const SimplexWeights& weights,
  const std::uint32_t* codes, std::uint64_t* signs, SortedCuts& sorted)
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

} // namespace HWY_NAMESPACE
} // namespace detail
} // namespace mir
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mir {
namespace detail {

HWY_EXPORT(sortClusters);

void sortCuts(const CellSubdivision& cell, const SimplexWeights& weights,
  const std::uint32_t* codes, std::uint64_t* signs, SortedCuts& sorted)
{
  HWY_DYNAMIC_DISPATCH(sortClusters)(cell, weights, codes, signs, sorted);
}

} // namespace detail
} // namespace mir
#endif
