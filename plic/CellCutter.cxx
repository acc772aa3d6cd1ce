#include "plic/CellCutter.h"

#include "plic/BoxCut.h"
#include "plic/SimplexCut.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// A triangle or tetrahedron of a band relative to its first corner, and a plane through it.
struct BandSimplex
{
  int dimension;
  Vec3 corners[4];
  double heights[4];

  BandSimplex(const CellBand& band, int cell, Vec3 normal)
    : dimension(band.dimension)
  {
    const int* at = band.cellPoints.data() + band.cellOffsets[cell];
    const Vec3 origin = band.points[at[0]];
    this->corners[0] = {};
    this->heights[0] = 0.0;
    for (int i = 1; i <= this->dimension; ++i)
    {
      this->corners[i] = band.points[at[i]] - origin;
      this->heights[i] = dot(normal, this->corners[i]);
    }
  }

  /// Area or volume, positive where the corners turn counter-clockwise.
  double volume() const
  {
    const Vec3 a = this->corners[1];
    const Vec3 b = this->corners[2];
    return this->dimension == 2 ? 0.5 * (a.x * b.y - a.y * b.x)
                                : dot(cross(a, b), this->corners[3]) / 6.0;
  }

  SortedHeights sorted() const
  {
    return this->dimension == 2
      ? sortedHeights(this->heights[0], this->heights[1], this->heights[2])
      : sortedHeights(this->heights[0], this->heights[1], this->heights[2], this->heights[3]);
  }

  double part(double constant) const
  {
    const SortedHeights h = this->sorted();
    if (constant < h[0])
    {
      return 0.0;
    }
    if (constant >= h[this->dimension])
    {
      return 1.0;
    }
    double slope;
    return this->dimension == 2 ? trianglePart(h, constant, constant, slope)
                                : tetrahedronPart(h, constant, constant, slope);
  }

  /// The cut's polygon, counter-clockwise seen from above, or segment with the part below on its
  /// left.
  int cut(double constant, Vec3 (&points)[4]) const
  {
    const Vec3* c = this->corners;
    const double* h = this->heights;
    int count;
    if (this->dimension == 2)
    {
      Vec3 ends[2];
      count = cutTriangle(
        { c, c + 1, c + 2 }, { h[0] - constant, h[1] - constant, h[2] - constant }, ends);
      points[0] = ends[0];
      points[1] = ends[1];
    }
    else
    {
      count = cutTetrahedron({ c, c + 1, c + 2, c + 3 },
        { h[0] - constant, h[1] - constant, h[2] - constant, h[3] - constant }, points);
    }
    if (this->volume() < 0.0)
    {
      std::reverse(points, points + count);
    }
    return count;
  }
};

/// The moments of a convex cut from its polygon or segment.
CutMoments convexMoments(const Vec3* points, int count, Vec3 normal)
{
  if (count == 0)
  {
    return {};
  }
  MomentSum sum(points[0]);
  if (count == 2)
  {
    sum.addSegment(points[0], points[1]);
  }
  for (int i = 2; i < count; ++i)
  {
    sum.addCone(points[i - 1], points[i], normal);
  }
  return sum.result();
}

} // namespace

CellCutter::CellCutter(const CellBand& band)
  : Band(band)
{}

Vec3 CellCutter::widths(int cell) const
{
  const bool planar = this->Band.dimension == 2;
  const Vec3 size = this->Band.point(cell, planar ? 2 : 6) - this->Band.origin(cell);
  return planar ? Vec3{ size.x, size.y, 1.0 } : size;
}

void CellCutter::load(int cell)
{
  if (this->Loaded == cell)
  {
    return;
  }
  this->Loaded = cell;
  if (this->Band.dimension == 2)
  {
    this->Band.polygon(cell, this->CellPolygon);
  }
  else
  {
    this->Band.polyhedron(cell, this->CellPolyhedron);
  }
}

