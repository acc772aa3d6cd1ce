// Laws of logical grids of hexahedra: the same stencils and answers whatever the order and the turn
// of the cells.
#include "RandomCells.h"

#include "reconstruct/neural/SolidGrid.h"
#include "reconstruct/neural/SolidModel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int nx = 6;
constexpr int ny = 5;
constexpr int nz = 4;

using Hexahedron = std::array<std::int64_t, 8>;

std::vector<Hexahedron> box(std::int64_t firstPoint = 0)
{
  std::vector<Hexahedron> cells;
  const auto id = [firstPoint](int i, int j, int k) {
    return firstPoint + i + (nx + 1) * (j + std::int64_t(ny + 1) * k);
  };
  for (int k = 0; k < nz; ++k)
  {
    for (int j = 0; j < ny; ++j)
    {
      for (int i = 0; i < nx; ++i)
      {
        cells.push_back({ id(i, j, k), id(i + 1, j, k), id(i + 1, j + 1, k), id(i, j + 1, k),
          id(i, j, k + 1), id(i + 1, j, k + 1), id(i + 1, j + 1, k + 1), id(i, j + 1, k + 1) });
      }
    }
  }
  return cells;
}

/// One of the 24 turns of a hexahedron.
Hexahedron turned(const Hexahedron& cell, int turn)
{
  Hexahedron result = cell;
  const auto roll = [&result](const std::array<int, 8>& from) {
    Hexahedron next;
    for (int i = 0; i < 8; ++i)
    {
      next[i] = result[from[i]];
    }
    result = next;
  };
  for (int i = 0; i < turn % 4; ++i)
  {
    roll({ 1, 2, 3, 0, 5, 6, 7, 4 });
  }
  for (int i = 0; i < turn / 4 % 4; ++i)
  {
    roll({ 4, 5, 1, 0, 7, 6, 2, 3 });
  }
  if (turn / 16 == 1)
  {
    roll({ 0, 4, 5, 1, 3, 7, 6, 2 });
  }
  return result;
}

std::vector<double> randomFractions(std::size_t count)
{
  Dice dice(3);
  std::vector<double> fractions(count);
  std::generate(fractions.begin(), fractions.end(), [&] { return dice.uniform(); });
  return fractions;
}

std::vector<std::int64_t> allCells(std::size_t count)
{
  std::vector<std::int64_t> cells(count);
  std::iota(cells.begin(), cells.end(), 0);
  return cells;
}

} // namespace

TEST(SolidGrid, AWalkedBoxHasTheStencilsOfACountedOne)
{
  const std::vector<Hexahedron> cells = box();
  const SolidGrid walked(cells);
  const SolidGrid counted(nx, ny, nz);
  const std::vector<double> fractions = randomFractions(cells.size());
  const std::vector<std::int64_t> ids = allCells(cells.size());
  std::vector<float> a(125 * cells.size());
  std::vector<float> b(a.size());
  gatherStencils(walked, fractions, ids.data(), ids.size(), 5, a.data());
  gatherStencils(counted, fractions, ids.data(), ids.size(), 5, b.data());
  EXPECT_EQ(a, b);
  // Cell (2, 2, 1) sees beyond the lower side along z alone.
  const float* middle = a.data() + 125 * (2 + nx * (2 + ny * 1));
  for (int k = 0; k < 125; ++k)
  {
    const int x = 2 + k % 5 - 2;
    const int y = 2 + k / 5 % 5 - 2;
    const int z = 1 + k / 25 - 2;
    EXPECT_EQ(
      middle[k], z < 0 ? outsideDomain : static_cast<float>(fractions[x + nx * (y + ny * z)]));
  }
}

TEST(SolidGrid, CellsAreAnsweredAsTheirStencilsAre)
{
  const SolidGrid grid(9, 8, 7);
  const std::vector<double> fractions = randomFractions(grid.numberOfCells());
  const std::vector<std::int64_t> ids = allCells(fractions.size());
  const SolidModel& model = shippedSolidModel();
  std::vector<float> stencils(ids.size() * model.stencilValues());
  gatherStencils(grid, fractions, ids.data(), ids.size(), model.stencilSize, stencils.data());
  UninitializedVector<double> wanted(ids.size() * model.nodesPerCell());
  model.evaluate(stencils.data(), ids.size(), wanted.data());
  EXPECT_EQ(solidNodeValues(grid, fractions, ids, model, model.subdivisions), wanted);
}

