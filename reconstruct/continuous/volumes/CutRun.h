// The cut simplices of one closed form in a cell, computed as one run.
#ifndef mir_reconstruct_continuous_volumes_CutRun_h
#define mir_reconstruct_continuous_volumes_CutRun_h

#include "reconstruct/continuous/volumes/CellCuts.h"
#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/volumes/CutParts.h"
#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <vector>

namespace mir {
namespace detail {

/// Keeps its memory from cell to cell.
class CutRun
{
public:
  /// Takes simplices of a cell whose nodes have these values.
  void gather(CutForm form, const CellSubdivision& cell, const SimplexWeights& weights,
    const double* values, const CellCuts::List& list);
  /// How the values move: one number a node of the cell.
  void gatherMoves(const double* moves);

  /// The sum of the weighted positive parts. Adds its derivatives to those of the cell's nodes
  /// where `gradient` is not null.
  double compute(double* gradient);
  /// Weighted parts where the values have moved by `factor`, and their derivatives for it: their
  /// sums.
  double move(double factor, double& slope);

private:
  void makeRoom(int count);

  CutForm Form = CutForm::TriangleCorner;
  CutColumns Columns;
  int Room = 0;
  std::vector<double> Numbers;
  std::vector<int> Nodes;
};

} // namespace detail
} // namespace mir

#endif
