#ifndef mir_plic_Lvira_h
#define mir_plic_Lvira_h

#include "plic/AxisStencil.h"
#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "plic/ParallelFor.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// How the neighbours' misses count.
enum class LviraWeights
{
  /// By the inverse fourth power of the distance between the centroids: of the powers from 0 to 8
  /// the best for discs and balls on boxes, quads, triangles, hexahedra and tetrahedra. Their
  /// normals miss by half as much as with equal weights.
  Distance,
  /// All alike, as Pilliod and Puckett have it.
  Equal
};

/// What lvira() did, in all cells together.
struct LviraCounts
{
  /// Planes laid through all neighbours of a cell.
  long long evaluations = 0;
  /// Cells whose first fit missed by much, so that they were tried from other directions.
  long long restarts = 0;
};

/// Least squares volume-of-fluid reconstruction (Pilliod and Puckett 2004) on any mesh: the normal
/// of the plane that has the cell's fraction in the cell and, extended, misses the fractions of all
/// cells that share a point with it least, by the weighted sum of squares; where these are too few
/// to tell one plane from another, as at a mesh's edge, of a wider circle (Surroundings), and where
/// that leaves the plane open too, of the nearest mixed cells beyond, if one plane explains them
/// all. `start` gives one direction for each of field.mixed, like those of leastSquares(); zero
/// ones are looked for.
///
/// Damped Gauss-Newton steps on exact volumes with exact derivatives: with the cell's own fraction
/// kept, a plane turns about the centroid x0 of its cut there, so that a neighbour's volume changes
/// with the normal by minus the integral of x - x0 over its cut. Planes come back to rounding, less
/// than 1e-6 degrees, in every cell of every mesh, unless more planes than one explain the
/// fractions. A fit that misses by much is tried from other directions too, its neighbours' normals
/// among them.
///
/// Needs band.neighbours of all mixed cells. The same bits on any number of threads. Unit normals
/// out of the material; zero where neither `start` nor the differences of the fractions tell a
/// direction.
NormalField lvira(const CellBand& band, const MaterialField& field, const NormalField& start,
  const ParallelFor& parallelFor = runSerially, LviraWeights weights = LviraWeights::Distance,
  LviraCounts* counts = nullptr);

/// The same for some of the mixed cells, given by their places in field.mixed: their normals are
/// the starts, and are replaced. Returns for each of them the mean square by which the plane misses
/// the fractions about: rounding up to lviraRounding.
std::vector<double> lviraAt(const std::vector<int>& slots, const CellBand& band,
  const MaterialField& field, NormalField& normals, const ParallelFor& parallelFor = runSerially,
  LviraWeights weights = LviraWeights::Distance, LviraCounts* counts = nullptr);
constexpr double lviraRounding = 1e-12;

/// The same over a stencil of an axis-aligned mesh; z is 0 in 2D.
Vec3 lviraNormal(
  const AxisStencil& stencil, Vec3 start, LviraWeights weights = LviraWeights::Distance);

} // namespace mir

#endif
