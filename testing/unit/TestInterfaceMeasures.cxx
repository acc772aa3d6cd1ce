// Laws of the error measures for any number of facets a cell and of materials, on all meshes.
#include "InterfaceProblems.h"

#include "data/Measures.h"
#include "data/SolidMeasures.h"
#include "plic/NestedCuts.h"
#include "reconstruct/continuous/volumes/CellVolumes.h"
#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

namespace {

using namespace mir;
using namespace mir::testing;

/// Sums over some hundred facets, each exact to rounding of the cell.
constexpr double Exact = 1e-12;

/// A facet between two materials, counter-clockwise seen from outside; in 2D a segment with the
/// inside on its left.
struct Loop
{
  int cell;
  int inside;
  int outside;
  std::vector<Vec3> points;
};

/// A band, its materials' fractions (one vector a material) and an interface.
struct Interface
{
  CellBand band;
  std::vector<std::vector<double>> fractions;
  std::vector<Loop> loops;

  InterfaceErrors measure(double tolerance = 1e-9) const
  {
    const CellMaterials materials(this->fractions, tolerance);
    return this->band.dimension == 2
      ? mir::measure(this->planarMesh(), materials, this->lines(), nullptr)
      : mir::measure(this->view(), materials, this->facets(), nullptr);
  }

private:
  PlanarMesh planarMesh() const
  {
    PlanarMesh mesh;
    for (const Vec3& x : this->band.points)
    {
      mesh.points.push_back({ x.x, x.y });
    }
    for (int cell = 0; cell < this->band.numberOfCells(); ++cell)
    {
      const int* points = this->band.cellPoints.data() + this->band.cellOffsets[cell];
      std::vector<std::int64_t> ids(points, points + this->band.cellSize(cell));
      if (this->band.inverted[cell])
      {
        std::reverse(ids.begin(), ids.end());
      }
      mesh.connectivity.insert(mesh.connectivity.end(), ids.begin(), ids.end());
      mesh.offsets.push_back(static_cast<std::int64_t>(mesh.connectivity.size()));
    }
    return mesh;
  }
  InterfaceLines lines() const
  {
    InterfaceLines lines;
    for (const Loop& loop : this->loops)
    {
      const auto id = static_cast<std::int64_t>(lines.points.size());
      lines.points.push_back({ loop.points[0].x, loop.points[0].y });
      lines.points.push_back({ loop.points[1].x, loop.points[1].y });
      lines.segments.push_back({ id, id + 1 });
      lines.cells.push_back(loop.cell);
      lines.materials.push_back({ loop.inside, loop.outside });
    }
    return lines;
  }
  SolidMeshView view() const
  {
    SolidMeshView view;
    view.cells = this->band.numberOfCells();
    for (const BandFace& face : facesOf(this->band))
    {
      MeshFace one{ face.cells[0], face.cells[1], {} };
      for (int id : face.points)
      {
        one.polygon.push_back(this->band.points[id]);
      }
      if (this->band.inverted[face.cells[0]])
      {
        std::reverse(one.polygon.begin(), one.polygon.end());
      }
      view.faces.push_back(std::move(one));
    }
    return view;
  }
  SolidFacets facets() const
  {
    SolidFacets facets;
    for (const Loop& loop : this->loops)
    {
      for (const Vec3& x : loop.points)
      {
        facets.connectivity.push_back(static_cast<std::int64_t>(facets.points.size()));
        facets.points.push_back(x);
      }
      facets.offsets.push_back(static_cast<std::int64_t>(facets.connectivity.size()));
      facets.materials.push_back({ loop.inside, loop.outside });
      facets.cells.push_back(loop.cell);
    }
    return facets;
  }
};

/// The regions of a random field, with the volumes that its simplices say, on materials 0, 1, ...
Interface fieldInterface(const Problem& problem, int count)
{
  const SubcellBand& mesh = problem.mesh;
  const int cells = problem.band.numberOfCells();
  auto material = [](int number) { return (number - 3) / 2; };
  Interface result{ problem.band, {}, {} };
  result.fractions.assign(count, std::vector<double>(cells, 0.0));
  for (int cell = 0; cell < cells; ++cell)
  {
    const auto first = problem.materials.offsets[cell];
    if (problem.materials.count(cell) == 1)
    {
      result.fractions[material(problem.materials.materials[first])][cell] = 1.0;
    }
  }
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const int held = mesh.materialCount(c);
    std::vector<double> values(numberOfValues(mesh, c));
    gatherValues(mesh, c, problem.field, values.data());
    if (held == 2)
    {
      values.resize(2 * values.size(), 0.0);
    }
    std::vector<double> volumes(held);
    regionVolumes(mesh.subdivision(c), mesh.weightsOf(c), values.data(), held, volumes.data());
    for (int k = 0; k < held; ++k)
    {
      result.fractions[material(mesh.materialsOf(c)[k])][mesh.cells[c]] = volumes[k];
    }
  }
  const ContinuousFacets facets = extractFacets(problem.band, mesh, problem.field);
  for (std::size_t f = 0; f < facets.cells.size(); ++f)
  {
    Loop loop{ facets.cells[f], material(facets.inside[f]), material(facets.outside[f]), {} };
    for (auto i = facets.facetOffsets[f]; i < facets.facetOffsets[f + 1]; ++i)
    {
      loop.points.push_back(facets.points[facets.facetPoints[i]]);
    }
    result.loops.push_back(std::move(loop));
  }
  return result;
}

