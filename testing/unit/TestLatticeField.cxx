// Laws of fields from lattices: linear values come back, whatever corner a lattice starts with.
#include "BandMeshes.h"

#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/starts/LatticeField.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr int r = 4;
const Vec3 along{ 0.6, 0.8, 0.0 };
const Vec3 point{ 0.47, 0.52, 0.0 };

struct Quads
{
  CellBand band;
  SubcellBand mesh;
  std::vector<std::array<int, 4>> corners;
  UninitializedVector<double> values;

  /// The lattice of every cell starts with corner `first` of the cell and runs back where `back`.
  Quads(BandMesh kind, int first, bool back)
    : band(bandMesh(kind, 5))
  {
    BandMaterials materials;
    for (double f : planeFractions(this->band, point, along))
    {
      for (int k = 0; k < 2; ++k)
      {
        if ((k == 0 ? f : 1.0 - f) > 0.0)
        {
          materials.materials.push_back(static_cast<unsigned char>(k));
          materials.fractions.push_back(k == 0 ? f : 1.0 - f);
        }
      }
      materials.offsets.push_back(static_cast<std::int64_t>(materials.materials.size()));
    }
    this->mesh = subdivideBand(this->band, materials, r);
    for (int c = 0; c < this->mesh.numberOfCells(); ++c)
    {
      std::array<int, 4> quad{};
      for (int i = 0; i < 4; ++i)
      {
        const int corner = (first + (back ? 4 - i : i)) % 4;
        const int cell = this->mesh.cells[c];
        quad[i] = this->band.cellPoints[this->band.cellOffsets[cell] + corner];
      }
      this->corners.push_back(quad);
      for (int j = 0; j <= r; ++j)
      {
        for (int i = 0; i <= r; ++i)
        {
          const double u = static_cast<double>(i) / r;
          const double v = static_cast<double>(j) / r;
          const Vec3 x = (1 - u) * (1 - v) * this->band.points[quad[0]] +
            u * (1 - v) * this->band.points[quad[1]] + u * v * this->band.points[quad[2]] +
            (1 - u) * v * this->band.points[quad[3]];
          this->values.push_back(dot(along, point - x) / this->mesh.sizes[c]);
        }
      }
    }
  }

  std::vector<double> field() const
  {
    return latticeField(this->band, this->mesh, this->corners, this->values);
  }
};

/// Planes that do not bend, though as if there were paraboloids with this misfit.
std::vector<BentPlane> flatPlanes(const Quads& quads, const MaterialNormals& normals, double misfit)
{
  std::vector<BentPlane> planes = bentPlanes(quads.band, quads.mesh, normals);
  for (BentPlane& plane : planes)
  {
    plane.misfit = misfit;
  }
  return planes;
}

} // namespace

TEST(LatticeField, LinearValuesComeBackWhereverLatticesStart)
{
  for (BandMesh kind : { BandMesh::Boxes2D, BandMesh::StretchedBoxes2D, BandMesh::Quads })
  {
    SCOPED_TRACE(bandMeshName(kind));
    for (int first = 0; first < 4; ++first)
    {
      for (bool back : { false, true })
      {
        const Quads quads(kind, first, back);
        const std::vector<double> field = quads.field();
        double worst = 0.0;
        for (int c = 0; c < quads.mesh.numberOfCells(); ++c)
        {
          const CellSubdivision& cell = quads.mesh.subdivision(c);
          std::vector<Vec3> positions(cell.nodes);
          std::vector<double> values(numberOfValues(quads.mesh, c));
          nodePositions(quads.band, quads.mesh, c, positions.data());
          gatherValues(quads.mesh, c, field, values.data());
          for (int node = 0; node < cell.nodes; ++node)
          {
            worst = std::max(worst, std::abs(values[node] - dot(along, point - positions[node])));
          }
        }
        EXPECT_LT(worst, 1e-14);
      }
    }
  }
}

// What a network misses of a smooth interface is left to the paraboloids; where the two see
// different things the network is right.
TEST(LatticeField, SmoothSurfacesCorrectSmallErrorsAndLeaveLargeOnes)
{
  // At the edge of the mesh networks know less.
  for (const auto& [error, atEdge, small] :
    { std::tuple{ 0.002, false, true }, { 0.015, true, true }, { 0.2, false, false } })
  {
    SCOPED_TRACE(error);
    Quads quads(BandMesh::Quads, 0, false);
    MaterialNormals normals;
    SmoothSurfaces smooth;
    for (int c = 0; c < quads.mesh.numberOfCells(); ++c)
    {
      normals.push_back(along);
      normals.push_back(-along);
    }
    smooth.planes = flatPlanes(quads, normals, 0.0);
    for (BentPlane& plane : smooth.planes)
    {
      plane.atEdge = atEdge;
    }
    for (double& value : quads.values)
    {
      value += error;
    }
    const std::vector<double> field =
      latticeField(quads.band, quads.mesh, quads.corners, quads.values, runSerially, &smooth);
    double least = 1.0;
    double largest = 0.0;
    for (int c = 0; c < quads.mesh.numberOfCells(); ++c)
    {
      std::vector<Vec3> positions(quads.mesh.subdivision(c).nodes);
      std::vector<double> values(positions.size());
      nodePositions(quads.band, quads.mesh, c, positions.data());
      gatherValues(quads.mesh, c, field, values.data());
      for (std::size_t node = 0; node < positions.size(); ++node)
      {
        const double off =
          std::abs(values[node] - dot(along, point - positions[node])) / quads.mesh.sizes[c];
        least = std::min(least, off / error);
        largest = std::max(largest, off / error);
      }
    }
    if (small)
    {
      EXPECT_LT(largest, 0.01);
    }
    else
    {
      // Sizes of neighbours differ, and so do their errors before they are averaged.
      EXPECT_GT(least, 0.5);
    }
  }
}

