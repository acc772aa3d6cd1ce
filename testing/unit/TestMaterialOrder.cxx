// The order of nested cuts and their normals follow from the neighbours.
#include "RandomCells.h"

#include "plic/LeastSquares.h"
#include "plic/MaterialField.h"
#include "plic/MaterialOrder.h"
#include "plic/NestedCuts.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

using namespace mir;
using namespace mir::testing;

namespace {

struct HalfSpace
{
  Vec3 normal;
  double constant = 0.0;
};

/// Sum of convex regions with signs; one without half-spaces is all of space.
struct TrueMaterial
{
  struct Term
  {
    double sign = 1.0;
    std::vector<HalfSpace> sides;
  };
  std::vector<Term> terms;
};

double volumeWithin(Polygon shape, Vec3 origin, const std::vector<HalfSpace>& sides)
{
  Polygon below;
  for (const HalfSpace& side : sides)
  {
    clip(shape, { side.normal.x, side.normal.y }, side.constant - dot(side.normal, origin), below);
    std::swap(shape, below);
  }
  return area(shape);
}

double volumeWithin(Polyhedron shape, Vec3 origin, const std::vector<HalfSpace>& sides)
{
  Polyhedron below;
  for (const HalfSpace& side : sides)
  {
    clip(shape, side.normal, side.constant - dot(side.normal, origin), below);
    std::swap(shape, below);
  }
  return volume(shape);
}

double volumeWithin(
  const MaterialPart& part, int dimension, Vec3 origin, const TrueMaterial& material)
{
  double sum = 0.0;
  for (const TrueMaterial::Term& term : material.terms)
  {
    sum += term.sign *
      (dimension == 2 ? volumeWithin(part.polygon, origin, term.sides)
                      : volumeWithin(part.polyhedron, origin, term.sides));
  }
  return sum;
}

/// n cells along every axis in [0, n]^dimension under a map, in 2D kept in the plane.
CellBand grid(int dimension, int n, const std::function<Vec3(Vec3)>& map)
{
  CellBand band;
  band.dimension = dimension;
  const int layers = dimension == 2 ? 1 : n;
  const int corners = dimension == 2 ? 1 : n + 1;
  for (int k = 0; k < corners; ++k)
  {
    for (int j = 0; j <= n; ++j)
    {
      for (int i = 0; i <= n; ++i)
      {
        band.points.push_back(map({ double(i), double(j), double(k) }));
      }
    }
  }
  const Polyhedron unit = box({ 0, 0, 0 }, { 1, 1, 1 });
  band.shapes = { { unit.faceOffsets, unit.faceVertices } };
  auto id = [n](int i, int j, int k) { return i + (n + 1) * (j + (n + 1) * k); };
  for (int k = 0; k < layers; ++k)
  {
    for (int j = 0; j < n; ++j)
    {
      for (int i = 0; i < n; ++i)
      {
        for (int up = 0; up < (dimension == 2 ? 1 : 2); ++up)
        {
          for (const int corner : { id(i, j, k + up), id(i + 1, j, k + up),
                 id(i + 1, j + 1, k + up), id(i, j + 1, k + up) })
          {
            band.cellPoints.push_back(corner);
          }
        }
        band.cellOffsets.push_back(static_cast<std::int64_t>(band.cellPoints.size()));
        band.kinds.push_back(CellKind::General);
        band.cellShapes.push_back(0);
      }
    }
  }
  allocateMeasures(band);
  measureBand(band, 0, band.numberOfCells());
  connectBand(band);
  return band;
}

MaterialPart wholeCell(const CellBand& band, int cell)
{
  MaterialPart part;
  if (band.dimension == 2)
  {
    band.polygon(cell, part.polygon);
  }
  else
  {
    band.polyhedron(cell, part.polyhedron);
  }
  return part;
}

/// Materials of a known partition in a band, estimated by least squares.
struct Case
{
  CellBand band;
  std::vector<TrueMaterial> truth;
  std::vector<MaterialField> fields;
  std::vector<NormalField> normals;

