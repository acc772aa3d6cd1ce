// PLIC on a problem: normals of every estimator, and how far the cut cells are from the truth.
#ifndef mir_testing_continuous_Planes_h
#define mir_testing_continuous_Planes_h

#include "Problem.h"

#include "plic/NestedCuts.h"
#include "reconstruct/continuous/starts/StartingField.h"

#include <string>
#include <vector>

namespace mir::testing {

/// Unit normals out of each material of each mixed cell, in the order of the problem's materials
/// (SubcellBand::cellMaterials); of two materials they are opposite. By method: "Least Squares",
/// "LVIRA", "Reconstructed Distance" on any mesh; "Youngs", "Mixed Youngs-Centered", "ELVIRA" on
/// the meshes of isGrid(); "exact": those of the truth nearest to the plane's middle (two
/// materials). Throws std::invalid_argument otherwise.
MaterialNormals planeNormals(const Problem& problem, const std::string& method);

/// The estimators that a mesh allows.
std::vector<std::string> planeMethods(const std::string& mesh);

/// In which order the materials of a cell are cut.
struct CutOrder
{
  /// By plic/MaterialOrder.h; else as listed in `order`.
  bool automatic = true;
  /// All materials of the problem; empty for ascending.
  std::vector<int> order;
  /// Listed orders: each cut takes the normal of the union of what is cut so far, estimated by the
  /// method of this name, as nested PLIC of Youngs (1984) does. Empty: MaterialOrder's choice of
  /// normals for the listed order.
  std::string unionMethod;
};

/// The cuts of each mixed cell for NestedCutter::run().
std::vector<std::vector<MaterialCut>> planeCuts(
  const Problem& problem, const MaterialNormals& normals, const CutOrder& order = {});

/// The mean displacement in cells of the planes: the measure of all points with the wrong material
/// over (cell size times measure of the true interface). Exact to rounding.
double planeDisplacement(
  const Problem& problem, const MaterialNormals& normals, const CutOrder& order = {});

/// The least, mean and largest displacement of nested cuts over all orders of the materials (of
/// five and more: the listed one, its reverse, and 12 random ones).
struct NestedOrders
{
  double best = 0.0;
  double mean = 0.0;
  double worst = 0.0;
};
NestedOrders nestedOrders(const Problem& problem, const std::string& method);

} // namespace mir::testing

#endif
