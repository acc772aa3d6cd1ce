#include "plic/CellCutter.h"

#include "plic/BoxCut.h"

namespace mir {

namespace {

/// The moments of a box's cut from its polygon.
CutMoments boxMoments(const Vec3 (&points)[6], int count)
{
  MomentSum sum(points[0]);
  if (count == 2)
  {
    sum.addSegment(points[0], points[1], 1.0);
  }
  for (int i = 2; i < count; ++i)
  {
    sum.addTriangle(points[0], points[i - 1], points[i], 1.0);
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

FanCutter& CellCutter::fan(int cell, Vec3 normal)
{
  const bool known = this->Fanned == cell;
  if (!known)
  {
    this->Fanned = cell;
    if (this->Band.kinds[cell] == CellKind::Simplex)
    {
      Vec3 corners[4];
      for (int i = 0; i <= this->Band.dimension; ++i)
      {
        corners[i] = this->Band.point(cell, i) - this->Band.origin(cell);
      }
      this->Fan.setSimplex(corners, this->Band.dimension);
    }
    else
    {
      this->load(cell);
      this->Band.dimension == 2 ? this->Fan.set(this->CellPolygon)
                                : this->Fan.set(this->CellPolyhedron);
    }
  }
  if (!known || normal.x != this->FanNormal.x || normal.y != this->FanNormal.y ||
    normal.z != this->FanNormal.z)
  {
    this->FanNormal = normal;
    this->Cutter.set(this->Fan, normal);
  }
  return this->Cutter;
}

double CellCutter::planeConstant(int cell, Vec3 normal, double fraction)
{
  if (this->Band.kinds[cell] == CellKind::Box)
  {
    return boxPlaneConstant(this->widths(cell), normal, fraction);
  }
  return this->fan(cell, normal).planeConstant(fraction);
}

double CellCutter::volumeBelow(int cell, Vec3 normal, double constant, CutMoments* moments)
{
  if (this->Band.kinds[cell] == CellKind::Box)
  {
    const Vec3 widths = this->widths(cell);
    if (moments)
    {
      Vec3 points[6];
      const int count = boxCut(widths, normal, constant, this->Band.dimension, points);
      *moments = count > 0 ? boxMoments(points, count) : CutMoments{};
    }
    return widths.x * widths.y * widths.z * boxFractionBelow(widths, normal, constant);
  }
  FanCutter& cutter = this->fan(cell, normal);
  if (moments)
  {
    *moments = cutter.moments(constant);
  }
  return cutter.volumeBelow(constant);
}

const std::vector<std::vector<Vec3>>& CellCutter::cut(int cell, Vec3 normal, double constant)
{
  if (this->Band.kinds[cell] == CellKind::Box)
  {
    Vec3 points[6];
    const int count = boxCut(this->widths(cell), normal, constant, this->Band.dimension, points);
    this->Loops.resize(count > 0 ? 1 : 0);
    if (count > 0)
    {
      this->Loops[0].assign(points, points + count);
    }
    return this->Loops;
  }
  if (this->Band.kinds[cell] == CellKind::Simplex)
  {
    Vec3 points[4];
    const int count = this->fan(cell, normal).cutSimplex(constant, points);
    this->Loops.resize(count > 0 ? 1 : 0);
    if (count > 0)
    {
      this->Loops[0].assign(points, points + count);
    }
    return this->Loops;
  }
  this->load(cell);
  if (this->Band.dimension == 2)
  {
    const auto lines = mir::cut(this->CellPolygon, Vec2{ normal.x, normal.y }, constant);
    this->Loops.resize(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i)
    {
      this->Loops[i] = { { lines[i][0].x, lines[i][0].y, 0.0 },
        { lines[i][1].x, lines[i][1].y, 0.0 } };
    }
    return this->Loops;
  }
  this->Loops = mir::cut(this->CellPolyhedron, normal, constant);
  return this->Loops;
}

} // namespace mir
