// Laws of the error measures in space: zero for the truth itself, formulas for known errors,
// invariance.
#include "MeasureLaws.h"

#include "data/Solid.h"
#include "data/SolidMeasures.h"
#include "plic/PlaneConstant.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

using namespace mir;
using namespace mir::testing;

namespace {

/// The unit cube in n^3 hexahedra, inner points moved by up to `shake` cells so that faces warp;
/// the image under x -> scale x + shift.
struct Bricks
{
  int n;
  std::vector<Vec3> points;
  std::vector<double> fractions;
  /// Facets of each cell.
  std::vector<std::vector<std::vector<Vec3>>> facets;

  Bricks(int count, double shake, double scale = 1.0, Vec3 shift = {})
    : n(count)
  {
    Random random(31);
    auto inner = [this](int i) { return i > 0 && i < this->n; };
    for (int k = 0; k <= n; ++k)
    {
      for (int j = 0; j <= n; ++j)
      {
        for (int i = 0; i <= n; ++i)
        {
          Vec3 p{ 1.0 * i, 1.0 * j, 1.0 * k };
          const Vec3 move{ random(-shake, shake), random(-shake, shake), random(-shake, shake) };
          p = inner(i) && inner(j) && inner(k) ? p + move : p;
          this->points.push_back(scale / n * p + shift);
        }
      }
    }
    this->facets.resize(this->size());
  }
  std::int64_t size() const { return static_cast<std::int64_t>(this->n) * this->n * this->n; }
  std::vector<int> corners(std::int64_t cell) const
  {
    const int i = static_cast<int>(cell % n);
    const int j = static_cast<int>(cell / n % n);
    const int k = static_cast<int>(cell / n / n);
    const int row = n + 1;
    const int a = (k * row + j) * row + i;
    const int up = row * row;
    return { a, a + 1, a + row + 1, a + row, a + up, a + up + 1, a + up + row + 1, a + up + row };
  }
  Polyhedron cell(std::int64_t id) const
  {
    Polyhedron p;
    for (int corner : this->corners(id))
    {
      p.points.push_back(this->points[corner]);
    }
    for (const auto& face : Faces)
    {
      addFace(p, face, 4);
    }
    return p;
  }
  SolidMeshView view() const
  {
    SolidMeshView mesh;
    mesh.cells = this->size();
    mesh.cell = [this](std::int64_t id, Polyhedron& p) { p = this->cell(id); };
    const std::int64_t steps[3] = { 1, n, static_cast<std::int64_t>(n) * n };
    for (std::int64_t id = 0; id < this->size(); ++id)
    {
      const std::vector<int> ids = this->corners(id);
      for (int side = 0; side < 6; ++side)
      {
        const std::int64_t step = steps[side % 3];
        const std::int64_t last = side < 3 ? n - 1 : 0;
        const bool boundary = id / step % n == last;
        if (side >= 3 && !boundary)
        {
          continue;
        }
        MeshFace face{ id, boundary ? -1 : id + step, {} };
        for (int corner : Faces[side])
        {
          face.polygon.push_back(this->points[ids[corner]]);
        }
        mesh.faces.push_back(std::move(face));
      }
    }
    return mesh;
  }
  void takeFractions(const Solid& truth)
  {
    this->fractions.clear();
    for (std::int64_t id = 0; id < this->size(); ++id)
    {
      this->fractions.push_back(truth.fraction(this->cell(id)));
    }
  }
  bool mixed(std::int64_t id) const
  {
    return this->fractions[id] > Tolerance && this->fractions[id] < 1.0 - Tolerance;
  }
  /// The facets of the plane normal . (x - point) <= 0, cut by the cell.
  void setFacet(std::int64_t id, Vec3 normal, Vec3 point)
  {
    Polyhedron local = this->cell(id);
    const Vec3 origin = local.points[0];
    for (Vec3& p : local.points)
    {
      p = p - origin;
    }
    normal = 1.0 / length(normal) * normal;
    this->facets[id] = cut(local, normal, dot(normal, point - origin));
    for (std::vector<Vec3>& loop : this->facets[id])
    {
      for (Vec3& p : loop)
      {
        p = origin + p;
      }
    }
  }
  /// Planes of given normals, placed by the fractions.
  void addPlanes(const std::function<Vec3(Vec3)>& normalAt)
  {
    for (std::int64_t id = 0; id < this->size(); ++id)
    {
      if (!this->mixed(id))
      {
        continue;
      }
      Polyhedron local = this->cell(id);
      const Vec3 origin = local.points[0];
      for (Vec3& p : local.points)
      {
        p = p - origin;
      }
      Vec3 normal = normalAt(origin + centroid(local));
      normal = 1.0 / length(normal) * normal;
      const double d = planeConstant(local, normal, this->fractions[id]);
      this->setFacet(id, normal, origin + d * normal);
    }
  }
  SolidFacets allFacets() const
  {
    SolidFacets all;
    for (std::int64_t id = 0; id < this->size(); ++id)
    {
      for (const std::vector<Vec3>& loop : this->facets[id])
      {
        for (const Vec3& x : loop)
        {
          all.connectivity.push_back(static_cast<std::int64_t>(all.points.size()));
          all.points.push_back(x);
        }
        all.offsets.push_back(static_cast<std::int64_t>(all.connectivity.size()));
        all.materials.push_back({ 0, 1 });
        all.cells.push_back(id);
      }
    }
    return all;
  }
  InterfaceErrors measure(const Solid* truth) const
  {
    return mir::measure(
      this->view(), CellMaterials({ this->fractions }, Tolerance), this->allFacets(), truth);
  }

