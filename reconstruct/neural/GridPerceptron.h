// A network on cells of a grid, tile after tile. Private to this folder.
#ifndef mir_reconstruct_neural_GridPerceptron_h
#define mir_reconstruct_neural_GridPerceptron_h

#include "plic/ParallelFor.h"
#include "reconstruct/neural/FramedPerceptron.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mir {

/// Evaluates a network on the stencils of cells. Grid has holdsStencil(cell, K), whether the
/// stencil lies in the domain and at the same steps from the cell as all that do, these steps
/// stencilSteps(), and for other cells gatherStencils().
template <typename Grid>
class GridPerceptron
{
public:
  GridPerceptron(const Grid& grid, const std::vector<double>& fractions, FramedPerceptron network)
    : OnGrid(grid)
    , Fractions(fractions)
    , Network(std::move(network))
  {}

  /// A row of `nodes` for each cell.
  void evaluate(const std::int64_t* cells, std::size_t count, double* nodes)
  {
    for (std::size_t start = 0; start < count; start += batchRows)
    {
      this->evaluateBatch(
        cells + start, std::min(batchRows, count - start), nodes + start * this->Network.outputs());
    }
  }

private:
  static constexpr std::size_t batchRows = FramedPerceptron::batchRows;

  // Cells and their rows in the batch.
  struct Chosen
  {
    std::int64_t cells[batchRows];
    std::size_t rows[batchRows];
    std::size_t count;
  };

  void evaluateBatch(const std::int64_t* cells, std::size_t count, double* nodes)
  {
    const int size = this->Network.stencilSize();
    Chosen whole;
    Chosen others;
    whole.count = 0;
    others.count = 0;
    for (std::size_t m = 0; m < count; ++m)
    {
      Chosen& chosen = this->OnGrid.holdsStencil(cells[m], size) ? whole : others;
      chosen.cells[chosen.count] = cells[m];
      chosen.rows[chosen.count] = m;
      ++chosen.count;
    }
    this->Network.evaluateAt(this->Fractions.data(), this->OnGrid.stencilSteps(), whole.cells,
      whole.rows, whole.count, nodes);
    this->Stencils.resize(others.count * this->Network.stencilValues());
    gatherStencils(
      this->OnGrid, this->Fractions, others.cells, others.count, size, this->Stencils.data());
    this->Network.evaluate(this->Stencils.data(), others.rows, others.count, nodes);
  }

  const Grid& OnGrid;
  const std::vector<double>& Fractions;
  FramedPerceptron Network;
  std::vector<float> Stencils;
};

/// Calls body(begin, end) for ranges of items that begin with whole tiles.
template <class Body>
void forTiles(const ParallelFor& parallelFor, std::size_t items, const Body& body)
{
  // Large enough to be worth a network's storage, small enough for many threads.
  const std::size_t size = tileRows * std::clamp<std::size_t>(items / (16 * tileRows), 1, 16);
  forBlocks(parallelFor, static_cast<int>(items), static_cast<int>(size),
    [&](int first, int last) { body(first * size, std::min(items, last * size)); });
}

} // namespace mir

#endif
