#include "reconstruct/continuous/starts/ParaboloidField.h"

#include "plic/CellCutter.h"
#include "plic/EdgeCells.h"
#include "plic/ParaboloidFit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

/// Holds curvatures back only where the facets do not determine them.
constexpr double flatness = 1e-5;
/// The misfit, in sizes of the cell, at which a plane bends half as far as its paraboloid.
constexpr double halfTrust = 0.03;

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
    plane.atEdge = oneSidedness(this->Band, this->Mesh.cells[c]) > leastOneSidedness;
    const double scale = this->findNeighbours(c, plane.atEdge ? ringsAtEdge : 1);
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
  /// Finds the facets of the same materials in the rings of cells about cell c. Returns the root
  /// mean square of the distances of those in the first: against it further ones lie far and count
  /// little, so that corners at the edge of the mesh are seen from near by.
  double findNeighbours(int c, int rings)
  {
    const int cell = this->Mesh.cells[c];
    const unsigned char* own = this->Mesh.materialsOf(c);
    const auto about = [&](int facet, auto&& use) {
      const int from = this->Mesh.cells[facet];
      for (auto i = this->Band.neighbourOffsets[from]; i < this->Band.neighbourOffsets[from + 1];
           ++i)
      {
        const int other = this->Mesh.cellOfBand[this->Band.neighbours[i]];
        if (other >= 0 && this->Facets[other].area > 0.0 &&
          holdSame(own, this->Mesh.materialsOf(other)))
        {
          use(other);
        }
      }
    };
    gatherRings(c, rings, about, this->Neighbours);
    double sum = 0.0;
    int count = 0;
    about(c, [&](int other) {
      const Vec3 offset =
        this->Band.centroids[this->Mesh.cells[other]] - this->Band.centroids[cell];
      sum += dot(offset, offset);
      ++count;
    });
    return std::sqrt(sum / std::max(1, count));
  }

  /// Whether two cells of two materials hold the same ones.
  static bool holdSame(const unsigned char* a, const unsigned char* b)
  {
    return a[0] == b[0] && a[1] == b[1];
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
  std::vector<BentPlane>* planes)
{
  std::vector<BentPlane> bent = bentPlanes(band, mesh, normals, parallelFor);
  std::vector<double> field = averageOntoField(
    mesh, planeValues(band, materials, mesh, normals, parallelFor, &bent).values, parallelFor);
  if (planes)
  {
    *planes = std::move(bent);
  }
  return field;
}

} // namespace mir
