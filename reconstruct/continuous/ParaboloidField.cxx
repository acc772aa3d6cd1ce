#include "reconstruct/continuous/ParaboloidField.h"

#include "plic/CellCutter.h"
#include "plic/ParaboloidFit.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Holds curvatures back only where the facets do not determine them.
constexpr double flatness = 3e-4;
/// The misfit, in sizes of the cell, at which a plane bends half as far as its paraboloid.
constexpr double halfTrust = 0.03;
/// The mean offset of the cells about a cell, over its root mean square, beyond which the cell lies
/// at the mesh's edge: .38 (3D) and .5 (2D) there on regular grids.
constexpr double mostOneSided = 0.3;

/// The facets of the cells of two materials; `planes` receives their planes.
std::vector<Facet> facetsOf(const CellBand& band, const SubcellBand& mesh,
  const MaterialNormals& normals, std::vector<BentPlane>& planes, const ParallelFor& parallelFor)
{
  std::vector<Facet> facets(mesh.numberOfCells());
  parallelFor(mesh.numberOfCells(), [&](int begin, int end) {
    CellCutter cutter(band);
    for (int c = begin; c < end; ++c)
    {
      if (mesh.materialCount(c) != 2)
      {
        continue;
      }
      const int cell = mesh.cells[c];
      Facet& facet = facets[c];
      facet.origin = band.origin(cell);
      facet.normal = normals[mesh.materialOffsets[c]];
      const bool known = dot(facet.normal, facet.normal) > 0.0;
      BentPlane& plane = planes[c];
      plane.normal = known ? facet.normal : Vec3{ 1.0, 0.0, 0.0 };
      const double constant = cutter.planeConstant(cell, plane.normal, mesh.fractionsOf(c)[0]);
      plane.origin = facet.origin + constant * plane.normal;
      if (!known)
      {
        continue;
      }
      const CutMoments cut = cutter.cutMoments(cell, facet.normal, constant);
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

/// a^T S b of the second moments S of a facet.
double secondMoment(const double (&s)[6], Vec3 a, Vec3 b)
{
  return s[0] * a.x * b.x + s[1] * a.y * b.y + s[2] * a.z * b.z + s[3] * (a.x * b.y + a.y * b.x) +
    s[4] * (a.x * b.z + a.z * b.x) + s[5] * (a.y * b.z + a.z * b.y);
}

class Bender
{
public:
  Bender(const CellBand& band, const SubcellBand& mesh, const std::vector<Facet>& facets)
    : Band(band)
    , Mesh(mesh)
    , Facets(facets)
  {}

  /// Bends the plane of cell c where there is a paraboloid.
  void run(int c, BentPlane& plane)
  {
    const Facet& own = this->Facets[c];
    if (own.area <= 0.0)
    {
      return;
    }
    const double scale = this->findNeighbours(c);
    if (this->Neighbours.empty())
    {
      return;
    }
    const Paraboloid surface = paraboloidThrough(this->Band.dimension, own, this->Facets.data(),
      this->Neighbours.data(), static_cast<int>(this->Neighbours.size()), scale, flatness);
    if (surface.fit.poor)
    {
      return;
    }
    plane.misfit = surface.fit.misfit * scale / this->Mesh.sizes[c];
    const double ratio = plane.misfit / halfTrust;
    const double trust = 1.0 / (1.0 + ratio * ratio);
    plane.origin = own.origin + own.centroid;
    plane.x = surface.x;
    plane.y = surface.y;
    const double(&bend)[3] = surface.curvatures;
    plane.rise = -0.5 * trust *
      (bend[0] * secondMoment(own.second, plane.x, plane.x) +
        2.0 * bend[1] * secondMoment(own.second, plane.x, plane.y) +
        bend[2] * secondMoment(own.second, plane.y, plane.y));
    std::transform(surface.slopes, surface.slopes + 2, plane.slopes,
      [trust](double slope) { return trust * slope; });
    std::transform(
      bend, bend + 3, plane.curvatures, [trust](double curvature) { return trust * curvature; });
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
};

} // namespace

std::vector<BentPlane> bentPlanes(const CellBand& band, const SubcellBand& mesh,
  const MaterialNormals& normals, const ParallelFor& parallelFor)
{
  std::vector<BentPlane> planes(mesh.numberOfCells());
  const std::vector<Facet> facets = facetsOf(band, mesh, normals, planes, parallelFor);
  parallelFor(mesh.numberOfCells(), [&](int begin, int end) {
    Bender bender(band, mesh, facets);
    for (int c = begin; c < end; ++c)
    {
      bender.run(c, planes[c]);
    }
  });
  return planes;
}

std::vector<double> averagedParaboloids(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals, const ParallelFor& parallelFor,
  std::vector<double>* misfits)
{
  const std::vector<BentPlane> planes = bentPlanes(band, mesh, normals, parallelFor);
  if (misfits)
  {
    misfits->resize(planes.size());
    std::transform(planes.begin(), planes.end(), misfits->begin(),
      [](const BentPlane& plane) { return plane.misfit; });
  }
  return averageOntoField(
    mesh, planeValues(band, materials, mesh, normals, parallelFor, &planes).values, parallelFor);
}

} // namespace mir
