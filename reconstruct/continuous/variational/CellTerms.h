// What one cell adds to the variational method's energy, before its neighbours are known.
#ifndef mir_reconstruct_continuous_variational_CellTerms_h
#define mir_reconstruct_continuous_variational_CellTerms_h

#include "reconstruct/continuous/variational/SmoothnessTerms.h"

#include <array>
#include <vector>

namespace mir {

/// The facets of a sub-division: the two simplices of an inner one, or one on the cell's boundary.
struct FacetTopology
{
  struct Facet
  {
    std::array<int, 3> nodes{ -1, -1, -1 };
    int simplices[2] = { -1, -1 };
    int opposite[2] = { -1, -1 };
  };
  std::vector<Facet> inner;
  std::vector<Facet> outer;
};

/// What one cell contributes before its neighbours are known.
struct CellTerms
{
  std::vector<JumpTerm> jumps;
  std::vector<SlopeTerm> slopes;
  std::vector<int> others;
  /// Sides on the cell's boundary, for each pair of materials: matched with the neighbour's later.
  struct Side
  {
    std::array<int, 3> nodes;
    int first = 0;
    int second = 0;
    TermNode opposite;
    /// Gradient of each facet node's and of the opposite node's barycentric coordinate.
    Vec3 gradients[4];
    TermNode facet[3];
    double simplexMeasure = 0.0;
    double facetMeasure = 0.0;
    Vec3 normal;
    int firstOther = 0;
    int others = 0;
  };
  std::vector<Side> sides;
};

/// Makes the terms of one cell after the other; safe from several threads.
class CellTermBuilder
{
public:
  CellTermBuilder(
    const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field, double reach);

  CellTerms build(int c) const;

private:
  void findSlots(int c, int* slots) const;
  bool isNear(const CellSubdivision& cell, std::size_t t, const int* slots, int materials, int a,
    int b, double reach) const;

  const CellBand& Band;
  const SubcellBand& Mesh;
  const std::vector<double>& Field;
  double Reach;
  std::vector<FacetTopology> Topologies;
};

} // namespace mir

#endif
