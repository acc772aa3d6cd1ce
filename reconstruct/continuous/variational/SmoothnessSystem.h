// One step of the variational method: a quadratic model of energy and fractions, and its minimum.
#ifndef mir_reconstruct_continuous_variational_SmoothnessSystem_h
#define mir_reconstruct_continuous_variational_SmoothnessSystem_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/variational/SmoothnessTerms.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

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
///
/// Every cell has its own copies of the values that its rows need, one after the other: its places.
/// Loops over cells read and write these alone; loops over slots then sum what the places of each
/// hold. So both run on threads, and the rows of a cell find their values close together.
class SmoothnessSystem
{
public:
  SmoothnessSystem(
    const SubcellBand& mesh, const SmoothnessTerms& terms, const ParallelFor& parallelFor);

  /// Starts anew: multipliers 0, steps of full length. `sharp` has one value a cell.
  void begin(const SmoothnessOptions& options, const std::vector<char>& sharp);

  /// Moves the field by one step, each cell as far as energy and fractions about it improve; only
  /// values at nodes of active cells move. Returns for each cell the largest change, in cell sizes,
  /// among the values that its interface depends on.
  std::vector<double> step(const std::vector<char>& active, std::vector<double>& field);

  int linearIterations() const { return this->Iterations; }

private:
  /// Loops over little start no threads.
  ParallelFor loops() const
  {
    constexpr std::size_t few = 1 << 14;
    return this->EntryValues.size() < few ? ParallelFor(runSerially) : this->Run;
  }
  void buildPlaces();
  void addRows(int cell, const std::vector<std::int64_t>& placeOf);
  std::int64_t firstVolume(int cell) const
  {
    return this->RowStarts[cell + 1] - (this->VolumeStarts[cell + 1] - this->VolumeStarts[cell]);
  }
  std::int64_t rowOfJump(int jump) const
  {
    const int cell = this->Terms.jumps[jump].cells[1];
    return this->RowStarts[cell] + jump - this->Terms.jumpOffsets[cell];
  }
  std::int64_t rowOfSlope(int slope) const
  {
    const int cell = this->Terms.slopes[slope].cell;
    return this->RowStarts[cell] + this->Terms.jumpOffsets[cell + 1] -
      this->Terms.jumpOffsets[cell] + slope - this->Terms.slopeOffsets[cell];
  }

  void linearise(const std::vector<double>& field);
  void lineariseJumps(int cell, const std::vector<double>& field);
  void lineariseSlopes(int cell, const std::vector<double>& field);
  struct VolumeBuffers
  {
    std::vector<double> values;
    std::vector<double> volumes;
    std::vector<double> gradients;
  };
  void measure(
    int cell, const std::vector<double>& field, bool derivatives, VolumeBuffers& buffers) const;
  void lineariseVolumes(int cell, const std::vector<double>& field, VolumeBuffers& buffers);
  double nearness(const JumpTerm& term, const std::vector<double>& field) const;

  void hold(const std::vector<double>& field);
  void listFree();
  void activate(const std::vector<char>& active);
  void reserveInverses();
  void factorise();
  void solve(const std::vector<double>& field);
  void conjugateGradients();
  double rowTimes(std::int64_t row, const std::vector<double>& x) const;
  /// Use(slot, sum) of each free slot, with the sum over its places of what the cells have left
  /// there; returns the sum of the results.
  template <typename Use>
  double sumPlaces(Use use) const;
  /// The product of the model's matrix, or of the preconditioner, with the vector value(slot).
  template <typename Value, typename Use>
  double multiply(Value value, Use use) const;
  template <typename Value, typename Use>
  double precondition(Value value, Use use) const;

  std::vector<double> motions(
    const std::vector<double>& start, const std::vector<double>& field) const;
  void merits(const std::vector<double>& field, std::vector<double>& result) const;
  double energyOfJumps(int cell, const std::vector<double>& field) const;
  double energyOfSlopes(int cell, const std::vector<double>& field) const;
  double misfit(int cell, const std::vector<double>& field, VolumeBuffers& buffers) const;

  const SubcellBand& Mesh;
  const SmoothnessTerms& Terms;
  const ParallelFor& Run;
  SmoothnessOptions Options;
  int Cells = 0;
  int Iterations = 0;

  /// The places of cell c, from PlaceOffsets[c]: the slots at its nodes that some row has, its
  /// patch, and then slots of the cells before it, across faces.
  std::vector<std::int64_t> PlaceOffsets{ 0 };
  std::vector<int> PlaceSlots;
  std::vector<int> PatchSizes;
  std::vector<std::int64_t> SlotPlaceOffsets;
  std::vector<std::int64_t> SlotPlaces;
  mutable std::vector<double> PlaceValues;
  mutable std::vector<double> PlaceSums;
  /// Size of the node or cell that a slot belongs to: steps are in its units.
  std::vector<double> SlotSizes;

  /// Rows of cell c, from RowStarts[c]: jumps, slopes, volumes. Row r has the entries
  /// RowOffsets[r] .., numbers for places.
  std::vector<std::int64_t> RowStarts{ 0 };
  std::vector<std::int64_t> RowOffsets{ 0 };
  std::vector<int> EntryPlaces;
  std::vector<double> EntryValues;
  std::vector<double> RowWeights;
  /// The derivative of the energy for the row's value.
  std::vector<double> RowSlopes;
  /// Of volumes, cell after cell.
  std::vector<int> VolumeStarts{ 0 };
  std::vector<int> VolumeMaterials;
  std::vector<double> Multipliers;
  std::vector<double> Residuals;
  /// Weights by nearness at the start of the step, one a jump.
  std::vector<double> Nearness;

  std::vector<char> Sharp;
  /// Cells that are active, those with a place that moves, and the slots that do.
  std::vector<int> ActiveCells;
  std::vector<int> WorkingCells;
  std::vector<int> MovingSlots;
  std::vector<char> Held;
  std::vector<int> FreeSlots;
  /// Of each active cell the inverse of its block, see CellBlock.h.
  std::vector<std::size_t> InverseOffsets;
  std::vector<float> Inverses;
  std::vector<double> Right;
  std::vector<double> Step;
  std::vector<double> Radius;
};

} // namespace mir

#endif
