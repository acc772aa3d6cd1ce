#include "reconstruct/continuous/ParaboloidField.h"

#include "plic/CellCutter.h"
#include "plic/ParaboloidFit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mir {

namespace {

/// Holds curvatures back only where the facets do not determine them.
constexpr double flatness = 3e-4;
/// The misfit, in sizes of the cell, at which a plane bends half as far as its paraboloid.
constexpr double halfTrust = 0.03;
/// The mean offset of the cells about a cell, over its root mean square, beyond which the cell lies
/// at the mesh's edge: .38 (3D) and .5 (2D) there on regular grids.
constexpr double mostOneSided = 0.3;

/// The facets of the cells of two materials.
std::vector<Facet> facetsOf(const CellBand& band, const SubcellBand& mesh,
  const MaterialNormals& normals, const ParallelFor& parallelFor)
{
  std::vector<Facet> facets(mesh.numberOfCells());
  parallelFor(mesh.numberOfCells(), [&](int begin, int end) {
    CellCutter cutter(band);
    for (int c = begin; c < end; ++c)
    {
      const int cell = mesh.cells[c];
      Facet& facet = facets[c];
      facet.origin = band.origin(cell);
      facet.normal = normals[mesh.materialOffsets[c]];
      if (mesh.materialCount(c) != 2 || dot(facet.normal, facet.normal) == 0.0)
      {
        continue;
      }
      const double constant = cutter.planeConstant(cell, facet.normal, mesh.fractionsOf(c)[0]);
      CutMoments cut;
      cutter.volumeBelow(cell, facet.normal, constant, &cut);
      facet.area = cut.area;
      facet.centroid = cut.centroid;
      for (int i = 0; i < 6 && cut.area > 0.0; ++i)
      {
        facet.second[i] = cut.second[i] / cut.area;
      }
    }
  });
  return facets;
}

double quadraticForm(const double (&c)[6], Vec3 p)
{
  return c[0] * p.x * p.x + c[1] * p.y * p.y + c[2] * p.z * p.z +
    2.0 * (c[3] * p.x * p.y + c[4] * p.x * p.z + c[5] * p.y * p.z);
}

Vec3 apply(const double (&c)[6], Vec3 p)
{
  return { c[0] * p.x + c[3] * p.y + c[4] * p.z, c[3] * p.x + c[1] * p.y + c[5] * p.z,
    c[4] * p.x + c[5] * p.y + c[2] * p.z };
}

/// Twice the mean of the quadratic form over a facet.
double meanForm(const double (&c)[6], const double (&second)[6])
{
  return c[0] * second[0] + c[1] * second[1] + c[2] * second[2] +
    2.0 * (c[3] * second[3] + c[4] * second[4] + c[5] * second[5]);
}

class Bender
{
public:
  Bender(const CellBand& band, const SubcellBand& mesh, const std::vector<Facet>& facets)
    : Band(band)
    , Mesh(mesh)
    , Facets(facets)
  {}