/// Random planes, nested in cells of several materials, placed by random fractions.
Interface planesInterface(BandMesh kind, int count, unsigned seed)
{
  Dice dice(seed);
  Interface result{ bandMesh(kind, 2, seed), {}, {} };
  const int cells = result.band.numberOfCells();
  const BandMaterials held = randomMaterials(dice, result.band, count, 1.4 / count);
  result.fractions.assign(count, std::vector<double>(cells, 0.0));
  NestedCutter cutter(result.band);
  for (int cell = 0; cell < cells; ++cell)
  {
    std::vector<MaterialCut> cuts;
    for (auto i = held.offsets[cell]; i < held.offsets[cell + 1]; ++i)
    {
      const int material = (held.materials[i] - 3) / 2;
      const Vec2 planar = dice.direction2();
      cuts.push_back({ material, held.fractions[i],
        result.band.dimension == 2 ? Vec3{ planar.x, planar.y, 0.0 } : dice.direction3() });
      result.fractions[material][cell] = held.fractions[i];
    }
    std::shuffle(cuts.begin(), cuts.end(), std::mt19937(seed + cell));
    cutter.run(cell, cuts.data(), static_cast<int>(cuts.size()), false);
    for (const MaterialFacet& facet : cutter.facets())
    {
      Loop loop{ cell, facet.inside, facet.outside, {} };
      for (int i = facet.begin; i < facet.end; ++i)
      {
        loop.points.push_back(result.band.origin(cell) + cutter.points()[i]);
      }
      result.loops.push_back(std::move(loop));
    }
  }
  return result;
}

void forAllPlanes(const std::function<void(const Interface&)>& body)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    for (int materials : { 2, 3, 5 })
    {
      SCOPED_TRACE(std::string(bandMeshName(BandMesh(kind))) + ", " + std::to_string(materials));
      body(planesInterface(BandMesh(kind), materials, 17 * kind + materials));
    }
  }
}

void expectSame(const InterfaceErrors& a, const InterfaceErrors& b, double tolerance)
{
  ASSERT_EQ(a.conservation.size(), b.conservation.size());
  for (std::size_t cell = 0; cell < a.conservation.size(); ++cell)
  {
    EXPECT_NEAR(a.conservation[cell], b.conservation[cell], tolerance) << cell;
    EXPECT_NEAR(a.continuity[cell], b.continuity[cell], tolerance) << cell;
  }
  EXPECT_NEAR(a.summary.continuityMean, b.summary.continuityMean, tolerance);
  EXPECT_EQ(a.summary.mixed, b.summary.mixed);
  EXPECT_EQ(a.summary.missing, b.summary.missing);
}

} // namespace

TEST(InterfaceMeasures, SeeTheVolumesOfTheRegionsOfAnyFieldAndNoGaps)
{
  for (const bool ties : { false, true })
  {
    forAllProblems(ties, [](const Problem& problem) {
      int count = 2;
      for (const unsigned char number : problem.materials.materials)
      {
        count = std::max(count, (number - 3) / 2 + 1);
      }
      const InterfaceErrors errors = fieldInterface(problem, count).measure();
      EXPECT_GT(errors.summary.mixed, 0);
      EXPECT_LE(errors.summary.conservationMax, Exact);
      EXPECT_EQ(errors.summary.continuityMax, 0.0);
    });
  }
}

TEST(InterfaceMeasures, SeeTheFractionsThatPlanesAreCutFor)
{
  forAllPlanes([](const Interface& planes) {
    const InterfaceErrors errors = planes.measure();
    EXPECT_GT(errors.summary.mixed, 0);
    EXPECT_LE(errors.summary.conservationMax, Exact);
    EXPECT_GT(errors.summary.continuityMax, 1e-3);
  });
}

