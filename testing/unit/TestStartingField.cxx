// Laws of averaged planes: planes and layers come back exactly, and names of materials do not
// matter.
#include "BandMeshes.h"

#include "plic/LeastSquares.h"
#include "plic/MaterialField.h"
#include "plic/NestedCuts.h"
#include "reconstruct/continuous/starts/StartingField.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr double tolerance = 1e-10;

/// Materials of a band from the fractions of each, and averaged planes of them.
struct Start
{
  CellBand band;
  BandMaterials materials;
  SubcellBand mesh;
  MaterialNormals normals;

  Start(BandMesh kind, int n,
    const std::function<std::vector<std::vector<double>>(const CellBand&)>& fractionsOf, int r = 3)
    : band(bandMesh(kind, n))
  {
    const std::vector<std::vector<double>> fractions = fractionsOf(this->band);
    std::vector<NormalField> estimates;
    std::vector<MaterialField> fields;
    for (const auto& some : fractions)
    {
      fields.push_back(materialField(some, tolerance));
      estimates.push_back(leastSquares(this->band, fields.back()));
    }
    for (int cell = 0; cell < this->band.numberOfCells(); ++cell)
    {
      const auto begin = this->materials.materials.size();
      double sum = 0.0;
      for (std::size_t k = 0; k < fractions.size(); ++k)
      {
        if (fractions[k][cell] > tolerance)
        {
          this->materials.materials.push_back(static_cast<unsigned char>(k));
          this->materials.fractions.push_back(fractions[k][cell]);
          sum += fractions[k][cell];
        }
      }
      for (auto e = begin; e < this->materials.materials.size(); ++e)
      {
        this->materials.fractions[e] /= sum;
      }
      this->materials.offsets.push_back(
        static_cast<std::int64_t>(this->materials.materials.size()));
    }
    this->mesh = subdivideBand(this->band, this->materials, r);
    for (int c = 0; c < this->mesh.numberOfCells(); ++c)
    {
      const int cell = this->mesh.cells[c];
      for (int k = 0; k < this->mesh.materialCount(c); ++k)
      {
        const int material = this->mesh.materialsOf(c)[k];
        const int slot = fields[material].slots[cell];
        this->normals.push_back(slot >= 0 ? estimates[material][slot] : Vec3{});
      }
    }
  }

  /// Every normal out of its material along a direction, against it, or the opposite of another's.
  void setNormals(const std::function<Vec3(int)>& normalOf)
  {
    for (int c = 0; c < this->mesh.numberOfCells(); ++c)
    {
      Vec3* own = this->normals.data() + this->mesh.materialOffsets[c];
      for (int k = 0; k < this->mesh.materialCount(c); ++k)
      {
        own[k] = normalOf(this->mesh.materialsOf(c)[k]);
      }
    }
  }

  std::vector<double> field(const ParallelFor& parallelFor = runSerially) const
  {
    return averagedPlanes(this->band, this->materials, this->mesh, this->normals, parallelFor);
  }

  /// visit(cell, position, values of the materials there), of two materials half and minus half
  /// their difference.
  void forEachNode(const std::vector<double>& field,
    const std::function<void(int, Vec3, const std::vector<double>&)>& visit) const
  {
    for (int c = 0; c < this->mesh.numberOfCells(); ++c)
    {
      const int nodes = this->mesh.subdivision(c).nodes;
      const int count = this->mesh.materialCount(c);
      std::vector<Vec3> positions(nodes);
      nodePositions(this->band, this->mesh, c, positions.data());
      std::vector<double> values(numberOfValues(this->mesh, c));
      gatherValues(this->mesh, c, field, values.data());
      std::vector<double> here(count);
      for (int node = 0; node < nodes; ++node)
      {
        for (int k = 0; k < count; ++k)
        {
          here[k] = count == 2 ? (k == 0 ? 0.5 : -0.5) * values[node] : values[k * nodes + node];
        }
        visit(c, positions[node], here);
      }
    }
  }
};

Vec3 direction(const CellBand& band)
{
  return band.dimension == 2 ? Vec3{ 0.8, 0.6, 0.0 } : Vec3{ 2.0 / 7, 3.0 / 7, 6.0 / 7 };
}

/// Layers along a direction that end at the given heights.
std::vector<std::vector<double>> layers(
  const CellBand& band, Vec3 normal, const std::vector<double>& heights)
{
  std::vector<std::vector<double>> result;
  std::vector<double> before(band.numberOfCells(), 0.0);
  for (double height : heights)
  {
    std::vector<double> below = planeFractions(band, height * normal, normal);
    result.push_back(below);
    for (std::size_t i = 0; i < below.size(); ++i)
    {
      result.back()[i] -= before[i];
    }
    before = std::move(below);
  }
  result.emplace_back();
  for (double b : before)
  {
    result.back().push_back(1.0 - b);
  }
  return result;
}

} // namespace

