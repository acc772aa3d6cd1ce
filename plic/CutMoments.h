// Moments of a planar cut.
#ifndef mir_plic_CutMoments_h
#define mir_plic_CutMoments_h

#include "plic/Vector.h"

namespace mir {

/// A planar cut through a cell: its length (2D) or area, its centroid, and its second moments about
/// the centroid, the integrals of (x - c)(x - c)^T: xx, yy, zz, xy, xz, yz.
struct CutMoments
{
  double area = 0.0;
  Vec3 centroid;
  double second[6] = {};
};

/// Adds up the moments of segments and triangles, which may count negative. All points lie near
/// `reference`, relative to which sums are kept.
class MomentSum
{
public:
  explicit MomentSum(Vec3 reference)
    : Reference(reference)
  {}

  void addSegment(Vec3 a, Vec3 b, double sign = 1.0)
  {
    a = a - this->Reference;
    b = b - this->Reference;
    const double size = sign * length(b - a);
    this->Area += size;
    this->First = this->First + (0.5 * size) * (a + b);
    this->addSquare(size / 6.0, a);
    this->addSquare(size / 6.0, b);
    this->addSquare(size / 6.0, a + b);
  }

  /// A triangle across the unit vector `normal`, negative where it turns clockwise seen from there.
  void addTriangle(Vec3 a, Vec3 b, Vec3 c, Vec3 normal)
  {
    const double area = 0.5 * dot(cross(b - a, c - a), normal);
    a = a - this->Reference;
    b = b - this->Reference;
    c = c - this->Reference;
    this->Area += area;
    this->First = this->First + (area / 3.0) * (a + b + c);
    this->addSquare(area / 12.0, a);
    this->addSquare(area / 12.0, b);
    this->addSquare(area / 12.0, c);
    this->addSquare(area / 12.0, a + b + c);
  }
  /// The triangle from the reference, in the cut's plane, to a and b.
  void addCone(Vec3 a, Vec3 b, Vec3 normal)
  {
    a = a - this->Reference;
    b = b - this->Reference;
    const double area = 0.5 * dot(cross(a, b), normal);
    this->Area += area;
    this->First = this->First + (area / 3.0) * (a + b);
    this->addSquare(area / 12.0, a);
    this->addSquare(area / 12.0, b);
    this->addSquare(area / 12.0, a + b);
  }

  /// The moments; where the area vanishes the centroid is the reference.
  CutMoments result() const
  {
    CutMoments cut;
    cut.centroid = this->Reference;
    if (!(this->Area > 0.0))
    {
      return cut;
    }
    const Vec3 c = 1.0 / this->Area * this->First;
    const double shift[6] = { c.x * c.x, c.y * c.y, c.z * c.z, c.x * c.y, c.x * c.z, c.y * c.z };
    cut.area = this->Area;
    cut.centroid = this->Reference + c;
    for (int i = 0; i < 6; ++i)
    {
      cut.second[i] = this->Second[i] - this->Area * shift[i];
    }
    return cut;
  }

private:
  void addSquare(double w, Vec3 x)
  {
    this->Second[0] += w * x.x * x.x;
    this->Second[1] += w * x.y * x.y;
    this->Second[2] += w * x.z * x.z;
    this->Second[3] += w * x.x * x.y;
    this->Second[4] += w * x.x * x.z;
    this->Second[5] += w * x.y * x.z;
  }

  Vec3 Reference;
  double Area = 0.0;
  Vec3 First;
  double Second[6] = {};
};

} // namespace mir

#endif
