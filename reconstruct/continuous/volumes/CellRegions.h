// Walks over the simplices of a sub-divided cell, whole clusters at once where one material fills
// them.
#ifndef mir_reconstruct_continuous_volumes_CellRegions_h
#define mir_reconstruct_continuous_volumes_CellRegions_h

#include "reconstruct/continuous/volumes/CellCuts.h"
#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/volumes/SimplexRegions.h"
#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <array>
#include <cstddef>

namespace mir {
namespace detail {

/// Passes on what simplexRegions() finds in a simplex, in units of the cell.
template <int N, class Sink>
struct SimplexSink
{
  static constexpr bool facets = Sink::facets;
  Sink& cell;
  double weight;
  const int* nodes;

  void volume(int k, double part) { this->cell.volume(k, this->weight * part); }
  void facet(int j, int k, const std::array<double, N>& integral)
  {
    this->cell.facet(j, k, this->weight, this->nodes, integral);
  }
};

/// The functions that can be the largest somewhere among `nodes`, ascending; `values` has one run
/// of `stride` values for each. Returns their number.
inline int candidates(
  const double* values, int stride, int count, const int* nodes, int number, unsigned char* result)
{
  double least[maximumFields];
  double most[maximumFields];
  double floor = 0.0;
  for (int k = 0; k < count; ++k)
  {
    const double* run = values + static_cast<std::ptrdiff_t>(k) * stride;
    double low = run[nodes[0]];
    double high = low;
    for (int i = 1; i < number; ++i)
    {
      const double value = run[nodes[i]];
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    least[k] = low;
    most[k] = high;
    floor = k == 0 || low > floor ? low : floor;
  }
  int best = -1;
  int found = 0;
  for (int k = 0; k < count; ++k)
  {
    if (most[k] >= floor)
    {
      result[found++] = static_cast<unsigned char>(k);
      best = best < 0 || least[k] > least[best] ? k : best;
    }
  }
  if (found < 2)
  {
    return found;
  }
  // Without those that lie below the one with the highest floor everywhere.
  const double* top = values + static_cast<std::ptrdiff_t>(best) * stride;
  int left = 0;
  for (int c = 0; c < found; ++c)
  {
    const int k = result[c];
    const double* run = values + static_cast<std::ptrdiff_t>(k) * stride;
    bool stays = k == best;
    for (int i = 0; i < number && !stays; ++i)
    {
      stays = k < best ? run[nodes[i]] >= top[nodes[i]] : run[nodes[i]] > top[nodes[i]];
    }
    if (stays)
    {
      result[left++] = result[c];
    }
  }
  return left;
}

/// Calls sink.volume(k, part) for the parts of the cell in which each of `count` functions is the
/// largest and, where Sink::facets is true, sink.facet(j, k, weight, nodes, integral).
template <int N, class Sink>
void visitRegions(const CellSubdivision& cell, const SimplexWeights& weights, const double* values,
  int count, Sink& sink)
{
  const int clusters = cell.numberOfClusters();
  SimplexPart<N> part;
  for (int cluster = 0; cluster < clusters; ++cluster)
  {
    const int begin = cell.clusters[cluster];
    const int end = cell.clusters[cluster + 1];
    unsigned char winners[maximumFields];
    const int* nodes = cell.clusterNodes.data() + cell.clusterNodeOffsets[cluster];
    const int number = cell.clusterNodeOffsets[cluster + 1] - cell.clusterNodeOffsets[cluster];
    const int winnerCount = candidates(values, cell.nodes, count, nodes, number, winners);
    if (winnerCount == 1)
    {
      sink.volume(winners[0], weights.cluster(cluster));
      continue;
    }
    for (int simplex = begin; simplex < end; ++simplex)
    {
      const int* corners = cell.simplices[simplex].data();
      const double weight = weights.simplex(simplex);
      if (winnerCount > 2)
      {
        part.count = candidates(values, cell.nodes, count, corners, N, part.fields);
      }
      else
      {
        part.count = 2;
        part.fields[0] = winners[0];
        part.fields[1] = winners[1];
      }
      if (part.count == 1)
      {
        sink.volume(part.fields[0], weight);
        continue;
      }
      if (part.count == 2)
      {
        const double* first = values + static_cast<std::ptrdiff_t>(part.fields[0]) * cell.nodes;
        const double* second = values + static_cast<std::ptrdiff_t>(part.fields[1]) * cell.nodes;
        double d[N];
        double reversed[N];
        unsigned int positive = 0;
        unsigned int negative = 0;
        for (int i = 0; i < N; ++i)
        {
          d[i] = first[corners[i]] - second[corners[i]];
          reversed[i] = -d[i];
          positive |= (d[i] > 0.0 ? 1u : 0u) << i;
          negative |= (d[i] < 0.0 ? 1u : 0u) << i;
        }
        if (positive == 0 || negative == 0)
        {
          sink.volume(part.fields[negative == 0 ? 0 : 1], weight);
          continue;
        }
        std::array<double, N> slopes;
        sink.volume(
          part.fields[0], weight * simplexVolume<N>(d, positive, Sink::facets ? &slopes : nullptr));
        sink.volume(part.fields[1], weight * simplexVolume<N>(reversed, negative, nullptr));
        if constexpr (Sink::facets)
        {
          sink.facet(part.fields[0], part.fields[1], weight, corners, slopes);
        }
        continue;
      }
      part.measure = 1.0;
      for (int v = 0; v < N; ++v)
      {
        for (int i = 0; i < N; ++i)
        {
          part.lambda[v][i] = i == v ? 1.0 : 0.0;
        }
      }
      for (int c = 0; c < part.count; ++c)
      {
        const double* run = values + static_cast<std::ptrdiff_t>(part.fields[c]) * cell.nodes;
        for (int i = 0; i < N; ++i)
        {
          part.values[c][i] = run[corners[i]];
        }
      }
      SimplexSink<N, Sink> inner{ sink, weight, corners };
      simplexRegions<N>(part, inner);
    }
  }
}

} // namespace detail
} // namespace mir

#endif
