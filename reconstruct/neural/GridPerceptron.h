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
/// stencil lies in the domain and at the same steps from the cell as all that do, the values
/// stencilSteps(K), and for other cells gatherStencils().
template <typename Grid>
class GridPerceptron
{
public:
  GridPerceptron(const Grid& grid, const std::vector<double>& fractions, FramedPerceptron network)
    : OnGrid(grid)
    , Fractions(fractions)
    , Network(std::move(network))
    , Size(this->Network.stencilSize())
    , Steps(grid.stencilSteps(this->Size))
  {}

  /// A row of `nodes` for each cell.
  void evaluate(const std::int64_t* cells, std::size_t count, double* nodes)
  {
    for (std::size_t start = 0; start < count; start += FramedPerceptron::batchRows)
    {
      this->evaluateBatch(cells + start, std::min(FramedPerceptron::batchRows, count - start),
        nodes + start * this->Network.outputs());
    }
  }

private:
  void evaluateBatch(const std::int64_t* cells, std::size_t count, double* nodes)
  {
    this->Whole.clear();
    this->WholeRows.clear();
    this->Others.clear();
    this->OtherRows.clear();
    for (std::size_t m = 0; m < count; ++m)
    {
      const bool whole = this->OnGrid.holdsStencil(cells[m], this->Size);
      (whole ? this->Whole : this->Others).push_back(cells[m]);
      (whole ? this->WholeRows : this->OtherRows).push_back(m);
    }
    this->Network.evaluateAt(
      this->Fractions.data(), this->Steps, this->Whole, this->WholeRows, nodes);
    this->Stencils.resize(this->Others.size() * this->Network.stencilValues());
    gatherStencils(this->OnGrid, this->Fractions, this->Others.data(), this->Others.size(),
      this->Size, this->Stencils.data());
    this->Network.evaluate(this->Stencils.data(), this->OtherRows, nodes);
  }

  const Grid& OnGrid;
  const std::vector<double>& Fractions;
  FramedPerceptron Network;
  int Size;
  std::vector<std::int64_t> Steps;
  std::vector<std::int64_t> Whole;
  std::vector<std::size_t> WholeRows;
  std::vector<std::int64_t> Others;
  std::vector<std::size_t> OtherRows;
  std::vector<float> Stencils;
};

/// Calls body(begin, end) for ranges of items that begin with whole tiles.
template <class Body>
void forTiles(const ParallelFor& parallelFor, std::size_t items, const Body& body)
{
  // Large enough to be worth a network's storage, small enough for many threads.
  const std::size_t size = tileRows * std::clamp<std::size_t>(items / (8 * tileRows), 1, 16);
  forBlocks(parallelFor, static_cast<int>(items), static_cast<int>(size),
    [&](int first, int last) { body(first * size, std::min(items, last * size)); });
}

} // namespace mir

#endif
