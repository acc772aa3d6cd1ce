// A network seen through the symmetries of its stencil, in the plane or in space.
#ifndef mir_reconstruct_neural_FramedPerceptron_h
#define mir_reconstruct_neural_FramedPerceptron_h

#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/neural/Perceptron.h"
#include "reconstruct/neural/StencilColumns.h"
#include "reconstruct/neural/StencilFrames.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace mir {

/// What every symmetry does to stencils and to lattice nodes.
struct FrameTable
{
  /// canonicalFrames() or canonicalCubeFrames(), and the same where nothing ties.
  using AllFrames = void (*)(const float* stencil, int size, std::vector<Frame>& frames);
  using SingleFrames = void (*)(const double* values, const StencilSteps& steps,
    const std::int64_t* centres, int count, Frame* frames);

  /// Stencils have `size` values along each of `dimension` axes. Node k in the frame is the node
  /// nodeMaps[symmetry][k] in the cell's own order.
  FrameTable(int dimension, int size, std::vector<CubeSymmetry> symmetries,
    const std::vector<std::vector<int>>& nodeMaps, AllFrames allFrames, SingleFrames singleFrames);

  int stencilValues() const
  {
    return this->size * this->size * (this->dimension == 3 ? this->size : 1);
  }

  int dimension;
  int size;
  std::vector<CubeSymmetry> symmetries;
  /// The node k in the cell's own order lies nodePlaces[symmetry][k] after a column's first output.
  std::vector<std::vector<int>> nodePlaces;
  AllFrames allFrames;
  SingleFrames singleFrames;
};

/// Evaluates a network in the frames of stencils of fractions in [0, 1] or outsideDomain. The
/// network sees 2 f - 1 for every value of the stencil, 0 for those outside the domain; and when it
/// has twice as many inputs as the stencil has values, then 1 for those outside, 0 for the others.
/// One is for one thread, and the network must outlive it.
class FramedPerceptron
{
public:
  /// Stencils that are best evaluated together: many tiles, and few enough for the cache.
  static constexpr std::size_t batchRows = 16 * tileRows;

  FramedPerceptron(
    const Perceptron& network, std::shared_ptr<const FrameTable> table, Precision precision);

  /// `count` stencils, one after the other, into rows of network.outputs() signed distances:
  /// positive in the material. Where a stencil has several frames, the distances are the mean over
  /// them, which does not depend on their order, to the bit.
  void evaluate(const float* stencils, std::size_t count, double* nodes);
  /// The same of stencil m into row rows[m].
  void evaluate(const float* stencils, const std::size_t* rows, std::size_t count, double* nodes);

  /// The same where stencils lie in an array of fractions in the domain: stencil m is about
  /// fractions[centres[m]], and its row is rows[m].
  void evaluateAt(const double* fractions, const StencilSteps& steps, const std::int64_t* centres,
    const std::size_t* rows, std::size_t count, double* nodes);

  int stencilSize() const { return this->Table->size; }
  int stencilValues() const { return this->StencilValues; }
  int outputs() const { return this->Outputs; }

private:
  // Where the stencil in a frame begins, seen from its centre, and its steps.
  struct TurnedStencil
  {
    std::int64_t first;
    StencilSteps steps;
  };
  // A stencil that has several frames, these in TiedFrames.
  struct TiedRow
  {
    std::int64_t centre;
    double* nodes;
    std::size_t firstFrame;
    std::size_t frames;
  };

  void begin(const double* values, const StencilSteps& steps, bool inDomain);
  void addRows(
    const std::int64_t* centres, const std::size_t* rows, std::size_t count, double* nodes);
  void addTied(std::int64_t centre, double* nodes);
  void addColumn(std::int64_t centre, Frame frame, double* to);
  void evaluateTied();
  void evaluateTile();
  bool markOutside();
  void average(const TiedRow& row, const double* values);

  std::shared_ptr<const FrameTable> Table;
  int StencilValues;
  int Inputs;
  int Outputs;
  TileEvaluator Tile;

  // The stencils at hand.
  const double* Values = nullptr;
  StencilSteps Steps{};
  bool InDomain = true;
  std::vector<TurnedStencil> Turned;

  // The tile at hand.
  int Count = 0;
  TileColumns Columns;
  ColumnTarget Targets[tileRows];

  std::vector<float> Inner;
  std::vector<Frame> FramesOfRow;
  std::vector<TiedRow> TiedRows;
  std::vector<Frame> TiedFrames;
  std::vector<double> TiedValues;
  std::vector<double> OfNode;
};

} // namespace mir

#endif