  Case(CellBand cells, std::vector<TrueMaterial> materials)
    : band(std::move(cells))
    , truth(std::move(materials))
  {
    for (const TrueMaterial& material : this->truth)
    {
      std::vector<double> fractions;
      for (int cell = 0; cell < this->band.numberOfCells(); ++cell)
      {
        const double inside = volumeWithin(wholeCell(this->band, cell), this->band.dimension,
                                this->band.origin(cell), material) /
          this->band.volumes[cell];
        fractions.push_back(inside < 1e-10 ? 0.0 : inside > 1.0 - 1e-10 ? 1.0 : inside);
      }
      this->fields.push_back(materialField(std::move(fractions), 1e-8));
      this->normals.push_back(leastSquares(this->band, this->fields.back()));
    }
  }

  MaterialOrder::Fractions fractions() const
  {
    return [this](int material, int cell) { return this->fields[material].fractions[cell]; };
  }

  /// The materials in a cell, in the order of their numbers.
  std::vector<MaterialEstimate> estimates(int cell) const
  {
    std::vector<MaterialEstimate> result;
    for (std::size_t k = 0; k < this->fields.size(); ++k)
    {
      const int slot = this->fields[k].slots[cell];
      if (slot >= 0)
      {
        std::vector<NeighbourDifference> differences;
        for (auto i = this->band.neighbourOffsets[cell]; i < this->band.neighbourOffsets[cell + 1];
             ++i)
        {
          const int neighbour = this->band.neighbours[i];
          differences.push_back({ this->band.centroids[neighbour] - this->band.centroids[cell],
            this->fields[k].fractions[neighbour] - this->fields[k].fractions[cell] });
        }
        result.push_back({ static_cast<int>(k), this->fields[k].fractions[cell],
          this->normals[k][slot], -leastSquaresNormal(differences, this->band.dimension) });
      }
    }
    return result;
  }

  /// The part of a cell that has a material other than the true one.
  double error(int cell, const std::vector<MaterialCut>& cuts) const
  {
    NestedCutter cutter(this->band);
    cutter.run(cell, cuts.data(), static_cast<int>(cuts.size()), true);
    double right = 0.0;
    for (int i = 0; i < cutter.numberOfParts(); ++i)
    {
      const MaterialPart& part = cutter.part(i);
      right += volumeWithin(
        part, this->band.dimension, this->band.origin(cell), this->truth[part.material]);
    }
    return 1.0 - right / this->band.volumes[cell];
  }
};

/// Parallel layers, the first below constants[0].
std::vector<TrueMaterial> layers(Vec3 normal, const std::vector<double>& constants)
{
  std::vector<TrueMaterial> result(constants.size() + 1);
  for (std::size_t k = 0; k < result.size(); ++k)
  {
    result[k].terms.resize(1);
    if (k < constants.size())
    {
      result[k].terms[0].sides.push_back({ normal, constants[k] });
    }
    if (k > 0)
    {
      result[k].terms[0].sides.push_back({ -normal, -constants[k - 1] });
    }
  }
  return result;
}

/// Sectors of at most 180 degrees about a point, between rising angles in the plane z = 0.
std::vector<TrueMaterial> sectors(Vec3 centre, const std::vector<double>& angles)
{
  std::vector<TrueMaterial> result;
  for (std::size_t k = 0; k < angles.size(); ++k)
  {
    const double a = angles[k];
    const double b = angles[(k + 1) % angles.size()];
    const Vec3 first{ std::sin(a), -std::cos(a), 0.0 };
    const Vec3 second{ -std::sin(b), std::cos(b), 0.0 };
    TrueMaterial material;
    material.terms.push_back(
      { 1.0, { { first, dot(first, centre) }, { second, dot(second, centre) } } });
    result.push_back(material);
  }
  return result;
}

/// A disc as a polygon of many sides.
std::vector<HalfSpace> disc(Vec3 centre, double radius)
{
  std::vector<HalfSpace> sides;
  for (int i = 0; i < 200; ++i)
  {
    const double angle = 6.283185307179586 * (i + 0.5) / 200.0;
    const Vec3 normal{ std::cos(angle), std::sin(angle), 0.0 };
    sides.push_back({ normal, dot(normal, centre) + radius });
  }
  return sides;
}

Vec3 unmapped(Vec3 x)
{
  return x;
}

/// Stretched and sheared, planar cells; in 2D within the plane.
Vec3 slanted(Vec3 x)
{
  return { 0.9 * x.x + 0.3 * x.y, 1.2 * x.y - 0.1 * x.x, 0.8 * x.z };
}

Vec3 randomDirection(Dice& dice, int dimension)
{
  const Vec2 d = dice.direction2();
  return dimension == 2 ? Vec3{ d.x, d.y, 0.0 } : dice.direction3();
}

Vec3 middleOf(const CellBand& band)
{
  Vec3 sum;
  for (const Vec3& point : band.points)
  {
    sum = sum + 1.0 / static_cast<double>(band.points.size()) * point;
  }
  return sum;
}

/// Somewhere in the middle cell.
Vec3 randomCentre(Dice& dice, const CellBand& band)
{
  Vec3 p = middleOf(band) + dice.point3(0.4);
  p.z = band.dimension == 2 ? 0.0 : p.z;
  return p;
}

struct Errors
{
  double mean = 0.0;
  double largest = 0.0;
  double misfit = 0.0;
  int cells = 0;
  double seconds = 0.0;

