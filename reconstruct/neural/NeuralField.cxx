#include "reconstruct/neural/NeuralField.h"

#include "reconstruct/neural/GridPerceptron.h"

#include <algorithm>
#include <memory>

namespace mir {

UninitializedVector<double> subcellNodeValues(const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells,
  const SubcellModel& model, const ParallelFor& parallelFor, Precision precision)
{
  const std::size_t nodes = model.nodesPerCell();
  const std::shared_ptr<const FrameTable> frames = model.frames();
  UninitializedVector<double> values(mixedCells.size() * nodes);
  forTiles(parallelFor, mixedCells.size(), [&](std::size_t begin, std::size_t end) {
    GridPerceptron<LogicalGrid> network(
      grid, fractions, FramedPerceptron(model.network, frames, precision));
    network.evaluate(mixedCells.data() + begin, end - begin, values.data() + begin * nodes);
    std::vector<double> inGrid(nodes);
    for (std::size_t m = begin; m < end; ++m)
    {
      const int rotation = grid.rotation[mixedCells[m]];
      if (rotation != 0)
      {
        std::copy_n(values.data() + m * nodes, nodes, inGrid.begin());
        turnLattice(rotation, model.subdivisions, inGrid.data(), values.data() + m * nodes);
      }
    }
  });
  return values;
}

} // namespace mir