TEST(InterfaceMeasures, DoNotDependOnTheNumbersOfTheMaterials)
{
  forAllPlanes([](Interface planes) {
    const InterfaceErrors before = planes.measure();
    std::reverse(planes.fractions.begin(), planes.fractions.end());
    const int last = static_cast<int>(planes.fractions.size()) - 1;
    for (Loop& loop : planes.loops)
    {
      loop.inside = last - loop.inside;
      loop.outside = last - loop.outside;
    }
    expectSame(planes.measure(), before, Exact);
  });
}

TEST(InterfaceMeasures, DoNotDependOnWhichSideIsInside)
{
  forAllPlanes([](Interface planes) {
    const InterfaceErrors before = planes.measure();
    for (Loop& loop : planes.loops)
    {
      std::swap(loop.inside, loop.outside);
      std::reverse(loop.points.begin(), loop.points.end());
    }
    expectSame(planes.measure(), before, Exact);
  });
}

TEST(InterfaceMeasures, DoNotDependOnHowFacetsAreSplit)
{
  forAllPlanes([](Interface planes) {
    const InterfaceErrors before = planes.measure();
    std::vector<Loop> whole;
    std::swap(whole, planes.loops);
    for (const Loop& loop : whole)
    {
      Vec3 mean;
      for (const Vec3& x : loop.points)
      {
        mean = mean + 1.0 / static_cast<double>(loop.points.size()) * x;
      }
      for (std::size_t i = 0; i < (planes.band.dimension == 2 ? 1 : loop.points.size()); ++i)
      {
        const Vec3 a = loop.points[i];
        const Vec3 b = loop.points[(i + 1) % loop.points.size()];
        const Vec3 middle = planes.band.dimension == 2 ? mean : a + 0.3 * (b - a);
        planes.loops.push_back({ loop.cell, loop.inside, loop.outside, { a, middle, mean } });
        planes.loops.push_back({ loop.cell, loop.inside, loop.outside, { middle, b, mean } });
      }
    }
    expectSame(planes.measure(), before, 1e-11);
  });
}

TEST(InterfaceMeasures, AreThoseOfOneMaterialAndTheRestWhereThereAreTwo)
{
  // The second of two materials may be named or left out.
  forAllPlanes([](Interface planes) {
    if (planes.fractions.size() == 2)
    {
      const InterfaceErrors both = planes.measure();
      planes.fractions.pop_back();
      expectSame(planes.measure(), both, Exact);
    }
  });
}

TEST(InterfaceMeasures, TakeTheWorstMaterialOfACell)
{
  // Fractions of two materials moved away from the volumes that the planes were cut for.
  const double moved = 0.02;
  for (const BandMesh kind : { BandMesh::Polygons, BandMesh::Hexahedra })
  {
    Interface planes = planesInterface(kind, 4, 5);
    for (int cell = 0; cell < planes.band.numberOfCells(); ++cell)
    {
      double* second = &planes.fractions[1][cell];
      double* last = &planes.fractions[3][cell];
      if (*second > moved && *last > moved)
      {
        *second += moved;
        *last -= moved;
        EXPECT_NEAR(planes.measure().conservation[cell], moved, Exact);
        *second -= moved;
        *last += moved;
      }
    }
  }
}

TEST(InterfaceMeasures, TakeAFacetForOneWithinTheCellWhereTheMeanOfItsCornersIsOnItsBoundary)
{
  // A prism over an L, cut half-way up: the corners of the cut have their mean at the L's inner
  // corner or beside it.
  for (const double arm : { 1.0, 1.5 })
  {
    const Polygon base{ { 0.0, 0.0 }, { 1.0 + arm, 0.0 }, { 1.0 + arm, 1.0 }, { 1.0, 1.0 },
      { 1.0, 1.0 + arm }, { 0.0, 1.0 + arm } };
    Polyhedron cell = prism(base);
    SolidMeshView view;
    view.cells = 1;
    for (int f = 0; f < cell.numberOfFaces(); ++f)
    {
      MeshFace face{ 0, -1, {} };
      for (int i = cell.faceOffsets[f]; i < cell.faceOffsets[f + 1]; ++i)
      {
        face.polygon.push_back(cell.points[cell.faceVertices[i]]);
      }
      view.faces.push_back(std::move(face));
    }
    SolidFacets facets;
    for (const auto& loop : cut(cell, { 0.0, 0.0, 1.0 }, 0.25))
    {
      for (const Vec3& x : loop)
      {
        facets.connectivity.push_back(static_cast<std::int64_t>(facets.points.size()));
        facets.points.push_back(x);
      }
      facets.offsets.push_back(static_cast<std::int64_t>(facets.connectivity.size()));
      facets.materials.push_back({ 0, 1 });
      facets.cells.push_back(0);
    }
    const CellMaterials materials({ { 0.25 } }, 1e-9);
    EXPECT_LE(mir::measure(view, materials, facets, nullptr).summary.conservationMax, Exact);
  }
}
