// A cell as signed simplices: what is below a plane is a sum of closed forms.
#ifndef mir_plic_SimplexFan_h
#define mir_plic_SimplexFan_h

#include "plic/CutMoments.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <array>
#include <vector>

namespace mir {

/// Triangles (2D) or tetrahedra from a cell's first point to its edges or to the triangles of its
/// faces. Volumes are negative where a cell that is not convex is seen from behind, so that sums
/// over the fan are right for every cell.
struct SimplexFan
{
  int dimension = 3;
  std::vector<Vec3> points;
  /// Positions in `points`; in 2D the last one is not used.
  std::vector<std::array<int, 4>> simplices;
  std::vector<double> volumes;
  double volume = 0.0;

  /// Replaces the fan by that of a cell; memory is kept.
  void set(const Polygon& cell);
  void set(const Polyhedron& cell);
  /// A triangle or tetrahedron, of positive volume whichever way round.
  void setSimplex(const Vec3* corners, int dimension);
};

/// Cuts one fan by planes of one normal at a time. Keeps its memory.
class FanCutter
{
public:
  /// Sorts the fan's points along the normal, which need not be a unit vector but for moments().
  /// Keeps a reference to the fan.
  void set(const SimplexFan& fan, Vec3 normal);

  /// The constant below which lies `fraction` of the cell: the points bracket it, and within the
  /// bracket the volume is a cubic (2D: a quadratic) known from its values and slopes at both ends
  /// (after Lopez and Hernandez 2008; Kromer and Bothe 2022), whose root is polished once on the
  /// sum itself.
  double planeConstant(double fraction);

  /// Volume in normal . x <= constant.
  double volumeBelow(double constant) const;

  /// Moments of the cut normal . x = constant.
  CutMoments moments(double constant) const;

  /// Of a fan that is one simplex: writes the polygon of the cut, counter-clockwise seen from the
  /// side that the normal points to, and returns its number of points, 0, 3 or 4; of a triangle the
  /// segment of 0 or 2 points with the part below on its left.
  int cutSimplex(double constant, Vec3 (&points)[4]) const;

private:
  struct Sorted
  {
    std::array<double, 4> heights;
    std::array<int, 4> points;
  };
  struct Value
  {
    double volume = 0.0;
    double slope = 0.0;
  };
  /// The value at a constant, with the slope that belongs to the side of `inside`.
  Value evaluate(double constant, double inside) const;

  const SimplexFan* Fan = nullptr;
  Vec3 Normal;
  std::vector<double> Heights;
  std::vector<Sorted> Simplices;
};

} // namespace mir

#endif