  /// The faces towards larger x, y and z first, counter-clockwise from outside.
  static constexpr int Faces[6][4] = { { 1, 2, 6, 5 }, { 2, 3, 7, 6 }, { 4, 5, 6, 7 },
    { 0, 4, 7, 3 }, { 0, 1, 5, 4 }, { 0, 3, 2, 1 } };
};

constexpr int Bricks::Faces[6][4];

} // namespace

TEST(SolidMeasures, VanishForTheTruthItself)
{
  Random random(41);
  int tried = 0;
  while (tried < 12)
  {
    const Vec3 normal{ random(-1.0, 1.0), random(-1.0, 1.0), random(-1.0, 1.0) };
    const HalfSpace truth({ random(0.3, 0.7), random(0.3, 0.7), random(0.3, 0.7) }, normal);
    Bricks bricks(4, 0.2);
    bricks.takeFractions(truth);
    // Volumes are cubic near a corner: the cut of a fraction of 1e-5 is some 1e-3 of a face.
    if (std::any_of(bricks.fractions.begin(), bricks.fractions.end(),
          [](double f) { return (f > 0.0 && f < 1e-5) || (f > 1.0 - 1e-5 && f < 1.0); }))
    {
      continue;
    }
    ++tried;
    bricks.addPlanes([normal](Vec3) { return normal; });
    const InterfaceErrors errors = bricks.measure(&truth);
    expectZero(errors.summary, FromFractions);
    EXPECT_GT(errors.summary.mixed, 5);
  }
}

