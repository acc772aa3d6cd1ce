// A mesh, the materials in its cells, and what is true: the start of every experiment.
//
// An experiment in 20 lines:
//
//   #include "Displacement.h"
//   #include "Planes.h"
//   #include "Problem.h"
//   using namespace mir;
//   using namespace mir::testing;
//
//   int main()
//   {
//     for (unsigned seed : developmentSeeds())
//     {
//       const Problem p = makeProblem("circle", "triangles", 25, seed);
//       const MaterialNormals normals = planeNormals(p, "LVIRA");
//       const SubcellBand mesh = subdivideBand(p.band, p.materials, 4);
//       std::vector<double> field = averagedPlanes(p.band, p.materials, mesh, normals);
//       conserve(mesh, field, {});
//       std::printf("%u: PLIC %.5f, averaged planes %.5f cells\n", seed,
//         planeDisplacement(p, normals), displacement(p, mesh, field));
//     }
//   }
//
// Build by hand: g++ -std=c++17 -O2 -ffp-contract=off -I. -Itesting/unit experiment.cxx
//   testing/continuous/{ClippedRegions,Checks,Displacement,Meshes,PlaneTruths,Planes,Problem,Recipe,
//   SpaceTruths,Truth,VoronoiMesh}.cxx
//   build-core/lib/libmir_{reconstruct,data,plic}.a -lpthread
// Cases are named in Truth.h, meshes in Meshes.h, estimators in Planes.h.
#ifndef mir_testing_continuous_Problem_h
#define mir_testing_continuous_Problem_h

#include "Truth.h"

#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <memory>
#include <string>
#include <vector>

namespace mir::testing {

struct Problem
{
  std::string name;
  std::string mesh;
  /// About n^dimension cells.
  int n = 0;
  unsigned seed = 0;

  /// The whole mesh; the mixed cells know their neighbours.
  CellBand band;
  BandMaterials materials;
  int materialCount = 2;
  /// Null where fractions are random ones.
  std::shared_ptr<const Truth> truth;

  /// Square (cube) root of the mean measure of a cell: what "in cells" means.
  double size = 1.0;
  /// Cells of the band with two or more materials, ascending: those of SubcellBand::cells.
  std::vector<int> mixed;

  /// The fraction of a material in a cell of the band.
  double fraction(int material, int cell) const;
  /// All fractions of one material, and where they are mixed.
  MaterialField field(int material) const;
};

/// A placement of a case on a mesh. Beside the truths of makeTruth(): "noise3" (2 to 64) gives
/// every cell random fractions of that many materials, many of them 0 or 1e-6; "circle~.01" adds
/// normal noise of that deviation to the fractions of mixed cells.
Problem makeProblem(const std::string& name, const std::string& mesh, int n, unsigned seed);

/// Two materials on n x n squares of the unit square; fractions of the first one, by cells along x.
Problem makeProblem(int n, const std::vector<double>& fractions);

/// Placements seen while methods are developed, and the eight that are reported.
const std::vector<unsigned>& developmentSeeds();
const std::vector<unsigned>& reportedSeeds();

} // namespace mir::testing

#endif
