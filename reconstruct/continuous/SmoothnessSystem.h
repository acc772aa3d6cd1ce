// One step of the variational method: a quadratic model of energy and fractions, and its minimum.
#ifndef mir_reconstruct_continuous_SmoothnessSystem_h
#define mir_reconstruct_continuous_SmoothnessSystem_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/SmoothnessTerms.h"
#include "reconstruct/continuous/SubcellBand.h"

#include <cstdint>
#include <vector>

namespace mir {

/// The energy of a facet's jump j and of a simplex's slope s.
///
/// Smooth cells: (measure / width) j^2 / 2 + smoothSlopeWeight measure (s - 1)^2 / 2. Sharp ones,
/// in which few large jumps cost less than many small ones: measure sqrt(j^2 + epsilon^2), and the
/// larger weight of the slope. Jumps count near the interface: times 1 / (1 + (value / reach)^2).
struct SmoothnessOptions
{
  double smoothSlopeWeight = 0.1;
  double sharpSlopeWeight = 5.0;
  double epsilon = 0.003;
  /// In cell sizes; of a pair below a third material likewise.
  double reach = 0.2;
  double otherReach = 0.1;
  /// Largest change of a value in a step, in cell sizes.
  double maximumStep = 0.3;
  /// Weight of the fractions' squared misfit. Where they are soft it stands alone, else multipliers
  /// make them exact.
  double penalty = 1e3;
  bool soft = false;
  /// Relative residual of the linear solver, and its most iterations.
  double linearTolerance = 1e-2;
  int linearIterations = 40;
  int boundPasses = 3;
};

/// Newton's steps for all values at once. The model is a sum of weighted squares of rows: jumps,
/// slopes along the present gradient, and the volumes of all materials but the largest of each
/// cell, by an augmented Lagrangian. Conjugate gradients, preconditioned by the inverses of the
/// cells' own blocks (additive Schwarz). The same bits on any number of threads.
class SmoothnessSystem
{
public:
  SmoothnessSystem(const SubcellBand& mesh, const SmoothnessTerms& terms, SmoothnessOptions options,
    const ParallelFor& parallelFor);

  /// Moves the field by one step, each cell as far as energy and fractions about it improve.
  /// `sharp` and `active` have one value a cell; only values at nodes of active cells move.
  /// Returns the largest change in cell sizes.
  double step(
    const std::vector<char>& sharp, const std::vector<char>& active, std::vector<double>& field);

  /// The largest angle, in radians, by which the interface turns from a cell to one that shares a
  /// node with it and holds the same two materials; 4 in cells of more materials.
  std::vector<double> largestTurns(const std::vector<double>& field) const;

  /// Starts anew: multipliers 0, steps of full length.
  void setOptions(const SmoothnessOptions& options);
  int linearIterations() const { return this->Iterations; }

private:
  /// The loops of the linear solver are many and short: with few entries they start no threads.
  ParallelFor shortLoops() const
  {
    constexpr std::size_t few = 1 << 20;
    return this->EntrySlots.size() < few ? ParallelFor(runSerially) : this->Run;
  }
  void buildStructure();
  void linearise(const std::vector<char>& sharp, const std::vector<double>& field);
  void hold(const std::vector<char>& active, const std::vector<double>& field);
  void factorise(const std::vector<char>& active);
  void precondition(const std::vector<double>& r, std::vector<double>& z) const;
  void multiply(const std::vector<double>& x, std::vector<double>& y) const;
  void gather(const std::vector<double>& rowValues, std::vector<double>& y) const;
  void solve(const std::vector<double>& field);
  void conjugateGradients();
  void merits(const std::vector<char>& sharp, const std::vector<double>& field,
    std::vector<double>& result) const;
  double nearness(int jump, const std::vector<double>& field) const;
  double rowTimes(int row, const std::vector<double>& x) const;

  const SubcellBand& Mesh;
  const SmoothnessTerms& Terms;
  SmoothnessOptions Options;
  const ParallelFor& Run;
  int Cells = 0;
  int Jumps = 0;
  int Slopes = 0;
  int Iterations = 0;

  /// Rows: jumps, slopes, then the volumes of each cell; row r has the entries rowOffsets[r] ..
  std::vector<std::int64_t> RowOffsets;
  std::vector<int> EntrySlots;
  std::vector<double> EntryValues;
  std::vector<double> RowWeights;
  /// The derivative of the energy for the row's value.
  std::vector<double> RowSlopes;
  /// Of every slot the entries in which it occurs.
  std::vector<std::int64_t> SlotOffsets;
  std::vector<std::int64_t> SlotEntries;
  std::vector<int> EntryRows;
  /// First row of a cell's volumes; material of each of them.
  std::vector<int> VolumeRows;
  std::vector<int> RowMaterials;
  std::vector<double> Multipliers;
  std::vector<double> Residuals;
  /// Weights by nearness at the start of the step, one a jump.
  std::vector<double> Nearness;
  /// Size of the node or cell that a slot belongs to: steps are in its units.
  std::vector<double> SlotSizes;

  /// Slots of each cell that some row has, and rows that have one of them.
  std::vector<std::int64_t> PatchOffsets{ 0 };
  std::vector<int> PatchSlots;
  std::vector<std::int64_t> PatchRowOffsets{ 0 };
  std::vector<int> PatchRows;
  std::vector<std::vector<float>> Factors;
  std::vector<char> Held;
  std::vector<std::int64_t> SlotPatchOffsets;
  std::vector<std::int64_t> SlotPatchEntries;
  mutable std::vector<float> PatchValues;
  mutable std::vector<double> RowScratch;
  std::vector<double> Right;
  std::vector<double> Step;
  std::vector<double> Radius;
};

} // namespace mir

#endif