const FanCutter& CellCutter::fan(int cell, Vec3 normal)
{
  const bool known = this->Fanned == cell;
  if (!known)
  {
    this->Fanned = cell;
    this->load(cell);
    this->Band.dimension == 2 ? this->Fan.set(this->CellPolygon)
                              : this->Fan.set(this->CellPolyhedron);
  }
  if (!known || normal.x != this->FanNormal.x || normal.y != this->FanNormal.y ||
    normal.z != this->FanNormal.z)
  {
    this->FanNormal = normal;
    this->Cutter.set(this->Fan, normal);
  }
  return this->Cutter;
}

const std::vector<std::vector<Vec3>>& CellCutter::oneLoop(const Vec3* points, int count)
{
  this->Loops.resize(count > 0 ? 1 : 0);
  if (count > 0)
  {
    this->Loops[0].assign(points, points + count);
  }
  return this->Loops;
}

double CellCutter::planeConstant(int cell, Vec3 normal, double fraction)
{
  if (this->Band.kinds[cell] == CellKind::Box)
  {
    return boxPlaneConstant(this->widths(cell), normal, fraction);
  }
  if (this->Band.kinds[cell] == CellKind::Simplex)
  {
    const SortedHeights heights = BandSimplex(this->Band, cell, normal).sorted();
    return this->Band.dimension == 2 ? triangleConstant(heights, fraction)
                                     : tetrahedronConstant(heights, fraction);
  }
  return this->fan(cell, normal).planeConstant(fraction);
}

double CellCutter::volumeBelow(int cell, Vec3 normal, double constant, CutMoments* moments)
{
  if (moments)
  {
    *moments = this->cutMoments(cell, normal, constant);
  }
  if (this->Band.kinds[cell] == CellKind::Box)
  {
    const Vec3 widths = this->widths(cell);
    return widths.x * widths.y * widths.z * boxFractionBelow(widths, normal, constant);
  }
  if (this->Band.kinds[cell] == CellKind::Simplex)
  {
    const BandSimplex simplex(this->Band, cell, normal);
    return std::abs(simplex.volume()) * simplex.part(constant);
  }
  return this->fan(cell, normal).volumeBelow(constant);
}

CutMoments CellCutter::cutMoments(int cell, Vec3 normal, double constant)
{
  if (this->Band.kinds[cell] == CellKind::Box)
  {
    Vec3 points[6];
    const int count = boxCut(this->widths(cell), normal, constant, this->Band.dimension, points);
    return convexMoments(points, count, normal);
  }
  if (this->Band.kinds[cell] == CellKind::Simplex)
  {
    Vec3 points[4];
    const int count = BandSimplex(this->Band, cell, normal).cut(constant, points);
    return convexMoments(points, count, normal);
  }
  this->load(cell);
  return this->Band.dimension == 2
    ? mir::cutMoments(this->CellPolygon, { normal.x, normal.y }, constant)
    : mir::cutMoments(this->CellPolyhedron, normal, constant);
}

const std::vector<std::vector<Vec3>>& CellCutter::cut(int cell, Vec3 normal, double constant)
{
  if (this->Band.kinds[cell] == CellKind::Box)
  {
    Vec3 points[6];
    const int count = boxCut(this->widths(cell), normal, constant, this->Band.dimension, points);
    return this->oneLoop(points, count);
  }
  if (this->Band.kinds[cell] == CellKind::Simplex)
  {
    Vec3 points[4];
    const int count = BandSimplex(this->Band, cell, normal).cut(constant, points);
    return this->oneLoop(points, count);
  }
  this->load(cell);
  if (this->Band.dimension == 3)
  {
    mir::cut(this->CellPolyhedron, normal, constant, this->Loops);
    return this->Loops;
  }
  mir::cut(this->CellPolygon, { normal.x, normal.y }, constant, this->Segments);
  this->Loops.resize(this->Segments.size());
  for (std::size_t i = 0; i < this->Segments.size(); ++i)
  {
    const std::array<Vec2, 2>& s = this->Segments[i];
    this->Loops[i].assign({ { s[0].x, s[0].y, 0.0 }, { s[1].x, s[1].y, 0.0 } });
  }
  return this->Loops;
}

} // namespace mir
