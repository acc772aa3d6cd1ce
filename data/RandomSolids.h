// Random bodies in space for training: sample i depends on (seed, i) alone.
#ifndef mir_data_RandomSolids_h
#define mir_data_RandomSolids_h

#include "data/SolidShapes.h"

#include <cstdint>
#include <vector>

namespace mir {

/// The families drawn for training. Tori, rings and slotted spheres are kept out on purpose: tests
/// use them as bodies no model has seen.
enum class SolidFamily
{
  Ball,
  Ellipsoid,
  Box,
  Sheet, ///< A thin box: straight or round rims, straight or round corners.
  Slab,
  Shell,
  Cylinder, ///< Discs, too.
  Filament, ///< A thin cylinder or box.
  Cone,
  Polytope, ///< Wedges, corners, parallelepipeds: what boxes become in stretched cells.
  TwoBodies,
  Blob,
  HalfSpace,
  Hills,
  BentSheet,
  BentFilament,
  Slot ///< Slots and holes in a plane face.
};
constexpr int numberOfSolidFamilies = 17;
const char* solidFamilyName(SolidFamily family);

/// One sample, in cells of a grid of n^3 unit cubes from the origin.
struct RandomSolid
{
  SolidFamily family = SolidFamily::Ball;
  /// When set, the material is what lies outside the bodies.
  bool complement = false;
  /// Their union; they do not overlap.
  std::vector<SolidShape> bodies;
};

/// Sample `index` of the sequence `seed`. A point of its surface, often one of an edge or a corner,
/// lies in the grid two cells or more from its sides. Lengths are log-uniform: radii of 1 to 40
/// cells, sheets, shells and gaps of .25 to 2.6 cells, filaments of .35 to 2.6 (bent ones 10),
/// slots of .5 to 4; half the samples are complements. Turned at random, one in twelve along the
/// axes.
RandomSolid randomSolid(std::uint64_t seed, std::uint64_t index, int n);

} // namespace mir

#endif