TEST(StartingField, APlaneComesBackAsItsSignedDistance)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(static_cast<BandMesh>(kind)));
    Vec3 normal;
    const Vec3 point{ 0.47, 0.52, 0.0 };
    Start start(static_cast<BandMesh>(kind), 4, [&](const CellBand& band) {
      normal = direction(band);
      std::vector<double> f = planeFractions(band, point, normal);
      std::vector<double> rest;
      for (double value : f)
      {
        rest.push_back(1.0 - value);
      }
      return std::vector<std::vector<double>>{ f, rest };
    });
    start.setNormals([&](int material) { return material == 0 ? normal : -normal; });
    ASSERT_GT(start.mesh.numberOfCells(), 3);
    double worst = 0.0;
    start.forEachNode(start.field(), [&](int, Vec3 x, const std::vector<double>& values) {
      worst = std::max(worst, std::abs(values[0] - values[1] - dot(normal, point - x)));
    });
    EXPECT_LT(worst, 1e-11);
  }
}

TEST(StartingField, LayersOfAnyThicknessComeBackExactly)
{
  // A film of a fiftieth and one of a third of a cell among thick layers.
  const std::vector<double> heights{ 0.45, 0.45 + 0.02 / 4, 0.45 + 0.35 / 4, 0.93 };
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(static_cast<BandMesh>(kind)));
    Vec3 normal;
    Start start(static_cast<BandMesh>(kind), 4, [&](const CellBand& band) {
      normal = direction(band);
      return layers(band, normal, heights);
    });
    start.setNormals([&](int) { return normal; });
    int several = 0;
    for (int c = 0; c < start.mesh.numberOfCells(); ++c)
    {
      const int count = start.mesh.materialCount(c);
      several += count > 2 ? 1 : 0;
      start.normals[start.mesh.materialOffsets[c] + count - 1] = -normal;
    }
    ASSERT_GT(several, 2);
    double worst = 0.0;
    start.forEachNode(start.field(), [&](int c, Vec3 x, const std::vector<double>& values) {
      for (std::size_t k = 0; k + 1 < values.size(); ++k)
      {
        const double height = heights[start.mesh.materialsOf(c)[k]];
        worst = std::max(worst, std::abs(values[k] - values[k + 1] - (height - dot(normal, x))));
      }
    });
    EXPECT_LT(worst, 1e-7); // as close as the turned normals come
  }
}

