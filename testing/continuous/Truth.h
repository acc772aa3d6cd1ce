// What the materials really are: exact fractions, the material at a point, the interface.
#ifndef mir_testing_continuous_Truth_h
#define mir_testing_continuous_Truth_h

#include "plic/CellBand.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <memory>
#include <string>
#include <vector>

namespace mir {

class Region;

namespace testing {

/// Materials that fill the plane or space.
class Truth
{
public:
  virtual ~Truth() = default;

  int dimension = 2;
  int materials = 2;
  /// Length or area of all interfaces inside the unit square or cube.
  double measure = 1.0;

  /// The material at a point.
  virtual int materialAt(Vec3 x) const = 0;
  /// The distance from the nearest interface, or less.
  virtual double clearance(Vec3 x) const = 0;
  /// Unit normal out of material 0 at the nearest point of its boundary.
  virtual Vec3 normal(Vec3 x) const = 0;
  /// 2D: the region of material 0.
  virtual const Region* region() const { return nullptr; }

  /// 2D: area of each material in a counter-clockwise polygon, exact to rounding.
  virtual void measures(const Polygon& polygon, double* result) const;
  /// 3D: volume of each material in a convex polyhedron about `origin`, exact to rounding (torus,
  /// wire, ring and slotted sphere: to about 1e-5 of a cell).
  virtual void measures(const Polyhedron& polyhedron, Vec3 origin, double* result) const;

  /// Fractions of a measured cell; those below 1e-10 are 0, and the sum is 1.
  void fractions(const CellBand& band, int cell, double* result) const;
};

/// A placement of a truth at cells of size 1 / n, by name:
/// - 2D, two materials: "circle" of radius .32, "star" of five points and radii .36 and .18,
///   "square" of half diagonal .36, "filament0.5" (another number: its width in cells) along a sine
///   of 1.2 in length; shapes that no network is trained with, radius .32: "zalesak", "gear",
///   "cusp" (an astroid), "bowtie" and "spiral0.6" (its width in cells); "coast", a circle that the
///   square's boundary cuts, and "pier", a right angle whose tip lies within 1.5 cells of it;
/// - 2D, more: "triple" point of three sectors, "quadrants" four sectors of 90 degrees, "aligned"
///   the same along the mesh, "annulus" of .5 cell about a disc, "layers" five, of which three are
///   .3 cell thin, "islands" discs of .05 to .4 cell within single squares beside those of a disc;
/// - 3D: "sphere" of radius .3, "shore", one that the cube's boundary cuts, "cube" of edge .44,
/// "torus" of radii .24 and .1, "shell1" of
///   radius .3 (the number: thickness in cells), "sheet.5" of edge .52 (thickness in cells),
///   "wire1" of length .64 and "ring1" of radius .25 (diameter in cells), "slotted" sphere of
///   radius .3 with a slot .1 wide and .35 deep, "tripleline" three wedges about a line, "octants"
///   eight of a cube's corners meeting in one point.
///
/// Random places and turns from the seed alone. Throws std::invalid_argument for another name.
std::shared_ptr<const Truth> makeTruth(const std::string& name, int n, unsigned seed);

/// The dimension of a truth of this name.
int truthDimension(const std::string& name);

} // namespace testing

} // namespace mir

#endif
