// The positive part of a piecewise linear function on runs of simplices, without branches on signs.
#ifndef mir_reconstruct_continuous_CellCuts_h
#define mir_reconstruct_continuous_CellCuts_h

#include "reconstruct/continuous/CellSubdivision.h"
#include "reconstruct/continuous/CutParts.h"
#include "reconstruct/continuous/SimplexVolume.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {
namespace detail {

/// Whether the value of each node is not negative. Simplices without a negative value are full, so
/// that ties belong to the positive side.
class NodeSigns
{
public:
  NodeSigns(const double* values, int nodes)
  {
    if (nodes > room)
    {
      this->Large.resize(nodes);
      this->Signs = this->Large.data();
    }
    findSigns(values, nodes, this->Signs);
  }
  NodeSigns(const NodeSigns&) = delete;
  NodeSigns& operator=(const NodeSigns&) = delete;
  const unsigned char* data() const { return this->Signs; }

private:
  static constexpr int room = 2048;
  unsigned char Small[room];
  std::vector<unsigned char> Large;
  unsigned char* Signs = this->Small;
};

/// Sum of the weights [begin, end); the order depends on the range alone.
inline double sumOfWeights(const double* weights, int begin, int end)
{
  double sums[4] = { 0.0, 0.0, 0.0, 0.0 };
  int i = begin;
  for (; i + 4 <= end; i += 4)
  {
    sums[0] += weights[i];
    sums[1] += weights[i + 1];
    sums[2] += weights[i + 2];
    sums[3] += weights[i + 3];
  }
  for (; i < end; ++i)
  {
    sums[0] += weights[i];
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// The nodes of a cluster that are not negative, as bits of their places; of one of more than 32
/// nodes their number.
struct ClusterWord
{
  std::uint32_t word = 0;
  std::uint32_t all = 0;
  bool small = true;
};

inline ClusterWord clusterWord(const CellSubdivision& cell, int cluster, const unsigned char* signs)
{
  const int* nodes = cell.clusterNodes.data() + cell.clusterNodeOffsets[cluster];
  const int number = cell.clusterNodeOffsets[cluster + 1] - cell.clusterNodeOffsets[cluster];
  ClusterWord result;
  if (number <= 32)
  {
    for (int i = 0; i < number; ++i)
    {
      result.word |= static_cast<std::uint32_t>(signs[nodes[i]]) << i;
    }
    result.all = ~std::uint32_t{ 0 } >> (32 - number);
    return result;
  }
  int sum = 0;
  for (int i = 0; i < number; ++i)
  {
    sum += signs[nodes[i]];
  }
  result.word = static_cast<std::uint32_t>(sum);
  result.all = static_cast<std::uint32_t>(number);
  result.small = false;
  return result;
}

/// Collects the simplices that the function's zero set cuts and sums them up by their kind: those
/// with a single vertex of its sign, and tetrahedra with two. Sorting them first and computing
/// afterwards leaves no branch that depends on the data.
template <int N, class Sink>
class CutBatch
{
public:
  CutBatch(const CellSubdivision& cell, const double* weights, const double* values,
    const unsigned char* signs, Sink& sink)
    : Simplices(cell.simplices.data())
    , Weights(weights)
    , Values(values)
    , Signs(signs)
    , Target(sink)
  {}

  /// Adds simplex `place`.
  void add(int place)
  {
    const std::array<int, 4>& nodes = this->Simplices[place];
    unsigned int set = 0;
    for (int i = 0; i < N; ++i)
    {
      set |= static_cast<unsigned int>(this->Signs[nodes[i]]) << i;
    }
    constexpr unsigned int all = (1u << N) - 1u;
    const unsigned int number = bitCount[set];
    this->Full += set == all ? this->Weights[place] : 0.0;
    const unsigned int entry = static_cast<unsigned int>(place) << 4 | set;
    this->Corners[this->CornerCount] = entry;
    this->CornerCount += number == 1 || number == N - 1 ? 1 : 0;
    if constexpr (N == 4)
    {
      this->Wedges[this->WedgeCount] = entry;
      this->WedgeCount += number == 2 ? 1 : 0;
    }
    if (this->CornerCount == room || this->WedgeCount == room)
    {
      this->flush();
    }
  }
  /// Adds the simplices [begin, end) of a cluster with the bits `word` for its nodes that are not
  /// negative: those with bits of both kinds are cut.
  void addCluster(int begin, int end, const std::uint32_t* masks, std::uint32_t word)
  {
    int cut[most];
    for (int first = begin; first < end; first += most)
    {
      const int last = first + most < end ? first + most : end;
      int number = 0;
      double full = 0.0;
      for (int place = first; place < last; ++place)
      {
        const std::uint32_t mask = masks[place];
        const std::uint32_t inside = word & mask;
        full += inside == mask ? this->Weights[place] : 0.0;
        cut[number] = place;
        number += inside != 0 && inside != mask ? 1 : 0;
      }
      this->Full += full;
      for (int i = 0; i < number; ++i)
      {
        this->add(cut[i]);
      }
    }
  }
  /// The sum of all positive parts so far, full simplices included.
  double finish()
  {
    this->flush();
    return this->Full + this->Cut;
  }

private:
  static constexpr int room = CutParts::room;
  static constexpr int most = 64;

  void flush()
  {
    if (this->CornerCount > 0)
    {
      this->gather(this->Corners, this->CornerCount, N == 3 ? triangleOrder : tetrahedronOrder);
      if constexpr (N == 3)
      {
        triangleCorners(this->Parts, this->CornerCount);
      }
      else
      {
        tetrahedronCorners(this->Parts, this->CornerCount);
      }
      this->collect(this->CornerCount);
      this->CornerCount = 0;
    }
    if (this->WedgeCount > 0)
    {
      this->gather(this->Wedges, this->WedgeCount, tetrahedronOrder);
      tetrahedronWedges(this->Parts, this->WedgeCount);
      this->collect(this->WedgeCount);
      this->WedgeCount = 0;
    }
  }
  void gather(const unsigned int* entries, int count, const unsigned char (*orders)[4])
  {
    for (int e = 0; e < count; ++e)
    {
      const unsigned int place = entries[e] >> 4;
      const unsigned int set = entries[e] & 15u;
      const unsigned int number = bitCount[set];
      const double sign = number == N - 1 ? -1.0 : 1.0;
      this->Parts.single[e] = number == 1 ? 1.0 : 0.0;
      this->CutWeights[e] = this->Weights[place];
      for (int i = 0; i < N; ++i)
      {
        const int node = this->Simplices[place][orders[set][i]];
        this->Nodes[e][i] = node;
        this->Parts.values[i][e] = sign * this->Values[node];
      }
    }
  }
  void collect(int count)
  {
    double sum = 0.0;
    for (int e = 0; e < count; ++e)
    {
      const double weight = this->CutWeights[e];
      sum += weight * this->Parts.parts[e];
      if constexpr (Sink::facets)
      {
        double slopes[N];
        for (int i = 0; i < N; ++i)
        {
          slopes[i] = this->Parts.slopes[i][e];
        }
        this->Target.template cut<N>(weight, this->Nodes[e], slopes);
      }
    }
    this->Cut += sum;
  }

  const std::array<int, 4>* Simplices;
  const double* Weights;
  const double* Values;
  const unsigned char* Signs;
  Sink& Target;
  double Full = 0.0;
  double Cut = 0.0;
  int CornerCount = 0;
  int WedgeCount = 0;
  unsigned int Corners[room + 1];
  unsigned int Wedges[room + 1];
  int Nodes[room][4];
  double CutWeights[room];
  CutParts Parts;
};

/// The part of the cell where no value is negative. Calls sink.cut<N>(weight, nodes, slopes) for
/// every simplex that is cut where Sink::facets is true.
template <int N, class Sink>
double positivePart(
  const CellSubdivision& cell, const double* weights, const double* values, Sink& sink)
{
  const NodeSigns signs(values, cell.nodes);
  CutBatch<N, Sink> batch(cell, weights, values, signs.data(), sink);
  double full = 0.0;
  const std::uint32_t* masks = cell.simplexMasks.empty() ? nullptr : cell.simplexMasks.data();
  const int clusters = static_cast<int>(cell.clusters.size()) - 1;
  for (int cluster = 0; cluster < clusters; ++cluster)
  {
    const int begin = cell.clusters[cluster];
    const int end = cell.clusters[cluster + 1];
    const ClusterWord found = clusterWord(cell, cluster, signs.data());
    if (found.word == found.all)
    {
      full += sumOfWeights(weights, begin, end);
    }
    else if (found.word != 0 && found.small && masks)
    {
      batch.addCluster(begin, end, masks, found.word);
    }
    else if (found.word != 0)
    {
      for (int place = begin; place < end; ++place)
      {
        batch.add(place);
      }
    }
  }
  return full + batch.finish();
}

} // namespace detail
} // namespace mir

#endif