TEST(StartingField, APlaneThatEndsAtAnotherHasItsMaterialsAtTheNodes)
{
  for (BandMesh kind : { BandMesh::Quads, BandMesh::Triangles, BandMesh::Hexahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    // Material 0 below a plane; above it 1 and 2 on either side of another one.
    const Vec3 up{ 0.28, 0.96, 0.0 };
    const Vec3 across{ 0.8, -0.6, 0.0 };
    const double height = dot(up, Vec3{ 0.5, 0.45, 0.0 });
    const double place = dot(across, Vec3{ 0.53, 0.45, 0.0 });
    Start start(kind, 5, [&](const CellBand& band) {
      std::vector<std::vector<double>> result(3);
      result[0] = planeFractions(band, height * up, up);
      for (int cell = 0; cell < band.numberOfCells(); ++cell)
      {
        // The part above, cut by the other plane.
        double left = 0.0;
        const Vec3 origin = band.origin(cell);
        if (band.dimension == 2)
        {
          Polygon whole;
          Polygon above;
          band.polygon(cell, whole);
          clip(whole, { -up.x, -up.y }, dot(up, origin) - height, above);
          clip(above, { across.x, across.y }, place - dot(across, origin), whole);
          left = area(whole);
        }
        else
        {
          Polyhedron whole;
          Polyhedron above;
          band.polyhedron(cell, whole);
          clip(whole, -up, dot(up, origin) - height, above);
          clip(above, across, place - dot(across, origin), whole);
          left = volume(whole);
        }
        result[1].push_back(left / band.volumes[cell]);
        result[2].push_back(std::max(0.0, 1.0 - result[0][cell] - result[1][cell]));
      }
      return result;
    });
    start.setNormals([&](int material) {
      return material == 0 ? up : material == 1 ? across : -across;
    });
    for (int c = 0; c < start.mesh.numberOfCells(); ++c)
    {
      if (start.mesh.materialCount(c) == 2 && start.mesh.materialsOf(c)[0] == 0)
      {
        start.normals[start.mesh.materialOffsets[c] + 1] = -up;
      }
    }
    int several = 0;
    int looked = 0;
    start.forEachNode(start.field(), [&](int c, Vec3 x, const std::vector<double>& values) {
      several += values.size() == 3 ? 1 : 0;
      const double above = dot(up, x) - height;
      const double right = dot(across, x) - place;
      if (std::abs(above) < 1e-3 || std::abs(right) < 1e-3)
      {
        return;
      }
      const int truth = above < 0.0 ? 0 : right < 0.0 ? 1 : 2;
      const unsigned char* numbers = start.mesh.materialsOf(c);
      const auto largest = std::max_element(values.begin(), values.end()) - values.begin();
      if (std::count(numbers, numbers + values.size(), truth) > 0)
      {
        EXPECT_EQ(numbers[largest], truth);
        ++looked;
      }
    });
    EXPECT_GT(several, 0);
    EXPECT_GT(looked, 100);
  }
}

TEST(StartingField, NamesOfMaterialsDoNotMatter)
{
  const int name[4] = { 2, 0, 3, 1 };
  for (BandMesh kind :
    { BandMesh::Boxes2D, BandMesh::Quads, BandMesh::Triangles, BandMesh::Tetrahedra })
  {
    SCOPED_TRACE(bandMeshName(kind));
    auto fractions = [](const CellBand& band) {
      return layers(band, direction(band), { 0.45, 0.55, 0.8 });
    };
    Start plain(kind, 4, fractions);
    Start renamed(kind, 4, [&](const CellBand& band) {
      const auto listed = fractions(band);
      std::vector<std::vector<double>> result(4);
      for (int k = 0; k < 4; ++k)
      {
        result[name[k]] = listed[k];
      }
      return result;
    });
    // Of the layer, whatever its name.
    auto normalOf = [&](int layer) { return (layer == 3 ? -1.0 : 1.0) * direction(plain.band); };
    plain.setNormals(normalOf);
    renamed.setNormals([&](int material) {
      return normalOf(static_cast<int>(std::find(name, name + 4, material) - name));
    });
    for (Start* start : { &plain, &renamed })
    {
      // In cells of two they are opposite.
      for (int c = 0; c < start->mesh.numberOfCells(); ++c)
      {
        if (start->mesh.materialCount(c) == 2)
        {
          const unsigned char* numbers = start->mesh.materialsOf(c);
          const bool turned = start == &renamed &&
            std::find(name, name + 4, numbers[0]) > std::find(name, name + 4, numbers[1]);
          Vec3* own = start->normals.data() + start->mesh.materialOffsets[c];
          own[0] = (turned ? -1.0 : 1.0) * direction(plain.band);
          own[1] = -own[0];
        }
      }
    }
    std::vector<std::vector<double>> first;
    plain.forEachNode(plain.field(),
      [&](int, Vec3, const std::vector<double>& values) { first.push_back(values); });
    std::size_t at = 0;
    double worst = 0.0;
    renamed.forEachNode(renamed.field(), [&](int c, Vec3, const std::vector<double>& values) {
      const unsigned char* before = plain.mesh.materialsOf(c);
      const unsigned char* after = renamed.mesh.materialsOf(c);
      auto renamedValue = [&](std::size_t k) {
        return values[std::find(after, after + values.size(), name[before[k]]) - after];
      };
      for (std::size_t k = 1; k < values.size(); ++k)
      {
        worst = std::max(
          worst, std::abs(renamedValue(k) - renamedValue(0) - (first[at][k] - first[at][0])));
      }
      ++at;
    });
    EXPECT_LT(worst, 1e-9);
  }
}

TEST(StartingField, ThreadsDoNotMatterAndMissingNormalsAreNoHarm)
{
  Start start(BandMesh::Quads, 5, [](const CellBand& band) {
    return layers(band, direction(band), { 0.45, 0.55, 0.9 });
  });
  const std::vector<double> serial = start.field();
  const std::vector<double> split =
    start.field([](int count, const std::function<void(int, int)>& body) {
      for (int i = count; i > 0; --i)
      {
        body(i - 1, i);
      }
    });
  EXPECT_EQ(serial, split);
  start.setNormals([](int) { return Vec3{}; });
  for (double value : start.field())
  {
    EXPECT_TRUE(std::isfinite(value));
  }
  start.normals.pop_back();
  EXPECT_THROW(start.field(), std::invalid_argument);
}
