// The types of a band's cells: equal ones share a sub-division.
#ifndef mir_reconstruct_continuous_subdivision_CellCatalogue_h
#define mir_reconstruct_continuous_subdivision_CellCatalogue_h

#include "plic/CellBand.h"
#include "plic/ParallelFor.h"
#include "reconstruct/continuous/subdivision/CellSubdivision.h"

#include <map>
#include <utility>
#include <vector>

namespace mir {

/// Tells cells' types, then makes a sub-division for each.
class CellCatalogue
{
public:
  explicit CellCatalogue(const CellBand& band);

  struct Entry
  {
    /// Number of the type, -1 where the points and faces make no cell, and the band's local vertex
    /// for each of the type's.
    int type = -1;
    std::vector<int> order;
  };

  /// The type of a cell of the band; good until the next call.
  const Entry& find(int cell);

  /// The sub-divisions of all types so far, in the order of their numbers.
  std::vector<CellSubdivision> build(int r, const ParallelFor& parallelFor) const;

private:
  const Entry& findPlanar(int corners, bool reverse);
  const Entry& findSolid(int shape, bool reverse);
  int typeOf(const FaceTable& faces);
  int add(const Entry& entry);

  const CellBand& Band;
  /// Entries by 2 * shape (2D: corners), plus 1 for cells turned round.
  std::vector<int> ByShape;
  std::vector<Entry> Entries;
  std::map<std::pair<std::vector<int>, std::vector<int>>, int> Numbers;
  std::vector<FaceTable> Types;
};

} // namespace mir

#endif