  void add(double error, double misfitOfCell)
  {
    // A NaN stays.
    this->largest = error <= this->largest ? this->largest : error;
    this->mean = (this->mean * this->cells + error) / (this->cells + 1);
    this->misfit = misfitOfCell <= this->misfit ? this->misfit : misfitOfCell;
    ++this->cells;
  }
};

/// Cells of three and more materials with all neighbours.
std::vector<int> cellsOfMany(const Case& c)
{
  std::vector<int> cells;
  for (int cell = 0; cell < c.band.numberOfCells(); ++cell)
  {
    const auto about = c.band.neighbourOffsets[cell + 1] - c.band.neighbourOffsets[cell];
    if (about == (c.band.dimension == 2 ? 8 : 26) && c.estimates(cell).size() >= 3)
    {
      cells.push_back(cell);
    }
  }
  return cells;
}

/// Errors over all such cells, the materials listed as `shuffle` leaves them.
Errors measure(const Case& c, bool automatic, Dice* shuffle = nullptr)
{
  Errors errors;
  MaterialOrder order(c.band, c.fractions());
  std::vector<MaterialCut> cuts;
  for (const int cell : cellsOfMany(c))
  {
    std::vector<MaterialEstimate> estimates = c.estimates(cell);
    for (std::size_t i = estimates.size(); shuffle && i > 1; --i)
    {
      std::swap(estimates[i - 1], estimates[shuffle->below(static_cast<int>(i))]);
    }
    const auto start = std::chrono::steady_clock::now();
    const double misfit =
      order.choose(cell, estimates.data(), static_cast<int>(estimates.size()), automatic, cuts);
    errors.seconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    errors.add(c.error(cell, cuts), misfit);
  }
  return errors;
}

void print(const char* name, int dimension, const Errors& e)
{
  std::printf("%dD %-24s %4d cells, error mean %.1e max %.1e, %.0f us a cell\n", dimension, name,
    e.cells, e.mean, e.largest, 1e6 * e.seconds / e.cells);
}

class MaterialOrderIn : public ::testing::TestWithParam<int>
{
protected:
  int dimension() const { return GetParam(); }
  int cellsAcross() const { return this->dimension() == 2 ? 9 : 5; }
  int trials() const { return this->dimension() == 2 ? 10 : 3; }
};

} // namespace

TEST_P(MaterialOrderIn, ParallelLayersComeBackExactly)
{
  // Layers of .22 to .3 of a cell: up to five in one, and cells that hold only some of them. The
  // normals of those in the middle tell nothing, and least squares has none of the others right.
  // Three come back however they are listed. Of five the three in the middle may lie in one row of
  // cells, where fractions do not tell which is first: the list does.
  Dice dice(21);
  for (const auto& map : { unmapped, slanted })
  {
    for (int count = 3; count <= 5; ++count)
    {
      Errors all;
      for (int trial = 0; trial < this->trials(); ++trial)
      {
        const CellBand band = grid(this->dimension(), this->cellsAcross(), map);
        const Vec3 normal = randomDirection(dice, this->dimension());
        double constant = dot(normal, randomCentre(dice, band)) - 0.4;
        std::vector<double> constants;
        for (int k = 1; k < count; ++k)
        {
          constants.push_back(constant);
          constant += dice.uniform(0.22, 0.3);
        }
        const Case layered(band, layers(normal, constants));
        const Errors errors = measure(layered, true, count == 3 ? &dice : nullptr);
        ASSERT_GT(errors.cells, 0);
        all.add(errors.largest, errors.misfit);
        all.seconds += errors.seconds / errors.cells;
      }
      print((std::to_string(count) + " layers").c_str(), this->dimension(), all);
      EXPECT_LE(all.largest, 1e-9);
    }
  }
}

