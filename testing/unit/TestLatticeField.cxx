// Laws of fields from lattices: linear values come back, whatever corner a lattice starts with.
#include "BandMeshes.h"

#include "reconstruct/continuous/LatticeField.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
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
  std::vector<double> values;

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
    return latticeField(this->mesh, this->corners, this->values, r);
  }
};

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
