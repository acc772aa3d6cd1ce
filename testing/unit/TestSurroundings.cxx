// Laws of the cells that planes are fitted to.
#include "BandMeshes.h"

#include "plic/Surroundings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace mir;
using namespace mir::testing;

namespace {

bool touches(const CellBand& band, int cell, int other)
{
  const auto begin = band.neighbours.begin() + band.neighbourOffsets[cell];
  return std::binary_search(
    begin, band.neighbours.begin() + band.neighbourOffsets[cell + 1], other);
}

/// A plane across the mesh, or one that cuts a corner of it off.
MaterialField planeField(const CellBand& band, Dice& dice, bool corner)
{
  const Vec3 n = dice.direction3();
  const Vec3 normal{ std::abs(n.x), std::abs(n.y), band.dimension == 3 ? std::abs(n.z) : 0.0 };
  const double at = corner ? 0.1 : 0.5;
  return materialField(
    planeFractions(band, { at, at, band.dimension == 3 ? at : 0.0 }, 1.0 / length(normal) * normal),
    1e-8);
}

} // namespace

TEST(Surroundings, AreTheNeighboursUnlessTooFew)
{
  Dice dice(411);
  int widened = 0;
  for (int i = 0; i < numberOfBandMeshes; ++i)
  {
    const CellBand band = bandMesh(static_cast<BandMesh>(i), i < numberOfPlanarBandMeshes ? 9 : 6);
    for (int trial = 0; trial < 10; ++trial)
    {
      const MaterialField field = planeField(band, dice, trial % 2 == 0);
      Surroundings surroundings(band, field);
      for (const int cell : field.mixed)
      {
        const std::vector<int> about = surroundings.about(cell);
        const auto size = band.neighbourOffsets[cell + 1] - band.neighbourOffsets[cell];
        // The neighbours first; no cell twice, and not the cell itself.
        ASSERT_TRUE(std::equal(about.begin(), about.begin() + size,
          band.neighbours.begin() + band.neighbourOffsets[cell]));
        std::set<int> all(about.begin(), about.end());
        ASSERT_EQ(all.size(), about.size());
        ASSERT_EQ(all.count(cell), 0u);
        if (!surroundings.tooFew(cell))
        {
          ASSERT_EQ(static_cast<std::int64_t>(about.size()), size);
          continue;
        }
        ++widened;
        // Every other cell touches a mixed one before it.
        for (std::size_t k = size; k < about.size(); ++k)
        {
          ASSERT_TRUE(std::any_of(about.begin(), about.begin() + k,
            [&](int other) { return field.slots[other] >= 0 && touches(band, other, about[k]); }));
        }
      }
    }
  }
  EXPECT_GT(widened, 100);
}

TEST(Surroundings, BeyondAreTheNearestMixedCells)
{
  Dice dice(413);
  int ended = 0;
  for (int i = 0; i < numberOfBandMeshes; ++i)
  {
    const CellBand band = bandMesh(static_cast<BandMesh>(i), i < numberOfPlanarBandMeshes ? 9 : 6);
    // Mixed cells here and there: planes found from few of them may be others elsewhere.
    std::vector<double> fractions(band.numberOfCells(), 0.0);
    for (double& fraction : fractions)
    {
      fraction = dice.uniform(0.0, 1.0) < 0.03 ? 0.5 : 0.0;
    }
    const MaterialField field = materialField(std::move(fractions), 1e-8);
    Surroundings surroundings(band, field);
    auto isMixed = [&](int cell) { return field.slots[cell] >= 0; };
    for (const int cell : field.mixed)
    {
      const std::vector<int> about = surroundings.about(cell);
      if (!surroundings.endedEarly())
      {
        continue;
      }
      ++ended;
      const std::vector<int> beyond = surroundings.beyond(cell);
      ASSERT_TRUE(std::equal(about.begin(), about.end(), beyond.begin()));
      const std::set<int> all(beyond.begin(), beyond.end());
      ASSERT_EQ(all.size(), beyond.size());
      ASSERT_EQ(all.count(cell), 0u);
      // As many as a plane meets in two rings, or all that there are.
      const auto mixed = std::count_if(beyond.begin(), beyond.end(), isMixed);
      ASSERT_GE(
        mixed, std::min<std::ptrdiff_t>(band.dimension == 2 ? 4 : 12, field.mixed.size() - 1));
      // Those left out lie no nearer than the nearest taken in.
      auto distance = [&](
                        int other) { return length(band.centroids[other] - band.centroids[cell]); };
      double nearest = 1e300;
      for (std::size_t k = about.size(); k < beyond.size(); ++k)
      {
        nearest = isMixed(beyond[k]) ? std::min(nearest, distance(beyond[k])) : nearest;
      }
      for (const int other : field.mixed)
      {
        if (other != cell && all.count(other) == 0)
        {
          ASSERT_GE(distance(other), nearest);
        }
      }
    }
  }
  EXPECT_GT(ended, 50);
}

TEST(Surroundings, InsideAMeshNeighboursDo)
{
  Dice dice(412);
  for (int i = 0; i < numberOfBandMeshes; ++i)
  {
    const int n = i < numberOfPlanarBandMeshes ? 12 : 8;
    const CellBand band = bandMesh(static_cast<BandMesh>(i), n);
    for (int trial = 0; trial < 5; ++trial)
    {
      const MaterialField field = planeField(band, dice, false);
      const Surroundings surroundings(band, field);
      for (const int cell : field.mixed)
      {
        const Vec3 c = band.centroids[cell] - Vec3{ 0.5, 0.5, band.dimension == 3 ? 0.5 : 0.0 };
        if (std::max({ std::abs(c.x), std::abs(c.y), std::abs(c.z) }) < 0.5 - 1.7 / n)
        {
          ASSERT_FALSE(surroundings.tooFew(cell)) << bandMeshName(static_cast<BandMesh>(i));
        }
      }
    }
  }
}
