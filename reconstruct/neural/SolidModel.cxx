#include "reconstruct/neural/SolidModel.h"

#include "reconstruct/neural/CubeFrame.h"
#include "reconstruct/neural/EmbeddedFile.h"
#include "reconstruct/neural/GridPerceptron.h"
#include "reconstruct/neural/PerceptronFile.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mir {

std::shared_ptr<const FrameTable> SolidModel::frames() const
{
  return std::make_shared<const FrameTable>(3, this->stencilSize, allCubeSymmetries(),
    cubeFrameMaps(this->subdivisions + 1), canonicalCubeFrames, singleCubeFrames);
}

void SolidModel::evaluate(
  const float* stencils, std::size_t count, double* nodes, Precision precision) const
{
  FramedPerceptron(this->network, this->frames(), precision).evaluate(stencils, count, nodes);
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

UninitializedVector<double> solidNodeValues(const SolidGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& cells,
  const SolidModel& model, int refinement, const ParallelFor& parallelFor, Precision precision)
{
  if (refinement < 1 || model.subdivisions % refinement != 0)
  {
    throw std::invalid_argument("the model's lattice of " + std::to_string(model.subdivisions) +
      " holds none of " + std::to_string(refinement));
  }
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
  const std::shared_ptr<const FrameTable> frames = model.frames();
  UninitializedVector<double> values(cells.size() * nodes);
  forTiles(parallelFor, cells.size(), [&](std::size_t begin, std::size_t end) {
    GridPerceptron<SolidGrid> network(
      grid, fractions, FramedPerceptron(model.network, frames, precision));
    if (asTheyAre)
    {
      network.evaluate(cells.data() + begin, end - begin, values.data() + begin * nodes);
      return;
    }
    std::vector<double> inGrid(FramedPerceptron::batchRows * model.nodesPerCell());
    for (std::size_t start = begin; start < end; start += FramedPerceptron::batchRows)
    {
      const std::size_t count = std::min(FramedPerceptron::batchRows, end - start);
      network.evaluate(cells.data() + start, count, inGrid.data());
      for (std::size_t m = 0; m < count; ++m)
      {
        const std::vector<int>& own = ownNodes[grid.turn(cells[start + m]).number()];
        const double* from = inGrid.data() + m * model.nodesPerCell();
        for (std::size_t k = 0; k < nodes; ++k)
        {
          values[(start + m) * nodes + own[k]] = from[ofFine[k]];
        }
      }
    }
  });
  return values;
}

} // namespace mir
