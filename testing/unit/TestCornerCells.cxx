// Laws of corner cells: curvature explains how planes, circles and spheres turn, on meshes however
// coarse, and no corner.
#include "VariationalProblems.h"

#include "reconstruct/continuous/variational/CornerCells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

/// A shape inside of which `height` is negative, and the cells that it crosses between vertices.
/// Only the field counts here, so that they are all half full.
struct Shape
{
  CellBand band;
  std::function<double(Vec3)> height;
  SubcellBand mesh;

  Shape(const CellBand& theBand, std::function<double(Vec3)> theHeight)
    : band(theBand)
    , height(std::move(theHeight))
  {
    std::vector<double> inside;
    for (int cell = 0; cell < this->band.numberOfCells(); ++cell)
    {
      int below = 0;
      for (int i = 0; i < this->band.cellSize(cell); ++i)
      {
        below += this->height(this->band.point(cell, i)) < 0.0 ? 1 : 0;
      }
      inside.push_back(below == 0 ? 0.0 : below == this->band.cellSize(cell) ? 1.0 : 0.5);
    }
    this->mesh = subdivideBand(this->band, bandMaterials(withRest(inside)), 4);
  }

  std::vector<double> turns() const
  {
    const std::vector<double> field = sampledField(this->band, this->mesh,
      [&](int material, Vec3 x) { return (material == 0 ? -0.5 : 0.5) * this->height(x); });
    return unexplainedTurns(
      this->band, this->mesh, smoothnessTerms(this->band, this->mesh, field, 0.5), field);
  }
};

/// A few cells across the radius of roundFractions().
CellBand coarseMesh(int kind)
{
  return bandMesh(BandMesh(kind), isPlanar(kind) ? 8 : kind == int(BandMesh::Polyhedra) ? 4 : 6);
}

double largestOf(const std::vector<double>& values)
{
  return *std::max_element(values.begin(), values.end());
}

/// Of cell c and the line through a point.
double distanceToLine(const Shape& shape, int c, Vec3 point, Vec3 direction)
{
  const Vec3 offset = shape.band.centroids[shape.mesh.cells[c]] - point;
  return length(offset - dot(offset, direction) * direction);
}

} // namespace

TEST(CornerCells, CurvatureExplainsPlanesCirclesAndSpheres)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = coarseMesh(kind);
    const Vec3 normal = isPlanar(kind) ? Vec3{ 0.8, 0.6, 0.0 } : Vec3{ 2.0 / 7, 3.0 / 7, 6.0 / 7 };
    const Shape plane(band, [&](Vec3 x) { return dot(normal, x - centreOf(band)); });
    EXPECT_LT(largestOf(plane.turns()), 1e-12);
    const Shape round(band, [&](Vec3 x) { return toCircle(band, x); });
    ASSERT_GT(round.mesh.numberOfCells(), 5);
    // Up to what four sub-edges an edge leave of their roundness; corners are .25 and more, below.
    EXPECT_LT(largestOf(round.turns()), 0.08);
  }
}

TEST(CornerCells, CurvatureExplainsNoCorner)
{
  // Edges of a wedge that turns by so much.
  const double turn = M_PI / 3.0;
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = coarseMesh(kind);
    const Vec3 along = isPlanar(kind) ? Vec3{ 0.0, 0.0, 1.0 } : Vec3{ 2.0 / 7, 3.0 / 7, 6.0 / 7 };
    const Vec3 x = isPlanar(kind) ? Vec3{ 0.8, 0.6, 0.0 } : Vec3{ 6.0 / 7, 2.0 / 7, -3.0 / 7 };
    const Vec3 y = cross(along, x);
    const Vec3 a = std::cos(0.5 * turn) * x + std::sin(0.5 * turn) * y;
    const Vec3 b = std::cos(0.5 * turn) * x - std::sin(0.5 * turn) * y;
    const Vec3 tip = centreOf(band);
    const Shape wedge(band, [&](Vec3 at) { return std::max(dot(a, at - tip), dot(b, at - tip)); });
    const std::vector<double> turns = wedge.turns();
    EXPECT_GT(largestOf(turns), 0.25);
    const double size = largestSize(wedge.mesh);
    for (std::size_t c = 0; c < turns.size(); ++c)
    {
      // Neither it nor a cell about it is near the edge.
      if (distanceToLine(wedge, static_cast<int>(c), tip, along) > 5.0 * size)
      {
        EXPECT_LT(turns[c], 1e-12);
      }
    }
  }
}

TEST(CornerCells, BothSidesOfAFilmAndJunctionsAreCorners)
{
  for (int kind = 0; kind < numberOfPlanarBandMeshes; ++kind)
  {
    SCOPED_TRACE(bandMeshName(BandMesh(kind)));
    const CellBand band = coarseMesh(kind);
    // About as thick as two cells, so that the sides lie in cells that share a node.
    const Vec3 normal{ 0.8, 0.6, 0.0 };
    const Shape film(
      band, [&](Vec3 x) { return std::abs(dot(normal, x - centreOf(band))) - 0.08; });
    EXPECT_EQ(largestOf(film.turns()), 2.0);

    const FractionProblem sectors = withFractions(band, sectorFractions(band));
    const SmoothnessTerms terms = smoothnessTerms(band, sectors.mesh, sectors.start, 0.5);
    const std::vector<double> turns = unexplainedTurns(band, sectors.mesh, terms, sectors.start);
    for (int c = 0; c < sectors.mesh.numberOfCells(); ++c)
    {
      EXPECT_TRUE(sectors.mesh.materialCount(c) == 2 || turns[c] == 2.0);
    }
  }
}
