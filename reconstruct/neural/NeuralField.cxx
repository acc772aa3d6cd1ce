#include "reconstruct/neural/NeuralField.h"

#include <algorithm>

namespace mir {

std::vector<double> subcellNodeValues(const LogicalGrid& grid, const std::vector<double>& fractions,
  const std::vector<std::int64_t>& mixedCells, const SubcellModel& model)
{
  constexpr std::size_t batchSize = 1024;
  const int r = model.subdivisions;
  const std::size_t nodes = model.nodesPerCell();
  std::vector<double> values(mixedCells.size() * nodes);
  std::vector<float> stencils(batchSize * model.stencilValues());
  std::vector<double> inGrid(batchSize * nodes);
  for (std::size_t start = 0; start < mixedCells.size(); start += batchSize)
  {
    const std::size_t count = std::min(batchSize, mixedCells.size() - start);
    gatherStencils(
      grid, fractions, mixedCells.data() + start, count, model.stencilSize, stencils.data());
    model.evaluate(stencils.data(), count, inGrid.data());
    for (std::size_t m = 0; m < count; ++m)
    {
      const int rotation = grid.rotation[mixedCells[start + m]];
      const double* from = inGrid.data() + m * nodes;
      double* to = values.data() + (start + m) * nodes;
      for (int b = 0; b <= r; ++b)
      {
        for (int a = 0; a <= r; ++a)
        {
          to[ownLatticeNode(rotation, r, a, b)] = from[b * (r + 1) + a];
        }
      }
    }
  }
  return values;
}

} // namespace mir
