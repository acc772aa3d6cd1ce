// Exact volumes of the materials' regions in a sub-divided cell, and their derivatives.
#ifndef mir_reconstruct_continuous_volumes_CellVolumes_h
#define mir_reconstruct_continuous_volumes_CellVolumes_h

#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/volumes/CutRun.h"
#include "reconstruct/continuous/subdivision/SimplexWeights.h"

namespace mir {

/// The part of a cell's measure where the piecewise linear `values` (one a local node) are
/// positive. `weights` are the simplices' parts of the cell. Where `gradient` is not null it
/// receives the derivative for every local node (overwritten).
double positiveVolume(const CellSubdivision& cell, const SimplexWeights& weights,
  const double* values, double* gradient = nullptr);

/// The same for many cells; keeps its memory from cell to cell.
class PositiveVolume
{
public:
  double operator()(const CellSubdivision& cell, const SimplexWeights& weights,
    const double* values, double* gradient = nullptr);

private:
  detail::CellCuts Cuts;
  detail::CutRun Run;
};

/// Number of pairs j < k of `count` materials, and the position of a pair among them: (0, 1),
/// (0, 2), .. (1, 2), ..
inline int numberOfPairs(int count)
{
  return count * (count - 1) / 2;
}
inline int pairIndex(int count, int j, int k)
{
  return j * (2 * count - j - 1) / 2 + k - j - 1;
}

/// The parts of a cell's measure in which each of `count` materials has the largest value;
/// values[k * nodes + node]. Ties belong to the lower k. Where `gradients` is not null it receives,
/// for each pair j < k, g = gradients[pair * nodes + node] (overwritten): the derivative of the
/// part of j for the value of k is -g and for its own the sum of g over its pairs, and the like for
/// k (sum over the facet between j and k of its measure / |grad(u_j - u_k)| * lambda(centroid)).
void regionVolumes(const CellSubdivision& cell, const SimplexWeights& weights, const double* values,
  int count, double* volumes, double* gradients = nullptr);

} // namespace mir

#endif