TEST_P(MaterialOrderIn, APlaneThatEndsAtAnotherComesBackExactly)
{
  Dice dice(22);
  Errors all;
  for (int trial = 0; trial < this->trials(); ++trial)
  {
    const CellBand band = grid(this->dimension(), this->cellsAcross(), unmapped);
    const double angle = trial % 2 ? 0.0 : dice.uniform(0.0, 6.283185307179586);
    const double between = dice.uniform(0.8, 2.3);
    const Case junction(band,
      sectors(randomCentre(dice, band),
        { angle, angle + 3.141592653589793, angle + 3.141592653589793 + between }));
    const Errors errors = measure(junction, true, &dice);
    ASSERT_GT(errors.cells, 0);
    all.add(errors.mean, errors.misfit);
    all.seconds += errors.seconds / errors.cells;
  }
  print("T junction", this->dimension(), all);
  EXPECT_LE(all.mean, this->dimension() == 2 ? 1e-9 : 1e-3);
}

TEST_P(MaterialOrderIn, JunctionsThatPlanesCannotMakeComeClose)
{
  // Three sectors of 120 degrees, and four quadrants: nested planes cannot make these.
  Dice dice(23);
  for (int count = 3; count <= 4; ++count)
  {
    Errors automatic;
    Errors listed;
    for (int trial = 0; trial < 2 * this->trials(); ++trial)
    {
      const CellBand band = grid(this->dimension(), this->cellsAcross(), unmapped);
      std::vector<double> angles{ dice.uniform(0.0, 1.0) };
      for (int k = 1; k < count; ++k)
      {
        angles.push_back(angles.back() + 6.283185307179586 / count);
      }
      const Case junction(band, sectors(randomCentre(dice, band), angles));
      const Errors a = measure(junction, true);
      const Errors b = measure(junction, false, &dice);
      automatic.add(a.mean, a.misfit);
      automatic.seconds += a.seconds / a.cells;
      listed.add(b.mean, b.misfit);
      listed.seconds += b.seconds / b.cells;
      // No listed order fits better.
      EXPECT_LE(a.misfit, b.misfit * (1.0 + 1e-6));
    }
    print(count == 3 ? "triple point" : "quadrants", this->dimension(), automatic);
    print("  listed", this->dimension(), listed);
    EXPECT_LE(automatic.mean, 0.1);
  }
}

TEST_P(MaterialOrderIn, AFilmInOneCellStaysBetweenItsNeighbours)
{
  // A film of .3 of a cell around a core: the error falls with the curvature, and the film first,
  // whose own field has no direction, is never better than the order found.
  double last = 1.0;
  for (const double radius : { 3.0, 9.0 })
  {
    const int n = 2 * static_cast<int>(radius) + 3;
    if (this->dimension() == 3 && radius > 3.0)
    {
      continue;
    }
    const CellBand band = grid(this->dimension(), n, unmapped);
    const Vec3 centre = middleOf(band) + Vec3{ 0.21, -0.13, 0.0 };
    const std::vector<HalfSpace> inner = disc(centre, radius);
    const std::vector<HalfSpace> outer = disc(centre, radius + 0.3);
    const TrueMaterial core{ { { 1.0, inner } } };
    const TrueMaterial film{ { { 1.0, outer }, { -1.0, inner } } };
    const TrueMaterial outside{ { { 1.0, {} }, { -1.0, outer } } };
    const Case annulus(band, { film, core, outside });
    const Errors automatic = measure(annulus, true);
    const Errors listed = measure(annulus, false);
    print("film", this->dimension(), automatic);
    print("  film cut first", this->dimension(), listed);
    EXPECT_LE(automatic.mean, 0.04);
    EXPECT_LE(automatic.mean, 0.6 * last);
    EXPECT_LE(automatic.mean, 0.5 * listed.mean);
    last = automatic.mean;
  }
}

