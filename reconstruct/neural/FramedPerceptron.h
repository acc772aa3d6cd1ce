// A network seen through the symmetries of its stencil, in the plane or in space.
#ifndef mir_reconstruct_neural_FramedPerceptron_h
#define mir_reconstruct_neural_FramedPerceptron_h

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/Perceptron.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace mir {

/// Finds the frames of a stencil of `size` values a side, at least one, from the inner 3 of each
/// side, in place of what is in `frames`.
using FrameFinder = std::function<void(const float* stencil, int size, std::vector<Frame>& frames)>;

/// What every symmetry does to stencils and to lattice nodes.
struct FrameTable
{
  /// Entry k in the frame is entry map[k] in the cell's own order, where map is
  /// stencilMaps[symmetry] or one of `nodeMaps`; stencils have `size` values a side.
  FrameTable(int size, std::vector<std::vector<int>> stencilMaps,
    const std::vector<std::vector<int>>& nodeMaps, FrameFinder finder);

  int stencilSize;
  std::vector<std::vector<int>> stencilMaps;
  /// The other way round: the node k in the cell's own order lies nodePlaces[symmetry][k] after a
  /// column's first output.
  std::vector<std::vector<int>> nodePlaces;
  /// The entries of a stencil next to its centre and that.
  std::vector<int> inner;
  FrameFinder finder;
};

/// Evaluates a network in the frames of stencils of fractions in [0, 1] or outsideDomain. The
/// network sees 2 f - 1 for every value of the stencil, 0 for those outside the domain; and when it
/// has twice as many inputs as the stencil has values, then 1 for those outside, 0 for the others.
/// One is for one thread, and the network must outlive it.
class FramedPerceptron
{
public:
  /// Rows whose frames are found together: enough that many have the same, few enough for the
  /// cache.
  static constexpr std::size_t batchRows = 16 * tileRows;

  FramedPerceptron(
    const Perceptron& network, std::shared_ptr<const FrameTable> table, Precision precision);

  /// `count` stencils, one after the other, into rows of network.outputs() signed distances:
  /// positive in the material. Where a stencil has several frames, the distances are the mean over
  /// them, which does not depend on their order, to the bit.
  void evaluate(const float* stencils, std::size_t count, double* nodes);
  /// The same of stencil m into row rows[m].
  void evaluate(const float* stencils, const std::vector<std::size_t>& rows, double* nodes);

  /// The same where stencils lie in an array of fractions in the domain: the value k of stencil m
  /// is fractions[firsts[m] + steps[k]], and its row is rows[m].
  void evaluateAt(const double* fractions, const std::vector<std::int64_t>& steps,
    const std::vector<std::int64_t>& firsts, const std::vector<std::size_t>& rows, double* nodes);

  int stencilSize() const { return this->Table->stencilSize; }
  int stencilValues() const { return this->StencilValues; }
  int outputs() const { return this->Outputs; }

private:
  // A stencil in one of its frames.
  struct Column
  {
    std::int64_t first;
    /// Where its values go: a row of the result, or of Tied where the stencil has other frames.
    std::size_t row;
    Frame frame;
    bool alone;
    bool outside; ///< Its stencil reaches beyond the domain.
  };
  struct TiedRow
  {
    std::size_t row;
    std::size_t firstFrame;
    std::size_t frames;
  };

  template <typename Value>
  void evaluateAll(const Value* values, const std::vector<std::int64_t>& steps,
    const std::vector<std::int64_t>& firsts, const std::vector<std::size_t>& rows, double* nodes);
  template <typename Value>
  void evaluateBatch(const Value* values, const std::vector<std::int64_t>& steps,
    const std::int64_t* firsts, const std::size_t* rows, std::size_t count, double* nodes);
  template <typename Value>
  void addColumns(const Value* values, const std::vector<std::int64_t>& steps, std::int64_t first,
    std::size_t row);
  void sortColumns();
  template <typename Value>
  void evaluateColumns(const Value* values, const std::vector<std::int64_t>& steps,
    const Column* columns, int count, double* nodes);
  template <typename Value>
  void markOutside(
    const Value* values, const std::vector<std::int64_t>& steps, const Column* columns, int count);
  void average(const TiedRow& row, double* nodes);

  std::shared_ptr<const FrameTable> Table;
  int StencilValues;
  int Inputs;
  int Outputs;
  TileEvaluator Tile;
  std::vector<float> Inner;
  std::vector<Frame> Frames;
  std::vector<Column> Columns;
  std::vector<Column> Sorted;
  std::vector<TiedRow> TiedRows;
  std::vector<double> Tied;
  std::vector<double> OfNode;
};

} // namespace mir

#endif
