// Facets on faces whose cells hold no common material.
#ifndef mir_reconstruct_continuous_DisjointFacets_h
#define mir_reconstruct_continuous_DisjointFacets_h

#include "reconstruct/continuous/FacetBlock.h"

namespace mir {

/// Adds the facets of the faces [first, last) of SubcellBand::disjointFaces: every simplex of a
/// face, cut by the regions on both sides laid over one another. The material with the lower number
/// is inside.
void addDisjointFaces(const SubcellBand& mesh, const std::vector<double>& field, int first,
  int last, double rounding, FacetBlock& block);

} // namespace mir

#endif
