// Breaks ties on which a cell's volumes would jump instead of vary.
#ifndef mir_reconstruct_continuous_conservation_Ties_h
#define mir_reconstruct_continuous_conservation_Ties_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <vector>

namespace mir {

/// Largest change where ties are broken, in units of a node's size.
constexpr double tieTilt = 1e-4;
/// Values closer than this are tied.
constexpr double tieWidth = 1e-5;

/// Value in [0, 1) from a node's hash; materials and rounds give independent ones.
double hashedTilt(std::uint64_t hash, int material, int round);

/// A hash of an interior node from those of the vertices that span it, in any order.
std::uint64_t interiorHash(const SubcellBand& mesh, int c, int localNode);

/// Tilts the shared nodes of simplices with a single interior node on whose other nodes two
/// materials are nearly the same: there a bump moves both by a common factor, and the volume of a
/// cell jumps as it grows, at once or, of materials below others, when these have been lowered. Of
/// a field with a gradient near 1 that is where its interface lies in a face. Materials that hold
/// more of the cells about a node are favoured, so that an interface in a face is moved off it as a
/// whole, and all are told apart by the hash of node and material. Then restores presence. Returns
/// the number of nodes tilted.
std::int64_t tiltTies(const SubcellBand& mesh, std::vector<double>& field,
  const ParallelFor& parallelFor = runSerially);

/// Adds up to `tilt` times the cell's size, or times the largest value where that is larger, to the
/// interior nodes of values in the order of gatherValues(), hashed from node, material and round.
void tiltInterior(const SubcellBand& mesh, int c, int round, double tilt, double* values);

/// Where all nodes but one of a simplex are held at a tie, of values in the order of
/// gatherValues(), gives the interior one to the tied material with the largest fraction (from
/// the fourth round on: times a number hashed from node, material and round), by `height` times the
/// cell's size: its simplex stays out of what a bump decides.
void settleTies(const SubcellBand& mesh, int c, int round, double height, double* values);

} // namespace mir

#endif
