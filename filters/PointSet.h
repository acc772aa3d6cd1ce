// A set of a mesh's points that numbers them.
#ifndef mir_filters_PointSet_h
#define mir_filters_PointSet_h

#include "vtkType.h" // for vtkIdType

#include <atomic>
#include <cstdint>
#include <vector>

namespace mir {

/// Points of a mesh, one bit each, so that a set small beside its mesh stays in the processor's
/// cache where ids in order or a byte a point would not.
class PointSet
{
public:
  explicit PointSet(vtkIdType pointsOfMesh)
    : Words(pointsOfMesh / bits + 1)
  {}

  /// Safe from several threads.
  void add(vtkIdType id)
  {
    std::atomic<std::uint64_t>& word = this->Words[id / bits];
    if (!(word.load(std::memory_order_relaxed) & bit(id)))
    {
      word.fetch_or(bit(id), std::memory_order_relaxed);
    }
  }

  bool contains(vtkIdType id) const { return (this->word(id / bits) & bit(id)) != 0; }

  /// Numbers the points that are in the set now.
  void number()
  {
    this->Before.resize(this->Words.size() + 1);
    for (std::size_t w = 0; w < this->Words.size(); ++w)
    {
      this->Before[w + 1] = this->Before[w] + __builtin_popcountll(this->word(w));
    }
  }
  /// Number of points when number() was called.
  int size() const { return this->Before.back(); }
  /// Place of a point among those of the set by ascending id, from 0, since number().
  int numberOf(vtkIdType id) const
  {
    return this->Before[id / bits] + __builtin_popcountll(this->word(id / bits) & (bit(id) - 1));
  }
  /// The ids of the points since number(), ascending.
  std::vector<vtkIdType> ids() const
  {
    std::vector<vtkIdType> result;
    result.reserve(this->size());
    for (std::size_t w = 0; w < this->Words.size(); ++w)
    {
      for (std::uint64_t rest = this->word(w); rest != 0; rest &= rest - 1)
      {
        result.push_back(static_cast<vtkIdType>(w) * bits + __builtin_ctzll(rest));
      }
    }
    return result;
  }

private:
  static constexpr vtkIdType bits = 64;
  static std::uint64_t bit(vtkIdType id) { return std::uint64_t{ 1 } << (id % bits); }
  std::uint64_t word(std::size_t w) const { return this->Words[w].load(std::memory_order_relaxed); }

  std::vector<std::atomic<std::uint64_t>> Words;
  /// Points in the words before each.
  std::vector<int> Before;
};

} // namespace mir

#endif
