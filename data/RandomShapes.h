// Random material bodies for training: sample i depends on (seed, i) alone.
#ifndef mir_data_RandomShapes_h
#define mir_data_RandomShapes_h

#include "plic/Polygon.h"

#include <cstdint>
#include <vector>

namespace mir {

/// The families drawn for training. Zalesak's disk, gears, spirals, cusps and bow-ties are kept out
/// on purpose: tests use them as shapes no model has seen.
enum class ShapeFamily
{
  Circle,
  Ellipse,
  Blob,
  Polygon,
  Star,
  HalfPlane,
  Filament,
  TwoBodies,
  Ring,
  Wavy,
  Wedge,
  Jagged,
  Slot
};
constexpr int numberOfShapeFamilies = 13;
const char* shapeFamilyName(ShapeFamily family);

/// What is drawn, in units of the unit square that the shapes are placed around.
struct RandomShapeRange
{
  double minimumRadius = 0.075;
  double maximumRadius = 3.0;
  double minimumWidth = 0.02; ///< Of filaments and slots.
  double maximumWidth = 0.16;
  /// Cell or pixel size of the grid to be filled. Curves are cut into chords that stay within
  /// 5e-5 cells of the true curve.
  double cellSize = 1.0 / 16.0;
  /// Relative frequency of every family, in the order of ShapeFamily.
  double weights[numberOfShapeFamilies] = { 2, 2, 2, 2, 1, 2, 2, 1, 1, 2, 1, 3, 1 };
};

/// One sample: closed loops, bodies counter-clockwise and holes clockwise, that never cross.
struct RandomShape
{
  ShapeFamily family = ShapeFamily::Circle;
  /// When set, the material is what lies outside the loops.
  bool complement = false;
  std::vector<Polygon> loops;
};

/// Sample `index` of the sequence `seed`. Radii and widths are log-uniform, half the samples are
/// complements, and bodies larger than the unit square are placed so that their boundary crosses
/// it. The same arguments give the same loops, whichever samples were drawn before.
RandomShape randomShape(std::uint64_t seed, std::uint64_t index, const RandomShapeRange& range);

/// SplitMix64 (Steele, Lea and Flood 2014) started from a hash of (seed, index): the source of
/// every random number of generator and training.
class CounterRandom
{
public:
  CounterRandom(std::uint64_t seed, std::uint64_t index);
  std::uint64_t next();
  /// Uniform in [0, 1).
  double uniform();
  double uniform(double low, double high);
  /// Uniform in 0 .. count - 1.
  int below(int count);
  /// Standard normal (Box and Muller 1958).
  double normal();

private:
  std::uint64_t State;
};

} // namespace mir

#endif
