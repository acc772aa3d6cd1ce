// A continuous method from start to end on a problem, with the time of each stage.
#ifndef mir_testing_continuous_Recipe_h
#define mir_testing_continuous_Recipe_h

#include "Planes.h"
#include "Problem.h"

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/conservation/Conservation.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"
#include "reconstruct/continuous/variational/Variational.h"
#include "reconstruct/neural/SolidModel.h"
#include "reconstruct/neural/SubcellModel.h"

#include <string>
#include <vector>

namespace mir::testing {

enum class ContinuousMethod
{
  AveragedPlanes,
  AveragedParaboloids,
  Variational
};

struct Recipe
{
  ContinuousMethod method = ContinuousMethod::AveragedPlanes;
  /// A network whose field stands for that of a continuous method, for logical grids of
  /// quadrilaterals or of hexahedra; two materials.
  const SubcellModel* model = nullptr;
  const SolidModel* solidModel = nullptr;
  /// A method of planeNormals(). From those of Reconstructed Distance, Variational starts with
  /// paraboloids, and about corners with wedges.
  std::string planes = "LVIRA";
  int refinement = 4;
  Conservation conserve = Conservation::Exact;
  /// Band of Relaxed, for Variational too.
  double tolerance = 1e-3;
  ParallelFor parallelFor = runSerially;

  bool network() const { return this->model || this->solidModel; }
  /// "Averaged Planes LVIRA", "Neural subcell" or "Neural subcell3d", ", r = 2" where not 4,
  /// ", relaxed", ", off".
  std::string name() const;
};

/// A continuous method from the planes of Reconstructed Distance.
Recipe recipeOf(ContinuousMethod method, int refinement = 4);

struct Outcome
{
  SubcellBand mesh;
  std::vector<double> field;
  ConservationReport conservation;
  VariationalReport variational;
  /// Seconds of each stage on the wall's clock; planes are PLIC's normals. Of a network, the start
  /// is all from fractions on a grid: planes, paraboloids, stencils, network.
  double planes = 0.0;
  double subdivide = 0.0;
  double start = 0.0;
  double smooth = 0.0;
  double conserve = 0.0;
};

Outcome carryOut(const Problem& problem, const Recipe& recipe);

/// The same with normals that are known.
Outcome carryOut(const Problem& problem, const Recipe& recipe, const MaterialNormals& normals);

/// Seconds on the wall's clock since some time.
double seconds();

} // namespace mir::testing

#endif
