// What an interface's facets tell, those of PLIC's planes too: gaps, the farthest point, pieces.
#ifndef mir_testing_continuous_FacetChecks_h
#define mir_testing_continuous_FacetChecks_h

#include "Problem.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/continuous/starts/StartingField.h"

#include <vector>

namespace mir::testing {

/// What planes cut from the cells, as facets; no two share points.
ContinuousFacets planeFacets(const Problem& problem, const MaterialNormals& normals);

struct FacetErrors
{
  /// In cells, from facets to truth and (2D) back. In 3D from the facets' corners and middles, for
  /// bodies with edges a lower bound.
  double hausdorff = 0.0;
  /// 2D: the part of an edge on whose sides different materials lie, mean over the edges that the
  /// interface crosses, and the largest difference of a cell's area from its fraction.
  double gaps = 0.0;
  double conservation = 0.0;
};

/// Of two materials.
FacetErrors facetErrors(const Problem& problem, const ContinuousFacets& facets);

/// The pieces of an interface: facets that share a point are of one.
int pieces(const ContinuousFacets& facets);

/// The displacement in cells within some cells alone: the wrong parts of these cells
/// (wrongParts()) over the measure of the facets in them. Of cells whose own side is part of the
/// boundary of the unit square or cube, and of those at least `reach` cells from it; boxes only.
/// NaN where no facet lies in such cells.
struct EdgeErrors
{
  double edge = 0.0;
  double inner = 0.0;
};
EdgeErrors edgeErrors(const Problem& problem, const SubcellBand& mesh,
  const std::vector<double>& wrongParts, const ContinuousFacets& facets, int reach = 3);

} // namespace mir::testing

#endif