TEST(SolidGrid, AnswersAreThoseOfThePointsWhateverTheOrderAndTheTurnOfTheCells)
{
  const std::vector<Hexahedron> cells = box();
  const std::vector<double> fractions = randomFractions(cells.size());
  const SolidModel& model = shippedSolidModel();
  const int n = model.subdivisions + 1;
  const std::size_t nodes = model.nodesPerCell();
  const std::vector<std::int64_t> ids = allCells(cells.size());
  const UninitializedVector<double> plain =
    solidNodeValues(SolidGrid(nx, ny, nz), fractions, ids, model, model.subdivisions);

  std::mt19937 random(5);
  std::vector<std::int64_t> order = ids;
  std::shuffle(order.begin(), order.end(), random);
  std::vector<Hexahedron> shuffled;
  std::vector<double> moved;
  for (std::int64_t cell : order)
  {
    shuffled.push_back(turned(cells[cell], static_cast<int>(random() % 24)));
    moved.push_back(fractions[cell]);
  }
  const UninitializedVector<double> values =
    solidNodeValues(SolidGrid(shuffled), moved, ids, model, model.subdivisions);
  // Corners of the lattice by VTK's vertex.
  const int r = n - 1;
  const int corner[8] = { 0, r, r + n * r, n * r, n * n * r, r + n * n * r, r + n * r + n * n * r,
    n * r + n * n * r };
  for (std::size_t m = 0; m < order.size(); ++m)
  {
    const Hexahedron& own = cells[order[m]];
    for (int v = 0; v < 8; ++v)
    {
      const int at =
        static_cast<int>(std::find(own.begin(), own.end(), shuffled[m][v]) - own.begin());
      EXPECT_EQ(values[m * nodes + corner[v]], plain[order[m] * nodes + corner[at]]);
    }
    EXPECT_EQ(values[m * nodes + nodes / 2], plain[order[m] * nodes + nodes / 2]);
  }
}

TEST(SolidGrid, TheFastLatticeIsPartOfTheFineOne)
{
  const std::vector<double> fractions = randomFractions(nx * ny * nz);
  const std::vector<std::int64_t> cells{ 0, 40, 77 };
  const SolidModel& model = shippedSolidModel();
  const SolidGrid grid(nx, ny, nz);
  const UninitializedVector<double> fine = solidNodeValues(grid, fractions, cells, model, 4);
  const UninitializedVector<double> coarse = solidNodeValues(grid, fractions, cells, model, 2);
  for (std::size_t m = 0; m < cells.size(); ++m)
  {
    for (int k = 0; k < 27; ++k)
    {
      const int a = 2 * (k % 3);
      const int b = 2 * (k / 3 % 3);
      const int c = 2 * (k / 9);
      EXPECT_EQ(coarse[27 * m + k], fine[125 * m + a + 5 * (b + 5 * c)]);
    }
  }
  EXPECT_THROW(solidNodeValues(grid, fractions, cells, model, 3), std::invalid_argument);
}

TEST(SolidGrid, PartsAndHolesDoNotSeeEachOther)
{
  std::vector<Hexahedron> cells = box();
  const std::size_t count = cells.size();
  const std::vector<Hexahedron> other = box(10000);
  cells.insert(cells.end(), other.begin(), other.end());
  cells.erase(cells.begin() + 40);
  const SolidGrid grid(cells);
  const std::vector<double> fractions = randomFractions(cells.size());
  std::vector<float> stencil(125);
  const std::int64_t left = 39;
  gatherStencils(grid, fractions, &left, 1, 5, stencil.data());
  EXPECT_EQ(stencil[62 + 1], outsideDomain);
  const auto last = static_cast<std::int64_t>(count - 2);
  gatherStencils(grid, fractions, &last, 1, 5, stencil.data());
  EXPECT_EQ(std::count(stencil.begin(), stencil.end(), outsideDomain), 125 - 27);
}

TEST(SolidGrid, WhatIsNoGridIsRefused)
{
  // Three cells about an edge: in a grid there are four.
  const std::vector<Hexahedron> three{ { 0, 1, 2, 3, 10, 11, 12, 13 },
    { 0, 3, 4, 5, 10, 13, 14, 15 }, { 0, 5, 6, 1, 10, 15, 16, 11 } };
  EXPECT_THROW(SolidGrid{ three }, std::runtime_error);
  std::vector<Hexahedron> twice = box();
  twice.push_back(twice[0]);
  EXPECT_THROW(SolidGrid{ twice }, std::runtime_error);
}
