// Laws of the volumes of piecewise linear regions in a cell.
#include "RandomCells.h"

#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "reconstruct/continuous/volumes/CellVolumes.h"
#include "reconstruct/continuous/volumes/SimplexRegions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace mir::testing {
namespace {

/// The positive part by divided differences of x^n, in extended precision.
template <int N>
long double positivePartByDifferences(const double* values)
{
  long double sum = 0.0L;
  for (int i = 0; i < N; ++i)
  {
    if (values[i] > 0.0)
    {
      long double term = 1.0L;
      for (int j = 0; j < N; ++j)
      {
        if (j != i)
        {
          term *= static_cast<long double>(values[i]) /
            (static_cast<long double>(values[i]) - static_cast<long double>(values[j]));
        }
      }
      sum += term;
    }
  }
  return sum;
}

template <int N>
unsigned int positiveSet(const double* values)
{
  unsigned int set = 0;
  for (int i = 0; i < N; ++i)
  {
    set |= (values[i] > 0.0 ? 1u : 0u) << i;
  }
  return set;
}

TEST(SimplexVolume, EqualsDividedDifferences)
{
  Dice dice(3);
  for (int round = 0; round < 20000; ++round)
  {
    double values[4];
    for (double& value : values)
    {
      value = dice.uniform(-1.0, 1.0) * (dice.below(4) == 0 ? 1e-3 : 1.0);
    }
    const unsigned int set = positiveSet<4>(values);
    if (set == 0 || set == 15)
    {
      continue;
    }
    double closest = 1.0;
    for (int i = 0; i < 4; ++i)
    {
      for (int j = 0; j < i; ++j)
      {
        closest = std::min(closest, std::fabs(values[i] - values[j]));
      }
    }
    // Where values nearly agree the differences lose digits of extended precision.
    const double expected = static_cast<double>(positivePartByDifferences<4>(values));
    EXPECT_NEAR(
      tetrahedronVolume(values, set, nullptr), expected, 1e-15 + 1e-18 / (closest * closest));
  }
}

TEST(SimplexVolume, IsExactRelativeToTinyFractions)
{
  Dice dice(4);
  for (int round = 0; round < 2000; ++round)
  {
    const double p = dice.logUniform(1e-40, 1e-3);
    std::array<double, 4> values{ p, -dice.uniform(0.1, 1.0), -dice.uniform(0.1, 1.0),
      -dice.uniform(0.1, 1.0) };
    long double expected = 1.0L;
    for (int i = 1; i < 4; ++i)
    {
      expected *= static_cast<long double>(p) / (static_cast<long double>(p) - values[i]);
    }
    std::rotate(values.begin(), values.begin() + round % 4, values.end());
    const double volume = tetrahedronVolume(values.data(), positiveSet<4>(values.data()), nullptr);
    EXPECT_NEAR(volume / static_cast<double>(expected), 1.0, 1e-14);
    // An edge alone: two positive vertices.
    double edge[4] = { p, dice.uniform(0.5, 2.0) * p, -1.0, -dice.uniform(0.5, 1.0) };
    long double wedge = 0.0L;
    {
      const long double a = edge[0];
      const long double b = edge[1];
      const long double c = edge[2];
      const long double d = edge[3];
      // Integral over the edge's cross-sections, expanded: (a^3 term - b^3 term) / (a - b).
      const long double ac = a / (a - c);
      const long double ad = a / (a - d);
      const long double bc = b / (b - c);
      const long double bd = b / (b - d);
      wedge = ac * ad + bd * (ac * (1.0L - ad) + (1.0L - ac) * bc);
    }
    EXPECT_NEAR(tetrahedronVolume(edge, positiveSet<4>(edge), nullptr) / static_cast<double>(wedge),
      1.0, 1e-14);
  }
}

TEST(SimplexVolume, SlopesAreDerivatives)
{
  Dice dice(5);
  for (int round = 0; round < 5000; ++round)
  {
    double values[4];
    for (double& value : values)
    {
      value = dice.uniform(-1.0, 1.0);
    }
    const unsigned int set = positiveSet<4>(values);
    double nearest = 1.0;
    for (const double value : values)
    {
      nearest = std::min(nearest, std::fabs(value));
    }
    if (set == 0 || set == 15 || nearest < 0.01)
    {
      continue;
    }
    std::array<double, 4> slopes;
    tetrahedronVolume(values, set, &slopes);
    for (int i = 0; i < 4; ++i)
    {
      const double h = 1e-5;
      const double value = values[i];
      values[i] = value + h;
      const double above = tetrahedronVolume(values, set, nullptr);
      values[i] = value - h;
      const double below = tetrahedronVolume(values, set, nullptr);
      values[i] = value;
      const double step = 0.01;
      EXPECT_NEAR(slopes[i], (above - below) / (2.0 * h), 1e-8 / (step * nearest));
      EXPECT_GE(slopes[i], 0.0);
    }
  }
}

struct Sums
{
  static constexpr bool facets = true;
  std::vector<double> volumes;
  /// d volume[j] / d value of k at vertex i: [(j count + k) N + i].
  std::vector<double> slopes;
  int count = 0;