TEST_P(MaterialOrderIn, AMirroredMeshGetsTheMirroredOrder)
{
  Dice dice(24);
  for (int trial = 0; trial < this->trials(); ++trial)
  {
    const CellBand band = grid(this->dimension(), this->cellsAcross(), slanted);
    const Vec3 centre = randomCentre(dice, band);
    const double angle = dice.uniform(0.0, 6.283185307179586);
    std::vector<TrueMaterial> truth =
      sectors(centre, { angle, angle + 1.7, angle + 3.6, angle + 5.0 });
    const Case original(band, truth);
    CellBand mirrored = band;
    for (Vec3& point : mirrored.points)
    {
      point.x = -point.x;
    }
    measureBand(mirrored, 0, mirrored.numberOfCells());
    for (TrueMaterial& material : truth)
    {
      for (HalfSpace& side : material.terms[0].sides)
      {
        side.normal.x = -side.normal.x;
      }
    }
    const Case image(mirrored, truth);
    MaterialOrder order(original.band, original.fractions());
    MaterialOrder imageOrder(image.band, image.fractions());
    std::vector<MaterialCut> a;
    std::vector<MaterialCut> b;
    for (const int cell : cellsOfMany(original))
    {
      const auto ours = original.estimates(cell);
      const auto theirs = image.estimates(cell);
      ASSERT_EQ(ours.size(), theirs.size());
      order.choose(cell, ours.data(), static_cast<int>(ours.size()), true, a);
      imageOrder.choose(cell, theirs.data(), static_cast<int>(theirs.size()), true, b);
      for (std::size_t k = 0; k + 1 < a.size(); ++k)
      {
        EXPECT_EQ(a[k].material, b[k].material);
        EXPECT_NEAR(a[k].normal.x, -b[k].normal.x, 1e-12);
        EXPECT_NEAR(a[k].normal.y, b[k].normal.y, 1e-12);
        EXPECT_NEAR(a[k].normal.z, b[k].normal.z, 1e-12);
      }
    }
  }
}

TEST_P(MaterialOrderIn, EveryCutHasAUnitNormalHoweverManyMaterials)
{
  // Random fractions of many materials everywhere, without any direction known.
  Dice dice(25);
  const CellBand band = grid(this->dimension(), 3, unmapped);
  const int middle = band.numberOfCells() / 2;
  for (const int count : { 1, 2, 3, 5, 16, 64 })
  {
    std::vector<std::vector<double>> fractions(count);
    std::vector<double> sums(band.numberOfCells(), 0.0);
    for (auto& field : fractions)
    {
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        field.push_back(dice.logUniform(1e-3, 1.0));
        sums[cell] += field.back();
      }
    }
    for (auto& field : fractions)
    {
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        field[cell] /= sums[cell];
      }
    }
    std::vector<MaterialEstimate> estimates;
    for (int k = 0; k < count; ++k)
    {
      estimates.push_back({ k, fractions[k][middle], {}, {} });
    }
    MaterialOrder order(band, [&](int material, int cell) { return fractions[material][cell]; });
    for (const bool automatic : { false, true })
    {
      std::vector<MaterialCut> cuts;
      const auto start = std::chrono::steady_clock::now();
      order.choose(middle, estimates.data(), count, automatic, cuts);
      const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      std::printf("%dD %2d materials %s: %.0f us\n", this->dimension(), count,
        automatic ? "automatic" : "listed", 1e6 * seconds);
      ASSERT_EQ(cuts.size(), estimates.size());
      std::vector<bool> seen(count, false);
      for (int k = 0; k < count; ++k)
      {
        EXPECT_FALSE(seen[cuts[k].material]);
        seen[cuts[k].material] = true;
        EXPECT_EQ(cuts[k].fraction, estimates[cuts[k].material].fraction);
        if (!automatic)
        {
          EXPECT_EQ(cuts[k].material, k);
        }
        if (count > 2 && k + 1 < count)
        {
          EXPECT_NEAR(length(cuts[k].normal), 1.0, 1e-14);
        }
      }
      NestedCutter cutter(band);
      cutter.run(middle, cuts.data(), count, true);
      EXPECT_EQ(cutter.numberOfParts(), count);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Dimension, MaterialOrderIn, ::testing::Values(2, 3));