TEST(SolidMeasures, OfAPlaneShiftedInEveryCellFollowFromTheShifts)
{
  // Truth x = 0.5 in the middle of three columns; cell (1, j, k) shifted by shift(j, k) cells.
  const int n = 3;
  const HalfSpace truth({ 0.5, 0.0, 0.0 }, { 1.0, 0.0, 0.0 });
  auto shift = [](int j, int k) { return 0.1 * j - 0.15 * k + 0.05; };
  Bricks bricks(n, 0.0);
  bricks.takeFractions(truth);
  for (int k = 0; k < n; ++k)
  {
    for (int j = 0; j < n; ++j)
    {
      bricks.setFacet((k * n + j) * n + 1, { 1.0, 0.0, 0.0 }, { 0.5 + shift(j, k) / n, 0.0, 0.0 });
    }
  }
  const InterfaceErrors errors = bricks.measure(&truth);
  double sum = 0.0;
  double largest = 0.0;
  for (int k = 0; k < n; ++k)
  {
    for (int j = 0; j < n; ++j)
    {
      const std::int64_t id = (k * n + j) * n + 1;
      const double off = std::abs(shift(j, k));
      EXPECT_NEAR(errors.conservation[id], off, Rounding);
      EXPECT_NEAR(errors.shape[id], off, Rounding);
      EXPECT_NEAR(errors.distance[k * n + j], shift(j, k), Rounding);
      sum += off;
      largest = std::max(largest, off);
    }
  }
  EXPECT_NEAR(errors.summary.conservationMean, sum / (n * n), Rounding);
  EXPECT_NEAR(errors.summary.continuityMax, 0.15, Rounding);
  EXPECT_NEAR(errors.summary.continuityMean, 0.125, Rounding); // as many jumps of 0.1 as of 0.15
  EXPECT_NEAR(errors.summary.shape, sum / (n * n * n) / 0.5, Rounding);
  EXPECT_NEAR(errors.summary.hausdorff, largest, Rounding);
  EXPECT_NEAR(errors.summary.normal, 0.0, Rounding);
}

TEST(SolidMeasures, SeeMissingAndReversedFacets)
{
  const int n = 3;
  const std::int64_t cell = (1 * n + 1) * n + 1;
  const HalfSpace truth({ 1.3 / n, 0.0, 0.0 }, { 1.0, 0.0, 0.0 });
  Bricks bricks(n, 0.0);
  bricks.takeFractions(truth);
  bricks.addPlanes([](Vec3) { return Vec3{ 1.0, 0.0, 0.0 }; });
  expectZero(bricks.measure(&truth).summary, Rounding);

  Bricks missing = bricks;
  missing.facets[cell].clear();
  InterfaceErrors errors = missing.measure(&truth);
  EXPECT_EQ(errors.summary.missing, 1);
  EXPECT_NEAR(errors.conservation[cell], 0.7, Rounding);
  EXPECT_NEAR(errors.shape[cell], 0.7, Rounding);
  EXPECT_NEAR(errors.continuity[cell], 1.0, Rounding); // full, against the empty cell beside it
  EXPECT_EQ(errors.normal[cell], 2.0);

  Bricks turned = bricks;
  for (std::vector<Vec3>& loop : turned.facets[cell])
  {
    std::reverse(loop.begin(), loop.end());
  }
  errors = turned.measure(&truth);
  EXPECT_NEAR(errors.conservation[cell], 0.4, Rounding);
  EXPECT_NEAR(errors.shape[cell], 1.0, Rounding);
  EXPECT_NEAR(errors.continuity[cell], 1.0, Rounding);
  EXPECT_NEAR(errors.normal[cell], 2.0, Rounding);

  Bricks wrong = bricks;
  wrong.setFacet(cell + 1, { 0.0, 1.0, 0.0 }, { 0.0, 1.25 / n, 0.0 });
  errors = wrong.measure(&truth);
  EXPECT_NEAR(errors.conservation[cell + 1], 0.25, Rounding);
  EXPECT_NEAR(errors.shape[cell + 1], 0.25, Rounding);

  missing.facets.assign(missing.facets.size(), {});
  EXPECT_TRUE(std::isinf(missing.measure(&truth).summary.hausdorff));
}

TEST(SolidMeasures, AFacetOnTheFaceOfAFullCellEnclosesNothing)
{
  const int n = 2;
  const HalfSpace truth({ 0.5, 0.0, 0.0 }, { 1.0, 0.0, 0.0 });
  Bricks bricks(n, 0.0);
  bricks.takeFractions(truth);
  for (std::int64_t id = 0; id < bricks.size(); id += n)
  {
    std::vector<Vec3> side;
    for (int corner : Bricks::Faces[0])
    {
      side.push_back(bricks.points[bricks.corners(id)[corner]]);
    }
    bricks.facets[id] = { side };
  }
  const InterfaceErrors errors = bricks.measure(&truth);
  EXPECT_EQ(errors.summary.mixed, 0);
  EXPECT_EQ(errors.distance.size(), 4u);
  expectZero(errors.summary, Rounding);
}

