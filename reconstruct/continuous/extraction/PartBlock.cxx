#include "reconstruct/continuous/extraction/PartBlock.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

// Calls body(cell, firstRun, firstPiece, firstNode) for the cells of a block.
template <class Body>
void forCells(const PartBlock& block, const Body& body)
{
  std::size_t run = 0;
  std::size_t piece = 0;
  std::size_t node = 0;
  for (const PartBlock::Cell& cell : block.cells)
  {
    body(cell, run, piece, node);
    run = cell.runsEnd;
    piece = cell.piecesEnd;
    node = cell.nodesEnd;
  }
}

// Writes the simplices of a block from place `at` on, its points by their numbers among all.
void writeBlock(
  const PartBlock& block, const std::vector<int>& numbers, std::int64_t at, ContinuousParts& parts)
{
  std::vector<int> ofNode;
  const auto add = [&](const std::array<int, 4>& simplex, unsigned char material, int bandCell) {
    parts.simplices[at] = simplex;
    parts.materials[at] = material;
    parts.cells[at] = bandCell;
    ++at;
  };
  const auto numberOf = [](const std::vector<int>& list, int point) {
    return point < 0 ? -1 : list[point];
  };
  forCells(
    block, [&](const PartBlock::Cell& cell, std::size_t run, std::size_t piece, std::size_t node) {
      ofNode.clear();
      for (; node < cell.nodesEnd; ++node)
      {
        ofNode.push_back(numberOf(numbers, block.nodePoints[node]));
      }
      for (; run < cell.runsEnd; ++run)
      {
        const PartBlock::Run& whole = block.runs[run];
        for (int s = whole.first; s < whole.last; ++s)
        {
          const std::array<int, 4>& nodes = cell.subdivision->simplices[s];
          add({ ofNode[nodes[0]], ofNode[nodes[1]], ofNode[nodes[2]], numberOf(ofNode, nodes[3]) },
            whole.material, cell.bandCell);
        }
      }
      for (; piece < cell.piecesEnd; ++piece)
      {
        const std::array<int, 4>& corners = block.pieces[piece];
        add({ numbers[corners[0]], numbers[corners[1]], numbers[corners[2]],
              numberOf(numbers, corners[3]) },
          block.pieceMaterials[piece], cell.bandCell);
      }
    });
}

} // namespace

std::int64_t PartBlock::numberOfSimplices() const
{
  auto count = static_cast<std::int64_t>(this->pieces.size());
  for (const Run& run : this->runs)
  {
    count += run.last - run.first;
  }
  return count;
}

void PartBlock::removePoints()
{
  std::vector<int> numbers(this->points.positions.size(), -1);
  const auto use = [&numbers](int point) {
    if (point >= 0)
    {
      numbers[point] = 0;
    }
  };
  forCells(*this, [&](const Cell& cell, std::size_t run, std::size_t piece, std::size_t node) {
    for (; run < cell.runsEnd; ++run)
    {
      for (int s = this->runs[run].first; s < this->runs[run].last; ++s)
      {
        for (const int corner : cell.subdivision->simplices[s])
        {
          use(corner < 0 ? -1 : this->nodePoints[node + corner]);
        }
      }
    }
    for (; piece < cell.piecesEnd; ++piece)
    {
      std::for_each(this->pieces[piece].begin(), this->pieces[piece].end(), use);
    }
  });
  this->points.keep(numbers);
  for (int& point : this->nodePoints)
  {
    point = point < 0 ? -1 : numbers[point];
  }
  for (std::array<int, 4>& piece : this->pieces)
  {
    for (int& point : piece)
    {
      point = point < 0 ? -1 : numbers[point];
    }
  }
}

ContinuousParts assembleParts(std::vector<PartBlock>& blocks, const ParallelFor& parallelFor)
{
  const int count = static_cast<int>(blocks.size());
  std::vector<BlockPoints*> points;
  std::vector<std::int64_t> first{ 0 };
  for (PartBlock& block : blocks)
  {
    points.push_back(&block.points);
    first.push_back(first.back() + block.numberOfSimplices());
  }
  MergedPoints merged = mergePoints(points, parallelFor);
  ContinuousParts parts;
  parts.points = std::move(merged.positions);
  parts.simplices.resize(first[count]);
  parts.materials.resize(first[count]);
  parts.cells.resize(first[count]);
  parallelFor(count, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      writeBlock(blocks[b], merged.numbers[b], first[b], parts);
    }
  });
  blocks.clear();
  return parts;
}

} // namespace mir
