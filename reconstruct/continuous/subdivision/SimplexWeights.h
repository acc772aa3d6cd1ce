// The measures of a cell's simplices, without a number for each.
#ifndef mir_reconstruct_continuous_subdivision_SimplexWeights_h
#define mir_reconstruct_continuous_subdivision_SimplexWeights_h

#include "reconstruct/continuous/subdivision/CellSubdivision.h"

namespace mir {

/// The measures of the simplices of a cell and then of its clusters, over the cell's. Simplices
/// within one of the map's (CellSubdivision::macros) have fixed parts of it, so that a cell needs
/// but the measures of those and of its clusters, few enough to stay in the cache.
struct SimplexWeights
{
  /// One a simplex: its measure, or its part of its simplex of the map.
  const double* parts = nullptr;
  /// The simplex of the map that each lies in, and their measures; null where parts are measures.
  const int* macros = nullptr;
  const double* macroWeights = nullptr;
  /// One a cluster.
  const double* clusters = nullptr;
  int simplices = 0;

  SimplexWeights() = default;
  /// Of a cell whose `weights` are one a simplex, then one a cluster.
  SimplexWeights(const CellSubdivision& cell, const double* weights)
    : parts(weights)
    , clusters(weights + cell.simplices.size())
    , simplices(static_cast<int>(cell.simplices.size()))
  {}
  /// Of a cell whose `weights` are one a simplex of the map, then one a cluster.
  static SimplexWeights ofMacros(const CellSubdivision& cell, const double* weights)
  {
    SimplexWeights result(cell, cell.simplexParts.data());
    result.macros = cell.simplexMacros.data();
    result.macroWeights = weights;
    result.clusters = weights + cell.macros.size();
    return result;
  }

  double simplex(int i) const
  {
    return this->macros ? this->parts[i] * this->macroWeights[this->macros[i]] : this->parts[i];
  }
  double cluster(int i) const { return this->clusters[i]; }
  /// Of the simplices, then of the clusters.
  double operator[](int i) const
  {
    return i < this->simplices ? this->simplex(i) : this->cluster(i - this->simplices);
  }
};

namespace detail {

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

/// The weights of a cell's clusters from those of its simplices.
inline void findClusterWeights(
  const CellSubdivision& cell, const double* simplices, double* clusters)
{
  for (int cluster = 0; cluster < cell.numberOfClusters(); ++cluster)
  {
    clusters[cluster] = sumOfWeights(simplices, cell.clusters[cluster], cell.clusters[cluster + 1]);
  }
}

} // namespace detail
} // namespace mir

#endif