// Distances from a plane at the lattices of hexahedra are what a network without error would say.
TEST(LatticeField, WhereGridsAreIrregularSurfacesTakeTheLatticesPlace)
{
  const double none = std::numeric_limits<double>::infinity();
  for (const double misfit : { 0.0, none })
  {
    Quads quads(BandMesh::Quads, 0, false);
    MaterialNormals normals;
    SmoothSurfaces smooth;
    for (int c = 0; c < quads.mesh.numberOfCells(); ++c)
    {
      normals.push_back(along);
      normals.push_back(-along);
    }
    smooth.planes = flatPlanes(quads, normals, misfit);
    smooth.irregularities.assign(quads.mesh.numberOfCells(), 1e6 * halfIrregularity);
    for (double& value : quads.values)
    {
      value = 0.7 - 3.0 * value;
    }
    const std::vector<double> found =
      latticeField(quads.band, quads.mesh, quads.corners, quads.values, runSerially, &smooth);
    const std::vector<double> wanted =
      averagedPlanes(quads.band, BandMaterials(), quads.mesh, normals);
    for (int slot = 0; slot < static_cast<int>(quads.mesh.slots); ++slot)
    {
      ASSERT_NEAR(found[slot], wanted[slot], 1e-12);
    }
  }
}

TEST(LatticeField, APlaneInHexahedraConservesAndComesBackAtAllNodes)
{
  const Vec3 normal{ 0.36, 0.48, 0.8 };
  const Vec3 middle{ 0.47, 0.52, 0.49 };
  for (BandMesh kind : { BandMesh::Boxes3D, BandMesh::StretchedBoxes3D })
  {
    SCOPED_TRACE(bandMeshName(kind));
    const CellBand band = bandMesh(kind, 5);
    BandMaterials materials;
    for (double f : planeFractions(band, middle, normal))
    {
      for (int k = 0; k < 2; ++k)
      {
        if ((k == 0 ? f : 1.0 - f) > 0.0)
        {
          materials.materials.push_back(static_cast<unsigned char>(k));
          materials.fractions.push_back(k == 0 ? f : 1.0 - f);
        }
      }
      materials.offsets.push_back(static_cast<std::int64_t>(materials.materials.size()));
    }
    const SubcellBand mesh = subdivideBand(band, materials, r);
    std::vector<std::array<int, 8>> corners;
    UninitializedVector<double> values;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const int* points = band.cellPoints.data() + band.cellOffsets[mesh.cells[c]];
      // Turned about w once for every cell before.
      std::array<int, 8> own{};
      for (int i = 0; i < 8; ++i)
      {
        own[i] = points[i / 4 * 4 + (i + c) % 4];
      }
      corners.push_back(own);
      for (int node = 0; node < (r + 1) * (r + 1) * (r + 1); ++node)
      {
        const double u[3] = { double(node % (r + 1)) / r, double(node / (r + 1) % (r + 1)) / r,
          double(node / (r + 1) / (r + 1)) / r };
        const Vec3 origin = band.points[own[0]];
        const Vec3 x = origin + u[0] * (band.points[own[1]] - origin) +
          u[1] * (band.points[own[3]] - origin) + u[2] * (band.points[own[4]] - origin);
        values.push_back(dot(normal, middle - x) / mesh.sizes[c]);
      }
    }
    std::vector<double> field = latticeField(band, mesh, corners, values);
    double worst = 0.0;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      std::vector<Vec3> positions(cell.nodes);
      std::vector<double> own(numberOfValues(mesh, c));
      nodePositions(band, mesh, c, positions.data());
      gatherValues(mesh, c, field, own.data());
      for (int node = 0; node < cell.nodes; ++node)
      {
        worst = std::max(worst, std::abs(own[node] - dot(normal, middle - positions[node])));
      }
    }
    EXPECT_LT(worst, 1e-14);
    ConservationOptions off;
    off.mode = Conservation::Off;
    EXPECT_LT(conserve(mesh, field, off).maxResidual, 2e-3);
    const ConservationReport report = conserve(mesh, field, {});
    EXPECT_EQ(report.failed, 0);
    EXPECT_LT(report.maxResidual, 1e-12);
  }
}

TEST(LatticeField, LatticesOfOtherCellsAreRefused)
{
  Quads quads(BandMesh::Quads, 0, false);
  quads.corners[3][2] = quads.corners[3][0] + 1000;
  try
  {
    quads.field();
    FAIL();
  }
  catch (const std::invalid_argument& error)
  {
    EXPECT_NE(std::string(error.what()).find("cell " + std::to_string(quads.mesh.cells[3]) + " "),
      std::string::npos);
  }
  quads.corners.pop_back();
  EXPECT_THROW(quads.field(), std::invalid_argument);
}
