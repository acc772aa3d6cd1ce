// Laws of surfaces through facets: what bends evenly comes back, from facets on one side too.
#include "plic/ParaboloidFit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

using namespace mir;

namespace {

constexpr double radius = 2.5;

/// A facet without extent that touches a surface.
Facet touching(Vec3 point, Vec3 normal)
{
  Facet facet;
  facet.centroid = point;
  facet.normal = normal;
  facet.area = 1.0;
  return facet;
}

/// The surface through the first of some facets, whose neighbours are the others.
Paraboloid through(int dimension, const std::vector<Facet>& facets)
{
  std::vector<int> others(facets.size() - 1);
  std::iota(others.begin(), others.end(), 1);
  return paraboloidThrough(dimension, facets[0], facets.data(), others.data(),
    static_cast<int>(others.size()), 1.0, 1e-12);
}

/// Facets on a ball, or with `turning` 0 on a cylinder along y: the first on top, the others to one
/// side of it.
std::vector<Facet> oneSideOfABall(double turning)
{
  std::vector<Facet> facets;
  for (const double a : { 0.0, 0.3, 0.6, 0.9 })
  {
    for (const double b : { 0.0, -0.5, -0.25, 0.25, 0.5 })
    {
      const Vec3 normal{ std::sin(a), std::cos(a) * std::sin(turning * b),
        std::cos(a) * std::cos(turning * b) };
      facets.push_back(
        touching(radius * normal + (1.0 - turning) * b * Vec3{ 0.0, 1.0, 0.0 }, normal));
    }
  }
  return facets;
}

} // namespace

TEST(ParaboloidFit, CirclesHaveTheirCurvatureFromOneSide)
{
  std::vector<Facet> facets;
  for (double a : { 0.4, 0.65, 1.1, 1.3 })
  {
    const Vec3 normal{ std::cos(a), std::sin(a), 0.0 };
    facets.push_back(touching(radius * normal, normal));
  }
  const Paraboloid surface = through(2, facets);
  EXPECT_NEAR(surface.curvatures[0], -1.0 / radius, 1e-8);
  EXPECT_NEAR(surface.slopes[0], 0.0, 1e-8);
  EXPECT_NEAR(surface.value, 0.0, 1e-8);
  EXPECT_LT(surface.fit.misfit, 1e-7); // the root of what rounding leaves of a sum of squares
}

TEST(ParaboloidFit, BallsAndCylindersHaveTheirCurvaturesFromOneSide)
{
  for (const double turning : { 1.0, 0.0 })
  {
    SCOPED_TRACE(turning);
    const std::vector<Facet> facets = oneSideOfABall(turning);
    ASSERT_EQ(facets[0].normal.z, 1.0);
    const Paraboloid surface = through(3, facets);
    const auto bend = [&surface](Vec3 along) {
      const double x = dot(surface.x, along);
      const double y = dot(surface.y, along);
      return surface.curvatures[0] * x * x + 2.0 * surface.curvatures[1] * x * y +
        surface.curvatures[2] * y * y;
    };
    EXPECT_NEAR(bend({ 1.0, 0.0, 0.0 }), -1.0 / radius, 1e-8);
    EXPECT_NEAR(bend({ 0.0, 1.0, 0.0 }), -turning / radius, 1e-8);
    EXPECT_NEAR(bend({ 0.6, 0.8, 0.0 }), -(0.36 + 0.64 * turning) / radius, 1e-8);
    EXPECT_LT(length(surface.fit.normal - facets[0].normal), 1e-8);
    EXPECT_LT(surface.fit.misfit, 1e-7);
  }
}
