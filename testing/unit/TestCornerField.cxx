// Laws of fields for corners: two sheets come back with the corner in which they meet.
#include "InterfaceProblems.h"
#include "VariationalProblems.h"

#include "plic/Polyhedron.h"
#include "reconstruct/continuous/starts/CornerField.h"
#include "reconstruct/continuous/starts/ParaboloidField.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace mir;
using namespace mir::testing;

namespace {

/// The centroid of the cell in the middle of the mesh, which holds a corner there well within.
Vec3 middleOf(const CellBand& band)
{
  const Vec3 middle{ 0.5, 0.5, band.dimension == 2 ? 0.0 : 0.5 };
  return *std::min_element(band.centroids.begin(), band.centroids.end(),
    [middle](Vec3 a, Vec3 b) { return length(a - middle) < length(b - middle); });
}

/// A ridge along z of two planes; the first material lies below both, or `turned` above either.
struct Ridge
{
  CellBand band;
  Vec3 top;
  Vec3 normals[2];
  FractionProblem problem;
  /// Exact away from the top; the others know nothing but their fraction.
  std::vector<BentPlane> planes;
  /// Where sides, or what they have in common, are smaller parts of a cell, it may pass for one of
  /// a single plane.
  static constexpr double least = 0.02;

  Ridge(BandMesh kind, bool turned)
    : band(bandMesh(kind,
        isPlanar(int(kind))             ? 12
          : kind == BandMesh::Polyhedra ? 5
                                        : 6))
    , top(middleOf(band))
    , normals{ { 0.8, 0.6, 0.0 }, { -0.6, 0.8, 0.0 } }
    , problem(withFractions(band, fractions(turned)))
  {
    const SubcellBand& mesh = this->problem.mesh;
    const MaterialNormals rough = this->roughNormals();
    this->planes = bentPlanes(this->band, mesh, rough);
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const Vec3 offset = this->band.centroids[mesh.cells[c]] - this->top;
      const double heights[2] = { dot(this->normals[0], offset), dot(this->normals[1], offset) };
      BentPlane& plane = this->planes[c];
      plane.misfit = std::numeric_limits<double>::infinity();
      // The place along the ridge does not matter.
      if (std::hypot(offset.x, offset.y) > 1.5 * mesh.sizes[c])
      {
        const Vec3 normal = this->normals[heights[0] > heights[1] ? 0 : 1];
        plane = {};
        plane.origin = this->top;
        plane.normal = turned ? -normal : normal;
        plane.x = { -normal.y, normal.x, 0.0 };
        plane.y = isPlanar(int(kind)) ? Vec3{} : Vec3{ 0.0, 0.0, 1.0 };
        plane.misfit = 0.0;
      }
    }
  }

  MaterialNormals roughNormals() const
  {
    return leastSquaresNormals(this->band, this->problem.mesh, this->problem.fractions);
  }

  /// Of the first plane, of the second, and of both, below them in a cell.
  std::array<double, 3> below(int cell) const
  {
    const Vec3 from = this->top - this->band.origin(cell);
    const double a = dot(this->normals[0], from);
    const double b = dot(this->normals[1], from);
    const double whole = this->band.volumes[cell];
    if (this->band.dimension == 2)
    {
      Polygon polygon;
      Polygon half;
      this->band.polygon(cell, polygon);
      clip(polygon, { this->normals[0].x, this->normals[0].y }, a, half);
      const Vec2 second{ this->normals[1].x, this->normals[1].y };
      return { area(half) / whole, areaBelow(polygon, second, b) / whole,
        areaBelow(half, second, b) / whole };
    }
    Polyhedron polyhedron;
    Polyhedron half;
    this->band.polyhedron(cell, polyhedron);
    clip(polyhedron, this->normals[0], a, half);
    return { volume(half) / whole, volumeBelow(polyhedron, this->normals[1], b) / whole,
      volumeBelow(half, this->normals[1], b) / whole };
  }

  FractionLists fractions(bool turned) const
  {
    std::vector<double> inside;
    for (int cell = 0; cell < this->band.numberOfCells(); ++cell)
    {
      const double part = std::clamp(this->below(cell)[2], 0.0, 1.0);
      inside.push_back(turned ? 1.0 - part : part);
    }
    return withRest(inside);
  }
};

} // namespace

TEST(CornerField, TwoSheetsMeetWhereTheyAreProlonged)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    for (const bool turned : { false, true })
    {
      SCOPED_TRACE(bandMeshName(BandMesh(kind)));
      const Ridge ridge(BandMesh(kind), turned);
      const SubcellBand& mesh = ridge.problem.mesh;
      const std::vector<char> sharp(mesh.numberOfCells(), 1);
      const std::vector<double> field = cornerField(
        ridge.band, ridge.problem.materials, mesh, ridge.roughNormals(), ridge.planes, sharp);
      int corners = 0;
      for (int c = 0; c < mesh.numberOfCells(); ++c)
      {
        const std::array<double, 3> below = ridge.below(mesh.cells[c]);
        if (std::min({ below[0] - below[2], below[1] - below[2], below[2] }) < Ridge::least)
        {
          continue;
        }
        ++corners;
        std::vector<Vec3> positions(mesh.subdivision(c).nodes);
        std::vector<double> values(positions.size());
        nodePositions(ridge.band, mesh, c, positions.data());
        gatherValues(mesh, c, field, values.data());
        // Those on faces are means with the neighbours'.
        for (std::size_t i = mesh.subdivision(c).boundaryNodes; i < positions.size(); ++i)
        {
          const double depth = std::min(dot(ridge.normals[0], ridge.top - positions[i]),
            dot(ridge.normals[1], ridge.top - positions[i]));
          ASSERT_NEAR(values[i], turned ? -depth : depth, 1e-10) << "cell " << c;
        }
      }
      EXPECT_GT(corners, 0);
    }
  }
}

TEST(CornerField, OtherCellsKeepTheirBentPlanes)
{
  const CellBand band = bandMesh(BandMesh::Polygons, 8);
  const FractionProblem problem = withFractions(band, withRest(roundFractions(band)));
  const MaterialNormals normals = leastSquaresNormals(band, problem.mesh, problem.fractions);
  std::vector<BentPlane> planes;
  const std::vector<double> field =
    averagedParaboloids(band, problem.materials, problem.mesh, normals, runSerially, &planes);
  const std::vector<char> none(problem.mesh.numberOfCells(), 0);
  EXPECT_EQ(cornerField(band, problem.materials, problem.mesh, normals, planes, none), field);
}

TEST(CornerField, ThreadsDoNotMatterToTheBit)
{
  const Ridge ridge(BandMesh::Polyhedra, false);
  const SubcellBand& mesh = ridge.problem.mesh;
  const std::vector<char> sharp(mesh.numberOfCells(), 1);
  const MaterialNormals normals = ridge.roughNormals();
  const auto run = [&](const ParallelFor& parallelFor) {
    return cornerField(
      ridge.band, ridge.problem.materials, mesh, normals, ridge.planes, sharp, parallelFor);
  };
  EXPECT_EQ(run(runSerially), run(runOnThreeThreads));
}
