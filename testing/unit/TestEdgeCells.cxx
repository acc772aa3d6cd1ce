// What tells cells at the edge of a mesh, and the rings of cells about a cell.
#include "BandMeshes.h"

#include "plic/EdgeCells.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

/// How many sides of the unit square or cube a cell of a lattice of n cells across lies at.
int sidesOf(const CellBand& band, int cell, int n)
{
  const Vec3 x = band.centroids[cell];
  int sides = 0;
  for (const double at : { x.x, x.y, x.z })
  {
    sides += at > 0.0 && std::min(at, 1.0 - at) < 1.0 / n ? 1 : 0;
  }
  return sides;
}

} // namespace

TEST(EdgeCells, AreThoseWhoseNeighboursLieOnOneSide)
{
  for (const BandMesh kind : { BandMesh::Boxes2D, BandMesh::Boxes3D })
  {
    constexpr int n = 4;
    const CellBand band = bandMesh(kind, n);
    for (int cell = 0; cell < band.numberOfCells(); ++cell)
    {
      // Neighbours on a lattice: offsets of -1, 0 and 1 along an axis, at a side of 0 and 1.
      const int sides = sidesOf(band, cell, n);
      const int free = band.dimension - sides;
      const double all = std::pow(2.0, sides) * std::pow(3.0, free);
      const double squares = all * (sides / 2.0 + free * 2.0 / 3.0);
      const double expected =
        0.5 * all * std::sqrt(static_cast<double>(sides)) / std::sqrt(squares * (all - 1.0));
      EXPECT_NEAR(oneSidedness(band, cell), expected, 1e-12);
      EXPECT_EQ(oneSidedness(band, cell) > leastOneSidedness, sides > 0);
    }
  }
}

TEST(EdgeCells, RingsHoldEveryCellOnceButTheOwnOne)
{
  constexpr int n = 9;
  const CellBand band = bandMesh(BandMesh::Boxes2D, n);
  const auto about = [&band](int cell, auto&& use) {
    for (auto i = band.neighbourOffsets[cell]; i < band.neighbourOffsets[cell + 1]; ++i)
    {
      use(band.neighbours[i]);
    }
  };
  std::vector<int> found;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    for (int rings = 1; rings <= 3; ++rings)
    {
      gatherRings(cell, rings, about, found);
      std::vector<int> expected;
      for (int other = 0; other < band.numberOfCells(); ++other)
      {
        const Vec3 offset = band.centroids[other] - band.centroids[cell];
        if (other != cell && std::max(std::abs(offset.x), std::abs(offset.y)) * n < rings + 0.5)
        {
          expected.push_back(other);
        }
      }
      std::sort(found.begin(), found.end());
      EXPECT_EQ(found, expected);
    }
  }
}