TEST(SolidMeasures, PlanesPlacedByTheFractionsOfABallHoldItsVolume)
{
  const Vec3 centre{ 0.48, 0.51, 0.5 };
  const double radius = 0.35;
  const Ball truth(centre, radius);
  Bricks bricks(8, 0.2);
  bricks.takeFractions(truth);
  bricks.addPlanes([centre](Vec3 p) { return p - centre; });
  const InterfaceErrors errors = bricks.measure(&truth);
  EXPECT_EQ(errors.summary.missing, 0);
  EXPECT_LE(errors.summary.conservationMax, Tolerance); // what pure cells lack
  double sum = 0.0;
  for (std::int64_t id = 0; id < bricks.size(); ++id)
  {
    if (bricks.mixed(id))
    {
      EXPECT_LE(errors.conservation[id], 1e-12);
    }
    sum += bricks.fractions[id] * volume(bricks.cell(id));
  }
  EXPECT_NEAR(sum, 4.0 / 3.0 * Pi * radius * radius * radius, 1e-11);
  // A plane through a ball of radius R misses it by about h^2 / 8R and cuts its faces as badly.
  const double h = 1.0 / 8.0;
  EXPECT_LE(errors.summary.hausdorff, h / radius);
  EXPECT_LE(errors.summary.shape, h * h / (radius * radius));
  EXPECT_GT(errors.summary.shape, 0.0);
  EXPECT_LE(errors.summary.normal, 0.01);
}

TEST(SolidMeasures, DoNotDependOnUnitsAndPlace)
{
  auto errorsOf = [](double scale, Vec3 shift) {
    const Vec3 centre{ 0.48, 0.51, 0.5 };
    const Ball truth(scale * centre + shift, 0.35 * scale);
    Bricks reference(5, 0.2);
    reference.takeFractions(Ball(centre, 0.35));
    Bricks bricks(5, 0.2, scale, shift);
    bricks.fractions = reference.fractions;
    bricks.addPlanes([&](Vec3 p) { return p - (scale * Vec3{ 0.45, 0.5, 0.55 } + shift); });
    return bricks.measure(&truth);
  };
  const InterfaceErrors errors = errorsOf(1.0, {});
  EXPECT_GT(errors.summary.continuityMax, 1e-3);
  // Volumes of the ball are exact to 1e-12 of a cell; so is what the planes make of the fractions.
  expectSame(errors, errorsOf(1e-9, {}), FromFractions);
  expectSame(errors, errorsOf(1e9, {}), FromFractions);
  // Coordinates of 1e6 have errors of 1e-10: some 1e-9 of a cell, ten times that where planes and
  // faces meet at small angles.
  expectSame(errors, errorsOf(1.0, { 1e6, -1e6, 1e6 }), 1e-7);
}

TEST(SolidMeasures, RejectBadInput)
{
  Bricks good(2, 0.0);
  good.takeFractions(HalfSpace({ 0.3, 0.0, 0.0 }, { 1.0, 0.0, 0.0 }));
  good.addPlanes([](Vec3) { return Vec3{ 1.0, 0.0, 0.0 }; });
  Bricks bad = good;
  bad.fractions.pop_back();
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good;
  bad.fractions[1] = std::nan("");
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good;
  bad.facets[0][0][1].y = std::nan("");
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  bad = good;
  for (Vec3& point : bad.points)
  {
    point.x = -point.x; // faces turned inwards
  }
  EXPECT_THROW(bad.measure(nullptr), std::invalid_argument);
  const CellMaterials materials({ good.fractions }, Tolerance);
  SolidMeshView mesh = good.view();
  mesh.faces[0].b = 99;
  EXPECT_THROW(measure(mesh, materials, good.allFacets(), nullptr), std::invalid_argument);
  SolidFacets facets = good.allFacets();
  facets.materials[0] = { 0, 2 };
  EXPECT_THROW(measure(good.view(), materials, facets, nullptr), std::invalid_argument);
  facets = good.allFacets();
  facets.cells[0] = 8;
  EXPECT_THROW(measure(good.view(), materials, facets, nullptr), std::invalid_argument);
}
