// The positive part of a piecewise linear function on runs of simplices, without branches on signs.
#ifndef mir_reconstruct_continuous_CellCuts_h
#define mir_reconstruct_continuous_CellCuts_h

#include "reconstruct/continuous/CellSubdivision.h"
#include "reconstruct/continuous/CutParts.h"
#include "reconstruct/continuous/SimplexVolume.h"

#include <array>
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

/// A cluster's nodes: 1 where none is negative, -1 where all are, 0 otherwise.
inline int clusterSign(const CellSubdivision& cell, int cluster, const unsigned char* signs)
{
  const int begin = cell.clusterNodeOffsets[cluster];
  const int end = cell.clusterNodeOffsets[cluster + 1];
  int sum = 0;
  for (int i = begin; i < end; ++i)
  {
    sum += signs[cell.clusterNodes[i]];
  }
  return sum == end - begin ? 1 : sum == 0 ? -1 : 0;
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
  /// The sum of all positive parts so far, full simplices included.
  double finish()
  {
    this->flush();
    return this->Full + this->Cut;
  }

private:
  static constexpr int room = CutParts::room;

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
  const int clusters = static_cast<int>(cell.clusters.size()) - 1;
  for (int cluster = 0; cluster < clusters; ++cluster)
  {
    const int begin = cell.clusters[cluster];
    const int end = cell.clusters[cluster + 1];
    const int sign = clusterSign(cell, cluster, signs.data());
    if (sign > 0)
    {
      full += sumOfWeights(weights, begin, end);
    }
    else if (sign == 0)
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
