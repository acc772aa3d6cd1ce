// What the laws of the error measures have in common in the plane and in space.
#ifndef mir_testing_unit_MeasureLaws_h
#define mir_testing_unit_MeasureLaws_h

#include "data/Measures.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace mir::testing {

constexpr double Pi = 3.14159265358979323846;
constexpr double Tolerance = 1e-8;
/// Areas, lengths and distances of cells of size 1 are exact to some hundred roundings.
constexpr double Rounding = 1e-13;
/// Interfaces placed by fractions: an error of one rounding in a fraction down to 1e-4 moves a line
/// by it over the length of the cut, some 1e-2 of the cell.
constexpr double FromFractions = 1e-11;

class Random
{
public:
  explicit Random(unsigned seed)
    : Engine(seed)
  {}
  double operator()(double low, double high)
  {
    return std::uniform_real_distribution<double>(low, high)(this->Engine);
  }

private:
  std::mt19937 Engine;
};

inline void expectZero(const ErrorSummary& s, double tolerance)
{
  EXPECT_EQ(s.missing, 0);
  EXPECT_LE(s.conservationMax, tolerance);
  EXPECT_LE(s.conservationMean, tolerance);
  EXPECT_LE(s.continuityMax, tolerance);
  EXPECT_LE(s.continuityMean, tolerance);
  EXPECT_LE(s.shape, tolerance);
  EXPECT_LE(s.hausdorff, tolerance);
  EXPECT_LE(s.normal, tolerance);
}

inline void expectNear(const std::vector<double>& a, const std::vector<double>& b, double tolerance)
{
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    EXPECT_NEAR(a[i], b[i], tolerance) << i;
  }
}

inline void expectSame(const ErrorSummary& a, const ErrorSummary& b, double tolerance)
{
  EXPECT_EQ(a.cells, b.cells);
  EXPECT_EQ(a.mixed, b.mixed);
  EXPECT_EQ(a.missing, b.missing);
  EXPECT_NEAR(a.conservationMax, b.conservationMax, tolerance);
  EXPECT_NEAR(a.conservationMean, b.conservationMean, tolerance);
  EXPECT_NEAR(a.continuityMax, b.continuityMax, tolerance);
  EXPECT_NEAR(a.continuityMean, b.continuityMean, tolerance);
  EXPECT_NEAR(a.shape, b.shape, tolerance);
  EXPECT_NEAR(a.hausdorff, b.hausdorff, tolerance);
  EXPECT_NEAR(a.normal, b.normal, tolerance);
}

inline void expectSame(const InterfaceErrors& a, const InterfaceErrors& b, double tolerance)
{
  expectSame(a.summary, b.summary, tolerance);
  expectNear(a.conservation, b.conservation, tolerance);
  expectNear(a.continuity, b.continuity, tolerance);
  expectNear(a.shape, b.shape, tolerance);
  expectNear(a.normal, b.normal, tolerance);
}

} // namespace mir::testing

#endif
