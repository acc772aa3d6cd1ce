// What must hold in every mesh and for every field: volumes, faces, and the interface's graph.
#ifndef mir_testing_continuous_Checks_h
#define mir_testing_continuous_Checks_h

#include "Problem.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <vector>

namespace mir::testing {

/// The largest difference of a material's part of a cell from its fraction, by clipping each
/// simplex as a polygon or polyhedron: no code in common with conserve().
double conservationError(
  const Problem& problem, const SubcellBand& mesh, const std::vector<double>& field);

struct ContinuityCounts
{
  /// Faces that a mixed cell shares with another cell with a common material.
  long long faces = 0;
  long long points = 0;
  /// Points at which the cells on either side have different materials.
  long long mismatches = 0;
  /// Points at which materials that are equal to rounding leave it open: the face itself may be
  /// interface there.
  long long ties = 0;
};

/// Compares the materials of both cells at `samples` points of every sub-edge (sub-triangle) of
/// every such face; a pure cell has its own material everywhere.
ContinuityCounts continuity(const Problem& problem, const SubcellBand& mesh,
  const std::vector<double>& field, int samples = 16);

struct GraphCounts
{
  long long facets = 0;
  /// Ends of facets (3D: edges): where each facet of a region's boundary must meet another one.
  long long ends = 0;
  /// Those where the boundary of a region does not close, except at the domain's boundary and at
  /// faces between full cells.
  long long badEnds = 0;
  /// Points of three and more facets (3D: edges), and those that do not close.
  long long junctions = 0;
  long long badJunctions = 0;
  /// Points that are equal but have different numbers.
  long long twins = 0;
};

/// Walks the facets of a mesh of the unit square or cube.
GraphCounts graph(const Problem& problem, const ContinuousFacets& facets);

} // namespace mir::testing

#endif
