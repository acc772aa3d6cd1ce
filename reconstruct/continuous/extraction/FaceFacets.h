// Facets on faces between cells without a common material.
#ifndef mir_reconstruct_continuous_extraction_FaceFacets_h
#define mir_reconstruct_continuous_extraction_FaceFacets_h

#include "reconstruct/continuous/extraction/FacetBlock.h"

namespace mir {

/// Adds the facets of the faces [first, last) of SubcellBand::disjointFaces: every simplex is cut
/// by the regions on both sides laid over one another. The material with the lower number is
/// inside.
void addFaceFacets(const SubcellBand& mesh, const std::vector<double>& field, int first, int last,
  double rounding, FacetBlock& block);

} // namespace mir

#endif
