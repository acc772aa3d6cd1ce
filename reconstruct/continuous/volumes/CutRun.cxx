#include "reconstruct/continuous/volumes/CutRun.h"

#include <algorithm>
#include <cstddef>

namespace mir {
namespace detail {

namespace {

// A copy of the columns: the compiler knows that what is written is none of its pointers.
template <int N>
void addSlopes(CutColumns columns, double* gradient)
{
  for (int i = 0; i < columns.count; ++i)
  {
    for (int v = 0; v < N; ++v)
    {
      gradient[columns.nodes[v][i]] += columns.slopes[v][i];
    }
  }
}

} // namespace

void CutRun::makeRoom(int count)
{
  if (count <= this->Room)
  {
    return;
  }
  // An odd number of cache lines, so that columns do not crowd the same places of the cache.
  this->Room = std::max(count, 2 * this->Room) / 16 * 16 + 24;
  this->Numbers.resize(std::size_t{ 16 } * this->Room);
  this->Nodes.resize(std::size_t{ 4 } * this->Room);
  double* next = this->Numbers.data();
  const auto column = [&] {
    next += this->Room;
    return next - this->Room;
  };
  for (int v = 0; v < 4; ++v)
  {
    this->Columns.nodes[v] = this->Nodes.data() + std::ptrdiff_t{ v } * this->Room;
    this->Columns.values[v] = column();
    this->Columns.moves[v] = column();
    this->Columns.slopes[v] = column();
  }
  this->Columns.signs = column();
  this->Columns.single = column();
  this->Columns.weights = column();
  this->Columns.parts = column();
}

void CutRun::gather(CutForm form, const CellSubdivision& cell, const SimplexWeights& weights,
  const double* values, const CellCuts::List& list)
{
  this->makeRoom(list.count);
  this->Form = form;
  this->Columns.count = list.count;
  arrangeCuts(form, cell.simplices.data(), weights, list.entries.data(), this->Columns);
  for (int v = 0; v < verticesOf(form); ++v)
  {
    pickValues(values, this->Columns.nodes[v], this->Columns.signs, this->Columns.count,
      this->Columns.values[v]);
  }
}

void CutRun::gatherMoves(const double* moves)
{
  for (int v = 0; v < verticesOf(this->Form); ++v)
  {
    pickValues(moves, this->Columns.nodes[v], this->Columns.signs, this->Columns.count,
      this->Columns.moves[v]);
  }
}

double CutRun::compute(double* gradient)
{
  computeParts(this->Form, this->Columns);
  if (gradient)
  {
    this->Form == CutForm::TriangleCorner ? addSlopes<3>(this->Columns, gradient)
                                          : addSlopes<4>(this->Columns, gradient);
  }
  return sumOfWeights(this->Columns.parts, 0, this->Columns.count);
}

double CutRun::move(double factor, double& slope)
{
  moveParts(this->Form, this->Columns, factor);
  slope += sumOfWeights(this->Columns.slopes[0], 0, this->Columns.count);
  return sumOfWeights(this->Columns.parts, 0, this->Columns.count);
}

} // namespace detail
} // namespace mir
