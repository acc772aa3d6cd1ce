// Exact signs of small determinants, and the corners of the regions of linear fields in a simplex.
#include "RandomCells.h"

#include "reconstruct/continuous/extraction/ExactDeterminant.h"
#include "reconstruct/continuous/extraction/SimplexArrangement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace {

using namespace mir;
using mir::testing::Dice;
using Integer = __int128;

Integer integerDeterminant(const std::vector<std::vector<Integer>>& m)
{
  const std::size_t size = m.size();
  if (size == 1)
  {
    return m[0][0];
  }
  Integer sum = 0;
  for (std::size_t c = 0; c < size; ++c)
  {
    std::vector<std::vector<Integer>> rest;
    for (std::size_t r = 1; r < size; ++r)
    {
      rest.push_back(m[r]);
      rest.back().erase(rest.back().begin() + c);
    }
    sum += (c % 2 == 0 ? 1 : -1) * m[0][c] * integerDeterminant(rest);
  }
  return sum;
}

int signOf(Integer x)
{
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

TEST(ExactDeterminant, SignOfSmallWholeNumbersLoweredByMaterial)
{
  // Values of 0 and 1 leave most determinants zero; the infinitesimals become powers of 64.
  Dice dice(3);
  const int columns[4] = { 0, 1, 2, 3 };
  for (int trial = 0; trial < 4000; ++trial)
  {
    const int size = 1 + trial % 4;
    double values[5][4];
    for (auto& row : values)
    {
      for (double& value : row)
      {
        value = dice.below(2);
      }
    }
    std::vector<int> order{ 0, 1, 2, 3, 4 };
    for (int i = 4; i > 0; --i)
    {
      std::swap(order[i], order[dice.below(i + 1)]);
    }
    const auto lowered = [&](int m, int n) {
      return (Integer(values[m][n]) << 30) - (Integer(1) << (6 * m)) / 2;
    };
    DeterminantRow rows[4];
    std::vector<std::vector<Integer>> exact(size, std::vector<Integer>(size));
    for (int r = 0; r < size; ++r)
    {
      const int upper = order[r + 1];
      rows[r] = DeterminantRow::difference(values[upper], upper, values[order[0]], order[0]);
      for (int c = 0; c < size; ++c)
      {
        exact[r][c] = lowered(upper, c) - lowered(order[0], c);
      }
    }
    EXPECT_EQ(determinantSign(rows, size, columns), signOf(integerDeterminant(exact)));
  }
}

TEST(ExactDeterminant, CancellationLeavesTheSign)
{
  // Rows that depend on one another but for the last digits, in whole numbers of 2^-30.
  Dice dice(4);
  const int columns[4] = { 0, 1, 2, 3 };
  for (int trial = 0; trial < 2000; ++trial)
  {
    const int size = 2 + trial % 2;
    double values[4][4] = {};
    for (int c = 0; c < size; ++c)
    {
      double sum = 0.0;
      for (int m = 1; m < size; ++m)
      {
        values[m][c] = std::ldexp(dice.below(1 << 30), -30);
        sum += values[m][c];
      }
      values[size][c] = sum + std::ldexp(dice.below(3) - 1, -30);
    }
    DeterminantRow rows[4];
    std::vector<std::vector<Integer>> exact(size, std::vector<Integer>(size));
    for (int r = 0; r < size; ++r)
    {
      rows[r] = DeterminantRow::difference(values[r + 1], r + 1, values[0], 0);
      for (int c = 0; c < size; ++c)
      {
        exact[r][c] = Integer(std::ldexp(values[r + 1][c], 30));
      }
    }
    const Integer determinant = integerDeterminant(exact);
    if (determinant != 0)
    {
      EXPECT_EQ(determinantSign(rows, size, columns), signOf(determinant));
      const double value = std::ldexp(double(determinant), -30 * size);
      EXPECT_NEAR(determinantValue(rows, size, columns), value, 1e-8 * std::abs(value));
    }
  }
}

/// Values of the materials at the nodes: at random, or small whole numbers, which tie a lot.
std::vector<std::array<double, 4>> randomValues(Dice& dice, int materials, bool ties)
{
  std::vector<std::array<double, 4>> values(materials);
  for (auto& run : values)
  {
    for (double& value : run)
    {
      value = ties ? dice.below(3) : dice.uniform(-1.0, 1.0);
    }
  }
  return values;
}

using Corner = std::pair<std::vector<int>, std::vector<int>>;

/// Corners by the nodes' and materials' own numbers.
std::set<Corner> cornersOf(const SimplexArrangement& arrangement, const std::vector<int>& nodes)
{
  std::set<Corner> result;
  for (const RegionCorner& corner : arrangement.corners())
  {
    Corner named;
    for (std::size_t n = 0; n < nodes.size(); ++n)
    {
      if ((corner.nodes >> n & 1) != 0)
      {
        named.first.push_back(nodes[n]);
      }
    }
    for (int m = 0; m < arrangement.numberOfMaterials(); ++m)
    {
      if ((corner.materials >> m & 1) != 0)
      {
        named.second.push_back(arrangement.material(m));
      }
    }
    EXPECT_TRUE(result.insert(named).second);
  }
  return result;
}

SimplexArrangement arrange(const std::vector<std::array<double, 4>>& values)
{
  SimplexArrangement arrangement;
  arrangement.start(4);
  for (std::size_t m = 0; m < values.size(); ++m)
  {
    arrangement.add(static_cast<int>(m), values[m].data());
  }
  arrangement.findCorners();
  return arrangement;
}

TEST(SimplexArrangement, FacesHaveTheSameCornersAloneAndWithoutWhatIsBelow)
{
  Dice dice(5);
  for (int trial = 0; trial < 400; ++trial)
  {
    const auto values = randomValues(dice, 2 + trial % 5, trial % 2 == 0);
    const SimplexArrangement whole = arrange(values);
    for (int opposite = 0; opposite < 4; ++opposite)
    {
      std::vector<int> nodes;
      for (int n = 0; n < 4; ++n)
      {
        if (n != opposite)
        {
          nodes.push_back(n);
        }
      }
      std::vector<std::array<double, 4>> onFace(values.size());
      SimplexArrangement face;
      face.start(3);
      // A material of number 0 below all is added, the others keep their order.
      const double low[4] = { -5.0, -6.0, -7.0, 0.0 };
      face.add(0, low);
      for (std::size_t m = 0; m < values.size(); ++m)
      {
        for (int i = 0; i < 3; ++i)
        {
          onFace[m][i] = values[m][nodes[i]];
        }
        face.add(static_cast<int>(m) + 1, onFace[m].data());
      }
      face.findCorners();
      std::set<Corner> expected;
      for (const Corner& corner : cornersOf(whole, { 0, 1, 2, 3 }))
      {
        if (std::find(corner.first.begin(), corner.first.end(), opposite) == corner.first.end())
        {
          expected.insert(corner);
        }
      }
      std::set<Corner> found;
      for (Corner corner : cornersOf(face, nodes))
      {
        for (int& m : corner.second)
        {
          --m;
        }
        found.insert(corner);
      }
      EXPECT_EQ(found, expected);
    }
  }
}

TEST(SimplexArrangement, CornersTieWhereTheyLieAndNothingIsAbove)
{
  Dice dice(6);
  for (int trial = 0; trial < 500; ++trial)
  {
    const auto values = randomValues(dice, 3 + trial % 5, trial % 2 == 0);
    const SimplexArrangement arrangement = arrange(values);
    for (const RegionCorner& corner : arrangement.corners())
    {
      const auto lambda = arrangement.coordinates(corner);
      EXPECT_NEAR(lambda[0] + lambda[1] + lambda[2] + lambda[3], 1.0, 1e-14);
      const auto valueOf = [&](const double* run) {
        double sum = 0.0;
        for (int n = 0; n < 4; ++n)
        {
          EXPECT_GE(lambda[n], 0.0);
          EXPECT_TRUE(lambda[n] == 0.0 || (corner.nodes >> n & 1) != 0);
          sum += lambda[n] * run[n];
        }
        return sum;
      };
      double highest = -1e300;
      for (const auto& run : values)
      {
        highest = std::max(highest, valueOf(run.data()));
      }
      for (int m = 0; m < arrangement.numberOfMaterials(); ++m)
      {
        if ((corner.materials >> m & 1) != 0)
        {
          EXPECT_NEAR(valueOf(arrangement.values(m)), highest, 1e-9);
        }
      }
    }
  }
}

/// Area of a polygon of points in space.
Vec3 areaVector(const std::vector<Vec3>& polygon)
{
  Vec3 sum;
  for (std::size_t i = 1; i + 1 < polygon.size(); ++i)
  {
    sum = sum + 0.5 * cross(polygon[i] - polygon[0], polygon[i + 1] - polygon[0]);
  }
  return sum;
}

TEST(SimplexArrangement, OutlinesTakeEveryCornerOnceAndCloseRegions)
{
  Dice dice(7);
  for (int trial = 0; trial < 600; ++trial)
  {
    const bool ties = trial % 2 == 0;
    const auto values = randomValues(dice, 2 + trial % 6, ties);
    const SimplexArrangement arrangement = arrange(values);
    Vec3 x[4];
    do
    {
      for (Vec3& point : x)
      {
        point = dice.point3(1.0);
      }
    } while (dot(cross(x[1] - x[0], x[2] - x[0]), x[3] - x[0]) < 0.1);
    const auto position = [&](int corner) {
      const auto lambda = arrangement.coordinates(arrangement.corners()[corner]);
      return lambda[0] * x[0] + lambda[1] * x[1] + lambda[2] * x[2] + lambda[3] * x[3];
    };
    const auto polygon = [&](unsigned nodes, std::uint64_t materials) {
      std::vector<int> outline;
      std::size_t members = 0;
      for (const RegionCorner& corner : arrangement.corners())
      {
        members += (corner.nodes & ~nodes) == 0 && (materials & ~corner.materials) == 0 ? 1 : 0;
      }
      std::vector<Vec3> result;
      if (arrangement.outline(nodes, materials, 1, outline))
      {
        for (const int corner : outline)
        {
          result.push_back(position(corner));
        }
      }
      EXPECT_EQ(result.size(), members);
      return result;
    };
    const int count = arrangement.numberOfMaterials();
    std::vector<Vec3> closed(count);
    for (int j = 0; j < count; ++j)
    {
      for (int k = j + 1; k < count; ++k)
      {
        const auto facet = polygon(15, std::uint64_t{ 1 } << j | std::uint64_t{ 1 } << k);
        if (facet.empty())
        {
          continue;
        }
        const Vec3 area = areaVector(facet);
        closed[j] = closed[j] + area;
        closed[k] = closed[k] - area;
        // From the first material to the second the difference of the values falls.
        for (int n = 0; n < 4; ++n)
        {
          const double difference = arrangement.values(j)[n] - arrangement.values(k)[n];
          EXPECT_LE(dot(area, x[n] - facet[0]) * difference, 1e-9);
        }
      }
      for (int n = 0; n < 4; ++n)
      {
        const auto face = polygon(15 & ~(1u << n), std::uint64_t{ 1 } << j);
        if (!face.empty())
        {
          const Vec3 area = areaVector(face);
          // Outwards: faces opposite to 0 and 2 turn that way in the order of their nodes.
          closed[j] = n % 2 == 0 ? closed[j] + area : closed[j] - area;
          EXPECT_LE(dot(n % 2 == 0 ? area : -area, x[n] - face[0]), 1e-12);
        }
      }
    }
    for (const Vec3& sum : closed)
    {
      EXPECT_NEAR(length(sum), 0.0, ties ? 1e-9 : 1e-11);
    }
  }
}

} // namespace
