// Normals to start from that can be trusted at the edge of a mesh, too.
#ifndef mir_plic_CheckedStart_h
#define mir_plic_CheckedStart_h

#include "plic/CellBand.h"
#include "plic/MaterialField.h"
#include "plic/ParallelFor.h"

#include <vector>

namespace mir {

/// Where reconstructedDistance() starts from.
struct CheckedStart
{
  NormalField normals;
  /// Cells, as slots, whose planes explain all fractions about: these stay. None where empty.
  std::vector<char> settled;
  /// Checked cells at the edge of the mesh.
  std::vector<char> atEdge;
};

/// The normals with those of lvira() for cells among the checked ones where these may point
/// anywhere: at the edge of a mesh neighbours may be few and all on one side. A plane found from
/// its neighbours' alone would turn with their first guesses, too.
CheckedStart checkedStart(const CellBand& band, const MaterialField& field, NormalField normals,
  const std::vector<int>& checked, const ParallelFor& parallelFor);

} // namespace mir

#endif
