// Shapes for the laws of the variational method: circles, spheres and sectors on small meshes.
#ifndef mir_testing_unit_VariationalProblems_h
#define mir_testing_unit_VariationalProblems_h

#include "FractionProblems.h"

#include "plic/Polygon.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mir::testing {

/// In cell sizes: cells rest when their interface moves by less than about so much, and each step
/// leaves a part of what was left before it, so that it is then about as close to where it would
/// end.
constexpr double lastStep = 1e-3;

inline bool isPlanar(int kind)
{
  return kind < numberOfPlanarBandMeshes;
}

/// Some twenty to two hundred mixed cells about a plane.
inline CellBand smallMesh(BandMesh kind)
{
  return bandMesh(kind,
    isPlanar(int(kind))                                             ? 8
      : kind == BandMesh::Polyhedra || kind == BandMesh::Tetrahedra ? 2
                                                                    : 3);
}

inline int refinementOf(const CellBand& band)
{
  return band.dimension == 2 ? 4 : 2;
}

inline FractionProblem withFractions(const CellBand& band, const FractionLists& fractions)
{
  return { band, fractions, refinementOf(band) };
}

/// Of the circle or sphere.
constexpr double radius = 0.34;
inline Vec3 centreOf(const CellBand& band)
{
  return { 0.503, 0.487, band.dimension == 2 ? 0.0 : 0.511 };
}
inline double toCircle(const CellBand& band, Vec3 x)
{
  return length(x - centreOf(band)) - radius;
}

inline std::vector<double> roundFractions(const CellBand& band)
{
  const Vec3 centre = centreOf(band);
  return band.dimension == 2 ? discFractions(band, { centre.x, centre.y }, radius)
                             : ballFractions(band, centre, radius);
}

/// Three sectors of 120 degrees about a point, those where the product of the place with
/// simplexDirection() is largest.
inline const Vec3 junction{ 0.517, 0.481, 0.0 };
inline FractionLists sectorFractions(const CellBand& band)
{
  FractionLists result(3);
  Polygon whole;
  Polygon half;
  Polygon sector;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    band.polygon(cell, whole);
    for (int k = 0; k < 3; ++k)
    {
      const Vec3 a = simplexDirection(2, (k + 1) % 3) - simplexDirection(2, k);
      const Vec3 b = simplexDirection(2, (k + 2) % 3) - simplexDirection(2, k);
      const Vec3 from = junction - band.origin(cell);
      clip(whole, { a.x, a.y }, dot(a, from), half);
      clip(half, { b.x, b.y }, dot(b, from), sector);
      result[k].push_back(std::max(0.0, area(sector) / band.volumes[cell]));
    }
  }
  return result;
}

inline double toSectors(Vec3 x)
{
  double least = 1e300;
  for (int k = 0; k < 3; ++k)
  {
    const Vec3 along = -std::sqrt(3.0) * simplexDirection(2, k);
    const double t = std::max(0.0, dot(along, x - junction));
    least = std::min(least, length(x - junction - t * along));
  }
  return least;
}

inline double largestSize(const SubcellBand& mesh)
{
  return *std::max_element(mesh.sizes.begin(), mesh.sizes.end());
}

} // namespace mir::testing

#endif
