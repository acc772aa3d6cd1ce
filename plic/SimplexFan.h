// A cell as signed simplices: what is below a plane is a sum of closed forms.
#ifndef mir_plic_SimplexFan_h
#define mir_plic_SimplexFan_h

#include "plic/CutMoments.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/SimplexCut.h"
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
};

/// Cuts one fan by planes of one normal at a time. Keeps its memory.
class FanCutter
{
public:
  /// Sorts the corners of the fan's simplices along the normal, which need not be a unit vector but
  /// for moments(). Keeps a reference to the fan.
  void set(const SimplexFan& fan, Vec3 normal);

  /// The constant below which lies `fraction` of the cell. Between the heights of two points the
  /// volume is a cubic (2D: a quadratic), which one sum over the simplices gives in full; its root
  /// is the answer where it lies between these heights, else the search goes on beside them (Kromer
  /// and Bothe 2022: one or two sums on average). The root is polished once on the volume itself.
  double planeConstant(double fraction) const;

  /// Volume in normal . x <= constant.
  double volumeBelow(double constant) const;

  /// Moments of the cut normal . x = constant.
  CutMoments moments(double constant) const;

private:
  struct Value
  {
    double volume = 0.0;
    double slope = 0.0;
  };
  /// The value at a constant, by the formulas that hold on the side of `inside`.
  Value evaluate(double constant, double inside) const;
  /// Coefficients of the volume at x + s in powers of s, up to the next points' heights.
  std::array<double, 4> expand(double x) const;

  const SimplexFan* Fan = nullptr;
  Vec3 Normal;
  std::vector<double> Heights;
  std::vector<SortedHeights> Simplices;
};

} // namespace mir

#endif
