#include "reconstruct/neural/SolidModel.h"

#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/neural/EmbeddedFile.h"
#include "reconstruct/neural/PerceptronFile.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mir {

FramedPerceptron SolidModel::inFrames(Precision precision) const
{
  const int K = this->stencilSize;
  return { this->network, { cubeFrameMaps(K), cubeFrameMaps(this->subdivisions + 1) },
    [K](const float* stencil, std::vector<Frame>& frames) {
      canonicalCubeFrames(stencil, K, frames);
    },
    precision };
}

void SolidModel::evaluate(
  const float* stencils, std::size_t count, double* nodes, Precision precision) const
{
  this->inFrames(precision).evaluate(stencils, count, nodes);
}

SolidModel loadSolidModel(const TensorFile& file)
{
  // What the file is comes before what it holds.
  checkPerceptronFile(file, "subcell3d");
  SolidModel model;
  model.stencilSize = stencilSizeOf(file);
  model.subdivisions = file.integer("r", 1, 8);
  model.network = loadPerceptron(file, 2 * model.stencilValues(), model.nodesPerCell());
  return model;
}

MIR_EMBEDDED_FILE(mirSolidWeights)

const SolidModel& shippedSolidModel()
{
  static const SolidModel model = loadSolidModel(parseSafetensors(
    mirSolidWeights, embeddedSize(mirSolidWeights, mirSolidWeightsEnd), "subcell3d (shipped)"));
  return model;
}

std::vector<double> solidNodeValues(const SolidGrid& grid, const std::vector<double>& fractions,
  const std::vector<std::int64_t>& cells, const SolidModel& model, int refinement,
  const ParallelFor& parallelFor, Precision precision)
{
  if (refinement < 1 || model.subdivisions % refinement != 0)
  {
    throw std::invalid_argument("the model's lattice of " + std::to_string(model.subdivisions) +
      " holds none of " + std::to_string(refinement));
  }
  // What a batch needs stays in the second-level cache.
  constexpr std::size_t cellsAtOnce = 4 * tileRows;
  const int n = refinement + 1;
  const int step = model.subdivisions / refinement;
  const int fine = model.subdivisions + 1;
  std::vector<int> ofFine;
  for (int k = 0; k < n * n * n; ++k)
  {
    ofFine.push_back(step * (k % n + fine * (k / n % n + fine * (k / (n * n)))));
  }
  const std::size_t nodes = ofFine.size();
  const std::vector<std::vector<int>> ownNodes = cubeFrameMaps(n);
  const bool asTheyAre = step == 1 && !grid.turned();
  std::vector<double> values(cells.size() * nodes);
  parallelFor(static_cast<int>(cells.size()), [&](int begin, int end) {
    std::vector<float> stencils(cellsAtOnce * model.stencilValues());
    std::vector<double> inGrid(asTheyAre ? 0 : cellsAtOnce * model.nodesPerCell());
    FramedPerceptron network = model.inFrames(precision);
    for (std::size_t start = begin; start < static_cast<std::size_t>(end); start += cellsAtOnce)
    {
      const std::size_t count = std::min(cellsAtOnce, end - start);
      double* const first = values.data() + start * nodes;
      gatherSolidStencils(
        grid, fractions, cells.data() + start, count, model.stencilSize, stencils.data());
      network.evaluate(stencils.data(), count, asTheyAre ? first : inGrid.data());
      for (std::size_t m = 0; m < count && !asTheyAre; ++m)
      {
        const std::vector<int>& own = ownNodes[grid.turn(cells[start + m]).number()];
        const double* from = inGrid.data() + m * model.nodesPerCell();
        for (std::size_t k = 0; k < nodes; ++k)
        {
          first[m * nodes + own[k]] = from[ofFine[k]];
        }
      }
    }
  });
  return values;
}

} // namespace mir