  explicit Sums(int number)
    : volumes(number)
    , slopes(number * number * 4)
    , count(number)
  {}
  void volume(int k, double part) { this->volumes[k] += part; }
  template <std::size_t N>
  void facet(int j, int k, const std::array<double, N>& integral)
  {
    for (std::size_t i = 0; i < N; ++i)
    {
      this->slope(j, j, i) += integral[i];
      this->slope(j, k, i) -= integral[i];
      this->slope(k, k, i) += integral[i];
      this->slope(k, j, i) -= integral[i];
    }
  }
  double& slope(int j, int k, std::size_t i)
  {
    return this->slopes[(j * this->count + k) * 4 + static_cast<int>(i)];
  }
};

template <int N>
Sums regionsOf(const std::vector<std::array<double, N>>& fields)
{
  SimplexPart<N> part;
  part.measure = 1.0;
  part.count = static_cast<int>(fields.size());
  for (int v = 0; v < N; ++v)
  {
    for (int i = 0; i < N; ++i)
    {
      part.lambda[v][i] = i == v ? 1.0 : 0.0;
    }
  }
  for (int k = 0; k < part.count; ++k)
  {
    part.fields[k] = static_cast<unsigned char>(k);
    std::copy(fields[k].begin(), fields[k].end(), part.values[k]);
  }
  Sums sums(part.count);
  simplexRegions<N>(part, sums);
  return sums;
}

/// The region of material k in the reference simplex by cutting it with plic's kernel.
double clippedRegion(const std::vector<std::array<double, 3>>& fields, int k)
{
  Polygon polygon{ { 0.0, 0.0 }, { 1.0, 0.0 }, { 0.0, 1.0 } };
  Polygon result;
  for (int j = 0; j < static_cast<int>(fields.size()); ++j)
  {
    if (j != k)
    {
      const double d = fields[j][0] - fields[k][0];
      const Vec2 normal{ fields[j][1] - fields[k][1] - d, fields[j][2] - fields[k][2] - d };
      clip(polygon, normal, -d, result);
      polygon.swap(result);
    }
  }
  return polygon.size() < 3 ? 0.0 : 2.0 * area(polygon);
}

double clippedRegion(const std::vector<std::array<double, 4>>& fields, int k)
{
  Polyhedron solid;
  solid.points = { { 0, 0, 0 }, { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
  for (const std::array<int, 3>& face :
    { std::array<int, 3>{ 0, 2, 1 }, { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 } })
  {
    addFace(solid, face.data(), 3);
  }
  Polyhedron result;
  for (int j = 0; j < static_cast<int>(fields.size()); ++j)
  {
    if (j != k)
    {
      const double d = fields[j][0] - fields[k][0];
      const Vec3 normal{ fields[j][1] - fields[k][1] - d, fields[j][2] - fields[k][2] - d,
        fields[j][3] - fields[k][3] - d };
      clip(solid, normal, -d, result);
      std::swap(solid, result);
    }
  }
  return 6.0 * volume(solid);
}

template <int N>
std::vector<std::array<double, N>> randomFields(Dice& dice, int count)
{
  std::vector<std::array<double, N>> fields(count);
  for (auto& field : fields)
  {
    for (double& value : field)
    {
      value = dice.uniform(-1.0, 1.0);
    }
  }
  return fields;
}

template <int N>
void compareWithClipping(unsigned int seed)
{
  Dice dice(seed);
  for (int round = 0; round < 1000; ++round)
  {
    const int count = 2 + dice.below(7);
    const auto fields = randomFields<N>(dice, count);
    const Sums sums = regionsOf<N>(fields);
    EXPECT_NEAR(std::accumulate(sums.volumes.begin(), sums.volumes.end(), 0.0), 1.0, 2e-15);
    for (int k = 0; k < count; ++k)
    {
      EXPECT_NEAR(sums.volumes[k], clippedRegion(fields, k), 1e-13) << count << " fields";
    }
  }
}

TEST(SimplexRegions, EqualClippedTriangles)
{
  compareWithClipping<3>(6);
}

TEST(SimplexRegions, EqualClippedTetrahedra)
{
  compareWithClipping<4>(7);
}

template <int N>
void compareSlopes(unsigned int seed)
{
  Dice dice(seed);
  for (int round = 0; round < 300; ++round)
  {
    const int count = 2 + dice.below(5);
    auto fields = randomFields<N>(dice, count);
    Sums sums = regionsOf<N>(fields);
    for (int k = 0; k < count; ++k)
    {
      for (int i = 0; i < N; ++i)
      {
        const double h = 1e-6;
        const double value = fields[k][i];
        fields[k][i] = value + h;
        const Sums above = regionsOf<N>(fields);
        fields[k][i] = value - h;
        const Sums below = regionsOf<N>(fields);
        fields[k][i] = value;
        for (int j = 0; j < count; ++j)
        {
          // The second derivatives are bounded but where the fields' gradients nearly agree.
          const double difference = (above.volumes[j] - below.volumes[j]) / (2.0 * h);
          EXPECT_NEAR(sums.slope(j, k, i), difference, 2e-5 * (1.0 + std::fabs(difference)));
        }
      }
    }
  }
}

TEST(SimplexRegions, SlopesAreDerivativesOnTriangles)
{
  compareSlopes<3>(8);
}

TEST(SimplexRegions, SlopesAreDerivativesOnTetrahedra)
{
  compareSlopes<4>(9);
}

template <int N>
void permute(unsigned int seed)
{
  Dice dice(seed);
  for (int round = 0; round < 500; ++round)
  {
    const int count = 3 + dice.below(5);
    const auto fields = randomFields<N>(dice, count);
    const Sums sums = regionsOf<N>(fields);
    std::vector<int> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::rotate(order.begin(), order.begin() + 1 + dice.below(count - 1), order.end());
    std::array<int, N> corners;
    std::iota(corners.begin(), corners.end(), 0);
    std::swap(corners[0], corners[1 + dice.below(N - 1)]);
    auto permuted = fields;
    for (int k = 0; k < count; ++k)
    {
      for (int i = 0; i < N; ++i)
      {
        permuted[k][i] = fields[order[k]][corners[i]];
      }
    }
    Sums other = regionsOf<N>(permuted);
    Sums same = sums;
    for (int k = 0; k < count; ++k)
    {
      EXPECT_NEAR(other.volumes[k], sums.volumes[order[k]], 1e-14);
      for (int i = 0; i < N; ++i)
      {
        EXPECT_NEAR(other.slope(0, k, i), same.slope(order[0], order[k], corners[i]), 1e-11);
      }
    }
  }
}

TEST(SimplexRegions, DoNotDependOnTheOrderOfFieldsAndVertices)
{
  permute<3>(10);
  permute<4>(11);
}

TEST(SimplexRegions, TiesBelongToTheLowerField)
{
  const std::array<double, 4> plane{ 0.3, -0.2, 0.5, 0.1 };
  const std::array<double, 4> low{ -1.0, -1.0, -1.0, -1.0 };
  const Sums sums = regionsOf<4>({ low, plane, plane, plane, low });
  EXPECT_EQ(sums.volumes, (std::vector<double>{ 0.0, 1.0, 0.0, 0.0, 0.0 }));
  for (const double slope : sums.slopes)
  {
    EXPECT_EQ(slope, 0.0);
  }
  // Equal on a part of the simplex's border alone.
  const Sums touching = regionsOf<4>({ { 0, 0, 0, 0 }, { 0, 0, 0, -1 }, { 0, -1, 0, -1 } });
  EXPECT_EQ(touching.volumes, (std::vector<double>{ 1.0, 0.0, 0.0 }));
}

TEST(SimplexRegions, HoldSixtyFourFields)
{
  Dice dice(12);
  for (int round = 0; round < 5; ++round)
  {
    const auto fields = randomFields<4>(dice, maximumFields);
    const Sums sums = regionsOf<4>(fields);
    for (int k = 0; k < maximumFields; ++k)
    {
      EXPECT_NEAR(sums.volumes[k], clippedRegion(fields, k), 1e-13);
    }
  }
}

} // namespace
} // namespace mir::testing
