// One case on several meshes and resolutions, all placements, into the tables.
#ifndef mir_testing_continuous_Sweep_h
#define mir_testing_continuous_Sweep_h

#include "Recipe.h"
#include "Table.h"

#include <string>
#include <vector>

namespace mir::testing {

/// What is asked of a placement.
struct Wanted
{
  /// Estimators of PLIC, and continuous methods.
  std::vector<std::string> planes;
  std::vector<Recipe> recipes;
  /// Nested cuts in all orders.
  bool nested = false;
  /// Volumes, faces and the interface's graph.
  bool checks = false;
  /// What facets tell (FacetChecks.h), of two materials; those of planes too.
  bool facets = false;
  /// Displacements of cells at the edge and of inner ones; boxes only.
  bool edges = false;
};

/// Rows of a test, placements at the same time on the machine's processors. What cannot be done is
/// said on the standard error output and left out.
void sweep(Table& table, const std::vector<unsigned>& seeds, const std::string& test,
  const std::string& name, const std::vector<std::string>& meshes, const std::vector<int>& sizes,
  const Wanted& wanted);

} // namespace mir::testing

#endif
