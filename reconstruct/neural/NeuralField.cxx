#include "reconstruct/neural/NeuralField.h"

#include <algorithm>

namespace mir {

std::vector<double> subcellNodeValues(const LogicalGrid& grid, const std::vector<double>& fractions,
  const std::vector<std::int64_t>& mixedCells, const SubcellModel& model,
  const ParallelFor& parallelFor, Precision precision)
{
  constexpr std::size_t batchSize = 384;
  const std::size_t nodes = model.nodesPerCell();
  std::vector<double> values(mixedCells.size() * nodes);
  parallelFor(static_cast<int>(mixedCells.size()), [&](int begin, int end) {
    const std::size_t total = static_cast<std::size_t>(end) - begin;
    std::vector<float> stencils(std::min(batchSize, total) * model.stencilValues());
    std::vector<double> inGrid(nodes);
    FramedPerceptron network = model.inFrames(precision);
    for (std::size_t start = 0; start < total; start += batchSize)
    {
      const std::size_t count = std::min(batchSize, total - start);
      const std::int64_t* const cells = mixedCells.data() + begin + start;
      double* const to = values.data() + (begin + start) * nodes;
      gatherStencils(grid, fractions, cells, count, model.stencilSize, stencils.data());
      network.evaluate(stencils.data(), count, to);
      for (std::size_t m = 0; m < count; ++m)
      {
        const int rotation = grid.rotation[cells[m]];
        if (rotation != 0)
        {
          std::copy_n(to + m * nodes, nodes, inGrid.begin());
          turnLattice(rotation, model.subdivisions, inGrid.data(), to + m * nodes);
        }
      }
    }
  });
  return values;
}

} // namespace mir
