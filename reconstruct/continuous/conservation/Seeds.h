// First pieces of materials that a cell has lost.
#ifndef mir_reconstruct_continuous_conservation_Seeds_h
#define mir_reconstruct_continuous_conservation_Seeds_h

#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <vector>

namespace mir {

/// Gives every material of which a cell has less than a hundredth of its fraction, where that is
/// above `tolerance`, the node of the cell that it is nearest to winning of those that its rules
/// leave to it: its value there goes to .1 of the node's size above the largest other (less for
/// small fractions, as the root of their measure). `volumes` are those of the field, which obeys
/// the rules of presence before and after, in the order of SubcellBand::fractions. Marks in
/// `changed`, one a cell, those with a node that got a seed, and returns the number of seeds.
std::int64_t seedLostMaterials(const SubcellBand& mesh, const std::vector<double>& volumes,
  double tolerance, std::vector<double>& field, std::vector<char>& changed);

} // namespace mir

#endif
