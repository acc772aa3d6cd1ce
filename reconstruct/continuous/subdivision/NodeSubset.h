// Some nodes of every cell of a sub-divided band, and their part of a field.
#ifndef mir_reconstruct_continuous_subdivision_NodeSubset_h
#define mir_reconstruct_continuous_subdivision_NodeSubset_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <vector>

namespace mir {

/// The local nodes nodes[s] of the cells of each sub-division s, which hold as many values as
/// gatherValues() tells, and how these become a field: values within a cell are the field's, those
/// on its boundary are averaged with the other cells'.
class NodeSubset
{
public:
  /// The band must outlive it.
  NodeSubset(const SubcellBand& mesh, const std::vector<std::vector<int>>& nodes);

  /// The k-th values of cell c, in the order of its nodes.
  void gather(int c, int k, const std::vector<double>& field, double* values) const;
  /// Keeps what a cell says; of all cells before they are averaged. Several threads may keep the
  /// values of different cells.
  void keep(int c, int k, const double* values, std::vector<double>& field);
  /// As averageOntoField().
  void average(std::vector<double>& field, const ParallelFor& parallelFor) const;

private:
  /// Nodes of a sub-division, as places in the order given: of the boundary's as `choices` has
  /// them, then of the interior ones, counted from the first.
  struct Places
  {
    std::vector<int> boundary;
    std::vector<int> interior;
    std::vector<int> interiorNodes;
  };

  const Places& placesOf(int c) const { return this->OfType[this->Mesh.cellSubdivisions[c]]; }
  /// Where the boundary's values of cell c begin, of the k-th.
  std::int64_t firstAt(int c, int k) const
  {
    return this->Offsets[c] + k * static_cast<std::int64_t>(this->placesOf(c).boundary.size());
  }

  const SubcellBand& Mesh;
  std::vector<BoundaryChoice> Choices;
  std::vector<Places> OfType;
  std::vector<std::int64_t> Offsets;
  UninitializedVector<double> AtBoundary;
};

} // namespace mir

#endif