  /// Bends the plane of cell c and returns its misfit.
  double run(int c, double* values)
  {
    const Facet& own = this->Facets[c];
    const double none = std::numeric_limits<double>::infinity();
    if (own.area <= 0.0)
    {
      return none;
    }
    const double scale = this->findNeighbours(c);
    if (this->Neighbours.empty())
    {
      return none;
    }
    const Paraboloid surface = paraboloidThrough(this->Band.dimension, own, this->Facets.data(),
      this->Neighbours.data(), static_cast<int>(this->Neighbours.size()), scale, flatness);
    if (surface.fit.poor)
    {
      return none;
    }
    const double misfit = surface.fit.misfit * scale / this->Mesh.sizes[c];
    const double ratio = misfit / halfTrust;
    const double trust = 1.0 / (1.0 + ratio * ratio);
    const double middle = 0.5 * meanForm(surface.curvature, own.second);
    this->Positions.resize(this->Mesh.subdivision(c).nodes);
    nodePositions(this->Band, this->Mesh, c, this->Positions.data());
    for (std::size_t node = 0; node < this->Positions.size(); ++node)
    {
      const Vec3 offset = (this->Positions[node] - own.origin) - own.centroid;
      const double above = dot(offset, own.normal);
      const Vec3 p = offset - above * own.normal;
      const double height =
        trust * (dot(surface.slope, p) + 0.5 * quadraticForm(surface.curvature, p) - middle);
      const Vec3 slope = trust * (surface.slope + apply(surface.curvature, p));
      values[node] = (height - above) / std::sqrt(1.0 + dot(slope, slope));
    }
    return misfit;
  }

private:
  /// Finds the facets of the same materials about cell c, of two rings of cells at the mesh's edge:
  /// there one ring does not tell how the interface bends. Returns the root mean square of their
  /// distances.
  double findNeighbours(int c)
  {
    this->Neighbours.clear();
    this->addRing(c, c);
    if (this->atEdge(this->Mesh.cells[c]))
    {
      for (std::size_t i = 0, first = this->Neighbours.size(); i < first; ++i)
      {
        this->addRing(this->Neighbours[i], c);
      }
    }
    double sum = 0.0;
    for (int other : this->Neighbours)
    {
      const Vec3 offset = this->offset(this->Mesh.cells[other], this->Mesh.cells[c]);
      sum += dot(offset, offset);
    }
    return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, this->Neighbours.size())));
  }

  /// Adds the facets about a cell that have the materials of cell c and are not there yet.
  void addRing(int about, int c)
  {
    const int cell = this->Mesh.cells[about];
    const unsigned char* own = this->Mesh.materialsOf(c);
    for (auto i = this->Band.neighbourOffsets[cell]; i < this->Band.neighbourOffsets[cell + 1]; ++i)
    {
      const int other = this->Mesh.cellOfBand[this->Band.neighbours[i]];
      if (other >= 0 && other != c && this->Facets[other].area > 0.0 &&
        holdSame(own, this->Mesh.materialsOf(other)) &&
        std::find(this->Neighbours.begin(), this->Neighbours.end(), other) ==
          this->Neighbours.end())
      {
        this->Neighbours.push_back(other);
      }
    }
  }

  /// Whether two cells of two materials hold the same ones.
  static bool holdSame(const unsigned char* a, const unsigned char* b)
  {
    return a[0] == b[0] && a[1] == b[1];
  }

  /// Whether the cells about a cell lie on one side of it: their mean offset is not small against
  /// its root mean square.
  bool atEdge(int cell) const
  {
    const auto first = this->Band.neighbourOffsets[cell];
    const auto last = this->Band.neighbourOffsets[cell + 1];
    Vec3 sum{};
    double squares = 0.0;
    for (auto i = first; i < last; ++i)
    {
      const Vec3 offset = this->offset(this->Band.neighbours[i], cell);
      sum = sum + offset;
      squares += dot(offset, offset);
    }
    return dot(sum, sum) >
      mostOneSided * mostOneSided * squares * static_cast<double>(last - first);
  }

  Vec3 offset(int other, int cell) const
  {
    return this->Band.centroids[other] - this->Band.centroids[cell];
  }

  const CellBand& Band;
  const SubcellBand& Mesh;
  const std::vector<Facet>& Facets;
  std::vector<int> Neighbours;
  std::vector<Vec3> Positions;
};

} // namespace

std::vector<double> bendPlanes(const CellBand& band, const SubcellBand& mesh,
  const MaterialNormals& normals, CellValues& values, const ParallelFor& parallelFor)
{
  const std::vector<Facet> facets = facetsOf(band, mesh, normals, parallelFor);
  std::vector<double> misfits(mesh.numberOfCells());
  parallelFor(mesh.numberOfCells(), [&](int begin, int end) {
    Bender bender(band, mesh, facets);
    for (int c = begin; c < end; ++c)
    {
      misfits[c] = bender.run(c, values.values.data() + values.offsets[c]);
    }
  });
  return misfits;
}

std::vector<double> averagedParaboloids(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals, const ParallelFor& parallelFor,
  std::vector<double>* misfits)
{
  CellValues values = planeValues(band, materials, mesh, normals, parallelFor);
  std::vector<double> found = bendPlanes(band, mesh, normals, values, parallelFor);
  if (misfits)
  {
    *misfits = std::move(found);
  }
  return averageOntoField(mesh, values.values, parallelFor);
}

} // namespace mir
