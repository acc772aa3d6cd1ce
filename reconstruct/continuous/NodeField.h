// Fields on the nodes of a SubcellMesh: averages, bounds and the areas they enclose.
#ifndef mir_reconstruct_continuous_NodeField_h
#define mir_reconstruct_continuous_NodeField_h

#include "reconstruct/continuous/SubcellMesh.h"

#include <vector>

namespace mir {

/// One value a node from values that every mixed cell has for its own lattice nodes, in units of
/// its own size. `cellValues` holds, mixed cell after mixed cell, one value a lattice node in the
/// template's order ((r + 1)^2 of a quad, row by row). The distance at a shared node is the mean
/// over the mixed cells that share it, summed in ascending order of the cells, so that the result
/// is the same bit for bit; that at a centre is the mean of its corners. Bounds are not applied.
std::vector<double> averageOntoNodes(const SubcellMesh& mesh, const double* cellValues);

/// Moves phi into the bounds of its nodes.
void clampToBounds(const SubcellMesh& mesh, std::vector<double>& phi);

/// phi at the nodes of mixed cell m in the template's order, in units of the cell's own size: what
/// is linear in its triangles. `values` has room for them.
void gatherCell(
  const SubcellMesh& mesh, std::int64_t m, const std::vector<double>& phi, double* values);

/// The fraction of a cell's area where the linear interpolant of its local node values is positive,
/// from its triangles' weights. Where `gradient` is not null it receives the derivative with
/// respect to every local node (nodes values, overwritten).
double cellArea(
  const CellTemplate& cell, const double* weights, const double* values, double* gradient);

/// cellArea() of every mixed cell.
std::vector<double> cellAreas(const SubcellMesh& mesh, const std::vector<double>& phi);

} // namespace mir

#endif
