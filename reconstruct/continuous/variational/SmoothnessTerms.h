// What the variational method minimises: jumps of the gradients across facets, and slopes.
#ifndef mir_reconstruct_continuous_variational_SmoothnessTerms_h
#define mir_reconstruct_continuous_variational_SmoothnessTerms_h

#include "plic/CellBand.h"
#include "plic/ParallelFor.h"
#include "plic/Vector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <vector>

namespace mir {

/// One node of a term: the value of a material pair there is field[s] - field[t].
struct TermNode
{
  int s = 0;
  int t = 0;
};

inline double valueAt(const TermNode& node, const std::vector<double>& field)
{
  return field[node.s] - field[node.t];
}

/// The jump of the gradient's normal part across a facet between two simplices, for one pair of
/// materials: the sum of coefficients times values. The facet's own nodes come first, then the two
/// opposite ones: `dimension + 2` in all.
struct JumpTerm
{
  TermNode nodes[5];
  double coefficients[5];
  /// Facet measure over h^(d - 1), and the mean width of the two simplices across it over h.
  double measure = 0.0;
  double width = 0.0;
  /// h
  double size = 0.0;
  /// Cells on both sides, ascending (equal within a cell).
  int cells[2] = { 0, 0 };
  /// Other materials of the cell that holds more of them: their slots at the facet's nodes,
  /// `dimension` for each, from firstOther of SmoothnessTerms::otherSlots.
  int firstOther = 0;
  int others = 0;
};

/// The gradient of one pair of materials in a simplex: the sum of gradients[i] times values.
struct SlopeTerm
{
  TermNode nodes[4];
  Vec3 gradients[4];
  /// Measure of the simplex over h^d.
  double measure = 0.0;
  double size = 0.0;
  int cell = 0;
  int firstOther = 0;
  int others = 0;
};

/// The terms about the interface of a field, and who meets whom.
struct SmoothnessTerms
{
  /// Cell after cell: the jumps within cell c and those to cells before it, from jumpOffsets[c],
  /// and its slopes, from slopeOffsets[c].
  std::vector<JumpTerm> jumps;
  std::vector<SlopeTerm> slopes;
  std::vector<std::int64_t> jumpOffsets{ 0 };
  std::vector<std::int64_t> slopeOffsets{ 0 };
  /// Slots of other materials, see above.
  std::vector<int> otherSlots;

  /// Terms with a node of cell c, ascending.
  std::vector<std::int64_t> cellJumpOffsets{ 0 };
  std::vector<int> cellJumps;
  std::vector<std::int64_t> cellSlopeOffsets{ 0 };
  std::vector<int> cellSlopes;

  /// Cells that share a node with cell c, c among them, ascending.
  std::vector<std::int64_t> neighbourOffsets{ 0 };
  std::vector<int> neighbours;
};

/// Terms of the simplices on which a pair of materials comes closer than `reach` cell sizes to
/// being equal, and is not farther than that below a third material.
SmoothnessTerms smoothnessTerms(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, double reach, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
