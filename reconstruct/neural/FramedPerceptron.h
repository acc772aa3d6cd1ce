// A network seen through the symmetries of its stencil, in the plane or in space.
#ifndef mir_reconstruct_neural_FramedPerceptron_h
#define mir_reconstruct_neural_FramedPerceptron_h

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/Perceptron.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace mir {

/// What every symmetry does to stencils and to lattice nodes: entry k in the frame is entry map[k]
/// in the cell's own order, where map is stencilMaps[symmetry] or nodeMaps[symmetry].
struct FrameTable
{
  std::vector<std::vector<int>> stencilMaps;
  std::vector<std::vector<int>> nodeMaps;
};

/// Finds the frames of a stencil, at least one, in place of what is in `frames`.
using FrameFinder = std::function<void(const float* stencil, std::vector<Frame>& frames)>;

/// Evaluates a network in the frames of stencils of fractions in [0, 1] or outsideDomain. The
/// network sees 2 f - 1 for every value of the stencil, 0 for those outside the domain; and when it
/// has twice as many inputs as the stencil has values, then 1 for those outside, 0 for the others.
/// One is for one thread, and the network must outlive it.
class FramedPerceptron
{
public:
  FramedPerceptron(
    const Perceptron& network, FrameTable table, FrameFinder finder, Precision precision);

  /// `count` stencils into rows of network.outputs() signed distances: positive in the material.
  /// Where a stencil has several frames, the distances are the mean over them, which does not
  /// depend on their order, to the bit.
  void evaluate(const float* stencils, std::size_t count, double* nodes);

private:
  // A stencil in one of its frames.
  struct Column
  {
    std::size_t row;
    Frame frame;
    bool alone;   ///< The row has no other frame.
    bool outside; ///< Its stencil reaches beyond the domain.
  };

  void evaluateBatch(const float* stencils, std::size_t rows, double* nodes);
  void evaluateColumns(
    const Column* columns, std::size_t count, const float* stencils, double* nodes);
  void fillFractions(const Column& column, const float* stencils, float* x) const;
  void fillOutside(const Column& column, const float* stencils, float* x) const;
  void averageTies(double* nodes);
  void average(const double* values, std::size_t frames, double* nodes);

  FrameTable Table;
  FrameFinder Finder;
  int StencilValues;
  int Inputs;
  int Outputs;
  TileEvaluator Tile;
  std::vector<Frame> Frames;
  std::vector<Column> Columns;
  std::vector<double> Tied;
  std::vector<double> Sorted;
};

/// FramedPerceptron::evaluate() once.
void evaluateInFrames(const Perceptron& network, const FrameTable& table, const FrameFinder& frames,
  const float* stencils, std::size_t count, double* nodes, Precision precision);

} // namespace mir

#endif
